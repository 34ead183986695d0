"""The rows of a `match` are recognised: patterns, guards and bodies, out of the tests that they became."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.data.records import Variant
from sm_toolkit.language.data.types import Bool, Type, Unit, is_record_head, record_words
from sm_toolkit.language.functions.printing.choices import choice_of
from sm_toolkit.language.functions.printing.going import part_index
from sm_toolkit.language.functions.printing.naming import literal, name
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, free_in, inside_of
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


@dataclass(frozen=True)
class Row:
    """A `case`: its pattern, its guard, and what is done in the names that it binds."""

    pattern: ast.pattern
    guard: ast.expr | None
    body: Chain
    scope: Scope


@dataclass(frozen=True)
class Rows:
    """A `match`."""

    subject: ast.expr
    rows: list[Row]


@dataclass
class _Shape:
    """What is asked of a value: how it is made, of which parts, and how it is called."""

    type: Type[Any]
    made: str | None = None
    literal: Any = None
    parts: dict[str, _Shape] = field(default_factory=dict)
    known: str | None = None
    level: int | None = None
    is_rest: bool = False  # the value itself, of which tests have told that it is one of fewer alternatives


@dataclass
class _Way:
    """A way through the tests: what is asked so far, by the `Let`s that hold it, and the names there."""

    root: _Shape
    levels: dict[int, _Shape]
    scope: Scope

    def copied(self) -> _Way:
        return deepcopy(self)

    def bound(self, shape: _Shape) -> None:
        """Have a shape be held by the next `Let`."""
        shape.level = len(self.scope)
        self.levels[shape.level] = shape
        self.scope = (*self.scope, None)


class _Unasked(Exception):
    pass


def rows_of(t: Recogniser, chain: Chain, scope: Scope, *, expanded: bool = False) -> Rows | None:
    """Return the `match` that some parts are, if they are one; if ``expanded``, tests of parts become patterns."""
    subject = _subject(chain)
    if subject is None:
        return None
    level = len(scope) - 1 - subject.index
    known = scope[level]
    if known is None:
        return None
    root = _Shape(_type_of(chain))
    way = _Way(root, {level: root}, scope)
    reader = _Reading(t, expanded=expanded)
    rows = list(reader.rows(chain, way, failing=0))
    if len(rows) < 2:
        return None
    if any(len(row.scope) - 1 - level in free_in(row.body) for row in rows):
        if "." in known:
            return None
        known = t.renamed(known)
    return Rows(name(known), rows)


def rows_within(t: Recogniser, chain: Chain, scope: Scope) -> Rows | None:
    """Return the `match` of something that is bound for it, or of whose parts some are bound for it."""
    bound, body = (chain_of(part) for part in chain[0].parts)
    reader = _Reading(t, expanded=True)
    first = bound[0]
    subject: ast.expr
    second = chain_of(body[0].parts[0]) if len(body) == 1 and isinstance(body[0].term, Let) else ()
    is_parts = bool(second) and isinstance(first.term, Variable) and second[0].is_variable(first.term.index + 1)
    if is_parts and isinstance(first.term, Variable) and first.output.head in ("Pair", "Tuple"):
        known = scope[len(scope) - 1 - first.term.index]
        if known is not None:
            root = _Shape(first.output)
            level = len(scope) - 1 - first.term.index
            rows = list(reader.within(chain, _Way(root, {level: root}, scope)))
            if len(rows) > 1:
                return Rows(name(known), rows)
    root = _Shape(bound[-1].output)
    subject = t.value(bound, scope)
    rows = list(reader.within(body, _Way(root, {len(scope): root}, (*scope, None))))
    return Rows(subject, rows) if len(rows) > 1 else None


def _subject(chain: Chain) -> Variable | None:
    current = chain
    while True:
        first = current[0]
        if isinstance(first.term, Variable):
            return first.term if len(current) > 1 and isinstance(current[-1].term, FanIn) else None
        if isinstance(first.term, Fanout) and first.parts[0].is_identity and len(current) > 1:
            test = chain_of(first.parts[1])
            if isinstance(current[1].term, If) and not isinstance(test[0].term, Fanout):
                current = test
                continue
            if isinstance(current[1].term, If) and test[-1].is_primitive("eq"):
                one, _ = operands(test[:-1], 2)
                return one[0].term if len(one) == 1 and isinstance(one[0].term, Variable) else None
            current = test
            continue
        return None


def _type_of(chain: Chain) -> Type[Any]:
    current = chain
    while not isinstance(current[0].term, Variable):
        test = chain_of(current[0].parts[1])
        current = operands(test[:-1], 2)[0] if test[-1].is_primitive("eq") else test
    return current[0].output


class _Reading:
    def __init__(self, t: Recogniser, *, expanded: bool, is_named: bool = True) -> None:
        self._t = t
        self._is_named = is_named
        self._expanded = expanded

    def rows(self, chain: Chain, way: _Way, *, failing: int) -> Iterator[Row]:
        """Yield the rows of some tests on what a way holds; those of so many groups in which a row may fail."""
        if failing:
            if len(chain) == 2 and is_constant(chain[:1], None) and chain[1].is_primitive("inl"):
                return
            met = _met(chain, failing)
            if met is not None:
                yield self._row(met, way)
                return
        last = chain[-1]
        is_group = len(chain) > 1 and isinstance(last.term, FanIn) and last.parts[1].is_identity
        if is_group and not chain[-2].is_primitive("find", "lookup"):
            yield from self._groups(chain, way, failing=failing)
            return
        held = self._held(chain[0], way)
        if held is not None and isinstance(last.term, FanIn) and (self._expanded or failing or len(way.levels) == 1):
            sides = _sides(chain, held)
            if sides is not None:
                for made, part, side in sides:
                    inner = way.copied()
                    shape = inner.levels[self._level(chain[0], way)]
                    shape.made = made
                    body = self._opened(side, part, shape, inner)
                    yield from self._within(body, inner, failing=failing)
                return
        if isinstance(last.term, If) and len(chain) == 2 and (failing or self._expanded):
            yield from self._tested(chain, way, failing=failing)
            return
        if failing:
            raise UnrecognisedError("a row is met, or it is not")
        if not _is_dead(chain):
            yield self._row(chain, way)

    def _held(self, node: Any, way: _Way) -> _Shape | None:
        return way.levels.get(self._level(node, way)) if isinstance(node.term, Variable) else None

    def _level(self, node: Any, way: _Way) -> int:
        return len(way.scope) - 1 - int(node.term.index)

    def _opened(self, side: Chain, part: Type[Any] | None, shape: _Shape, way: _Way) -> Chain:
        """Return what is done on a side, in which what is inside may be held."""
        if part is None:
            return side
        inner = _Shape(part)
        shape.parts["0"] = inner
        bound = inside_of(side[0]) if len(side) == 1 else None
        if bound is not None:
            way.bound(inner)
            return bound
        if side[0].is_primitive("consume") and len(side) > 1:
            return side[1:]
        if part is Unit:
            return side
        raise UnrecognisedError("a side takes what is inside")

    def within(self, chain: Chain, way: _Way) -> Iterator[Row]:
        """Yield the rows of some tests, before which parts of what is held may be bound."""
        yield from self._within(chain, way, failing=0)

    def _within(self, chain: Chain, way: _Way, *, failing: int) -> Iterator[Row]:
        """Go on where parts of what is held may be bound."""
        while len(chain) == 1 and isinstance(chain[0].term, Let) and not chain[0].parts[0].is_identity:
            path = chain_of(chain[0].parts[0])
            shape = self._held(path[0], way)
            if shape is None or len(path) < 2:
                break
            if len(path) == 2 and path[1].is_primitive("field") and is_record_head(shape.type.head):
                label = label_in(path[1])
                labels = record_words(shape.type.head)[1]
                if label in shape.parts or any(labels.index(each) > labels.index(label) for each in shape.parts):
                    break
                shape.parts[label] = _Shape(path[1].output)
                way.bound(shape.parts[label])
                chain = chain_of(chain[0].parts[1])
                continue
            index = part_index(path[1:], shape.type)
            if index is None or any(int(each) >= index for each in shape.parts):
                break
            shape.parts[str(index)] = _Shape(path[-1].output)
            way.bound(shape.parts[str(index)])
            chain = chain_of(chain[0].parts[1])
        yield from self.rows(chain, way, failing=failing)

    def _groups(self, chain: Chain, way: _Way, *, failing: int) -> Iterator[Row]:
        """Yield the rows of a group, and of those after it."""
        rest, group = chain_of(chain[-1].parts[0]), chain[:-1]
        left = inside_of(chain[-1].parts[0])
        if left is not None and len(group) == 3 and group[1].is_primitive("split"):
            yield from self._apart(group, left, way, failing=failing)
            return
        either = self._either(group, way, failing + 1)
        if either is not None:
            yield either
        else:
            yield from self.rows(group, way.copied(), failing=failing + 1)
        yield from self._within(rest, way.copied(), failing=failing)

    def _apart(self, group: Chain, left: Chain, way: _Way, *, failing: int) -> Iterator[Row]:
        """Yield the rows of some alternatives, and those of what is left."""
        held = self._held(group[0], way)
        sides = _sides(group, held) if held is not None else None
        if sides is None:
            raise UnrecognisedError("alternatives are sorted out of what is held")
        level = self._level(group[0], way)
        records: list[Type[Any]] = []
        for made, part, side in sides:
            if side[-1].is_primitive("inl"):
                assert part is not None
                records.append(part)
                continue
            inner = way.copied()
            inner.levels[level].made = made
            ends = len(side) > 1 and not side[0].is_primitive("consume")
            body = self._opened(side[:1] if ends else side, part, inner.levels[level], inner)
            body = [*body, *side[1:]] if ends else body
            yield from self._within(body, inner, failing=failing + 1)
        inner = way.copied()
        shape = inner.levels[level]
        shape.is_rest, shape.type = True, records[0] if len(records) == 1 else Variant(*records)
        inner.bound(shape)
        yield from self._within(left, inner, failing=failing)

    def _either(self, chain: Chain, way: _Way, failing: int) -> Row | None:
        """Recognise a row that takes one of several patterns."""
        if len(chain) != 2 or not isinstance(chain[1].term, If) or not isinstance(chain[0].term, Fanout):
            return None
        yes, no = map(chain_of, chain[1].parts)
        body = _met(yes, failing)
        if body is None or not _is_missed(no):
            return None
        test = chain_of(chain[0].parts[1])
        try:
            found = [*_Reading(self._t, expanded=True, is_named=False).rows(test, way.copied(), failing=0)]
        except UnrecognisedError:
            return None
        patterns = [row.pattern for row in found if is_constant(row.body, True)]
        if not patterns or any(row.guard is not None for row in found):
            return None
        pattern = patterns[0] if len(patterns) == 1 else ast.MatchOr(patterns)
        return replace(self._row(body, way), pattern=pattern)

    def _tested(self, chain: Chain, way: _Way, *, failing: int) -> Iterator[Row]:
        """Yield the row of a literal or of a guard, and those that follow where it does not hold."""
        yes, no = map(chain_of, chain[1].parts)
        test = chain_of(chain[0].parts[1])
        held = self._held(test[0], way) if len(test) == 1 else None
        if held is not None and held.type is Bool and held.made is None:
            for made, side in (("True", yes), ("False", no)):
                inner = way.copied()
                inner.levels[self._level(test[0], way)].made = made
                yield from self.rows(side, inner, failing=failing)
            return
        if test[-1].is_primitive("eq") and len(test) == 2:
            one, other = operands(test[:-1], 2)
            held = self._held(one[0], way) if len(one) == 1 else None
            if held is not None and isinstance(other[0].term, Const) and held.made is None and held.type in SCALARS:
                inner = way.copied()
                shape = inner.levels[self._level(one[0], way)]
                shape.made, shape.literal = "literal", other[0].term.value
                yield from self.rows(yes, inner, failing=failing)
                yield from self.rows(no, way, failing=failing)
                return
        inner = way.copied()
        row = self._row((chain[0], *yes), inner)
        choice = choice_of(self._t, chain, row.scope)
        if choice is None:
            raise UnrecognisedError("this is no guard")
        body = _met(choice.yes, failing)
        if body is None:
            raise UnrecognisedError("a guard leads to a body")
        yield Row(row.pattern, choice.test, body, choice.yes_scope)
        yield from self.rows(choice.no, way, failing=failing)

    # -- patterns -----------------------------------------------------------------------------------------

    def _row(self, body: Chain, way: _Way) -> Row:
        scope = list(way.scope)
        for level, shape in way.levels.items() if self._is_named else ():
            if shape is not way.root or scope[level] is None:
                is_used = len(scope) - 1 - level in free_in(body)
                is_leaf = not shape.parts and shape.made is None
                shape.known = shape.known or (self._t.program.fresh() if is_used or is_leaf else None)
                scope[level] = shape.known
        return Row(self._pattern(way.root), None, body, tuple(scope))

    def _pattern(self, shape: _Shape) -> ast.pattern:
        made = self._shaped(shape)
        if shape.known is None:
            return made
        if isinstance(made, ast.MatchAs) and made.pattern is None:
            return ast.MatchAs(None, shape.known)
        return ast.MatchAs(made, shape.known)

    def _shaped(self, shape: _Shape) -> ast.pattern:
        part = shape.parts.get("0")
        match shape.made:
            case "Left" | "Right":
                self._t.program.imports.add(shape.made)
                return ast.MatchClass(name(shape.made), [self._pattern(part) if part else ast.MatchAs()], [], [])
            case "None":
                return ast.MatchSingleton(None)
            case "True" | "False":
                return ast.MatchSingleton(shape.made == "True")
            case "literal":
                return ast.MatchValue(literal(shape.literal))
            case "there" | "record" if part is not None:
                return self._pattern(part)
        if is_record_head(shape.type.head) and not (shape.is_rest and not shape.parts):
            return self._record(shape)
        if shape.type.head in ("Pair", "Tuple") and shape.parts:
            places = [shape.parts.get(str(place)) for place in range(len(shape.type.args))]
            return ast.MatchSequence([ast.MatchAs() if each is None else self._pattern(each) for each in places])
        return ast.MatchAs()

    def _record(self, shape: _Shape) -> ast.pattern:
        label, labels = record_words(shape.type.head)
        self._t.program.type(shape.type)
        patterns = {each: self._pattern(shape.parts[each]) for each in labels if each in shape.parts}
        if [*patterns] == [*labels[: len(patterns)]]:
            return ast.MatchClass(name(label), [*patterns.values()], [], [])
        return ast.MatchClass(name(label), [], [*patterns], [*patterns.values()])


def _met(chain: Chain, failing: int) -> Chain | None:
    """Return the body of a row that is met, if it is one: so many groups are told so."""
    count = len(chain) - failing
    return chain[:count] if count > 0 and all(node.is_primitive("inr") for node in chain[count:]) else None


def _is_missed(chain: Chain) -> bool:
    return len(chain) == 2 and is_constant(chain[:1], None) and chain[1].is_primitive("inl")


def _is_dead(chain: Chain) -> bool:
    """Tell whether some parts are what stands where no value comes."""
    return len(chain) == 2 and is_constant(chain[:1], "no case takes this value") and chain[1].is_primitive("fail")


def _sides(chain: Chain, shape: _Shape) -> list[tuple[str, Type[Any] | None, Chain]] | None:
    """Return the ways in which a value may be made between which some parts choose."""
    type_ = shape.type
    last = chain[-1]
    if shape.made is not None:
        return None
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


__all__ = ["Row", "Rows", "rows_of"]
