"""A token bucket, which limits a rate: a burst of requests is let through, and in the long run so many a second.

The bucket gains ``RATE`` tokens in each unit of time until it holds ``CAPACITY``. A request says what time it is and
how many tokens it wants; it gets them all, or it is refused and the bucket stays as it was. The other input asks how
many there are at a time. The state is how many there were, and when: it is written only when some are taken.

>>> from sm_toolkit.language.interpreter import stream
>>> from sm_toolkit.language.data.types import Left, Right
>>> stream(token_bucket, [Left((0, 8)), Left((0, 3)), Right(0), Left((1, 3)), Right(2)], full)
([Left(True), Left(False), Right(2), Left(True), Right(3)], (1, 1))
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Bool, Either, Int, Pair
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import case, const, consume, fst, get, ident, if_, put, snd
from sm_toolkit.language.vocabulary.control import let, var
from sm_toolkit.language.vocabulary.operations import add, and_, le, maximum, minimum, mul, sub

RATE = 2
CAPACITY = 10

bucket = Pair(Int, Int)  # the tokens in it, and when they were counted
request = Pair(Int, Int)  # the time, and how many tokens are wanted
input_type = Either(request, Int)  # or only the time
output_type = Either(Bool, Int)  # whether they are given, or how many there are

full = (CAPACITY, 0)


def _number(n: int) -> Machine[Any, Any, int]:
    return consume() >> const(n)


# -- at a time: how many tokens there are -----------------------------------------------------------------

_tokens = consume() >> get(bucket) >> fst(Int, Int)
_last = consume() >> get(bucket) >> snd(Int, Int)

_now = (ident(Int) & _last) >> maximum  # a clock that goes back stands still
_gained = ((_now & _last) >> sub & _number(RATE)) >> mul
_level = ((_tokens & _gained) >> add & _number(CAPACITY)) >> minimum

# -- at a request: are there enough? ----------------------------------------------------------------------

_time, _wanted = fst(Int, Int), snd(Int, Int)
_there: Machine[Any, Any, int] = var(0)  # what `let` holds below

_enough = ((_number(0) & _wanted) >> le(Int) & (_wanted & _there) >> le(Int)) >> and_
_take = ((_there & _wanted) >> sub & _time >> _now) >> put(bucket) >> const(True)
_refuse = consume() >> const(False)

_request = let(_time >> _level, (ident(request) & _enough) >> if_(_take, _refuse))

token_bucket = case(_request, _level).named("token_bucket")
"""Takes ``input_type`` and gives ``output_type``; its state is a ``bucket``, which may start ``full``."""
