"""One step as HTML: what went in and came out, the state before and after, and every part that ran.

Strings only, and the same ones for the same step. What differs is bold and has a sign, so that no colour is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from sm_toolkit.language.data.equality import same_value
from sm_toolkit.language.data.types import Type, Unit, is_record_head, record_words
from sm_toolkit.language.interpreter import Ran
from sm_toolkit.language.syntax.cells import split_state
from sm_toolkit.language.syntax.printing import print_term
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.wording import value_text
from sm_toolkit.notebook.stepping import StepperModel
from sm_toolkit.notebook.tables import BROKEN_FROM, Row, Table
from sm_toolkit.notebook.telling import told

LONGEST_VALUE = 400
MOST_STATE_ROWS = 12
DEEPEST_STATE = 3
MOST_KEYS = 8
MOST_PARTS = 200
LONGEST_PART = 60
LONGEST_PART_VALUE = 40
DEEPEST_INDENT = 12
ABSENT = "—"

StateRow = tuple[str, str, str, bool]
"""A part of the state: what it is called, how it was, how it is, and whether that differs."""


def state_rows(before: Any, after: Any, type_: Type[Any], name: str = "state") -> list[StateRow]:
    """Return the parts of a state side by side: the fields of records and the keys of small maps, each by itself.

    >>> from sm_toolkit.language.data.types import Int, Pair, Str
    >>> state_rows((1, "a"), (2, "a"), Pair(Int, Str))
    [('state[0]', '1', '2', True), ('state[1]', '"a"', '"a"', False)]
    """
    return list(_rows(before, after, type_, name, 0))


def _with_cells(before: Any, after: Any, type_: Type[Any]) -> list[StateRow]:
    """Return the rows of the state of a machine, and of what its loops hold, if it has any."""
    halves = split_state(type_)
    if halves is None:
        return state_rows(before, after, type_)
    plain, cells = halves
    rows = [] if plain is Unit else state_rows(before[0], after[0], plain)
    for label, inner in zip(record_words(cells.head)[1], cells.args, strict=True):
        rows += state_rows(getattr(before[1], label), getattr(after[1], label), inner, f"cell {label}")
    return rows


_NONE: Any = object()


def _rows(before: Any, after: Any, type_: Type[Any], name: str, depth: int) -> Iterator[StateRow]:
    if before is not _NONE and after is not _NONE and depth < DEEPEST_STATE:
        if is_record_head(type_.head) and type_.args:
            for label, inner in zip(record_words(type_.head)[1], type_.args, strict=True):
                yield from _rows(getattr(before, label), getattr(after, label), inner, f"{name}.{label}", depth + 1)
            return
        if type_.head in ("Pair", "Tuple"):
            for at, inner in enumerate(type_.args):
                yield from _rows(before[at], after[at], inner, f"{name}[{at}]", depth + 1)
            return
        if type_.head == "Map":
            keys = [*before, *(key for key in after if key not in before)]
            if 0 < len(keys) <= MOST_KEYS:
                for key in sorted(keys):
                    label = f"{name}[{told(key, type_.args[0], 24)}]"
                    one, other = (each.get(key, _NONE) for each in (before, after))
                    yield from _rows(one, other, type_.args[1], label, depth + 1)
                return
    one, other = (ABSENT if each is _NONE else told(each, type_, LONGEST_VALUE) for each in (before, after))
    differs = before is _NONE or after is _NONE or not same_value(before, after, classes=True)
    yield name, one, other, differs


def step_html(model: StepperModel[Any, Any, Any]) -> str:
    """Return the current step as a table; before the first one, the state that it will begin in."""
    types, taken = model.types, model.current
    lines = []
    if taken is None:
        rows = _with_cells(model.initial, model.initial, types.state)
        head = "no step yet: press an input"
        lines = [_heads("the state", "now")] if rows else []
        lines += [_line(name, (now,)) for name, now, _, _ in rows[:MOST_STATE_ROWS]]
        lines += _more(len(rows) - MOST_STATE_ROWS, 2)
    else:
        rows = _with_cells(taken.before, taken.after, types.state)
        shown = rows if len(rows) <= MOST_STATE_ROWS else [row for row in rows if row[3]][:MOST_STATE_ROWS]
        changed = sum(row[3] for row in rows)
        head = f"step {model.here.name}: " + (
            "it failed, and the state is what it was"
            if taken.error
            else "the state is new"
            if changed
            else "the state is the same"
        )
        lines.append(_line("input", (told(taken.input, types.input, LONGEST_VALUE),), wide=2))
        output = f"fails: {taken.error}" if taken.error else told(taken.output, types.output, LONGEST_VALUE)
        lines.append(_line("output", (output,), wide=2, bold=True))
        lines += [_heads("the state", "before", "after")] if rows else []
        lines += [_line(("≠ " if row[3] else "") + row[0], row[1:3], bold=row[3]) for row in shown]
        lines += _more(len(rows) - len(shown), 3, "the same" if len(rows) > MOST_STATE_ROWS >= changed else "")
    caption = (
        f'<caption style="text-align:left;padding:2px 0;font-weight:bold;white-space:nowrap">{escape(head)}</caption>'
    )
    return (
        f'<table class="sm-step" style="border-collapse:collapse;font-size:13px;line-height:1.4">{caption}'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


_CELL = "text-align:left;padding:1px 16px 1px 4px;border:0;border-bottom:1px solid #888;vertical-align:top"
_MONO = ";font-family:'DejaVu Sans Mono',monospace;font-size:12px"


def _heads(*words: str) -> str:
    """Return a row of heads: what is below them is the state's, what is above is not."""
    heads = "".join(f'<th scope="col" style="{_CELL};font-weight:normal">{escape(text)}</th>' for text in words)
    return f"<tr>{heads}</tr>"


