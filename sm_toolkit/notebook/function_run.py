"""The text of a function that a machine was made of, with the lines that ran in a step and the values they gave.

What ran is told by the trace of the term: a line ran if a part of the term that came of it did, or something after
it in its block.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any

from sm_toolkit.language.checking.inference import elaborated
from sm_toolkit.language.interpreter import Ran, Trace
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import walk
from sm_toolkit.notebook.blocks import INSIDE, MONO, RAN, block_style, coloured
from sm_toolkit.notebook.pictures.wording import value_text

LONGEST_VALUE = 44
MOST_LINES = 40
"""A longer function is shown without most of what did not run."""

KEPT_LINES = 2
"""How many lines that did not run are shown on either side of those that did."""


@dataclass
class LineRun:
    """A line of a function: its number in the text, whether it ran, what it gave last, and the turns of a loop."""

    number: int
    text: str
    ran: bool = False
    value: str = ""
    turns: int = 0


@dataclass
class FunctionRun:
    """The lines of one function: of the machine itself, or of one that it calls, and how often that ran."""

    name: str
    lines: list[LineRun] = field(default_factory=list)
    calls: int = 0


def function_run(machine: Machine[Any, Any, Any], trace: Trace | None) -> list[FunctionRun]:
    """Return the function that a machine was made of, and those that it calls that ran, line by line.

    >>> from sm_toolkit.language.functions import machine
    >>> from sm_toolkit.language.interpreter import trace
    >>> made = machine(source='''
    ... def counter(up: bool, state: int) -> tuple[int, int]:
    ...     if up:
    ...         return state, state + 1
    ...     return state, 0
    ... ''')
    >>> for line in function_run(made, trace(made, True, 4))[0].lines:
    ...     print(f"{'*' if line.ran else ' '} {line.text}  {line.value}".rstrip())
    * def counter(up: bool, state: int) -> tuple[int, int]:
    *     if up:  True
    *         return state, state + 1  (4,5)
          return state, 0
    """
    origin = machine.origin
    events = {} if trace is None else _events(machine, trace)
    own = [
        origin.definition,
        *(each for each in origin.definitions.values() if each.node is not origin.definition.node),
    ]
    told = []
    for definition in own:
        node, source = definition.node, definition.source
        of = {
            key: found
            for key, found in events.items()
            if key[0] == (source.file, source.text) and node.lineno <= key[1] <= (node.end_lineno or node.lineno)
        }
        if of or definition is origin.definition:
            told.append(_lines(node, source.text, of, trace is not None))
    return told


_Key = tuple[tuple[str, str], int, int, int, int]
"""A node of a text: the file and the text, and where the node begins and ends."""


def _key(place: tuple[str, str], node: ast.AST) -> _Key:
    found: Any = node
    return place, found.lineno, found.col_offset, found.end_lineno, found.end_col_offset


def _events(machine: Machine[Any, Any, Any], trace: Trace) -> dict[_Key, list[Ran]]:
    """Return what ran of each node of the texts, in order."""
    places = machine.origin.places
    spots = machine.remember("spots", lambda: _spots(machine, places))
    found: dict[_Key, list[Ran]] = {}
    for event in trace.ran:
        key = spots.get(id(event.term))
        if key is not None:
            found.setdefault(key, []).append(event)
    return found


def _spots(machine: Machine[Any, Any, Any], places: Any) -> dict[int, _Key]:
    """Return where each part of the term comes from that runs: it is elaborated, and of the same shape as that made."""
    found: dict[int, _Key] = {}
    for made, runs in zip(walk(machine.term), walk(elaborated(machine).term), strict=True):
        spot = places.of(made)
        if spot is not None:
            found[id(runs)] = _key((spot.source.file, spot.source.text), spot.node)
    return found


def _lines(node: ast.FunctionDef, text: str, events: dict[_Key, list[Ran]], stepped: bool) -> FunctionRun:
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    last = node.end_lineno or node.lineno
    texts = text.splitlines()
    made = FunctionRun(node.name, [LineRun(number, texts[number - 1]) for number in range(first, last + 1)])
    if stepped and events:
        marking = _Marking({line.number: line for line in made.lines}, events)
        marking.block(node.body)
        marking.head(node.lineno, node.body[0].lineno)
        made.calls = marking.turns(node.body)
    return made


class _Marking:
    """Marks the lines that ran. The statements of a block run in order: so what is before one that ran did, too."""

    def __init__(self, lines: dict[int, LineRun], events: dict[_Key, list[Ran]]) -> None:
        self._lines = lines
        self._events = {key[1:]: found for key, found in events.items()}
        self._loops = 0  # how many are round what is looked at

    def block(self, body: Sequence[ast.stmt]) -> bool:
        """Mark what ran of some statements; tell whether any did."""
        after = False
        for statement in reversed(body):
            after = self._statement(statement, after) or after
        return after

    def head(self, first: int, body: int) -> None:
        """Mark the lines of what stands before a body; the last of them may be the body's own."""
        for number in range(first, max(first + 1, body)):
            if number in self._lines:
                self._lines[number].ran = True

    def _statement(self, node: ast.stmt, after: bool) -> bool:
        match node:
            case ast.If():
                one, other = self.block(node.body), self.block(node.orelse)
                ran = after or one or other or self._any(node.test)
                if ran:
                    self.head(node.lineno, (node.test.end_lineno or node.lineno) + 1)
                    self._tell(node.lineno, node.test)
                    if not self._lines[node.lineno].value and not self._loops and one + other < 2:
                        # It tests what is no value by itself (`not x`, `x is None`), but which way was taken is known.
                        is_known = one or other or isinstance(node.body[-1], ast.Return)
                        self._lines[node.lineno].value = str(one) if is_known else ""
                if other and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
                    self._word("else", (node.body[-1].end_lineno or 0) + 1, node.orelse[0].lineno)
            case ast.For():
                self._loops += 1
                inner = self.block(node.body)
                self._loops -= 1
                ran = after or inner or self._any(node.iter) or self._any(node.target)
                if ran:
                    self.head(node.lineno, (node.iter.end_lineno or node.lineno) + 1)
                    self._lines[node.lineno].turns = self.turns(node.body)
            case ast.Match():
                cases = [self.block(case.body) for case in node.cases]
                ran = after or any(cases) or self._any(node.subject)
                if ran:
                    self.head(node.lineno, (node.subject.end_lineno or node.lineno) + 1)
                    self._tell(node.lineno, node.subject)
                for case, met in zip(node.cases, cases, strict=True):
                    if met:
                        self.head(case.pattern.lineno, (case.guard or case.pattern).end_lineno + 1)  # type: ignore[operator]
            case _:
                ran = after or self._any(node)
                if ran:
                    self.head(node.lineno, (node.end_lineno or node.lineno) + 1)
                    value = node if isinstance(node, ast.AugAssign) else getattr(node, "value", None)
                    if value is not None and not isinstance(node, ast.Expr):
                        self._tell(node.lineno, value)
        return ran

    def _any(self, node: ast.AST) -> bool:
        return any(_key_of(each) in self._events for each in ast.walk(node) if hasattr(each, "lineno"))

    def _tell(self, number: int, node: ast.AST) -> None:
        """Write what a node gave beside a line."""
        found = self._events.get(_key_of(node))
        line = self._lines.get(number)
        if not found or line is None:
            return
        # Of a part that stands in another with the same place, what the outer one gave is told: it begins first.
        last = found[-1]
        line.value = value_text(last.output, LONGEST_VALUE) if last.finished else "fails"

    def turns(self, body: Sequence[ast.stmt]) -> int:
        """Return how often a body ran, as far as its first statement tells: it runs in every turn."""
        first: Any = body[0]
        heads = [getattr(first, name) for name in ("test", "iter", "subject", "value") if hasattr(first, name)]
        looked_at = [first, *(each for head in heads if head is not None for each in ast.walk(head))]
        most = 0
        for each in looked_at:
            if hasattr(each, "lineno"):
                # One node may have become several terms, each of which ran as often.
                ran = Counter(id(event.term) for event in self._events.get(_key_of(each), ()))
                most = max(most, *ran.values(), 0)
        return most

    def _word(self, word: str, first: int, last: int) -> None:
        for number in range(first, last + 1):
            line = self._lines.get(number)
            if line is not None and line.text.lstrip().startswith(word):
                line.ran = True


