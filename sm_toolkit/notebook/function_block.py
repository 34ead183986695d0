"""What a notebook shows of a machine that was made of a function: the function, its type, its hash, and its term.

The block has a light ground of its own and dark text on it, so that it reads alike in a light and in a dark theme.
"""

from __future__ import annotations

from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.encoding.canonical import hash_machine
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size

LONGEST_TERM = 20_000
"""Of a longer term, as many characters are shown."""

_TEXT = "color:#1c1c1c;background:#f6f8fa"
_MONO = "font-family:'DejaVu Sans Mono',monospace;font-size:12px;line-height:1.5"
_BLOCK = f"{_TEXT};border-left:4px solid #2f6f4f;padding:8px 12px;margin:4px 0;max-width:100%;overflow-x:auto"
_SOURCE = f"{_TEXT};{_MONO};margin:0;padding:0;border:0;white-space:pre"
_WORDS = f"{_TEXT};{_MONO};margin:6px 0 0 0;white-space:pre-wrap;overflow-wrap:anywhere"


def function_html(machine: Machine[Any, Any, Any]) -> str:
    """Return a machine that was made of a function as an element.

    >>> from sm_toolkit.language.functions import machine
    >>> made = machine(source="def counter(by: int, state: int) -> tuple[int, int]:\\n    return state, state + by\\n")
    >>> "Machine[Int, Int, Int]" in function_html(made)
    True
    """
    source = highlight(machine.origin.text.rstrip(), PythonLexer(), HtmlFormatter(noclasses=True, nowrap=True))
    term = repr(machine)
    shown = term if len(term) <= LONGEST_TERM else f"{term[:LONGEST_TERM]} …"
    parts = (
        f'<pre style="{_SOURCE}">{source}</pre>',
        f'<div style="{_WORDS}">{escape(f"{infer(machine)}  {hash_machine(machine)[:16]}")}</div>',
        f'<details style="{_WORDS}"><summary>its term, of {size(machine.term):,} nodes</summary>',
        f'<pre style="{_SOURCE};white-space:pre-wrap">{escape(shown)}</pre></details>',
    )
    return f'<div class="sm-function" role="note" style="{_BLOCK}">{"".join(parts)}</div>'
