"""A whole function becomes a term that is closed under its parameters; so do those that it calls."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.liveness import assigned, falls
from sm_toolkit.language.functions.loops import looped
from sm_toolkit.language.functions.names import Definition, Names, names_of
from sm_toolkit.language.functions.scopes import Later, Scope
from sm_toolkit.language.functions.sources import Source, definition_of
from sm_toolkit.language.functions.statements import Exits, Statements, Wrap
from sm_toolkit.language.functions.translating import Callee
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.machines import Machine


@dataclass
class Taking:
    """What is taken in for one machine: each function that is called once, and none that calls itself."""

    limits: Limits
    taken: dict[Any, Callee] = field(default_factory=dict)
    inside: list[Any] = field(default_factory=list)

    def callee(self, definition: Definition, key: Any) -> Callee:
        """Return a function, taken in.

        Raises:
            FunctionError: it is not of the language.
        """
        if key not in self.taken:
            self.inside.append(key)
            try:
                self.taken[key] = _Whole(self, definition).whole(definition.node)
            finally:
                self.inside.pop()
        return self.taken[key]


class _Whole(Statements):
    """A translator of one whole function."""

    def __init__(self, taking: Taking, definition: Definition) -> None:
        names = parameters(definition.node, definition.source)
        inside = assigned(definition.node.body) | {each.arg for each in names}
        super().__init__(definition.source, definition.names, taking.limits, inside)
        self._taking = taking

    def whole(self, node: ast.FunctionDef) -> Callee:
        """Return the function of a definition."""
        types = []
        scope = Scope()
        for each in parameters(node, self.source):
            types.append((each.arg, self._parameter(each)))
            scope, _ = scope.binding(types[-1][1], each.arg)
        scope = replace(scope, declared=dict(types))
        if node.returns is None:
            self.refuse(_head(node), f"`{node.name}` does not say what it returns", "annotate it: -> tuple[..., ...]")
        result = self.names.own.get("return") or self.annotation(node.returns)
        if falls(node.body):
            self.refuse(node.body[-1], "after this a way ends without `return`", "return on every way")
        body = self.block(node.body, scope, _at_end, Exits(result, f"what `{node.name}` returns"), frozenset())
        return Callee(tuple(types), result, body())

    def _parameter(self, each: ast.arg) -> Type[Any]:
        if each.arg in self.names.own:
            return self.names.own[each.arg]
        if each.annotation is None:
            self.refuse(each, f"the parameter `{each.arg}` has no annotation", f"say its type: {each.arg}: int, say")
        return self.annotation(each.annotation)

    def loop(self, node: ast.For, scope: Scope, exits: Exits, live: frozenset[str]) -> tuple[Wrap, Scope]:
        """Return what a loop puts round what comes after it, and the scope there."""
        return looped(self, node, scope, exits, live)

    def callee(self, function: Any, node: ast.expr) -> Callee:
        """Return a function that is called, taken in."""
        if isinstance(function, Machine):
            assert function.origin is not None, "it was made of a function"
            callee: Callee = function.origin.callee
            return callee
        if isinstance(function, FunctionType):
            try:
                definition = defined(function, {})
            except FunctionError as error:
                self.refuse(node, f"`{function.__name__}` cannot be taken in: {error.problem}", error.advice)
        else:
            definition = function
        if definition.node.decorator_list and isinstance(function, FunctionType):
            self.refuse(node, f"`{definition.node.name}` has decorators", "call plain functions with annotations")
        key = function.__code__ if isinstance(function, FunctionType) else id(definition.node)
        if key in self._taking.inside:
            self.refuse(node, f"`{definition.node.name}` calls itself", "write a `for` loop over a list or range(n)")
        return self._taking.callee(definition, key)


def _at_end(scope: Scope) -> Later:
    raise AssertionError("a way without `return` was refused before")


def parameters(node: ast.FunctionDef, source: Source) -> list[ast.arg]:
    """Return the parameters of a function.

    Raises:
        FunctionError: there are some of a kind that is not taken.
    """
    given = node.args
    for star in (given.vararg, given.kwarg):
        if star is not None:
            source.refuse(star, "star parameters are not taken in a machine", "name each parameter")
    if given.kwonlyargs:
        source.refuse(
            given.kwonlyargs[0], "a parameter that is only named is not taken in a machine", "leave the * out"
        )
    for default in given.defaults:
        source.refuse(default, "a default of a parameter is not taken in a machine", "give the value in the call")
    if getattr(node, "type_params", None):
        source.refuse(node.type_params[0], "type parameters are not taken in a machine", "name the types")  # type: ignore[attr-defined]
    return [*given.posonlyargs, *given.args]


def _head(node: ast.FunctionDef) -> ast.AST:
    """Return the place of the first line of a definition."""
    head = ast.copy_location(ast.Pass(), node)
    head.end_lineno, head.end_col_offset = node.lineno, node.col_offset + len(f"def {node.name}")
    return head


def defined(function: FunctionType, beside: Mapping[str, Any]) -> Definition:
    """Return the definition of a function of Python.

    Raises:
        FunctionError: its source cannot be had.
    """
    node, source = definition_of(function)
    names: Names = names_of(function, beside)
    return Definition(node, source, names)
