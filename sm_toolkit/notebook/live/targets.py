"""What a live cell or a monitor works on, whichever it is: a deployment here, a client, a server at an address."""

from __future__ import annotations

import threading
from typing import Any, Protocol

from sm_toolkit.deploying import Deployment
from sm_toolkit.edges.client import ChangeRefused, Client, NoCounts, connect
from sm_toolkit.edges.observing import Observer
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.notebook.live.serving import Serving
from sm_toolkit.pipeline.messages import Change, Inspected, Refused, Rewired, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Deployed

TIMEOUT = 30.0
"""How many seconds a server may take to answer a live cell."""

LOOK_TIMEOUT = 4.0
"""How many seconds a server may take to answer a look."""


class Target(Protocol):
    """Something that runs a pipeline and can be changed."""

    def inspect(self) -> Inspected:
        """Return what runs, at one place in the stream."""
        ...

    def change(self, change: Change) -> Upgraded | Rewired | Refused:
        """Send a change and return its answer."""
        ...

    def metrics(self) -> Metrics:
        """Return what was counted.

        Raises:
            NoCounts: it does not tell.
        """
        ...

    def running(self) -> Deployed | None:
        """Return what runs as a whole, or None where that is not told."""
        ...

    @property
    def has_ended(self) -> bool:
        """Whether it is known to run no more."""
        ...

    @property
    def may_return(self) -> bool:
        """Whether it may be there again after it was not."""
        ...

    def stay(self) -> None:
        """Get ready for many looks, one after another, until ``leave``."""
        ...

    def leave(self) -> None:
        """Let go of what looks needed; one that is under way on another thread ends with an error."""
        ...


class _Here:
    """What is in this process: a look needs nothing, and what was stopped stays so."""

    may_return = False

    def stay(self) -> None:
        """Do nothing."""

    def leave(self) -> None:
        """Do nothing."""


class Local(_Here):
    """A deployment in this process."""

    def __init__(self, deployment: Deployment[Any, Any]) -> None:
        self.deployment = deployment

    def inspect(self) -> Inspected:
        """Return what runs."""
        return self.deployment.inspect()

    def change(self, change: Change) -> Upgraded | Rewired | Refused:
        """Send a change."""
        return self.deployment.change(change)

    def metrics(self) -> Metrics:
        """Return what was counted; it waits for nobody."""
        return self.deployment.metrics()

    def running(self) -> Deployed | None:
        """Return what runs."""
        return self.deployment.running.inspect()

    @property
    def has_ended(self) -> bool:
        """Whether it was stopped."""
        return not self.deployment.is_open


class Connected(_Here):
    """A server that a client of somebody's is connected to; the client goes on speaking its version."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def inspect(self) -> Inspected:
        """Return what runs."""
        return self.client.inspect()

    def change(self, change: Change) -> Upgraded | Rewired | Refused:
        """Send a change."""
        return _sent(self.client, change)

    def metrics(self) -> Metrics:
        """Return what was counted."""
        return self.client.metrics()

    def running(self) -> Deployed | None:
        """Return None: a server does not tell how its stages are joined."""
        return None

    @property
    def has_ended(self) -> bool:
        """Whether that is known, which it is not."""
        return False


class Remote:
    """A server at an address. Each change is a connection of its own, so that no old client stays behind.

    What only looks is an observer, which is in no change's way; one that stays keeps a connection for its looks.
    """

    may_return = True

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._stays = False
        self._observer: Observer | None = None
        self._looking = threading.Lock()

    def inspect(self) -> Inspected:
        """Return what runs."""
        with self._observe() as observer:
            return observer.inspect()

    def change(self, change: Change) -> Upgraded | Rewired | Refused:
        """Send a change."""
        with connect(self.host, self.port, timeout=TIMEOUT) as client:
            return _sent(client, change)

    def metrics(self) -> Metrics:
        """Return what was counted."""
        if not self._stays:
            with self._observe() as observer:
                return observer.metrics()
        with self._looking:
            try:
                if self._observer is None:
                    self._observer = self._observe()
                return self._observer.metrics()
            except NoCounts:
                raise
            except BaseException:
                self._close()
                raise
            finally:
                if not self._stays:
                    self._close()

    def running(self) -> Deployed | None:
        """Return None: a server does not tell how its stages are joined."""
        return None

    def _observe(self) -> Observer:
        return Observer(self.host, self.port, LOOK_TIMEOUT)

    def stay(self) -> None:
        """Keep the connection of the next look."""
        self._stays = True

    def leave(self) -> None:
        """Close the connection of looks."""
        self._stays = False
        self._close()

    def _close(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.close()

    @property
    def has_ended(self) -> bool:
        """Whether that is known, which it is not."""
        return False


class Served(Remote):
    """A server in this process."""

    may_return = False

    def __init__(self, serving: Serving[Any, Any]) -> None:
        super().__init__(serving.host, serving.port)
        self.serving = serving

    def metrics(self) -> Metrics:
        """Return what was counted."""
        return self.serving.metrics()

    def running(self) -> Deployed | None:
        """Return what runs."""
        return self.serving.running()

    @property
    def has_ended(self) -> bool:
        """Whether it was stopped."""
        return self.serving.has_ended


def _sent(client: Client, change: Change) -> Upgraded | Rewired | Refused:
    try:
        return client.change(change)
    except ChangeRefused as refused:
        return Refused(refused.stage, refused.reasons)


def target_of(thing: Any) -> Target:
    """Return what a deployment, a client, a server or a ``HOST:PORT`` is to a live cell or a monitor.

    Raises:
        TypeError: it is none of them.
        ToolkitError: the text is no address.
    """
    match thing:
        case Deployment():
            return Local(thing)
        case Serving():
            return Served(thing)
        case Client():
            return Connected(thing)
        case str():
            return Remote(*address_of(thing))
        case Local() | Connected() | Remote():
            return thing
    hint = ""
    if type(thing).__name__ == "Server":
        hint = (
            "; a server on the kernel's own event loop cannot answer while a cell runs: start it with serve(pipeline)"
        )
    raise TypeError(
        "what can be changed and watched is a deployment (deploy(pipeline)), a server (serve(pipeline)), a client "
        f"(connect(host, port)) or 'HOST:PORT', and this is a {type(thing).__name__}{hint}"
    )


def address_of(text: str) -> tuple[str, int]:
    """Return the host and port of ``HOST:PORT``; a port alone is on this machine.

    >>> address_of("localhost:3000"), address_of("3000"), address_of("[::1]:3000")
    (('localhost', 3000), ('127.0.0.1', 3000), ('::1', 3000))

    Raises:
        ToolkitError: it is no address.
    """
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ToolkitError(f"{text!r} is no address; write HOST:PORT, for example localhost:3000")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ToolkitError(f"{text!r}: write an IPv6 address in brackets, as in [::1]:3000")
    return host.strip("[]") or "127.0.0.1", int(port)
