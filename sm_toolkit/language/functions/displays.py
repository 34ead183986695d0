"""Tuples, lists and maps that are written out: `(a, b)`, `[a, *bs]`, `{a: b, **cs}`."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.types import List, Map, Pair, Tuple, Type, misfit
from sm_toolkit.language.functions.fitting import fitted, gathered, joined
from sm_toolkit.language.functions.scopes import UNIT, Scope, Typed, applied
from sm_toolkit.language.functions.translating import Translator
from sm_toolkit.language.functions.words import KEYS, conversion, operand, said
from sm_toolkit.language.syntax.terms import Primitive, Term


class Displays(Translator):
    """A translator, as far as these go."""

    def _tuple(self, node: ast.expr, parts: list[ast.expr], scope: Scope, want: Type[Any] | None) -> Typed:
        if any(isinstance(part, ast.Starred) for part in parts):
            star = next(part for part in parts if isinstance(part, ast.Starred))
            whole = operand(star.value)
            self.refuse(star, "a star in a tuple is not taken in a machine", f"write its parts: {whole}[0], {whole}[1]")
        if len(parts) < 2:
            self.refuse(node, "a tuple has two parts or more here", "write None for no value, x for one")
        wanted: tuple[Type[Any] | None, ...] = (None,) * len(parts)
        if want is not None and want.head in ("Pair", "Tuple") and len(want.args) == len(parts):
            wanted = want.args
        made = []
        for part, type_ in zip(parts, wanted, strict=True):
            given = self.expression(part, scope, type_)
            made.append((type_ and fitted(given, type_)) or given)
        types = [each.type for each in made]
        type_ = Pair(*types) if len(types) == 2 else Tuple(*types)
        return Typed(gathered([each.term for each in made], type_), type_)

    def _list(self, node: ast.expr, parts: list[ast.expr], scope: Scope, want: Type[Any] | None) -> Typed:
        of = want.args[0] if want is not None and want.head == "List" else None
        pieces: list[tuple[bool, ast.expr, Typed]] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                given = self.expression(part.value, scope, want)
                if given.type.head != "List":
                    problem = f"the star in a list takes a list, and this is {said(given.type)}"
                    self.refuse(part, problem, "write its items")
                pieces.append((True, part, given))
                of = self._common(part, of, given.type.args[0])
            else:
                given = self.expression(part, scope, of)
                pieces.append((False, part, given))
                of = self._common(part, of, given.type)
        if of is None:
            self.refuse(node, "nothing tells what is in this empty list", "annotate it: xs: list[int] = []")
        type_ = List(of)
        made: Term | None = None
        for is_star, part, given in pieces:
            if is_star:
                whole = self.fit(part, given, type_, "this list").term
                made = whole if made is None else applied("concat_lists", made, whole)
            else:
                item = self.fit(part, given, of, "an item of this list").term
                made = applied("append", Primitive("empty_list", (of,)) if made is None else made, item)
        return Typed(made or Primitive("empty_list", (of,)), type_)

    def _common(self, node: ast.expr, known: Type[Any] | None, given: Type[Any]) -> Type[Any]:
        if known is None:
            return given
        type_ = known if fitted(Typed(UNIT.term, given), known) is not None else joined(known, given)
        if type_ is None:
            problem = (
                f"a list or a map holds values of one type: the others are {said(known)}, and this is {said(given)}"
            )
            self.refuse(node, problem, conversion(given, known, node))
        return type_

    def _map(self, node: ast.Dict, scope: Scope, want: Type[Any] | None) -> Typed:
        of, at = want.args if want is not None and want.head == "Map" else (None, None)
        pieces: list[tuple[ast.expr, Typed, Typed | None]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                given = self.expression(value, scope, want)
                if given.type.head != "Map":
                    self.refuse(value, f"`**` takes a map here, and this is {said(given.type)}", "write its keys")
                pieces.append((value, given, None))
                of, at = self._common(value, of, given.type.args[0]), self._common(value, at, given.type.args[1])
            else:
                one, other = self.expression(key, scope, of), self.expression(value, scope, at)
                pieces.append((key, one, other))
                of, at = self._common(key, of, one.type), self._common(value, at, other.type)
        if of is None or at is None:
            self.refuse(node, "nothing tells what is in this empty map", "annotate it: m: dict[str, int] = {}")
        type_ = self.map_type(node, of, at)
        made: Term | None = None
        for place, one, other_ in pieces:
            if other_ is None:
                whole = self.fit(place, one, type_, "this map").term
                made = whole if made is None else applied("merge_maps", made, whole)
            else:
                start = Primitive("empty_map", (of, at)) if made is None else made
                key_, value_ = self.fit(place, one, of, "a key").term, self.fit(place, other_, at, "a value").term
                made = applied("insert", start, key_, value_)
        return Typed(made or Primitive("empty_map", (of, at)), type_)

    def map_type(self, node: ast.expr, of: Type[Any], at: Type[Any]) -> Type[Any]:
        """Return the type of maps with such keys."""
        made: Type[Any] = Type("Map", (of, at))
        if misfit(made) is not None:
            keys = [each for each in getattr(node, "keys", []) if each is not None] or [getattr(node, "key", node)]
            self.refuse(keys[0], f"{said(of)} cannot be the key of a map", KEYS)
        return Map(of, at)
