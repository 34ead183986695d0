"""The types of a random program: how they are chosen, written as annotations, and what values of them look like.

Values are source text, as programs are, so that a failure can be printed and repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from sm_toolkit.language import (
    Bool,
    Bytes,
    Either,
    Float,
    Int,
    List,
    Map,
    Maybe,
    Pair,
    Record,
    Str,
    Tuple,
    Type,
    Unit,
    Variant,
)
from sm_toolkit.language.data.types import is_record_head, record_words

AnyType = Type[Any]

SCALARS = (Bool, Int, Int, Int, Str, Str, Float, Bytes)
KEYS = (Int, Int, Str, Str, Bool, Bytes, Pair(Int, Str))
WORDS = {Unit: "None", Bool: "bool", Int: "int", Str: "str", Float: "float", Bytes: "bytes"}
TEXTS = ("", "", "a", "a", "b", "ab", "Aé", " a ", "-1", "abcabc", "ß", "it's", "{x}", '\t"b\\\n')
CLASSES = ("Add", "Get", "Move", "Stop", "Point", "Item")
LABELS = ("x", "y", "name", "rest", "at")


def labels(type_: AnyType) -> dict[str, AnyType]:
    """Return the fields of a record."""
    return dict(zip(record_words(type_.head)[1], type_.args, strict=True))


def class_name(type_: AnyType) -> str:
    return record_words(type_.head)[0]


def is_record(type_: AnyType) -> bool:
    return is_record_head(type_.head)


def is_tuple(type_: AnyType) -> bool:
    return type_.head in ("Pair", "Tuple")


def tuple_of(parts: list[AnyType]) -> AnyType:
    return Pair(*parts) if len(parts) == 2 else Tuple(*parts)


def tells_itself(type_: AnyType) -> bool:
    """Tell whether an expression of the type shows its type without a context, if no list or map in it is empty."""
    if type_ is Unit or type_.head in ("Maybe", "Either", "Variant"):
        return False
    return is_record(type_) or all(map(tells_itself, type_.args))


def is_ordered(type_: AnyType) -> bool:
    """Tell whether Python has an order for the values, the one that the language has."""
    if is_tuple(type_) or type_.head == "List":
        return all(map(is_ordered, type_.args))
    return type_ in (Int, Str, Float, Bytes, Bool)


def annotation(type_: AnyType) -> str:
    """Return a type as Python writes it."""
    parts = [annotation(part) for part in type_.args] if not is_record(type_) else []
    match type_.head:
        case "Pair" | "Tuple":
            return f"tuple[{', '.join(parts)}]"
        case "List":
            return f"list[{parts[0]}]"
        case "Map":
            return f"dict[{parts[0]}, {parts[1]}]"
        case "Maybe":
            return f"{parts[0]} | None"
        case "Either":
            return f"Left[{parts[0]}] | Right[{parts[1]}]"
        case "Variant":
            return " | ".join(parts)
        case _:
            return class_name(type_) if is_record(type_) else WORDS[type_]


@dataclass
class Shapes:
    """The dataclasses of a program, its variants, and the fields that have a default (as text)."""

    random: Random
    records: list[AnyType] = field(default_factory=list)
    variants: list[AnyType] = field(default_factory=list)
    defaults: dict[tuple[AnyType, str], str] = field(default_factory=dict)

    def declare(self) -> None:
        """Make up two to five dataclasses, and a variant or two of them."""
        for name in self.random.sample(CLASSES, self.random.randint(2, 5)):
            parts = {
                label: self.type(2) for label in self.random.sample(LABELS, self.random.choice((0, 1, 1, 2, 2, 3)))
            }
            record = Record(name, **parts)
            for label in reversed(parts):
                if self.random.random() < 0.8 or parts[label].head in (
                    "List",
                    "Map",
                ):  # which Python's defaults may not be
                    break
                self.defaults[record, label] = self.value(parts[label])
            self.records.append(record)
        for _ in range(self.random.randint(1, 2)):
            chosen = self.random.sample(self.records, self.random.randint(2, min(3, len(self.records))))
            self.variants.append(Variant(*chosen))

    def source(self) -> list[str]:
        lines: list[str] = []
        for record in self.records:
            lines += ["", "", "@dataclass(frozen=True)", f"class {class_name(record)}:"]
            for label, type_ in labels(record).items():
                default = self.defaults.get((record, label))
                lines.append(f"    {label}: {annotation(type_)}" + (f" = {default}" if default is not None else ""))
            lines += [] if record.args else ["    pass"]
        return lines

    def type(self, size: int) -> AnyType:
        """Choose a type; the larger ``size``, the more may be in it."""
        draw = self.random.random()
        if size <= 1 or draw < 0.3:
            return self.random.choice(SCALARS)
        if draw < 0.45 and self.variants:
            return self.random.choice(self.variants)
        if draw < 0.55 and self.records:
            return self.random.choice(self.records)
        inner = self.type(size - 1)
        match self.random.randrange(7):
            case 0 | 1:
                return inner if inner.head in ("Unit", "Maybe") else Maybe(inner)
            case 2 | 3:
                return List(inner)
            case 4:
                return Map(self.random.choice(KEYS), inner)
            case 5:
                return Either(inner, self.type(1))
            case _:
                return tuple_of([inner, *(self.type(1) for _ in range(self.random.choice((1, 1, 2))))])

    def value(self, type_: AnyType, wild: float = 0.02) -> str:
        """Make up a value; some parts of it are ``wild``, which is large."""
        random = self.random
        match type_.head:
            case "Unit":
                return "None"
            case "Bool":
                return str(random.random() < 0.5)
            case "Int":
                most = 2**66 if random.random() < wild else random.choice((3, 3, 10, 10, 10, 100))
                return str(random.randint(-most, most))
            case "Str":
                return repr("xy " * 20 if random.random() < wild else random.choice(TEXTS))
            case "Float":
                large = random.random() < wild
                return random.choice(
                    ("1e300", "1e309", "5e-324") if large else ("0.0", "-0.0", "0.5", "-3.0", "0.1", "7.25")
                )
            case "Bytes":
                return random.choice(("b''", "b'a'", "b'a\\xff'"))
            case "Maybe":
                return self.value(type_.args[0], wild) if random.random() < 0.65 else "None"
            case "Either":
                side = random.randrange(2)
                return f"{('Left', 'Right')[side]}({self.value(type_.args[side], wild)})"
            case "Pair" | "Tuple":
                return f"({', '.join(self.value(part, wild) for part in type_.args)})"
            case "List":
                return f"[{', '.join(self.value(type_.args[0], wild) for _ in range(self.length(wild)))}]"
            case "Map":
                entries = (
                    f"{self.value(type_.args[0], wild)}: {self.value(type_.args[1], wild)}"
                    for _ in range(self.length(wild))
                )
                return f"{{{', '.join(entries)}}}"
            case "Variant":
                return self.value(random.choice(type_.args), wild)
            case _:
                return f"{class_name(type_)}({', '.join(self.value(part, wild) for part in type_.args)})"

    def length(self, wild: float) -> int:
        return 40 if self.random.random() < wild / 2 else self.random.choice((0, 1, 2, 2, 3, 4))
