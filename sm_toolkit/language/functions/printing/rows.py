"""The rows of a `match` are recognised: patterns, guards and bodies, out of the tests that they became.

Each way through the tests is a row that asks all that is tested on it. Of the sides of a test that one comes first
whose first row asks from left to right: for the tests begin with what the first row asks.
"""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.records import Variant
from sm_toolkit.language.data.types import Bool, Type, Unit, is_record_head, record_words
from sm_toolkit.language.functions.printing.asked import Asked, Way, pattern_of
from sm_toolkit.language.functions.printing.cases import Row, Rows, in_order, once
from sm_toolkit.language.functions.printing.choices import choice_of
from sm_toolkit.language.functions.printing.going import part_index
from sm_toolkit.language.functions.printing.naming import name
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of, free_in, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    SCALARS,
    Recogniser,
    Scope,
    UnrecognisedError,
    is_constant,
    label_in,
    operands,
)
from sm_toolkit.language.syntax.terms import Const, FanIn, Fanout, If, Let, Variable


def rows_of(t: Recogniser, chain: Chain, scope: Scope, *, expanded: bool = False) -> Rows | None:
    """Return the `match` that some parts are, if they are one; if ``expanded``, tests of parts become patterns."""
    if len(chain) == 1 and isinstance(chain[0].term, Let):
        return None
    first = _tested(chain)
    if first is None or scope[len(scope) - 1 - first.term.index] is None:  # type: ignore[union-attr]
        return None
    return _named(t, first, chain, scope, expanded=expanded)


def rows_within(t: Recogniser, chain: Chain, scope: Scope) -> Rows | None:
    """Return the `match` of something that is bound for it, or of whose parts some are bound for it."""
    bound, body = (chain_of(part) for part in chain[0].parts)
    first = bound[0]
    if isinstance(first.term, Variable) and len(bound) > 1 and scope[len(scope) - 1 - first.term.index] is not None:
        found = t.tried(lambda: _named(t, first, chain, scope, expanded=True))
        if found is not None:
            return found  # type: ignore[no-any-return]
    root = Asked(bound[-1].output)
    found_ = _Reading(t, expanded=True).within(body, Way(root, {len(scope): root}, (*scope, None)), failing=0)
    if len(found_) < 2:
        return None
    return Rows(t.value(bound, _apart_from(t, found_, bound, scope)), found_)


def _named(t: Recogniser, first: Node, chain: Chain, scope: Scope, *, expanded: bool) -> Rows | None:
    """Return the `match` of what has a name."""
    assert isinstance(first.term, Variable)
    level = len(scope) - 1 - first.term.index
    known = scope[level]
    assert known is not None
    root = Asked(first.output)
    found = _Reading(t, expanded=expanded).within(chain, Way(root, {level: root}, scope), failing=0)
    if len(found) < 2:
        return None
    if any(level in row.uses for row in found):
        if "." in known:
            return None
        known = t.renamed(known)
    return Rows(name(known), found)


def _apart_from(t: Recogniser, rows: list[Row], bound: Chain, scope: Scope) -> Scope:
    """Return the names for a subject, none of which is used in the rows: there it would stand for what is told."""
    if not isinstance(root := bound[0].term, Variable) or any(not node.is_primitive("field") for node in bound[1:]):
        return scope
    level = len(scope) - 1 - root.index
    known = scope[level]
    if known is None or not any(level in row.uses for row in rows):
        return scope
    return (*scope[:level], t.renamed(known), *scope[level + 1 :])


def _tested(chain: Chain) -> Node | None:
    """Return the variable that some parts test first."""
    current = chain
    while True:
        first = current[0]
        if isinstance(first.term, Variable):
            return first
        if isinstance(first.term, Let) and isinstance(chain_of(first.parts[0])[0].term, Variable):
            return chain_of(first.parts[0])[0]
        if isinstance(first.term, Fanout) and first.parts[0].is_identity and len(current) > 1:
            if not isinstance(current[1].term, If):
                return None
            current = chain_of(first.parts[1])
            if current[-1].is_primitive("eq") and len(current) == 2:
                current, _ = operands(current[:-1], 2)
            continue
        return None


