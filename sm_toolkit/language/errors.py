"""Errors of the language: small records of what was expected, what was found, where, and what to do.

Each exception carries its fields as data; its text is made in one place, here. Nothing here decides whether
something is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


class ToolkitError(Exception):
    """The root of every error that this package raises on purpose."""


class AnnotationError(ToolkitError, TypeError):
    """A Python annotation stands for no type of the language."""

    def __init__(self, found: str, whole: str) -> None:
        self.found = found
        self.whole = whole
        inside = "" if found == whole else f" (inside {whole})"
        super().__init__(
            f"{found}{inside} stands for no type of the language; it knows None, bool, int, str, "
            "tuple[a, b] and Left[a] | Right[b]"
        )


class ValueMismatchError(ToolkitError, TypeError):
    """A Python value does not belong to a type.

    ``path`` leads to what is wrong inside the value, as Python would index it (``[0].value``). ``subject`` says
    what the value is to be, if that is known (``the input``).
    """

    def __init__(self, expected: str, found: str, path: str, subject: str = "") -> None:
        self.expected = expected
        self.found = found
        self.path = path
        self.subject = subject
        where = f" at {path}" if path else ""
        super().__init__(
            f"{subject}{where} should be {expected}, and is {found}"
            if subject
            else f"expected a value of {expected}{where}, found {found}"
        )


class TextError(ToolkitError, ValueError):
    """A text is not the text form of a value of the type wanted.

    ``position`` counts characters from 0, None where the whole is wrong; ``expected`` is what would be allowed.
    """

    def __init__(self, type_: str, expected: str, found: str, position: int | None) -> None:
        self.type = type_
        self.expected = expected
        self.found = found
        self.position = position
        where = "" if position is None else f" at column {position + 1}"
        super().__init__(f"cannot read {type_}: expected {expected}{where}, found {found}")


class StepError(ToolkitError):
    """A step failed: it gave no output, and the state is what it was.

    Two step errors are equal when they say the same.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __eq__(self, other: object) -> bool:
        """Compare by what is said."""
        return isinstance(other, StepError) and other.reason == self.reason

    def __hash__(self) -> int:
        """Hash what is said."""
        return hash(self.reason)


class LimitError(ToolkitError, ValueError):
    """Something is larger than a limit allows."""

    def __init__(self, what: str, limit: str, allowed: int, found: int | None = None) -> None:
        self.what = what
        self.limit = limit
        self.allowed = allowed
        self.found = found
        size = f"{found:,}" if found is not None and found < 10**18 else "more"
        super().__init__(f"{what} is too large: {size}, where the limit `{limit}` allows {allowed:,}")


class DecodeError(ToolkitError, ValueError):
    """Bytes are not the encoding of what was wanted; ``position`` counts bytes from 0."""

    def __init__(self, what: str, expected: str, found: str, position: int) -> None:
        self.what = what
        self.expected = expected
        self.found = found
        self.position = position
        super().__init__(f"cannot decode {what}: expected {expected} at byte {position}, found {found}")


class EncodeError(ToolkitError, ValueError):
    """Something has no encoding; ``reason`` says why, ``advice`` what would have one."""

    def __init__(self, what: str, reason: str, advice: str) -> None:
        self.what = what
        self.reason = reason
        self.advice = advice
        super().__init__(f"cannot encode {what}: {reason}; {advice}")


@dataclass(frozen=True)
class Place:
    """A place inside a machine: the path of child numbers from the root, and the part as text."""

    path: tuple[int, ...]
    text: str


class MachineTypeError(ToolkitError, TypeError):
    """A machine does not fit together, or does not fit the types asked of it.

    ``subject`` says what is typed wrong (``the input of `put()` ``), ``expected`` and ``found`` are types as
    text, ``place`` is where, ``source`` is the whole machine with the part marked (two lines), ``advice`` is
    what would be allowed.
    """

    def __init__(
        self,
        subject: str,
        expected: str,
        found: str,
        place: Place,
        source: str = "",
        advice: str = "",
    ) -> None:
        self.subject = subject
        self.expected = expected
        self.found = found
        self.place = place
        self.source = source
        self.advice = advice
        lines = [f"machine does not fit: {subject} should be {expected}, and is {found}"]
        if source:
            lines += ["", *("    " + line for line in source.splitlines()), ""]
        lines.append(f"    wants  {expected}")
        lines.append(f"    gets   {found}")
        lines.append(f"    at     {_path_text(place.path)}")
        if advice:
            lines.append(f"    try    {advice}")
        super().__init__("\n".join(lines))

    @property
    def summary(self) -> str:
        """The error in one line, as it goes to a client."""
        return f"{self.subject} should be {self.expected}, and is {self.found} (in `{self.place.text}`)"


def _path_text(path: tuple[int, ...]) -> str:
    if not path:
        return "the whole machine"
    shown = [str(step + 1) for step in path]
    if len(shown) > 20:
        shown = [*shown[:10], "…", *shown[-10:]]
    return "part " + ".".join(shown)


class AmbiguousTypeError(ToolkitError, TypeError):
    """The type that a `read()` or `show()` works on is not fixed by anything around it."""

    def __init__(self, form: str, place: Place, source: str = "") -> None:
        self.form = form
        self.place = place
        self.source = source
        lines = [f"machine is ambiguous: nothing fixes the type that `{form}()` works on"]
        if source:
            lines += ["", *("    " + line for line in source.splitlines()), ""]
        lines.append(f"    at     {_path_text(place.path)}")
        lines.append(f"    try    name the type, `{form}(Int)` say, or put it beside a part that fixes it")
        super().__init__("\n".join(lines))

    @property
    def summary(self) -> str:
        """The error in one line, as it goes to a client."""
        return f"nothing fixes the type that `{self.form}()` works on"
