"""Mistakes: the small changes near the place of a type error that a person may have meant. Nothing is tried here.

A kind of change is a function from the place to the machines as they would be, likeliest first. Which of them
type is found out in ``repairs``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sm_toolkit.language.checking.solving import Wanted
from sm_toolkit.language.checking.unification import meet
from sm_toolkit.language.data.types import Str, Type, Unit
from sm_toolkit.language.data.values import default_value
from sm_toolkit.language.errors import LimitError, TextError
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Get,
    Id,
    If,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    children,
    with_children,
)
from sm_toolkit.language.text import read_text

NEAR = 6
"""How many parts around the place, and parts that it is in, are looked at for brackets and nesting."""

Path = tuple[int, ...]
Change = tuple[str, Term, Path]
"""What is done, in words; the whole machine after it; the path of what is new."""


@dataclass(frozen=True)
class Spot:
    """The place of an error: a part of a term, what is wanted there and what it gets."""

    term: Term
    wanted: Wanted
    path: Path
    position: int
    subject: str
    wants: Type[Any]
    gets: Type[Any]

    @cached_property
    def ways(self) -> list[Term]:
        """The parts on the path, from the whole to the place."""
        found = [self.term]
        for step in self.path:
            found.append(children(found[-1])[step])
        return found

    @property
    def node(self) -> Term:
        """The part itself."""
        return self.ways[-1]

    @property
    def is_inside(self) -> bool:
        """Tell whether it is the part that is wrong, and not the whole against the types asked of it."""
        return not self.subject.startswith("the machine's")

    @property
    def earlier(self) -> Term | None:
        """The part that comes before it in a composition."""
        whole = self.ways[-2] if self.path else None
        return whole.parts[self.path[-1] - 1] if isinstance(whole, Compose) and self.path[-1] else None

    def with_part(self, depth: int, part: Term) -> Term:
        """Return the whole with another part at the first ``depth`` steps of the path."""
        return with_part(self.term, self.path[:depth], part)

    def with_run(self, words: str, before: int, *parts: Term) -> Change:
        """Return the change that puts parts in the place of the node and of ``before`` parts ahead of it."""
        if not (self.path and isinstance(self.ways[-2], Compose)):
            return words, self.with_part(len(self.path), _chain(parts)), self.path
        whole, at = self.ways[-2].parts, self.path[-1]
        new = _chain((*whole[: at - before], *parts, *whole[at + 1 :]))
        last = len(children(new)) - 1
        path = (*self.path[:-1], min(at - before, last)) if isinstance(new, Compose) else self.path[:-1]
        return words, self.with_part(len(self.path) - 1, new), path


# -- what is tried -----------------------------------------------------------------------------------------------


def _brackets(spot: Spot) -> Iterator[Change]:
    """A choice or a fan-out in the middle of a chain, written without brackets."""
    for depth, whole in _near(spot):
        if not isinstance(whole, Case | Fanout):
            continue
        sign = "|" if isinstance(whole, Case) else "&"
        words = f"`>>` binds tighter than `{sign}` in Python: put brackets around it"
        first, *middle, last = _options(whole)
        ahead, behind = _parts(first), _parts(last)
        cuts = [(i, j) for i in range(min(NEAR, len(ahead))) for j in range(min(NEAR, len(behind))) if i or j]
        # Most likely something stands on both sides, and as little as can be.
        for i, j in sorted(cuts, key=lambda cut: (not (cut[0] and cut[1]), sum(cut))):
            inner = [_chain(ahead[i:]), *middle, _chain(behind[: len(behind) - j])]
            for nested in (_to_left, _to_right)[: 2 if middle and sign == "|" else 1]:
                new = _chain((*ahead[:i], nested(type(whole), inner), *behind[len(behind) - j :]))
                yield words, spot.with_part(depth, new), spot.path[:depth]


def _nested_choices(spot: Spot) -> Iterator[Change]:
    """A choice of three or more, grouped to the left where the input is nested to the right."""
    for depth, whole in _near(spot):
        if isinstance(whole, Case | FanIn) and len(options := _options(whole)) > 2:
            name = "case" if isinstance(whole, Case) else "fan_in"
            words = f"nest the choice to the right, as `{name}(f, g, h)` does"
            if isinstance(whole, Case):
                words = f"`f | g | h` is `(f | g) | h`: {words}"
            yield words, spot.with_part(depth, _to_right(type(whole), options)), spot.path[:depth]


def _other_types(spot: Spot) -> Iterator[Change]:
    """A type that was given to a part, and that does not fit."""
    for before, part in ((0, spot.node), (1, spot.earlier)):
        if isinstance(part, Id | Get | Put | Read | Show) and part.type is not None:
            plain: Term = type(part)()
        elif isinstance(part, Primitive) and part.types and part.name in PRIMITIVES:
            plain = Primitive(part.name)
        else:
            continue
        words = "leave out the type, which is found from what is around"
        yield spot.with_run(words, before, plain, *_last(spot, before))


def _other_constants(spot: Spot) -> Iterator[Change]:
    """A constant of another type, such as a number that was written as a text."""
    if not isinstance(spot.earlier, Const) or spot.wants.has_variables:
        return
    value, words = default_value(spot.wants), "give a constant of that type, one like this"
    if spot.earlier.value.__class__ is str:
        with suppress(TextError, LimitError):
            value, words = read_text(spot.earlier.value, spot.wants), "write the value itself and not its text"
    yield spot.with_run(words, 1, Const(value, spot.wants), spot.node)


def _other_forms(spot: Spot) -> Iterator[Change]:
    """A form that is easily taken for another."""
    node, earlier = spot.node, spot.earlier
    if isinstance(node, Both):
        words = "`*` takes a pair, a half for each; `&` gives both the same input"
        yield spot.with_run(words, 0, Fanout(node.left, node.right))
    above = spot.ways[-2] if spot.path else None
    if isinstance(above, Fanout):
        words = "`&` gives both the whole input; `*` gives each its half of a pair"
        yield words, spot.with_part(len(spot.path) - 1, Both(above.left, above.right)), spot.path[:-1]
    if isinstance(node, FanIn):
        yield spot.with_run("`|` lets the two outputs differ, and keeps the side", 0, Case(node.left, node.right))
    if isinstance(node, Case | FanIn) and spot.gets.head == "Pair":
        words = "`if_` chooses by a Bool, the second half of a pair"
        yield spot.with_run(words, 0, If(node.left, node.right))
    if isinstance(node, If) and spot.gets.head == "Either":
        words = "`fan_in` and `|` choose by the side of the input, `if_` by a Bool"
        yield spot.with_run(words, 0, FanIn(node.then, node.otherwise))
    if isinstance(earlier, Case):
        words = "`|` keeps the side; `fan_in` gives what the chosen machine gives"
        yield spot.with_run(words, 1, _to_right(FanIn, _options(earlier)), node)


def _halves_swapped(spot: Spot) -> Iterator[Change]:
    """The first where the second is meant, or two parts that stand on each other's side."""
    for before, part in ((0, spot.node), (1, spot.earlier)):
        if part is None:
            continue
        if isinstance(part, Primitive) and part.name in _OTHER_HALF:
            other: Term = Primitive(_OTHER_HALF[part.name], part.types[::-1])
            words = f"take `{other!r}` for `{part!r}`"
        elif isinstance(part, First | Second):
            other = (Second if isinstance(part, First) else First)(part.inner)
            words = "`first` works on the first half of a pair, `second` on the second"
        else:
            continue
        yield spot.with_run(words, before, other, *_last(spot, before))
    for depth in reversed(range(len(spot.ways))):
        whole = spot.ways[depth]
        if isinstance(whole, Fanout | Both | Case | FanIn | If):
            left, right = children(whole)
            words = "put the two the other way round"
            yield words, spot.with_part(depth, with_children(whole, (right, left))), spot.path[:depth]
            break
    if isinstance(spot.earlier, Fanout | Both | Case):
        left, right = children(spot.earlier)
        yield spot.with_run("put the two the other way round", 1, with_children(spot.earlier, (right, left)), spot.node)


