"""What a primitive is: one record, whole in one place, from which every pass takes what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import repeat
from typing import Any, Protocol, TypeAlias

from sm_toolkit.language.data.persistent import make_record
from sm_toolkit.language.data.records import NEWEST, Classes, record_class
from sm_toolkit.language.data.types import Left, Right, Type, Unit, is_variable_head, nodes, record_words
from sm_toolkit.language.errors import LimitError, StepError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

SideClass: TypeAlias = "type[Left[Any]] | type[Right[Any]]"


class Build(Protocol):
    """What may be done with values whether they are there or only known of: those of a run, or the compiler's."""

    def constant(self, value: Any, /) -> Any:
        """Make a value known beforehand."""

    def pair(self, left: Any, right: Any, /) -> Any:
        """Make a pair."""

    def side(self, side: SideClass, value: Any, /) -> Any:
        """Make a Left or a Right."""

    def distributed(self, chosen: Any, beside: Any, /) -> Any:
        """Put a value beside what is inside a Left or a Right: of ``Left(x)`` and y make ``Left((x, y))``."""

    def record(self, type_: Type[Any], parts: Sequence[Any], /) -> Any:
        """Make a record of a type of its fields."""

    def field(self, record: Any, type_: Type[Any], place: int, /) -> Any:
        """Take out a field."""

    def updated(self, record: Any, type_: Type[Any], place: int, part: Any, /) -> Any:
        """Make a record like another one, of its class, with another value in a field."""

    def alternatives(self, value: Any, records: tuple[Type[Any], ...], /) -> Any:
        """Make the nested sum of what is one of several records."""

    def tuple_(self, parts: Sequence[Any], /) -> Any:
        """Make a tuple of three parts or more."""

    def part(self, whole: Any, place: int, /) -> Any:
        """Take out a part of such a tuple."""

    def maybe(self, value: Any, /) -> Any:
        """Make the Left or Right of what may be None."""

    def without_side(self, chosen: Any, /) -> Any:
        """Take out what is inside a Left or a Right, whichever it is."""


class _Values:
    """Builds the values themselves."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes

    def constant(self, value: Any, /) -> Any:
        return value

    def pair(self, left: Any, right: Any, /) -> Any:
        return left, right

    def side(self, side: SideClass, value: Any, /) -> Any:
        return side(value)

    def distributed(self, chosen: Any, beside: Any, /) -> Any:
        return chosen.__class__((chosen.value, beside))

    def record(self, type_: Type[Any], parts: Sequence[Any], /) -> Any:
        return make_record(record_class(type_, self._classes), record_words(type_.head)[1], parts)

    def field(self, record: Any, type_: Type[Any], place: int, /) -> Any:
        return getattr(record, record_words(type_.head)[1][place])

    def updated(self, record: Any, type_: Type[Any], place: int, part: Any, /) -> Any:
        labels = record_words(type_.head)[1]
        parts = [getattr(record, label) for label in labels]
        parts[place] = part
        return make_record(record.__class__, labels, parts)

    def alternatives(self, value: Any, records: tuple[Type[Any], ...], /) -> Any:
        return splitter(tuple(record_words(record.head)[0] for record in records))(value)

    def tuple_(self, parts: Sequence[Any], /) -> Any:
        return tuple(parts)

    def part(self, whole: Any, place: int, /) -> Any:
        return whole[place]

    def maybe(self, value: Any, /) -> Any:
        return Left(None) if value is None else Right(value)

    def without_side(self, chosen: Any, /) -> Any:
        return chosen.value


@lru_cache(1024)
def splitter(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return what makes nested sums, ended by the last alternative, of records of these names."""
    place = {name: number for number, name in enumerate(names)}

    def split(value: Any) -> Any:
        number = place[value.__class__.__name__]
        made = Left(value) if number < len(names) - 1 else value
        for _ in range(number):
            made = Right(made)
        return made

    return split


def values_of(classes: Classes) -> Build:
    """Return what does it with the values of a run, in which records are made of these classes."""
    return _Values(classes) if classes else VALUES


VALUES: Build = _Values(NEWEST)
"""What does it with the values of a run, in which records are of the newest classes."""

MADE = -1
"""What a primitive makes, beside the parts that it is given."""

COSTS = 16
"""To compare two parts, or to put a key into a map, costs as much as so many characters; it takes about as long."""

_WITHOUT_END = repeat(None)
"""Turns of which there are always more."""


