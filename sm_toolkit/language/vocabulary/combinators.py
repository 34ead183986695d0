"""The names that people write machines with: one for each form and each primitive.

Every name here only builds a term. Monomorphic primitives are values; polymorphic ones are called, with types
as optional arguments: they are checked by inference and they let mypy and pyright follow along. A variable in
types given to one name is one type there (``fst(Var("a"), Var("a"))`` takes a pair of two alike), and has nothing to
do with the same variable in another name.

All of them raise a TypeError for what is no machine where one is wanted, and for what is no type of the language.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Left, Right, Type, expect_types
from sm_toolkit.language.data.values import taken_in, type_of
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine, made_of, term_of
from sm_toolkit.language.syntax.terms import (
    Case,
    Const,
    FanIn,
    First,
    Get,
    Id,
    If,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
)

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")


@overload
def ident() -> Machine[Any, Any, Any]: ...
@overload
def ident(type: Type[A]) -> Machine[Any, A, A]: ...
def ident(type: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the input back. ``a -> a``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(ident(), None, 7)
    (None, 7)
    """
    return Machine(Id(*_given("ident(type)", type)))


def const(value: A, type: Type[A] | None = None, *, limits: Limits = DEFAULT_LIMITS) -> Machine[Any, None, A]:
    """Give a constant. ``Unit -> type of the value``; ``type`` fixes what the value leaves open (``Left(1)``).

    What ``type`` has variables for is as the value says: ``const(1, Var("a"))`` is an Int all the same. A constant
    over the default limits needs larger ones too wherever the machine is encoded, hashed or sent.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(const((1, True)), None, "s")
    ((1, True), 's')

    Raises:
        ValueMismatchError: the value belongs to no type of the language, or not to the one given.
        LimitError: an integer, a string, a list or a map in it is over its limit.
    """
    principal = type_of(value, *_given("const(value, type)", type))
    return Machine(Const(taken_in(value, principal, limits), principal))


incr: Machine[Any, int, int] = Machine(Primitive("incr"))
"""Add one. ``Int -> Int``. A sum of more than ``Limits.int_bits`` fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(incr, 3, None)
(4, None)
"""

decr: Machine[Any, int, int] = Machine(Primitive("decr"))
"""Take one away. ``Int -> Int``. The limit of ``incr`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(decr, 3, None)
(2, None)
"""

not_: Machine[Any, bool, bool] = Machine(Primitive("not_"))
"""Negate. ``Bool -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(not_, True, None)
(False, None)
"""


@overload
def get() -> Machine[Any, None, Any]: ...
@overload
def get(type: Type[S]) -> Machine[S, None, S]: ...
def get(type: Type[Any] | None = None) -> Machine[Any, None, Any]:
    """Give the state. ``Unit -> s``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(get(), None, 7)
    (7, 7)
    """
    return Machine(Get(*_given("get(type)", type)))


@overload
def put() -> Machine[Any, Any, None]: ...
@overload
def put(type: Type[S]) -> Machine[S, S, None]: ...
def put(type: Type[Any] | None = None) -> Machine[Any, Any, None]:
    """Make the input the new state. ``s -> Unit``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(put(), 8, 7)
    (None, 8)
    """
    return Machine(Put(*_given("put(type)", type)))


@overload
def read() -> Machine[Any, str, Any]: ...
@overload
def read(type: Type[A]) -> Machine[Any, str, A]: ...
def read(type: Type[Any] | None = None) -> Machine[Any, str, Any]:
    """Read a value from its text form; the type comes from what follows. ``Str -> a``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(read() >> incr, "41", None)
    (42, None)
    """
    return Machine(Read(*_given("read(type)", type)))


@overload
def show() -> Machine[Any, Any, str]: ...
@overload
def show(type: Type[A]) -> Machine[Any, A, str]: ...
def show(type: Type[Any] | None = None) -> Machine[Any, Any, str]:
    """Write a value in its text form; the type comes from what precedes. ``a -> Str``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(decr >> show(), 0, None)
    ('-1', None)
    """
    return Machine(Show(*_given("show(type)", type)))


