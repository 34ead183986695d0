"""Expressions are recognised."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import Bool, Int, Str, Type, Unit, is_record_head, record_words
from sm_toolkit.language.functions.conditions import is_harmless
from sm_toolkit.language.functions.fitting import joined
from sm_toolkit.language.functions.printing.bindings import bound_value, comparisons
from sm_toolkit.language.functions.printing.choices import choice_of, negated
from sm_toolkit.language.functions.printing.going import collected, gone_through
from sm_toolkit.language.functions.printing.naming import call, name
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of
from sm_toolkit.language.functions.printing.recognising import (
    Recogniser,
    Scope,
    UnrecognisedError,
    UntypedError,
    is_constant,
    is_primitives,
    label_in,
    nested,
    operands,
    path_steps,
    unfitted,
)
from sm_toolkit.language.functions.printing.spelling import (
    ARITY,
    COMPARISONS,
    GOES_THROUGH,
    binary,
    method,
    spelled,
    subscript,
)
from sm_toolkit.language.functions.translating import some
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.terms import Const, FanIn, Fanout, Fold, If, Let, Primitive, Show, Variable


class Values(Recogniser):
    """A recogniser, as far as expressions go."""

    def value(self, chain: Chain, scope: Scope, hint: Type[Any] | None = None) -> ast.expr:
        """Return the expression of some parts."""
        if not chain:
            raise UnrecognisedError("nothing is there")
        last = chain[-1]
        if len(chain) == 1 and last.is_primitive("nothing") and hint is last.output:
            return ast.Constant(None)
        match last.term:
            case Variable(index) if len(chain) == 1:
                known = scope[len(scope) - 1 - index]
                if known is None:
                    raise UnrecognisedError("it has no name")
                return name(known)
            case Const() if len(chain) == 1:
                return self.constant(last, hint)
            case Let() if len(chain) == 1:
                return bound_value(self, last, scope, hint)
            case Fanout() if len(chain) == 1:
                return self._tuple([chain_of(part) for part in last.parts], scope, some(hint))
            case Show(type_) if type_ in (Int, Bool):
                return call("str", self.value(chain[:-1], scope))
            case If() | FanIn():
                return self._chosen(chain, scope, hint)
            case Fold():
                return collected(self, chain, scope, some(hint))
            case Primitive(label):
                return self._primitive(label, chain, scope, some(hint))
        raise UnrecognisedError(f"a part like this is none of a function: {type(last.term).__name__}")

    def _tuple(self, parts: list[Chain], scope: Scope, hint: Type[Any] | None) -> ast.expr:
        wants: tuple[Type[Any] | None, ...] = (None,) * len(parts)
        if hint is not None and hint.head in ("Pair", "Tuple") and len(hint.args) == len(parts):
            wants = hint.args
        made = [self.wanted(part, scope, want) for part, want in zip(parts, wants, strict=True)]
        return ast.Tuple(made, ast.Load())

    # -- choices ------------------------------------------------------------------------------------------

    def _chosen(self, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
        common = self._common_field(chain, scope)
        if common is not None:
            return common
        row = self._row(chain, scope)
        if row is not None:
            return row
        type_ = chain[-1].output
        found = self._found(chain, scope)
        if found is not None:
            return found
        choice = choice_of(self, chain, scope)
        if choice is None:
            raise UnrecognisedError("this choice is none of two")
        if type_ is Bool and not choice.is_plain:
            if is_constant(choice.yes, True) and is_constant(choice.no, False):
                return choice.test
            if is_constant(choice.yes, False) and is_constant(choice.no, True):
                return negated(choice.test)
        types = [unfitted(each, type_)[-1].output for each in (choice.yes, choice.no)]
        if not _is_common(type_, types, hint):
            raise UntypedError("the sides have another type in common")
        one = self.fitted(choice.yes, choice.yes_scope, type_, hint)
        beside = hint or types[0]
        return ast.IfExp(choice.test, one, self.fitted(choice.no, choice.no_scope, type_, beside))

    def _common_field(self, chain: Chain, scope: Scope) -> ast.expr | None:
        """Return a field that all alternatives of a variant have."""
        if len(chain) < 2 or not chain[-2].is_primitive("split"):
            return None
        labels: set[str] = set()
        node = chain[-1]
        for _ in chain[-2].input.args[1:]:
            if not isinstance(node.term, FanIn) or not node.parts[0].is_primitive("field"):
                return None
            labels.add(label_in(node.parts[0]))
            node = node.parts[1]
        if not node.is_primitive("field") or labels != {label_in(node)}:
            return None
        return ast.Attribute(self.value(chain[:-2], scope), label_in(node), ast.Load())

    def _row(self, chain: Chain, scope: Scope) -> ast.expr | None:
        """Return `and` or `or` of two tests of which the second waits for the first."""
        last = chain[-1]
        if len(chain) != 2 or not isinstance(last.term, If) or not isinstance(chain[0].term, Fanout):
            return None
        yes, no = map(chain_of, last.parts)
        if isinstance(yes[0].term, Let) and (made := self._compared_in_a_row(chain, scope)) is not None:
            return made
        for waiting, ended, truth, operator in ((0, no, False, ast.And()), (1, yes, True, ast.Or())):
            if is_constant(ended, truth) and not is_harmless(last.parts[waiting].term):
                both = (chain_of(chain[0].parts[1]), chain_of(last.parts[waiting]))
                return in_a_row(operator, *(self.value(each, scope) for each in both))
        return None

    def _found(self, chain: Chain, scope: Scope) -> ast.expr | None:
        """Return where a text is in another one."""
        if len(chain) < 2 or not chain[-2].is_primitive("find") or not isinstance(chain[-1].term, FanIn):
            return None
        missing, there = chain[-1].parts
        if not is_constant(chain_of(missing), -1) or not there.is_identity:
            return None
        text, part = operands(chain[:-2], 2)
        return method(self.value(text, scope), "find", self.fitted(part, scope, Str))

    # -- primitives ---------------------------------------------------------------------------------------

    def _primitive(self, label: str, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
        given = chain[:-1]
        node = chain[-1]
        if label in ("fst", "snd"):
            return self._part(chain, scope)
        if label in ("append", "empty_list", "concat_lists"):
            return self._list(chain, scope, hint)
        if label in ("insert", "empty_map"):
            return self._map(chain, scope, hint)
        if label in ("nothing", "just", "inject"):
            raise UntypedError("what is missing is of no known type")
        if label in ("inl", "inr"):
            if hint is not node.output:
                raise UntypedError("the other side is of no known type")
            self.program.imports.add("Left" if label == "inl" else "Right")
            part = node.output.args[label == "inr"]
            return call("Left" if label == "inl" else "Right", self.fitted(given, scope, part))
        if label in ("to_tuple", "construct", "field", "update"):
            return self._shape(label, chain, scope, hint)
        if label in COMPARISONS:
            return self._compared(label, operands(given, 2), scope)
        if label == "repeat" and len(given) == 2 and given[1].is_primitive("swap"):
            number, text = operands(given[:1], 2)
            return spelled(label, [self.value(number, scope), self.value(text, scope)])
        if label in ARITY:
            return self._spelled(label, chain, operands(given, ARITY[label]), scope, hint)
        if label in PRIMITIVES:
            self.program.imports.add(label)
            record = PRIMITIVES[label]
            maker = call(label) if record.variables else name(label)
            if label == "fail":
                maker = call(label, self.program.type(node.output))
            return call(maker, self.value(given, scope))
        raise UnrecognisedError(f"`{label}` is nothing that a function does by itself")

    def _compared_in_a_row(self, chain: Chain, scope: Scope) -> ast.expr | None:
        try:
            return comparisons(self, [], chain, scope)
        except UnrecognisedError:
            return None

    def _spelled(self, label: str, chain: Chain, given: list[Chain], scope: Scope, hint: Type[Any] | None) -> ast.expr:
        if label == "and_" and isinstance(given[1][0].term, Let):
            made = self._compared_in_a_row(chain, scope)
            if made is not None:
                return made
        if label in ("and_", "or_"):
            both = [self.value(each, scope) for each in given]
            return in_a_row(ast.And() if label == "and_" else ast.Or(), *both)
        if label == "not_":
            return negated_value(self.value(given[0], scope))
        if label == "merge_maps":
            left, right = given
            both = [self.value(left, scope, hint), self.value(right, scope, left[-1].output)]
            if isinstance(both[1], ast.Dict) and None not in both[1].keys:
                return ast.Dict([None, None], both)  # `|` with what is written out puts its entries in one by one
            return spelled(label, both)
        if label in GOES_THROUGH or label == "range_":
            node = gone_through_node(label, given, scope, self)
            return call("list", node)
        values = [self.value(given[0], scope)]
        wants: tuple[Type[Any] | None, ...] = (None,) * (len(given) - 1)
        if label in ("item_at", "slice_list", "slice_text", "slice_bytes"):
            wants = (Int,) * (len(given) - 1)
        elif label in ("value_at", "get_key"):
            wants = (given[0][-1].output.args[0],)
        elif label in ("starts_with", "ends_with", "replace"):
            wants = (Str,) * (len(given) - 1)
        values += [self.wanted(each, scope, want) for each, want in zip(given[1:], wants, strict=True)]
        if label in ("minimum", "maximum"):
            first = values[0]
            same = isinstance(first, ast.Call) and isinstance(first.func, ast.Name)
            if same and first.func.id == ("min" if label == "minimum" else "max") and len(first.args) > 1:  # type: ignore[attr-defined]
                values = [*first.args, *values[1:]]  # type: ignore[attr-defined]
        if label in ("neg", "neg_float") and isinstance(given[0][0].term, Const) and len(given[0]) == 1:
            raise UnrecognisedError("the sign of a constant is a part of it")
        return spelled(label, values)

    def _compared(self, label: str, given: list[Chain], scope: Scope) -> ast.expr:
        node = given[0][-1]
        type_ = node.output
        left, right = (unfitted(each, type_) for each in given)
        try:
            one = self.value(left, scope)
        except UntypedError:
            one = ast.List([], ast.Load())
        if isinstance(one, ast.List | ast.Dict | ast.Constant | ast.Call):
            one = self.value(left, scope, right[-1].output)
        return ast.Compare(one, [COMPARISONS[label]()], [self.value(right, scope, left[-1].output)])

    # -- tuples and records -------------------------------------------------------------------------------

    def _part(self, chain: Chain, scope: Scope) -> ast.expr:
        """Return a part of a tuple: of a pair by its halves, of more by the way to it."""
        for start in range(len(chain)):
            if chain[start].is_primitive("from_tuple"):
                count = len(chain[start].input.args)
                for index in range(count):
                    if is_primitives(chain[start + 1 :], *path_steps(index, count)):
                        return subscript(self.value(chain[:start], scope), ast.Constant(index))
        return subscript(self.value(chain[:-1], scope), ast.Constant(int(chain[-1].is_primitive("snd"))))

    def _shape(self, label: str, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
        given, node = chain[:-1], chain[-1]
        if label == "to_tuple":
            return self._tuple(nested(given, len(node.output.args)), scope, hint)
        if label == "field":
            return ast.Attribute(self.value(given, scope), label_in(node), ast.Load())
        type_ = node.output
        self.program.type(type_)
        head, labels = record_words(type_.head)
        if label == "construct":
            parts = nested(given, len(labels)) if labels else []
            values = [self.fitted(part, scope, of) for part, of in zip(parts, type_.args, strict=True)]
            return call(head, *values)
        record, value = operands(given, 2)
        of = type_.args[labels.index(label_in(node))]
        self.program.imports.add("replace")
        keyword = ast.keyword(label_in(node), self.fitted(value, scope, of))
        return ast.Call(name("replace"), [self.value(record, scope)], [keyword])

    # -- lists and maps -----------------------------------------------------------------------------------

    def _list(self, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
        type_ = chain[-1].output
        (of,) = type_.args
        pieces: list[tuple[bool, Chain]] = []
        current = chain
        while not current[-1].is_primitive("empty_list"):
            if current[-1].is_primitive("append"):
                current, item = operands(current[:-1], 2)
                pieces.append((False, item))
            elif current[-1].is_primitive("concat_lists") and pieces:
                current, item = operands(current[:-1], 2)
                pieces.append((True, item))
            else:
                pieces.append((True, current))
                break
        pieces.reverse()
        if pieces == [(True, chain)]:
            left, right = (unfitted(each, type_) for each in operands(chain[:-1], 2))
            return binary(ast.Add(), self.value(left, scope, hint), self.value(right, scope, left[-1].output))
        known = hint.args[0] if hint is not None and hint.head == "List" else None
        if not pieces and known is not of:
            raise UntypedError("nothing tells of what this empty list is")
        made: list[ast.expr] = []
        for is_star, part in pieces:
            if is_star:
                inner = unfitted(part, type_)
                made.append(ast.Starred(self.value(inner, scope, hint), ast.Load()))
                known = known or inner[-1].output.args[0]
            else:
                inner = unfitted(part, of)
                made.append(self.value(inner, scope, known))
                known = known or inner[-1].output
        return ast.List(made, ast.Load())

    def _map(self, chain: Chain, scope: Scope, hint: Type[Any] | None) -> ast.expr:
        type_ = chain[-1].output
        of, at = type_.args
        pieces: list[tuple[Chain | None, Chain]] = []
        current = chain
        while not current[-1].is_primitive("empty_map"):
            if current[-1].is_primitive("insert"):
                current, key, value = operands(current[:-1], 3)
                pieces.append((key, value))
            else:
                pieces.append((None, current))
                break
        pieces.reverse()
        known: list[Type[Any] | None] = [None, None]
        if hint is not None and hint.head == "Map":
            known = [*hint.args]
        if not pieces and hint is not type_:
            raise UntypedError("nothing tells of what this empty map is")
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for place, value in pieces:
            if place is None:
                inner = unfitted(value, type_)
                keys.append(None)
                values.append(self.value(inner, scope, hint))
                known = [one or other for one, other in zip(known, inner[-1].output.args, strict=True)]
            else:
                both = unfitted(place, of), unfitted(value, at)
                keys.append(self.value(both[0], scope, known[0]))
                values.append(self.value(both[1], scope, known[1]))
                known = [one or other[-1].output for one, other in zip(known, both, strict=True)]
        return ast.Dict(keys, values)


def _is_common(type_: Type[Any], types: list[Type[Any]], hint: Type[Any] | None) -> bool:
    """Tell whether the sides of a choice have a type in common, where another one may be wanted."""
    if hint is not None and hint.head == "Maybe":
        types = [hint if each is Unit else each for each in types]
    found = joined(*types)
    if hint is type_ and (found is None or found.head == "Variant"):
        return True
    return found is type_


def gone_through_node(label: str, given: list[Chain], scope: Scope, t: Recogniser) -> ast.expr:
    """Return what is gone through, as a loop names it."""
    return gone_through(t, label, given, scope)


def in_a_row(operator: ast.boolop, one: ast.expr, other: ast.expr) -> ast.expr:
    """Return `and` or `or` of two tests, without brackets where the first is one itself."""
    if isinstance(one, ast.BoolOp) and type(one.op) is type(operator):
        return ast.BoolOp(operator, [*one.values, other])
    return ast.BoolOp(operator, [one, other])


def negated_value(value: ast.expr) -> ast.expr:
    """Return the opposite of a Bool, as a value."""
    if isinstance(value, ast.Compare) and isinstance(value.ops[0], ast.In):
        return ast.Compare(value.left, [ast.NotIn()], value.comparators)
    return ast.UnaryOp(ast.Not(), value)


__all__ = ["Node", "Values", "is_record_head"]
