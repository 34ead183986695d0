"""Repairs: what to write instead of a machine that does not type, tried by the checker itself before it is told.

Each repair is a small change near the place where a run stopped, as a person would make it: brackets, two parts the
other way round, a part left out or put in. Only a change after which the machine types, or at least goes on
typing beyond the place, is told. (Lerner, Flower, Grossman and Chambers, "Searching for type-error messages",
PLDI 2007.)
"""

from __future__ import annotations

from itertools import islice

from sm_toolkit.language.checking.mistakes import CERTAIN, INSIDE, OUTSIDE, PARTLY, Path, Spot
from sm_toolkit.language.checking.solving import Solving, Stop
from sm_toolkit.language.checking.unification import Resolver, find
from sm_toolkit.language.errors import Advice
from sm_toolkit.language.syntax.printing import cut_around, print_marked
from sm_toolkit.language.syntax.terms import Term, size

MOST_TOLD = 2
"""How many repairs are told of one error."""

MOST_OF_A_KIND = 48
"""How many repairs of one kind are tried, fewer in a large machine."""

MOST_NODES = 300_000
"""How many parts are typed, by all the runs that try repairs of one error together."""


def repairs(spot: Spot) -> tuple[Advice, ...]:
    """Return the first few changes that help, those after which the whole machine types if there are any."""
    told: dict[str, Advice] = {}
    partly: dict[str, Advice] = {}
    whole = size(spot.term)
    after = whole - spot.position - size(spot.node)  # how many parts are not looked at yet
    left = MOST_NODES
    for kind in INSIDE if spot.is_inside else OUTSIDE:
        for words, term, path in islice(kind(spot), min(MOST_OF_A_KIND, 1 + MOST_NODES // whole // 4)):
            if left <= 0:
                break
            left -= whole
            run = Solving(term, spot.wanted, most_nodes=whole + 100)
            if run.too_large or run.unbound or not run.is_finite():
                continue
            if run.stop is None and _is_clear(run):
                _tell(told, words, term, path)
            elif run.stop is not None and kind in PARTLY and _is_later(run.stop, spot, size(term) - after):
                _tell(partly, words, term, path)
            if len(told) == MOST_TOLD or (told and kind in CERTAIN):
                return tuple(told.values())
    return (*(told or partly).values(), *_by_itself(spot))[:MOST_TOLD]


def _by_itself(spot: Spot) -> list[Advice]:
    """Say which types a machine has, if it is only those asked of it that do not fit."""
    if not any(spot.wanted):
        return []
    run = Solving(spot.term, (None, None, None))
    if run.stop is not None or not run.is_finite():
        return []
    resolve = Resolver(state_name=find(run.state).head is None)
    state, input_, output = (resolve(node) for node in (run.whole_state(), run.input, run.output))
    return [Advice(f"ask for what it is by itself: Machine[{state}, {input_}, {output}]")]


def _is_later(stop: Stop, spot: Spot, after: int) -> bool:
    """Tell whether a run stopped behind the place: at a part ``after`` it, or when what it is in was done."""
    return stop.position >= after or (stop.position < spot.position and stop.subject.startswith("the output of"))


def _tell(told: dict[str, Advice], words: str, term: Term, path: Path) -> None:
    """Add a change, unless the same was told in other words or of another place."""
    text, begin, end = print_marked(term, path)
    shown = cut_around(text, begin, end).splitlines()[0]
    if words not in told and all(advice.machine != shown for advice in told.values()):
        told[words] = Advice(words, shown)


def _is_clear(run: Solving) -> bool:
    """Tell whether the types of all that reads or shows are in those of the machine."""
    resolve = Resolver()
    for node in (run.whole_state(), run.input, run.output):
        resolve(node)
    fixed = len(resolve.names)
    for _, node in run.texts:
        resolve(node)
    return len(resolve.names) == fixed
