from __future__ import annotations

from typing import Any

from hypothesis import given

from sm_toolkit.examples.crossing import (
    Amber,
    CrossingV2,
    CrossingV3,
    Display,
    Green,
    Look,
    Next,
    Press,
    Red,
    Second,
    Signals,
    careless_v1_to_v2,
    careless_v2_to_v3,
    crossing_v1,
    crossing_v2,
    crossing_v3,
    time_of,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from tests.examples.evolving import COMMANDS, heard_across, sessions, told

V1, V2, V3 = COMMANDS["crossing"]
START_V2 = CrossingV2(Green(), False, False)
START_V3 = CrossingV3(START_V2, 20)


def test_the_light_goes_round() -> None:
    answers, _ = told(crossing_v1, [Look(), Next(), Next(), Next()], Green())
    assert answers == [Green(), Amber(), Red(), Green()]


def test_who_presses_walks_at_the_next_red() -> None:
    answers, _ = told(crossing_v2, [Press(), Next(), Next(), Press(), Next(), Next(), Next()], START_V2)
    assert [answer.walk for answer in answers] == [False, False, True, True, False, False, False]
    answers, _ = told(crossing_v2, [Press(), Next()], CrossingV2(Red(), False, False))
    assert answers == [Signals(Red(), False), Signals(Green(), False)]


def test_it_counts_down() -> None:
    answers, _ = told(crossing_v3, [Press(), *[Second()] * 35], START_V3)
    assert [answer.seconds for answer in answers] == [*range(20, 0, -1), 3, 2, 1, *range(12, 0, -1), 20]
    assert [answer.walk for answer in answers] == [False] * 23 + [True] * 12 + [False]
    assert told(crossing_v3, [Next()], START_V3)[0] == [Display(Amber(), False, 3)]


@given(sessions(crossing_v2, START_V2, V2))
def test_people_walk_only_while_cars_have_red(session: list[tuple[Any, Signals, CrossingV2]]) -> None:
    for _, shown, _ in session:
        assert shown.cars == Red() or not shown.walk


@given(sessions(crossing_v3, START_V3, V3, longest=60))
def test_they_do_so_with_a_countdown_which_is_true(session: list[tuple[Any, Display, CrossingV3]]) -> None:
    before = Display(Green(), False, 20)
    for command, shown, _ in session:
        assert shown.cars == Red() or not shown.walk
        assert 1 <= shown.seconds <= time_of(shown.cars)
        if command == Second():
            assert (shown.cars == before.cars) == (before.seconds > 1)
        before = shown


@given(sessions(crossing_v2, START_V2, V2))
def test_who_asks_does_not_wait_for_ever(session: list[tuple[Any, Signals, CrossingV2]]) -> None:
    _, state = told(crossing_v2, [command for command, _, _ in session], START_V2)
    answers, _ = told(crossing_v2, [Press(), *[Next()] * 3], state)
    assert any(answer.walk for answer in answers)


def test_careless_1_to_2_lets_people_walk_before_cars() -> None:
    assert heard_across(v1, [Next()], v1_to_v2, [], [Look()])[-1] == Signals(Amber(), False)
    assert heard_across(v1, [Next()], careless_v1_to_v2, [], [Look()])[-1] == Signals(Amber(), True)


def test_careless_2_to_3_shows_amber_for_too_long() -> None:
    def ambers(answers: list[Any]) -> int:
        return sum(answer.cars == Amber() for answer in answers[1:])

    new = [Look(), *[Second()] * 30]
    assert ambers(heard_across(v2, [Next()], v2_to_v3, [], new)) == time_of(Amber())
    assert ambers(heard_across(v2, [Next()], careless_v2_to_v3, [], new)) == time_of(Green())
