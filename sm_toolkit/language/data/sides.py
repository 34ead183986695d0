"""``Left`` and ``Right``: the two classes of values for which Python has none."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast

from sm_toolkit.language.data.equality import hash_value, opens_as, same_value
from sm_toolkit.language.data.value_printing import print_value

V = TypeVar("V", covariant=True)


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
        """Hash what is inside, and which of the two it is."""
        return hash_value(self)

    def __repr__(self) -> str:
        """Print the Python expression that makes the value."""
        return print_value(self)

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

    def __eq__(self, other: object) -> bool:
        """Compare as Python compares the values inside."""
        return same_value(self, other) if other.__class__ is self.__class__ else NotImplemented

    __hash__ = Left.__hash__
    __repr__ = Left.__repr__
    __reduce__ = Left.__reduce__


_set_left = cast("Any", Left.__dict__["value"]).__set__
_set_right = cast("Any", Right.__dict__["value"]).__set__

opens_as(Left, lambda side: ("Left", (side.value,)))
opens_as(Right, lambda side: ("Right", (side.value,)))
