"""Values as bytes, fast: for one type, two functions made once, which agree with ``value_encoding``.

The functions are generated Python, made of the type's shape alone: no name or text from outside is in it.
They take the usual road only. Whatever is unusual on it (a wrong class, a long string, a large integer, items
that are missing) they leave to ``flatten`` and ``unflatten``, from the start, and so those alone decide what
is refused and how it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.type_encoding import refuse_variables
from sm_toolkit.language.types import Left, Right, Type
from sm_toolkit.language.value_encoding import LEFT, RIGHT, flatten, pack, unflatten, unpack

T = TypeVar("T")

# Types above this are left to the plain functions, which cost no time to make.
_GENERATED_NODES = 64
_GENERATED_DEPTH = 16
_SMALL = 2**63  # any more bits are left to the plain functions


class ValueCodec(Generic[T]):
    """The values of one type, to scalars and to bytes and back, under limits. Make it with ``codec_of``.

    ``flatten``, ``unflatten`` are those of ``value_encoding`` for this type, ``encode`` and ``decode`` its
    ``encode_value`` and ``decode_value``: the same results and the same errors, sooner.
    """

    __slots__ = ("flatten", "limits", "type", "unflatten")

    flatten: Callable[[T], list[Any]]
    unflatten: Callable[[list[Any]], T]

    def __init__(self, type_: Type[T], limits: Limits) -> None:
        refuse_variables(type_)
        self.type = type_
        self.limits = limits

        def slow_flatten(value: T) -> list[Any]:
            return flatten(value, type_, limits)

        def slow_unflatten(items: list[Any]) -> T:
            return unflatten(items, type_, limits)

        self.flatten, self.unflatten = slow_flatten, slow_unflatten
        if type_.size <= _GENERATED_NODES and type_.depth <= _GENERATED_DEPTH:
            # That many characters and nodes are within every limit, whatever else the value holds.
            short = min(limits.string_length, limits.message_bytes // _GENERATED_NODES - 1)
            if short > 0:
                names = {
                    "Left": Left,
                    "Right": Right,
                    "NEITHER": object(),
                    "LEFT_UNIT": Left(None),
                    "RIGHT_UNIT": Right(None),
                }
                self.flatten = _made(_flatten_source(type_, short), {**names, "slow": slow_flatten})
                self.unflatten = _made(_unflatten_source(type_, short), {**names, "slow": slow_unflatten})

    def encode(self, value: T) -> bytes:
        """Return the bytes of a value.

        >>> from sm_toolkit.language.types import Either, Int, Unit
        >>> codec_of(Either(Unit, Int)).encode(Right(5)).hex(" ")
        '92 01 05'

        Raises:
            ValueMismatchError: the value is not of the type.
            LimitError: a part of it, or the whole, is over its limit.
        """
        data = pack(self.flatten(value))
        if len(data) > self.limits.message_bytes:
            self.limits.allow("message_bytes", len(data), "the encoding of a value")
        return data

    def decode(self, data: bytes) -> T:
        """Return the value whose bytes these are.

        >>> from sm_toolkit.language.types import Either, Int, Unit
        >>> codec_of(Either(Unit, Int)).decode(bytes.fromhex("92 01 05"))
        Right(5)

        Raises:
            DecodeError: they are no value's of the type, or not the one form in which it is written.
            LimitError: a part of it, or the whole, is over its limit.
        """
        return self.unflatten(unpack(data, self.limits))


def codec_of(type_: Type[T], limits: Limits = DEFAULT_LIMITS) -> ValueCodec[T]:
    """Return the codec of a type, made once for many values; the last few hundred are kept.

    Raises:
        EncodeError: the type has variables.
    """
    return cast("ValueCodec[T]", _codec_of(type_, limits))


@lru_cache(maxsize=512)
def _codec_of(type_: Type[Any], limits: Limits) -> ValueCodec[Any]:
    return ValueCodec(type_, limits)


# -- the generated functions ------------------------------------------------------------------------------


def _made(source: str, names: dict[str, Any]) -> Any:
    exec(compile(source, "<value codec>", "exec"), names)
    return names["made"]


class _Source:
    """Lines of a function under construction, and names that are not yet in use."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.used = 0

    def add(self, indent: int, *lines: str) -> None:
        self.lines += ["    " * indent + line for line in lines]

    def fresh(self) -> str:
        self.used += 1
        return f"v{self.used}"

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def _unusual(type_: Type[Any], name: str, short: int) -> str:
    """Return the condition under which the scalar in a variable is left to the plain function."""
    match type_.head:
        case "Bool":
            return f"{name}.__class__ is not bool"
        case "Int":
            return f"{name}.__class__ is not int or not {-_SMALL} <= {name} < {_SMALL}"
        case "Str":
            return f"{name}.__class__ is not str or len({name}) > {short}"
        case head:
            raise AssertionError(f"{head} is not the type of a scalar")


def _flatten_source(type_: Type[Any], short: int) -> str:
    source = _Source()
    source.add(0, "def made(value):")
    source.add(1, "items = []", "add = items.append")

    def write(type_: Type[Any], name: str, indent: int) -> None:
        if type_.head == "Unit":
            source.add(indent, f"if {name} is not None: return slow(value)")
        elif type_.head == "Pair":
            left, right = source.fresh(), source.fresh()
            source.add(indent, f"if {name}.__class__ is not tuple or len({name}) != 2: return slow(value)")
            source.add(indent, f"{left}, {right} = {name}")
            write(type_.args[0], left, indent)
            write(type_.args[1], right, indent)
        elif type_.head == "Either":
            for word, side, number, part in (("if", "Left", LEFT, 0), ("elif", "Right", RIGHT, 1)):
                inner = source.fresh()
                source.add(indent, f"{word} {name}.__class__ is {side}:")
                source.add(indent + 1, f"add({number})", f"{inner} = {name}.value")
                write(type_.args[part], inner, indent + 1)
            source.add(indent, "else: return slow(value)")
        else:
            source.add(indent, f"if {_unusual(type_, name, short)}: return slow(value)", f"add({name})")

    write(type_, "value", 1)
    source.add(1, "return items")
    return source.text()


def _unflatten_source(type_: Type[Any], short: int) -> str:
    source = _Source()
    source.add(0, "def made(items):")
    source.add(1, "rest = iter(items)", "take = rest.__next__", "try:")

    def write(type_: Type[Any], indent: int) -> str:
        """Write what reads a value, and return the expression that it is in."""
        if type_.head == "Unit":
            return "None"
        if type_.head == "Pair":
            left = write(type_.args[0], indent)
            right = write(type_.args[1], indent)
            return f"({left}, {right})"
        name = source.fresh()
        source.add(indent, f"{name} = take()")
        if type_.head != "Either":
            source.add(indent, f"if {_unusual(type_, name, short)}: return slow(items)")
            return name
        source.add(indent, f"if {name}.__class__ is not int: return slow(items)")
        for word, side, number, part in (("if", "Left", LEFT, 0), ("elif", "Right", RIGHT, 1)):
            source.add(indent, f"{word} {name} == {number}:")
            inner = write(type_.args[part], indent + 1)
            made = f"{side.upper()}_UNIT" if inner == "None" else f"{side}({inner})"
            source.add(indent + 1, f"{name} = {made}")
        source.add(indent, "else: return slow(items)")
        return name

    made = write(type_, 2)
    source.add(2, f"made = {made}")
    source.add(1, "except StopIteration: return slow(items)")
    source.add(1, "for more in rest: return slow(items)", "return made")
    return source.text()
