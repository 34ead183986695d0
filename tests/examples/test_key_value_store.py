from __future__ import annotations

from typing import Any

from hypothesis import given

from sm_toolkit.examples.key_value_store import (
    Clock,
    Delete,
    Drop,
    Entry,
    Found,
    Get,
    In,
    Missing,
    Ok,
    Put,
    PutFor,
    StoreV2,
    StoreV3,
    careless_v1_to_v2,
    careless_v2_to_v3,
    store_v1,
    store_v2,
    store_v3,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from tests.examples.evolving import COMMANDS, heard, heard_across, sessions, told

V1, V2, V3 = COMMANDS["key_value_store"]


def test_what_is_put_is_found() -> None:
    commands = [Get("a"), Put("a", "1"), Put("a", "2"), Get("a"), Delete("a"), Delete("a"), Get("a")]
    answers, store = told(store_v1, commands, {})
    assert answers == [Missing(), Ok(), Ok(), Found("2"), Ok(), Ok(), Missing()]
    assert store == {}


def test_what_has_a_time_to_live_expires() -> None:
    commands = [PutFor("a", "1", 10), PutFor("b", "2", None), Clock(9), Get("a"), Clock(10), Get("a"), Get("b")]
    answers, store = told(store_v2, commands, StoreV2(0, {}))
    assert [answer for answer in answers if answer != Ok()] == [Found("1"), Missing(), Found("2")]
    assert store == StoreV2(10, {"b": Entry("2", None)})


def test_a_time_to_live_of_nothing_is_over_at_once() -> None:
    answers, _ = told(store_v2, [PutFor("a", "1", None), PutFor("a", "2", 0), Get("a")], StoreV2(5, {}))
    assert answers[-1] == Missing()


def test_a_namespace_is_a_store_of_its_own() -> None:
    commands = [
        In("x", PutFor("a", "1", 5)),
        In("y", PutFor("a", "2", None)),
        In("x", Get("a")),
        Clock(5),
        In("x", Get("a")),
        In("y", Get("a")),
        Drop("y"),
        In("y", Get("a")),
    ]
    answers, _ = told(store_v3, commands, StoreV3(0, {}))
    assert [answer for answer in answers if answer != Ok()] == [Found("1"), Missing(), Found("2"), Missing()]


@given(sessions(store_v2, StoreV2(0, {}), V2))
def test_found_is_what_was_put_last_and_has_time_left(session: list[tuple[Any, Any, StoreV2]]) -> None:
    now = 0
    put: dict[str, tuple[str, int | None]] = {}
    for command, answer, _ in session:
        match command:
            case Clock(time):
                now = max(now, time)
            case PutFor(key, value, seconds):
                put[key] = value, None if seconds is None else now + seconds
            case Delete(key):
                put.pop(key, None)
            case Get(key):
                value, until = put.get(key, ("", now))
                assert answer == (Found(value) if until is None or until > now else Missing())


@given(sessions(store_v3, StoreV3(0, {}), V3))
def test_namespaces_do_not_touch_one_another(session: list[tuple[Any, Any, StoreV3]]) -> None:
    mine = [(c, answer) for c, answer, _ in session if isinstance(c, Clock) or getattr(c, "space", "") == "x"]
    alone, _ = told(store_v3, [command for command, _ in mine], StoreV3(0, {}))
    assert [answer for _, answer in mine] == alone


def test_careless_1_to_2_makes_all_expire() -> None:
    before, after = [Put("a", "1")], [Get("a")]
    assert heard_across(v1, before, v1_to_v2, after, [Clock(10**9)]) == [Ok(), Ok(), Found("1")]
    assert heard_across(v1, before, careless_v1_to_v2, after) == [Ok(), Missing()]


def test_careless_2_to_3_makes_one_entry_of_two() -> None:
    before, after = [PutFor("default:7", "1", None), PutFor("7", "2", None)], [Get("default:7"), Get("7")]
    assert heard_across(v2, before, v2_to_v3, after) == heard(v2, before + after)
    answers = heard_across(v2, before, careless_v2_to_v3, after)
    assert answers[2] == answers[3]
