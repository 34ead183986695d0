"""What a notebook shows of a hash: a small picture that is another for another hash, the digits that people read, bold,
and then the rest of them.
"""

from __future__ import annotations

from html import escape

from sm_toolkit.language.encoding.canonical import short_hash

SIDE, CELL = 5, 4
"""A picture is of so many cells a side, and its right half is its left half turned over."""
FIELD, HUES = "#f4f5f7", 360


def hash_html(hash_: str) -> str:
    """Return a hash as HTML: told from another by its pattern, its colour and its digits.

    >>> "<b>4556225</b>0a9c" in hash_html("45562250a9c")
    True
    """
    first, rest = short_hash(hash_), hash_[len(short_hash(hash_)) :]
    return (
        f'<span class="sm-hash" title="{escape(hash_)}">{swatch(hash_)}'
        '<code style="background:none;overflow-wrap:anywhere">'
        f"<b>{escape(first)}</b>{escape(rest)}</code></span>"
    )


def swatch(hash_: str) -> str:
    """Return the picture of a hash as SVG, on a light field of its own; of what is no hash, an empty field."""
    try:
        number = int(hash_, 16)
    except ValueError:
        number = 0
    half = (SIDE + 1) // 2
    cells = [(place % half, place // half) for place in range(half * SIDE) if number >> place & 1]
    mirrored = sorted({*cells, *((SIDE - 1 - x, y) for x, y in cells)})
    path = "".join(f"M{x * CELL + 2} {y * CELL + 2}h{CELL}v{CELL}h-{CELL}z" for x, y in mirrored)
    size = SIDE * CELL + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" '
        'aria-hidden="true" style="vertical-align:middle;margin-right:6px">'
        f'<rect width="{size}" height="{size}" rx="3" fill="{FIELD}"/>'
        f'<path fill="hsl({(number >> 16) % HUES},65%,32%)" d="{path}"/></svg>'
    )
