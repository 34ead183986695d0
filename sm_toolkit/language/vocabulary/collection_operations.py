"""The names of the primitives on values that may be missing, and on lists; those on maps are in ``map_operations``.

What may not be there is given as an ``Either[Unit, a]``, which there is for any type and which ``fan_in`` takes;
``from_either`` makes a Maybe of it. All of these take types as optional arguments, and raise a TypeError for what is
no type of the language. What a step of them raises is a StepError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, overload

from sm_toolkit.language.data.types import Left, Right, Type
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Primitive
from sm_toolkit.language.vocabulary.combinators import fan_in
from sm_toolkit.language.vocabulary.naming import named

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


@overload
def nothing() -> Machine[Any, None, Any | None]: ...
@overload
def nothing(a: Type[A]) -> Machine[Any, None, A | None]: ...
def nothing(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give None, the value that is missing. ``Unit -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(nothing(), None, 7)
    (None, 7)
    """
    return named("nothing", a)


@overload
def just() -> Machine[Any, Any, Any | None]: ...
@overload
def just(a: Type[A]) -> Machine[Any, A, A | None]: ...
def just(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the value, as one that might have been missing. ``a -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(just(), 3, None)
    (3, None)
    """
    return named("just", a)


@overload
def to_either() -> Machine[Any, Any | None, Left[None] | Right[Any]]: ...
@overload
def to_either(a: Type[A]) -> Machine[Any, A | None, Left[None] | Right[A]]: ...
def to_either(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Make of None a Left, and of another value a Right. ``Maybe[a] -> Either[Unit, a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step(to_either(Int), None, None), step(to_either(), 3, None)
    ((Left(None), None), (Right(3), None))
    """
    return named("to_either", a)


@overload
def from_either() -> Machine[Any, Left[None] | Right[Any], Any | None]: ...
@overload
def from_either(a: Type[A]) -> Machine[Any, Left[None] | Right[A], A | None]: ...
def from_either(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Make of a Left None, and of a Right what is in it. ``Either[Unit, a] -> Maybe[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(from_either(), Right(3), None)
    (3, None)
    """
    return named("from_either", a)


@overload
def with_default() -> Machine[Any, tuple[Any | None, Any], Any]: ...
@overload
def with_default(a: Type[A]) -> Machine[Any, tuple[A | None, A], A]: ...
def with_default(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the first half if it is not None, else the second. ``(Maybe[a], a) -> a``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.data.types import Int
    >>> step(with_default(Int), (None, 3), None)
    (3, None)
    """
    return named("with_default", a)


def maybe(missing: Machine[S, None, B], there: Machine[S, A, B]) -> Machine[S, A | None, B]:
    """Run ``missing`` if the input is None, else ``there`` on it; both give one type. ``Maybe[a] -> b``.

    >>> from sm_toolkit.language.vocabulary.combinators import const, incr
    >>> from sm_toolkit.language.interpreter import step
    >>> step(maybe(const(0), incr), 3, None), step(maybe(const(0), incr), None, None)
    ((4, None), (0, None))
    """
    return named("to_either", None) >> fan_in(missing, there)


@overload
def empty_list() -> Machine[Any, None, Sequence[Any]]: ...
@overload
def empty_list(a: Type[A]) -> Machine[Any, None, Sequence[A]]: ...
def empty_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the list without items. ``Unit -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(empty_list(), None, 7)
    ([], 7)
    """
    return named("empty_list", a)


@overload
def prepend() -> Machine[Any, tuple[Any, Sequence[Any]], Sequence[Any]]: ...
@overload
def prepend(a: Type[A]) -> Machine[Any, tuple[A, Sequence[A]], Sequence[A]]: ...
def prepend(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put an item before a list. ``(a, List[a]) -> List[a]``.

    It takes as long as the list is; more than ``Limits.collection_length`` items fail the step.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(prepend(), (1, [2, 3]), None)
    ([1, 2, 3], None)
    """
    return named("prepend", a)


@overload
def append() -> Machine[Any, tuple[Sequence[Any], Any], Sequence[Any]]: ...
@overload
def append(a: Type[A]) -> Machine[Any, tuple[Sequence[A], A], Sequence[A]]: ...
def append(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put an item after a list. ``(List[a], a) -> List[a]``. The limit of ``prepend`` holds.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(append(), ([1, 2], 3), None)
    ([1, 2, 3], None)
    """
    return named("append", a)


@overload
def get_at() -> Machine[Any, tuple[Sequence[Any], int], Left[None] | Right[Any]]: ...
@overload
def get_at(a: Type[A]) -> Machine[Any, tuple[Sequence[A], int], Left[None] | Right[A]]: ...
def get_at(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the item at a place, counted from 0, or Left. ``(List[a], Int) -> Either[Unit, a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(get_at(), ([5, 6], 1), None), step(get_at(), ([5, 6], -1), None)
    ((Right(6), None), (Left(None), None))
    """
    return named("get_at", a)


@overload
def item_at() -> Machine[Any, tuple[Sequence[Any], int], Any]: ...
@overload
def item_at(a: Type[A]) -> Machine[Any, tuple[Sequence[A], int], A]: ...
def item_at(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the item at a place, as Python's ``items[index]``. ``(List[a], Int) -> a``.

    Negative numbers count from the end. Where there is none, the step fails.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(item_at(), ([5, 6], -1), None)
    (6, None)
    """
    return named("item_at", a)


@overload
def slice_list() -> Machine[Any, tuple[Sequence[Any], tuple[int, int]], Sequence[Any]]: ...
@overload
def slice_list(a: Type[A]) -> Machine[Any, tuple[Sequence[A], tuple[int, int]], Sequence[A]]: ...
def slice_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the items from a start up to before a stop, as ``slice_text``. ``(List[a], (Int, Int)) -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(slice_list(), ([5, 6, 7, 8], (1, -1)), None)
    ([6, 7], None)
    """
    return named("slice_list", a)


@overload
def set_at() -> Machine[Any, tuple[Sequence[Any], tuple[int, Any]], Sequence[Any]]: ...
@overload
def set_at(a: Type[A]) -> Machine[Any, tuple[Sequence[A], tuple[int, A]], Sequence[A]]: ...
def set_at(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Put another item in a place. ``(List[a], (Int, a)) -> List[a]``. Where there is none, the step fails.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(set_at(), ([5, 6], (1, 7)), None)
    ([5, 7], None)
    """
    return named("set_at", a)


@overload
def length_list() -> Machine[Any, Sequence[Any], int]: ...
@overload
def length_list(a: Type[A]) -> Machine[Any, Sequence[A], int]: ...
def length_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Count the items. ``List[a] -> Int``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(length_list(), [5, 6], None)
    (2, None)
    """
    return named("length_list", a)


@overload
def concat_lists() -> Machine[Any, tuple[Sequence[Any], Sequence[Any]], Sequence[Any]]: ...
@overload
def concat_lists(a: Type[A]) -> Machine[Any, tuple[Sequence[A], Sequence[A]], Sequence[A]]: ...
def concat_lists(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Join two lists. ``(List[a], List[a]) -> List[a]``. The limit of ``prepend`` holds.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(concat_lists(), ([1], [2, 3]), None)
    ([1, 2, 3], None)
    """
    return named("concat_lists", a)


@overload
def reverse() -> Machine[Any, Sequence[Any], Sequence[Any]]: ...
@overload
def reverse(a: Type[A]) -> Machine[Any, Sequence[A], Sequence[A]]: ...
def reverse(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the items in the other direction. ``List[a] -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(reverse(), [1, 2, 3], None)
    ([3, 2, 1], None)
    """
    return named("reverse", a)


@overload
def sort_list() -> Machine[Any, Sequence[Any], Sequence[Any]]: ...
@overload
def sort_list(a: Type[A]) -> Machine[Any, Sequence[A], Sequence[A]]: ...
def sort_list(a: Type[Any] | None = None) -> Machine[Any, Any, Any]:
    """Give the items in the order of ``lt``; those that are equal stay in theirs. ``List[a] -> List[a]``.

    >>> from sm_toolkit.language.interpreter import step
    >>> step(sort_list(), [3, 1, 2], None)
    ([1, 2, 3], None)
    """
    return named("sort_list", a)


range_: Machine[Any, tuple[int, int], Sequence[int]] = Machine(Primitive("range_"))
"""List the integers from a start up to before a stop. ``(Int, Int) -> List[Int]``. The limit of ``prepend`` holds.

>>> from sm_toolkit.language.interpreter import step
>>> step(range_, (2, 5), None)
([2, 3, 4], None)
"""
