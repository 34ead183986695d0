"""Forms for values of a type, as plain models: the fields to fill in, what is wrong in each, and the value they make.

A record has a field for each of its own, a sum a choice, and text a line; what is nested deeper is written in the text
form of values. No widget here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import Left, Right, Type, is_record_head, record_words
from sm_toolkit.language.data.value_samples import of_parts
from sm_toolkit.language.data.values import default_value, finite_values, taken_in
from sm_toolkit.language.errors import LimitError, TextError, ToolkitError, ValueMismatchError
from sm_toolkit.language.text import read_text, show_text
from sm_toolkit.notebook.literals import NotWrittenError, written

DEEPEST = 4
"""How many parts may be inside one another in a form; what is deeper is one line of text."""

MOST_FIELDS = 24
"""How many fields a form has; a type with more is one line of text."""

MOST_BUTTONS = 64
"""How many values are offered a button each."""


class FormError(ToolkitError, ValueError):
    """A form is not filled in: ``field`` is the first that is wrong, ``reason`` why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}" if field else reason)


@dataclass(eq=False)
class Line:
    """A line of text. A string is what is written itself; any other value is in its text form, or as in Python."""

    label: str
    type: Type[Any]
    classes: Classes

    def __post_init__(self) -> None:
        """Begin with a smallest value, so that a form is filled in from the first."""
        self.write("" if self.type.head == "Str" else show_text(default_value(self.type), self.type))

    def write(self, text: str) -> None:
        """Take what is written now; ``error`` says what is wrong with it, and is empty if nothing is."""
        self.text = text
        self.error = ""
        self._value: Any = None
        try:
            self._value = read(text, self.type, self.classes)
        except FormError as error:
            self.error = error.reason

    def value(self) -> Any:
        """Return the value.

        Raises:
            FormError: what is written is none of the type.
        """
        if self.error:
            raise FormError(self.label, self.error)
        return self._value

    @property
    def is_long(self) -> bool:
        """Whether what is written has parts, and so wants room."""
        return self.type.head not in _HINTS

    def hint(self) -> str:
        """Say what to write, in a few words."""
        return _HINTS.get(self.type.head, f"as in {example(self.type)}")


@dataclass(eq=False)
class Flag:
    """A mark that is there or not: a Bool."""

    label: str
    on: bool = False

    def value(self) -> bool:
        """Return the value."""
        return self.on


@dataclass(eq=False)
class Group:
    """Parts that make one value: of a record, of a tuple, or none at all."""

    label: str
    type: Type[Any]
    parts: tuple[Part, ...]
    classes: Classes

    def value(self) -> Any:
        """Return the value.

        Raises:
            FormError: a part is not filled in; the field is told with those it is in.
        """
        return None if self.type.head == "Unit" else of_parts(self.type, self.values(), self.classes)

    def values(self) -> tuple[Any, ...]:
        """Return the values of the parts."""
        return tuple(_within(self.label, part.value) for part in self.parts)


@dataclass(eq=False)
class Choice:
    """One of several ways, each with a part of its own: a sum, or what may be missing. ``chosen`` is its number."""

    label: str
    names: tuple[str, ...]
    parts: tuple[Part, ...]
    wraps: tuple[Callable[[Any], Any], ...]
    chosen: int = 0

    def value(self) -> Any:
        """Return the value of the way that is chosen.

        Raises:
            FormError: its part is not filled in.
        """
        return self.wraps[self.chosen](_within(self.label, self.parts[self.chosen].value))


Part: TypeAlias = Line | Flag | Group | Choice


@dataclass(eq=False)
class Form:
    """A form for inputs of one kind: ``name`` is what they are called, ``part`` what is filled in."""

    name: str
    part: Part
    wrap: Callable[[Any], Any]

    def value(self) -> Any:
        """Return the input.

        Raises:
            FormError: a field is not filled in.
        """
        return self.wrap(self.part.value())


def offered(type_: Type[Any], classes: Classes = NEWEST) -> tuple[list[Any], list[Form]]:
    """Return what an input of a type may be: the values that need a button alone, and forms for those with data.

    >>> from sm_toolkit.language.data.types import Either, Int, Unit
    >>> values, forms = offered(Either(Unit, Int))
    >>> values, [form.name for form in forms]
    ([Left(None)], ['Right'])
    """
    values: list[Any] = []
    forms: list[Form] = []
    waiting: list[tuple[str, Type[Any], Callable[[Any], Any]]] = [("", type_, _same)]
    while waiting:
        name, current, wrap = waiting.pop(0)
        some = finite_values(current, MOST_BUTTONS - len(values), classes)
        ways = None if some is not None or len(waiting) + len(forms) > MOST_FIELDS else _ways(current)
        if some is not None:
            values += [wrap(value) for value in some]
        elif ways is not None:
            # a sum is taken apart where it stands, so that the order stays
            waiting[:0] = [
                (f"{name} {way}".strip(), inner, _then(into, wrap)) for way, inner, into in zip(*ways, strict=True)
            ]
        else:
            forms.append(Form(name or "input", part_of("", current, classes), wrap))
    return values, forms