class _Reading:
    """Reads rows. ``expanded`` says that tests of parts become patterns; those in which a row may fail do always."""

    def __init__(self, t: Recogniser, *, expanded: bool, is_named: bool = True) -> None:
        self._t = t
        self._expanded = expanded
        self._is_named = is_named

    def within(self, chain: Chain, way: Way, *, failing: int) -> list[Row]:
        """Return the rows of some tests, before which parts of what is held may be bound."""
        opened: Asked | None = None
        while len(chain) == 1 and isinstance(chain[0].term, Let) and not chain[0].parts[0].is_identity:
            path = chain_of(chain[0].parts[0])
            held = self._held(path, way)
            index = None if held is None else _index(path[1:], held.type)
            if held is None or index is None or any(each >= index for each in held.parts):
                break
            if held is not opened:
                if held.parts:
                    break
                way.asks(held)
                opened = held
            way.binds(held.part(index, path[-1].output))
            chain = chain_of(chain[0].parts[1])
        return self._rows(chain, way, failing=failing)

    def _rows(self, chain: Chain, way: Way, *, failing: int) -> list[Row]:
        """Return the rows of some tests on what a way holds; those of so many groups in which a row may fail."""
        if failing and _is_missed(chain):
            return []
        met = _met(chain, failing) if failing else None
        if met is not None:
            return [self._row(met, way)]
        last = chain[-1]
        if len(chain) > 1 and isinstance(last.term, FanIn):
            if last.parts[1].is_identity and not chain[-2].is_primitive("find", "lookup"):
                return self._groups(chain, way, failing=failing)
            held = self._held(chain, way)
            if held is not None and (self._expanded or failing or len(way.held) == 1):
                found = self._sides(chain, held, way, failing=failing)
                if found is not None:
                    return found
        if isinstance(last.term, If) and len(chain) == 2 and (failing or self._expanded):
            return self._choice(chain, way, failing=failing)
        if failing:
            raise UnrecognisedError("a row is met, or it is not")
        return [] if _is_dead(chain) else [self._row(chain, way)]

    def _held(self, chain: Chain, way: Way) -> Asked | None:
        """Return what the first of some parts gives, if it is held."""
        level = _level(chain[0], way)
        return None if level is None else way.held.get(level)

    def _row(self, body: Chain, way: Way) -> Row:
        scope = way.named(self._t.program, free_in(body), all_=self._is_named)
        pattern = pattern_of(self._t.program, way.root)
        uses = frozenset(len(scope) - 1 - index for index in free_in(body))
        return Row(pattern, None, body, scope, uses, way.asked, way.is_open)

    # -- ways in which a value is made --------------------------------------------------------------------

    def _sides(self, chain: Chain, held: Asked, way: Way, *, failing: int) -> list[Row] | None:
        """Return the rows of a choice between the ways in which a value may be made."""
        if held.made is not None:
            return None
        sides = _sides(chain, held.type)
        if sides is None:
            return self._sorted(chain, held, way, failing=failing)
        level = _level(chain[0], way)
        assert level is not None
        found = []
        for made, part, side in sides:
            inner = way.copied()
            body = self._opened(side, made, part, inner.held[level], inner)
            found.append(self.within(body, inner, failing=failing))
        return in_order(found, len(way.asked))

    def _opened(self, side: Chain, made: str, part: Type[Any] | None, held: Asked, way: Way) -> Chain:
        """Return what is done on a side, in which what is inside may be held."""
        way.asks(held)
        held.made = made
        if part is None:
            return side
        inner = held.part(0, part)
        bound = inside_of(side[0]) if len(side) == 1 else None
        if bound is not None:
            way.binds(inner)
            return bound
        if side[0].is_primitive("consume") and len(side) > 1:
            return side[1:]
        if part is Unit:
            return side
        raise UnrecognisedError("a side takes what is inside")

    def _sorted(self, chain: Chain, held: Asked, way: Way, *, failing: int) -> list[Row] | None:
        """Return the row that takes several alternatives, and those of what is left."""
        if held.type.head != "Variant" or len(chain) != 4 or not chain[1].is_primitive("split"):
            return None
        groups: dict[str, list[Type[Any]]] = {"inl": [], "inr": []}
        for _, record, side in _sides(chain[:3], held.type) or []:
            if not side[-1].is_primitive("inl", "inr") or len(side) > 2 or record is None:
                return None
            groups["inl" if side[-1].is_primitive("inl") else "inr"].append(record)
        taken, left = (inside_of(part) for part in chain[3].parts)
        if taken is None or left is None or len(groups["inl"]) < 2:
            return None
        level = _level(chain[0], way)
        assert level is not None
        inner = way.copied()
        one = inner.held[level]
        inner.asks(one)
        one.made, one.alternatives = "either", tuple(self._class(record) for record in groups["inl"])
        inner.binds(one)
        met = _met(taken, failing) if failing else taken
        if met is None:
            raise UnrecognisedError("a row that sorts asks no more")
        return [self._row(met, inner), *self._left(left, level, groups["inr"], way, failing=failing)]

    def _class(self, record: Type[Any]) -> ast.pattern:
        self._t.program.type(record)
        return ast.MatchClass(name(record_words(record.head)[0]), [], [], [])

    def _left(self, chain: Chain, level: int, records: list[Type[Any]], way: Way, *, failing: int) -> list[Row]:
        """Return the rows of the alternatives that are left."""
        inner = way.copied()
        rest = inner.held[level]
        rest.type = records[0] if len(records) == 1 else Variant(*records)
        inner.binds(rest)
        return self.within(chain, inner, failing=failing)

    # -- groups, after which come the rows that are tried if none is met ------------------------------------

    def _groups(self, chain: Chain, way: Way, *, failing: int) -> list[Row]:
        """Return the rows of a group, and of those after it."""
        rest, group = chain[-1].parts[0], chain[:-1]
        left = inside_of(rest)
        if left is not None and len(group) == 3 and group[1].is_primitive("split"):
            return self._apart(group, left, way, failing=failing)
        before = way.copied()
        found = self._either(group, way.copied(), failing + 1)
        if found is None:
            count = len(way.asked)
            found = self.within(group, way, failing=failing + 1)
            if any(len(row.asked) == count for row in found):
                raise UnrecognisedError("the rows of a group ask something of one value")
        before.left(found[0].asked[len(before.asked)] if found else ())
        after = self.within(chain_of(rest), before, failing=failing)
        return [*found, *(once(row) for row in after)] if len(after) == 1 else [*found, *after]

    def _apart(self, group: Chain, left: Chain, way: Way, *, failing: int) -> list[Row]:
        """Return the rows of some alternatives, and those of what is left."""
        level = _level(group[0], way)
        sides = None if level is None or level not in way.held else _sides(group, way.held[level].type)
        if sides is None or level is None:
            raise UnrecognisedError("alternatives are sorted out of what is held")
        records: list[Type[Any]] = []
        found = []
        for made, part, side in sides:
            if side[-1].is_primitive("inl"):
                assert part is not None
                records.append(part)
                continue
            inner = way.copied()
            body = self._opened(side, made, part, inner.held[level], inner)
            found.append(self.within(body, inner, failing=failing + 1))
        return [*in_order(found, len(way.asked)), *self._left(left, level, records, way, failing=failing)]

    def _either(self, chain: Chain, way: Way, failing: int) -> list[Row] | None:
        """Return the rows of one that takes one of several patterns, if some parts are one."""
        if len(chain) != 2 or not isinstance(chain[1].term, If) or not _is_missed(chain_of(chain[1].parts[1])):
            return None
        test = chain_of(chain[0].parts[1])
        first = _tested(test)
        level = None if first is None else _level(first, way)
        if level is None or level not in way.held:
            return None
        held = way.held[level]
        root = Asked(held.type)
        reading = _Reading(self._t, expanded=True, is_named=False)
        try:
            found = reading.within(test, Way(root, {level: root}, way.scope), failing=0)
        except UnrecognisedError:
            return None
        patterns = [row.pattern for row in found if is_constant(row.body, True)]
        answers = all(is_constant(row.body, True) or is_constant(row.body, False) for row in found)
        if not patterns or not answers or any(row.guard is not None for row in found):
            return None
        way.asks(held)
        held.made = "either"
        held.alternatives = tuple(patterns if len(patterns) > 1 else patterns * 2)
        rows = self.within(chain_of(chain[1].parts[0]), way, failing=failing)
        return [once(row) for row in rows]

    # -- literals and guards ------------------------------------------------------------------------------

    def _choice(self, chain: Chain, way: Way, *, failing: int) -> list[Row]:
        """Return the row of a literal or of a guard, and those that follow where it does not hold."""
        yes, no = map(chain_of, chain[1].parts)
        test = chain_of(chain[0].parts[1])
        held = self._held(test, way) if len(test) == 1 else None
        if held is not None and held.type is Bool and held.made is None:
            level = _level(test[0], way)
            assert level is not None
            found = []
            for made, side in (("True", yes), ("False", no)):
                inner = way.copied()
                self._opened(side, made, None, inner.held[level], inner)
                found.append(self._rows(side, inner, failing=failing))
            return in_order(found, len(way.asked))
        if test[-1].is_primitive("eq") and len(test) == 2:
            one, other = operands(test[:-1], 2)
            held = self._held(one, way) if len(one) == 1 else None
            if held is not None and isinstance(other[0].term, Const) and held.made is None and held.type in SCALARS:
                inner = way.copied()
                level = _level(one[0], way)
                assert level is not None
                self._opened(yes, "literal", None, inner.held[level], inner)
                inner.held[level].literal = other[0].term.value
                return [*self.within(yes, inner, failing=failing), *self._rows(no, way, failing=failing)]
        return self._guarded(chain, way, failing=failing)

    def _guarded(self, chain: Chain, way: Way, *, failing: int) -> list[Row]:
        row = self._row(chain, way.copied())
        choice = choice_of(self._t, chain, row.scope)
        if choice is None:
            raise UnrecognisedError("this is no guard")
        body = _met(choice.yes, failing)
        if body is None:
            raise UnrecognisedError("a guard leads to a body")
        guarded = Row(row.pattern, choice.test, body, choice.yes_scope, row.uses, row.asked, row.is_open)
        return [guarded, *self._rows(choice.no, way, failing=failing)]


