"""First drafts of migrations and adapters: the text of a typed function from one type to another, to be looked at.

What has the same name or type is kept; what cannot be known begins as something small, and a comment says so. A draft
is only given if it is a function that fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.language.checking.inference import check
from sm_toolkit.language.data.records import alternative, record_class
from sm_toolkit.language.data.types import Type, Unit, is_record_head, nodes, record_words
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.functions.decorating import ProgramText
from sm_toolkit.language.syntax.machines import Machine

_PLAIN = {"Unit": "None", "Bool": "bool", "Int": "int", "Float": "float", "Str": "str", "Bytes": "bytes"}
_WIDEST = 90  # characters of a line before a call is written one field a line


class ClassNames:
    """What the records of some types are called: as the cell calls them, and what it does not call so ``Old…``.

    ``classes`` are those that have to be there under such names when the draft is read.
    """

    def __init__(self, known: Mapping[str, Any], new: Sequence[Type[Any]], old: Sequence[Type[Any]]) -> None:
        self.names: dict[Type[Any], str] = {}
        self.classes: dict[str, type] = {}
        taken: dict[str, Type[Any]] = {}
        for record in _records(new):
            name, _ = record_words(record.head)
            self.names.setdefault(record, name)
            taken.setdefault(name, record)
        for record in _records(old):
            if record in self.names:
                continue
            name, _ = record_words(record.head)
            called = name if name not in taken and name not in known else f"Old{name}"
            self.names[record] = called
            self.classes[called] = record_class(record)
        for record, called in self.names.items():
            self.classes.setdefault(called, record_class(record))

    def text(self, type_: Type[Any]) -> str:
        """Return the annotation of a type."""
        parts = [self.text(each) for each in type_.args] if not is_record_head(type_.head) else []
        match type_.head:
            case head if head in _PLAIN:
                return _PLAIN[head]
            case "Pair" | "Tuple":
                return f"tuple[{', '.join(parts)}]"
            case "List":
                return f"list[{parts[0]}]"
            case "Map":
                return f"dict[{', '.join(parts)}]"
            case "Maybe":
                return f"{parts[0]} | None"
            case "Either":
                return f"Left[{parts[0]}] | Right[{parts[1]}]"
            case "Variant":
                return " | ".join(parts)
            case _:
                return self.names[type_]


def _records(types: Sequence[Type[Any]]) -> Iterator[Type[Any]]:
    seen = dict.fromkeys(part for type_ in types for part in nodes(type_) if is_record_head(part.head))
    return iter(seen)


@dataclass(frozen=True)
class Draft:
    """The text of a function, the machine that it is, and whether something in it is to be looked at."""

    text: str
    machine: Machine[Any, Any, Any]
    unsure: bool


def draft(
    function: str, argument: str, old: Type[Any], new: Type[Any], names: ClassNames, known: Mapping[str, Any]
) -> Draft | None:
    """Return a first draft of a function of that name from one type to another, or None if none can be made.

    >>> from sm_toolkit.language import Bool, Int, Pair
    >>> print(draft("migrate", "old", Int, Pair(Int, Bool), ClassNames({}, [], []), {}).text)
    def migrate(old: int) -> tuple[int, bool]:
        return (
            old,
            False,  # new: look whether it begins so
        )
    """
    for body in (_cases(argument, old, new, names), _returned(argument, old, new, names)):
        given, result = f"{argument}: {names.text(old)}", names.text(new)
        head = f"def {function}({given}) -> {result}:"
        if len(head) > _WIDEST:
            head = f"def {function}(\n    {given},\n) -> {result}:"
        text = "\n".join([head, *("    " + line for line in body)])
        try:
            machine = ProgramText(text, {**known, **names.classes}, "the draft").machine(function)
            check(machine, Unit, old, new)
        except ToolkitError:
            continue
        return Draft(text, machine, "look" in text)
    return None


# -- expressions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Made:
    """An expression; where it is not sure, why. Its parts stand each on a line of its own if one of them is so."""

    text: str
    doubt: str = ""
    parts: tuple[tuple[str, _Made], ...] = ()
    ends: tuple[str, str] = ("", "")

    @property
    def unsure(self) -> bool:
        return bool(self.doubt) or any(part.unsure for _, part in self.parts)

    def lines(self, before: str, after: str, indent: int) -> list[str]:
        """Return it on lines, with its doubts as comments."""
        space = "    " * indent
        comment = f"  # {self.doubt}" if self.doubt else ""
        within = any(part.unsure for _, part in self.parts)
        if not self.parts or not (within or len(self.text) > _WIDEST):
            return [f"{space}{before}{self.text}{after}{comment}"]
        found = [f"{space}{before}{self.ends[0]}{comment}"]
        for label, part in self.parts:
            found += part.lines(label, ",", indent + 1)
        return [*found, f"{space}{self.ends[1]}{after}"]


def _together(ends: tuple[str, str], parts: Sequence[tuple[str, _Made]]) -> _Made:
    inside = ", ".join(label + part.text for label, part in parts)
    return _Made(f"{ends[0]}{inside}{ends[1]}", "", tuple(parts), ends)


def _returned(argument: str, old: Type[Any], new: Type[Any], names: ClassNames) -> list[str]:
    return _made(argument, old, new, names).lines("return ", "", 0)


def _cases(argument: str, old: Type[Any], new: Type[Any], names: ClassNames) -> list[str]:
    """Return a function's body that looks at each alternative of what it is given."""
    if old.head == "Variant" and new.head == "Variant" and set(old.args) <= set(new.args):
        return [f"return {argument}"]
    if old.head == "Variant":
        lines = [f"match {argument}:"]
        for record in old.args:
            called = names.names[record]
            same = alternative(new, record_words(record.head)[0]) if new.head == "Variant" else None
            if record is same or record is new:
                made = _Made(argument)
            else:
                made = _made(argument, record, new if same is None else same, names, lost=same is None)
            lines += [f"    case {called}():", *made.lines("return ", "", 2)]
        return lines
    if old.head == "Either" and old is not new and new.head != "Maybe":
        lines = [f"match {argument}:"]
        for side, part in zip(("Left", "Right"), old.args, strict=True):
            wanted = new.args[side == "Right"] if new.head == "Either" else new
            inner = _made("value", part, wanted, names)
            made = _together((f"{side}(", ")"), [("", inner)]) if new.head == "Either" else inner
            lines += [f"    case {side}(value):", *made.lines("return ", "", 2)]
        if new.head == "Either" and new.args[1] is old:
            return [f"return Right({argument})"]
        if new.head == "Either" and new.args[0] is old:
            return [f"return Left({argument})"]
        if old.args[1] is new:
            left = _default(new, names, "nothing of the old kind is said here").lines("return ", "", 2)
            return [f"match {argument}:", "    case Left(_):", *left, "    case Right(value):", "        return value"]
        return lines
    return _returned(argument, old, new, names)


