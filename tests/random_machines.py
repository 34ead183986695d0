"""Machines made at random from a plain ``random.Random``: fast, repeatable from a seed, and fond of branches.

Only what is made stands here; what must hold of it is in ``fuzz``. Hypothesis strategies, which find small
examples, are in ``strategies``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, make_dataclass
from functools import lru_cache, partial, reduce
from operator import and_
from random import Random
from typing import Any

from sm_toolkit.language import (
    Bool,
    Bytes,
    Either,
    Float,
    Int,
    Left,
    Limits,
    List,
    Machine,
    Map,
    Maybe,
    Pair,
    Record,
    Right,
    Str,
    Tuple,
    Type,
    Unit,
    Variant,
    const,
    consume,
    copy,
    decr,
    delay,
    distr,
    each,
    eq,
    fan_in,
    first,
    fold,
    fst,
    get,
    gt,
    ident,
    if_,
    incr,
    inl,
    inr,
    let,
    loop,
    lt,
    not_,
    put,
    read,
    record_class,
    second,
    show,
    snd,
    to_either,
    unleft,
    var,
    zoom_first,
    zoom_second,
)
from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.data.types import Substitution, is_record_head, misfit, record_words
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.record_operations import (
    construct,
    field,
    from_tuple,
    inject,
    split,
    to_tuple,
    update,
)

AnyType = Type[Any]
AnyMachine = Machine[Any, Any, Any]
Made = tuple[AnyMachine, AnyType]
"""A machine and its output type."""

LARGEST_TYPE = 25
SIZES = (4, 8)
STEPS = 8
FUEL = 40
INT_BITS = (14_000, 14_000, 67, 67, 8)
"""Limits on integers: one that none reaches, one that those of two digits reach, and one that even inputs pass."""
TEXTS = (
    *("", "()", "Left ()", "Right ()", "Left 3", "Right (Left ())", "(1,True)"),
    *("3", "-1", "007", "True", " True", "False", 'é"', "1.5", "Infinity", "Nothing", "Just 3", "[]", "[1,2]"),
    *("fromList []", "Off", "Up {x = 3}", "Point {x = (), y = 1}", 'b"a"', "(1,True,())"),
    *("x" * 255, "é" * 256, " " * 300 + "3", '"' + "a" * 254 + '"', "Left ()" + " " * 249),
)
"""Texts that ``read`` takes for something, and some that it does not."""


@dataclass(frozen=True)
class Dot:
    """A record of which there is a class."""


@dataclass(frozen=True, slots=True)
class Point:
    """Another one."""

    x: int
    y: tuple[bool, str]


DOT, POINT = from_annotation(Dot), from_annotation(Point)
SHAPE, TRIPLE = Variant(DOT, POINT), Tuple(Int, Bool, Str)
SHAPED: tuple[AnyMachine, ...] = (
    *(construct(DOT), construct(POINT), field(POINT, "y"), update(POINT, "y"), inject(SHAPE, "Point"), split(SHAPE)),
    *(to_tuple(TRIPLE), from_tuple(TRIPLE), eq(SHAPE), lt(POINT), show(SHAPE) >> read(SHAPE)),
)
"""What works on records, variants and tuples."""


@lru_cache(1024)
def other_class(type_: AnyType) -> Any:
    """Return another class of the name and the fields of a record: its objects are values of it too."""
    name, labels = record_words(type_.head)
    return make_dataclass(name, labels, frozen=True, slots=len(labels) % 2 == 0)


class Maker:
    """Makes types, values of a type, and machines over one type of state; ``scope`` are the types that are bound."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.scope: list[AnyType] = []
        self.state = self.type(4)

    def type(self, leaves: int) -> AnyType:
        if leaves <= 1 or self.random.random() < 0.35:
            return self.random.choice((Unit, Unit, Unit, Bool, Bool, Int, Int, Int, Str, Str, Float, Bytes))
        if self.random.random() < 0.4:
            return self.larger_type(leaves)
        left = self.random.randint(1, leaves - 1)
        make = self.random.choice((Pair, Either, Either))
        return make(self.type(left), self.type(leaves - left))

    def larger_type(self, leaves: int) -> AnyType:
        inner = self.type(leaves - 1)
        match self.random.randrange(9):
            case 0:
                return inner if inner.head in ("Unit", "Maybe") else Maybe(inner)
            case 1:
                return List(inner)
            case 2:
                return Map(self.random.choice((Int, Bool, Str, Bytes, Pair(Int, Str))), inner)
            case 3:
                return Tuple(inner, self.type(1), self.type(1))
            case 4:
                return Record("Point", x=inner, y=self.type(1))
            case 5:
                return SHAPE
            case 6:
                return Variant(*(Record(name, x=self.type(1)) for name in "ABCDEF"[: self.random.randint(3, 6)]))
            case _:
                return Variant(Record("Off"), Record("Up", x=inner), Record("Down", x=self.type(1), y=inner))

    def value(self, type_: AnyType) -> Any:
        match type_.head:
            case "Unit":
                return None
            case "Bool":
                return self.random.random() < 0.5
            case "Int":
                most = self.random.choice((3, 3, 2**66))
                return self.random.randint(-most, most)
            case "Str":
                return self.random.choice(TEXTS)
            case "Pair" | "Tuple":
                return tuple(self.value(part) for part in type_.args)
            case "Either":
                side = self.random.randrange(2)
                return (Left, Right)[side](self.value(type_.args[side]))
            case "Float":
                return self.random.choice((0.0, -0.0, 0.5, -3.0, 1e300, float("inf")))
            case "Bytes":
                return self.random.choice((b"", b"a\xff", "é".encode()))
            case "Maybe":
                return self.value(type_.args[0]) if self.random.random() < 0.7 else None
            case "List":
                return PersistentList(self.value(type_.args[0]) for _ in range(self.length(type_)))
            case "Map":
                key, value = type_.args
                return PersistentMap((self.value(key), self.value(value)) for _ in range(self.length(type_)))
            case "Variant":
                return self.value(self.random.choice(type_.args))
            case _:
                usual = self.random.random() < 0.6
                return (record_class(type_) if usual else other_class(type_))(*map(self.value, type_.args))

    def length(self, type_: AnyType) -> int:
        """Draw how many items there are; now and then so many that work on all of them takes fuel."""
        is_small = all(part in (Unit, Bool, Int) for part in type_.args)
        return 600 if is_small and self.random.random() < 0.03 else self.random.randrange(4)

    def machine(self, input_: AnyType, size: int, output: AnyType | None = None) -> Made:
        """Make a few moves that the type at hand allows, then go to the output wanted, if one is."""
        machine, current = ident(input_), input_
        for _ in range(self.random.randint(0, size)):
            part, current = self.move(current, size // 2)
            machine = machine >> part
            if current.size > LARGEST_TYPE:
                machine, current = machine >> consume(), Unit
        if output is not None:
            machine, current = machine >> self.way(current, output, size), output
        return (machine.named("inner") if self.random.random() < 0.05 else machine), current

    def move(self, input_: AnyType, size: int) -> Made:
        moves = [move for move in MOVES if move.fits(input_, self.state)]
        [move] = self.random.choices(moves, [move.weight for move in moves])
        return move.make(self, input_, size)

    def way(self, given: AnyType, wanted: AnyType, size: int) -> AnyMachine:
        """Go from one type to another, by what the two have in common if there is such a way."""
        if given is wanted:
            return ident()
        ways: list[Callable[[], AnyMachine]] = []
        if wanted.head == "Either":
            left, right = wanted.args
            ways.append(lambda: self.way(given, left, size) >> inl(left, right))
            ways.append(lambda: self.way(given, right, size) >> inr(left, right))
        elif wanted.head in ("Tuple", "Variant") or is_record_head(wanted.head):
            ways += 2 * [lambda: self.shaped_way(given, wanted, size)]
        elif wanted.head == "Pair":
            ways += 3 * [lambda: self.way(given, wanted.args[0], size) & self.way(given, wanted.args[1], size)]
        elif wanted is Str:
            ways.append(lambda: show(given))
        elif wanted is Unit:
            ways.append(consume)
        if wanted is self.state:
            ways.append(lambda: consume() >> get())
        ways += [partial(var, index) for index, bound in enumerate(reversed(self.scope)) if bound is wanted]
        if given.head == "Pair":
            ways.append(lambda: fst() >> self.way(given.args[0], wanted, size))
            ways.append(lambda: snd() >> self.way(given.args[1], wanted, size))
        elif given.head == "Either":
            ways += 2 * [lambda: fan_in(*(self.machine(side, size // 2, wanted)[0] for side in given.args))]
        elif given is Str:
            ways.append(lambda: read(wanted))
        if not ways or self.random.random() < 0.1:
            return consume() >> const(self.value(wanted), wanted)
        return self.random.choice(ways)()

    def shaped_way(self, given: AnyType, wanted: AnyType, size: int) -> AnyMachine:
        """Go to a tuple or a record by way of its parts, to a variant by way of one of its alternatives."""
        if wanted.head == "Variant":
            record = self.random.choice(wanted.args)
            return self.way(given, record, size) >> inject(wanted, record_words(record.head)[0])
        parts = [self.way(given, part, size // 2) for part in wanted.args]
        all_parts = reduce(and_, parts) if parts else consume()
        return all_parts >> (to_tuple(wanted) if wanted.head == "Tuple" else construct(wanted))

    # -- the moves that need more than a line; ``a`` is the input's type, ``n`` the size of what is inside

    def constant(self, a: AnyType, n: int) -> Made:
        type_ = self.type(3)
        return const(self.value(type_), type_), type_

    def reading(self, a: AnyType, n: int) -> Made:
        type_ = self.type(3)
        return read(type_), type_

    def conversion(self, a: AnyType, n: int) -> Made:
        type_ = self.type(4)
        return self.way(a, type_, n), type_

    def operation(self, a: AnyType, n: int) -> Made:
        """Go to what some primitive takes, and run it; its types are named where nothing else may fix them."""
        number = self.random.randrange(len(PRIMITIVES) + len(SHAPED))
        if number < len(SHAPED):
            scheme = infer(SHAPED[number])
            return self.way(a, scheme.input, n) >> SHAPED[number], scheme.output
        record = list(PRIMITIVES.values())[number - len(SHAPED)]
        types = tuple(self.type(2) for _ in record.variables)
        fixed = Substitution(dict(zip(record.variables, types, strict=True)))
        if misfit(fixed(record.input)) or misfit(fixed(record.output)):
            types = (Int,) * len(types)
            fixed = Substitution(dict(zip(record.variables, types, strict=True)))
        named = types if record.output.has_variables or self.random.random() < 0.5 else ()
        made: AnyMachine = Machine(Primitive(record.name, named))
        return self.way(a, fixed(record.input), n) >> made, fixed(record.output)

    def record_part(self, a: AnyType, n: int) -> Made:
        """Take a field out, or change one."""
        if not a.args:
            return consume() >> construct(a), a
        place = self.random.randrange(len(a.args))
        label, inner = record_words(a.head)[1][place], a.args[place]
        if self.random.random() < 0.4:
            return field(a, label), inner
        changed = field(a, label) >> self.machine(inner, n, inner)[0]
        return (ident(a) & changed) >> update(a, label), a

    def variant_part(self, a: AnyType, n: int) -> Made:
        """Split a variant, and often go on in each alternative, to one type or back to the variant."""
        nested = infer(split(a)).output
        if self.random.random() < 0.3:
            return split(a), nested
        output = a if self.random.random() < 0.5 else self.type(2)
        parts = [self.alternative(a, record, n // 2, output) for record in a.args]
        return split(a) >> fan_in(*parts), output

    def alternative(self, a: AnyType, record: AnyType, n: int, output: AnyType) -> AnyMachine:
        """Go from one alternative on to a type, if that is the variant often as the alternative that it is."""
        if output is not a or self.random.random() < 0.3:
            return self.machine(record, n, output)[0]
        label = record_words(record.head)[0]
        return self.machine(record, n, record)[0] >> inject(a, label)

    def injection(self, a: AnyType, n: int) -> Made:
        left, right = sides = (a, self.type(2)) if self.random.random() < 0.5 else (self.type(2), a)
        return (inl if left is a else inr)(left, right), Either(*sides)

    def fan_out(self, a: AnyType, n: int) -> Made:
        (left, b), (right, c) = self.machine(a, n), self.machine(a, n)
        return left & right, Pair(b, c)

    def one_half(self, a: AnyType, n: int) -> Made:
        half = self.random.randrange(2)
        inner, b = self.machine(a.args[half], n)
        return (second(inner), Pair(a.args[0], b)) if half else (first(inner), Pair(b, a.args[1]))

    def both_halves(self, a: AnyType, n: int) -> Made:
        (left, b), (right, c) = (self.machine(half, n) for half in a.args)
        return left * right, Pair(b, c)

    def condition(self, a: AnyType, n: int) -> Made:
        then, b = self.machine(a.args[0], n)
        return if_(then, self.machine(a.args[0], n, b)[0]), b

    def choice(self, a: AnyType, n: int) -> Made:
        (left, b), (right, c) = (self.machine(side, n) for side in a.args)
        return left | right, Either(b, c)

    def iteration(self, a: AnyType, n: int) -> Made:
        """Go round as it comes, or else count down, so that many loops come to an end after a few turns."""
        b, c = self.type(2), self.type(2)
        if self.random.random() < 0.15:
            return unleft(self.machine(Either(a, c), n, Either(b, c))[0]), b
        if self.random.random() < 0.15:
            return unleft(fan_in(*(self.machine(side, n, Either(b, c))[0] for side in (a, c)))), b
        turns = const(self.random.randint(0, 4)) if self.random.random() < 0.9 else const(FUEL)
        start = (ident() & (consume() >> turns)) >> first(self.machine(a, n, c)[0])
        again = first(self.machine(c, n, c)[0]) >> second(decr)
        is_left = snd() >> (ident() & (consume() >> const(0))) >> gt(Int)
        end = fst() >> self.machine(c, n, b)[0] >> inl(b, Pair(c, Int))
        return unleft(fan_in(start, again) >> (ident() & is_left) >> if_(inr(), end)), b

    def folding(self, a: AnyType, n: int) -> Made:
        item = self.type(2)
        if self.random.random() < 0.3:
            body, b = self.machine(item, n)
            return self.way(a, List(item), n) >> each(body), List(b)
        b = self.type(2)
        return self.way(a, Pair(b, List(item)), n) >> fold(self.machine(Pair(b, item), n, b)[0]), b

    def cell(self, a: AnyType, n: int) -> Made:
        if self.random.random() < 0.3:
            return delay(self.value(a), type=a), a
        c = self.type(2)
        out, b = self.machine(Pair(a, c), n)
        name = self.random.choice((None, None, "total", "cell_1"))
        return loop(self.value(c), out & self.machine(Pair(a, c), n, c)[0], name, c), b

    def binding(self, a: AnyType, n: int) -> Made:
        bound, b = self.machine(a, n)
        self.scope.append(b)
        if self.random.random() < 0.5:
            body, c = self.machine(a, n)
        else:
            body, c = self.machine(Pair(b, a), n)
            body = (var(0) & ident()) >> body
        self.scope.pop()
        return let(bound, body), c

    def bound(self, a: AnyType, n: int) -> Made:
        if not self.scope:
            return self.binding(a, n)
        index = self.random.randrange(len(self.scope))
        return var(index), self.scope[-1 - index]

    def writing(self, a: AnyType, n: int) -> Made:
        return (ident() & (self.way(a, self.state, n) >> put())) >> fst(), a

    def zooming(self, a: AnyType, n: int) -> Made:
        whole, half = self.state, self.random.randrange(2)
        self.state = whole.args[half]
        inner, b = self.machine(a, n)
        self.state = whole
        return (zoom_second if half else zoom_first)(inner), b

    def choice_that_joins(self, a: AnyType, n: int) -> Made:
        left, b = self.machine(a.args[0], n)
        return fan_in(left, self.machine(a.args[1], n, b)[0]), b


@dataclass(frozen=True)
class Move:
    """One way on: how often it is taken, whether an input type (and the state's) allows it, and what it makes."""

    weight: float
    fits: Callable[[AnyType, AnyType], bool]
    make: Callable[[Maker, AnyType, int], Made]


def only(*types: AnyType) -> Callable[[AnyType, AnyType], bool]:
    return lambda a, s: a in types


def headed(head: str) -> Callable[[AnyType, AnyType], bool]:
    return lambda a, s: a.head == head


def distributed(a: AnyType) -> AnyType:
    return Either(*(Pair(side, a.args[1]) for side in a.args[0].args))


MOVES = (
    Move(1, lambda a, s: True, lambda maker, a, n: (ident(), a)),
    Move(1, lambda a, s: True, lambda maker, a, n: (copy(), Pair(a, a))),
    Move(1, lambda a, s: True, lambda maker, a, n: (ident() & (consume() >> get()), Pair(a, maker.state))),
    Move(0.1, lambda a, s: True, lambda maker, a, n: (consume(), Unit)),
    Move(2, lambda a, s: True, Maker.injection),
    Move(1, lambda a, s: True, Maker.fan_out),
    Move(1, lambda a, s: True, Maker.conversion),
    Move(2, only(Unit), lambda maker, a, n: (get(), maker.state)),
    Move(1, only(Unit), Maker.constant),
    Move(3, lambda a, s: a is s, lambda maker, a, n: (put(), Unit)),
    Move(2, only(Int), lambda maker, a, n: (incr, Int)),
    Move(2, only(Int), lambda maker, a, n: (decr, Int)),
    Move(1, only(Bool), lambda maker, a, n: (not_, Bool)),
    Move(2, only(Str), Maker.reading),
    Move(5, lambda a, s: True, Maker.operation),
    Move(6, headed("Variant"), Maker.variant_part),
    Move(6, lambda a, s: is_record_head(a.head), Maker.record_part),
    Move(6, headed("Maybe"), lambda maker, a, n: (to_either(), Either(Unit, a.args[0]))),
    Move(4, headed("Tuple"), lambda maker, a, n: (from_tuple(a), reduce(Pair, a.args))),
    Move(1, headed("Pair"), lambda maker, a, n: (fst(), a.args[0])),
    Move(1, headed("Pair"), lambda maker, a, n: (snd(), a.args[1])),
    Move(1, headed("Pair"), lambda maker, a, n: (snd() & fst(), Pair(a.args[1], a.args[0]))),
    Move(2, headed("Pair"), Maker.one_half),
    Move(
        6, lambda a, s: a.head == "Pair" and a.args[0].head == "Either", lambda maker, a, n: (distr(), distributed(a))
    ),
    Move(1.5, lambda a, s: True, Maker.iteration),
    Move(1, lambda a, s: True, Maker.folding),
    Move(1.5, lambda a, s: True, Maker.binding),
    Move(1.5, lambda a, s: True, Maker.bound),
    Move(1, lambda a, s: True, Maker.writing),
    Move(1.5, lambda a, s: a.size < LARGEST_TYPE // 2, Maker.cell),
    Move(2, lambda a, s: s.head == "Pair", Maker.zooming),
    Move(1, headed("Pair"), Maker.both_halves),
    Move(6, lambda a, s: a.head == "Pair" and a.args[1] is Bool, Maker.condition),
    Move(6, headed("Either"), Maker.choice),
    Move(4, headed("Either"), Maker.choice_that_joins),
)


@dataclass(frozen=True)
class Sample:
    """A machine, the types that it is run at, its inputs, the state to start from, and limits for its steps."""

    machine: AnyMachine
    state: AnyType
    input: AnyType
    xs: list[Any]
    s: Any
    limits: Limits


def sample(random: Random) -> Sample:
    maker = Maker(random)
    input_ = maker.type(5)
    machine, _ = maker.machine(input_, random.choice(SIZES))
    xs = [maker.value(input_) for _ in range(STEPS)]
    s = maker.value(maker.state)
    limits = Limits(fuel=random.choice((FUEL, FUEL, FUEL, FUEL, 2)), int_bits=random.choice(INT_BITS))
    return Sample(machine, maker.state, input_, xs, s, limits)
