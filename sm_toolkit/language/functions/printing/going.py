"""Going through collections is recognised: what is gone through, the targets, and comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.data.types import Int, Type
from sm_toolkit.language.functions.printing.choices import choice_of
from sm_toolkit.language.functions.printing.naming import call
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, free_in, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Recogniser,
    Scope,
    UnrecognisedError,
    is_constant,
    is_primitives,
    operands,
    path_steps,
)
from sm_toolkit.language.functions.printing.spelling import GOES_THROUGH, method, range_of
from sm_toolkit.language.syntax.terms import Const, Fanout, Fold, If, Let


@dataclass(frozen=True)
class Source:
    """What is gone through. ``is_plain`` says that an item is what the target takes, and not made into that."""

    iterated: ast.expr
    scope: Scope
    is_plain: bool


def gone_through(t: Recogniser, label: str, given: Sequence[Chain], scope: Scope) -> ast.expr:
    """Return a range, or a map's keys, values or items."""
    if label == "range_":
        return range_of(*(t.fitted(each, scope, Int) for each in given))
    return method(t.value(given[0], scope), GOES_THROUGH[label])


def listed(t: Recogniser, chain: Chain, scope: Scope) -> ast.expr:
    """Return a list as a loop goes through it."""
    for label in ("range_", *GOES_THROUGH):
        if chain[-1].is_primitive(label):
            return gone_through(t, label, operands(chain[:-1], 2 if label == "range_" else 1), scope)
    return t.value(chain, scope)


def source_of(t: Recogniser, bound: Sequence[Chain], items: Chain, scope: Scope) -> Source:
    """Return what is gone through, if that was bound first in some `Let`s."""
    inner = (*scope, *(None,) * len(bound))
    if not bound:
        return Source(listed(t, items, scope), scope, is_plain=True)
    if not items[-1].is_primitive("range_"):
        raise UnrecognisedError("what is bound is gone through by its places")
    start, stop = operands(items[:-1], 2)
    first = t.value(bound[0], scope)
    if not is_constant(start, 0):
        raise UnrecognisedError("places begin at 0")
    if stop[-1].is_primitive("length_list") and stop[0].is_variable(len(bound) - 1) and len(bound) < 3:
        others = [t.fitted(each, inner[:-1], Int) for each in bound[1:]]
        return Source(call("enumerate", first, *others), inner, is_plain=False)
    if len(bound) != 2:
        raise UnrecognisedError("two are bound")
    if stop[-1].is_primitive("minimum"):
        return Source(call("zip", first, t.value(bound[1], inner[:-1])), inner, is_plain=False)
    if stop[-1].is_primitive("div"):
        total, step = operands(stop[:-1], 2)
        span, _ = operands(total[:-1], 2) if total[-1].is_primitive("add") else (total, step)
        end, _ = operands(span[:-1], 2) if span[-1].is_primitive("sub") else (span, step)
        if isinstance(step[0].term, Const):
            width = ast.Constant(step[0].term.value)
            by = width if end[0].is_variable(0) else ast.UnaryOp(ast.USub(), width)
            begin, stop_ = t.fitted(bound[0], scope, Int), t.fitted(bound[1], inner[:-1], Int)
            return Source(call("range", begin, stop_, by), inner, is_plain=False)
    raise UnrecognisedError("what is gone through is nothing that a loop names")


# -- targets ----------------------------------------------------------------------------------------------


def target_of(t: Recogniser, body: Chain, scope: Scope, type_: Type[Any]) -> tuple[ast.expr, Chain, Scope]:
    """Return the target to which the innermost `Let` is assigned, with what is bound of its parts."""
    return _target(t, body, scope, len(scope) - 1, type_)


def _target(t: Recogniser, body: Chain, scope: Scope, level: int, type_: Type[Any]) -> tuple[ast.expr, Chain, Scope]:
    parts = type_.args if type_.head in ("Pair", "Tuple") else ()
    opened = parts_bound(body, scope, level, type_) if parts else None
    if opened is not None:
        inner, rest = opened
        if len(inner) - 1 - level not in free_in(rest):
            targets: list[ast.expr] = []
            for place, part in enumerate(parts):
                made, rest, inner = _target(t, rest, inner, len(scope) + place, part)
                targets.append(made)
            return ast.Tuple(targets, ast.Store()), rest, inner
    known = t.program.fresh()
    return ast.Name(known, ast.Store()), body, (*scope[:level], known, *scope[level + 1 :])


def parts_bound(body: Chain, scope: Scope, level: int, type_: Type[Any]) -> tuple[Scope, Chain] | None:
    """Return the scope in which all parts of a tuple are bound one after another, and what follows, if so it is."""
    count = len(type_.args)
    for place in range(count):
        if len(body) != 1 or not isinstance(body[0].term, Let):
            return None
        path = chain_of(body[0].parts[0])
        if not path[0].is_variable(len(scope) - 1 - level):
            return None
        steps = path[1:]
        if type_.head == "Tuple":
            if not steps or not steps[0].is_primitive("from_tuple"):
                return None
            steps = steps[1:]
        if not is_primitives(steps, *path_steps(place, count)):
            return None
        body = chain_of(body[0].parts[1])
        scope = (*scope, None)
    return scope, body


def part_index(steps: Chain, type_: Type[Any]) -> int | None:
    """Return which part of a tuple some steps give, if they give one."""
    if type_.head not in ("Pair", "Tuple"):
        return None
    if type_.head == "Tuple":
        if not steps or not steps[0].is_primitive("from_tuple"):
            return None
        steps = steps[1:]
    count = len(type_.args)
    return next((place for place in range(count) if is_primitives(steps, *path_steps(place, count))), None)