def _made(given: str, old: Type[Any], new: Type[Any], names: ClassNames, *, lost: bool = False) -> _Made:
    """Return an expression of the new type that keeps of the old value what it can."""
    if old is new:
        return _Made(given)
    if is_record_head(old.head) and is_record_head(new.head) and not lost:
        return _record(given, old, new, names)
    match old.head, new.head:
        case ("Int", "Float"):
            return _Made(f"float({given})")
        case ("Int", "Str"):
            return _Made(f"str({given})")
        case ("Bool", "Int"):
            return _Made(f"1 if {given} else 0")
        case (_, "Unit"):
            return _Made("None")
        case (("Pair" | "Tuple"), ("Pair" | "Tuple")):
            return _tuple(given, old, new, names)
        case ("List", "List"):
            each = _made("each", old.args[0], new.args[0], names)
            return _Made(f"[{each.text} for each in {given}]", each.doubt or "look" * each.unsure)
        case ("Map", "Map") if old.args[0] is new.args[0]:
            each = _made("value", old.args[1], new.args[1], names)
            text = f"{{key: {each.text} for key, value in {given}.items()}}"
            return _Made(text, each.doubt or ("look whether all begin so" if each.unsure else ""))
        case (_, "Maybe") if new.args[0] is old:
            return _Made(given)
        case ("Maybe", _) if old.args[0] is new:
            small = _default(new, names, "")
            return _Made(f"{small.text} if {given} is None else {given}", "look whether None becomes that")
        case (_, "List") if new.args[0] is old:
            return _Made(f"[{given}]")
        case (_, "Variant") if old in new.args:
            return _Made(given)
    if not lost and new.head in ("Pair", "Tuple") and old in new.args:
        at = new.args.index(old)
        parts = [_Made(given) if number == at else _default(part, names, _NEW) for number, part in enumerate(new.args)]
        return _together(("(", ")"), [("", part) for part in parts])
    if not lost and is_record_head(new.head) and old in new.args:
        labels = record_words(new.head)[1]
        at = new.args.index(old)
        made = [
            (f"{label}=", _Made(given) if number == at else _default(part, names, _NEW))
            for number, (label, part) in enumerate(zip(labels, new.args, strict=True))
        ]
        return _together((f"{names.names[new]}(", ")"), made)
    if not lost and old.head in ("Pair", "Tuple") and new in old.args:
        return _Made(f"{given}[{old.args.index(new)}]")
    if not lost and is_record_head(old.head) and new in old.args:
        return _Made(f"{given}.{record_words(old.head)[1][old.args.index(new)]}")
    return _default(new, names, "nothing of the old value is kept: look what it should be")