_OTHER_HALF = {"fst": "snd", "snd": "fst", "inl": "inr", "inr": "inl"}


def _left_out(spot: Spot) -> Iterator[Change]:
    """A `read()` or a `show()` too many, an alternative that is one already."""
    node, earlier = spot.node, spot.earlier
    if (isinstance(earlier, Show | Read) and earlier.type is None) or (
        isinstance(earlier, Primitive) and earlier.name in ("inl", "inr", "copy")
    ):
        yield spot.with_run(f"leave out the `{earlier!r}` before it", 1, node)
    if isinstance(node, Read):
        yield spot.with_run(f"leave out the `{node!r}`, since it is given no text", 0)


def _branches(spot: Spot) -> Iterator[Change]:
    """Two machines that must give one type, and give two."""
    node = spot.node
    if not isinstance(node, FanIn | If) or spot.gets == spot.wants:
        return
    form, left, right = type(node), _parts(children(node)[0]), _parts(children(node)[1])
    shown = [isinstance(side[-1], Show) for side in (left, right)]
    if shown[0] is not shown[1]:
        both = (_chain((*_without_show(side), Show())) for side in (left, right))
        yield spot.with_run("write both as text", 0, form(*both))
        yield spot.with_run("write neither as text", 0, form(*(_chain(_without_show(side)) for side in (left, right))))
    if isinstance(node, If):
        alternatives = (_chain((*left, Primitive("inl"))), _chain((*right, Primitive("inr"))))
        yield spot.with_run("keep the two apart, as a Left and a Right", 0, If(*alternatives))