def _key_of(node: ast.AST) -> tuple[int, int, int, int]:
    found: Any = node
    return found.lineno, found.col_offset, found.end_lineno, found.end_col_offset


# -- as HTML ----------------------------------------------------------------------------------------------


def function_run_html(machine: Machine[Any, Any, Any], trace: Trace | None) -> str:
    """Return the function of a machine as an element: lines that ran are bold and have a bar, and values beside."""
    runs = function_run(machine, trace)
    blocks = "".join(_table(run, trace is not None, number > 0) for number, run in enumerate(runs))
    return f'<div class="sm-function-run" role="note" style="{block_style()}">{blocks}</div>'


_TABLE = f"{INSIDE};{MONO};border-collapse:collapse;border:0;margin:0"
_CAPTION = f"{INSIDE};font-family:sans-serif;font-size:13px;text-align:left;padding:0 0 2px 0;white-space:nowrap"
_CELL = "border:0;padding:0 8px 0 0;text-align:left;white-space:pre;vertical-align:top"
# The code is in `pre`, so that it keeps its indentation where a page takes all styles out.
_CODE = f"{MONO};color:inherit;background:transparent;font-weight:inherit;margin:0;padding:0;border:0;white-space:pre"
_STILL = f"{INSIDE};font-weight:normal"
_VALUE = f"{_CELL};padding:0 4px 0 16px"


