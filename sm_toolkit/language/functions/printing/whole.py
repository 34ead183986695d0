"""A whole function is recognised, and the functions that it calls."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.functions.printing.ends import Ends
from sm_toolkit.language.functions.printing.naming import Program, call
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of, inside_of
from sm_toolkit.language.functions.printing.recognising import Scope, UnrecognisedError, is_primitives
from sm_toolkit.language.functions.printing.statements import Statements
from sm_toolkit.language.syntax.terms import Get, Let, Put, Second, Term


class Whole(Statements):
    """Recognises one function and those that it calls."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._helpers: dict[tuple[Term, Type[Any], tuple[Type[Any], ...]], str] = {}

    def function(self, node: Node) -> Chain:
        """Return the body of a function without a state."""
        body = inside_of(node)
        if body is None:
            raise UnrecognisedError("a function binds its input")
        return body

    def machine(self, node: Node) -> Chain:
        """Return the body of a function of an input and a state."""
        body = self.function(node)
        if len(body) != 1 or not isinstance(body[0].term, Let) or not isinstance(body[0].parts[0].term, Get):
            raise UnrecognisedError("a machine binds its state")
        inner = chain_of(body[0].parts[1])
        *made, put, last = inner
        if not isinstance(put.term, Second) or not isinstance(put.parts[0].term, Put):
            raise UnrecognisedError("a machine puts its new state")
        if not is_primitives((last,), "fst") or not made:
            raise UnrecognisedError("a machine puts its new state")
        return made

    def helper(self, node: Node, scope: Scope) -> ast.expr:
        """Return a call of a function that is defined for a `Let` that is no assignment."""
        arguments: list[Node] = []
        bodies = [node]
        while isinstance(bodies[-1].term, Let) and not bodies[-1].parts[0].is_identity:
            bound, body = bodies[-1].parts
            if any(index < len(arguments) for index in bound.free):
                break
            arguments.append(bound)
            bodies.append(body)
        # What is bound first in the function looks like an argument: of all ways to tell them apart one will do.
        for count in range(len(arguments), 0, -1):
            if all(index < count for index in bodies[count].free):
                try:
                    return self._called(arguments[:count], bodies[count], scope)
                except UnrecognisedError:
                    continue
        raise UnrecognisedError("what is bound here uses what is around it")

    def _called(self, arguments: list[Node], body: Node, scope: Scope) -> ast.expr:
        made = []
        for place, each in enumerate(arguments):
            made.append(self.fitted(chain_of(each), (*scope, *(None,) * place), each.output))
        types = tuple(each.output for each in arguments)
        key = (body.term, body.output, types)
        if key not in self._helpers:
            names = [self.program.fresh() for _ in arguments]
            inner = Whole(self.program)
            inner._helpers = self._helpers
            statements = inner.block(chain_of(body), tuple(names), Ends(body.output))
            self._helpers[key] = self.program.fresh() + "H"
            parameters = list(zip(names, types, strict=True))
            definition = self.program.definition(self._helpers[key], parameters, body.output, statements)
            self.program.helpers.append(definition)
        return call(self._helpers[key], *made)
