"""A token bucket limits a rate: tokens (version 1), when they were counted (version 2), fractions (version 3).

A request takes tokens, all that it wants or none; the bucket gains ``RATE`` in each unit of time until it holds
``CAPACITY``. To version 1 somebody says ``Tick`` when a unit has passed. Version 2 also takes requests that tell the
time, and fills the bucket when one comes. Version 3 counts thousandths of a token, for requests that cost little.

What goes wrong, and type-checks:

- 1 to 2. Nobody knows when the tokens of version 1 were counted. Who writes 0 says: long ago. The first request that
  tells the time then finds a full bucket, and a burst is let through. Say None: time begins when it is first told.
- 2 to 3. A token is a thousand thousandths. Who takes the number over as it is leaves a thousandth of what there was,
  and everybody is refused until the bucket has filled again.

>>> bucket_v2(TakeAt(3, now=70), BucketV2(tokens=1, last=69))
(Granted(), BucketV2(tokens=0, last=70))
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.functions import function, machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

RATE = 2
CAPACITY = 10

# -- version 1: tokens ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Take:
    """Ask for tokens."""

    count: int


@dataclass(frozen=True)
class Tick:
    """Say that a unit of time has passed."""


@dataclass(frozen=True)
class Level:
    """Ask how many tokens there are."""


@dataclass(frozen=True)
class Granted:
    """The tokens are yours."""


@dataclass(frozen=True)
class TooFew:
    """There are too few."""


@dataclass(frozen=True)
class Passed:
    """The time has passed."""


@dataclass(frozen=True)
class Tokens:
    """So many there are."""

    count: int


CommandV1 = Take | Tick | Level
AnswerV1 = Granted | TooFew | Passed | Tokens


@machine
def bucket_v1(command: CommandV1, tokens: int) -> tuple[AnswerV1, int]:
    """Limit the rate. The state is how many tokens there are."""
    match command:
        case Take(count) if 0 <= count <= tokens:
            return Granted(), tokens - count
        case Take(_):
            return TooFew(), tokens
        case Tick():
            return Passed(), min(CAPACITY, tokens + RATE)
        case Level():
            return Tokens(tokens), tokens


# -- version 2: the last tick -----------------------------------------------------------------------------


@dataclass(frozen=True)
class TakeAt:
    """Ask for tokens, and say what time it is."""

    count: int
    now: int


@dataclass(frozen=True)
class BucketV2:
    """How many tokens there are, and at what time there were so many, if a time was told."""

    tokens: int
    last: int | None


CommandV2 = Take | Tick | Level | TakeAt


def passed(last: int | None, now: int) -> int:
    """Return how much time has passed: none before the first time that is told, nor when a clock goes back."""
    return 0 if last is None else max(0, now - last)


def later(last: int | None, now: int) -> int:
    """Return the later of two times."""
    return now if last is None else max(last, now)


@machine
def bucket_v2(command: CommandV2, bucket: BucketV2) -> tuple[AnswerV1, BucketV2]:
    """Limit the rate."""
    tokens, last = bucket.tokens, bucket.last
    match command:
        case Take(count) if 0 <= count <= tokens:
            return Granted(), BucketV2(tokens - count, last)
        case Take(_):
            return TooFew(), bucket
        case TakeAt(count, now):
            there = min(CAPACITY, tokens + RATE * passed(last, now))
            if 0 <= count <= there:
                return Granted(), BucketV2(there - count, later(last, now))
            return TooFew(), BucketV2(there, later(last, now))
        case Tick():
            return Passed(), BucketV2(min(CAPACITY, tokens + RATE), None if last is None else last + 1)
        case Level():
            return Tokens(tokens), bucket


# -- version 3: parts of a token --------------------------------------------------------------------------


@dataclass(frozen=True)
class Spend:
    """Ask for thousandths of a token; the time may be told."""

    cost: int
    now: int | None


@dataclass(frozen=True)
class Thousandths:
    """So many there are."""

    count: int


@dataclass(frozen=True)
class BucketV3:
    """How many thousandths of a token there are, and at what time there were so many, if a time was told."""

    thousandths: int
    last: int | None


CommandV3 = Spend | Tick | Level
AnswerV3 = Granted | TooFew | Passed | Thousandths


@machine
def bucket_v3(command: CommandV3, bucket: BucketV3) -> tuple[AnswerV3, BucketV3]:
    """Limit the rate."""
    there, last = bucket.thousandths, bucket.last
    match command:
        case Spend(cost, now):
            if now is not None:
                there = min(1000 * CAPACITY, there + 1000 * RATE * passed(last, now))
                last = later(last, now)
            if 0 <= cost <= there:
                return Granted(), BucketV3(there - cost, last)
            return TooFew(), BucketV3(there, last)
        case Tick():
            there = min(1000 * CAPACITY, there + 1000 * RATE)
            return Passed(), BucketV3(there, None if last is None else last + 1)
        case Level():
            return Thousandths(there), bucket


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(tokens: int) -> BucketV2:
    """Wait for somebody to say what time it is."""
    return BucketV2(tokens, None)


@function
def careless_1_to_2(tokens: int) -> BucketV2:
    """Say that the tokens were counted at 0: long ago."""
    return BucketV2(tokens, 0)


@function
def back_2_to_1(new: BucketV2) -> int:
    """Forget the time."""
    return new.tokens


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Say the same."""
    return old


@function
def migrate_2_to_3(old: BucketV2) -> BucketV3:
    """A token is a thousand thousandths."""
    return BucketV3(old.tokens * 1000, old.last)


@function
def careless_2_to_3(old: BucketV2) -> BucketV3:
    """Take a number for a number."""
    return BucketV3(old.tokens, old.last)


@function
def back_3_to_2(new: BucketV3) -> BucketV2:
    """Round down: no more is let through than would have been."""
    return BucketV2(new.thousandths // 1000, new.last)


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """A token is a thousand thousandths."""
    if isinstance(old, Take):
        return Spend(old.count * 1000, None)
    if isinstance(old, TakeAt):
        return Spend(old.count * 1000, old.now)
    return old


@function
def down_3_to_2(new: AnswerV3) -> AnswerV1:
    """Tell an old client of whole tokens."""
    return Tokens(new.count // 1000) if isinstance(new, Thousandths) else new


v1 = stage("bucket", CAPACITY, bucket_v1)
v2 = stage("bucket", BucketV2(CAPACITY, None), bucket_v2)
v3 = stage("bucket", BucketV3(1000 * CAPACITY, None), bucket_v3)

_from_v1 = Adapter(up=up_1_to_2, down=ident())
_from_v2 = Adapter(up=up_2_to_3, down=down_3_to_2)

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, back=back_2_to_1, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, back=back_3_to_2, adapter=_from_v2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=careless_1_to_2, back=back_2_to_1, adapter=_from_v1)
careless_v2_to_v3 = upgrade(v2, v3, migrate=careless_2_to_3, back=back_3_to_2, adapter=_from_v2)
