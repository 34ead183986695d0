"""What a notebook shows of collections and of counts: as Python shows its own, and records as a table.

Text is the same each time for the same data: times are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sm_toolkit.language.data.equality import labels_of
from sm_toolkit.language.data.persistent import PersistentList, PersistentMap
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.tables import Row, Table, paragraph
from sm_toolkit.pipeline.metrics import Metrics

MOST_ROWS = 30
"""Of a longer list or map, as many rows are in the table."""

LONGEST = 200
"""Of a longer value in a cell of the table, as many characters are shown."""


def value_html(value: Any) -> str | None:
    """Return a map, a list of records or counts as a table, or None for what reads better as a text.

    >>> value_html(PersistentList([1, 2])) is None
    True
    >>> "<table" in value_html(PersistentMap({"a": 1}))
    True
    """
    match value:
        case Metrics():
            return metrics_table(value).html
        case PersistentMap() if value:
            pairs = list(islice(value.items(), MOST_ROWS))
            labels = _labels(each for _, each in pairs)
            head = ("", *labels) if labels else ("", "value")
            rows = [Row((value_cell(key), *_cells(each, labels))) for key, each in pairs]
        case PersistentList() if value and (labels := _labels(islice(value, MOST_ROWS))):
            head = ("", *labels)
            rows = [Row((str(number), *_cells(each, labels))) for number, each in enumerate(islice(value, MOST_ROWS))]
        case _:
            return None
    more = len(value) - len(rows)
    return Table("", head, tuple(rows)).html + (paragraph(f"and {more:,} more") if more else "")


def value_text(value: Any, printer: Any, cycle: bool) -> None:
    """Print as IPython does a list or a dict: in lines that fit, and cut where there are very many."""
    import IPython.lib.pretty

    pretty: Any = IPython.lib.pretty
    match value:
        case Metrics():
            printer.text(metrics_table(value).text)
        case PersistentMap():
            pretty._dict_pprinter_factory("{", "}")(value, printer, cycle)
        case _:
            pretty._seq_pprinter_factory("[", "]")(value, printer, cycle)


def metrics_table(metrics: Metrics) -> Table:
    """Return what was counted as a table, without the times."""
    rows = (
        (
            each.name,
            f"{each.items_in:,}",
            f"{each.items_out:,}",
            f"{each.failures:,}",
            "-" if each.queue is None else f"{each.queue:,}",
            str(each.edition),
            short_hash(each.hash),
        )
        for each in metrics.stages
    )
    return Table("", ("stage", "in", "out", "failed", "waiting", "upgrades", "machine"), tuple(map(Row, rows)))


def _labels(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the fields of records, if all values are of one class of such."""
    classes = {value.__class__ for value in values}
    return (labels_of(next(iter(classes))) or ()) if len(classes) == 1 else ()


def _cells(value: Any, labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value_cell(getattr(value, label)) for label in labels) if labels else (value_cell(value),)


def value_cell(value: Any) -> str:
    """Return the words for a value in a cell of a table."""
    return shorten(print_value(value, LONGEST), LONGEST)
