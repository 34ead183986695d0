"""Loops are recognised: `for`, with the ways out of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from sm_toolkit.language.functions.printing.ends import Block, Ends, Join
from sm_toolkit.language.functions.printing.going import source_of, target_of
from sm_toolkit.language.functions.printing.meeting import Meeting, after_part
from sm_toolkit.language.functions.printing.naming import assign
from sm_toolkit.language.functions.printing.nodes import Chain, chain_of, inside_of
from sm_toolkit.language.functions.printing.recognising import (
    Scope,
    UnrecognisedError,
    is_primitives,
    nested,
    path_steps,
    unfitted,
)
from sm_toolkit.language.syntax.terms import FanIn, Fanout, Fold, Let


class Loops(Meeting):
    """A recogniser, as far as loops go."""

    def loop_within(self, chain: Chain, scope: Scope, ends: Ends) -> Any:
        """Recognise a loop that goes through what is bound first."""
        lets: list[Chain] = []
        body = chain
        inner = scope
        while len(lets) < 2 and len(body) == 1 and isinstance(body[0].term, Let):
            lets.append(chain_of(body[0].parts[0]))
            body, inner = chain_of(body[0].parts[1]), (*inner, None)
            if isinstance(lets[-1][0].parts and lets[-1][0].term, Let):
                return None
            found = None
            if len(body) == 1 and isinstance(body[0].term, Let) and _is_fold(chain_of(body[0].parts[0])):
                bound, rest = (chain_of(part) for part in body[0].parts)
                for join, following, after in self.taken(bound[-1].output, rest, inner):
                    found = self.tried(
                        lambda join=join, bound=bound: self.loop(lets, bound, scope, join, ends)  # type: ignore[misc]
                    )
                    if found is not None:
                        return [*found, *self.used(join, found, following, after)], (following, after, ends)
            elif _is_left_fold(body):
                found = self.tried(lambda body=body: self.left_loop(body, scope, ends, lets))  # type: ignore[misc]
                if found is not None:
                    return found
        return None

    def left_loop(self, chain: Chain, scope: Scope, ends: Ends, lets: Sequence[Chain] = ()) -> Any:
        """Recognise a loop out of which some ways return."""
        if not _is_left_fold(chain) or ends.returned is None:
            return None
        returned, after = chain[-1].parts
        steps = () if returned.is_identity else tuple(chain_of(returned))
        if not is_primitives(steps, *ends.returned):
            return None
        body = inside_of(after)
        if body is None:
            return None
        inner = (*scope, *(None,) * len(lets))
        for join, rest, following in self.taken(after.input, body, inner):
            made = self.tried(lambda join=join: self.loop(lets, chain[:-1], scope, join, ends, returns=True))  # type: ignore[misc]
            if made is not None:
                return [*made, *self.used(join, made, rest, following)], (rest, following, ends)
        return None

    def loop(
        self, lets: Sequence[Chain], chain: Chain, scope: Scope, join: Join, ends: Ends, *, returns: bool = False
    ) -> Block:
        """Return a loop that carries some names."""
        if not _is_fold(chain):
            raise UnrecognisedError("this is no loop")
        start, items = map(chain_of, chain[0].parts)
        breaks = len(chain) == 3
        if breaks:
            left, right = chain[2].parts if isinstance(chain[2].term, FanIn) else (chain[1], chain[1])
            if not left.is_identity or not (right.is_primitive("inr") if returns else right.is_identity):
                raise UnrecognisedError("a loop that breaks gives what it carries")
        if breaks or returns:
            if not start[-1].is_primitive("inr"):
                raise UnrecognisedError("a loop that is left begins as one that is not")
            start = start[:-1]
        inner = (*scope, *(None,) * len(lets))
        source = source_of(self, lets, items, scope)
        before = self._starts(start, inner, join)
        body = inside_of(chain[1].parts[0])
        if body is None:
            raise UnrecognisedError("a turn binds what it takes")
        scope = (*source.scope, None)
        if breaks or returns:
            if len(body) != 3 or not body[0].is_variable(0) or not is_primitives(body[1:2], "fst"):
                raise UnrecognisedError("a turn asks whether it was left")
            left, right = body[2].parts
            opened = inside_of(right)
            if not left.is_primitive("inl") or opened is None:
                raise UnrecognisedError("a turn asks whether it was left")
            body = opened
        else:
            body = after_part(body, 0, "fst")
        scope = (*scope, None)
        names = [each for each, _ in join.names]
        if len(names) == 1:
            scope = (*scope[:-1], names[0])
        else:
            for place, each in enumerate(names):
                body = after_part(body, place, *path_steps(place, len(names)))
                scope = (*scope, each)
        type_ = body[0].parts[0].output
        body = after_part(body, len(scope) - 1 - (len(source.scope)), "snd")
        scope = (*scope, None)
        if not source.is_plain:
            if len(body) != 1 or not isinstance(body[0].term, Let):
                raise UnrecognisedError("an item is made of its place")
            type_ = body[0].parts[0].output
            body, scope = chain_of(body[0].parts[1]), (*scope, None)
        target, body, scope = target_of(self, body, scope, type_)
        on: tuple[str, ...] = ("inr",) if breaks or returns else ()
        inside = Ends(
            ends.result,
            (("inl", "inl") if breaks else ("inl",)) if returns else None,
            (join, on),
            (join, ("inr", "inl") if returns else ("inl",)) if breaks else None,
            (join, on),
        )
        made = self.block(body, scope, inside)
        while len(made) > 1 and isinstance(made[-1], ast.Continue):
            made.pop()
        return [*before, ast.For(target, source.iterated, made or [ast.Pass()], [], lineno=1)]

    def _starts(self, start: Chain, scope: Scope, join: Join) -> Block:
        """Return what the names stand for before the first turn."""
        made = self.given(start, scope, join)
        annotated: Block = []
        parts = nested(start, len(join.names)) if join.names else []
        types = {
            target: unfitted(part, type_)[-1].output is not type_
            for part, (target, type_) in zip(parts, join.names, strict=True)
        }
        declared = {target: type_ for target, type_ in join.names}
        for statement in made:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            value = statement.value if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and types[target.id] and value and not isinstance(value, ast.Constant):
                annotated.append(assign(target.id, value, self.program.type(declared[target.id])))
            else:
                annotated.append(statement)
        return annotated


def _is_fold(chain: Chain) -> bool:
    return len(chain) in (2, 3) and isinstance(chain[0].term, Fanout) and isinstance(chain[1].term, Fold)


def _is_left_fold(chain: Chain) -> bool:
    return len(chain) in (3, 4) and isinstance(chain[-1].term, FanIn) and _is_fold(chain[:-1])