def _order_of_text_swapped(spot: Spot) -> Iterator[Change]:
    """The same, where one of them is a `read()` or a `show()`."""
    if isinstance(spot.node, Read) or isinstance(spot.earlier, Show):
        yield from _order_swapped(spot)


def _order_swapped(spot: Spot) -> Iterator[Change]:
    """Two parts of a chain that run in the wrong order."""
    both = (spot.node, spot.earlier)
    if spot.earlier is not None and not any(children(part) or isinstance(part, Put) for part in both if part):
        yield spot.with_run("run the two the other way round", 1, spot.node, spot.earlier)


def _put_in(spot: Spot) -> Iterator[Change]:
    """A part that makes what is wanted of what is there, put before."""
    node, wants, gets = spot.node, spot.wants, spot.gets
    if wants is Unit:
        yield spot.with_run(f"it takes no input: drop the {gets} before it", 0, Primitive("consume"), node)
        return
    if gets is Unit and not isinstance(node, Get):
        yield spot.with_run("nothing comes in here: take the state, with `get()`", 0, Get(), node)
    if gets is Str:
        yield spot.with_run("read the text first", 0, Read(), node)
    if wants is Str:
        yield spot.with_run(f"write the {gets} as text first", 0, Show(), node)
    if isinstance(node, If):
        swap = Fanout(Primitive("snd"), Primitive("fst"))
        yield spot.with_run("the condition is the second half of the pair", 0, swap, node)
    if gets.head == "Pair" and not isinstance(node, Put):
        for form, half in ((First, "first"), (Second, "second")):
            yield spot.with_run(f"work on the {half} half of the pair", 0, form(node))
    if gets.head == "Either":
        left, right = Case(node, Id()), Case(Id(), node)
        yield spot.with_run("work on what is Left, and let what is Right pass", 0, left)
        yield spot.with_run("work on what is Right, and let what is Left pass", 0, right)
    for name, record in PRIMITIVES.items():
        if gets is Str or name == "consume":
            continue
        if meet(record.input, gets) is not None and meet(record.output, wants) is not None:
            words = _PUT_IN.get(name, f"put `{Primitive(name)!r}` before it")
            yield spot.with_run(words, 0, Primitive(name), node)


_PUT_IN = {
    "copy": "a pair is made with `copy()`, or with `&`",
    "fst": "take the first half of the pair",
    "snd": "take the second half of the pair",
    "inl": "make it a Left, with `inl()`",
    "inr": "make it a Right, with `inr()`",
}


