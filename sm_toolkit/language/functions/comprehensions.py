"""Going through collections: what there is to go through, and what comprehensions make of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.data.types import Int, List, Pair, Type, Unit
from sm_toolkit.language.functions.assigning import unpacked
from sm_toolkit.language.functions.fitting import fitted
from sm_toolkit.language.functions.scopes import (
    UNIT,
    Local,
    Scope,
    Typed,
    applied,
    constant,
    constantly,
    inside,
    lets,
    then,
)
from sm_toolkit.language.functions.translating import Condition, Translator
from sm_toolkit.language.functions.words import said, written
from sm_toolkit.language.syntax.terms import Fanout, Fold, Id, If, Primitive, Term


@dataclass(frozen=True)
class Going:
    """What is gone through: a list, made inside of some bindings, and what each of its items stands for.

    ``items`` gives, in a scope in which an item is bound, the values that the loop's target takes.
    """

    bound: list[Term]
    scope: Scope
    list: Typed
    item: Type[Any]
    of: Callable[[Scope, Local], Typed]


def going(t: Translator, node: ast.expr, scope: Scope) -> Going:
    """Return what a loop goes through."""
    if isinstance(node, ast.Call):
        made = _called(t, node, scope)
        if made is not None:
            return made
    given = t.expression(node, scope)
    if given.type.head == "Map":
        keys = given.type.args[0]
        return _plain(scope, Typed(then(given.term, Primitive("keys", given.type.args)), List(keys)))
    if given.type.head != "List":
        t.refuse(
            node, f"only lists and maps are gone through, and this is {said(given.type)}", _instead(node, given.type)
        )
    return _plain(scope, given)


def _instead(node: ast.expr, type_: Type[Any]) -> str:
    if type_ is Int:
        return f"write range({written(node)})"
    if type_.head == "Str":
        text = written(node, "text")
        return f"go through its places: for i in range(len({text})), and take {text}[i:i + 1]"
    if type_.head == "Maybe":
        return f"look first whether it is there: if {written(node, 'it')} is not None"
    return "go through a list, a map, range(n), enumerate(xs), zip(xs, ys) or reversed(xs)"


def _plain(scope: Scope, given: Typed) -> Going:
    return Going([], scope, given, given.type.args[0], lambda inner, item: inner.value(item))


def _called(t: Translator, node: ast.Call, scope: Scope) -> Going | None:
    """Return what a call gives that is there to be gone through: range, enumerate, zip, reversed, items, …"""
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "values", "items") and not node.args:
        whole = t.expression(node.func.value, scope)
        if whole.type.head != "Map":
            return None
        key, value = whole.type.args
        name, of = {
            "keys": ("keys", key),
            "values": ("values_map", value),
            "items": ("items", Pair(key, value)),
        }[node.func.attr]
        return _plain(scope, Typed(then(whole.term, Primitive(name, whole.type.args)), List(of)))
    if not isinstance(node.func, ast.Name) or node.func.id in t.assigned:
        return None
    maker = {range: _range, enumerate: _enumerate, zip: _zip, reversed: _reversed}.get(t.names.look_up(node.func.id))
    if maker is None:
        return None
    if node.keywords and maker is not _enumerate:
        t.refuse(node, f"`{node.func.id}` takes no names here", "leave the name out")
    return maker(t, node, scope)


def _range(t: Translator, node: ast.Call, scope: Scope) -> Going:
    if not 1 <= len(node.args) <= 3:
        t.refuse(node, "`range` takes one to three ints", "write range(n), range(a, b) or range(a, b, step)")
    numbers = [t.fitting(each, scope, Int, "an end of a range") for each in node.args]
    if len(numbers) < 3:
        start = numbers[0] if len(numbers) == 2 else constant(0, Int)
        return _plain(scope, Typed(applied("range_", start.term, numbers[-1].term), List(Int)))
    step = _literal(node.args[2])
    if step is None or step == 0:
        t.refuse(node.args[2], "the step of a range is a number other than 0, written out", "write 2 or -1, say")
    first, begin = scope.binding(Int)
    stop = t.fitting(node.args[1], first, Int, "an end of a range").term
    second, end = first.binding(Int)
    # There are (stop - start + step - 1) // step of them, or as much of the opposite direction.
    one, other = (end, begin) if step > 0 else (begin, end)
    span = applied("sub", second.value(one).term, second.value(other).term)
    count = applied("div", applied("add", span, constant(abs(step) - 1, Int).term), constant(abs(step), Int).term)
    numbers_ = Typed(applied("range_", constant(0, Int).term, count), List(Int))

    def of(inner: Scope, item: Local) -> Typed:
        moved = applied("mul", inner.value(item).term, constant(step, Int).term)
        return Typed(applied("add", inner.value(begin).term, moved), Int)

    return Going([numbers[0].term, stop], second, numbers_, Int, of)


def _literal(node: ast.expr) -> int | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if value.__class__ is int else None


def _list_of(t: Translator, node: ast.expr, scope: Scope) -> tuple[list[Term], Scope, Local]:
    """Return a list that is bound: what binds it, the scope, and where it is."""
    inside_ = going(t, node, scope)
    given = t.expression(ast.copy_location(_as_list(node), node), scope) if inside_.bound else inside_.list
    after, local = scope.binding(given.type)
    return [given.term], after, local


def _as_list(node: ast.expr) -> ast.expr:
    name = ast.copy_location(ast.Name("_item", ast.Load()), node)
    target = ast.copy_location(ast.Name("_item", ast.Store()), node)
    return ast.ListComp(name, [ast.comprehension(target, node, [], 0)])


def _enumerate(t: Translator, node: ast.Call, scope: Scope) -> Going:
    starts = [keyword.value for keyword in node.keywords if keyword.arg == "start"] + node.args[1:]
    if not node.args or len(starts) > 1 or len(starts) < len(node.keywords) + len(node.args) - 1:
        t.refuse(node, "`enumerate` takes a list and a start", "write enumerate(xs) or enumerate(xs, 1)")
    bound, after, xs = _list_of(t, node.args[0], scope)
    start = None
    if starts:
        first = t.fitting(starts[0], after, Int, "the start")
        after, start = after.binding(Int)
        bound.append(first.term)
    size = then(after.value(xs).term, Primitive("length_list"))
    places = Typed(applied("range_", constant(0, Int).term, size), List(Int))
    of = xs.type.args[0]

    def item(inner: Scope, at: Local) -> Typed:
        place = inner.value(at).term
        number = place if start is None else applied("add", inner.value(start).term, place)
        return Typed(Fanout(number, applied("item_at", inner.value(xs).term, place)), Pair(Int, of))

    return Going(bound, after, places, Int, item)


def _zip(t: Translator, node: ast.Call, scope: Scope) -> Going:
    if len(node.args) != 2:
        t.refuse(node, "`zip` takes two lists here", "write zip(xs, ys)")
    bound, after, xs = _list_of(t, node.args[0], scope)
    more, after, ys = _list_of(t, node.args[1], after)
    sizes = [then(after.value(each).term, Primitive("length_list")) for each in (xs, ys)]
    count = applied("minimum", *sizes)
    places = Typed(applied("range_", constant(0, Int).term, count), List(Int))

    def item(inner: Scope, at: Local) -> Typed:
        place = inner.value(at).term
        both = [applied("item_at", inner.value(each).term, place) for each in (xs, ys)]
        return Typed(Fanout(*both), Pair(xs.type.args[0], ys.type.args[0]))

    return Going([*bound, *more], after, places, Int, item)


def _reversed(t: Translator, node: ast.Call, scope: Scope) -> Going:
    if len(node.args) != 1:
        t.refuse(node, "`reversed` takes a list", "write reversed(xs)")
    bound, _, xs = _list_of(t, node.args[0], scope)
    turned = then(bound[0], Primitive("reverse", xs.type.args))
    return _plain(scope, Typed(turned, xs.type))


# -- comprehensions ---------------------------------------------------------------------------------------


def comprehended(
    t: Translator, node: ast.ListComp | ast.DictComp | ast.GeneratorExp, scope: Scope, want: Type[Any] | None
) -> Typed:
    """Return the list or the map that a comprehension makes."""
    if isinstance(node, ast.GeneratorExp):
        t.refuse(node, "a generator is no value here", "write a list: [... for ... in ...]")
    if isinstance(node, ast.DictComp):
        types = want.args if want is not None and want.head == "Map" else (None, None)
        parts = zip((node.key, node.value), types, strict=True)
        of, at = (_type_within(t, node, scope, part, wanted) for part, wanted in parts)
        type_ = t.map_type(node, of, at)

        def insert(inner: Scope, so_far: Local) -> Term:
            key = t.fitting(node.key, inner, of, "a key")
            value = t.fitting(node.value, inner, at, "a value")
            return applied("insert", inner.value(so_far).term, key.term, value.term)

        return folded(t, node.generators, scope, type_, lambda _: Primitive("empty_map", (of, at)), insert)
    wanted = want.args[0] if want is not None and want.head == "List" else None
    item = _type_within(t, node, scope, node.elt, wanted)

    def append(inner: Scope, so_far: Local) -> Term:
        value = t.fitting(node.elt, inner, item, "an item")
        return applied("append", inner.value(so_far).term, value.term)

    return folded(t, node.generators, scope, List(item), lambda _: Primitive("empty_list", (item,)), append)


def _type_within(
    t: Translator, node: ast.ListComp | ast.DictComp, scope: Scope, part: ast.expr, want: Type[Any] | None
) -> Type[Any]:
    """Return the type of what a comprehension makes of each item."""
    found: list[Type[Any]] = []

    def look(inner: Scope, so_far: Local) -> Term:
        given = t.expression(part, inner, want)
        found.append(given.type if want is None or fitted(given, want) is None else want)
        return inner.value(so_far).term

    folded(t, node.generators, scope, Unit, lambda _: UNIT.term, look)
    return found[0]


def folded(
    t: Translator,
    generators: Sequence[ast.comprehension],
    scope: Scope,
    type_: Type[Any],
    start: Callable[[Scope], Term],
    step: Callable[[Scope, Local], Term],
    stops: bool | None = None,
) -> Typed:
    """Return what comes of going through the items of some generators, one inside the other.

    ``step`` gives, in a scope in which the targets are bound, what comes after what there is so far. If that is a Bool,
    nothing more is done once it is ``stops``.
    """
    first, *others = generators
    if first.is_async:
        t.refuse(first.iter, "`async for` is not taken in a machine", "a step waits for nothing; write `for`")
    to = going(t, first.iter, scope)
    outer, both = to.scope.binding(Pair(type_, to.item))
    inner, so_far = outer.binding(type_)
    bound = [then(outer.value(both).term, Primitive("fst")), then(inner.value(both).term, Primitive("snd"))]
    inner, item = inner.binding(to.item)
    terms, inner = unpacked(t, first.target, to.of(inner, item), inner)
    tests: list[Condition] = []
    for each in first.ifs:
        tests.append(t.condition(each, inner))
        inner = tests[-1].if_true
    if others:
        made = folded(t, others, inner, type_, lambda within: within.value(so_far).term, step, stops).term
    else:
        made = step(inner, so_far)
    for test in reversed(tests):
        made = test.choose(constantly(made), constantly(test.if_false.value(so_far).term))()
    made = lets([*bound, *terms], made)
    if stops is not None:
        known = then(outer.value(both).term, Primitive("fst"))
        sides = (known, made) if stops else (made, known)
        made = then(Fanout(Id(), known), If(*sides))
    made = then(Fanout(start(to.scope), to.list.term), Fold(inside(made)))
    return Typed(lets(to.bound, made), type_)