@overload
def consume() -> Machine[Any, Any, None]: ...
@overload
def consume(a: Type[A]) -> Machine[Any, A, None]: ...
def consume(a: Type[Any] | None = None) -> Machine[Any, Any, None]:
    """Drop the input. ``a -> Unit``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step(consume(Int), 3, None)
    (None, None)
    """
    return Machine(Primitive("consume", _given("consume(a)", a)))


@overload
def copy() -> Machine[Any, Any, tuple[Any, Any]]: ...
@overload
def copy(a: Type[A]) -> Machine[Any, A, tuple[A, A]]: ...
def copy(a: Type[Any] | None = None) -> Machine[Any, Any, tuple[Any, Any]]:
    """Give the input twice. ``a -> (a, a)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(incr >> copy(), 3, None)
    ((4, 4), None)
    """
    return Machine(Primitive("copy", _given("copy(a)", a)))


@overload
def fst() -> Machine[Any, tuple[Any, Any], Any]: ...
@overload
def fst(a: Type[A], b: Type[B]) -> Machine[Any, tuple[A, B], A]: ...
def fst(a: Type[Any] | None = None, b: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], Any]:
    """Give the first half of a pair. ``(a, b) -> a``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Bool, Int
    >>> step(fst(Int, Bool), (3, True), None)
    (3, None)
    """
    return Machine(Primitive("fst", _given("fst(a, b)", a, b)))


@overload
def snd() -> Machine[Any, tuple[Any, Any], Any]: ...
@overload
def snd(a: Type[A], b: Type[B]) -> Machine[Any, tuple[A, B], B]: ...
def snd(a: Type[Any] | None = None, b: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], Any]:
    """Give the second half of a pair. ``(a, b) -> b``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Bool, Int
    >>> step(snd(Int, Bool), (3, True), None)
    (True, None)
    """
    return Machine(Primitive("snd", _given("snd(a, b)", a, b)))


@overload
def inl() -> Machine[Any, Any, Left[Any] | Right[Any]]: ...
@overload
def inl(a: Type[A], b: Type[B]) -> Machine[Any, A, Left[A] | Right[B]]: ...
def inl(a: Type[Any] | None = None, b: Type[Any] | None = None) -> Machine[Any, Any, Left[Any] | Right[Any]]:
    """Make the input the left alternative. ``a -> Either[a, b]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(incr >> inl(), 3, None)
    (Left(4), None)
    """
    return Machine(Primitive("inl", _given("inl(a, b)", a, b)))


@overload
def inr() -> Machine[Any, Any, Left[Any] | Right[Any]]: ...
@overload
def inr(a: Type[A], b: Type[B]) -> Machine[Any, B, Left[A] | Right[B]]: ...
def inr(a: Type[Any] | None = None, b: Type[Any] | None = None) -> Machine[Any, Any, Left[Any] | Right[Any]]:
    """Make the input the right alternative. ``b -> Either[a, b]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(incr >> inr(), 3, None)
    (Right(4), None)
    """
    return Machine(Primitive("inr", _given("inr(a, b)", a, b)))


@overload
def swap() -> Machine[Any, tuple[Any, Any], tuple[Any, Any]]: ...
@overload
def swap(a: Type[A], b: Type[B]) -> Machine[Any, tuple[A, B], tuple[B, A]]: ...
def swap(a: Type[Any] | None = None, b: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], tuple[Any, Any]]:
    """Give the halves of a pair the other way round. ``(a, b) -> (b, a)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(swap(), (3, True), None)
    ((True, 3), None)
    """
    return Machine(Primitive("swap", _given("swap(a, b)", a, b)))


