"""What is said of a value in an error: what it is, and where in a larger value it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, TypeAlias

from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.data.types import BY_CLASS
from sm_toolkit.language.data.value_printing import print_value
from sm_toolkit.language.errors import ValueMismatchError

Path: TypeAlias = "tuple[Path, str | int | tuple[Any]] | None"
"""How to get from a value to a part of it, innermost step last, as a linked list (deep values stay cheap); a number is
the place of an item, a tuple holds a key."""

LONGEST_WORDS = 60


def describe(value: Any) -> str:
    """Say what an object is, short enough for an error: its text, cut, and its type or class.

    >>> describe(3), describe([1, 2]), describe(object())
    ('3 (Int)', 'a list of 2', 'an object of class object')
    """
    class_ = value.__class__
    if class_ in BY_CLASS:
        if class_ is int and value.bit_length() > 200:
            return f"an integer of {value.bit_length():,} bits"
        if class_ is float and value != value:
            return "NaN, which is no value, since it is not equal to itself"
        cut = class_ in (str, bytes) and len(value) > LONGEST_WORDS
        return f"{print_value(value[:LONGEST_WORDS] if cut else value)}{'...' if cut else ''} ({BY_CLASS[class_]})"
    inside = opened(value)
    if inside is None:
        return _foreign(value)
    kind, parts = inside
    if not isinstance(kind, str):
        return f"a record {kind[0]}({', '.join(kind[1])})"
    match kind:
        case "tuple":
            return "a pair" if len(parts) == 2 else f"a tuple of {len(parts)}"
        case "list":
            return f"a list of {len(parts):,}"
        case "map":
            return f"a map of {len(parts) // 2:,}"
        case _:
            return f"a {kind}"


def path_text(path: Path) -> str:
    """Print a path as Python would index the value.

    >>> path_text(((None, 1), ".value"))
    '[1].value'
    """
    steps: list[str] = []
    while path is not None:
        path, step = path
        if not isinstance(step, str):
            step = f"[{print_value(step[0], LONGEST_WORDS) if isinstance(step, tuple) else step}]"
        steps.append(step)
    if len(steps) > 20:
        steps = [*steps[:10], "...", *steps[-10:]]
    return "".join(reversed(steps))


LANGUAGE = "None, bool, int, float, str, bytes, tuple, list, dict, Left, Right or a frozen dataclass"


class NotSet:
    """What stands in the place of a field that an object does not have."""


def _foreign(value: Any) -> str:
    """Say what an object is that is no value, and what to give instead if that is known."""
    class_ = value.__class__
    if class_ is NotSet:
        return "nothing, since this field is never set"
    if isinstance(value, type):
        return f"the class {value.__name__} itself, and no object of it"
    name = f"numpy.{class_.__name__}" if of_numpy(class_) else class_.__name__
    advice = next((words for fits, words in _TO_GIVE if fits(class_)), "")
    return f"an object of class {name}{advice and f' ({advice})'}"


def of_numpy(class_: type) -> bool:
    """Tell whether it is a class of numpy."""
    return str(class_.__module__).partition(".")[0] == "numpy"


def is_undecorated(class_: type) -> bool:
    """Tell whether a class comes from a dataclass and is none itself."""
    return is_dataclass(class_) and "__dataclass_params__" not in class_.__dict__


def is_named_tuple(class_: type) -> bool:
    """Tell whether it is a class of named tuples."""
    return issubclass(class_, tuple) and hasattr(class_, "_fields")


def _plain_class(class_: type) -> Callable[[type], bool]:
    return lambda found: issubclass(found, class_)


_TO_GIVE: list[tuple[Callable[[type], bool], str]] = [
    (is_undecorated, "no dataclass itself: put @dataclass(frozen=True) on this class too"),
    (is_dataclass, "its values can change: make it frozen, @dataclass(frozen=True)"),
    (is_named_tuple, "give `tuple(…)` of it, or make its class a frozen dataclass"),
    (_plain_class(Enum), "give its `.value`, or make each a frozen dataclass"),
    (of_numpy, "give its `.tolist()`, which is Python's own"),
    *(
        (_plain_class(class_), f"give `{class_.__name__}(…)` of it")
        for class_ in (int, float, str, bytes, list, dict, tuple)
    ),
    (_plain_class(bytearray), "give `bytes(…)` of it"),
    (_plain_class(Set), "give `sorted(…)` of it, a list"),
    (_plain_class(Iterable), "give `list(…)` of it"),
]
"""What to give in the place of objects of some classes."""


def no_value(found: Any, path: Path = None, subject: str = "", reason: str = "") -> ValueMismatchError:
    """Return the error of what is no value of any type."""
    return ValueMismatchError(LANGUAGE, describe(found) + reason, path_text(path), subject)
