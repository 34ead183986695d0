"""Errors of the language: small records of what was expected, what was found, where, and what to write instead.

Each exception is its fields, as data that cannot be changed, and makes its text from them. Nothing here decides
whether something is wrong.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, fields
from typing import Any


class ToolkitError(Exception):
    """The root of every error that this package raises on purpose."""


@dataclass(frozen=True)
class Excerpt:
    """A piece of a machine as text, in which the part from ``begin`` to ``end`` is marked."""

    text: str
    begin: int
    end: int

    def __str__(self) -> str:
        """Print the text and, under it, a line of carets."""
        return self.text + "\n" + " " * self.begin + "^" * max(1, self.end - self.begin)


@dataclass(frozen=True)
class Report:
    """What is told of an error, in parts, for whoever shows it: a line, the marked source, named rows.

    >>> print(Report("it does not fit", Excerpt("incr >> not_", 8, 12), (("wants", "Bool"), ("gets", "Int"))))
    it does not fit
    <BLANKLINE>
        incr >> not_
                ^^^^
    <BLANKLINE>
        wants  Bool
        gets   Int
    """

    headline: str
    source: Excerpt | None = None
    rows: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Print the parts one below the other; a row may have several lines."""
        lines = [self.headline]
        if self.source is not None:
            lines += ["", *("    " + line for line in str(self.source).splitlines())]
        if self.rows:
            lines.append("")
        for name, text in self.rows:
            first, *others = text.splitlines()
            lines += [f"    {name:<5}  {first}", *(" " * 11 + other for other in others)]
        return "\n".join(lines)


@dataclass(unsafe_hash=True, repr=False)
class RecordedError(ToolkitError):
    """An error that is a record: its fields are compared, and cannot be changed once it is made.

    (A frozen dataclass would not do: Python writes the traceback and the notes into the exception.)
    """

    def __post_init__(self) -> None:
        """Make the fields what a pickle or a copy is made of."""
        super().__init__(*(getattr(self, field.name) for field in fields(self)))

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to change a field."""
        made = self.__dict__
        if name in made and name in self.__match_args__ and made[name] != value:
            raise FrozenInstanceError(f"cannot change {name!r} of an error")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Print the expression that makes it."""
        return f"{type(self).__name__}({', '.join(map(repr, self.args))})"

    def __str__(self) -> str:
        """Print what is told in one line."""
        return self.report().headline

    def report(self) -> Report:
        """Return what is told, in parts."""
        raise NotImplementedError


@dataclass(unsafe_hash=True, repr=False)
class AnnotationError(RecordedError, TypeError):
    """A Python annotation stands for no type of the language; ``reason`` says why and what does, if that is known.

    Or a type has no annotation, and then there is no ``whole``.
    """

    found: str
    whole: str
    reason: str = ""

    def report(self) -> Report:
        """Return what is told, in parts."""
        if not self.whole:
            headline = f"{self.found} has no annotation of Python; {self.reason}"
            return Report(headline, rows=(("gets", self.found), ("try", self.reason)))
        inside = "" if self.found == self.whole else f" (inside {self.whole})"
        known = (
            "None, bool, int, float, str, bytes, tuple[a, b], list[a], dict[a, b], a | None, Left[a] | Right[b], "
            "frozen dataclasses and unions of them"
        )
        told = self.reason or f"it knows {known}"
        rows = (("gets", self.found), ("at", self.whole), ("try", self.reason or known))
        return Report(f"{self.found}{inside} stands for no type of the language; {told}", rows=rows)


@dataclass(unsafe_hash=True, repr=False)
class ValueMismatchError(RecordedError, TypeError):
    """A Python value does not belong to a type.

    ``path`` leads to what is wrong inside the value, as Python would index it (``[0].value``). ``subject`` says
    what the value is to be, if that is known (``the input``).
    """

    expected: str
    found: str
    path: str
    subject: str = ""

    def report(self) -> Report:
        """Return what is told, in parts."""
        where = f" at {self.path}" if self.path else ""
        headline = (
            f"{self.subject}{where} should be {self.expected}, and is {self.found}"
            if self.subject
            else f"expected a value of {self.expected}{where}, found {self.found}"
        )
        place = (("at", f"{self.subject or 'the value'}{where and ', '}{self.path}"),)
        return Report(headline, rows=(("wants", self.expected), ("gets", self.found), *place))


