"""Values against types: which Python objects belong to a type, and what type an object has.

No term and no text form here. Nothing recurses on the Python stack, so a value may be nested without bound.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sm_toolkit.language.errors import LimitError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.types import (
    BY_CLASS,
    Bool,
    Either,
    Left,
    Pair,
    Right,
    Type,
    Unit,
    Var,
    expect_types,
    is_variable_head,
    match,
)
from sm_toolkit.language.unification import meet

_CLASSES: dict[Type[Any], type] = {base: class_ for class_, base in BY_CLASS.items()}

Path: TypeAlias = "tuple[Path, str] | None"
"""How to get from a value to a part of it, innermost step last, as a linked list (deep values stay cheap)."""


def check_value(value: Any, type_: Type[Any], limits: Limits = DEFAULT_LIMITS, subject: str = "") -> None:
    """Do nothing if ``value`` belongs to ``type_`` and is within the limits.

    A type variable takes any value of the language, each time that it stands in the type. ``True`` is no Int and
    ``1`` no Bool, unlike in Python. ``subject`` says in the error what the value is to be (``the input``).

    >>> from sm_toolkit.language.types import Int
    >>> check_value((1, Left(None)), Pair(Int, Either(Unit, Bool)))
    >>> check_value((1, Left(2)), Pair(Int, Either(Unit, Bool)))
    Traceback (most recent call last):
        ...
    sm_toolkit.language.errors.ValueMismatchError: expected a value of Unit at [1].value, found 2 (Int)

    Raises:
        ValueMismatchError: it does not belong to the type; ``path`` leads to the part that is wrong.
        LimitError: an integer has more than ``int_bits`` or a string more than ``string_length``.
        TypeError: ``type_`` is no type of the language.
    """
    if type_.__class__ is not Type:
        expect_types("check_value(value, type)", type_)
    work: list[tuple[Any, Type[Any], Path]] = [(value, type_, None)]
    while work:
        current, wanted, path = work.pop()
        class_ = current.__class__
        head = wanted.head
        if head == "Pair":
            if class_ is not tuple or len(current) != 2:
                raise _mismatch(current, wanted, path, subject)
            work.append((current[1], wanted.args[1], (path, "[1]")))
            work.append((current[0], wanted.args[0], (path, "[0]")))
        elif head == "Either":
            if class_ is Left:
                work.append((current.value, wanted.args[0], (path, ".value")))
            elif class_ is Right:
                work.append((current.value, wanted.args[1], (path, ".value")))
            else:
                raise _mismatch(current, wanted, path, subject)
        elif is_variable_head(head):
            work.append((current, _outermost(current, wanted, path, subject), path))
        elif class_ is not _CLASSES[wanted]:
            raise _mismatch(current, wanted, path, subject)
        elif class_ is int:
            if not -_SMALL < current < _SMALL:
                limits.allow("int_bits", current.bit_length(), "an integer")
        elif class_ is str:
            limits.allow("string_length", len(current), "a string")


_SMALL = 2**64


def _outermost(value: Any, inside: Type[Any], path: Path, subject: str = "") -> Type[Any]:
    """Return the type that a value has if its parts, should it have some, are of the type ``inside``."""
    class_ = value.__class__
    if class_ in BY_CLASS:
        return BY_CLASS[class_]
    if class_ is tuple and len(value) == 2:
        return Pair(inside, inside)
    if class_ is Left or class_ is Right:
        return Either(inside, inside)
    raise no_value(value, path, subject)


def no_value(found: Any, path: Path = None, subject: str = "") -> ValueMismatchError:
    """Return the error of what is no value of any type."""
    wanted = "the language (None, bool, int, str, a pair, Left or Right)"
    return ValueMismatchError(wanted, describe(found), path_text(path), subject)


def type_of(value: Any, within: Type[Any] | None = None) -> Type[Any]:
    """Return the principal type of a value: variables stand where nothing fixes a part.

    With ``within`` it is the most general of the value's types that are instances of that one.

    >>> from sm_toolkit.language.types import Int
    >>> print(type_of((3, Left("a"))), type_of((3, Left("a")), Pair(Var("a"), Either(Var("b"), Int))))
    (Int, Either[Str, v1]) (Int, Either[Str, Int])

    Raises:
        ValueMismatchError: the value belongs to no type of the language, or to none that is an instance of ``within``.
        TypeError: ``within`` is no type of the language.
    """
    found = _principal_type(value)
    if within is None:
        return found
    expect_types("type_of(value, within)", within)
    if match(within, found):
        return found
    both = meet(within, found)
    if both is None:
        check_value(value, within)  # which says where the value is wrong, if one place is
        raise ValueMismatchError(str(within), f"a value of {found}", "")
    return both


def _principal_type(value: Any) -> Type[Any]:
    made: list[Type[Any]] = []
    holes = 0
    work: list[tuple[Any, Path, str | None]] = [(value, None, None)]
    while work:
        current, path, build = work.pop()
        if build == "pair":
            right, left = made.pop(), made.pop()
            made.append(Pair(left, right))
        elif build is not None:
            holes += 1
            hole: Type[Any] = Var(f"v{holes}")
            made.append(Either(made.pop(), hole) if build == "left" else Either(hole, made.pop()))
        elif current.__class__ in BY_CLASS:
            made.append(BY_CLASS[current.__class__])
        elif current.__class__ is tuple and len(current) == 2:
            work.append((None, None, "pair"))
            work.append((current[1], (path, "[1]"), None))
            work.append((current[0], (path, "[0]"), None))
        elif current.__class__ is Left or current.__class__ is Right:
            work.append((None, None, "left" if current.__class__ is Left else "right"))
            work.append((current.value, (path, ".value"), None))
        else:
            raise no_value(current, path)
    return made.pop()


def default_value(type_: Type[Any]) -> Any:
    """Return a smallest value of a type: zero, False, the empty string, the first alternative.

    >>> from sm_toolkit.language.types import Int
    >>> default_value(Pair(Int, Either(Unit, Bool)))
    (0, Left(None))
    """
    made: list[Any] = []
    work: list[tuple[Type[Any], bool]] = [(type_, False)]
    while work:
        current, built = work.pop()
        if built:
            made.append(Left(made.pop()) if current.head == "Either" else (made.pop(-2), made.pop()))
        elif current.head == "Either":
            work += [(current, True), (current.args[0], False)]
        elif current.head == "Pair":
            work += [(current, True), (current.args[1], False), (current.args[0], False)]
        else:
            made.append(
                None if is_variable_head(current.head) else _CLASSES[current]() if current is not Unit else None
            )
    return made.pop()


def finite_values(type_: Type[Any], most: int = 64) -> list[Any] | None:
    """List every value of a type that has at most ``most`` of them, or return None.

    >>> from sm_toolkit.language.types import Int
    >>> finite_values(Either(Unit, Bool))
    [Left(None), Right(False), Right(True)]
    >>> finite_values(Int) is None
    True
    """
    if type_ is Unit:
        return [None]
    if type_ is Bool:
        return [False, True]
    if type_.depth > most or type_.head not in ("Pair", "Either"):
        return None
    left, right = (finite_values(part, most) for part in type_.args)
    if left is None or right is None:
        return None
    pairs = type_.head == "Pair"
    found: list[Any] = [(x, y) for x in left for y in right] if pairs else [*map(Left, left), *map(Right, right)]
    return found if len(found) <= most else None


def describe(value: Any) -> str:
    """Say what an object is, short enough for an error: its text, cut, and its type or class."""
    if value.__class__ in BY_CLASS:
        if value.__class__ is int and value.bit_length() > 200:
            return f"an integer of {value.bit_length():,} bits"
        text = repr(value) if value.__class__ is not str or len(value) <= 60 else repr(value[:60]) + "..."
        return f"{text} ({BY_CLASS[value.__class__]})"
    if value.__class__ in (Left, Right):
        return f"a {value.__class__.__name__}"
    if value.__class__ is tuple:
        return "a pair" if len(value) == 2 else f"a tuple of {len(value)}"
    return f"an object of class {value.__class__.__name__}"


def path_text(path: Path) -> str:
    """Print a path as Python would index the value: ``[1].value``."""
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(step)
    if len(steps) > 20:
        steps = [*steps[:10], "...", *steps[-10:]]
    return "".join(reversed(steps))


def _mismatch(value: Any, wanted: Type[Any], path: Path, subject: str) -> ValueMismatchError:
    return ValueMismatchError(str(wanted), describe(value), path_text(path), subject)


__all__ = [
    "LimitError",
    "check_value",
    "default_value",
    "describe",
    "finite_values",
    "path_text",
    "type_of",
]