def _table(run: FunctionRun, stepped: bool, called: bool) -> str:
    ran = sum(line.ran for line in run.lines)
    words = f"{run.name}: the lines that ran are marked" if stepped and ran else f"{run.name}: no step yet"
    if called:
        words = f"{run.name}, called {run.calls:,} time{'s' * (run.calls != 1)}" if run.calls else f"{run.name}, called"
        words += ": the values are those of the last one" if run.calls > 1 else ""
    colours = _coloured("\n".join(line.text for line in run.lines))
    rows = []
    for line in _shown(run.lines):
        if isinstance(line, int):
            rows.append(_row("", f"… {line:,} lines that did not run", "", _STILL))
            continue
        value = _beside(line)
        mark = "▌" if line.ran else " "
        # On the marked ground there is dark text alone, which is read with ease.
        code = escape(line.text) if line.ran else colours[line.number - run.lines[0].number]
        rows.append(_row(mark, code, value, RAN if line.ran else _STILL))
    caption = f'<caption style="{_CAPTION}">{escape(words)}</caption>'
    return f'<table style="{_TABLE}">{caption}<tbody>{"".join(rows)}</tbody></table>'


def _beside(line: LineRun) -> str:
    words = line.value
    if line.turns:
        words = f"{line.turns:,} turn{'s' * (line.turns != 1)}"
    return escape(words)


def _row(mark: str, code: str, value: str, style: str) -> str:
    ran = ' class="sm-ran"' if mark.strip() else ""
    spoken = ' aria-label="ran"' if mark.strip() else ""
    return (
        f'<tr{ran} style="{style}"><td{spoken} style="{_CELL};padding:0 4px 0 0;color:#b45309">{mark}</td>'
        f'<td style="{_CELL}"><pre style="{_CODE}">{code}</pre></td><td style="{_VALUE}">{value}</td></tr>'
    )


def _shown(lines: list[LineRun]) -> Iterator[LineRun | int]:
    """Yield the lines to show, and in the place of many that did not run how many they are."""
    if len(lines) <= MOST_LINES or not any(line.ran for line in lines):
        yield from lines
        return
    near = {at + by for at, line in enumerate(lines) if line.ran for by in range(-KEPT_LINES, KEPT_LINES + 1)}
    hidden: list[LineRun] = []
    for at, line in enumerate(lines):
        if at in near:
            yield from [len(hidden)] if len(hidden) > 1 else hidden
            hidden = []
            yield line
        else:
            hidden.append(line)
    yield from [len(hidden)] if len(hidden) > 1 else hidden


@lru_cache(maxsize=64)
def _coloured(text: str) -> list[str]:
    """Return the lines of a text in colours."""
    return coloured(text).split("\n")
