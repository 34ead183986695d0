"""The msgpack codec: length-framed messages, the default between programs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Answer, Downgrade, Failed, Rewire, Upgrade
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.ports import Event, Hello, Malformed


@dataclass(frozen=True)
class Msgpack:
    """The codec of ``pipeline.wire``: four bytes of length, then a msgpack array."""

    limits: Limits = DEFAULT_LIMITS
    name: str = "msgpack"

    def session(self, input: Type[Any], output: Type[Any]) -> MsgpackSession:
        """Start on a new connection or file."""
        return MsgpackSession(self.limits, input, output)


_HELD_AFTER = frozenset({Hello, Upgrade, Downgrade, Rewire})

msgpack_codec = Msgpack()
"""The codec with the default limits."""


class MsgpackSession:
    """The codec at work on one connection.

    What follows a greeting or a change is read by the next call of ``receive``, in the types that ``speak`` was
    given by then. After a frame that is too long nothing is read any more.
    """

    def __init__(self, limits: Limits, input: Type[Any], output: Type[Any]) -> None:
        self._limits = limits
        self._frames = wire.Frames(limits)
        self._bodies: deque[bytes] = deque()  # of frames that are whole and not read yet
        self._at_end = False
        self._broken = False  # nothing can be read any more, and that has been said
        self.speak(input, output)

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the values from here on."""
        self._input, self._output = codec_of(input, self._limits), codec_of(output, self._limits)

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come; return the requests that are whole, up to a greeting or a change."""
        bodies = self._bodies
        if data:
            bodies.extend(self._frames.feed(data))
        events: list[Event] = []
        event: Event
        while bodies:
            try:
                event = wire.decode_request(bodies.popleft(), self._input, self._limits)
            except ToolkitError as error:
                event = Malformed(str(error))
            events.append(event)
            if event.__class__ in _HELD_AFTER:
                return events
        if not self._broken:
            if self._frames.too_long is not None:
                self._broken = True
                events.append(Malformed(str(self._frames.too_long), fatal=True))
            elif self._at_end and self._frames.unfinished():
                self._broken = True
                events.append(Malformed("the last frame is not whole", fatal=True))
        return events

    def finish(self) -> list[Event]:
        """Take the end of the stream; an unfinished frame is malformed."""
        self._at_end = True
        return self.receive(b"")

    def unfinished(self) -> bool:
        """Tell whether a frame has begun and is not whole."""
        return self._frames.unfinished()

    def send(self, answer: Answer) -> bytes:
        """Return the frame of an answer; an output that cannot be sent becomes a failure that says why."""
        try:
            return wire.encode_answer(answer, self._output)
        except ToolkitError as error:
            return wire.encode_answer(Failed("", f"the answer cannot be sent: {error}"), self._output)

    def welcome(self, version: int, input: Type[Any], output: Type[Any]) -> bytes:
        """Return the answer to a greeting."""
        return wire.welcome(version, input, output)

    def counts(self, metrics: Metrics) -> bytes:
        """Return the frame of what was counted; one that cannot be sent becomes a failure that says why."""
        try:
            return wire.measured(metrics)
        except ToolkitError as error:
            return wire.encode_answer(Failed("", f"the answer cannot be sent: {error}"), self._output)

    def end(self, reason: str) -> bytes:
        """Return what is said before the server ends a connection."""
        return wire.ended(reason)
