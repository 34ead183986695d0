"""Values against types: which Python objects belong to a type, and what type an object has.

No term and no text form here. Nothing recurses on the Python stack, so a value may be nested without bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import maxsize
from typing import Any

from sm_toolkit.language.checking.unification import Node, Resolver, acyclic, find, hole, instance, known, made, unify
from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.equality import FEW_STEPS, opened, weight
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap, persistent
from sm_toolkit.language.data.records import alternative, fits_record, known_type
from sm_toolkit.language.data.types import (
    BY_CLASS,
    MOST_PARTS,
    Left,
    Right,
    Type,
    Var,
    expect_types,
    is_record_head,
    is_variable_head,
    misfit,
    record_words,
)
from sm_toolkit.language.data.value_samples import default_value, finite_values
from sm_toolkit.language.data.value_words import NotSet, Path, describe, no_value, path_text
from sm_toolkit.language.errors import AnnotationError, LimitError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

SCALARS: dict[str, type] = {base.head: class_ for class_, base in BY_CLASS.items()}
"""The Python class of the values of each type without parts."""

LISTS, MAPS = (list, PersistentList), (dict, PersistentMap)

_NOT_SET = NotSet()

ANY: Type[Any] = Var("a")
"""What a value is to be of which nothing is asked."""

_SMALL = 2**64

_ANY_SIZE = Limits(int_bits=maxsize, string_length=maxsize, collection_length=maxsize)
"""What type a value has does not depend on its size."""


def check_value(value: Any, type_: Type[Any], limits: Limits = DEFAULT_LIMITS, subject: str = "") -> None:
    """Do nothing if ``value`` belongs to ``type_`` and is within the limits.

    A type variable takes any value of the language, each time that it stands in the type. ``True`` is no Int and
    ``1`` no Bool and no Float, unlike in Python. Python's lists and dicts are taken, and so is an object of any
    frozen dataclass with a record's name and fields. ``subject`` says in the error what the value is to be (``the
    input``).

    >>> from sm_toolkit.language.data.types import Bool, Either, Int, Pair, Unit
    >>> check_value((1, Left(None)), Pair(Int, Either(Unit, Bool)))
    >>> check_value((1, Left(2)), Pair(Int, Either(Unit, Bool)))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.ValueMismatchError: expected a value of Unit at [1].value, found 2 (Int)

    Raises:
        ValueMismatchError: it does not belong to the type; ``path`` leads to the part that is wrong.
        LimitError: an integer has more than ``int_bits``, a string or bytes more than ``string_length``, a list or a
            map more than ``collection_length``.
        TypeError: ``type_`` is no type of the language.
    """
    if type_.__class__ is not Type:
        expect_types("check_value(value, type)", type_)
    _check(value, type_, limits, None, subject)


def _check(value: Any, type_: Type[Any], limits: Limits, path: Path, subject: str) -> None:
    work: list[tuple[Any, Type[Any], Path]] = [(value, type_, path)]
    seen: set[tuple[int, Type[Any]]] = set()
    steps = 0
    while work:
        current, wanted, path = work.pop()
        class_ = current.__class__
        head = wanted.head
        scalar = SCALARS.get(head)
        if scalar is not None:
            if class_ is not scalar:
                raise _mismatch(current, wanted, path, subject)
            if class_ is int:
                if not -_SMALL < current < _SMALL:
                    limits.allow("int_bits", current.bit_length(), "an integer")
            elif class_ is str or class_ is bytes:
                limits.allow("string_length", len(current), "a string")
            elif class_ is float and current != current:
                raise _mismatch(current, wanted, path, subject)
            continue
        steps += weight(current)
        if steps > FEW_STEPS:  # values may share parts many times over
            if (id(current), wanted) in seen:
                continue
            seen.add((id(current), wanted))
        args = wanted.args
        if head == "Pair" or head == "Tuple":
            if class_ is not tuple or len(current) != len(args):
                raise _mismatch(current, wanted, path, subject)
            work.extend((current[index], args[index], (path, index)) for index in reversed(range(len(args))))
        elif head == "Either":
            if class_ is not Left and class_ is not Right:
                raise _mismatch(current, wanted, path, subject)
            work.append((current.value, args[class_ is Right], (path, ".value")))
        elif head == "Maybe":
            if current is not None:
                work.append((current, args[0], path))
        elif head == "List":
            if class_ not in LISTS:
                raise _mismatch(current, wanted, path, subject)
            limits.allow("collection_length", len(current), "a list")
            if not _fitting_scalars(current, SCALARS.get(args[0].head), limits):
                work.extend([(item, args[0], (path, index)) for index, item in enumerate(current)][::-1])
        elif head == "Map":
            if class_ not in MAPS:
                raise _mismatch(current, wanted, path, subject)
            limits.allow("collection_length", len(current), "a map")
            for key, inside in current.items():
                work += ((inside, args[1], (path, (key,))), (key, args[0], (path, ".keys()")))
        elif head == "Variant":
            record = alternative(wanted, class_.__name__)
            if record is None or not fits_record(current, record):
                raise _mismatch(current, wanted, path, subject)
            work.append((current, record, path))
        elif is_record_head(head):
            if not fits_record(current, wanted):
                raise _mismatch(current, wanted, path, subject)
            labels = record_words(head)[1]
            work.extend(
                (getattr(current, labels[at], _NOT_SET), args[at], (path, f".{labels[at]}")) for at in range(len(args))
            )
        else:
            own = _resolved(_node_of(current, ANY, path, subject), current, path, subject)
            if not is_variable_head(own.head):
                work.append((current, own, path))


def _fitting_scalars(items: Any, scalar: type | None, limits: Limits) -> bool:
    """Tell whether all items are of this class, and then see that they are within the limits."""
    if scalar is float or not {scalar}.issuperset(map(type, items)):
        return False
    if scalar is int and items:
        limits.allow("int_bits", max(max(items), -min(items)).bit_length(), "an integer")
    elif scalar is str or scalar is bytes:
        limits.allow("string_length", max(map(len, items), default=0), "a string")
    return True


def taken_in(value: Any, type_: Type[Any], limits: Limits = DEFAULT_LIMITS, subject: str = "") -> Any:
    """Return a value as the language holds it: checked, and with persistent lists and maps for Python's own.

    >>> from sm_toolkit.language.data.types import Int, List
    >>> mine = [1, 2]
    >>> theirs = taken_in(mine, List(Int))
    >>> mine.append(3)
    >>> theirs
    [1, 2]

    Raises:
        ValueMismatchError, LimitError, TypeError: see ``check_value``.
    """
    check_value(value, type_, limits, subject)
    return persistent(value) if type_.has_variables or type_.kinds & _COLLECTIONS else value


_COLLECTIONS = frozenset(("List", "Map"))


def _mismatch(value: Any, wanted: Type[Any], path: Path, subject: str) -> ValueMismatchError:
    return ValueMismatchError(str(wanted), describe(value), path_text(path), subject)


# -- what type a value has --------------------------------------------------------------------------------


def type_of(value: Any, within: Type[Any] | None = None) -> Type[Any]:
    """Return the type of a value: variables stand where nothing fixes a part.

    It is the most general type that the value has without a Maybe or a Variant in it: that None is a Maybe, or an
    object of a dataclass one of several, is not to be seen by it, but where a list or a map has both None and others. A
    dataclass says itself which types its fields
    have. With ``within`` it is the most general of the value's types that are instances of that one.

    >>> from sm_toolkit.language.data.types import Either, Int, Maybe, Pair, Var
    >>> print(type_of((3, Left("a"))), type_of((3, Left("a")), Pair(Var("a"), Either(Var("b"), Int))))
    (Int, Either[Str, v0]) (Int, Either[Str, Int])
    >>> print(type_of([]), type_of([1, None]), type_of(None), type_of(None, Maybe(Int)))
    List[v0] List[Maybe[Int]] Unit Maybe[Int]

    Raises:
        ValueMismatchError: the value belongs to no type of the language, or to none that is an instance of ``within``.
        TypeError: ``within`` is no type of the language.
    """
    if within is None:
        return _resolved(_node_of(value, ANY), value)
    expect_types("type_of(value, within)", within)
    node, pattern = _node_of(value, within), instance(within, {})
    if unify(pattern, node) and acyclic([node]):
        both = Resolver(letters="", more="v")(node)
        if misfit(both) is None:
            return both
    check_value(value, within)  # which says where the value is wrong, if one place is
    raise ValueMismatchError(str(within), f"a value of {own_type(value, within)}", "")


def own_type(value: Any, within: Type[Any]) -> Type[Any]:
    """Return the type of a value that is to be of a type: a Maybe or a Variant where that has one, else its own.

    >>> from sm_toolkit.language.data.types import Int, Maybe, Pair, Var
    >>> print(own_type((None, "a"), Pair(Maybe(Int), Int)))
    (Maybe[Int], Str)

    Raises:
        ValueMismatchError: the value belongs to no type of the language.
    """
    return _resolved(_node_of(value, within), value)


def _resolved(node: Node, value: Any, path: Path = None, subject: str = "") -> Type[Any]:
    found = Resolver(letters="", more="v")(node)
    wrong = misfit(found)
    if wrong is not None:
        raise no_value(value, path, subject, f" of type {found}, where {wrong.subject} is {wrong.wants}")
    return found


def _node_of(value: Any, within: Type[Any], path: Path = None, subject: str = "") -> Node:
    """Return the type of a value, with holes where nothing fixes a part."""
    done: list[Node] = []
    scalars: dict[type, Node] = {}
    kept: dict[tuple[int, Type[Any]], Node] = {}
    inside_of: set[tuple[int, Type[Any]]] = set()
    steps = 0
    # A value, what it is to be, its place; or what to make of the last so many types, and of what value.
    work: list[Any] = [(value, within, path)]
    while work:
        current, wanted, path = work.pop()
        if wanted.__class__ is int:
            parts = done[len(done) - wanted :]
            del done[len(done) - wanted :]
            whole, whole_type = current
            done.append(_joined(whole, whole_type, parts, path, subject))
            kept[id(whole), whole_type] = done[-1]
            inside_of.discard((id(whole), whole_type))
            continue
        class_ = current.__class__
        head = wanted.head
        if head == "Maybe" and current is None:
            done.append(instance(wanted, {}))
            continue
        if class_ not in BY_CLASS:
            steps += weight(current)
            if steps > FEW_STEPS:
                if (id(current), wanted) in kept:
                    done.append(kept[id(current), wanted])
                    continue
                if (id(current), wanted) in inside_of:
                    raise no_value(current, None, subject, ", which contains itself")
                inside_of.add((id(current), wanted))
        if head == "Maybe" or head == "Variant":
            inner = wanted.args[0] if head == "Maybe" else alternative(wanted, class_.__name__)
            if inner is not None:
                work += (((current, wanted), 1, path), (current, inner, path))
                continue
        if is_record_head(head) and fits_record(current, wanted):
            labels = record_words(head)[1]
            work.append(((current, wanted), len(labels), path))
            work.extend(
                (getattr(current, labels[at], _NOT_SET), wanted.args[at], (path, f".{labels[at]}"))
                for at in reversed(range(len(labels)))
            )
            continue
        if class_ in BY_CLASS:
            if class_ is float and current != current:
                raise no_value(current, path, subject)
            if class_ not in scalars:
                scalars[class_] = known(BY_CLASS[class_])
            done.append(scalars[class_])
            continue
        inside = opened(current)
        if inside is None or (inside[0] == "tuple" and not 2 <= len(inside[1]) <= MOST_PARTS):
            reason = "" if inside is None else f", where tuples have 2 to {MOST_PARTS} parts"
            raise no_value(current, path, subject, reason)
        kind, values = inside
        if not isinstance(kind, str):
            type_ = class_type(current, path, subject)
            _check(current, type_, _ANY_SIZE, path, subject)
            done.append(known(type_))
            continue
        wants = _wants(kind, wanted, len(values))
        work.append(((current, wanted), len(values), path))
        steps_to = [".value"] if kind in ("Left", "Right") else range(len(values))
        work.extend(
            (part, want, (path, step)) for part, want, step in reversed(list(zip(values, wants, steps_to, strict=True)))
        )
    return done.pop()


def _wants(kind: str, wanted: Type[Any], count: int) -> list[Type[Any]]:
    """Return what the parts of a value are to be, as far as that is known."""
    if wanted.head not in _HEADS[kind]:
        return [ANY] * count
    args = list(wanted.args)
    if kind in ("Left", "Right"):
        return [args[kind == "Right"]]
    if kind == "list":
        return args * count
    if kind == "map":
        return args * (count // 2)
    return args if len(args) == count else [ANY] * count


_HEADS = {
    "Left": ("Either",),
    "Right": ("Either",),
    "tuple": ("Pair", "Tuple"),
    "list": ("List",),
    "map": ("Map",),
}


def _joined(value: Any, wanted: Type[Any], parts: list[Node], path: Path, subject: str) -> Node:
    """Return the type of a value whose parts have these types."""
    head = wanted.head
    if head == "Variant":
        chosen = alternative(wanted, value.__class__.__name__)
        return made(head, *(parts[0] if each is chosen else instance(each, {}) for each in wanted.args))
    if head == "Maybe" or (is_record_head(head) and fits_record(value, wanted)):
        return made(head, *parts)
    inside = opened(value)
    assert inside is not None
    kind, values = inside
    if kind == "Left" or kind == "Right":
        return made("Either", *((parts[0], hole()) if kind == "Left" else (hole(), parts[0])))
    if kind == "tuple":
        return made("Pair" if len(parts) == 2 else "Tuple", *parts)
    if kind == "list":
        return made("List", _same("item", values, parts, path, subject))
    keys = _same("key", values[::2], parts[::2], path, subject)
    return made("Map", keys, _same("value", values[1::2], parts[1::2], path, subject))


def _same(what: str, values: Sequence[Any], nodes: list[Node], path: Path, subject: str) -> Node:
    """Make one type of those of all items: a Maybe, if some are None and others are not."""
    present = [number for number, value in enumerate(values) if value is not None]
    some = what != "key" and 0 < len(present) < len(values)
    some = some and all(find(nodes[number]).head not in (None, "Maybe") for number in present)
    asked = present if some else list(range(len(nodes)))
    first = nodes[asked[0]] if asked else hole()
    for number in asked[1:]:
        if nodes[number] is not first and not (unify(first, nodes[number]) and acyclic([first])):
            one, two = (_resolved(_node_of(value, ANY), value) for value in (values[asked[0]], values[number]))
            reason = f"{what} {number} of type {two}"
            place = path_text((path, number) if what == "item" else path)
            raise ValueMismatchError(f"one type for all {what}s ({one}, as the first)", reason, place, subject)
    return made("Maybe", first) if some else first


def class_type(value: Any, path: Path = None, subject: str = "") -> Type[Any]:
    """Return the type that an object of a frozen dataclass has, as its annotations say.

    Raises:
        ValueMismatchError: its class stands for no type of the language; the error says why.
    """
    class_ = value.__class__
    type_ = known_type(class_)
    if type_ is not None:
        return type_
    try:
        return from_annotation(class_)
    except AnnotationError as error:
        raise no_value(value, path, subject, f": {error.reason or error}") from None


__all__ = [
    "LimitError",
    "check_value",
    "class_type",
    "default_value",
    "describe",
    "finite_values",
    "no_value",
    "own_type",
    "path_text",
    "taken_in",
    "type_of",
]