@overload
def assoc() -> Machine[Any, tuple[tuple[Any, Any], Any], tuple[Any, tuple[Any, Any]]]: ...
@overload
def assoc(a: Type[A], b: Type[B], c: Type[C]) -> Machine[Any, tuple[tuple[A, B], C], tuple[A, tuple[B, C]]]: ...
def assoc(a: Type[Any] | None = None, b: Type[Any] | None = None, c: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Pair the last two of three instead of the first two. ``((a, b), c) -> (a, (b, c))``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(assoc(), ((1, 2), 3), None)
    ((1, (2, 3)), None)
    """
    return Machine(Primitive("assoc", _given("assoc(a, b, c)", a, b, c)))


@overload
def unassoc() -> Machine[Any, tuple[Any, tuple[Any, Any]], tuple[tuple[Any, Any], Any]]: ...
@overload
def unassoc(a: Type[A], b: Type[B], c: Type[C]) -> Machine[Any, tuple[A, tuple[B, C]], tuple[tuple[A, B], C]]: ...
def unassoc(
    a: Type[Any] | None = None, b: Type[Any] | None = None, c: Type[Any] | None = None
) -> Machine[Any, Any, Any]:
    """Pair the first two of three instead of the last two. ``(a, (b, c)) -> ((a, b), c)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(unassoc(), (1, (2, 3)), None)
    (((1, 2), 3), None)
    """
    return Machine(Primitive("unassoc", _given("unassoc(a, b, c)", a, b, c)))


@overload
def distr() -> Machine[Any, tuple[Left[Any] | Right[Any], Any], Left[tuple[Any, Any]] | Right[tuple[Any, Any]]]: ...
@overload
def distr(
    a: Type[A], b: Type[B], c: Type[C]
) -> Machine[Any, tuple[Left[A] | Right[B], C], Left[tuple[A, C]] | Right[tuple[B, C]]]: ...
def distr(a: Type[Any] | None = None, b: Type[Any] | None = None, c: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Take what is beside a Left or a Right into it. ``(Either[a, b], c) -> Either[(a, c), (b, c)]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(distr(), (Right(3), "beside"), None)
    (Right((3, 'beside')), None)
    """
    return Machine(Primitive("distr", _given("distr(a, b, c)", a, b, c)))


def first(machine: Machine[S, A, B]) -> Machine[S, tuple[A, Any], tuple[B, Any]]:
    """Run on the first half of a pair. From ``a -> b`` to ``(a, c) -> (b, c)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(first(incr), (1, None), None)
    ((2, None), None)
    """
    return made_of(First(term_of(machine, "first(machine)")), machine)


def second(machine: Machine[S, A, B]) -> Machine[S, tuple[Any, A], tuple[Any, B]]:
    """Run on the second half of a pair. From ``a -> b`` to ``(c, a) -> (c, b)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(second(not_), (None, True), None)
    ((None, False), None)
    """
    return made_of(Second(term_of(machine, "second(machine)")), machine)


def if_(then: Machine[S, A, B], otherwise: Machine[S, A, B]) -> Machine[S, tuple[A, bool], B]:
    """Run ``then`` on the first half if the second is True, else ``otherwise``. ``(a, Bool) -> b``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(if_(decr, incr), (10, False), None)
    (11, None)
    """
    return made_of(If(*(term_of(machine, "if_(then, otherwise)") for machine in (then, otherwise))), then, otherwise)


def case(*machines: Machine[S, Any, Any]) -> Machine[S, Any, Any]:
    """Choose among two or more by the input's side, nested to the right; the output keeps the side.

    >>> case(incr, decr, not_)
    incr | (decr | not_)

    Raises:
        ValueError: fewer than two machines.
    """
    return made_of(_nest(Case, "case", machines), *machines)


def fan_in(*machines: Machine[S, Any, B]) -> Machine[S, Any, B]:
    """Choose among two or more by the input's side, nested to the right; all give one type.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(fan_in(incr, decr), Right(10), None)
    (9, None)

    Raises:
        ValueError: fewer than two machines.
    """
    return made_of(_nest(FanIn, "fan_in", machines), *machines)


def _nest(form: type[Case] | type[FanIn], name: str, machines: tuple[Machine[Any, Any, Any], ...]) -> Term:
    if len(machines) < 2:
        raise ValueError(f"{name}() chooses among two machines or more, and got {len(machines)}")
    *others, nested = (term_of(machine, f"{name}(…)") for machine in machines)
    for term in reversed(others):
        nested = form(term, nested)
    return nested


def _given(call: str, *types: Type[Any] | None) -> tuple[Type[Any], ...]:
    given = tuple(type_ for type_ in types if type_ is not None)
    expect_types(call, *given)
    if given and len(given) != len(types):
        raise TypeError(f"`{call}` takes all {len(types)} types or none")
    return given
