"""Types and terms read from the text form: what the Haskell original derives ``Read`` for.

The constructors are those of ``Ty_`` and ``U`` in *hot-swapping-state-machines2* (stevana, on GitHub). Nothing
recurses on the Python stack. ``show_printing`` writes what this module reads.

The form is smaller than the language, and reading and printing go by these rules:

- ``ComposeU g f`` applies ``f`` first. A chain has no brackets in the language, so those of the text are
  forgotten; printing puts them where the original's ``f .>> g .>> h`` has them.
- ``BoolU b`` takes any input: it is ``consume() >> const(b)``, and both that and ``const(b)`` print as it.
- ``f * g`` prints as ``ComposeU (SecondU g) (FirstU f)``.
- A type that a ``read`` or a ``show`` works on has to be known; types given to other forms are left out.
- ``inl``, ``inr``, ``fan_in`` and constants other than Int and Bool have no form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.edges.show_tokens import Cursor
from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Str, Type, Unit
from sm_toolkit.language.errors import LimitError
from sm_toolkit.language.syntax.terms import (
    Case,
    Compose,
    Const,
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
)

TYPE, TERM, INT, BOOL = "a type", "a machine", "an integer", "`True` or `False`"
"""The sorts of things that a constructor takes, as an error names them."""

FANOUT = "(:.&&)"
"""The one operator. It was declared in brackets, so ``Show`` writes it so and not between its arguments.

