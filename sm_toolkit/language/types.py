"""Types: what they are and how they print, and the two classes of values that Python lacks, ``Left`` and ``Right``.

Nothing here looks at a value or a term. Types are *interned*: the same type is always the same object, so
that equality and hashing cost nothing however large a type is, and a type that shares its parts stays small
in memory even where it would be huge on paper.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast
from weakref import WeakValueDictionary

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
V = TypeVar("V", covariant=True)

PRINTED_NODES = 120
"""How many parts of a type ``str`` prints before it leaves the rest out with an ellipsis."""

EXPRESSION_NODES = 10_000
"""The same for ``repr``; a type over this is over the default limits too."""


class Type(Generic[T]):
    """A type of the language, standing for the Python type ``T`` of its values.

    ``head`` is the name of its constructor, ``args`` are its parts. ``size`` counts its nodes as if nothing
    were shared (a Python integer, so it may be astronomically large), ``depth`` is its longest branch.
    """

    __slots__ = ("__weakref__", "args", "depth", "has_variables", "head", "size")

    head: str
    args: tuple[Type[Any], ...]
    size: int
    depth: int
    has_variables: bool

    def __new__(cls, head: str, args: tuple[Type[Any], ...] = ()) -> Type[T]:
        """Return the one type with this head and these parts."""
        key = (head, args)
        with _lock:
            known = _interned.get(key)
            if known is None:
                known = object.__new__(cls)
                known.head = head
                known.args = args
                known.size = 1 + sum(part.size for part in args)
                known.depth = 1 + max((part.depth for part in args), default=0)
                known.has_variables = head[0].islower() or any(part.has_variables for part in args)
                _interned[key] = known
        return cast("Type[T]", known)

    def __str__(self) -> str:
        """Print the type as people read it: ``Either[Int, (Str, Bool)]``."""
        return "".join(_tokens(self, "[", "]", "(", PRINTED_NODES))

    def __repr__(self) -> str:
        """Print the type as the Python expression that makes it: ``Either(Int, Pair(Str, Bool))``."""
        return "".join(_tokens(self, "(", ")", "Pair(", EXPRESSION_NODES))

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be pickled: types travel as bytes of ``encoding``."""
        raise TypeError("a type is not pickled; use sm_toolkit.language.encoding.encode_type")

    def __copy__(self) -> Type[T]:
        """Return itself: types are immutable and interned."""
        return self

    def __deepcopy__(self, memo: object) -> Type[T]:
        """Return itself: types are immutable and interned."""
        return self


_lock = threading.Lock()
_interned: WeakValueDictionary[tuple[str, tuple[Type[Any], ...]], Type[Any]] = WeakValueDictionary()

Unit: Type[None] = Type("Unit")
Bool: Type[bool] = Type("Bool")
Int: Type[int] = Type("Int")
Str: Type[str] = Type("Str")

BASE: dict[str, Type[Any]] = {base.head: base for base in (Unit, Bool, Int, Str)}
"""The types without parts, by name."""

BY_CLASS: dict[type, Type[Any]] = {type(None): Unit, bool: Bool, int: Int, str: Str}
"""The same by the Python class of their values."""

ARITY: dict[str, int] = {**dict.fromkeys(BASE, 0), "Pair": 2, "Either": 2}
"""How many parts each constructor takes."""


