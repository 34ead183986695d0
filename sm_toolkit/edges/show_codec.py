"""The text codec: messages in the derived ``Show`` form of the Haskell original, for people and for ``nc``.

The form itself is in ``show_read``, where a request ends in ``show_scanner``; here both meet the messages of
a pipeline.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from sm_toolkit.edges.show_read import (
    ItemRequest,
    parse_request,
    print_failed,
    print_item,
    print_upgrade_failed,
    print_upgrade_succeeded,
)
from sm_toolkit.edges.show_scanner import RequestScanner, TooLong
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import LimitError, ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import Answer, Drained, Failed, Inspected, Item, Refused, Rewired, Upgrade, Upgraded
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.ports import Event, Malformed


@dataclass(frozen=True)
class ShowText:
    """Requests and answers a line each, as ``show`` writes them and ``read`` takes them."""

    limits: Limits = DEFAULT_LIMITS
    name: str = "text"

    def session(self, input: Type[Any], output: Type[Any]) -> ShowSession:
        """Start on a new connection or file."""
        return ShowSession(self.limits, input, output)


LARGEST_REQUEST = 1_000_000
"""How many bytes of one request are read: parsing text takes two millionths of a second a byte."""

text_codec = ShowText()
"""The codec with the default limits."""


class ShowSession:
    """The codec at work on one connection or file."""

    def __init__(self, limits: Limits, input: Type[Any], output: Type[Any]) -> None:
        self._limits = limits
        self._input = input
        self._output = output
        self._fresh = True  # nothing has come yet
        self._scanner = RequestScanner(limits, min(limits.message_bytes, LARGEST_REQUEST))
        self._found: deque[bytes | TooLong] = deque()  # requests that are whole and not read yet

    def speak(self, input: Type[Any], output: Type[Any]) -> None:
        """Use these types for the values from here on."""
        self._input = input
        self._output = output

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes as they come; return the requests that are whole, up to a change."""
        if self._fresh and data[:1] == b"\0":
            # A frame begins with its length, so with a zero; text never does.
            return [Malformed("these bytes are no text: this server speaks text, not msgpack frames", fatal=True)]
        if data:
            self._fresh = False
            self._found.extend(self._scanner.feed(data))
        return self._events()

    def finish(self) -> list[Event]:
        """Take the end of the stream, which ends a request too."""
        self._found.extend(self._scanner.finish())
        return self._events()

    def _events(self) -> list[Event]:
        events: list[Event] = []
        while self._found:
            events.append(self._event(self._found.popleft()))
            if isinstance(events[-1], Upgrade):
                break
        return events

    def unfinished(self) -> bool:
        """Tell whether a request has begun and is not whole."""
        return self._scanner.unfinished()

    def _event(self, found: bytes | TooLong) -> Event:
        if isinstance(found, TooLong):
            return Malformed(found.reason)
        try:
            request = parse_request(found, self._input, self._limits)
        except ToolkitError as error:
            return Malformed(str(error))
        if isinstance(request, ItemRequest):
            return Item(request.value)
        return Upgrade(
            stage=request.name,
            machine=Machine(request.machine_term),
            state_type=request.new_state,
            input_type=request.new_input,
            output_type=request.new_output,
            migrate=Machine(request.migration_term),
            old_state_type=request.old_state,
        )

    def send(self, answer: Answer) -> bytes:
        """Return the line of an answer; an output that cannot be written becomes a failure that says why."""
        match answer:
            case Item(value):
                try:
                    line = print_item(value, self._output, limits=self._limits)
                except LimitError as error:
                    line = print_failed(f"the answer cannot be sent: {error}")
            case Failed():
                line = print_failed(answer.reason)
            case Upgraded():
                line = print_upgrade_succeeded(answer.stage)
            case Refused():
                line = print_upgrade_failed(answer.stage, "; ".join(answer.reasons))
            case Inspected() | Rewired() | Drained():
                return b""  # the form has no way to ask for these
        return line.encode() + b"\n"

    def welcome(self, version: int, input: Type[Any], output: Type[Any]) -> bytes:
        """Return nothing: the form has no greeting."""
        return b""

    def counts(self, metrics: Metrics) -> bytes:
        """Return nothing: the form does not ask for counts."""
        return b""

    def end(self, reason: str) -> bytes:
        """Return what is said before the server ends a connection."""
        return print_failed(reason).encode() + b"\n"
