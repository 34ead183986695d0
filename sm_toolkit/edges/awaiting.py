"""A client and a deployment for who is on an event loop, as every cell of a notebook is: what waits is awaited there.

The work is the same; it waits on a worker thread, one call after another, so that the loop goes on. Whoever is
cancelled, as a cell is that is interrupted, leaves at once; the next call waits for what is under way.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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


LEFT = "what was sent before is run all the same, and its answers are dropped; what was not is not sent any more"
"""What who leaves is told."""


WAKES = 0.1
"""How often (seconds) the loop is woken while something is awaited."""


@contextmanager
def _waking() -> Iterator[None]:
    """Wake the loop now and then: a kernel tells its loop of an interrupt, and does not wake it for that.

    (A loop that sleeps would hear of it when what it waits for is there: https://github.com/ipython/ipykernel/issues/881)
    """
    loop = asyncio.get_running_loop()
    timer = loop.call_later(WAKES, lambda: wake())

    def wake() -> None:
        nonlocal timer
        timer = loop.call_later(WAKES, wake)

    try:
        yield
    finally:
        timer.cancel()


async def aside(do: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> R:
    """Return what a call on a worker thread gives; who is cancelled leaves at once, and it goes on to its end."""
    with _waking():
        return await asyncio.to_thread(do, *arguments, **named)


class _Turns:
    """Runs calls one after another, each on a worker thread. ``wanted`` is how many of them somebody waits for."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self.wanted = 0

    async def __call__(self, do: Callable[P, R], /, *arguments: P.args, **named: P.kwargs) -> R:
        """Return what a call gives. One that is cancelled is left at once, and keeps its turn until it has ended."""
        self.wanted += 1
        try:
            with _waking():
                await self._turn.acquire()
                work = asyncio.ensure_future(asyncio.to_thread(do, *arguments, **named))
                work.add_done_callback(self._over)
                try:
                    await asyncio.wait([work])
                except asyncio.CancelledError as error:
                    if not work.done():
                        error.add_note(LEFT)
                    raise
                return work.result()
        finally:
            self.wanted -= 1

    async def many(self, do: Callable[[A, Callable[[], bool]], R], argument: A) -> R:
        """Return what a call gives which, if it is cancelled, goes on no more when it looks next."""
        left = threading.Event()
        try:
            return await self(do, argument, lambda: not left.is_set())
        except asyncio.CancelledError:
            left.set()
            raise

    def _over(self, work: asyncio.Future[Any]) -> None:
        self._turn.release()
        if not work.cancelled():
            work.exception()  # who left is not told


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
        """Send many requests, 256 at once, and return their answers in order; if it is cancelled, no more are sent."""
        return await self._turns.many(self.client.ask, requests)

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
        """Close the connection, after what somebody waits for."""
        if self._turns.wanted:
            await self._turns(self.client.close)
        else:
            await aside(self.client.close)

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

    making = asyncio.ensure_future(aside(connect, host, port, version, timeout))
    try:
        await asyncio.wait([making])
    except asyncio.CancelledError:
        making.add_done_callback(_close_late)
        raise
    return AwaitedClient(making.result())


def _close_late(making: asyncio.Future[Client]) -> None:
    """Close what nobody waits for any more."""
    if not making.cancelled() and making.exception() is None:
        making.result().close()


class Waits(Protocol[A_contra, B_co]):
    """What a deployment does, as far as it is awaited here."""

    def call(self, value: A_contra) -> B_co:
        """Send one value."""
        ...

    def map(self, values: Iterable[A_contra], goes_on: Callable[[], bool] | None = None) -> Iterable[B_co | Failed]:
        """Send many values, as long as it goes on."""
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
        """Send many values and return their outputs in order, a ``Failed`` in the place of what failed.

        They are sent in portions; if it is cancelled, the next portion is not sent any more.
        """
        return list(await self._turns.many(self.deployment.map, values))

    async def change(self, request: Change) -> Upgraded | Rewired | Refused:
        """Send a change and return its answer; it does not wait for calls that were made before it."""
        return await aside(self.deployment.change, request)

    async def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in, without waiting for calls that were made before."""
        return await aside(self.deployment.inspect)

    async def metrics(self) -> Metrics:
        """Return what each stage has done so far, without waiting for calls that were made before."""
        return await aside(self.deployment.metrics)

    async def drain(self) -> list[Answer]:
        """Close the door, wait until all has left, and return the answers not yet taken."""
        return await self._turns(self.deployment.drain)

    async def stop(self) -> None:
        """Stop at once; what is not answered yet is dropped."""
        await aside(self.deployment.stop)

    async def __aenter__(self) -> AwaitedDeployment[A, B]:
        """Return itself."""
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop."""
        await self.stop()
