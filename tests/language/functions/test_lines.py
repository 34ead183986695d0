"""Which part of a term came of which place in a text."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.functions import machine
from sm_toolkit.language.syntax.terms import walk

TEXT = """
def larger(a: int, b: int) -> int:
    if a > b:
        most = a
    else:
        most = b
    return most

def counter(by: int, state: int) -> tuple[bool, int]:
    twice = by + by
    return twice > 3, larger(state, twice)
"""


def lines_of(made: Any) -> dict[int, set[str]]:
    """Return what is known of each line: the texts of the nodes that parts of the term came of."""
    found: dict[int, set[str]] = {}
    for term in walk(made.term):
        spot = made.origin.places.of(term)
        if spot is not None:
            found.setdefault(spot.node.lineno, set()).add(ast.unparse(spot.node).partition("\n")[0])
    return found


def test_every_line_that_does_something_is_the_place_of_a_part() -> None:
    found = lines_of(machine(source=TEXT))
    assert set(found) == {3, 4, 6, 7, 10, 11}
    assert {"twice > 3", "larger(state, twice)", "(twice > 3, larger(state, twice))"} <= found[11]
    assert found[4] == {"most = a"}
    assert found[6] == {"most = b"}
    assert "a > b" in found[3]


def test_what_is_called_as_a_machine_keeps_its_places() -> None:
    inner = machine(source="def inner(x: int, state: int) -> tuple[int, int]:\n    return x + 1, state\n")
    outer = machine(
        source="def outer(x: int, state: int) -> tuple[int, int]:\n    y, s = inner(x, state)\n    return y, s\n",
        namespace={"inner": inner},
    )
    texts = {text for of in lines_of(outer).values() for text in of}
    assert "x + 1" in texts
    assert "inner(x, state)" in texts


def test_a_part_that_stands_in_several_places_is_from_none() -> None:
    made = machine(
        source="def flags(x: int, state: None) -> tuple[bool, None]:\n"
        "    one = state is None\n    two = state is None\n    return one and two and x > 0, state\n"
    )
    shared = [term for term in walk(made.term) if [id(each) for each in walk(made.term)].count(id(term)) > 1]
    assert all(made.origin.places.of(term) is None for term in shared)


def test_places_are_no_part_of_what_a_machine_is() -> None:
    one, other = machine(source=TEXT), machine(source="\n\n" + TEXT)
    assert one == other
    assert hash(one) == hash(other)
    assert lines_of(one).keys() != lines_of(other).keys()
