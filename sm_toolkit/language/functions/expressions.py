"""Expressions: what each kind of them becomes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from sm_toolkit.language.data.records import Record, record_class
from sm_toolkit.language.data.types import Bool, Bytes, Float, Int, Left, Right, Str, Type, is_record_head, record_words
from sm_toolkit.language.errors import LimitError, ToolkitError, ValueMismatchError
from sm_toolkit.language.functions.calls import called
from sm_toolkit.language.functions.comprehensions import comprehended
from sm_toolkit.language.functions.conditions import condition
from sm_toolkit.language.functions.displays import Displays
from sm_toolkit.language.functions.fitting import element, fitted, joined
from sm_toolkit.language.functions.names import NOWHERE, TypedConstant, is_record_class
from sm_toolkit.language.functions.operators import as_value, binary, unary
from sm_toolkit.language.functions.refusals import refused_expression, refused_name
from sm_toolkit.language.functions.scopes import UNIT, Missing, Scope, Typed, applied, constant, lets, then
from sm_toolkit.language.functions.translating import Condition, key_of, some
from sm_toolkit.language.functions.words import fields_of, operand, said, written
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Const, FanIn, Primitive, Show, Term
from sm_toolkit.language.vocabulary.combinators import const


class Expressions(Displays):
    """A translator, as far as expressions go."""

    def condition(self, node: ast.expr, scope: Scope) -> Condition:
        """Return a test."""
        made = condition(self, node, scope)
        if made.plain is not None:
            self.places.mark(made.plain, self.source, node)
        return made

    def expression(self, node: ast.expr, scope: Scope, want: Type[Any] | None = None) -> Typed:
        """Return the term of an expression; if a type is wanted, it may be of another that fits."""
        self.spend(node)
        made = self._expression(node, scope, want)
        self.places.mark(made.term, self.source, node)
        return made

    def _expression(self, node: ast.expr, scope: Scope, want: Type[Any] | None) -> Typed:
        match node:
            case ast.Constant(value):
                return self._literal(node, value, want)
            case ast.Name():
                return self._name(node, scope, want)
            case ast.BinOp():
                return binary(self, node, scope, some(want))
            case ast.UnaryOp():
                return unary(self, node, scope)
            case ast.BoolOp() | ast.Compare():
                return as_value(self.condition(node, scope))
            case ast.IfExp(test, then_, otherwise):
                return self._chosen(node, self.condition(test, scope), then_, otherwise, want)
            case ast.Tuple(parts):
                return self._tuple(node, parts, scope, some(want))
            case ast.List(parts):
                return self._list(node, parts, scope, some(want))
            case ast.Dict():
                return self._map(node, scope, some(want))
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.JoinedStr(parts):
                return self._format(parts, scope)
            case ast.Call():
                return called(self, node, scope, want)
            case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
                return comprehended(self, node, scope, some(want))
            case _:
                refused_expression(self, node)

    # -- constants and names ------------------------------------------------------------------------------

    def _literal(self, node: ast.expr, value: Any, want: Type[Any] | None) -> Typed:
        if value is None:
            return self.none(want)
        if value.__class__ not in (bool, int, float, str, bytes):
            advice = (
                "there are no complex numbers" if isinstance(value, complex) else "write a value of a type there is"
            )
            self.refuse(node, f"`{written(node)}` is no value of the language", advice)
        return self.taken(node, value, want, "this constant")

    def none(self, want: Type[Any] | None) -> Typed:
        """Return None, as what may be missing if that is wanted."""
        return (fitted(UNIT, want) if want is not None else None) or UNIT

    def taken(self, node: ast.expr, value: Any, want: Type[Any] | None, what: str) -> Typed:
        """Return a value of Python as a constant."""
        # Of what is no collection it says enough what it is; and it is there.
        want = some(want) if isinstance(value, tuple | Sequence | Mapping | Left | Right) else None
        if value.__class__ in (str, bytes):
            want = None
        try:
            made = const(value, want).term if want is not None and not want.has_variables else const(value).term
        except ToolkitError:
            try:
                made = const(value).term
            except LimitError as error:
                self.refuse(node, f"{what} cannot be taken in: {error}", "make it smaller")
            except ToolkitError as error:
                problem, advice = (
                    f"{what} is no value of the language",
                    "there are None, bool, int, float, str, bytes, ",
                )
                advice += "and tuples, lists, dicts, Left, Right and frozen dataclasses of them"
                if isinstance(error, ValueMismatchError) and "one type" in error.expected:
                    problem, advice = (
                        f"{what} holds values of several types",
                        "a list or a map holds values of one type",
                    )
                elif isinstance(error, ValueMismatchError):
                    found, _, hint = error.found.partition(" (")
                    problem += f": {f'at {error.path} there' if error.path else 'it'} is {found}"
                    advice = hint.removesuffix(")") or advice
                self.refuse(node, problem, advice)
        assert isinstance(made, Const)
        if made.type.has_variables:
            empty = {"List": "xs: list[int] = []", "Map": "m: dict[str, int] = {}"}.get(made.type.head)
            advice = f"write it in the function, annotated: {empty or 'x: ... = ...'}"
            self.refuse(node, f"the type of {what} is not known", advice)
        return Typed(made, made.type)

    def _name(self, node: ast.Name, scope: Scope, want: Type[Any] | None) -> Typed:
        name = node.id
        found = scope.names.get(name)
        if isinstance(found, Missing):
            self.refuse(node, found.reason, found.advice)
        if found is not None:
            return scope.value(found)
        if name in self.assigned:
            self.refuse(node, f"`{name}` has no value here yet", "assign it first, on every way that leads here")
        return self._from_outside(node, self.names.look_up(name), scope, want)

    def _from_outside(self, node: ast.expr, value: Any, scope: Scope, want: Type[Any] | None) -> Typed:
        if value is NOWHERE:
            refused_name(self, node, scope)
        name = ast.unparse(node)
        if isinstance(value, type):
            instead = (
                f"make a value of it: {name}(...)" if is_record_class(value) else "write the type where it is used"
            )
            self.refuse(node, f"`{name}` is a class, and classes are no values here", instead)
        if isinstance(value, ModuleType):
            self.refuse(node, f"`{name}` is a module, and modules are no values here", "leave it out")
        if isinstance(value, Machine) or callable(value):
            self.refuse(node, f"`{name}` is a function, and functions are no values here", f"call it: {name}(...)")
        if isinstance(value, TypedConstant):
            return constant(value.value, value.type)
        return self.taken(node, value, want, f"`{name}`")

    # -- choices ------------------------------------------------------------------------------------------

    def _chosen(
        self, node: ast.expr, test: Condition, then_: ast.expr, otherwise: ast.expr, want: Type[Any] | None
    ) -> Typed:
        one = self.expression(then_, test.if_true, want)
        other = self.expression(otherwise, test.if_false, want or one.type)
        type_ = joined(one.type, other.type)
        if want is not None and (type_ is None or type_.head == "Variant"):
            fits = all(fitted(Typed(UNIT.term, each.type), want) is not None for each in (one, other))
            type_ = want if fits else type_
        if type_ is None:
            told = f"the sides have no type in common: {said(one.type)} and {said(other.type)}"
            self.refuse(node, told, "give values of one type")
        sides = [self.fit(node, each, type_, "this").term for each in (one, other)]
        return Typed(test.choose(lambda: sides[0], lambda: sides[1])(), type_)

    # -- parts --------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Typed:
        known = self.local(node, scope)
        if known is not None:
            return scope.value(known)
        key = key_of(node)
        root = key.partition(".")[0] if key is not None else ""
        if root and root not in scope.names and root not in self.assigned:
            value = self.names.named(node)
            if value is not NOWHERE:
                return self._from_outside(node, value, scope, None)
        whole = self.expression(node.value, scope)
        if whole.type.head == "Variant" and (common := _field_of_all(whole.type, node.attr)) is not None:
            *others, made = [_field(record, node.attr) for record in whole.type.args]
            for side in reversed(others):
                made = FanIn(side, made)
            return Typed(then(whole.term, Primitive("split", (whole.type,)), made), common)
        if not is_record_head(whole.type.head):
            problem = f"{said(whole.type)} has no attribute `{node.attr}`"
            self.refuse(node, problem, _attribute_advice(whole.type, node))
        labels = record_words(whole.type.head)[1]
        if node.attr not in labels:
            name = record_words(whole.type.head)[0]
            if hasattr(record_class(whole.type), node.attr):
                problem = f"`{node.attr}` is no field of `{name}`: methods and properties are not taken in a machine"
                self.refuse(
                    node, problem, f"write a helper function, and call that: {node.attr}({written(node.value)})"
                )
            self.refuse(node, f"`{name}` has no field `{node.attr}`", fields_of(labels))
        return Typed(then(whole.term, _field(whole.type, node.attr)), whole.type.args[labels.index(node.attr)])

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Typed:
        whole = self.expression(node.value, scope)
        index = node.slice
        head = whole.type.head
        if isinstance(index, ast.Slice):
            return self._slice(node, whole, index, scope)
        if head in ("Pair", "Tuple"):
            count = len(whole.type.args)
            place = _number(index)
            if place is None or not -count <= place < count:
                problem = f"the parts of this tuple are 0 to {count - 1}, as a number that is written out"
                self.refuse(index, problem, f"write {operand(node.value)}[0], say")
            return Typed(element(whole.term, whole.type, place % count), whole.type.args[place % count])
        if head == "List":
            at = self.fitting(index, scope, Int, "the index of a list")
            return Typed(applied("item_at", whole.term, at.term), whole.type.args[0])
        if head == "Map":
            at = self.fitting(index, scope, whole.type.args[0], "a key of this map")
            return Typed(applied("value_at", whole.term, at.term), whole.type.args[1])
        if whole.type in (Str, Bytes):
            place = _number(index)
            after = f"{operand(index)} + 1" if place is None else "" if place == -1 else place + 1
            what = "a character of a text" if whole.type is Str else "a byte of bytes"
            instead = f"write {operand(node.value)}[{written(index)}:{after}]"
            self.refuse(node, f"{what} is not taken by its index", instead)
        advice = "there are items in tuples, lists and maps"
        if head == "Maybe":
            advice = f"look first whether it is there: if {written(node.value, 'it')} is not None"
        self.refuse(node, f"{said(whole.type)} has no items", advice)

    def _slice(self, node: ast.Subscript, whole: Typed, slice_: ast.Slice, scope: Scope) -> Typed:
        is_list = whole.type.head == "List"
        if not is_list and whole.type not in (Str, Bytes):
            self.refuse(node, f"{said(whole.type)} has no slices", "there are slices of lists, texts and bytes")
        if slice_.step is not None:
            if is_list and slice_.lower is slice_.upper is None and _number(slice_.step) == -1:
                return Typed(then(whole.term, Primitive("reverse", whole.type.args)), whole.type)
            advice = f"write [{written(node.value)}[i] for i in range(...)]; of a list there is xs[::-1]"
            self.refuse(slice_.step, "a step is not taken in a slice", advice)
        lower = (
            constant(0, Int) if slice_.lower is None else self.fitting(slice_.lower, scope, Int, "the begin of a slice")
        )
        if slice_.upper is None:
            bound, local = scope.binding(whole.type)
            size = "length_list" if is_list else "length" if whole.type is Str else "length_bytes"
            inner = bound.value(local).term
            if slice_.lower is not None:
                lower = self.fitting(slice_.lower, bound, Int, "the begin of a slice")
            made = applied(_SLICES[whole.type.head], inner, lower.term, then(inner, Primitive(size)))
            return Typed(lets([whole.term], made), whole.type)
        upper = self.fitting(slice_.upper, scope, Int, "the end of a slice")
        return Typed(applied(_SLICES[whole.type.head], whole.term, lower.term, upper.term), whole.type)

    # -- texts --------------------------------------------------------------------------------------------

    def _format(self, parts: list[ast.expr], scope: Scope) -> Typed:
        texts: list[Term] = []
        for part in parts:
            if isinstance(part, ast.Constant):
                texts.append(constant(part.value, Str).term)
                continue
            assert isinstance(part, ast.FormattedValue)
            if part.conversion != -1 or part.format_spec is not None:
                advice = f"write {{{written(part.value)}}} alone; there is no {{x:5}} or {{x!r}}"
                self.refuse(part.value, "formats are not taken in an f-string", advice)
            texts.append(self.text(part.value, self.expression(part.value, scope)).term)
        made = texts[0] if texts else constant("", Str).term
        for text in texts[1:]:
            made = applied("concat", made, text)
        return Typed(made, Str)

    def text(self, node: ast.expr, given: Typed) -> Typed:
        """Return the text of a value, as Python's `str` makes it."""
        if given.type is Str:
            return given
        if given.type not in (Int, Bool):
            advice = "give the float itself in the output" if given.type is Float else "make a text of its parts"
            if given.type.head == "Maybe":
                advice = f"look first whether it is there: if {written(node, 'it')} is not None"
            self.refuse(node, f"a text is made of str, int and bool, and this is {said(given.type)}", advice)
        return Typed(then(given.term, Show(given.type)), Str)


def _field(record: Type[Any], label: str) -> Term:
    return Primitive("field", (record, Record(label)))


def _field_of_all(variant: Type[Any], label: str) -> Type[Any] | None:
    """Return the type of a field that all alternatives of a variant have."""
    fields = [dict(zip(record_words(record.head)[1], record.args, strict=True)) for record in variant.args]
    types = {each.get(label) for each in fields}
    return types.pop() if len(types) == 1 else None


_SLICES = {"List": "slice_list", "Str": "slice_text", "Bytes": "slice_bytes"}


def _number(node: ast.expr) -> int | None:
    """Return an integer that is written out."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _attribute_advice(type_: Type[Any], node: ast.Attribute) -> str:
    if type_.head == "Variant":
        return "find out first which one it is, with `match` or `isinstance`"
    if type_.head == "Maybe":
        return f"look first whether it is there: if {written(node.value, 'it')} is not None"
    if type_.head == "Either":
        return "find out first which side it is: match it with `case Left(x)` and `case Right(y)`"
    return "only frozen dataclasses have attributes here"
