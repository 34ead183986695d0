"""Tests are recognised: the two ways between which some parts choose, and what is known on either of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sm_toolkit.language.data.types import record_words
from sm_toolkit.language.functions.printing.naming import call, name
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Recogniser,
    Scope,
    UnrecognisedError,
    is_constant,
    is_primitives,
    label_in,
    nested,
    path_steps,
)
from sm_toolkit.language.syntax.terms import FanIn, Fanout, If, Let, Variable


@dataclass(frozen=True)
class Choice:
    """A test, and what is done on either way, each with the names that are known there."""

    test: ast.expr
    yes: Chain
    yes_scope: Scope
    no: Chain
    no_scope: Scope
    is_plain: bool = False

    def opposite(self) -> Choice:
        """Return the same choice by the opposite test."""
        test = negated(self.test)
        return replace(self, test=test, yes=self.no, yes_scope=self.no_scope, no=self.yes, no_scope=self.yes_scope)


def negated(test: ast.expr) -> ast.expr:
    """Return the opposite of a test."""
    opposites: dict[type[ast.cmpop], ast.cmpop] = {ast.Is: ast.IsNot(), ast.IsNot: ast.Is()}
    if isinstance(test, ast.Compare) and type(test.ops[0]) in opposites and len(test.ops) == 1:
        return ast.Compare(test.left, [opposites[type(test.ops[0])]], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def choice_of(t: Recogniser, chain: Chain, scope: Scope) -> Choice | None:
    """Return the choice that some parts are, if they are one that a test makes."""
    last = chain[-1]
    if isinstance(last.term, If):
        if len(chain) != 2 or not isinstance(chain[0].term, Fanout) or not chain[0].parts[0].is_identity:
            return None
        test = t.value(chain_of(chain[0].parts[1]), scope)
        yes, no = map(chain_of, last.parts)
        return Choice(test, yes, scope, no, scope, is_plain=True)
    if not isinstance(last.term, FanIn) or len(chain) < 2:
        return None
    if chain[-2].is_primitive("to_either"):
        return _is_none(t, chain, scope)
    if chain[-2].is_primitive("split"):
        return _is_one_of_two(t, chain, scope)
    if len(chain) > 2 and chain[-3].is_primitive("split") and isinstance(chain[-2].term, FanIn):
        found = _is_instance(t, chain, scope)
        if found is not None:
            return found
    return _combined(t, chain, scope)


# -- is it there, which is it -----------------------------------------------------------------------------


def _is_none(t: Recogniser, chain: Chain, scope: Scope) -> Choice | None:
    missing, there = chain_of(chain[-1].parts[0]), inside_of(chain[-1].parts[1])
    if there is None:
        return None
    subject, known = _subject(t, chain[:-2], scope, [(missing, 0), (there, 1)])
    test = ast.Compare(subject, [ast.Is()], [ast.Constant(None)])
    return Choice(test, missing, scope, there, (*scope, known))


def _is_one_of_two(t: Recogniser, chain: Chain, scope: Scope) -> Choice | None:
    sides = [inside_of(part) for part in chain[-1].parts]
    if len(chain[-2].input.args) != 2 or sides[0] is None or sides[1] is None:
        return None
    subject, known = _subject(t, chain[:-2], scope, [(sides[0], 1), (sides[1], 1)])
    t.program.type(chain[-2].input)
    first = record_words(chain[-2].input.args[0].head)[0]
    inner = (*scope, known)
    return Choice(call("isinstance", subject, name(first)), sides[0], inner, sides[1], inner)


def _is_instance(t: Recogniser, chain: Chain, scope: Scope) -> Choice | None:
    sides = [inside_of(part) for part in chain[-1].parts]
    if sides[0] is None or sides[1] is None:
        return None
    records = chain[-3].input.args
    wanted, current = [], chain[-2]
    for place, record in enumerate(records):
        side = current
        if place < len(records) - 1:
            if not isinstance(current.term, FanIn):
                return None
            side, current = current.parts
        steps = chain_of(side)
        if not steps[-1].is_primitive("inl", "inr") or len(steps) > 2:
            return None
        if steps[-1].is_primitive("inl"):
            wanted.append(record_words(record.head)[0])
    if not wanted:
        return None
    subject, known = _subject(t, chain[:-3], scope, [(sides[0], 1), (sides[1], 1)])
    t.program.type(chain[-3].input)
    test = name(wanted[0])
    for each in wanted[1:]:
        test = ast.BinOp(test, ast.BitOr(), name(each))
    inner = (*scope, known)
    return Choice(call("isinstance", subject, test), sides[0], inner, sides[1], inner)


def _subject(
    t: Recogniser, chain: Chain, scope: Scope, sides: Sequence[tuple[Chain, int]]
) -> tuple[ast.expr, str | None]:
    """Return what a test looks at, and how that is called on the ways on which it is known better.

    A way may use what it was before under its name; then it gets another one for the test.
    """
    root = chain[0]
    labels = [label_in(node) for node in chain[1:] if node.is_primitive("field")]
    if not isinstance(root.term, Variable) or len(labels) < len(chain) - 1:
        return t.value(chain, scope), None
    index = root.term.index
    known = scope[len(scope) - 1 - index]
    if known is None:
        raise UnrecognisedError("it has no name")
    is_taken = any(_reads(side, index + deeper, labels) for side, deeper in sides)
    if is_taken:
        known = t.renamed(known)
    key = ".".join((known, *labels))
    return name(key), key


def _reads(chain: Chain, index: int, labels: list[str]) -> bool:
    """Tell whether some parts use a variable, or a field of one, as it was bound."""
    work: list[tuple[Chain, int]] = [(chain, index)]
    while work:
        current, at = work.pop()
        for place, node in enumerate(current):
            if node.is_variable(at):
                following = current[place + 1 : place + 1 + len(labels)]
                if len(following) < len(labels):
                    return True
                if all(
                    step.is_primitive("field") and label_in(step) == label
                    for step, label in zip(following, labels, strict=True)
                ):
                    return True
            elif isinstance(node.term, Let):
                work += [(chain_of(node.parts[0]), at), (chain_of(node.parts[1]), at + 1)]
            elif at in node.free:
                work += [(chain_of(part), at) for part in node.parts]
    return False


# -- and, or ----------------------------------------------------------------------------------------------


def _combined(t: Recogniser, chain: Chain, scope: Scope) -> Choice | None:
    """Recognise several tests of which the last ones are made in what the first ones tell."""
    sides = [inside_of(part) for part in chain[-1].parts]
    if sides[1] is None:
        return None
    ignoring, knowing = chain_of(chain[-1].parts[0]), sides[1]
    first = choice_of(t, chain[:-1], scope)
    if first is None:
        return None
    for is_and in (True, False):
        made = _row(t, first, is_and)
        if made is not None:
            break
    else:
        return None
    tests, given, inner = made
    names = _told(given, inner)
    bound: list[str | None] = [names[0] if len(names) == 1 else None]
    if len(names) > 1:
        for place, known in enumerate(names):
            node = knowing[0]
            if len(knowing) != 1 or not isinstance(node.term, Let):
                return None
            path = chain_of(node.parts[0])
            if not path[0].is_variable(place) or not is_primitives(path[1:], *path_steps(place, len(names))):
                return None
            bound.append(known)
            knowing = chain_of(node.parts[1])
    known_scope = (*scope, *bound)
    test = ast.BoolOp(ast.And() if is_and else ast.Or(), tests)
    if is_and:
        return Choice(test, knowing, known_scope, ignoring, scope)
    return Choice(test, ignoring, scope, knowing, known_scope)


def _row(t: Recogniser, first: Choice, is_and: bool) -> tuple[list[ast.expr], Chain, Scope] | None:
    """Return the tests in a row, what they give if all of them tell something, and the names there."""
    tests: list[ast.expr] = []
    choice: Choice | None = first
    while choice is not None:
        leaving = choice.no if is_and else choice.yes
        if not _is_missing(leaving):
            choice = choice.opposite()
            leaving = choice.no if is_and else choice.yes
            if not _is_missing(leaving):
                return None
        tests.append(choice.test)
        going, scope = (choice.yes, choice.yes_scope) if is_and else (choice.no, choice.no_scope)
        if going[-1].is_primitive("inr") and len(tests) > 1:
            return tests, going[:-1], scope
        choice = choice_of(t, going, scope)
    return None


def _is_missing(chain: Chain) -> bool:
    return len(chain) == 2 and is_constant(chain[:1], None) and chain[1].is_primitive("inl")


def _told(given: Chain, scope: Scope) -> list[str | None]:
    """Return the names of what tests have told, as they give it on."""
    if is_constant(given, None):
        return []
    values: list[Chain] = []
    node: Node = given[0]
    while isinstance(node.term, Fanout):
        values.append(chain_of(node.parts[1]))
        node = node.parts[0]
    values.append(chain_of(node))
    names: list[str | None] = []
    for value in reversed(values):
        if len(value) != 1 or not isinstance(term := value[0].term, Variable):
            raise UnrecognisedError("tests tell what is bound")
        names.append(scope[len(scope) - 1 - term.index])
    return names


__all__ = ["Choice", "choice_of", "negated", "nested"]
