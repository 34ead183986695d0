"""Pipelines of three stages, and the nested generators that an expert writes in their place. Nothing is measured here.

The generators do what the pipelines do: values are checked where they enter, numbers keep their limits, and an item
that fails is an error in its place, which later stages pass on. ``light_bare`` does none of this: so its cost is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks import by_hand
from benchmarks.by_hand import ONE_DIGIT, add
from sm_toolkit.examples.token_bucket import CAPACITY, RATE, full, token_bucket
from sm_toolkit.language.data.types import Bool, Int, Left, Right
from sm_toolkit.language.errors import StepError
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.language.vocabulary.combinators import (
    const,
    consume,
    copy,
    fan_in,
    first,
    get,
    ident,
    if_,
    incr,
    put,
    snd,
)
from sm_toolkit.language.vocabulary.operations import add as add_
from sm_toolkit.language.vocabulary.operations import maximum
from sm_toolkit.pipeline.pipelines import Pipeline, stage

Values = Iterable[Any]
Chain = Callable[[Values], Iterator[Any]]

HUGE = 2**DEFAULT_LIMITS.int_bits - 1

_state = consume() >> get(Int)
_keep = copy() >> first(put(Int)) >> snd()

# -- light stages: what they do takes less than handing it on ---------------------------------------------

light: Pipeline[int, int] = (
    stage("total", 0, (ident(Int) & _state) >> add_ >> _keep)
    >> stage("next", None, incr)
    >> stage("largest", 0, (ident(Int) & _state) >> maximum >> _keep)
)
"""The running total of its inputs, and one more, and the largest of these so far."""


def total(xs: Values) -> Iterator[Any]:
    s = 0
    for x in xs:
        if x.__class__ is not int or not -HUGE <= x <= HUGE:
            yield StepError(f"expected a value of Int, found {x!r:.80}")
            continue
        try:
            after = s + x
            if after > ONE_DIGIT or after < -ONE_DIGIT:
                after = add(s, x)
        except StepError as error:
            yield error
        else:
            s = after
            yield s


def following(xs: Values) -> Iterator[Any]:
    for x in xs:
        if x.__class__ is StepError:
            yield x
            continue
        try:
            after = x + 1
            yield after if after <= ONE_DIGIT else add(x, 1)
        except StepError as error:
            yield error


def largest(xs: Values) -> Iterator[Any]:
    s = 0
    for x in xs:
        if x.__class__ is StepError:
            yield x
            continue
        if x > s:
            s = x
        yield s


def light_by_hand(xs: Values) -> Iterator[Any]:
    return largest(following(total(xs)))


def _total_bare(xs: Values) -> Iterator[Any]:
    s = 0
    for x in xs:
        s += x
        yield s


def _following_bare(xs: Values) -> Iterator[Any]:
    for x in xs:
        yield x + 1


def _largest_bare(xs: Values) -> Iterator[Any]:
    s = 0
    for x in xs:
        if x > s:
            s = x
        yield s


def light_bare(xs: Values) -> Iterator[Any]:
    return _largest_bare(_following_bare(_total_bare(xs)))


def numbers(count: int) -> list[Any]:
    random = Random(1)
    return [random.randrange(-1000, 1000) for _ in range(count)]


# -- a token bucket, its answers counted and told as numbers ----------------------------------------------

_one_more = consume() >> get(Int) >> incr >> put(Int)

bucket: Pipeline[Any, int] = (
    stage("bucket", full, token_bucket)
    >> stage("counted", 0, copy() >> first(_one_more) >> snd())
    >> stage("told", None, fan_in((consume() & ident(Bool)) >> if_(const(1), const(0)), ident(Int)))
)
"""Requests of a token bucket: how many tokens there are, or 1 for what is granted and 0 for what is not."""


def bucket_answers(xs: Values) -> Iterator[Any]:
    tokens, last = full
    for x in xs:
        if not is_request(x):
            yield StepError(f"expected a request, found {x!r:.80}")
            continue
        try:
            level, now = tokens, last
            if x.__class__ is Left:
                time, wanted = x.value
                if time > last:
                    elapsed = time - last
                    level = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else by_hand.gained(tokens, time, last)
                    now = time
                if level > CAPACITY:
                    level = CAPACITY if level <= ONE_DIGIT else by_hand.capped(level)
                if 0 <= wanted <= level:
                    tokens, last = level - wanted, now
                    yield by_hand.GIVEN
                else:
                    yield by_hand.NOT_GIVEN
                continue
            time = x.value
            if time > last:
                elapsed = time - last
                level = tokens + elapsed * RATE if elapsed <= ONE_DIGIT else by_hand.gained(tokens, time, last)
            if level > CAPACITY:
                level = CAPACITY if level <= ONE_DIGIT else by_hand.capped(level)
            yield Right(level)
        except StepError as error:
            yield error


def is_request(x: Any) -> bool:
    if x.__class__ is Left:
        x = x.value
        if x.__class__ is not tuple or len(x) != 2:
            return False
        time, wanted = x
        if wanted.__class__ is not int or not -HUGE <= wanted <= HUGE:
            return False
    elif x.__class__ is Right:
        time = x.value
    else:
        return False
    return time.__class__ is int and -HUGE <= time <= HUGE


def counted(xs: Values) -> Iterator[Any]:
    s = 0
    for x in xs:
        if x.__class__ is StepError:
            yield x
            continue
        try:
            after = s + 1
            s = after if after <= ONE_DIGIT else add(s, 1)
        except StepError as error:
            yield error
        else:
            yield x


def told(xs: Values) -> Iterator[Any]:
    for x in xs:
        if x.__class__ is Left:
            yield 1 if x.value else 0
        elif x.__class__ is Right:
            yield x.value
        else:
            yield x


def bucket_by_hand(xs: Values) -> Iterator[Any]:
    return told(counted(bucket_answers(xs)))


def requests(count: int) -> list[Any]:
    random = Random(1)
    return [Left((now, random.randrange(8))) if random.random() < 0.75 else Right(now) for now in range(count)]


# -- both of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """A pipeline, the generators by hand, and so many values for them; ``wrong`` are values that fail in it."""

    name: str
    pipeline: Pipeline[Any, Any]
    by_hand: Chain
    values: Callable[[int], list[Any]]
    wrong: tuple[Any, ...]


LIGHT = Subject("three light stages", light, light_by_hand, numbers, (True, "1", HUGE, HUGE, -HUGE - 1))
BUCKET = Subject("a token bucket", bucket, bucket_by_hand, requests, (3, Left(3), Left((1, "2")), Right(HUGE + 1)))
SUBJECTS = (LIGHT, BUCKET)
