"""Values as Python writes them: its literals, and records and sums by the names of their classes. Nothing is run."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.persistent import make_record
from sm_toolkit.language.data.records import NEWEST, Classes, record_class
from sm_toolkit.language.data.types import Float, Left, Right, Type, is_record_head, nodes, record_words

LONGEST = 10_000
"""How long a text may be that is taken as Python."""


class NotWrittenError(ValueError):
    """A text is no value as Python writes one. ``why`` tells more, if it is known what was meant."""

    def __init__(self, why: str = "") -> None:
        self.why = why
        super().__init__(why or "this is no value as Python writes one")


def written(text: str, type_: Type[Any], classes: Classes = NEWEST) -> Any:
    """Return what a text is in Python. Whether it is of the type is not looked at: that says which records there are,
    and where a whole number is a Float.

    >>> from sm_toolkit.language.data.types import Either, Int, List, Str
    >>> written("[Left(1), Right('a')]", List(Either(Int, Str)))
    [Left(1), Right('a')]

    Raises:
        NotWrittenError: it is no literal, a name in it is that of no record, or a record has other parts.
    """
    if len(text) > LONGEST:
        raise NotWrittenError
    parts = [*nodes(type_)]
    makers: dict[str, Any] = {record_words(each.head)[0]: each for each in parts if is_record_head(each.head)}
    if any(each.head == "Either" for each in parts):
        makers |= {"Left": Left, "Right": Right}
    try:
        return _Reading(makers, classes).value(ast.parse(text.strip(), mode="eval").body, type_)
    except NotWrittenError:
        raise
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NotWrittenError from None


class _Reading:
    """Reads one text, in which these names make records and sums."""

    def __init__(self, makers: dict[str, Any], classes: Classes) -> None:
        self.makers = makers
        self.classes = classes

    def value(self, node: ast.expr, type_: Type[Any] | None) -> Any:
        """Return the value of an expression; the type, if it is known, is that which is wanted.

        Raises:
            NotWrittenError, ValueError, TypeError: it is none.
        """
        while type_ is not None and type_.head == "Maybe":
            type_ = type_.args[0]
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                return self.made(name, node, type_)
            case ast.List(elts=parts):
                return [self.value(part, _argument(type_, 0, "List")) for part in parts]
            case ast.Tuple(elts=parts):
                return tuple(self.value(part, _argument(type_, at, "Pair", "Tuple")) for at, part in enumerate(parts))
            case ast.Dict(keys=keys, values=values) if None not in keys:
                pairs = zip(keys, values, strict=True)
                of_value = _argument(type_, 1, "Map")
                return {self.value(key, None): self.value(value, of_value) for key, value in pairs if key}
        found = ast.literal_eval(node)
        return float(found) if type(found) is int and type_ is Float else found

    def made(self, name: str, call: ast.Call, type_: Type[Any] | None) -> Any:
        """Return what a name makes of its parts."""
        maker = self.makers.get(name)
        if maker is None:
            known = ", ".join(f"`{each}`" for each in self.makers)
            raise NotWrittenError(f"there is no `{name}` here, only {known}" if known else "")
        if not isinstance(maker, Type):
            if len(call.args) != 1 or call.keywords:
                raise NotWrittenError(f"`{name}` takes one value")
            return maker(self.value(call.args[0], _argument(type_, int(maker is Right), "Either")))
        types = dict(zip(record_words(maker.head)[1], maker.args, strict=True))
        class_ = record_class(maker, self.classes)
        labels = labels_of(class_) or ()
        given = [*zip(labels, call.args, strict=False), *((each.arg, each.value) for each in call.keywords)]
        parts = {label: self.value(part, types.get(label)) for label, part in given if label}
        if len(call.args) > len(labels) or len(given) != len(parts) or parts.keys() != {*labels}:
            raise NotWrittenError(
                f"`{name}` takes {', '.join(labels)}, each once" if labels else f"`{name}` takes nothing"
            )
        return make_record(class_, labels, [parts[label] for label in labels])


def _argument(type_: Type[Any] | None, at: int, *heads: str) -> Type[Any] | None:
    """Return what a type is made of, if it is one of these kinds and is made of so many."""
    return type_.args[at] if type_ is not None and type_.head in heads and at < len(type_.args) else None
