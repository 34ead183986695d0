"""What a view says without a widget: tables as text and as HTML, a picture as an image, words in a line.

Strings only, and the same ones for the same data; nothing here knows what the tables are about.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from sm_toolkit.language.text.plain import plain, printable, shorten
from sm_toolkit.notebook.pictures.picture import Picture

LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, the first of which names it; ``marked`` is where one stands, ``bad`` went wrong."""

    cells: tuple[str, ...]
    marked: bool = False
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; ``caption`` is what the table is of."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """The table in columns, the marked row with ``>`` before it; a long cell is cut.

        >>> print(Table("", ("", "input"), (Row(("1", "a")), Row(("2", "b"), marked=True))).text)
             input
          1  a
        > 2  b
        """
        marks = [False, *(row.marked for row in self.rows)]
        texts = (self.head, *(row.cells for row in self.rows))
        lines = [[shorten(printable(text[: LONGEST_CELL + 1]), LONGEST_CELL) for text in cells] for cells in texts]
        widths = [max(map(len, places)) for places in zip(*lines, strict=True)]
        margin = {False: "  ", True: "> "} if any(marks) else {False: ""}
        return "\n".join(
            (margin[marked] + "  ".join(map(str.ljust, line, widths))).rstrip()
            for marked, line in zip(marks, lines, strict=True)
        )

    @property
    def html(self) -> str:
        """The table as an element. Marked rows are bold with an arrow, so that no colour is needed to see them."""
        wide = self._width > WIDEST
        style, broken_from = (_CELL, BROKEN_FROM_IF_WIDE) if wide else (_HEAD, BROKEN_FROM)
        marks = any(row.marked for row in self.rows)
        heads = [escape(plain(text)) for text in self.head]
        if marks:
            heads[0] = _arrow(False) + heads[0]
        head = "".join(f'<th scope="col" style="{style}">{text}</th>' for text in heads)
        body = "".join(_row(row, broken_from, marks) for row in self.rows)
        caption = f'<caption style="text-align:left;padding:2px 0">{escape(plain(self.caption))}</caption>'
        return (
            f'<table class="sm-table" style="border-collapse:collapse;font-size:13px;line-height:1.4">{caption}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    @property
    def _width(self) -> float:
        """How wide it is about, in pixels, if no cell is broken that need not be."""
        columns = zip(self.head, *(row.cells for row in self.rows), strict=True)
        return sum(min(BROKEN_FROM, max(map(len, column))) * CHARACTER + PADDING for column in columns)


_CELL = "text-align:left;padding:1px 16px 1px 4px;border:0;border-bottom:1px solid #888"
_HEAD = _CELL + ";white-space:nowrap"
_MONO = ";font-family:'DejaVu Sans Mono',monospace;font-size:12px"
BROKEN_FROM = 40  # characters: a shorter cell stays in one line
BROKEN_FROM_IF_WIDE = 16  # likewise, of a table that would be wider than the page
_NO_NARROWER = ";min-width:9em"  # a column of broken cells
WIDEST, CHARACTER, PADDING = 900, 7.2, 20  # pixels


def _arrow(here: bool) -> str:
    return f'<span aria-hidden="true" style="display:inline-block;width:1.2em">{"▸" if here else ""}</span>'


def _row(row: Row, broken_from: int, marks: bool) -> str:
    name, *cells = row.cells
    weight = ";font-weight:bold" if row.marked else ";font-weight:normal"
    here = ' class="sm-here" aria-current="true"' if row.marked else ' class="sm-bad"' if row.bad else ""
    first = (_arrow(row.marked) if marks else "") + escape(plain(name))
    parts = [f'<th scope="row" style="{_HEAD}{weight}">{first}</th>']
    for text in cells:
        space = "pre" if len(text) < broken_from else "pre-wrap"
        if space == "pre-wrap" and broken_from < BROKEN_FROM:
            space += _NO_NARROWER
        parts.append(f'<td style="{_CELL}{weight}{_MONO};white-space:{space}">{escape(plain(text))}</td>')
    return f"<tr{here}>{''.join(parts)}</tr>"


def image(picture: Picture) -> str:
    """Return a picture as an image with its data in it, which shows where inline SVG is not allowed.

    >>> from sm_toolkit.notebook.pictures.scene import Scene
    >>> image(Picture(Scene(1, 1, (), 'a "b"'), "")).partition("base64,")[0]
    '<img alt="a &quot;b&quot;" src="data:image/svg+xml;'
    """
    data = b64encode(picture.svg.encode()).decode()
    return f'<img alt="{escape(picture.scene.title)}" src="data:image/svg+xml;base64,{data}">'


def paragraph(text: str) -> str:
    """Return words as an element."""
    return f'<p style="margin:6px 4px;font-size:13px;line-height:1.4">{escape(plain(text))}</p>'


def status(texts: Sequence[str]) -> str:
    """Return words as an element that is read out when it changes; a line each, none for empty ones."""
    lines = "".join(f'<p style="margin:0">{escape(plain(text))}</p>' for text in texts if text)
    return f'<div role="status" style="margin:6px 4px;font-size:13px;line-height:1.4">{lines}</div>' if lines else ""


def block(name: str, parts: Sequence[str]) -> str:
    """Return parts one below the other, of a class name."""
    return f'<div class="{name}">{"".join(f"<div>{part}</div>" for part in parts if part)}</div>'
