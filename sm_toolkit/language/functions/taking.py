"""A whole function becomes a term that is closed under its parameters; so do those that it calls."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from types import FrameType, FunctionType
from typing import Any

from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.liveness import assigned, falls, open_end
from sm_toolkit.language.functions.loops import looped
from sm_toolkit.language.functions.meeting import Exits, Wrap
from sm_toolkit.language.functions.names import Definition, Names, names_of
from sm_toolkit.language.functions.places import Places
from sm_toolkit.language.functions.refusals import head_of
from sm_toolkit.language.functions.scopes import Later, Scope
from sm_toolkit.language.functions.sources import Source, definition_of
from sm_toolkit.language.functions.statements import Statements
from sm_toolkit.language.functions.translating import Callee
from sm_toolkit.language.functions.words import said, written
from sm_toolkit.language.limits import Limits
from sm_toolkit.language.syntax.machines import Machine


@dataclass
class Taking:
    """What is taken in for one machine: each function that is called once, and none that calls itself."""

    limits: Limits
    taken: dict[Any, Callee] = field(default_factory=dict)
    definitions: dict[Any, Definition] = field(default_factory=dict)  # with the names that they use, as they are now
    inside: dict[Any, str] = field(default_factory=dict)
    classes: Classes = field(default_factory=lambda: NEWEST)
    places: Places = field(default_factory=Places)

    def callee(self, definition: Definition, key: Any, *, is_machine: bool = False) -> Callee:
        """Return a function, taken in.

        Raises:
            FunctionError: it is not of the language.
        """
        if key not in self.taken:
            self.inside[key] = definition.node.name
            try:
                self.taken[key] = _Whole(self, definition, is_machine).whole(definition.node)
            finally:
                del self.inside[key]
            self.definitions[key] = replace(definition, names=definition.names.used())
            self.classes = {**self.classes, **definition.names.classes}  # what calls comes last, and has its own way
        return self.taken[key]


class _Whole(Statements):
    """A translator of one whole function."""

    def __init__(self, taking: Taking, definition: Definition, is_machine: bool) -> None:
        names = parameters(definition.node, definition.source)
        inside = assigned(definition.node.body) | {each.arg for each in names}
        super().__init__(definition.source, definition.names, taking.limits, inside)
        self._taking = taking
        self._is_machine = is_machine
        self.places = taking.places
        self.own_name = definition.node.name
        self.work = 10_000 + 100 * sum(1 for _ in ast.walk(definition.node))

    def whole(self, node: ast.FunctionDef) -> Callee:
        """Return the function of a definition."""
        types = []
        scope = Scope()
        for each in parameters(node, self.source):
            types.append((each.arg, self._parameter(each)))
            scope, _ = scope.binding(types[-1][1], each.arg)
        scope = replace(scope, declared=dict(types))
        if node.returns is None:
            annotated = [ast.unparse(each.annotation) for each in node.args.args[-1:] if each.annotation is not None]
            example = f"tuple[..., {annotated[0] if annotated else '...'}]" if self._is_machine else "int, say"
            self.refuse(head_of(node), f"`{node.name}` does not say what it returns", f"annotate it: -> {example}")
        result = self.annotation(node.returns)
        if self._is_machine:
            self._expect_pair(node, result, *(type_ for _, type_ in types))
        state = types[1][0] if self._is_machine else None
        exits = Exits(result, f"what `{node.name}` returns", state)
        if not falls(node.body):
            return Callee(tuple(types), result, self.block(node.body, scope, _at_end, exits, frozenset())())

        def refused(_: Scope) -> Later:
            last = open_end(node.body)
            is_test, is_loop = isinstance(last, ast.expr), isinstance(last, ast.For)
            where = "where this is not so" if is_test else "after this loop" if is_loop else "after this"
            given = "return ..." if state is None else f"return ..., {state}"
            advice = f"write `{given}` {'after it, or an `else`' if is_test else 'there'}"
            self.refuse(last, f"{where} `{node.name}` ends without `return`", advice)

        self.block(node.body, scope, refused, exits, frozenset())
        raise AssertionError("the end is reached")

    def _expect_pair(self, node: ast.FunctionDef, result: Type[Any], input_: Type[Any], state: Type[Any]) -> None:
        if result.head == "Pair" and result.args[1] is state:
            return
        one, other = parameters(node, self.source)
        first, second = written(one.annotation), written(other.annotation)
        advice = f"annotate it: -> tuple[{'...' if result.head in ('Pair', 'Tuple') else said(result)}, {second}]"
        if result.head == "Pair" and result.args[1] is input_:
            advice = f"the input comes first, and then the state: ({other.arg}: {second}, {one.arg}: {first})"
        problem = f"a machine returns its output and its new state of type {said(state)}, and this {said(result)}"
        self.refuse(node.returns, problem, advice)

    def _parameter(self, each: ast.arg) -> Type[Any]:
        if each.annotation is None:
            if each.arg in ("self", "cls"):
                self.refuse(each, "a method is not taken in a machine", "write a function outside of the class")
            self.refuse(each, f"the parameter `{each.arg}` has no annotation", f"say its type: {each.arg}: int, say")
        return self.annotation(each.annotation)

    def loop(self, node: ast.For, scope: Scope, exits: Exits, live: frozenset[str]) -> tuple[Wrap, Scope]:
        """Return what a loop puts round what comes after it, and the scope there."""
        return looped(self, node, scope, exits, live)

    def callee(self, function: Any, node: ast.Call) -> Callee:
        """Return a function that is called, taken in."""
        if isinstance(function, Machine):
            assert function.origin is not None, "it was made of a function"
            self._taking.classes = {**function.classes, **self._taking.classes}
            self._taking.definitions |= function.origin.definitions
            self.places.join(function.origin.places)
            callee: Callee = function.origin.callee
            return callee
        if isinstance(function, FunctionType):
            if function.__name__ == "<lambda>":
                problem = f"`{written(node.func)}` is a lambda, which has no annotations"
                self.refuse(node.func, problem, "write a helper function with annotations")
            try:
                definition = defined(function, self.names.frame)
            except FunctionError as error:
                self.refuse(node.func, error.problem, error.advice)
        else:
            definition = function
        if definition.node.decorator_list and isinstance(function, FunctionType):
            self.refuse(node.func, f"`{definition.node.name}` has a decorator", "call plain functions with annotations")
        key = function if isinstance(function, FunctionType) else id(definition.node)
        if key in self._taking.inside:
            *_, last = self._taking.inside.values()
            by = f" by way of `{last}`" if last != definition.node.name else ""
            advice = "write a `for` loop over a list or range(n)"
            self.refuse(node.func, f"`{definition.node.name}` calls itself{by}", advice)
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
        advice = f"leave `= {written(default)}` out, and give it in each call"
        source.refuse(default, "a default of a parameter is not taken in a machine", advice)
    if getattr(node, "type_params", None):
        source.refuse(node.type_params[0], "type parameters are not taken in a machine", "name the types")  # type: ignore[attr-defined]
    return [*given.posonlyargs, *given.args]


def defined(function: FunctionType, frame: FrameType | None) -> Definition:
    """Return the definition of a function of Python.

    Raises:
        FunctionError: its source cannot be had.
    """
    node, source = definition_of(function)
    names: Names = names_of(function, frame)
    return Definition(node, source, names, function)
