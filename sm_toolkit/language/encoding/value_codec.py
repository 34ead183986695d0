"""Values as bytes, fast: for one type, two functions made once, which agree with ``value_encoding``.

The functions are generated Python, made of the type's shape alone: no name or text from outside is in it (of a record,
what fetches its fields and what makes it are put beside the code). Types with lists or maps in them have none.
They take the usual road only. Whatever is unusual on it (a wrong class, a long string, a large integer, items
that are missing) they leave to ``flatten`` and ``unflatten``, from the start, and so those alone decide what
is refused and how it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from sm_toolkit.language.data.records import NEWEST, Classes, fits_record
from sm_toolkit.language.data.types import Left, Right, Type, is_record_head, record_words
from sm_toolkit.language.data.value_samples import of_parts
from sm_toolkit.language.encoding.packing import pack, unpack
from sm_toolkit.language.encoding.type_encoding import refuse_variables
from sm_toolkit.language.encoding.value_encoding import JUST, LEFT, NOTHING, RIGHT, flatten, unflatten, which_record
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

T = TypeVar("T")

# Types above this are left to the plain functions, which cost no time to make.
_GENERATED_NODES = 64
_GENERATED_DEPTH = 16
_COLLECTIONS = ("List", "Map")
_SMALL = 2**63  # any more bits are left to the plain functions


class ValueCodec(Generic[T]):
    """The values of one type, to scalars and to bytes and back, under limits. Make it with ``codec_of``.

    ``flatten``, ``unflatten`` are those of ``value_encoding`` for this type, ``encode`` and ``decode`` its
    ``encode_value`` and ``decode_value``: the same results and the same errors, sooner.
    """

    __slots__ = ("flatten", "limits", "type", "unflatten")

    flatten: Callable[[T], list[Any]]
    unflatten: Callable[[list[Any]], T]

    def __init__(self, type_: Type[T], limits: Limits, classes: Classes = NEWEST) -> None:
        refuse_variables(type_)
        self.type = type_
        self.limits = limits

        def slow_flatten(value: T) -> list[Any]:
            return flatten(value, type_, limits)

        def slow_unflatten(items: list[Any]) -> T:
            return unflatten(items, type_, limits, classes=classes)

        self.flatten, self.unflatten = slow_flatten, slow_unflatten
        if type_.size <= _GENERATED_NODES and type_.depth <= _GENERATED_DEPTH and type_.kinds.isdisjoint(_COLLECTIONS):
            # That many characters and nodes are within every limit, whatever else the value holds.
            short = min(limits.string_length, limits.message_bytes // _GENERATED_NODES - 1)
            if short > 0:
                self.flatten = _FlattenSource(short).made(type_, slow_flatten)
                self.unflatten = _UnflattenSource(short, classes).made(type_, slow_unflatten)

    def encode(self, value: T) -> bytes:
        """Return the bytes of a value.

        >>> from sm_toolkit.language.data.types import Either, Int, Unit
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

        >>> from sm_toolkit.language.data.types import Either, Int, Unit
        >>> codec_of(Either(Unit, Int)).decode(bytes.fromhex("92 01 05"))
        Right(5)

        Raises:
            DecodeError: they are no value's of the type, or not the one form in which it is written.
            LimitError: a part of it, or the whole, is over its limit.
        """
        return self.unflatten(unpack(data, self.limits))


def codec_of(type_: Type[T], limits: Limits = DEFAULT_LIMITS, classes: Classes | None = None) -> ValueCodec[T]:
    """Return the codec of a type, made once for many values; the last few hundred are kept.

    Records that it reads are of the ``classes``, as they are when it reads, and all others of the newest, as in
    ``decode_value``. One with ``classes`` is not kept.

    Raises:
        EncodeError: the type has variables.
    """
    return cast("ValueCodec[T]", _codec_of(type_, limits)) if classes is None else ValueCodec(type_, limits, classes)


@lru_cache(maxsize=512)
def _codec_of(type_: Type[Any], limits: Limits) -> ValueCodec[Any]:
    return ValueCodec(type_, limits)


# -- the generated functions ------------------------------------------------------------------------------


class _Source:
    """A function under construction: its lines, the names that it finds beside it, and those not yet in use."""

    def __init__(self, short: int) -> None:
        self.short = short
        self.lines: list[str] = []
        self.names: dict[str, Any] = {
            "Left": Left,
            "Right": Right,
            "LEFT_UNIT": Left(None),
            "RIGHT_UNIT": Right(None),
        }
        self.used = 0

    def add(self, indent: int, *lines: str) -> None:
        self.lines += ["    " * indent + line for line in lines]

    def fresh(self) -> str:
        self.used += 1
        return f"v{self.used}"

    def beside(self, thing: Any) -> str:
        """Put a thing beside the code and return its name there."""
        name = f"thing{len(self.names)}"
        self.names[name] = thing
        return name

    def compiled(self, slow: Callable[[Any], Any]) -> Any:
        names = {**self.names, "slow": slow}
        exec(compile("\n".join(self.lines) + "\n", "<value codec>", "exec"), names)
        return names["made"]

    def unusual(self, type_: Type[Any], name: str) -> str:
        """Return the condition under which the scalar in a variable is left to the plain function."""
        match type_.head:
            case "Bool":
                return f"{name}.__class__ is not bool"
            case "Int":
                return f"{name}.__class__ is not int or not {-_SMALL} <= {name} < {_SMALL}"
            case "Float":
                return f"{name}.__class__ is not float or {name} != {name}"
            case "Str" | "Bytes":
                class_ = "str" if type_.head == "Str" else "bytes"
                return f"{name}.__class__ is not {class_} or len({name}) > {self.short}"
            case head:
                raise AssertionError(f"{head} is not the type of a scalar")


class _FlattenSource(_Source):
    """Writes the function that takes values apart."""

    def made(self, type_: Type[Any], slow: Callable[[Any], Any]) -> Any:
        self.add(0, "def made(value):")
        self.add(1, "items = []", "add = items.append")
        self._write(type_, "value", 1)
        self.add(1, "return items")
        return self.compiled(slow)

    def _write(self, type_: Type[Any], name: str, indent: int) -> None:
        head, args = type_.head, type_.args
        if head == "Unit":
            self.add(indent, f"if {name} is not None: return slow(value)")
        elif head == "Pair" or head == "Tuple":
            self.add(indent, f"if {name}.__class__ is not tuple or len({name}) != {len(args)}: return slow(value)")
            self._write_parts(args, name, indent)
        elif head == "Either":
            for word, side, number, part in (("if", "Left", LEFT, 0), ("elif", "Right", RIGHT, 1)):
                inner = self.fresh()
                self.add(indent, f"{word} {name}.__class__ is {side}:")
                self.add(indent + 1, f"add({number})", f"{inner} = {name}.value")
                self._write(args[part], inner, indent + 1)
            self.add(indent, "else: return slow(value)")
        elif head == "Maybe":
            self.add(indent, f"if {name} is None: add({NOTHING})", "else:")
            self.add(indent + 1, f"add({JUST})")
            self._write(args[0], name, indent + 1)
        elif head == "Variant":
            which = self.fresh()
            self.add(indent, f"{which} = {self.beside(partial(_which_record, type_))}({name})")
            self.add(indent, f"if {which} < 0: return slow(value)", f"add({which})")
            for number, record in enumerate(args):
                self.add(indent, f"{'elif' if number else 'if'} {which} == {number}:")
                self._write_fields(record, name, indent + 1)
        elif is_record_head(head):
            self.add(indent, f"if not {self.beside(partial(_fits_record, type_))}({name}): return slow(value)")
            self._write_fields(type_, name, indent)
        else:
            self.add(indent, f"if {self.unusual(type_, name)}: return slow(value)", f"add({name})")

    def _write_fields(self, record: Type[Any], name: str, indent: int) -> None:
        labels = record_words(record.head)[1]
        if not labels:
            self.add(indent, "pass")
            return
        fetch = self.beside(attrgetter(*labels))
        self._write_parts(record.args, f"{fetch}({name}){',' * (len(labels) == 1)}", indent)

    def _write_parts(self, types: tuple[Type[Any], ...], whole: str, indent: int) -> None:
        names = [self.fresh() for _ in types]
        self.add(indent, f"{', '.join(names)}{',' * (len(names) == 1)} = {whole}")
        for type_, name in zip(types, names, strict=True):
            self._write(type_, name, indent)


def _which_record(type_: Type[Any], value: Any) -> int:
    return which_record(value, type_)


def _fits_record(type_: Type[Any], value: Any) -> bool:
    return fits_record(value, type_)


class _UnflattenSource(_Source):
    """Writes the function that puts values together."""

    def __init__(self, short: int, classes: Classes) -> None:
        super().__init__(short)
        self._classes = classes

    def made(self, type_: Type[Any], slow: Callable[[Any], Any]) -> Any:
        self.add(0, "def made(items):")
        self.add(1, "rest = iter(items)", "take = rest.__next__", "try:")
        made = self._write(type_, 2)
        self.add(2, f"made = {made}")
        self.add(1, "except StopIteration: return slow(items)")
        self.add(1, "for more in rest: return slow(items)", "return made")
        return self.compiled(slow)

    def _write(self, type_: Type[Any], indent: int) -> str:
        """Write what reads a value, and return the expression that it is in."""
        head, args = type_.head, type_.args
        if head == "Unit":
            return "None"
        if head == "Pair" or head == "Tuple":
            return f"({', '.join([self._write(part, indent) for part in args])})"
        if is_record_head(head):
            parts = [self._write(part, indent) for part in args]
            make = self.beside(partial(of_parts, type_, classes=self._classes))
            return f"{make}(({''.join(f'{part}, ' for part in parts)}))"
        name = self.fresh()
        self.add(indent, f"{name} = take()")
        if head not in ("Either", "Maybe", "Variant"):
            self.add(indent, f"if {self.unusual(type_, name)}: return slow(items)")
            return name
        self.add(indent, f"if {name}.__class__ is not int: return slow(items)")
        if head == "Maybe":
            self.add(indent, f"if {name} == {NOTHING}: {name} = None")
            choices = [(JUST, args[0], "")]
        elif head == "Either":
            choices = [(LEFT, args[0], "Left"), (RIGHT, args[1], "Right")]
        else:
            choices = [(number, record, "") for number, record in enumerate(args)]
        for number, part, side in choices:
            self.add(indent, f"{'if' if number == 0 else 'elif'} {name} == {number}:")
            inner = self._write(part, indent + 1)
            made = f"{side.upper()}_UNIT" if side and inner == "None" else f"{side}({inner})" if side else inner
            self.add(indent + 1, f"{name} = {made}")
        self.add(indent, "else: return slow(items)")
        return name
