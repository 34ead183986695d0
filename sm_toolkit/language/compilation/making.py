"""Records in compiled code: how their fields are taken out, what makes them, and how a variant is told.

No label of a record that arrived reaches generated source: those of a class of the program at hand are names in
that program anyway; of all others the fields are taken out by functions that stand beside the code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from inspect import getattr_static
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any, TypeAlias

from sm_toolkit.language.data.persistent import make_record
from sm_toolkit.language.data.records import Classes, has_class, record_class
from sm_toolkit.language.data.types import Type, record_words

Expression: TypeAlias = "tuple[str | int, ...]"
"""Source text with the numbers of operands in it."""


@dataclass(frozen=True, eq=False)
class Shape:
    """How compiled code knows the records of a type; ``take`` are expressions for their fields, in order.

    ``by_dict`` are made of an empty object and what is put into its dict, under labels that may stand in the source.
    """

    name: str
    labels: tuple[str, ...]
    class_: type
    take: tuple[Expression, ...]
    by_dict: bool


@dataclass(frozen=True, eq=False)
class Split:
    """How one value is told to be a Left or a Right: as an alternative of ``names``, or else as a Maybe.

    ``test`` is a Bool, True for Left, of what ``looks_at`` takes out of the value, or of the value itself. Inside a
    Left is the value, or nothing of a Maybe; inside a Right it is split by ``rest``, if that is given. That of a whole
    variant knows ``classes``, those that its alternatives usually have, and ``usual``, which gives these for others:
    both by their names beside the code.
    """

    names: tuple[str, ...]
    looks_at: Expression | None
    test: Expression
    holes: int
    rest: Split | None
    classes: tuple[str, ...] = ()
    usual: str = ""


def shape_of(type_: Type[Any], add: Callable[[str, Any], str], classes: Classes) -> Shape:
    """Return how to know the records of a type; ``add`` puts a thing beside the code and tells its name."""
    name, labels = record_words(type_.head)
    class_ = record_class(type_, classes)
    take: tuple[Expression, ...]
    is_known = type_ in classes or has_class(type_)
    if is_known:
        take = tuple(("", 0, f".{label}") for label in labels)
    else:
        take = tuple((f"{add('field', attrgetter(label))}(", 0, ")") for label in labels)
    return Shape(name, labels, class_, take, is_known and keeps_fields_in_a_dict(class_, labels))


def maker(class_: type, labels: tuple[str, ...], again: bool) -> Callable[..., Any]:
    """Return what makes objects of a frozen dataclass of their fields, just as ``make_record`` does.

    ``again`` makes them of the class of another one, which is given before the fields.

    >>> from sm_toolkit.language.data.records import Record
    >>> from sm_toolkit.language.data.types import Int
    >>> maker(record_class(Record("Point", x=Int, y=Int)), ("x", "y"), False)(1, 2)
    Point(x=1, y=2)
    """
    found = [getattr_static(class_, label, None) for label in labels]
    sets: tuple[Any, ...] = labels
    how = "any"
    if all(isinstance(each, MemberDescriptorType) for each in found):
        how, sets = "slots", tuple(each.__set__ for each in found)
    elif keeps_fields_in_a_dict(class_, labels):
        how = "dict"
    made: Callable[..., Any] = _factory(len(labels), how, again)(
        object.__new__, object.__setattr__, make_record, class_, labels, *sets
    )
    return made


def keeps_fields_in_a_dict(class_: type, labels: tuple[str, ...]) -> bool:
    """Tell whether a field of an object is what its dict has under the label, and nothing else is asked."""
    found = [getattr_static(class_, label, None) for label in labels]
    return bool(class_.__dictoffset__) and not any(hasattr(type(each), "__set__") for each in found)


_LINES = {
    "slots": "set_{0}(made, part_{0})",
    "dict": "fields[set_{0}] = part_{0}",
    "any": "set(made, set_{0}, part_{0})",
}


@lru_cache(256)
def _factory(count: int, how: str, again: bool) -> Any:
    """Return what makes the functions for so many fields: only they are told the class and the labels."""
    parts = [f"part_{number}" for number in range(count)]
    given = ", ".join(["old"] * again + parts)
    lines = [
        f"def factory({', '.join(['new, set, make, class_, labels', *(f'set_{number}' for number in range(count))])}):",
        f"    def made_of({given}):",
    ]
    if again:
        lines += [
            "        if old.__class__ is not class_:",
            f"            return make(old.__class__, labels, [{', '.join(parts)}])",
        ]
    lines += ["        made = new(class_)", *["        fields = made.__dict__"] * (how == "dict" and count > 0)]
    lines += [f"        {_LINES[how].format(number)}" for number in range(count)]
    lines += ["        return made", "    return made_of"]
    made: dict[str, Any] = {}
    exec("\n".join(lines), made)
    return made["factory"]


MOST_COMPARED = 4
"""Of up to so many alternatives the class of a value is compared with each; else it is looked up."""

MOST_UNUSUAL = 16
"""So many classes that are not the usual ones are kept in mind."""

NOTHING_OR_SOMETHING = Split((), None, ("", 0, " is None"), 1, None)
"""A Maybe as a sum."""


class Usual(dict[type, type]):
    """The usual classes of records; one of another class is known by the name of that."""

    def __init__(self, classes: dict[str, type]) -> None:
        super().__init__((class_, class_) for class_ in classes.values())
        self._named = classes

    def __missing__(self, class_: type) -> type:
        """Look up a class that is not listed; the first few are kept."""
        usual = self._named[class_.__name__]
        if len(self) < len(self._named) + MOST_UNUSUAL:
            self[class_] = usual
        return usual


def split_of(records: tuple[Type[Any], ...], add: Callable[[str, Any], str], classes: Classes) -> Split:
    """Return how a variant of these records is told, one alternative after the other."""
    named = {record_words(record.head)[0]: record_class(record, classes) for record in records}
    names = tuple(named)
    usual = add("usual", Usual(named))
    first, *others = [add("class", class_) for class_ in named.values()]
    # An unusual class is replaced by the first test, which is before all others; what it looks at has a name.
    unusual: Expression = ()
    if len(records) <= MOST_COMPARED:
        unusual = tuple(part for hole, other in enumerate(others, 1) for part in (hole, f" is not {other} and "))
    hole = 1 + len(unusual) // 2
    opening, closing = "()" if unusual else ("", "")
    replaced: Expression = ("(", hole, f" := {usual}[", hole + 1, f"]) is {first}{closing}")
    test: Expression = ("", 0, f" is {first} or {opening}", *unusual, *replaced)
    rest = None
    for number in range(len(records) - 2, 0, -1):
        rest = Split(names[number:], ("", 0, ".__class__"), ("", 0, f" is {others[number - 1]}"), 1, rest)
    return Split(names, ("", 0, ".__class__"), test, hole + 2, rest, (first, *others), usual)