@dataclass(frozen=True)
class PrimitiveRecord:
    """One leaf operation.

    ``input`` and ``output`` may hold type variables, which are instantiated anew at each use in the order of
    ``variables``. ``opcode`` is its number in the wire form and never changes.

    The input comes in parts: the halves of a pair in ``input`` as arguments of their own, a Unit as none. Either
    ``moves`` says what becomes of them, for what only moves values about, takes them apart and puts them together: it
    is given a ``Build`` and the parts, and the compiler does the same with what it knows of them. Or ``run`` gives the
    meaning, and ``source`` a Python expression for compiled code, in which ``{0}``, ``{1}``, … stand for the parts,
    literals among them. It may bind the name ``n``, which lasts until the next part is computed. Without ``source``
    compiled code calls ``run``.

    One that ``can_fail`` may raise a StepError. Its ``run`` is given the limits before the parts, and its ``source``
    may say ``{int_bits}`` or ``{string_length}`` for a limit and ``{run}`` for a call of ``run``: so it does what
    usually happens, and leaves what is too large or wrong to the definition, reason included.

    One that works on many things at once names in ``bulk`` the parts whose lengths its work grows with, ``MADE`` for
    what it makes, and takes turns of the step by them; each item ``costs`` as much as so many characters. One whose
    work only shows as it goes on ``spends`` them itself:
    its ``run`` is given the limits and the turns before the parts.

    One that is ``typed`` does what it does according to its types: they are written into the term, as those of
    ``read`` and ``show`` are. Its ``run`` is given the types of ``variables`` first of all, and ``source`` is a
    function of them. One that fails only where its second part is 0 says in ``unless_zero`` what it does elsewhere.
    One that ``grows`` fails only where the integer that it makes is over the limit: its ``source`` does not ask, and
    the compiler sees to it where it has to.
    """

    name: str
    opcode: int
    input: Type[Any]
    output: Type[Any]
    run: Callable[..., Any] | None = None
    source: str | Callable[..., str | None] | None = None
    moves: Callable[..., Any] | None = None
    can_fail: bool = False
    bulk: tuple[int, ...] = ()
    costs: int = 1
    spends: bool = False
    typed: bool = False
    takes: tuple[tuple[int, ...], ...] | None = None
    unless_zero: str | None = None
    grows: bool = False

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of its type variables, in the order in which types are given to it."""
        parts = [*nodes(self.input), *nodes(self.output)]
        return tuple(sorted({part.head for part in parts if is_variable_head(part.head)}))

    @cached_property
    def paths(self) -> tuple[tuple[int, ...], ...]:
        """Where in the input its parts are: of each, which half of which half; ``takes``, if that is given."""
        if self.takes is not None:
            return self.takes
        found: list[tuple[int, ...]] = []
        work: list[tuple[Type[Any], tuple[int, ...]]] = [(self.input, ())]
        while work:
            type_, path = work.pop()
            if type_.head == "Pair":
                work += [(type_.args[1], (*path, 1)), (type_.args[0], (*path, 0))]
            elif type_ is not Unit:
                found.append(path)
        return tuple(found)

    def function(self, types: tuple[Type[Any], ...] = (), limits: Limits = DEFAULT_LIMITS) -> Callable[..., Any]:
        """Return what it does with the parts of an input, at these types if it is typed."""
        if self.moves is not None:
            return partial(self.moves, VALUES)
        assert self.run is not None, "a record has `run` or `moves`"
        given = (*(types if self.typed else ()), *((limits,) if self.can_fail or self.spends else ()))
        if self.spends:
            given = (*given, _WITHOUT_END)
        return partial(self.run, *given) if given else self.run

    def counted(self, types: tuple[Type[Any], ...] = (), limits: Limits = DEFAULT_LIMITS) -> Callable[..., Any]:
        """Return the same for what takes turns: they come before the parts.

        What is ``bulk`` takes them when it is done: what it does once is bounded by the limits on sizes.
        """
        if self.spends:
            assert self.run is not None, "what spends turns runs"
            return partial(self.run, *(types if self.typed else ()), limits)
        function = self.function(types, limits)

        def run(turns: Iterator[None], *parts: Any) -> Any:
            made = function(*parts)
            size = sum(len(made if part == MADE else parts[part]) for part in self.bulk)
            limits.charge(turns, size * self.costs)
            return made

        return run

    def apply(
        self,
        x: Any,
        types: tuple[Type[Any], ...] = (),
        limits: Limits = DEFAULT_LIMITS,
        turns: Iterator[None] = _WITHOUT_END,
        values: Build = VALUES,
    ) -> Any:
        """Return what it gives for an input; ``turns`` are those that the step has left, ``values`` make records.

        Raises:
            StepError: it fails, as ``can_fail`` says that it may, or there are too few turns.
        """
        parts: list[Any] = [turns] if self.takes_turns(types) else []
        for path in self.paths:
            part = x
            for index in path:
                part = part[index]
            parts.append(part)
        if self.moves is not None:
            return self.moves(values, *parts)
        return (self.counted if self.takes_turns(types) else self.function)(types, limits)(*parts)

    def takes_turns(self, types: tuple[Type[Any], ...] = ()) -> bool:
        """Tell whether it may take turns of the step, at these types if it is typed."""
        return bool(self.bulk) or (self.spends and self.quick(types) is None)

    def quick(self, types: tuple[Type[Any], ...] = ()) -> str | None:
        """Return the source for compiled code, at these types if it is typed."""
        return self.source(*types) if callable(self.source) else self.source

    def quick_if_short(self, types: tuple[Type[Any], ...] = ()) -> str | None:
        """Return the source for compiled code that counts; it may say ``{short}`` for what takes no turn."""
        source = self.quick(types)
        if source is None or not self.bulk:
            return source
        assert self.costs == 1, "what is short is told by its length alone"
        if "{string_length}" in source:
            return source.replace("{string_length}", "{short}")
        if self.bulk == (MADE,):
            return f"n if len(n := {source}) <= {{short}} else {{run}}"
        sizes = " + ".join(f"len({{{part}}})" for part in self.bulk)
        return f"{{run}} if {sizes} > {{short}} else {source}"

    def types_at(self, input: Type[Any], output: Type[Any]) -> tuple[Type[Any], ...]:
        """Return what its variables are where it takes and gives these, instances of its own."""
        found: dict[str, Type[Any]] = {}
        work = [(self.input, input), (self.output, output)]
        while work:
            pattern, type_ = work.pop()
            if is_variable_head(pattern.head):
                found[pattern.head] = type_
            else:
                work.extend(zip(pattern.args, type_.args, strict=True))
        return tuple(found[name] for name in self.variables)


def allow(limits: Limits, limit: str, size: int, what: str) -> None:
    """Do nothing if ``size`` is within the limit of that name, else fail the step.

    Raises:
        StepError: it is not; the reason names the limit.
    """
    try:
        limits.allow(limit, size, what)
        return
    except LimitError as error:
        reason = str(error)
    # Raised out here, the error keeps no other error alive, nor its frames; batches keep errors.
    raise StepError(reason)
