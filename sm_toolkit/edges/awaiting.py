"""A client and a deployment for who is on an event loop, as every cell of a notebook is: what waits is awaited there.

The work is the same; it waits on a worker thread, one call after another, so that the loop goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar

from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.messages import Answer, Change, Failed, Inspected, Refused, Request, Rewired, Upgraded
from sm_toolkit.pipeline.metrics import Metrics

if TYPE_CHECKING:  # who deploys where there is no network does not load it
    from sm_toolkit.edges.client import Client

A = TypeVar("A")
A_contra = TypeVar("A_contra", contravariant=True)
B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)
P = ParamSpec("P")
R = TypeVar("R")


class _Turns:
    """Runs calls one after another, each on a worker thread."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def __call__(self, do: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> R:
        """Return what a call gives. One that is cancelled is waited for all the same: the next may not come between."""
        async with self._turn:
            work = asyncio.ensure_future(asyncio.to_thread(do, *arguments, **named))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait([work])
                raise


class AwaitedClient:
    """A client whose methods are awaited: see ``Client``, which is ``client``. Use it with ``async with``."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._turns = _Turns()

    @property
    def version(self) -> int:
        """The interface version that it speaks."""
        return self.client.version

    @property
    def input(self) -> Type[Any]:
        """The type of what it sends."""
        return self.client.input

    @property
    def output(self) -> Type[Any]:
        """The type of what it gets."""
        return self.client.output

    async def speak(self, version: int | None = None) -> int:
        """Ask for an interface version from here on."""
        return await self._turns(self.client.speak, version)

    async def call(self, value: Any) -> Any:
        """Send one value and return its output."""
        return await self._turns(self.client.call, value)

    async def ask(self, requests: Iterable[Request]) -> list[Answer]:
        """Send many requests at once and return their answers in order."""
        return await self._turns(self.client.ask, requests)

    async def change(self, request: Change) -> Upgraded | Rewired:
        """Send a change and return what it did."""
        return await self._turns(lambda: self.client.change(request))

    async def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in."""
        return await self._turns(self.client.inspect)

    async def metrics(self) -> Metrics:
        """Ask what each stage has done so far, and what waits before it."""
        return await self._turns(self.client.metrics)

    async def close(self) -> None:
        """Close the connection, after what is under way."""
        await self._turns(self.client.close)

    async def __aenter__(self) -> AwaitedClient:
        """Return itself."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Close."""
        await self.close()


async def connecting(
    host: str = "127.0.0.1", port: int = 3000, version: int | None = None, timeout: float = 10.0
) -> AwaitedClient:
    """Connect as ``connect`` does, without holding up the event loop, on which the server itself may run.

    Raises:
        ClientError: the server cannot be reached.
        RequestFailed: it does not serve that version.
    """
    from sm_toolkit.edges.client import connect

    return AwaitedClient(await asyncio.to_thread(connect, host, port, version, timeout))


class Waits(Protocol[A_contra, B_co]):
    """What a deployment does, as far as it is awaited here."""

    def call(self, value: A_contra) -> B_co:
        """Send one value."""
        ...

    def map(self, values: Iterable[A_contra]) -> Iterable[B_co | Failed]:
        """Send many values."""
        ...

    def change(self, request: Change) -> Upgraded | Rewired | Refused:
        """Send a change."""
        ...

    def inspect(self) -> Inspected:
        """Ask every stage."""
        ...

    def metrics(self) -> Metrics:
        """Return what was counted."""
        ...

    def drain(self) -> list[Answer]:
        """Close the door."""
        ...

    def stop(self) -> None:
        """Stop at once."""
        ...


class AwaitedDeployment(Generic[A, B]):
    """A deployment whose methods are awaited: see ``Deployment``, which ``deployment`` is; for ``async with`` too."""

    def __init__(self, deployment: Waits[A, B]) -> None:
        self.deployment = deployment
        self._turns = _Turns()

    async def call(self, value: A) -> B:
        """Send one value and return its output."""
        return await self._turns(self.deployment.call, value)

    async def map(self, values: Iterable[A]) -> list[B | Failed]:
        """Send many values and return their outputs in order, a ``Failed`` in the place of what failed."""
        return list(await self._turns(self.deployment.map, values))

    async def change(self, request: Change) -> Upgraded | Rewired | Refused:
        """Send a change and return its answer; it does not wait for calls that were made before it."""
        return await asyncio.to_thread(self.deployment.change, request)

    async def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in, without waiting for calls that were made before."""
        return await asyncio.to_thread(self.deployment.inspect)

    async def metrics(self) -> Metrics:
        """Return what each stage has done so far, without waiting for calls that were made before."""
        return await asyncio.to_thread(self.deployment.metrics)

    async def drain(self) -> list[Answer]:
        """Close the door, wait until all has left, and return the answers not yet taken."""
        return await self._turns(self.deployment.drain)

    async def stop(self) -> None:
        """Stop at once; what is not answered yet is dropped."""
        await asyncio.to_thread(self.deployment.stop)

    async def __aenter__(self) -> AwaitedDeployment[A, B]:
        """Return itself."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop."""
        await self.stop()
