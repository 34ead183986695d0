"""What a notebook shows of a machine that was made of a function: the function, its type, its hash, and its term."""

from __future__ import annotations

from html import escape
from typing import Any

from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.encoding.canonical import hash_machine
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import size
from sm_toolkit.notebook.blocks import INSIDE, MONO, block_style, coloured

LONGEST_TERM = 20_000
"""Of a longer term, as many characters are shown."""

_SOURCE = f"{INSIDE};{MONO};margin:0;padding:0;border:0;white-space:pre"
_WORDS = f"{INSIDE};{MONO};margin:6px 0 0 0;white-space:pre-wrap;overflow-wrap:anywhere"


def function_html(machine: Machine[Any, Any, Any]) -> str:
    """Return a machine that was made of a function as an element.

    >>> from sm_toolkit.language.functions import machine
    >>> made = machine(source="def counter(by: int, state: int) -> tuple[int, int]:\\n    return state, state + by\\n")
    >>> "Machine[Int, Int, Int]" in function_html(made)
    True
    """
    term = repr(machine)
    shown = term if len(term) <= LONGEST_TERM else f"{term[:LONGEST_TERM]} …"
    parts = (
        f'<pre style="{_SOURCE}">{coloured(machine.origin.text.rstrip())}</pre>',
        f'<div style="{_WORDS}">{escape(f"{infer(machine)}  {hash_machine(machine)[:16]}")}</div>',
        f'<details style="{_WORDS}"><summary>its term, of {size(machine.term):,} nodes</summary>',
        f'<pre style="{_SOURCE};white-space:pre-wrap">{escape(shown)}</pre></details>',
    )
    return f'<div class="sm-function" role="note" style="{block_style()}">{"".join(parts)}</div>'
