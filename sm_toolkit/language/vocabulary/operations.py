"""The names of the primitives on numbers and truth values, and of those that compare.

As in ``combinators``: those of one type are values, those of any type are called, with the type as an optional
argument. All of these raise a TypeError for what is no type of the language. What a step of them raises is a StepError.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.naming import named

A = TypeVar("A")

add: Machine[Any, tuple[int, int], int] = Machine(Primitive("add"))
"""Add the halves of a pair. ``(Int, Int) -> Int``. A sum of more than ``Limits.int_bits`` fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(add, (3, 4), None)
(7, None)
"""

sub: Machine[Any, tuple[int, int], int] = Machine(Primitive("sub"))
"""Take the second half from the first. ``(Int, Int) -> Int``. The limit of ``add`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(sub, (3, 4), None)
(-1, None)
"""

mul: Machine[Any, tuple[int, int], int] = Machine(Primitive("mul"))
"""Multiply the halves of a pair. ``(Int, Int) -> Int``. The limit of ``add`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(mul, (3, 4), None)
(12, None)
"""

div: Machine[Any, tuple[int, int], int] = Machine(Primitive("div"))
"""Divide the first half by the second, and round down. ``(Int, Int) -> Int``. By zero the step fails.

>>> from sm_toolkit.language.interpreter import step
>>> step(div, (-7, 2), None)
(-4, None)
>>> step(div, (1, 0), None)
Traceback (most recent call last):
    ...
sm_toolkit.language.errors.StepError: division by zero
"""

mod: Machine[Any, tuple[int, int], int] = Machine(Primitive("mod"))
"""Give what ``div`` leaves over; it has the sign of the second half. ``(Int, Int) -> Int``. By zero the step fails.

>>> from sm_toolkit.language.interpreter import step
>>> step(mod, (-7, 2), None)
(1, None)
"""

neg: Machine[Any, int, int] = Machine(Primitive("neg"))
"""Turn the sign. ``Int -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(neg, 3, None)
(-3, None)
"""

abs_: Machine[Any, int, int] = Machine(Primitive("abs_"))
"""Drop the sign. ``Int -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(abs_, -3, None)
(3, None)
"""

minimum: Machine[Any, tuple[int, int], int] = Machine(Primitive("minimum"))
"""Give the smaller half of a pair. ``(Int, Int) -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(minimum, (3, 4), None)
(3, None)
"""

maximum: Machine[Any, tuple[int, int], int] = Machine(Primitive("maximum"))
"""Give the larger half of a pair. ``(Int, Int) -> Int``.

>>> from sm_toolkit.language.interpreter import step
>>> step(maximum, (3, 4), None)
(4, None)
"""

add_float: Machine[Any, tuple[float, float], float] = Machine(Primitive("add_float"))
"""Add two floats. ``(Float, Float) -> Float``. What would be no number, as infinity less infinity, fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(add_float, (0.5, 0.25), None)
(0.75, None)
"""

sub_float: Machine[Any, tuple[float, float], float] = Machine(Primitive("sub_float"))
"""Take the second float from the first. ``(Float, Float) -> Float``. As ``add_float`` it may fail.

>>> from sm_toolkit.language.interpreter import step
>>> step(sub_float, (0.5, 0.25), None)
(0.25, None)
"""

mul_float: Machine[Any, tuple[float, float], float] = Machine(Primitive("mul_float"))
"""Multiply two floats. ``(Float, Float) -> Float``. As ``add_float`` it may fail.

>>> from sm_toolkit.language.interpreter import step
>>> step(mul_float, (0.5, 3.0), None)
(1.5, None)
"""

div_float: Machine[Any, tuple[float, float], float] = Machine(Primitive("div_float"))
"""Divide the first float by the second. ``(Float, Float) -> Float``. By zero the step fails, else as ``add_float``.

>>> from sm_toolkit.language.interpreter import step
>>> step(div_float, (1.0, 4.0), None)
(0.25, None)
"""

neg_float: Machine[Any, float, float] = Machine(Primitive("neg_float"))
"""Turn the sign of a float. ``Float -> Float``.