# -- comprehensions ---------------------------------------------------------------------------------------


def collected(t: Recogniser, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
    """Return what goes through a list and gives one value."""
    return _Collecting(t, hint).whole([], chain, scope)


def collected_within(t: Recogniser, bound: Chain, body: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr | None:
    """Return what goes through something that is bound first, if some parts do."""
    lets = [bound]
    while len(body) == 1 and isinstance(body[0].term, Let) and len(lets) < 2:
        lets.append(chain_of(body[0].parts[0]))
        body = chain_of(body[0].parts[1])
    if len(body) != 2 or not isinstance(body[1].term, Fold):
        return None
    return _Collecting(t, hint).whole(lets, body, scope)


class _Collecting:
    def __init__(self, t: Recogniser, hint: Type[Any] | None) -> None:
        self._t = t
        self._hint = hint
        self._generators: list[ast.comprehension] = []
        self._stops: bool | None = None

    def whole(self, bound: Sequence[Chain], chain: Chain, scope: Scope) -> ast.expr:
        if len(chain) != 2 or not isinstance(chain[0].term, Fanout):
            raise UnrecognisedError("a fold takes a start and a list")
        start, items = map(chain_of, chain[0].parts)
        step = chain[1].parts[0]
        if step.is_primitive("add") and is_constant(start, 0) and not bound:
            return call("sum", listed(self._t, items, scope))
        if is_constant(start, False) or is_constant(start, True):
            self._stops = is_constant(start, False)
        elif not is_primitives(start, "empty_list") and not is_primitives(start, "empty_map"):
            raise UnrecognisedError("a comprehension begins with nothing")
        kept = self._t.outside
        self._t.outside = frozenset(scope) if kept is None else kept
        try:
            element, inner = self._generator(bound, items, chain[1].parts[0], scope)
            return self._made(element, inner, start)
        finally:
            self._t.outside = kept

    def _made(self, element: Chain, scope: Scope, start: Chain) -> ast.expr:
        t, hint = self._t, self._hint
        if self._stops is not None:
            made = ast.GeneratorExp(t.wanted(element, scope, element[-1].output), self._generators)
            return call("any" if self._stops else "all", made)
        type_ = start[-1].output
        if start[-1].is_primitive("empty_list"):
            _, item = operands(element[:-1], 2)
            (of,) = type_.args
            t.wanted(item, scope, hint.args[0] if hint is not None and hint.head == "List" else None)
            return ast.ListComp(t.fitted(item, scope, of), self._generators)
        _, key, value = operands(element[:-1], 3)
        wants = hint.args if hint is not None and hint.head == "Map" else (None, None)
        t.wanted(key, scope, wants[0])
        t.wanted(value, scope, wants[1])
        return ast.DictComp(
            t.fitted(key, scope, type_.args[0]), t.fitted(value, scope, type_.args[1]), self._generators
        )

    def _generator(self, bound: Sequence[Chain], items: Chain, step: Any, scope: Scope) -> tuple[Chain, Scope]:
        """Add what is gone through, and return what is done with each, in the scope there."""
        source = source_of(self._t, bound, items, scope)
        body = inside_of(step)
        if body is None:
            raise UnrecognisedError("a turn binds what it takes")
        if self._stops is not None:
            sides = body[-1].parts
            if len(body) != 2 or not isinstance(body[-1].term, If):
                raise UnrecognisedError("a turn asks whether it is known already")
            body = chain_of(sides[1 if self._stops else 0])
        inner = (*source.scope, None)
        for path, index in (("fst", 0), ("snd", 1)):
            if len(body) != 1 or not isinstance(body[0].term, Let):
                raise UnrecognisedError("a turn takes its input apart")
            taken = chain_of(body[0].parts[0])
            if not taken[0].is_variable(index) or not is_primitives(taken[1:], path):
                raise UnrecognisedError("a turn takes its input apart")
            type_ = taken[-1].output
            body, inner = chain_of(body[0].parts[1]), (*inner, None)
        so_far = len(inner) - 2
        if not source.is_plain:
            if len(body) != 1 or not isinstance(body[0].term, Let):
                raise UnrecognisedError("an item is made of its place")
            type_ = body[0].parts[0].output
            body, inner = chain_of(body[0].parts[1]), (*inner, None)
        target, body, inner = target_of(self._t, body, inner, type_)
        generator = ast.comprehension(target, source.iterated, [], 0)
        self._generators.append(generator)
        while True:
            choice = self._test(body, inner, so_far)
            if choice is None:
                break
            test, body, inner = choice
            generator.ifs.append(test)
        lets: list[Chain] = []
        outer, rest = inner, body
        while len(rest) == 1 and isinstance(rest[0].term, Let) and len(lets) < 2:
            lets.append(chain_of(rest[0].parts[0]))
            rest, outer = chain_of(rest[0].parts[1]), (*outer, None)
        if len(rest) == 2 and isinstance(rest[1].term, Fold) and isinstance(rest[0].term, Fanout):
            start, items = map(chain_of, rest[0].parts)
            if len(start) == 1 and start[0].is_variable(len(outer) - 1 - so_far):
                return self._generator(lets, items, rest[1].parts[0], inner)
        return body, inner

    def _test(self, body: Chain, scope: Scope, so_far: int) -> tuple[ast.expr, Chain, Scope] | None:
        if not body[-1].parts or isinstance(body[-1].term, Fold | Let):
            return None
        try:
            choice = choice_of(self._t, body, scope)
        except UnrecognisedError:
            return None
        if choice is None:
            return None
        for each in (choice, choice.opposite()):
            if len(each.no) == 1 and each.no[0].is_variable(len(each.no_scope) - 1 - so_far):
                return each.test, each.yes, each.yes_scope
        return None
