"""What a notebook shows of a record: a table of its fields. The classes are people's own, and so is the last word.

Whatever a class says itself of how it is shown, or anybody told IPython of it, is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.records import known_type
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.notebook.value_block import value_cell


def record_html(value: Any, formatters: Mapping[str, Any]) -> str | None:
    """Return a record as a table, or None where its text is to stand; ``formatters`` are IPython's, by kind.

    One with a single field reads as well in one line.

    >>> from dataclasses import dataclass
    >>> from sm_toolkit.language.data.annotations import from_annotation
    >>> @dataclass(frozen=True)
    ... class Point:
    ...     x: int
    ...     y: int
    >>> _ = from_annotation(Point)
    >>> "<table" in record_html(Point(1, 2), {})
    True
    """
    class_ = value.__class__
    own = getattr(class_, "_repr_html_", None)
    if own is not None:  # a formatter of a class comes before what the class says, so it has to be asked here
        return own(value)  # type: ignore[no-any-return]
    labels = labels_of(class_)
    if labels is None or len(labels) < 2 or known_type(class_) is None or is_shown_otherwise(class_, formatters):
        return None
    rows = tuple(Row((label, value_cell(getattr(value, label)))) for label in labels)
    return Table(class_.__name__, ("", "value"), rows).html


def is_shown_otherwise(class_: type, formatters: Mapping[str, Any]) -> bool:
    """Tell whether a class says itself how its objects are shown, or somebody told one of IPython's formatters."""
    if any(name.startswith("_repr_") or name == "_ipython_display_" for name in dir(class_)):
        return True
    return _prints_itself(class_) or any(
        _knows(each, class_) for kind, each in formatters.items() if kind != "text/html"
    )


def _prints_itself(class_: type) -> bool:
    """Tell whether a dataclass has another ``__repr__`` than the one that was made for it, which no file holds."""
    if class_.__module__ == known_type.__module__:  # made for what arrived, and prints as a dataclass does
        return False
    made = getattr(class_.__repr__, "__wrapped__", None)
    code = getattr(made, "__code__", None)
    return code is None or code.co_filename != "<string>"


def _knows(formatter: Any, class_: type) -> bool:
    try:
        formatter.lookup_by_type(class_)
    except KeyError:
        return False
    return True
