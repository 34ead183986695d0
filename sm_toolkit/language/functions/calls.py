"""Calls: what is called, and what calls of other functions and of machines become."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import sys
from types import FunctionType
from typing import Any

from sm_toolkit.language.checking.inference import check, elaborate, infer
from sm_toolkit.language.data.types import Left, Pair, Right, Type
from sm_toolkit.language.errors import MachineTypeError, ToolkitError
from sm_toolkit.language.functions.builtin_calls import built_in
from sm_toolkit.language.functions.combining import combined
from sm_toolkit.language.functions.making import constructed, replaced, side_of
from sm_toolkit.language.functions.methods import method_called
from sm_toolkit.language.functions.names import NOWHERE, Definition, is_record_class
from sm_toolkit.language.functions.refusals import refused_call, refused_name
from sm_toolkit.language.functions.scopes import Local, Scope, Typed, lets, then
from sm_toolkit.language.functions.translating import Callee, Translator
from sm_toolkit.language.functions.words import counted, said, written
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.state_passing import state_passing, works_on_a_state
from sm_toolkit.language.syntax.terms import Fanout, Term


def called(t: Translator, node: ast.Call, scope: Scope, want: Type[Any] | None) -> Typed:
    """Return the term of a call."""
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            is_extreme = written(node.func) in ("min", "max") and len(node.args) == 1
            advice = (
                f"write {written(node.func)}({written(argument.value)})" if is_extreme else "write the arguments out"
            )
            t.refuse(argument, "a star in a call is not taken in a machine", advice)
    for keyword in node.keywords:
        if keyword.arg is None:
            t.refuse(keyword, "stars in a call are not taken in a machine", "write the arguments out")
    function = _function(t, node.func, scope)
    if function is NOWHERE:
        if isinstance(node.func, ast.Attribute):
            if _root(node.func) not in (*scope.names, *t.assigned) and isinstance(t.names.named(node.func.value), type):
                advice = f"call it of a value: {written(node.args[0]) if node.args else 'x'}.{node.func.attr}(...)"
                t.refuse(node.func, f"`{ast.unparse(node.func)}` is not taken in a machine", advice)
            return method_called(t, node, node.func, scope)
        refused_name(t, node.func, scope)
    made = built_in(t, node, scope, function)
    if made is not None:
        return made
    if function is Left or function is Right:
        return side_of(t, node, scope, want, function)
    if function is dataclasses.replace:
        return replaced(t, node, scope)
    if isinstance(function, type) and is_record_class(function):
        return constructed(t, node, scope, function)
    if isinstance(function, Machine) and written(node.func) == t.own_name:  # one that had the name before
        refused_name(t, node.func, scope)
    if isinstance(function, Machine) and function.origin is None:
        return _machine(t, node, scope, function)
    if isinstance(function, FunctionType) and function.__module__.partition(".")[0] in sys.stdlib_module_names:
        refused_call(t, node, function)
    if isinstance(function, Machine | FunctionType | Definition):
        return _taken_in(t, node, scope, function)
    refused_call(t, node, function)


def _function(t: Translator, node: ast.expr, scope: Scope) -> Any:
    """Return what is called, if it is no method of a value."""
    if isinstance(node, ast.Name):
        if node.id in scope.names or node.id in t.assigned:
            advice = "call a function by the name of its definition"
            if hasattr(builtins, node.id):
                advice = f"`{node.id}` is a function of Python: give the value another name"
            t.refuse(node, f"`{node.id}` is a value here, and is called", advice)
        return t.names.look_up(node.id)
    if isinstance(node, ast.Attribute):
        return t.names.named(node) if _root(node) not in (*scope.names, *t.assigned) else NOWHERE
    if isinstance(node, ast.Call) and _root(node.func) not in (*scope.names, *t.assigned):
        return combined(t, node, t.names.named(node.func))
    t.refuse(node, "only what has a name is called in a machine", "call a function by its name")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _taken_in(t: Translator, node: ast.Call, scope: Scope, function: Any) -> Typed:
    callee: Callee = t.callee(function, node)
    name = ast.unparse(node.func)
    labels = [label for label, _ in callee.parameters]
    if len(node.args) > len(labels):
        problem = f"`{name}` takes {counted(len(labels), 'argument')}, and gets {len(node.args)}"
        t.refuse(node.args[len(labels)], problem, f"it takes {', '.join(labels) or 'nothing'}")
    given = dict(zip(labels, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg not in labels or keyword.arg in given:
            is_twice = keyword.arg in given
            problem = f"`{keyword.arg}` is given twice" if is_twice else f"`{name}` has no parameter `{keyword.arg}`"
            t.refuse(keyword, problem, f"it takes {', '.join(labels) or 'nothing'}")
        given[keyword.arg] = keyword.value
    types = dict(callee.parameters)
    missing = [label for label in labels if label not in given]
    if missing:
        t.refuse(
            node, f"`{name}` lacks {', '.join(f'`{label}`' for label in missing)}", f"it takes {', '.join(labels)}"
        )
    bound: list[Term] = []
    inner = scope
    found: dict[str, Local] = {}
    for label, value in given.items():
        bound.append(t.fitting(value, inner, types[label], f"`{label}` of `{name}`").term)
        inner, found[label] = inner.binding(types[label])
    if list(given) != labels:
        for label in labels:
            bound.append(inner.value(found[label]).term)
            inner = inner.deeper()
    return Typed(lets(bound, callee.body), callee.result)


def _machine(t: Translator, node: ast.Call, scope: Scope, machine: Machine[Any, Any, Any]) -> Typed:
    """Return what a machine of combinators gives: its output, and beside it its new state if it is given one."""
    name = ast.unparse(node.func)
    if node.keywords:
        t.refuse(node.keywords[0], f"`{name}` takes no names here", "leave the name out")
    if len(node.args) not in (1, 2):
        problem = (
            f"`{name}` takes its input, and its state if it has one, and gets {counted(len(node.args), 'argument')}"
        )
        t.refuse(node, problem, f"write output, state = {name}(x, state)")
    is_stateful = works_on_a_state(machine.term)
    if is_stateful and len(node.args) == 1:
        advice = f"give it one, and take the new one: output, state = {name}({written(node.args[0])}, state)"
        t.refuse(node, f"`{name}` works on a state of its own, and gets none", advice)
    given = []
    for argument, type_, which in zip(node.args, _known_types(machine), ("input", "state"), strict=False):
        found = t.expression(argument, scope, type_)
        given.append(found if type_ is None else t.fit(argument, found, type_, f"the {which} of `{name}`"))
    input_, state = given[0].type, given[1].type if len(given) > 1 else None
    term = machine.term
    try:
        output = check(machine, state, input_, limits=t.limits).output
        if is_stateful and not output.has_variables:
            term = elaborate(machine, state, input_, limits=t.limits).term
    except MachineTypeError as error:
        taken = said(input_) if state is None else f"{said(input_)} and the state {said(state)}"
        t.refuse(node, f"`{name}` does not take {taken}: {error.summary}", "give it what it takes")
    except ToolkitError as error:
        t.refuse(node, f"`{name}` cannot be called here: {error}", "mend it")
    if output.has_variables:
        t.refuse(node, f"the type of what `{name}` gives is not known: {output}", f"give `{name}` its types")
    if state is None:
        return Typed(then(given[0].term, term), output)
    return Typed(then(Fanout(given[0].term, given[1].term), state_passing(term)), Pair(output, state))


def _known_types(machine: Machine[Any, Any, Any]) -> list[Type[Any] | None]:
    """Return the types of the input and the state that a machine takes, where it takes one type alone."""
    try:
        scheme = machine.remember("scheme", lambda: infer(machine))
    except ToolkitError:  # which is told where it is looked at with what it is given
        return [None, None]
    return [None if type_.has_variables else type_ for type_ in (scheme.input, scheme.state)]