Between two machines it is understood too, grouping to the right, as Haskell source has it.
"""


@dataclass(frozen=True, eq=False, repr=False)
class _Chain:
    """A composition being read: flattened once it is whole, so that a long one costs no more than its length."""

    second: Any
    first: Any


@dataclass(frozen=True)
class _Constructor:
    name: str
    takes: tuple[str, ...]
    make: Callable[..., Any]


def _constructors(*rows: tuple[str, tuple[str, ...], Callable[..., Any]]) -> dict[str, _Constructor]:
    return {row[0]: _Constructor(*row) for row in rows}


_TYPES = _constructors(
    ("UTUnit", (), lambda: Unit),
    ("UTInt", (), lambda: Int),
    ("UTBool", (), lambda: Bool),
    ("UTString", (), lambda: Str),
    ("UTPair", (TYPE, TYPE), Pair),
    ("UTEither", (TYPE, TYPE), Either),
)
_TERMS = _constructors(
    ("IdU", (), Id),
    ("ComposeU", (TERM, TERM), _Chain),
    ("FstU", (), lambda: Primitive("fst")),
    ("SndU", (), lambda: Primitive("snd")),
    ("IntU", (INT,), lambda value: Const(value, Int)),
    ("CopyU", (), lambda: Primitive("copy")),
    ("FirstU", (TERM,), First),
    ("SecondU", (TERM,), Second),
    ("CaseU", (TERM, TERM), Case),
    (FANOUT, (TERM, TERM), Fanout),
    ("IncrU", (), lambda: Primitive("incr")),
    ("DecrU", (), lambda: Primitive("decr")),
    ("ConsumeU", (), lambda: Primitive("consume")),
    ("GetU", (), Get),
    ("PutU", (), Put),
    ("IfU", (TERM, TERM), If),
    ("BoolU", (BOOL,), lambda value: Compose((Primitive("consume"), Const(value, Bool)))),
    ("NotU", (), lambda: Primitive("not_")),
    ("ReadU", (TYPE,), Read),
    ("ShowU", (TYPE,), Show),
)
_BOOLS = _constructors(("False", (), lambda: False), ("True", (), lambda: True))
_BY_SORT = {TYPE: _TYPES, TERM: _TERMS, BOOL: _BOOLS, INT: {}}


@dataclass
class _Bracket:
    """An open bracket, and the sort of what is in it."""

    sort: str


@dataclass
class _Applied:
    """A constructor whose arguments are being read."""

    constructor: _Constructor
    arguments: list[Any] = field(default_factory=list)


@dataclass
class _Left:
    """The left side of an operator whose right side is being read."""

    term: Any


def read_type(cursor: Cursor) -> Type[Any]:
    """Read a type and go past it.

    >>> print(read_type(Cursor("UTPair UTInt (UTEither UTUnit UTBool)", "text")))
    (Int, Either[Unit, Bool])

    Raises:
        ShowFormError: there is none, or it has more than ``type_nodes``.
    """
    type_: Type[Any] = _read(cursor, TYPE)
    return type_


def read_term(cursor: Cursor) -> Term:
    """Read a term and go past it.

    >>> read_term(Cursor("ComposeU PutU ((:.&&) (IntU (-1)) (BoolU False))", "text"))
    (const(-1) & consume() >> const(False)) >> put()

    Raises:
        ShowFormError: there is none, or it has more than ``term_nodes``.
    """
    term: Term = _read(cursor, TERM)
    return term


def _read(cursor: Cursor, sort: str) -> Any:
    """Read a thing of a sort as Haskell's derived ``Read`` does, operators taken in both notations."""
    whole = sort
    stack: list[_Bracket | _Applied | _Left] = []
    nodes, most = 0, cursor.limits.term_nodes
    while True:
        # Here something of `sort` is due: as an argument, if the top of the stack is a constructor.
        top = stack[-1] if stack else None
        if cursor.accept("("):
            stack.append(_Bracket(sort))
            continue
        constructor = _BY_SORT[sort].get(cursor.token)
        if sort == TERM and constructor is not None:
            nodes += 1
            if nodes > most:
                raise cursor.too_large(LimitError("a term", "term_nodes", most))
        if constructor is not None and constructor.takes:
            if isinstance(top, _Applied):
                raise cursor.error(f"brackets round an argument of `{top.constructor.name}`")
            stack.append(_Applied(constructor))
            cursor.take()
            sort = constructor.takes[0]
            continue
        if constructor is not None:
            value = constructor.make()
            cursor.take()
        elif sort == INT:
            value = _read_integer(cursor, bare=isinstance(top, _Applied))
        else:
            raise cursor.error(sort)
        # Here `value`, of `sort`, is done: give it to whatever waits for it.
        while True:
            top = stack[-1] if stack else None
            if isinstance(top, _Applied):
                constructor = top.constructor
                top.arguments.append(value if constructor.make is _Chain else _flat(value))
                if len(top.arguments) < len(constructor.takes):
                    sort = constructor.takes[len(top.arguments)]
                    break
                stack.pop()
                value, sort = constructor.make(*top.arguments), TERM if constructor.name in _TERMS else TYPE
                if sort == TYPE and value.size > cursor.limits.type_nodes:
                    raise cursor.too_large(LimitError("a type", "type_nodes", cursor.limits.type_nodes))
            elif sort == TERM and cursor.accept(":.&&"):
                stack.append(_Left(_flat(value)))
                break
            elif isinstance(top, _Left):
                stack.pop()
                value = Fanout(top.term, _flat(value))
            elif isinstance(top, _Bracket):
                cursor.expect(")")
                stack.pop()
            else:
                assert sort == whole
                return _flat(value)


def _read_integer(cursor: Cursor, bare: bool) -> int:
    start = cursor.start
    if bare and cursor.token == "-":
        raise cursor.error("brackets round a negative number")
    sign = "-" if cursor.accept("-") else ""
    if cursor.kind != "digits":
        raise cursor.error(INT)
    value: int = cursor.value(Int, start, sign + cursor.token)
    cursor.take()
    return value


def _flat(value: Any) -> Any:
    """Make a chain a composition; anything else is what it is."""
    if not isinstance(value, _Chain):
        return value
    parts: list[Term] = []
    work: list[Any] = [value]
    while work:
        current = work.pop()
        if isinstance(current, _Chain):
            work += [current.second, current.first]
        else:
            parts.append(current)
    return Compose(tuple(parts))


__all__ = ["FANOUT", "read_term", "read_type"]
