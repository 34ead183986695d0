from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.examples.token_bucket import CAPACITY, RATE, bucket, full, input_type, output_type, token_bucket
from sm_toolkit.language import Left, Right, check, step, stream


def asked(time: int, wanted: int) -> Any:
    return Left((time, wanted))


def test_it_has_the_types_that_it_says() -> None:
    check(token_bucket, state=bucket, input=input_type, output=output_type)


def test_a_refused_request_changes_nothing() -> None:
    for wanted in (CAPACITY + 1, -1):
        assert step(token_bucket, asked(3, wanted), full) == (Left(False), full)


def test_it_fills_up_with_time_and_not_further() -> None:
    levels = [Right(time) for time in (0, 1, CAPACITY // RATE, 10**9)]
    empty = (0, 0)
    assert stream(token_bucket, levels, empty) == ([Right(0), Right(RATE), Right(CAPACITY), Right(CAPACITY)], empty)


def test_a_clock_that_goes_back_stands_still() -> None:
    assert step(token_bucket, asked(5, 1), (4, 9)) == (Left(True), (3, 9))
    assert step(token_bucket, Right(5), (4, 9)) == (Right(4), (4, 9))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-2, CAPACITY + 2)), max_size=30))
def test_no_more_is_given_than_the_rate_allows(requests: list[tuple[int, int]]) -> None:
    time, given_, s = 0, 0, full
    for waited, wanted in requests:
        time += waited
        answer, s = step(token_bucket, asked(time, wanted), s)
        given_ += wanted if answer == Left(True) else 0
        assert 0 <= s[0] <= CAPACITY
        assert given_ <= CAPACITY + RATE * time
