"""What an expert writes in the place of functions: for a step and for a batch. Nothing is measured here.

Each does what its machine does and keeps the same limits. Classes are told by ``is``, the quickest test there is; what
is always the same is shared; and records are made without their ``__init__``, which takes four times as long.
"""

from __future__ import annotations

from typing import Any

from benchmarks.by_hand import ONE_DIGIT, add, mul, sub
from benchmarks.written import FEE, Amount, Charge, Deposit, Done, Get, Read, Refused, Withdraw
from sm_toolkit.examples.rate_limit import (
    CAPACITY,
    RATE,
    BucketV2,
    Granted,
    Passed,
    Take,
    TakeAt,
    Tick,
    Tokens,
    TooFew,
)
from sm_toolkit.language.errors import StepError

new = object.__new__
DONE, REFUSED, GRANTED, TOO_FEW, PASSED = Done(), Refused(), Granted(), TooFew(), Passed()


def counter(x: Any, s: int) -> tuple[Any, int]:
    if x.__class__ is Read:
        return s, s
    after = s + x.by
    return None, after if -ONE_DIGIT <= after <= ONE_DIGIT else add(s, x.by)


def counter_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        try:
            if x.__class__ is Read:
                append(s)
            else:
                after = s + x.by
                s = after if -ONE_DIGIT <= after <= ONE_DIGIT else add(s, x.by)
                append(None)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


def bucket(x: Any, s: BucketV2) -> tuple[Any, BucketV2]:
    of = x.__class__
    if of is Take:
        count = x.count
        if 0 <= count <= s.tokens:
            return GRANTED, made_bucket(s.tokens - count, s.last)
        return TOO_FEW, s
    if of is TakeAt:
        now, last, there = x.now, s.last, s.tokens
        if last is None:
            last = now
        elif now > last:
            there = refilled(there, now - last)
            last = now
        if there > CAPACITY:
            there = CAPACITY
        count = x.count
        if 0 <= count <= there:
            return GRANTED, made_bucket(there - count, last)
        return TOO_FEW, made_bucket(there, last)
    if of is Tick:
        there, last = refilled(s.tokens, 1), s.last
        if last is not None:
            last = last + 1 if last < ONE_DIGIT else add(last, 1)
        return PASSED, made_bucket(there if there < CAPACITY else CAPACITY, last)
    told: Any = new(Tokens)
    told.__dict__["count"] = s.tokens
    return told, s


def made_bucket(tokens: int, last: int | None) -> BucketV2:
    made: Any = new(BucketV2)
    fields = made.__dict__
    fields["tokens"] = tokens
    fields["last"] = last
    return made  # type: ignore[no-any-return]


def refilled(tokens: int, passed: int) -> int:
    gained = RATE * passed
    there = tokens + gained
    return there if gained <= ONE_DIGIT and there <= ONE_DIGIT else add(tokens, mul(RATE, passed))


def bucket_loop(xs: list[Any], s: BucketV2) -> tuple[list[Any], BucketV2]:
    outputs: list[Any] = []
    append = outputs.append
    tokens, last = s.tokens, s.last
    for x in xs:
        try:
            of = x.__class__
            if of is Take:
                count = x.count
                if 0 <= count <= tokens:
                    append(GRANTED)
                    tokens -= count
                else:
                    append(TOO_FEW)
            elif of is TakeAt:
                now, there, then = x.now, tokens, last
                if then is None:
                    then = now
                elif now > then:
                    there = refilled(there, now - then)
                    then = now
                if there > CAPACITY:
                    there = CAPACITY
                count = x.count
                if 0 <= count <= there:
                    append(GRANTED)
                    tokens = there - count
                else:
                    append(TOO_FEW)
                    tokens = there
                last = then
            elif of is Tick:
                there = refilled(tokens, 1)
                if last is not None:
                    last = last + 1 if last < ONE_DIGIT else add(last, 1)
                append(PASSED)
                tokens = there if there < CAPACITY else CAPACITY
            else:
                told: Any = new(Tokens)
                told.__dict__["count"] = tokens
                append(told)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, made_bucket(tokens, last)


def bank(x: Any, s: int) -> tuple[Any, int]:
    of = x.__class__
    if of is Deposit:
        amount = x.amount
        if amount <= 0:
            return REFUSED, s
        after = s + amount
        return DONE, after if after <= ONE_DIGIT else add(s, amount)
    if of is Withdraw:
        amount = x.amount
        if 0 < amount <= s:
            return DONE, s - amount
        return REFUSED, s
    if of is Charge:
        after = s - FEE
        return DONE, after if after >= -ONE_DIGIT else sub(s, FEE)
    answer: Any = new(Amount)
    answer.__dict__["amount"] = s
    return answer, s


def bank_loop(xs: list[Any], s: int) -> tuple[list[Any], int]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        try:
            of = x.__class__
            if of is Deposit:
                amount = x.amount
                if amount <= 0:
                    append(REFUSED)
                else:
                    after = s + amount
                    s = after if after <= ONE_DIGIT else add(s, amount)
                    append(DONE)
            elif of is Withdraw:
                amount = x.amount
                if 0 < amount <= s:
                    s -= amount
                    append(DONE)
                else:
                    append(REFUSED)
            elif of is Charge:
                after = s - FEE
                s = after if after >= -ONE_DIGIT else sub(s, FEE)
                append(DONE)
            else:
                answer: Any = new(Amount)
                answer.__dict__["amount"] = s
                append(answer)
        except StepError as error:
            append(error.with_traceback(None))
    return outputs, s


def store(x: Any, s: Any) -> tuple[Any, Any]:
    if x.__class__ is Get:
        return s.get(x.key), s
    key = x.key
    return s.get(key), s.set(key, x.value)


def store_loop(xs: list[Any], s: Any) -> tuple[list[Any], Any]:
    outputs: list[Any] = []
    append = outputs.append
    for x in xs:
        key = x.key
        append(s.get(key))
        if x.__class__ is not Get:
            s = s.set(key, x.value)
    return outputs, s
