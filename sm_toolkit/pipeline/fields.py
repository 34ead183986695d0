"""The fields of a frame, taken one by one, each of the class that it must have. What a frame is, ``wire`` says."""

from __future__ import annotations

import math
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.canonical import decode_machine, decode_type
from sm_toolkit.language.encoding.value_encoding import decode_value
from sm_toolkit.language.errors import DecodeError, LimitError
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.shapes import LONGEST_NAME


class TooLargeToShow:
    """Stands for a state that was too large to be sent along."""

    def __repr__(self) -> str:
        """Say so."""
        return "<a state too large to show>"


class Fields:
    """Takes the fields of a frame one by one.

    Every method raises ``DecodeError`` where the next field is of another class than it takes, and the one that
    decodes what is in it as that decoder does.
    """

    def __init__(self, fields: list[Any], what: str) -> None:
        self._fields = fields
        self._what = what
        self._position = 0

    def _take(self, expected: str, class_: type) -> Any:
        found = self._fields[self._position] if self._position < len(self._fields) else _MISSING
        if found.__class__ is not class_:
            shown = _KINDS.get(found.__class__, "nothing")
            raise DecodeError(self._what, f"{expected} in field {self._position}", shown, 0)
        self._position += 1
        return found

    def number(self, what: str) -> int:
        """Take an integer, one of 64 bits: no number here needs more, and longer ones Python may not print."""
        found: int = self._take(what, int)
        if found.bit_length() > 64:
            raise DecodeError(self._what, f"{what}, below 2**64, in field {self._position - 1}", "a larger one", 0)
        return found

    def name(self, what: str) -> str:
        """Take a short text, which may be said back."""
        found = self.text(what)
        if len(found) > LONGEST_NAME:
            raise LimitError(what, "longest_name", LONGEST_NAME, len(found))
        return found

    def seconds(self, what: str) -> float:
        """Take a time, which is no infinity and not negative."""
        found: float = self._take(what, float)
        if not 0 <= found < math.inf:
            raise DecodeError(self._what, f"{what}, in seconds, in field {self._position - 1}", str(found), 0)
        return found

    def text(self, what: str) -> str:
        """Take a text."""
        return str(self._take(what, str))

    def word(self, what: str) -> str:
        """Take a name or a hash, which are short and printable.

        Raises:
            DecodeError: it is not.
        """
        word = self.text(what)
        if len(word) > LONGEST_NAME or not word.isprintable():
            expected = f"{what} of at most {LONGEST_NAME} printable characters at field {self._position - 1}"
            raise DecodeError(self._what, expected, f"{word:.80}" if word.isprintable() else f"{word!a:.80}", 0)
        return word

    def flag(self, what: str) -> bool:
        """Take a flag."""
        return bool(self._take(what, bool))

    def blob(self, what: str) -> bytes:
        """Take bytes."""
        return bytes(self._take(what, bytes))

    def absent(self) -> bool:
        """Tell whether the next field is nil, and pass it if it is."""
        absent = self._position < len(self._fields) and self._fields[self._position] is None
        self._position += absent
        return absent

    def rest(self, each: int = 1) -> range:
        """Return a range of as many steps as there are groups of ``each`` fields left."""
        return range(-(-(len(self._fields) - self._position) // each))

    def rest_at_most(self, count: int) -> range:
        """Return a range of so many steps, which there are fields left for.

        Raises:
            DecodeError: there are not so many fields left.
        """
        if not 0 <= count <= len(self._fields) - self._position:
            left = len(self._fields) - self._position
            raise DecodeError(self._what, f"{count} parts from field {self._position} on", f"{left} fields", 0)
        return range(count)

    def type(self, what: str, limits: Limits) -> Type[Any]:
        """Take a type."""
        return decode_type(self.blob(what), limits)

    def machine(self, what: str, limits: Limits) -> Machine[Any, Any, Any]:
        """Take a machine."""
        return decode_machine(self.blob(what), limits)

    def maybe_machine(self, what: str, limits: Limits) -> Machine[Any, Any, Any] | None:
        """Take a machine, or nil."""
        return None if self.absent() else self.machine(what, limits)

    def adapter(self, limits: Limits) -> Adapter | None:
        """Take both machines of an adapter, or nil twice."""
        up = self.maybe_machine("the adapter's `up`", limits)
        down = self.maybe_machine("the adapter's `down`", limits)
        if (up is None) != (down is None):
            raise DecodeError(self._what, "both `up` and `down` of an adapter, or neither", "one of them", 0)
        return None if up is None or down is None else Adapter(up, down)

    def state(self, type_: Type[Any], limits: Limits) -> Any:
        """Take a state of a type, or nil where it was too large."""
        return TooLargeToShow() if self.absent() else decode_value(self.blob("a state"), type_, limits)

    def typed_state(self, limits: Limits) -> tuple[Type[Any], Any]:
        """Take a type and a state of it."""
        type_ = self.type("a state's type", limits)
        return type_, self.state(type_, limits)

    def end(self) -> None:
        """Refuse what is left."""
        if self._position != len(self._fields):
            raise DecodeError(self._what, f"{self._position} fields", f"{len(self._fields)} of them", 0)


_MISSING = object()
_KINDS = {
    int: "a number",
    str: "a text",
    bytes: "bytes",
    bool: "a flag",
    float: "a float",
    list: "a list",
    type(None): "nil",
    dict: "a map",
}
