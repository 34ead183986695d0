"""Lists and maps that do not change: like Python's own in every way but two, and quick on keys meant to be slow."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy
from operator import add, or_
from typing import Any

import pyrsistent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.language import Left, PersistentList, PersistentMap
from sm_toolkit.language.data import persistent
from sm_toolkit.language.data.persistent import persistent as made_persistent

ITEMS = st.integers(-3, 3) | st.text(max_size=2)
KEYS = st.sampled_from(
    [
        st.integers(),
        st.integers(-3, 3),
        st.booleans(),
        st.text(max_size=3),
        st.binary(max_size=3),
        st.tuples(st.integers(-2, 2) | st.integers(), st.text(max_size=1)),
    ]
)


@pytest.fixture(params=["immutables", "pyrsistent"])
def _tries(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pyrsistent":  # as in a browser
        monkeypatch.setattr(persistent, "_trie", pyrsistent.pmap)
        monkeypatch.setattr(persistent, "_without", pyrsistent.PMap.remove)


@given(st.lists(ITEMS, max_size=40), st.data())
def test_a_list_is_like_pythons(items: list[Any], data: st.DataObject) -> None:
    made = PersistentList(items)
    assert made == items
    assert items == made
    assert made != [*items, 1]
    assert [*items, 1] != made
    assert repr(made) == repr(items)
    assert len(made) == len(items)
    assert list(made) == items
    assert bool(made) == bool(items)
    assert list(reversed(made)) == items[::-1]
    assert made.append(7) == [*items, 7]
    assert made.extend([7, 8]) == [*items, 7, 8]
    seven = [7]
    for joined, wanted in ((made + seven, items + seven), (seven + made, seven + items), (made + made, items * 2)):
        assert joined == wanted
        assert type(joined) is PersistentList
    assert made[::-1] == items[::-1]
    assert type(made[::-1]) is PersistentList
    assert hash(made) == hash(PersistentList(items))
    assert made == pickle.loads(pickle.dumps(made)) == deepcopy(made)
    begin, end = data.draw(st.integers(-50, 50)), data.draw(st.integers(-50, 50))
    assert made[begin:end] == items[begin:end]
    assert type(made[begin:end]) is PersistentList
    if items:
        at = data.draw(st.integers(-len(items), len(items) - 1))
        changed = list(items)
        changed[at] = "new"
        assert made[at] == items[at]
        assert made.set(at, "new") == changed
        assert items[at] in made
    for at in (len(items), -len(items) - 1):
        with pytest.raises(IndexError):
            made[at]
        with pytest.raises(IndexError):
            made.set(at, 1)
    assert made == items


@pytest.mark.usefixtures("_tries")
@given(KEYS.flatmap(lambda keys: st.tuples(st.dictionaries(keys, ITEMS, max_size=20), st.lists(keys, max_size=8))))
def test_a_map_is_like_pythons_but_for_its_order(given: tuple[dict[Any, Any], list[Any]]) -> None:
    entries, others = given
    made = PersistentMap(entries)
    in_order = dict(sorted(entries.items()))
    assert made == entries
    assert entries == made
    assert repr(made) == repr(in_order)
    assert list(made) == list(in_order)
    assert list(made.items()) == list(in_order.items())
    assert list(made.values()) == list(in_order.values())
    assert hash(made) == hash(PersistentMap(in_order))
    assert made == pickle.loads(pickle.dumps(made)) == deepcopy(made)
    assert {**made} == entries
    more = {key: "more" for key in others}
    for joined, wanted in (
        (made | more, entries | more),
        (more | made, more | entries),
        (made | PersistentMap(more), entries | more),
    ):
        assert joined == wanted
        assert type(joined) is PersistentMap
        assert list(joined) == sorted(wanted)
    for key in [*entries, *others]:
        assert (key in made) == (key in entries)
        assert made.get(key) == entries.get(key)
        assert made.get(key, "none") == entries.get(key, "none")
        assert made.set(key, 7) == {**entries, key: 7}
        if key in entries:
            assert made.delete(key) == {other: entries[other] for other in entries if other != key}
        else:
            with pytest.raises(KeyError):
                made[key]
            with pytest.raises(KeyError):
                made.delete(key)
    assert made == entries


def test_they_are_equal_inside_other_values() -> None:
    assert Left([{1: [2]}]) == Left(made_persistent([{1: [2]}]))
    assert PersistentList([1]) != (1,)
    assert PersistentMap({1: 2}) != [1, 2]
    assert {PersistentList([1]): 1}[PersistentList([1])] == 1


@pytest.mark.parametrize("other", [(1,), "a", None, 1])
def test_they_are_not_joined_with_something_else(other: Any) -> None:
    one: Any = PersistentList([1])
    entries: Any = PersistentMap({1: 1})
    for join, left, right in ((add, one, other), (add, other, one), (or_, entries, other), (or_, other, entries)):
        with pytest.raises(TypeError):
            join(left, right)


def test_assignments_that_join_make_new_ones() -> None:
    old_list: Any = PersistentList([1])
    old_map: Any = PersistentMap({1: 1})
    items, entries = old_list, old_map
    items += [2]
    entries |= {2: 2}
    assert (items, entries, old_list, old_map) == ([1, 2], {1: 1, 2: 2}, [1], {1: 1})


def test_persistent_changes_lists_and_dicts_wherever_they_are() -> None:
    value = [({1: [Left([2])]}, "a"), ({}, "b")]
    made = made_persistent(value)
    assert made == value
    assert type(made) is type(made[0][0][1]) is type(made[0][0][1][0].value) is PersistentList
    assert type(made[0][0]) is type(made[1][0]) is PersistentMap
    assert made_persistent(made) is made


@pytest.mark.parametrize(
    "keys",
    [
        [number * (2**61 - 1) for number in range(1, 20_001)],  # Python's hash of each is 0
        [number * 2**32 + number for number in range(20_000)],  # folded to 32 bits, each is 0
        [number * 2**40 for number in range(20_000)],
        [(number * (2**61 - 1), 1) for number in range(1, 20_001)],
    ],
    ids=["one hash", "one folded hash", "powers of two", "tuples"],
)
def test_keys_that_are_meant_to_be_slow_are_not(keys: list[Any]) -> None:
    made: Any = PersistentMap((key, None) for key in keys)
    assert len(made) == len(keys)
    for key in keys[:100]:
        made = made.set(key, 1).delete(key)
    assert len(made) == len(keys) - 100


def _nested(wrap: Callable[[Any], Any], depth: int = 10_000) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = wrap(value)
    return value


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {1: x}, lambda x: ([x],)], ids=["list", "map", "both"])
def test_deep_ones(wrap: Callable[[Any], Any]) -> None:
    made, again = made_persistent(_nested(wrap)), made_persistent(_nested(wrap))
    assert Left(made) == Left(again)
    assert hash(Left(made)) == hash(Left(again))
    assert len(repr(Left(made))) > 20_000