@dataclass(unsafe_hash=True, repr=False)
class TextError(RecordedError, ValueError):
    """A text is not the text form of a value of the type wanted.

    ``position`` counts characters from 0, None where the whole is wrong; ``expected`` is what would be allowed.
    """

    type: str
    expected: str
    found: str
    position: int | None

    def report(self) -> Report:
        """Return what is told, in parts."""
        column = "" if self.position is None else f"column {self.position + 1}"
        where = f" at {column}" if column else ""
        rows = (("wants", self.expected), ("gets", self.found), ("at", column or "the whole text"))
        return Report(f"cannot read {self.type}: expected {self.expected}{where}, found {self.found}", rows=rows)


@dataclass(unsafe_hash=True, repr=False)
class StepError(RecordedError):
    """A step failed: it gave no output, and the state is what it was.

    Two step errors are equal when they say the same.
    """

    reason: str

    def report(self) -> Report:
        """Return what is told, in parts."""
        return Report(self.reason)


@dataclass(unsafe_hash=True, repr=False)
class LimitError(RecordedError, ValueError):
    """Something is larger than a limit allows; how to allow more is told to who sees the traceback, in a note."""

    what: str
    limit: str
    allowed: int
    found: int | None = None

    def __post_init__(self) -> None:
        """Add the note; the text itself may go to a client, who cannot change the limits."""
        super().__post_init__()
        if self.advice:
            self.add_note(f"({self.advice})")

    @property
    def advice(self) -> str:
        """How to allow more, if it is one of the limits that can be given."""
        from sm_toolkit.language.limits import Limits  # which needs this module

        if self.limit not in Limits.__match_args__:
            return ""
        enough = "…" if self.found is None or self.found >= _BEYOND else f"{self.found:_}"
        return f"to allow more, give `limits=Limits({self.limit}={enough})` to a function that takes limits"

    def report(self) -> Report:
        """Return what is told, in parts."""
        size = f"{self.found:,}" if self.found is not None and self.found < _BEYOND else "more"
        headline = f"{self.what} is too large: {size}, where the limit `{self.limit}` allows {self.allowed:,}"
        advice = (("try", self.advice),) if self.advice else ()
        return Report(headline, rows=(("limit", self.limit), ("wants", f"{self.allowed:,}"), ("gets", size), *advice))


_BEYOND = 10**18  # what is larger is not said in figures


@dataclass(unsafe_hash=True, repr=False)
class DecodeError(RecordedError, ValueError):
    """Bytes are not the encoding of what was wanted; ``position`` counts bytes from 0."""

    what: str
    expected: str
    found: str
    position: int

    def report(self) -> Report:
        """Return what is told, in parts."""
        where = f"at byte {self.position}"
        headline = f"cannot decode {self.what}: expected {self.expected} {where}, found {self.found}"
        return Report(headline, rows=(("wants", self.expected), ("gets", self.found), ("at", f"byte {self.position}")))


@dataclass(unsafe_hash=True, repr=False)
class EncodeError(RecordedError, ValueError):
    """Something has no encoding; ``reason`` says why, ``advice`` what would have one."""

    what: str
    reason: str
    advice: str

    def report(self) -> Report:
        """Return what is told, in parts."""
        return Report(f"cannot encode {self.what}: {self.reason}; {self.advice}", rows=(("try", self.advice),))


