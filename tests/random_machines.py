"""Machines made at random from a plain ``random.Random``: fast, repeatable from a seed, and fond of branches.

Only what is made stands here; what must hold of it is in ``fuzz``. Hypothesis strategies, which find small
examples, are in ``strategies``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    Machine,
    Pair,
    Right,
    Str,
    Type,
    Unit,
    const,
    consume,
    copy,
    decr,
    fan_in,
    first,
    fst,
    get,
    ident,
    if_,
    incr,
    inl,
    inr,
    not_,
    put,
    read,
    second,
    show,
    snd,
)

AnyType = Type[Any]
AnyMachine = Machine[Any, Any, Any]
Made = tuple[AnyMachine, AnyType]
"""A machine and its output type."""

LARGEST_TYPE = 25
SIZES = (4, 8)
STEPS = 8
TEXTS = (
    *("", "()", "Left ()", "Right ()", "Left 3", "Right (Left ())", "(1,True)"),
    *("3", "-1", "007", "True", " True", "False", 'é"'),
)
"""Texts that ``read`` takes for something, and some that it does not."""


class Maker:
    """Makes types, values of a type, and machines over one type of state."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.state = self.type(4)

    def type(self, leaves: int) -> AnyType:
        if leaves <= 1 or self.random.random() < 0.35:
            return self.random.choice((Unit, Unit, Bool, Int, Int, Str))
        left = self.random.randint(1, leaves - 1)
        make = self.random.choice((Pair, Either, Either))
        return make(self.type(left), self.type(leaves - left))

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
            case "Pair":
                return self.value(type_.args[0]), self.value(type_.args[1])
            case "Either":
                side = self.random.randrange(2)
                return (Left, Right)[side](self.value(type_.args[side]))
            case head:
                raise AssertionError(f"no values for {head}")

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
        elif wanted.head == "Pair":
            ways += 3 * [lambda: self.way(given, wanted.args[0], size) & self.way(given, wanted.args[1], size)]
        elif wanted is Str:
            ways.append(lambda: show(given))
        elif wanted is Unit:
            ways.append(consume)
        if wanted is self.state:
            ways.append(lambda: consume() >> get())
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
    Move(1, headed("Pair"), lambda maker, a, n: (fst(), a.args[0])),
    Move(1, headed("Pair"), lambda maker, a, n: (snd(), a.args[1])),
    Move(1, headed("Pair"), lambda maker, a, n: (snd() & fst(), Pair(a.args[1], a.args[0]))),
    Move(2, headed("Pair"), Maker.one_half),
    Move(1, headed("Pair"), Maker.both_halves),
    Move(6, lambda a, s: a.head == "Pair" and a.args[1] is Bool, Maker.condition),
    Move(6, headed("Either"), Maker.choice),
    Move(4, headed("Either"), Maker.choice_that_joins),
)


@dataclass(frozen=True)
class Sample:
    """A machine, the types that it is run at, its inputs, and the state to start from."""

    machine: AnyMachine
    state: AnyType
    input: AnyType
    xs: list[Any]
    s: Any


def sample(random: Random) -> Sample:
    maker = Maker(random)
    input_ = maker.type(5)
    machine, _ = maker.machine(input_, random.choice(SIZES))
    return Sample(machine, maker.state, input_, [maker.value(input_) for _ in range(STEPS)], maker.value(maker.state))
