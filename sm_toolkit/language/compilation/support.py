"""What generated code calls, and the names under which it finds it. No term and no source text here.

Everything that comes from a term (constants, types to be read) travels beside the generated source, in the
globals of the compiled functions, under a name that is made here from a fixed prefix and a number.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import repeat
from typing import Any, TypeAlias

from sm_toolkit.language.compilation.making import Shape, Split, maker, shape_of, split_of
from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import BY_CLASS, Int, Left, Right, Type
from sm_toolkit.language.data.values import finite_values
from sm_toolkit.language.errors import LimitError, StepError, TextError
from sm_toolkit.language.leaves.record import VALUES, PrimitiveRecord, SideClass, splitter
from sm_toolkit.language.limits import PER_TURN, Limits
from sm_toolkit.language.syntax.passes import TurnCosts
from sm_toolkit.language.text import is_shown_by_type, read_text, show_text

Wrappers: TypeAlias = "tuple[SideClass, Wrappers] | None"
"""Constructors to put round a value, innermost first, as a linked list (long ones share their ends)."""

COMPARED_VALUES = 4
"""A type of at most so many values is read by comparing its text (a text fresh from outside has no hash yet)."""

LISTED_VALUES = 16
"""A type of at most so many values is read by looking its text up."""

MOST_TURNS = min(2**62, sys.maxsize)
"""As many turns as can be counted."""


class Environment:
    """The globals of one compiled machine.

    ``__builtins__`` is empty: generated code can reach nothing but what was put here.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        has_maybes: bool = False,
        is_within: bool = False,
        counts: bool = True,
        classes: Classes = NEWEST,
    ) -> None:
        self.limits = limits
        self.classes = classes  # of the records that are made
        self.counts = counts  # whether work on what is long takes turns; not where there are always enough of them
        self.short = min(limits.string_length, PER_TURN - 1) if counts else limits.string_length
        self.has_maybes = has_maybes  # whether there is a Maybe in a type of the machine
        self.is_within = is_within  # whether all integers are within the limits
        self.contents: dict[str, Any] = {
            "__builtins__": {},
            "Left": Left,
            "Right": Right,
            "StepError": StepError,
            "len": len,
            "new": object.__new__,
            "out_of_fuel": limits.out_of_fuel,
            "repeat": repeat,
            "paid": _payer(limits),
            "spend": limits.spend,
            "show": self._shower(),
            "wrap": wrap,
        }
        self.turn_costs = TurnCosts()
        self._counts: dict[str, int] = {}
        self._readers: dict[Type[Any], tuple[str, list[tuple[str, Any]]]] = {}
        self._kept: dict[Any, str] = {}
        self._showers: dict[Type[Any], str] = {}
        self._operations: dict[tuple[str, tuple[Type[Any], ...]], str] = {}
        self._shapes: dict[Type[Any], Shape] = {}
        self._makers: dict[tuple[Shape, bool], str] = {}
        self._updaters: dict[tuple[Type[Any], int], str] = {}
        self._splits: dict[tuple[Type[Any], ...], Split] = {}
        self.variants: dict[Any, Split] = {}  # by the first test of each

    def turns(self, less: int = 0) -> str:
        """Return an expression for what counts turns: it comes to its end when there is no fuel left."""
        return f"repeat(None, {min(self.limits.fuel - less, MOST_TURNS)})"

    def add(self, prefix: str, thing: Any) -> str:
        """Put a thing beside the code and return its name there."""
        name = self.fresh(prefix)
        self.contents[name] = thing
        return name

    def kept(self, prefix: str, thing: Any) -> str:
        """Put a thing beside the code, if it is not there yet, and return its name there."""
        key = _key(thing)
        name = self._kept.get(key)
        if name is None:
            name = self._kept[key] = self.add(prefix, thing)
        return name

    def literal(self, value: Any) -> tuple[str, bool]:
        """Return an expression for a constant, and whether it holds together without brackets."""
        if value is None or value.__class__ is bool:
            return repr(value), True
        if value.__class__ is int and -1_000_000 < value < 1_000_000:
            return repr(value), value >= 0
        return self.kept("constant", value), True

    def shape(self, type_: Type[Any]) -> Shape:
        """Return how to know the records of a type."""
        if type_ not in self._shapes:
            self._shapes[type_] = shape_of(type_, self.kept, self.classes)
        return self._shapes[type_]

    def maker(self, shape: Shape, again: bool = False) -> str:
        """Return the name of what makes a record of its fields; ``again``, of the class of one that comes first."""
        if (shape, again) not in self._makers:
            made = maker(shape.class_, shape.labels, again)
            self._makers[shape, again] = self.add("remake" if again else "make", made)
        return self._makers[shape, again]

    def updater(self, type_: Type[Any], place: int) -> str:
        """Return the name of what puts another value into a field."""
        if (type_, place) not in self._updaters:

            def update(record: Any, part: Any) -> Any:
                return VALUES.updated(record, type_, place, part)

            self._updaters[type_, place] = self.add("update", update)
        return self._updaters[type_, place]

    def split(self, records: tuple[Type[Any], ...]) -> Split:
        """Return how to tell which of several records a value is."""
        if records not in self._splits:
            split = self._splits[records] = split_of(records, self.kept, self.classes)
            self.variants[split.test] = split
        return self._splits[records]

    def whole(self, split: Split, text: str) -> tuple[str, bool]:
        """Return an expression for a sum that is wanted whole, and whether it holds together."""
        if split.names:
            return f"{self.kept('split', splitter(split.names))}({text})", True
        return f"Left(None) if (n := {text}) is None else Right(n)", False

    def shower(self, type_: Type[Any] | None) -> str:
        """Return the name of what writes a value of a type."""
        if type_ is None or not is_shown_by_type(type_):
            return "show"
        if type_ not in self._showers:
            self._showers[type_] = self.add("show", self._shower(type_))
        return self._showers[type_]

    def fresh(self, prefix: str) -> str:
        """Return a name that no other global has."""
        number = self._counts[prefix] = self._counts.get(prefix, 0) + 1
        return f"{prefix}_{number}"

    def counted(self, record: PrimitiveRecord, types: tuple[Type[Any], ...]) -> bool:
        """Tell whether a primitive may take turns of the step."""
        return self.counts and record.takes_turns(types)

    def operation(self, record: PrimitiveRecord, types: tuple[Type[Any], ...]) -> str:
        """Return the template of an expression for a primitive, with the parts of its input as ``{0}``, ``{1}``, …

        Of one that grows it is the one that asks the limit. If it is counted, the turns come after the parts.
        """
        template = self._operations.get((record.name, types))
        if template is None:
            counted = self.counted(record, types)
            quick = None if record.grows else record.quick_if_short(types) if counted else record.quick(types)
            run = ""
            if quick is None or "{run}" in quick:
                function = (record.counted if counted else record.function)(types, self.limits)
                parts = range(len(record.paths))
                run = applied(self.add(record.name.rstrip("_"), function), [len(parts), *parts] if counted else parts)
            template = quick or run
            for word, stands_for in {"run": run, "short": self.short, **asdict(self.limits)}.items():
                template = template.replace(f"{{{word}}}", str(stands_for))
            self._operations[record.name, types] = template
        return template

    def reader(self, type_: Type[Any]) -> tuple[str, list[tuple[str, Any]]]:
        """Return the template of an expression that reads ``{0}``, and the texts that are better compared first.

        Where work is counted, the turns are ``{1}``.
        """
        text = "paid({1}, {0})" if self.counts else "{0}"
        if type_ not in self._readers:
            reader = make_reader(type_, self.limits, self.classes)
            name = self.add("read", reader)
            if not isinstance(reader, Texts):
                self._readers[type_] = f"{name}({text})", []
            else:
                named = "Record" in type_.kinds  # by somebody, and what others named is no text of the source
                usual = list(reader.items()) if len(reader) <= COMPARED_VALUES and not named else []
                self._readers[type_] = f"{name}[{text}]", usual
        return self._readers[type_]

    def _shower(self, type_: Type[Any] | None = None) -> Callable[..., str]:
        limits = self.limits

        def show(value: Any) -> str:
            try:
                return show_text(value, type_, limits)
            except LimitError as error:
                reason = str(error)
            raise StepError(reason)

        def show_and_count(value: Any, turns: Iterator[None]) -> str:
            text = show(value)
            limits.charge(turns, len(text))
            return text

        return show_and_count if self.counts else show


