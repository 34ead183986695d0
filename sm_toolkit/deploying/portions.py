"""Values in portions: so many at a time that whoever wants no more of them waits for little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from time import monotonic
from typing import Any

from sm_toolkit.engines.pacing import Pace
from sm_toolkit.pipeline.messages import Values

PORTION = 0.1
"""About how many seconds a portion takes, as far as can be told from those before."""

AT_LEAST = 32
"""How many values are in a portion at least, so that stages and the workers of an effect have all something to do."""


def portions(values: Iterable[Any], goes_on: Callable[[], bool], same: bool = False) -> Iterator[Values]:
    """Yield values in portions, as long as ``goes_on()``, which is asked before each.

    A portion takes as long as it is until the next is asked for. With ``same`` all have ``AT_LEAST`` values: where a
    clock may have no say.

    >>> [len(portion) for portion in portions(range(70), lambda: True, same=True)]
    [32, 32, 6]
    """
    rest, pace, most = iter(values), Pace(PORTION), AT_LEAST
    while goes_on() and (portion := Values(islice(rest, most))):
        began = monotonic()
        yield portion
        pace.took(len(portion), monotonic() - began)
        if not same:
            most = max(AT_LEAST, pace.most)
