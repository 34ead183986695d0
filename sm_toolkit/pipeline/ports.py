"""Ports: the protocols at which engines, edges and deployments meet, so that none needs to import another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from sm_toolkit.language.data.types import Type
from sm_toolkit.pipeline.messages import Answer, Request
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Deployed, Message
from sm_toolkit.pipeline.steps import Copy

R = TypeVar("R", covariant=True)

# -- engines ----------------------------------------------------------------------------------------------


class Outlet(Protocol):
    """Where a running pipeline gives its answers; called from whatever thread the engine answers in."""

    def deliver(self, answers: list[Answer]) -> None:
        """Take the next answers, in order."""
        ...

    def broken(self, error: BaseException) -> None:
        """Learn that the engine itself broke: no more answers will come."""
        ...


class Running(Protocol):
    """A pipeline that an engine runs."""

    @property
    def feed_waits(self) -> bool:
        """Whether ``feed`` may wait for others to make room, so that no event loop should call it."""
        ...

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages in, in order; blocks while the first queue is full, and while a change acts at the door."""
        ...

    def drain(self) -> None:
        """Wait, or work, until everything that was fed has been delivered."""
        ...

    def refuse_to_wait(self) -> None:
        """Do nothing where somebody may wait for answers.

        Raises:
            ToolkitError: whoever waits here holds up what would answer; the error says what to do instead.
        """
        ...

    def stop(self) -> None:
        """Stop at once and leave nothing behind; what has not been delivered is dropped."""
        ...

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; exact where the engine is drained."""
        ...

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits."""
        ...


def moves_when_told(running: Running) -> bool:
    """Tell whether nothing moves by itself, as in a simulation."""
    return getattr(running, "moves_when_told", False)


class Engine(Protocol):
    """Something to run pipelines on."""

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> Running:
        """Start running; ``tees`` are what takes the copies of the tees, by their names."""
        ...


Deploy: TypeAlias = Callable[[Outlet], Running]
"""A way to deploy that a server is handed: the pipeline and the engine are already chosen."""


# -- edges ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that are no request: the reason is the answer. After a fatal one nothing more can be read."""

    reason: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Hello:
    """A client's greeting: it asks for an interface version, or None for the current one."""

    version: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A client asks what each stage has done so far. It does not enter the stream, and waits for nobody in it."""


Event: TypeAlias = "Request | Malformed | Hello | Measure"
"""What a codec makes of bytes."""


class Session(Protocol):
    """A codec at work on one connection or file: bytes in and out, no I/O of its own."""

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the values from here on, those of what was received and not returned yet too."""
        ...

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come; return the requests that are whole.

        What follows a ``Hello`` or a change comes with the next call, since it may be to be read in other types.
        """
        ...

    def finish(self) -> list[Event]:
        """Take the end of the stream; return what is left, up to a change, and what an unfinished rest comes to."""
        ...

    def unfinished(self) -> bool:
        """Tell whether a request has begun and is not whole."""
        ...

    def send(self, answer: Answer) -> bytes:
        """Return the bytes of an answer; an answer that cannot be sent becomes one that says so."""
        ...

    def welcome(self, version: int, input: Type[Any], output: Type[Any]) -> bytes:
        """Return the answer to a greeting, or to a greeting that cannot be met."""
        ...

    def counts(self, metrics: Metrics) -> bytes:
        """Return the answer to a ``Measure``."""
        ...

    def end(self, reason: str) -> bytes:
        """Return what is said before the server ends a connection."""
        ...


class Codec(Protocol):
    """How bytes become messages and messages bytes."""

    @property
    def name(self) -> str:
        """What people call it on the command line."""
        ...

    def session(self, input: Type[Any], output: Type[Any]) -> Session:
        """Start on a new connection or file."""
        ...


class Source(Protocol):
    """Where requests come from."""

    def events(self, session: Session) -> Iterator[list[Event]]:
        """Yield requests, as many at a time as are there."""
        ...


class Sink(Protocol[R]):
    """Where answers go."""

    def write(self, session: Session, answers: list[Answer]) -> None:
        """Take answers, in order."""
        ...

    def close(self) -> R:
        """Finish; return what running the pipeline gave."""
        ...


class Listener(Protocol):
    """A source and a sink at once: each client gets the answers to its own requests."""

    def serve(self, codec: Codec, deploy: Deploy, input: Type[Any], output: Type[Any]) -> None:
        """Serve until stopped."""
        ...
