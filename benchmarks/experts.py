"""What an expert writes in the place of ``written``: for a step and for a batch. Nothing is measured here.

Each does what its machine does and keeps the same limits. Classes are told by ``is``, the quickest test there is; what
is always the same is shared; and records are made without their ``__init__``, which takes four times as long.
"""

from __future__ import annotations

from typing import Any

from benchmarks.by_hand import ONE_DIGIT, add, mul, sub
from benchmarks.written import (
    CAPACITY,
    FEE,
    RATE,
    Amount,
    Bucket,
    Charge,
    Deposit,
    Done,
    Get,
    Granted,
    Read,
    Refused,
    Take,
    TooFew,
    Withdraw,
)
from sm_toolkit.language.errors import StepError

new = object.__new__
DONE, REFUSED = Done(), Refused()


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


def bucket(x: Any, s: Bucket) -> tuple[Any, Bucket]:
    now = x.now
    gained = RATE * (now - s.last)
    if not -ONE_DIGIT <= gained <= ONE_DIGIT:
        gained = mul(RATE, sub(now, s.last))
    tokens = s.tokens + gained
    if not -ONE_DIGIT <= tokens <= ONE_DIGIT:
        tokens = add(s.tokens, gained)
    if tokens > CAPACITY:
        tokens = CAPACITY
    if x.__class__ is Take:
        left = tokens - x.count
        if left >= 0:
            answer: Any = new(Granted)
            answer.__dict__["left"] = left if left <= ONE_DIGIT else sub(tokens, x.count)
            tokens = left
        else:
            answer = new(TooFew)
            answer.__dict__["missing"] = -left if left >= -ONE_DIGIT else sub(x.count, tokens)
        after = new(Bucket)
        fields = after.__dict__
        fields["tokens"] = tokens
        fields["last"] = now
        return answer, after
    answer = new(Granted)
    answer.__dict__["left"] = tokens
    return answer, s


def bucket_loop(xs: list[Any], s: Bucket) -> tuple[list[Any], Bucket]:
    outputs: list[Any] = []
    append = outputs.append
    held, last = s.tokens, s.last
    for x in xs:
        try:
            now = x.now
            gained = RATE * (now - last)
            if not -ONE_DIGIT <= gained <= ONE_DIGIT:
                gained = mul(RATE, sub(now, last))
            tokens = held + gained
            if not -ONE_DIGIT <= tokens <= ONE_DIGIT:
                tokens = add(held, gained)
            if tokens > CAPACITY:
                tokens = CAPACITY
            if x.__class__ is Take:
                left = tokens - x.count
                if left >= 0:
                    answer: Any = new(Granted)
                    answer.__dict__["left"] = left if left <= ONE_DIGIT else sub(tokens, x.count)
                    tokens = left
                else:
                    answer = new(TooFew)
                    answer.__dict__["missing"] = -left if left >= -ONE_DIGIT else sub(x.count, tokens)
                append(answer)
                held, last = tokens, now
            else:
                answer = new(Granted)
                answer.__dict__["left"] = tokens
                append(answer)
        except StepError as error:
            append(error.with_traceback(None))
    after: Any = new(Bucket)
    after.__dict__["tokens"] = held
    after.__dict__["last"] = last
    return outputs, after


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
