"""Which parts of two terms differ: what one has and the other has not. Terms only; no types, no values."""

from __future__ import annotations

from difflib import SequenceMatcher

from sm_toolkit.language.syntax.terms import Case, Compose, FanIn, Loop, Read, Show, Term, Zoom, children, walk

MOST_COMPARED = 2_000
"""Of longer chains only what is alike at both ends is found."""


def changed_parts(old: Term, new: Term) -> tuple[frozenset[int], frozenset[int]]:
    """Return which nodes of each term are not in the other at their place, by their numbers in the order of ``walk``.

    Chains and choices are compared part by part, so that what was put in between marks nothing else.

    >>> from sm_toolkit.language.vocabulary.combinators import decr, get, incr, put
    >>> old, new = changed_parts((get() >> incr >> put()).term, (get() >> incr >> decr >> put()).term)
    >>> sorted(old), sorted(new)
    ([], [3])
    """
    names: dict[object, int] = {}
    one, other = _Numbered(old, names), _Numbered(new, names)
    work = [(0, 0)]
    while work:
        left, right = work.pop()
        if one.names[left] == other.names[right]:
            continue
        lefts, rights = one.parts(left), other.parts(right)
        if one.kinds[left] != other.kinds[right] or not lefts:
            one.mark(left)
            other.mark(right)
            continue
        same, gone, come = _aligned([one.names[each] for each in lefts], [other.names[each] for each in rights])
        del same
        if len(gone) == len(come):  # each has another in its place, which may be much like it
            work += zip((lefts[place] for place in gone), (rights[place] for place in come), strict=True)
            continue
        for place in gone:
            one.mark(lefts[place])
        for place in come:
            other.mark(rights[place])
    return frozenset(one.marked), frozenset(other.marked)


def _aligned(one: list[int], other: list[int]) -> tuple[int, list[int], list[int]]:
    """Return how many parts two chains share in one order, and the places of the others in each."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = list(range(start, len(one) - end)), list(range(start, len(other) - end))
    if max(len(left), len(right)) <= MOST_COMPARED:
        found = SequenceMatcher(None, [one[n] for n in left], [other[n] for n in right], autojunk=False)
        for at, to, size in reversed(found.get_matching_blocks()):
            del left[at : at + size], right[to : to + size]
    return len(one) - len(left), left, right


class _Numbered:
    """A term whose nodes have numbers, and names that are the same for the same terms."""

    def __init__(self, term: Term, names: dict[object, int]) -> None:
        self._nodes = list(walk(term))
        count = len(self._nodes)
        self.marked: set[int] = set()
        self.names = [0] * count
        self.kinds: list[object] = [None] * count
        self._sizes = [1] * count
        for number in range(count - 1, -1, -1):
            node, parts = self._nodes[number], self._children(number)
            self._sizes[number] += sum(self._sizes[part] for part in parts)
            self.kinds[number] = _kind(node)
            name = (self.kinds[number], *(self.names[part] for part in parts))
            self.names[number] = names.setdefault(name, len(names))

    def _children(self, number: int) -> list[int]:
        found, following = [], number + 1
        for _ in children(self._nodes[number]):
            found.append(following)
            following += self._sizes[following]
        return found

    def parts(self, number: int) -> list[int]:
        """Return the numbers of a node's parts; choices nested to the right are one choice."""
        form = type(self._nodes[number])
        if form not in (Case, FanIn):
            return self._children(number)
        found: list[int] = []
        while type(self._nodes[number]) is form:
            left, number = self._children(number)
            found.append(left)
        return [*found, number]

    def mark(self, number: int) -> None:
        """Say that a node and all of its parts are not in the other term."""
        self.marked.update(range(number, number + self._sizes[number]))


def _kind(node: Term) -> object:
    """Return what a node is but for its parts."""
    match node:
        case Compose():
            return Compose
        case Loop(_, init, type_, name):
            return Loop, repr(init), type_, name
        case Zoom(side):
            return Zoom, side
        case Read() | Show():
            return type(node)  # their types follow from what is round them
        case _:
            return type(node) if children(node) else repr(node)
