"""The names of the forms that steer a step: loops, bindings, and machines on a part of the state.

As in ``combinators``, every name here only builds a term, and all raise a TypeError for what is no machine where one is
wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sm_toolkit.language.data.records import wrong_label
from sm_toolkit.language.data.types import Left, Right, Type
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine, made_of, term_of
from sm_toolkit.language.syntax.terms import Const, Fold, Let, Loop, Primitive, Unleft, Variable, Zoom
from sm_toolkit.language.vocabulary.collection_operations import append, empty_list
from sm_toolkit.language.vocabulary.combinators import const, consume, ident, second

S = TypeVar("S")
T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


def unleft(machine: Machine[S, Left[A] | Right[C], Left[B] | Right[C]]) -> Machine[S, A, B]:
    """Run until it gives a Left: on ``Left`` of the input first, then on each Right that came out.

    From ``Either[a, c] -> Either[b, c]`` to ``a -> b``. All loops of a step together take as many turns as the limit
    ``fuel`` allows; a step that wants more fails.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import const, consume, decr, fan_in, ident, if_, inl, inr
    >>> from sm_toolkit.language.vocabulary.operations import gt
    >>> down = fan_in(ident(), decr) >> (ident() & (ident() & (consume() >> const(3))) >> gt()) >> if_(inr(), inl())
    >>> step(unleft(down), 8, None)
    (3, None)
    """
    return made_of(Unleft(term_of(machine, "unleft(machine)")), machine)


def fold(machine: Machine[S, tuple[B, A], B]) -> Machine[S, tuple[B, Sequence[A]], B]:
    """Run on what there is so far and each item of a list, from the first one on; what comes out is there next.

    From ``(b, a) -> b`` to ``(b, List[a]) -> b``. The items count as turns, which all loops of a step share: a list
    longer than what is left of the limit ``fuel`` fails the step before its first item.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.operations import add
    >>> step(fold(add), (0, [1, 2, 3]), None)
    (6, None)
    """
    return made_of(Fold(term_of(machine, "fold(machine)")), machine)


def each(machine: Machine[S, A, B]) -> Machine[S, Sequence[A], Sequence[B]]:
    """Run on each item of a list, from the first one on, and give the list of what comes out.

    From ``a -> b`` to ``List[a] -> List[b]``. It is a `fold` that appends.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.language.interpreter import step
    >>> step(each(get() >> incr >> put() >> get()), [None, None, None], 4)
    ([5, 6, 7], 7)
    """
    term = term_of(machine, "each(machine)")
    start: Machine[S, A, Sequence[B]] = consume() >> empty_list()
    return (start & ident()) >> fold(second(made_of(term, machine)) >> append())


def let(bound: Machine[S, A, B], body: Machine[S, A, C]) -> Machine[S, A, C]:
    """Run ``bound`` and then ``body`` on the same input; in ``body``, ``var(0)`` gives what ``bound`` gave.

    From ``a -> b`` and ``a -> c`` to ``a -> c``. What was ``var(0)`` outside is ``var(1)`` in ``body``, and so on.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import decr, ident, incr
    >>> step(let(incr, let(decr, ident() & var(0) & var(1))), 7, None)
    (((7, 6), 8), None)
    """
    return made_of(Let(*(term_of(machine, "let(bound, body)") for machine in (bound, body))), bound, body)


def var(index: int) -> Machine[Any, Any, Any]:
    """Drop the input and give what a `let` around here has bound: the innermost one if the index is 0. ``a -> b``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import incr
    >>> step(let(incr, var(0)), 1, None)
    (2, None)

    Raises:
        TypeError: the index is no int.
        ValueError: it is negative, or greater than ``MOST_LETS``.
    """
    if index.__class__ is not int:
        raise TypeError(f"`var(index)` takes an int, and got {type(index).__name__}")
    return Machine(Variable(index))


def loop(
    init: C,
    machine: Machine[S, tuple[A, C], tuple[B, C]],
    name: str | None = None,
    type: Type[C] | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> Machine[Any, A, B]:
    """Feed the second half of the output back as the second half of the next input; at first that is ``init``.

    From ``(a, c) -> (b, c)`` to ``a -> b``. What is fed back is held in a cell, which is a part of the state: where the
    parts of a machine work on a state ``s``, its own is ``(s, cells)``, which ``start`` makes. The cell has the name
    given, or one by its place; ``type`` fixes what ``init`` leaves open.

    >>> from sm_toolkit.language.vocabulary.combinators import copy
    >>> from sm_toolkit.language.interpreter import stream
    >>> from sm_toolkit.language.vocabulary.operations import add
    >>> stream(loop(0, add >> copy(), "total"), [1, 2, 3], None)
    ([1, 3, 6], (None, Cells(total=6)))

    Raises:
        ValueMismatchError: the value belongs to no type of the language, or not to the one given.
        LimitError: an integer, a string, a list or a map in it is over its limit.
        ValueError: the name cannot be that of a cell.
    """
    term_of(machine, "loop(init, machine)")
    return _with_cell("loop(init, machine)", init, machine, name, type, limits)


def delay(
    init: A, name: str | None = None, type: Type[A] | None = None, *, limits: Limits = DEFAULT_LIMITS
) -> Machine[Any, A, A]:
    """Give the input of the step before, and at first ``init``. ``a -> a``. It is ``loop(init, swap())``.

    >>> from sm_toolkit.language.interpreter import stream
    >>> stream(delay(0), [1, 2, 3], None)
    ([0, 1, 2], (None, Cells(cell_0=3)))

    Raises:
        ValueMismatchError, LimitError, ValueError: see ``loop``.
    """
    return _with_cell("delay(init)", init, Machine(Primitive("swap")), name, type, limits)


def _with_cell(
    call: str, init: Any, inner: Machine[Any, Any, Any], name: str | None, type: Type[Any] | None, limits: Limits
) -> Machine[Any, Any, Any]:
    held = const(init, type, limits=limits).term
    assert isinstance(held, Const)
    if name is not None and (reason := wrong_label(name)):
        raise ValueError(f"`{call}` has a cell that cannot be named {name!r:.80}: it {reason}")
    return made_of(Loop(inner.term, held.value, held.type, name), inner)


def zoom_first(machine: Machine[S, A, B]) -> Machine[tuple[S, Any], A, B]:
    """Run on the first half of the state; the second half stays. ``a -> b``, and a state ``s`` becomes ``(s, t)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import put
    >>> step(zoom_first(put()), 5, (1, "other"))
    (None, (5, 'other'))
    """
    return made_of(Zoom("first", term_of(machine, "zoom_first(machine)")), machine)


def zoom_second(machine: Machine[T, A, B]) -> Machine[tuple[Any, T], A, B]:
    """Run on the second half of the state; the first half stays. ``a -> b``, and a state ``t`` becomes ``(s, t)``.

    >>> from sm_toolkit.language.interpreter import step
    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> count = get() >> incr >> put()
    >>> step(zoom_first(count) >> zoom_second(get()), None, (1, "other"))
    ('other', (2, 'other'))
    """
    return made_of(Zoom("second", term_of(machine, "zoom_second(machine)")), machine)
