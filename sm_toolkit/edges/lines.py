"""The lines codec: one value a line, in UTF-8. Text stands for itself, other types in their text form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.data.types import Str, Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.text import read_text, show_text
from sm_toolkit.pipeline.messages import Answer, Drained, Failed, Inspected, Item, Refused, Rewired, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.ports import Event, Malformed


@dataclass(frozen=True)
class Lines:
    """One value a line; it carries items only, no changes."""

    limits: Limits = DEFAULT_LIMITS
    name: str = "lines"

    def session(self, input: Type[Any], output: Type[Any]) -> LinesSession:
        """Start on a new connection or file."""
        return LinesSession(self.limits, input, output)


lines_codec = Lines()
"""The codec with the default limits."""


class LinesSession:
    """The codec at work on one connection or file."""

    def __init__(self, limits: Limits, input: Type[Any], output: Type[Any]) -> None:
        self._limits = limits
        self._rest: list[bytes] = []
        self._rest_length = 0
        self._fresh = True  # nothing has come yet
        self._too_long = False  # the rest of the line that has begun is passed over: it was told that it is too long
        self.speak(input, output)

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the values from here on."""
        self._input, self._output = input, output

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come; return the lines that are whole."""
        if self._fresh and data[:1] == b"\0":
            # A frame begins with its length, so with a zero; a line never does.
            return [Malformed("these bytes are no lines: this server speaks lines, not msgpack frames", fatal=True)]
        self._fresh = self._fresh and not data
        *whole, rest = data.split(b"\n")
        events: list[Event] = []
        if whole:
            whole[0] = b"".join([*self._rest, whole[0]])
            self._rest, self._rest_length = [], 0
            events = [self._line(line) for line in whole[self._too_long :]]
            self._too_long = False
        if rest and not self._too_long:
            self._rest.append(rest)
            self._rest_length += len(rest)
        if self._rest_length > self._limits.message_bytes:
            self._rest, self._rest_length, self._too_long = [], 0, True
            events.append(Malformed(f"a line is over {self._limits.message_bytes:,} bytes", fatal=True))
        return events

    def finish(self) -> list[Event]:
        """Take the end of the stream; a last line without a newline counts."""
        rest, self._rest, self._rest_length = b"".join(self._rest), [], 0
        return [self._line(rest)] if rest else []

    def unfinished(self) -> bool:
        """Tell whether a line has begun and is not whole."""
        return bool(self._rest)

    def _line(self, line: bytes) -> Event:
        try:
            text = line.removesuffix(b"\r").decode()
            return Item(text if self._input is Str else read_text(text, self._input, self._limits))
        except UnicodeDecodeError as error:
            return Malformed(f"a line is not UTF-8: byte {error.start} is {line[error.start]:#04x}")
        except ToolkitError as error:
            return Malformed(str(error))

    def send(self, answer: Answer) -> bytes:
        """Return the line of an answer; what is not an output begins with an exclamation mark."""
        match answer:
            case Item(value):
                line = value if self._output is Str else show_text(value, self._output)
            case Failed(_, reason):
                line = f"! failed: {reason}"
            case Upgraded():
                line = f"! upgraded: {answer.stage}"
            case Rewired():
                line = f"! rewired: {', '.join(view.name for view in answer.after)}"
            case Refused():
                of = f" {answer.stage}:" if answer.stage else ""
                line = f"! refused:{of} {'; '.join(answer.reasons)}"
            case Inspected():
                states = (f"{stage.name}: {show_text(stage.state, stage.state_type)}" for stage in answer.stages)
                line = "! " + ", ".join(states)
            case Drained():
                line = "! drained"
        # A newline inside a text would be two lines to a reader.
        return line.replace("\n", "\\n").encode("utf-8", "backslashreplace") + b"\n"

    def welcome(self, version: int, input: Type[Any], output: Type[Any]) -> bytes:
        """Return nothing: lines have no greeting."""
        return b""

    def counts(self, metrics: Metrics) -> bytes:
        """Return nothing: lines do not ask for counts."""
        return b""

    def end(self, reason: str) -> bytes:
        """Return what is said before the server ends a connection."""
        return f"! ended: {reason}\n".encode()