def _level(node: Node, way: Way) -> int | None:
    return len(way.scope) - 1 - node.term.index if isinstance(node.term, Variable) else None


def _index(steps: Chain, type_: Type[Any]) -> int | None:
    """Return which part of a record or a tuple some steps give, if they give one."""
    if is_record_head(type_.head):
        if len(steps) != 1 or not steps[0].is_primitive("field"):
            return None
        return record_words(type_.head)[1].index(label_in(steps[0]))
    return part_index(steps, type_)


def _met(chain: Chain, failing: int) -> Chain | None:
    """Return the body of a row that is met, if it is one: so many groups are told so."""
    count = len(chain) - failing
    return chain[:count] if count > 0 and all(node.is_primitive("inr") for node in chain[count:]) else None


def _is_missed(chain: Chain) -> bool:
    return len(chain) == 2 and is_constant(chain[:1], None) and chain[1].is_primitive("inl")


def _is_dead(chain: Chain) -> bool:
    """Tell whether some parts are what stands where no value comes."""
    return len(chain) == 2 and is_constant(chain[:1], "no case takes this value") and chain[1].is_primitive("fail")


def _sides(chain: Chain, type_: Type[Any]) -> list[tuple[str, Type[Any] | None, Chain]] | None:
    """Return the ways in which a value of a type may be made between which some parts choose."""
    last = chain[-1]
    if type_.head == "Either" and len(chain) == 2:
        made = zip(("Left", "Right"), type_.args, map(chain_of, last.parts), strict=True)
        return [*made]
    if type_.head == "Maybe" and len(chain) == 3 and chain[1].is_primitive("to_either"):
        missing, there = map(chain_of, last.parts)
        return [("None", None, missing), ("there", type_.args[0], there)]
    if type_.head == "Variant" and len(chain) == 3 and chain[1].is_primitive("split"):
        found: list[tuple[str, Type[Any] | None, Chain]] = []
        node = last
        for place, record in enumerate(type_.args):
            side = node
            if place < len(type_.args) - 1:
                if not isinstance(node.term, FanIn):
                    return None
                side, node = node.parts
            found.append(("record", record, chain_of(side)))
        return found
    return None


__all__ = ["Row", "Rows", "rows_of", "rows_within"]
