from __future__ import annotations

from typing import Any

from hypothesis import given

from sm_toolkit.examples.rate_limit import (
    CAPACITY,
    RATE,
    BucketV2,
    BucketV3,
    Granted,
    Level,
    Passed,
    Spend,
    Take,
    TakeAt,
    Thousandths,
    Tick,
    Tokens,
    TooFew,
    bucket_v1,
    bucket_v2,
    bucket_v3,
    careless_v1_to_v2,
    careless_v2_to_v3,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Downgrade, Item, Request
from tests.examples.evolving import COMMANDS, heard, heard_across, sessions, told

V1, V2, V3 = COMMANDS["rate_limit"]


def test_tokens_are_taken_and_gained() -> None:
    commands = [Take(8), Take(3), Take(-1), Tick(), Take(3), Level(), *[Tick()] * CAPACITY, Level()]
    answers, _ = told(bucket_v1, commands, CAPACITY)
    given_ = [answer for answer in answers if answer != Passed()]
    assert given_ == [Granted(), TooFew(), TooFew(), Granted(), Tokens(1), Tokens(CAPACITY)]


def test_tokens_are_gained_with_time() -> None:
    commands = [TakeAt(0, 100), TakeAt(1, 100), TakeAt(2 * RATE, 102), Tick(), TakeAt(RATE, 103), TakeAt(1, 50)]
    answers, bucket = told(bucket_v2, commands, BucketV2(0, None))
    assert answers == [Granted(), TooFew(), Granted(), Passed(), Granted(), TooFew()]
    assert bucket == BucketV2(0, 103)


def test_half_a_token_is_spent() -> None:
    answers, bucket = told(
        bucket_v3, [Spend(500, None), Spend(501, None), Spend(500, 7), Level()], BucketV3(1000, None)
    )
    assert answers == [Granted(), TooFew(), Granted(), Thousandths(0)]
    assert bucket == BucketV3(0, 7)


@given(sessions(bucket_v1, CAPACITY, V1), sessions(bucket_v3, BucketV3(0, None), V3))
def test_the_bucket_holds_nothing_to_its_capacity(first: list[Any], third: list[Any]) -> None:
    assert all(0 <= tokens <= CAPACITY for _, _, tokens in first)
    assert all(0 <= bucket.thousandths <= 1000 * CAPACITY for _, _, bucket in third)


@given(sessions(bucket_v2, BucketV2(CAPACITY, None), V2))
def test_no_more_is_given_than_the_rate_allows(session: list[tuple[Any, Any, BucketV2]]) -> None:
    given_, ticks, times = 0, 0, []
    for command, answer, bucket in session:
        match command:
            case TakeAt(count, now):
                times.append(now)
                given_ += count if answer == Granted() else 0
            case Take(count):
                given_ += count if answer == Granted() else 0
            case Tick():
                ticks += 1
        assert 0 <= bucket.tokens <= CAPACITY
        passed = max(times) - times[0] if times else 0
        assert given_ <= CAPACITY + RATE * (passed + ticks)


def test_careless_1_to_2_lets_a_burst_through() -> None:
    before, new = [Take(CAPACITY)], [TakeAt(CAPACITY, now=1_700_000_000)]
    assert heard_across(v1, before, v1_to_v2, [], new)[-1] == TooFew()
    assert heard_across(v1, before, careless_v1_to_v2, [], new)[-1] == Granted()


def test_careless_2_to_3_leaves_a_thousandth() -> None:
    after = [Level(), Take(1)]
    assert heard_across(v2, [], v2_to_v3, after) == heard(v2, after) == [Tokens(CAPACITY), Granted()]
    assert heard_across(v2, [], careless_v2_to_v3, after) == [Tokens(0), TooFew()]


def test_going_back_rounds_down() -> None:
    requests: list[Request] = [v2_to_v3, Item(Spend(500, None)), Downgrade("bucket")]
    _, (bucket,) = model(v2, requests)
    assert bucket.state == BucketV2(CAPACITY - 1, None)