def applied(name: str, operands: Iterable[int]) -> str:
    """Return the template of a call with these operands.

    >>> applied("f", range(2))
    'f({0}, {1})'
    """
    return f"{name}({', '.join(f'{{{number}}}' for number in operands)})"


_TOLD = {*BY_CLASS, tuple, Left, Right, type}


def _key(thing: Any) -> Any:
    """Return what tells a thing from others: what it is if that is little, else which object it is."""
    parts: list[Any] = []
    work = [thing]
    while work and len(parts) < 16:
        current = work.pop()
        if current.__class__ not in _TOLD:
            return id(thing)
        if current.__class__ is Left or current.__class__ is Right:
            parts.append(current.__class__)
            work.append(current.value)
        elif current.__class__ is tuple:
            parts += [tuple, len(current)]
            work.extend(current)
        else:
            parts += [current.__class__, repr(current) if current.__class__ is float else current]
    return id(thing) if work else tuple(parts)


class Texts(dict[str, Any]):
    """The values of a small type by their text; any other spelling is parsed, and may fail the step."""

    def __init__(self, listed: dict[str, Any], parse: Callable[[str], Any]) -> None:
        super().__init__(listed)
        self._parse = parse

    def __missing__(self, text: str) -> Any:
        """Read a text that is not listed, and do not keep it."""
        return self._parse(text)


def make_reader(type_: Type[Any], limits: Limits, classes: Classes = NEWEST) -> Texts | Callable[[str], Any]:
    """Return what reads a text of a type: a table for a small type, else a function."""

    def parse(text: str) -> Any:
        try:
            return read_text(text, type_, limits, classes=classes)
        except (TextError, LimitError) as error:
            reason = str(error)
        # Raised out here, the error keeps no frames of the parser alive; batches keep errors.
        raise StepError(reason)

    def parse_int(text: str) -> Any:
        if text.isdecimal() and text.isascii() and len(text) <= digits:
            return int(text)
        return parse(text)

    if type_ is Int:
        digits = min(18, limits.int_bits // 4, limits.string_length)
        return parse_int
    values = finite_values(type_, LISTED_VALUES, classes) if type_.size <= 2 * LISTED_VALUES else None
    if values is None:
        return parse
    listed = {show_text(value, type_): value for value in values}
    return Texts({text: value for text, value in listed.items() if len(text) <= limits.string_length}, parse)


def _payer(limits: Limits) -> Callable[[Iterator[None], str], str]:
    def paid(turns: Iterator[None], text: str) -> str:
        limits.charge(turns, len(text))
        return text

    return paid


def wrap(value: Any, wrappers: Wrappers) -> Any:
    """Put constructors round a value, the first one innermost.

    >>> wrap(1, (Left, (Right, None)))
    Right(Left(1))
    """
    while wrappers is not None:
        side, wrappers = wrappers
        value = side(value)
    return value