>>> from sm_toolkit.language.interpreter import step
>>> step(neg_float, 0.5, None)
(-0.5, None)
"""

abs_float: Machine[Any, float, float] = Machine(Primitive("abs_float"))
"""Drop the sign of a float. ``Float -> Float``.

>>> from sm_toolkit.language.interpreter import step
>>> step(abs_float, -0.5, None)
(0.5, None)
"""

to_float: Machine[Any, int, float] = Machine(Primitive("to_float"))
"""Give the float nearest to an integer. ``Int -> Float``. One that is too large for a Float fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(to_float, 3, None)
(3.0, None)
"""

floor: Machine[Any, float, int] = Machine(Primitive("floor"))
"""Round down. ``Float -> Int``. Infinity fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(floor, -1.5, None)
(-2, None)
"""

ceiling: Machine[Any, float, int] = Machine(Primitive("ceiling"))
"""Round up. ``Float -> Int``. Infinity fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(ceiling, -1.5, None)
(-1, None)
"""

truncate: Machine[Any, float, int] = Machine(Primitive("truncate"))
"""Round towards zero. ``Float -> Int``. Infinity fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(truncate, -1.5, None)
(-1, None)
"""

round_: Machine[Any, float, int] = Machine(Primitive("round_"))
"""Round to the nearest integer, and to the even one of two. ``Float -> Int``. Infinity fails the step.

>>> from sm_toolkit.language.interpreter import step
>>> step(round_, 2.5, None)
(2, None)
"""

and_: Machine[Any, tuple[bool, bool], bool] = Machine(Primitive("and_"))
"""Tell whether both halves are True. ``(Bool, Bool) -> Bool``. Both are there: ``if_`` runs only one side.

>>> from sm_toolkit.language.interpreter import step
>>> step(and_, (True, False), None)
(False, None)
"""

or_: Machine[Any, tuple[bool, bool], bool] = Machine(Primitive("or_"))
"""Tell whether a half is True. ``(Bool, Bool) -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(or_, (True, False), None)
(True, None)
"""

xor: Machine[Any, tuple[bool, bool], bool] = Machine(Primitive("xor"))
"""Tell whether just one half is True. ``(Bool, Bool) -> Bool``.

>>> from sm_toolkit.language.interpreter import step
>>> step(xor, (True, True), None)
(False, None)
"""


@overload
def eq() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def eq(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def eq(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the halves of a pair are equal. ``(a, a) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(eq(), ("a", "a"), None)
    (True, None)
    """
    return named("eq", a)


@overload
def ne() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def ne(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def ne(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the halves of a pair differ. ``(a, a) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(ne(), ("a", "a"), None)
    (False, None)
    """
    return named("ne", a)


@overload
def lt() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def lt(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def lt(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the first half comes before the second. ``(a, a) -> Bool``.

    Numbers are in order of size, texts of their code points; of pairs the first halves that differ decide; False is
    before True, and Left before Right.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(lt(), ((1, "b"), (2, "a")), None)
    (True, None)
    """
    return named("lt", a)


@overload
def le() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def le(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def le(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the first half comes before the second, or is equal. ``(a, a) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(le(), (3, 3), None)
    (True, None)
    """
    return named("le", a)


@overload
def gt() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def gt(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def gt(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the first half comes after the second. ``(a, a) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(gt(), (False, True), None)
    (False, None)
    """
    return named("gt", a)


@overload
def ge() -> Machine[Any, tuple[Any, Any], bool]: ...
@overload
def ge(a: Type[A]) -> Machine[Any, tuple[A, A], bool]: ...
def ge(a: Type[Any] | None = None) -> Machine[Any, tuple[Any, Any], bool]:
    """Tell whether the first half comes after the second, or is equal. ``(a, a) -> Bool``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Left, Right
    >>> step(ge(), (Right(1), Left(2)), None)
    (True, None)
    """
    return named("ge", a)