def _put_after(spot: Spot) -> Iterator[Change]:
    """A part that makes the output that is asked for, put at the end."""
    if spot.subject != "the machine's output":
        return
    wants, gets = spot.wants, spot.gets
    parts = _parts(spot.term)
    after = (len(parts),)
    if isinstance(parts[-1], Show | Read):
        yield f"leave out the `{parts[-1]!r}` at its end", _chain(parts[:-1]), ()
    if wants is Str:
        yield f"write the {gets} as text at the end", _chain((*parts, Show())), after
    if gets is Str:
        yield "read the text at the end", _chain((*parts, Read())), after
    if isinstance(parts[-1], Case):
        words = "`|` keeps the side; `fan_in` gives what the chosen machine gives"
        yield words, _chain((*parts[:-1], _to_right(FanIn, _options(parts[-1])))), ()
    if wants is Unit:
        yield f"drop the {gets} at the end", _chain((*parts, Primitive("consume"))), after
    for name, record in PRIMITIVES.items():
        if name != "consume" and meet(record.input, gets) is not None and meet(record.output, wants) is not None:
            yield f"put `{Primitive(name)!r}` at the end", _chain((*parts, Primitive(name))), after


def _put_before(spot: Spot) -> Iterator[Change]:
    """A `read()` before the whole, which is given a text."""
    if spot.subject == "the machine's input" and spot.wants is Str:
        yield "read the text first", _chain((Read(), spot.term)), (0,)


INSIDE = (
    _brackets,
    _nested_choices,
    _other_types,
    _other_constants,
    _other_forms,
    _halves_swapped,
    _left_out,
    _order_of_text_swapped,
    _branches,
    _put_in,
    _order_swapped,
)
"""What is tried where a part is wrong, likeliest first."""

OUTSIDE = (_brackets, _nested_choices, _put_before, _put_after)
"""What is tried where it is the whole, against the types asked of it."""

CERTAIN = {_brackets, _nested_choices}
"""If one of these helps, nothing else is meant."""

PARTLY = {_other_types, _other_constants, _other_forms, _left_out, _put_in}
"""What is told also if something after it is wrong as well."""

# -- pieces -----------------------------------------------------------------------------------------------------


def _chain(parts: tuple[Term, ...]) -> Term:
    return Compose(parts) if len(parts) > 1 else parts[0] if parts else Id()


def with_part(term: Term, path: Path, part: Term) -> Term:
    """Return a term with another part at a path."""
    ways: list[tuple[Term, int]] = []
    for step in path:
        ways.append((term, step))
        term = children(term)[step]
    for whole, step in reversed(ways):
        parts = children(whole)
        part = with_children(whole, (*parts[:step], part, *parts[step + 1 :]))
    return part


def _near(spot: Spot) -> list[tuple[int, Term]]:
    """Return the last few parts on the way to the place, outermost first, each with its depth."""
    return list(enumerate(spot.ways))[-NEAR:]


def _last(spot: Spot, before: int) -> tuple[Term, ...]:
    """Return what stands after a part that is ``before`` steps ahead of the place, up to the place."""
    return (spot.node,) if before else ()


def _parts(term: Term) -> tuple[Term, ...]:
    return term.parts if isinstance(term, Compose) else (term,)


def _without_show(parts: tuple[Term, ...]) -> tuple[Term, ...]:
    return parts[:-1] if isinstance(parts[-1], Show) else parts


def _options(term: Term) -> list[Term]:
    """Return the machines that ``f | g | h`` joins, as it is written: those of the nested ones on the left too."""
    found: list[Term] = []
    form = type(term)
    while term.__class__ is form:
        left, right = children(term)
        found.append(right)
        term = left
    return [term, *reversed(found)]


def _to_left(form: Any, terms: list[Term]) -> Term:
    whole, *others = terms
    for term in others:
        whole = form(whole, term)
    return whole


def _to_right(form: Any, terms: list[Term]) -> Term:
    *others, whole = terms
    for term in reversed(others):
        whole = form(term, whole)
    return whole