def _line(name: str, cells: tuple[str, ...], *, wide: int = 1, bold: bool = False) -> str:
    weight = ";font-weight:bold" if bold else ";font-weight:normal"
    span = f' colspan="{wide}"' if wide > 1 else ""
    parts = []
    for text in cells:
        space = "pre" if len(text) < BROKEN_FROM else "pre-wrap"
        parts.append(f'<td{span} style="{_CELL}{weight}{_MONO};white-space:{space}">{escape(text)}</td>')
    head = f'<th scope="row" style="{_CELL}{weight};white-space:nowrap">{escape(name)}</th>'
    return f"<tr>{head}{''.join(parts)}</tr>"


def _more(count: int, columns: int, words: str = "") -> list[str]:
    if count <= 0:
        return []
    told_ = f"… {count:,} more" + (f", which are {words}" if words else "")
    return [f'<tr><td colspan="{columns}" style="{_CELL}">{told_}</td></tr>']


def parts_html(model: StepperModel[Any, Any, Any]) -> str:
    """Return every part that ran in the current step, in the order in which they began, as a table."""
    if model.current is None:
        return '<p style="margin:6px 4px;font-size:13px;line-height:1.4">No part ran yet: press an input.</p>'
    return parts_table(model).html


def parts_table(model: StepperModel[Any, Any, Any]) -> Table:
    """Return every part that ran in the current step as a table; of very many, the first and the last."""
    step = model.current
    ran = () if step is None else step.trace.ran
    hidden = len(ran) - MOST_PARTS
    shown = [*ran[: MOST_PARTS // 2], *ran[len(ran) - MOST_PARTS // 2 :]] if hidden > 0 else ran
    rows = [_part(one) for one in shown]
    left_out = (max(0, hidden)) + (0 if step is None else step.trace.left_out)
    if hidden > 0:
        rows.insert(MOST_PARTS // 2, Row((f"… {left_out:,} more parts …", "", "", "")))
    count = len(ran) + (0 if step is None else step.trace.left_out)
    return Table(f"{count:,} parts ran, in this order", ("part", "input", "output", "state"), tuple(rows))


def _part(ran: Ran) -> Row:
    indent = "\u00a0\u00a0" * min(ran.depth, DEEPEST_INDENT)
    changed = ran.finished and ran.new_state is not ran.state and not same_value(ran.state, ran.new_state, classes=True)
    state = (
        f"{value_text(ran.state, LONGEST_PART_VALUE)} → {value_text(ran.new_state, LONGEST_PART_VALUE)}"
        if changed
        else ""
    )
    output = value_text(ran.output, LONGEST_PART_VALUE) if ran.finished else "fails"
    name = shorten(print_term(ran.term, LONGEST_PART), LONGEST_PART)
    return Row((indent + name, value_text(ran.input, LONGEST_PART_VALUE), output, state), bad=not ran.finished)