class Left(Generic[V]):
    """The first alternative of an ``Either``.

    >>> Left(3)
    Left(3)
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: V

    def __init__(self, value: V) -> None:
        _set_left(self, value)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: values do not change."""
        raise AttributeError(f"{type(self).__name__} is a value and does not change; make a new one")

    def __eq__(self, other: object) -> bool:
        """Compare as Python compares the values inside."""
        return same_value(self, other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self) -> int:
        """Hash what lies under all the ``Left`` and ``Right`` around it, and which they are."""
        wrappers: list[str] = []
        inner: Any = self
        while inner.__class__ in (Left, Right):
            wrappers.append(inner.__class__.__name__[0])
            inner = inner.value
        return hash(("".join(wrappers), inner))

    def __repr__(self) -> str:
        """Print the Python expression that makes the value."""
        wrappers: list[str] = []
        inner: Any = self
        while inner.__class__ in (Left, Right):
            wrappers.append(inner.__class__.__name__)
            inner = inner.value
        return "(".join([*wrappers, repr(inner)]) + ")" * len(wrappers)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy by making it again."""
        return (self.__class__, (self.value,))


class Right(Generic[V]):
    """The second alternative of an ``Either``.

    >>> Right(Left("a"))
    Right(Left('a'))
    """

    __slots__ = ("value",)
    __match_args__ = ("value",)
    value: V

    def __init__(self, value: V) -> None:
        _set_right(self, value)

    __setattr__ = Left.__setattr__
    __eq__ = Left.__eq__
    __hash__ = Left.__hash__
    __repr__ = Left.__repr__
    __reduce__ = Left.__reduce__


_set_left = cast("Any", Left.__dict__["value"]).__set__
_set_right = cast("Any", Right.__dict__["value"]).__set__


def same_value(left: object, right: object, *, classes: bool = False) -> bool:
    """Tell whether two values are equal, without recursing on the Python stack.

    With ``classes`` the Python classes must agree too, so that ``True`` and ``1`` differ.

    >>> same_value((Left(1), None), (Left(1), None)), same_value(Left(True), Left(1), classes=True)
    (True, False)
    """
    work: list[tuple[Any, Any]] = [(left, right)]
    while work:
        one, two = work.pop()
        if one is two:
            continue
        kind = one.__class__
        if kind is Left or kind is Right:
            if two.__class__ is not kind:
                return False
            work.append((one.value, two.value))
        elif kind is tuple:
            if two.__class__ is not tuple or len(one) != len(two):
                return False
            work.extend(zip(one, two, strict=True))
        elif (classes and two.__class__ is not kind) or one != two:
            return False
    return True


def Pair(left: Type[A], right: Type[B]) -> Type[tuple[A, B]]:
    """Return the type of 2-tuples.

    >>> print(Pair(Int, Bool))
    (Int, Bool)

    Raises:
        TypeError: a part is no type.
    """
    expect_types("Pair(left, right)", left, right)
    return Type("Pair", (left, right))


def Either(left: Type[A], right: Type[B]) -> Type[Left[A] | Right[B]]:
    """Return the type of values that are ``Left`` of the one or ``Right`` of the other.

    >>> print(Either(Unit, Either(Unit, Int)))
    Either[Unit, Either[Unit, Int]]

    Raises:
        TypeError: a part is no type.
    """
    expect_types("Either(left, right)", left, right)
    return Type("Either", (left, right))


def Var(name: str) -> Type[Any]:
    """Return the type variable of that name (lower case, as printed).

    >>> print(Pair(Var("a"), Var("a")))
    (a, a)

    Raises:
        ValueError: the name is not of that kind.
        TypeError: it is no string.
    """
    if not isinstance(name, str):
        raise TypeError(f"`Var(name)` takes the name of a type variable, a string, and got {type(name).__name__}")
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise ValueError(f"a type variable is a lower-case ASCII word, not {name!r}")
    return Type(name)


def expect_types(call: str, *found: object) -> None:
    """Do nothing if all these are types; ``call`` is how they were given, for the error.

    Raises:
        TypeError: one of them is none; the error says what to write.
    """
    for each in found:
        if not isinstance(each, Type):
            known = BY_CLASS.get(type(None) if each is None else each) if isinstance(each, type | None) else None
            name = each.__name__ if isinstance(each, type) else "None" if each is None else type(each).__name__
            advice = f"write {known} for {name}" if known else "from_annotation() makes them of Python's annotations"
            raise TypeError(
                f"`{call}` takes types of the language, and got {name}: they are written Unit, Bool, Int, Str, "
                f"Pair(a, b), Either(a, b); {advice}"
            )


def is_variable_head(head: str) -> bool:
    """Tell whether the head of a type is a variable's name."""
    return head[0].islower()


def nodes(type_: Type[Any]) -> Iterator[Type[Any]]:
    """Yield every distinct part of a type once, parts before wholes."""
    seen: set[Type[Any]] = set()
    work: list[tuple[Type[Any], bool]] = [(type_, False)]
    while work:
        current, done = work.pop()
        if done:
            yield current
        elif current not in seen:
            seen.add(current)
            work.append((current, True))
            work.extend((part, False) for part in reversed(current.args))


class Substitution:
    """Replaces type variables by name; one without a name in the table becomes ``default`` or stays.

    What is found is kept, so that many types that share parts cost no more than the parts.

    >>> print(Substitution({"a": Int}, Unit)(Pair(Var("a"), Var("b"))))
    (Int, Unit)
    """

    def __init__(self, by_name: dict[str, Type[Any]], default: Type[Any] | None = None) -> None:
        self._by_name = by_name
        self._default = default
        self._made: dict[Type[Any], Type[Any]] = {}

    def __call__(self, type_: Type[Any]) -> Type[Any]:
        """Return the type with its variables replaced."""
        made = self._made
        work = [type_]
        while work:
            current = work[-1]
            if current in made:
                work.pop()
            elif not current.has_variables:
                made[work.pop()] = current
            elif is_variable_head(current.head):
                made[work.pop()] = self._by_name.get(current.head, self._default or current)
            elif all(part in made for part in current.args):
                made[work.pop()] = Type(current.head, tuple(made[part] for part in current.args))
            else:
                work.extend(part for part in current.args if part not in made)
        return made[type_]


def match(pattern: Type[Any], type_: Type[Any]) -> bool:
    """Tell whether a type is an instance of a pattern with variables.

    >>> match(Pair(Var("a"), Var("a")), Pair(Int, Int)), match(Pair(Var("a"), Var("a")), Pair(Int, Str))
    (True, False)
    """
    found: dict[str, Type[Any]] = {}
    seen: set[tuple[Type[Any], Type[Any]]] = set()
    work = [(pattern, type_)]
    while work:
        one, two = work.pop()
        if not one.has_variables:
            if one is not two:
                return False
        elif is_variable_head(one.head):
            if found.setdefault(one.head, two) is not two:
                return False
        elif one.head != two.head:
            return False
        elif (one, two) not in seen:
            seen.add((one, two))
            work.extend(zip(one.args, two.args, strict=True))
    return True


def _tokens(type_: Type[Any], call: str, close: str, pair: str, most: int) -> Iterator[str]:
    """Yield the printed parts of a type, leaving out what comes after ``most`` nodes."""
    printed = 0
    work: list[Type[Any] | str] = [type_]
    while work:
        current = work.pop()
        if isinstance(current, str):
            yield current
            continue
        printed += 1
        if printed > most and current.args:
            yield "…"
            continue
        if not current.args:
            yield f"Var({current.head!r})" if call == "(" and is_variable_head(current.head) else current.head
            continue
        is_pair = current.head == "Pair"
        yield pair if is_pair else current.head + call
        work.append((")" if pair == "(" else close) if is_pair else close)
        for index, part in enumerate(reversed(current.args)):
            if index:
                work.append(", ")
            work.append(part)
