"""Names that ways give where they meet are recognised: by what takes them apart there, and by how each way ends."""

from __future__ import annotations

import ast
from abc import abstractmethod
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.liveness import loaded
from sm_toolkit.language.functions.printing.ends import Block, Ends, Join
from sm_toolkit.language.functions.printing.naming import assign, name
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, free_in
from sm_toolkit.language.functions.printing.recognising import (
    Scope,
    UnrecognisedError,
    is_constant,
    is_primitives,
    nested,
    path_steps,
    unfitted,
)
from sm_toolkit.language.functions.printing.values import Values
from sm_toolkit.language.syntax.terms import Let, Variable


class Meeting(Values):
    """A recogniser, as far as these go."""

    @abstractmethod
    def block(self, chain: Chain, scope: Scope, ends: Ends) -> Block:
        """Return the statements of some parts."""

    def taken(self, type_: Type[Any], body: Chain, scope: Scope, *, whole: bool = True) -> list[Any]:
        """Return in which ways the names may have been that ways give where they meet: the names, what follows."""
        found: list[Any] = []
        opened = projected(type_, body, scope)
        for parts, rest, inner in opened:
            names = tuple((self.program.fresh(), part) for part in parts)
            found.append((Join(names), rest, (*inner, *(each for each, _ in names))))
        if is_constant_type(type_):
            found.append((Join(()), body, (*scope, None)))
        known = self.program.fresh()
        found.append((Join(((known, type_),)), body, (*scope, known)))
        return found

    def used(self, join: Join, made: Block, rest: Chain, scope: Scope) -> Block:
        """Return what uses names that ways give and nothing uses: they would not be given otherwise."""
        used = {scope[len(scope) - 1 - index] for index in free_in(rest)}
        if isinstance(made[-1], ast.For):
            used |= loaded(made[-1].body)
        return [assign(self.program.fresh(), name(each)) for each, _ in join.names if each not in used]

    def given(self, chain: Chain, scope: Scope, join: Join) -> Block:
        """Return the assignments of what a way gives where it meets others."""
        if not join.names:
            if not is_constant(chain, None):
                raise UnrecognisedError("nothing is given here")
            return []
        values: list[tuple[str, str]] = []
        join.arrived.append(
            tuple(
                unfitted(part, type_)[-1].output
                for part, (_, type_) in zip(nested(chain, len(join.names)), join.names, strict=True)
            )
        )
        for part, (target, type_) in zip(nested(chain, len(join.names)), join.names, strict=True):
            given = unfitted(part, type_)
            if is_constant(given, None):
                values.append((target, ""))
                continue
            if len(given) != 1 or not isinstance(term := given[0].term, Variable):
                raise UnrecognisedError("what is given is bound")
            known = scope[len(scope) - 1 - term.index]
            if known is None:
                raise UnrecognisedError("it has no name")
            values.append((target, known))
        values = [(target, known) for target, known in values if target != known]
        targets = {target for target, _ in values}
        if len(values) > 1 and any(known.partition(".")[0] in targets for _, known in values):
            target_ = ast.Tuple([ast.Name(each, ast.Store()) for each, _ in values], ast.Store())
            return [ast.Assign([target_], ast.Tuple([_value(known) for _, known in values], ast.Load()), lineno=1)]
        return [assign(target, _value(known)) for target, known in values]


def _value(known: str) -> ast.expr:
    return name(known) if known else ast.Constant(None)


def after_part(body: Chain, index: int, *steps: str) -> Chain:
    """Return what follows a `Let` of a part of a variable."""
    if len(body) != 1 or not isinstance(body[0].term, Let):
        raise UnrecognisedError("a turn takes its input apart")
    path = chain_of(body[0].parts[0])
    if not path[0].is_variable(index) or not is_primitives(path[1:], *steps):
        raise UnrecognisedError("a turn takes its input apart")
    return chain_of(body[0].parts[1])


def is_constant_type(type_: Type[Any]) -> bool:
    """Tell whether a type is Unit, of which nothing is given."""
    return type_.head == "Unit"


def projected(type_: Type[Any], body: Chain, scope: Scope) -> list[tuple[list[Type[Any]], Chain, Scope]]:
    """Return in which ways all parts of pairs nested to the left are bound one after another; most parts first."""
    found = []
    types: list[Type[Any]] = [type_]
    while types[0].head == "Pair":
        types = [*types[0].args, *types[1:]]
        count = len(types)
        current = body
        for place in range(count):
            try:
                current = after_part(current, place, *path_steps(place, count))
            except UnrecognisedError:
                break
        else:
            if count not in free_in(current):
                found.append((types, current, (*scope, None)))
    return found[::-1]