@dataclass(frozen=True)
class Place:
    """A place inside a machine: the path of child numbers from the root, and the part as text."""

    path: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        """Print the path, counted from 1.

        >>> print(Place((1, 0), "incr"), Place((), "incr"), sep=", ")
        part 2.1, the whole machine
        """
        if not self.path:
            return "the whole machine"
        shown = [str(step + 1) for step in self.path[: 20 + 1]]
        if len(self.path) > 20:
            shown = [*shown[:10], "…", *(str(step + 1) for step in self.path[-10:])]
        return "part " + ".".join(shown)


@dataclass(frozen=True)
class Advice:
    """What to do instead, in words, and the machine as it would then be written, if that is known."""

    words: str
    machine: str = ""

    def __str__(self) -> str:
        """Print the words, and the machine under them."""
        return f"{self.words}\n{self.machine}" if self.machine else self.words


@dataclass(unsafe_hash=True, repr=False)
class FunctionError(RecordedError, TypeError):
    """A Python function is no machine: something in it is not of the language, or does not fit.

    ``file``, ``line`` and ``column`` (from 1) say where, ``source`` is the line with the place marked, ``problem``
    what is wrong and ``advice`` what to write instead. There is no line where there is no source.
    """

    problem: str
    advice: str
    file: str = ""
    line: int = 0
    column: int = 0
    source: Excerpt | None = None

    def __str__(self) -> str:
        """Print all that is told."""
        return str(self.report())

    def report(self) -> Report:
        """Return what is told, in parts."""
        place = f"{self.file}, line {self.line}, column {self.column}" if self.line else self.file
        rows = (("at", place), ("try", self.advice))
        return Report(self.problem, self.source, tuple(row for row in rows if row[1]))


class _MachineError(RecordedError):
    """What is wrong with a machine: it is told in full, and to a client in one line."""

    def __str__(self) -> str:
        """Print all that is told."""
        return str(self.report())


@dataclass(unsafe_hash=True, repr=False)
class MachineTypeError(_MachineError, TypeError):
    """A machine does not fit together, or does not fit the types asked of it.

    ``subject`` says what is typed wrong (``the input of `put()` ``), ``expected`` and ``found`` are types as
    text, and ``expected_from`` and ``found_from`` say where each comes from, if that is known. ``place`` is where,
    ``source`` the machine, or what is near, with the part marked, ``advice`` what would be allowed.
    """

    subject: str
    expected: str
    found: str
    place: Place
    source: Excerpt | None = None
    advice: tuple[Advice, ...] = ()
    expected_from: str = ""
    found_from: str = ""

    def report(self) -> Report:
        """Return what is told, in parts."""
        width = min(24, max(len(self.expected), len(self.found)))
        wants = f"{self.expected:<{width}}  {self.expected_from}".rstrip()
        gets = f"{self.found:<{width}}  {self.found_from}".rstrip()
        tries = [("or" if number else "try", str(advice)) for number, advice in enumerate(self.advice)]
        headline = f"machine does not fit: {self.subject} should be {self.expected}, and is {self.found}"
        return Report(headline, self.source, (("wants", wants), ("gets", gets), ("at", str(self.place)), *tries))

    @property
    def summary(self) -> str:
        """The error in one line, as it goes to a client."""
        return f"{self.subject} should be {self.expected}, and is {self.found} (in `{self.place.text}`)"


@dataclass(unsafe_hash=True, repr=False)
class AmbiguousTypeError(_MachineError, TypeError):
    """The type that a `read()` or `show()` works on is not fixed by anything around it."""

    form: str
    place: Place
    source: Excerpt | None = None
    advice: tuple[Advice, ...] = ()

    def report(self) -> Report:
        """Return what is told, in parts."""
        tries = [("or" if number else "try", str(advice)) for number, advice in enumerate(self.advice)]
        headline = f"machine is ambiguous: nothing fixes the type that `{self.form}()` works on"
        return Report(headline, self.source, (("at", str(self.place)), *tries))

    @property
    def summary(self) -> str:
        """The error in one line, as it goes to a client."""
        return f"nothing fixes the type that `{self.form}()` works on"