def part_of(label: str, type_: Type[Any], classes: Classes = NEWEST, depth: int = 0) -> Part:
    """Return the part of a form for values of a type.

    >>> from sm_toolkit.language.data.types import Int, List
    >>> line = part_of("items", List(Int))
    >>> line.write("[1, two]")
    >>> line.error
    'expected a value at column 5, found `two`'
    >>> line.write("[1, 2]")
    >>> line.value()
    [1, 2]
    """
    if depth >= DEEPEST or _fields(type_) > MOST_FIELDS:
        return Line(label, type_, classes)
    if type_.head == "Bool":
        return Flag(label)
    if type_.head == "Unit":
        return Group(label, type_, (), classes)
    if is_record_head(type_.head) or type_.head in ("Pair", "Tuple"):
        labels = _labels(type_)
        parts = tuple(part_of(name, inner, classes, depth + 1) for name, inner in zip(labels, type_.args, strict=True))
        return Group(label, type_, parts, classes)
    ways = _ways(type_)
    if ways is None:
        return Line(label, type_, classes)
    names, inners, wraps = ways
    return Choice(label, names, tuple(part_of("", inner, classes, depth + 1) for inner in inners), wraps)


def each_line(part: Part) -> Iterator[Line]:
    """Yield the lines of a part that count: those of what is chosen."""
    match part:
        case Line():
            yield part
        case Group(parts=parts):
            for inner in parts:
                yield from each_line(inner)
        case Choice(parts=parts, chosen=chosen):
            yield from each_line(parts[chosen])


def read(text: str, type_: Type[Any], classes: Classes = NEWEST) -> Any:
    """Return the value that is written in a field: a string as it is, any other in its text form or as in Python.

    Raises:
        FormError: it is none of that type; the error says what is wrong in words for who writes it.
    """
    try:
        if type_.head == "Str":
            return taken_in(text, type_)
        return read_text(text, type_, classes=classes)
    except LimitError as error:
        raise FormError("", str(error)) from None
    except TextError as error:
        try:
            return taken_in(written(text, type_, classes), type_)
        except NotWrittenError as other:
            raise FormError("", other.why or _reason(text, type_, error)) from None
        except ValueMismatchError as mismatch:
            where = f"in {mismatch.path.removeprefix('.')}: " if mismatch.path else ""
            raise FormError("", f"{where}expected {_wanted(mismatch.expected)}, found {mismatch.found}") from None
        except ToolkitError as other:
            raise FormError("", str(other)) from None


def example(type_: Type[Any], classes: Classes = NEWEST) -> str:
    """Return the text form of some value of a type that shows how one is written."""
    return show_text(_sample(type_, classes), type_)


# -- what is in a type ------------------------------------------------------------------------------------

_Ways: TypeAlias = tuple[tuple[str, ...], Sequence[Type[Any]], tuple[Callable[[Any], Any], ...]]


def _ways(type_: Type[Any]) -> _Ways | None:
    """Return the names, the types and what makes the value of each alternative, if a type is a sum."""
    match type_.head:
        case "Either":
            return ("Left", "Right"), type_.args, (Left, Right)
        case "Maybe":
            nothing: Type[Any] = Type("Unit")
            return ("Nothing", "Just"), (nothing, type_.args[0]), (_same, _same)
        case "Variant":
            names = tuple(record_words(record.head)[0] for record in type_.args)
            return names, type_.args, (_same,) * len(names)
        case _:
            return None


def _labels(type_: Type[Any]) -> tuple[str, ...]:
    if is_record_head(type_.head):
        return tuple(record_words(type_.head)[1])
    return ("first", "second") if type_.head == "Pair" else tuple(f"part {at}" for at in range(1, len(type_.args) + 1))


def _fields(type_: Type[Any]) -> int:
    """Count the fields of a form; no more than one over ``MOST_FIELDS`` are counted."""
    count = 0
    work = [type_]
    while work and count <= MOST_FIELDS:
        current = work.pop()
        if is_record_head(current.head) or current.head in ("Pair", "Tuple", "Either", "Maybe", "Variant"):
            work.extend(current.args)
        else:
            count += current.head != "Unit"
    return count


def _sample(type_: Type[Any], classes: Classes) -> Any:
    """Return a value with one item in each list or map that is outermost; what is deeper is smallest."""
    if type_.head == "List":
        return taken_in([default_value(type_.args[0])], type_)
    if type_.head == "Map":
        return taken_in({default_value(type_.args[0]): default_value(type_.args[1])}, type_)
    return default_value(type_)


def _same(value: Any) -> Any:
    return value


def _then(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: second(first(value))


def _within(label: str, value: Callable[[], Any]) -> Any:
    try:
        return value()
    except FormError as error:
        field = f"{label}.{error.field}" if label and error.field else label or error.field
        raise FormError(field, error.reason) from None


# -- what is written --------------------------------------------------------------------------------------

_HINTS = {
    "Int": "a whole number, as in 42",
    "Bool": "True or False",
    "Float": "a number, as in 1.5",
    "Str": "text",
    "Bytes": 'bytes, as in b"ab"',
}


def _wanted(expected: str) -> str:
    return _HINTS.get(expected, expected)


def _reason(text: str, type_: Type[Any], error: TextError) -> str:
    if not text.strip():
        return f"write {_HINTS.get(type_.head) or f'a value of {type_}, as in {example(type_)}'}"
    if type_.head in _HINTS:
        return f"expected {_HINTS[type_.head]}, found {text.strip()!r}" if len(text) < 60 else _HINTS[type_.head]
    at = "" if error.position is None else f" at column {error.position + 1}"
    wanted, _, _ = error.expected.partition(" (`")
    return f"expected {wanted}{at}, found {error.found}"
