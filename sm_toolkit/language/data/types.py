"""Types: what they are, which there may be, and how they print. Records and variants are made in ``records``.

Nothing here looks at a value or a term. Types are *interned*: the same type is always the same object, so
that equality and hashing cost nothing however large a type is, and a type that shares its parts stays small
in memory even where it would be huge on paper.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast, overload
from weakref import WeakValueDictionary

from sm_toolkit.language.data.equality import same_value as same_value
from sm_toolkit.language.data.sides import Left as Left
from sm_toolkit.language.data.sides import Right as Right
from sm_toolkit.language.data.type_heads import is_record_head as is_record_head
from sm_toolkit.language.data.type_heads import is_variable_head as is_variable_head
from sm_toolkit.language.data.type_heads import record_words as record_words
from sm_toolkit.language.data.type_printing import as_read, as_written, tokens

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")

PRINTED_NODES = 120
"""How many parts of a type ``str`` prints before it leaves the rest out with an ellipsis."""

EXPRESSION_NODES = 10_000
"""The same for ``repr``; a type over this is over the default limits too."""


class Type(Generic[T]):
    """A type of the language, standing for the Python type ``T`` of its values.

    ``head`` is the name of its constructor, ``args`` are its parts. The head of a record is the word ``Record``, the
    record's name and those of its fields, with blanks between them. ``size`` counts its nodes as if nothing
    were shared (a Python integer, so it may be astronomically large), ``depth`` is its longest branch, ``kinds`` the
    constructors in it.
    """

    __slots__ = ("__weakref__", "args", "depth", "has_variables", "head", "kinds", "size")

    head: str
    args: tuple[Type[Any], ...]
    size: int
    depth: int
    has_variables: bool
    kinds: frozenset[str]

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
                known.kinds = _kinds(head, args)
                _interned[key] = known
        return cast("Type[T]", known)

    def __str__(self) -> str:
        """Print the type as people read it: ``Either[Int, (Str, Bool)]``."""
        return "".join(tokens(self, as_read, PRINTED_NODES))

    def __repr__(self) -> str:
        """Print the type as the Python expression that makes it: ``Either(Int, Pair(Str, Bool))``."""
        return "".join(tokens(self, as_written, EXPRESSION_NODES))

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be pickled: types travel as bytes of ``encoding``."""
        raise TypeError("a type is not pickled; use sm_toolkit.language.encoding.canonical.encode_type")

    def __copy__(self) -> Type[T]:
        """Return itself: types are immutable and interned."""
        return self

    def __deepcopy__(self, memo: object) -> Type[T]:
        """Return itself: types are immutable and interned."""
        return self


_lock = threading.Lock()
_NO_KINDS: frozenset[str] = frozenset()
_interned: WeakValueDictionary[tuple[str, tuple[Type[Any], ...]], Type[Any]] = WeakValueDictionary()


def _kinds(head: str, args: tuple[Type[Any], ...]) -> frozenset[str]:
    kinds: frozenset[str] = args[0].kinds if args else _NO_KINDS
    for part in args:
        if not part.kinds <= kinds:  # else one set serves a tower of types
            kinds |= part.kinds
    word = head.partition(" ")[0]
    return kinds if word in kinds or head[0].islower() else kinds | {word}


Unit: Type[None] = Type("Unit")
Bool: Type[bool] = Type("Bool")
Int: Type[int] = Type("Int")
Float: Type[float] = Type("Float")
Str: Type[str] = Type("Str")
Bytes: Type[bytes] = Type("Bytes")

BASE: dict[str, Type[Any]] = {base.head: base for base in (Unit, Bool, Int, Float, Str, Bytes)}
"""The types without parts, by name."""

BY_CLASS: dict[type, Type[Any]] = {type(None): Unit, bool: Bool, int: Int, float: Float, str: Str, bytes: Bytes}
"""The same by the Python class of their values."""

ARITY: dict[str, int] = {**dict.fromkeys(BASE, 0), "Maybe": 1, "List": 1, "Pair": 2, "Either": 2, "Map": 2}
"""How many parts each constructor takes; ``Tuple``, ``Variant`` and records take as many as they have."""

KEYS = ("Int", "Bool", "Str", "Bytes")
"""What the keys of a map may be, and the parts of those that are tuples."""

MOST_PARTS = 256
"""How many parts a tuple, a record or a variant may have."""


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


