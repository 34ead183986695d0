"""Cells: what the loops of a machine hold from one step to the next, as a part of its state.

A machine with loops whose parts work on a state ``s`` has the state ``(s, cells)``; ``cells`` is a record of the name
``Cells`` with a field for each loop, in the order of ``terms.walk``. So a cell is found again by its name in the next
version of a machine.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.records import fits_record, record_class, record_type
from sm_toolkit.language.data.types import MOST_PARTS, Type, is_record_head, record_words
from sm_toolkit.language.errors import LimitError
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.terms import Loop, Term, children, has_form, tally, with_children

NAME = "Cells"
"""The name of the record."""


def loops(term: Term) -> list[Loop]:
    """Return the loops in a term, in the order of a walk.

    Parts without loops are not walked through, and no part is counted twice: parts may be shared many times over.

    Raises:
        LimitError: there are more than a record has fields.
    """
    if not has_form(term, Loop):
        return []
    counts = tally(term, lambda node: isinstance(node, Loop))
    if counts[id(term)] > MOST_PARTS:
        raise LimitError("the number of cells in a machine", "cells", MOST_PARTS, counts[id(term)])
    found = []
    work = [term]
    while work:
        current = work.pop()
        if counts[id(current)]:
            if isinstance(current, Loop):
                found.append(current)
            work.extend(reversed(children(current)))
    return found


def labels(found: list[Loop]) -> tuple[str, ...]:
    """Return a name for each loop: its own, or one by its place, made unique with a number where it is taken.

    >>> from sm_toolkit.language.vocabulary.control import delay
    >>> labels(loops((delay(0) >> delay(1, name="last") >> delay(2, name="last") >> delay(3)).term))
    ('cell_0', 'last', 'last_2', 'cell_3')
    """
    taken = {loop.name for loop in found}
    used: set[str] = set()
    made = []
    for place, loop in enumerate(found):
        wished = label = loop.name or f"cell_{place}"
        number = 1
        while label in used or (label in taken and label != loop.name):
            number += 1
            label = f"{wished}_{number}"
        used.add(label)
        made.append(label)
    return tuple(made)


def cells_head(names: tuple[str, ...]) -> str:
    """Return the head of the type of cells of these names."""
    return " ".join(("Record", NAME, *names))


def cells_of(term: Term) -> Type[Any] | None:
    """Return the type of the cells of an elaborated term, or None if it has none."""
    return _type_of(loops(term))


def _type_of(found: list[Loop]) -> Type[Any] | None:
    return record_type(NAME, labels(found), tuple(loop.type for loop in found)) if found else None


def has_cells(s: Any) -> bool:
    """Tell whether a state looks like one with cells, which is quick to see; that of a machine with cells does."""
    return s.__class__ is tuple and len(s) == 2 and s[1].__class__.__name__ == NAME


def split_state(type_: Type[Any]) -> tuple[Type[Any], Type[Any]] | None:
    """Return the two halves of the type of a state if the second one is that of cells."""
    if type_.head != "Pair" or not is_record_head(type_.args[1].head) or record_words(type_.args[1].head)[0] != NAME:
        return None
    return type_.args[0], type_.args[1]


def start(machine: Machine[Any, Any, Any], s: Any) -> Any:
    """Return the state that a machine starts in: s and its cells, or s alone if it has none.

    A state that has its cells already is returned as it is.

    >>> from sm_toolkit.language.vocabulary.combinators import incr
    >>> from sm_toolkit.language.vocabulary.control import delay
    >>> from sm_toolkit.language.interpreter import step
    >>> start(delay(0), "s"), start(incr, "s")
    (('s', Cells(cell_0=0)), 's')
    >>> step(delay(0), 7, start(delay(0), "s"))
    (0, ('s', Cells(cell_0=7)))

    Raises:
        LimitError: it has more cells than a record has fields.
        TypeError: it is no machine.
    """
    expect_machine(machine, "start(machine, s)")
    found = loops(machine.term)
    type_ = _type_of(found)
    if type_ is None or (s.__class__ is tuple and len(s) == 2 and fits_record(s[1], type_)):
        return s
    return s, record_class(type_)(*(loop.init for loop in found))


def named(term: Term, types: tuple[Type[Any], ...]) -> Term:
    """Return a term with the names and types of its cells written into it; types are in the order of a walk."""
    written = iter(zip(labels(loops(term)), types, strict=True))
    done: list[Term] = []
    work: list[tuple[Term, tuple[str, Type[Any]] | bool]] = [(term, False)]
    while work:
        current, finished = work.pop()
        parts = children(current)
        if finished is False and parts:
            work.append((current, next(written) if isinstance(current, Loop) else True))
            work.extend((part, False) for part in reversed(parts))
            continue
        if parts:
            fresh = tuple(done[-len(parts) :])
            del done[-len(parts) :]
            if isinstance(current, Loop) and isinstance(finished, tuple):
                current = Loop(fresh[0], current.init, finished[1], finished[0])
            elif any(new is not old for new, old in zip(fresh, parts, strict=True)):
                current = with_children(current, fresh)
        done.append(current)
    return done.pop()