_NEW = "new: look whether it begins so"


def _record(given: str, old: Type[Any], new: Type[Any], names: ClassNames) -> _Made:
    before = dict(zip(record_words(old.head)[1], old.args, strict=True))
    gone = ", ".join(label for label in before if label not in record_words(new.head)[1])
    parts: list[tuple[str, _Made]] = []
    for label, type_ in zip(record_words(new.head)[1], new.args, strict=True):
        if label in before:
            parts.append((f"{label}=", _made(f"{given}.{label}", before[label], type_, names)))
        else:
            parts.append((f"{label}=", _default(type_, names, _NEW)))
    made = _together((f"{names.names[new]}(", ")"), parts)
    return replace(made, doubt=f"look: of the old value {gone} is not kept") if gone else made


def _tuple(given: str, old: Type[Any], new: Type[Any], names: ClassNames) -> _Made:
    parts = [
        _made(f"{given}[{number}]", old.args[number], type_, names)
        if number < len(old.args)
        else _default(type_, names, _NEW)
        for number, type_ in enumerate(new.args)
    ]
    return _together(("(", ")"), [("", part) for part in parts])


def _default(type_: Type[Any], names: ClassNames, doubt: str) -> _Made:
    """Return a smallest value of a type."""
    return _Made(_written(default_value(type_), type_, names), doubt)


def _written(value: Any, type_: Type[Any], names: ClassNames) -> str:
    if is_record_head(type_.head):
        labels = record_words(type_.head)[1]
        inside = (
            f"{label}={_written(getattr(value, label), part, names)}"
            for label, part in zip(labels, type_.args, strict=True)
        )
        return f"{names.names[type_]}({', '.join(inside)})"
    match type_.head:
        case "Pair" | "Tuple":
            return f"({', '.join(_written(one, part, names) for one, part in zip(value, type_.args, strict=True))})"
        case "Either":
            return f"Left({_written(value.value, type_.args[0], names)})"
        case "Variant":
            return _written(value, type_.args[0], names)
        case "List":
            return "[]"
        case "Map":
            return "{}"
        case _:
            return repr(value)