@overload
def Tuple(first: Type[A], second: Type[B], third: Type[C], /) -> Type[tuple[A, B, C]]: ...
@overload
def Tuple(*parts: Type[Any]) -> Type[tuple[Any, ...]]: ...
def Tuple(*parts: Type[Any]) -> Type[Any]:
    """Return the type of tuples of three parts or more.

    >>> print(Tuple(Int, Bool, Str))
    (Int, Bool, Str)

    Raises:
        TypeError: a part is no type.
        ValueError: there are fewer than three parts, or more than ``MOST_PARTS``.
    """
    expect_types("Tuple(first, second, third, …)", *parts)
    if not 3 <= len(parts) <= MOST_PARTS:
        raise ValueError(f"a Tuple has 3 to {MOST_PARTS} parts, and got {len(parts)}; for two there is Pair(a, b)")
    return Type("Tuple", parts)


def Maybe(inside: Type[A]) -> Type[A | None]:
    """Return the type of values that are None or of another type, which is not Unit and no Maybe itself.

    >>> print(Maybe(Int))
    Maybe[Int]

    Raises:
        TypeError: ``inside`` is no type, or one whose values may be None.
    """
    expect_types("Maybe(inside)", inside)
    return _fitting(Type("Maybe", (inside,)))


def List(items: Type[A]) -> Type[Sequence[A]]:
    """Return the type of lists of items of one type.

    >>> print(List(Int))
    List[Int]

    Raises:
        TypeError: ``items`` is no type.
    """
    expect_types("List(items)", items)
    return Type("List", (items,))


def Map(keys: Type[A], values: Type[B]) -> Type[Mapping[A, B]]:
    """Return the type of maps, which go through their keys in order.

    >>> print(Map(Str, List(Int)))
    Map[Str, List[Int]]

    Raises:
        TypeError: a part is no type, or the keys are not Int, Bool, Str, Bytes or a tuple of these.
    """
    expect_types("Map(keys, values)", keys, values)
    return _fitting(Type("Map", (keys, values)))


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
                f"`{call}` takes types of the language, and got {name}: they are written {', '.join(BASE)}, "
                f"Pair(a, b), Either(a, b), Maybe(a), List(a) and so on; {advice}"
            )


RESTRICTED = frozenset(("Maybe", "Map"))
"""The constructors that do not take every type."""


class Misfit(NamedTuple):
    """What is wrong with a type: what holds the wrong type, what it wants and gets, and what would be allowed."""

    subject: str
    wants: str
    gets: Type[Any]
    advice: str


def misfit(type_: Type[Any], seen: set[Type[Any]] | None = None) -> Misfit | None:
    """Return what is wrong if a Maybe or a Map anywhere in a type holds what it may not.

    Innermost parts are looked at first, and those in ``seen``, which gains them, no more. A variable is no misfit;
    ``never_unit`` tells what it may not become.

    >>> misfit(Type("List", (Type("Maybe", (Unit,)),)))[:3]
    ('what a Maybe holds', 'anything but Unit and Maybe', Unit)
    """
    if not type_.kinds & RESTRICTED:
        return None
    return next(filter(None, map(misfit_of, nodes(type_, seen))), None)


def misfit_of(type_: Type[Any]) -> Misfit | None:
    """Return what is wrong if a type is a Maybe or a Map of what it may not hold; its parts are not looked into."""
    if type_.head == "Maybe" and type_.args[0].head in ("Unit", "Maybe"):
        return Misfit("what a Maybe holds", "anything but Unit and Maybe", type_.args[0], _TELL_APART)
    if type_.head == "Map" and not all(is_variable_head(key.head) or key.head in KEYS for key in _keys(type_)):
        return Misfit("the key of a Map", _ANY_KEY, type_.args[0], "make a text of it with `show()`, say")
    return None


_TELL_APART = "use Either(Unit, …), which tells what is None from what is not there"
_ANY_KEY = f"{', '.join(KEYS)} or a tuple of these"


def never_unit(types: Iterable[Type[Any]]) -> set[str]:
    """Return the variables in some types that may not become Unit, since a Maybe or the keys of a Map are of them."""
    found: set[str] = set()
    seen: set[Type[Any]] = set()
    for type_ in types:
        if type_.has_variables and type_.kinds & RESTRICTED:
            for part in nodes(type_, seen):
                if part.head in RESTRICTED:
                    found.update(inner.head for inner in _keys(part) if is_variable_head(inner.head))
    return found


def _keys(part: Type[Any]) -> tuple[Type[Any], ...]:
    inside = part.args[0]
    return inside.args if part.head == "Map" and inside.head in ("Pair", "Tuple") else (inside,)


def _fitting(made: Type[T]) -> Type[T]:
    wrong = misfit_of(made)
    if wrong is not None:
        raise TypeError(f"there is no {made}: {wrong.subject} is {wrong.wants}, and not {wrong.gets}; {wrong.advice}")
    return made


def nodes(type_: Type[Any], seen: set[Type[Any]] | None = None) -> Iterator[Type[Any]]:
    """Yield every distinct part of a type once, parts before wholes, but those in ``seen``, which gains them."""
    seen = set() if seen is None else seen
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
