"""The words of a machine's picture: heading, title, text form and graph. No place is chosen here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.checking.inference import Scheme
from sm_toolkit.language.interpreter import Trace
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.syntax.terms import Term, walk
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.machine_plan import Body, Lanes, Operation, Passing
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node
from sm_toolkit.notebook.pictures.scene import Shape, Span, clean, label, line_width, within
from sm_toolkit.notebook.pictures.wording import type_text, whole_type

MONO_SIZE = 8.5
WIDEST_LINE = 632.0
LONGEST_EXPRESSION = 3  # lines
LARGEST_PRINTED = 400  # nodes


def machine_name(machine: Machine[Any, Any, Any]) -> str:
    """Return the machine's name, or a word for it."""
    return shorten(clean(machine.name or "machine"), 40)


def types_text(scheme: Scheme) -> str:
    """Word the types of a machine.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.language.checking.inference import infer
    >>> types_text(infer(get() >> incr >> put()))
    'Unit -> Unit, state Int'
    """
    return f"{type_text(scheme.input)} -> {type_text(scheme.output)}, state {type_text(scheme.state)}"


def call_text(machine: Machine[Any, Any, Any], trace: Trace) -> str:
    """Word one step as the equation that it is."""
    if trace.error is not None:
        return f"{_call(machine, trace)} fails: {_reason(trace)}"
    return f"{_call(machine, trace)} == ({_value(trace.output)}, {_value(trace.new_state)})"


def _call(machine: Machine[Any, Any, Any], trace: Trace) -> str:
    return f"step({machine_name(machine)}, {_value(trace.input)}, {_value(trace.state)})"


def _reason(trace: Trace) -> str:
    return shorten(str(trace.error), 120)


def _value(value: Any) -> str:
    # The quotes that the language itself writes.
    if isinstance(value, str) and "'" not in value and '"' not in value and value.isprintable():
        return shorten(f'"{value}"', 60)
    return shorten(print_value(value, 60), 60)


def title_text(machine: Machine[Any, Any, Any], scheme: Scheme, trace: Trace | None) -> str:
    """Say in one sentence what the picture shows, for those who do not see it."""
    words = f"{machine_name(machine)}: {types_text(scheme)}"
    return words if trace is None else f"{words}; {call_text(machine, trace)}"


def expression(term: Term) -> str | None:
    """Return the Python expression of a term, unless it is too long for a heading."""
    for count, _ in enumerate(walk(term)):
        if count > LARGEST_PRINTED:
            return None
    return repr(term)


# -- the heading ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """Words at the left and words at the right."""

    left: tuple[Span, ...]
    right: tuple[Span, ...] = ()

    @property
    def least_width(self) -> float:
        """The width that the line needs."""
        return line_width(self.left) + line_width(self.right) + (24 if self.left and self.right else 6)

    def placed(self, top: float, width: float) -> tuple[float, list[Shape]]:
        """Return the height of the line and its labels, at the two ends of the width."""
        shapes: list[Shape] = []
        height = 16.0
        if self.left:
            box = label(*self.left)
            shapes.append(label(*self.left, left=0, top=top + (height - box.height) / 2))
        if self.right:
            box = label(*self.right)
            shapes.append(label(*self.right, right=width, top=top + (height - box.height) / 2))
        return height, shapes


def heading_lines(machine: Machine[Any, Any, Any], trace: Trace | None, scheme: Scheme) -> list[HeadingLine]:
    """Return the name with its expression, the types, and the step."""
    name = Span(machine_name(machine), "bold", 11)
    types = (_mono(types_text(scheme)),)
    text = expression(machine.term)
    if text is None:
        lines = [HeadingLine((name,), types)]
    elif (one := HeadingLine((name, _mono(f"  = {text}")), types)).least_width <= WIDEST_LINE:
        lines = [one]
    elif HeadingLine((name, _mono(f"  = {text}"))).least_width <= WIDEST_LINE:
        lines = [HeadingLine((name, _mono(f"  = {text}"))), HeadingLine((_mono(types[0].text),))]
    else:
        lines = [HeadingLine((name,), types)]
        if lines[0].least_width > WIDEST_LINE:
            passing = _mono(f"{type_text(scheme.input)} -> {type_text(scheme.output)}")
            lines = [HeadingLine((name,), (_mono(f"state {type_text(scheme.state)}"),)), HeadingLine((passing,))]
        lines += [HeadingLine((_mono(part),)) for part in broken(f"= {text}", 120, LONGEST_EXPRESSION)]
    if trace is not None:
        legend = Span("bold: what ran", "bold", 8.5)
        if trace.error is not None:
            failing = _mono(f"{_call(machine, trace)} fails:")
            lines += [HeadingLine((failing,), (legend,)), HeadingLine((_mono(_reason(trace)),))]
        else:
            lines += [HeadingLine((_mono(call_text(machine, trace)),), (legend,))]
    return list(_no_wider(lines))


def _no_wider(lines: list[HeadingLine]) -> Iterator[HeadingLine]:
    """Put on lines of their own what is too wide together, and cut what is too wide alone."""
    for line in lines:
        if line.least_width <= WIDEST_LINE:
            yield line
            continue
        for spans in (line.left, line.right):
            if spans:
                rest = WIDEST_LINE - 6 - line_width(spans[:-1])
                yield HeadingLine((*spans[:-1], within(spans[-1], rest)))


def _mono(text: str) -> Span:
    return Span(clean(text), "mono", MONO_SIZE)


def broken(text: str, most: int, lines: int) -> list[str]:
    """Break an expression before its operators into a few lines, and cut what is left over.

    >>> broken("= get() >> incr >> put()", 16, 2)
    ['= get() >> incr', '  >> put()']
    """
    found: list[str] = []
    current = ""
    for word in _phrases(text):
        if current and len(current) + 1 + len(word) > most:
            found.append(current)
            current = "  " + word
        else:
            current = f"{current} {word}" if current else word
    found.append(current)
    if len(found) > lines:
        found = [*found[: lines - 1], shorten(found[lines - 1], most - 2) + " …"]
    return [shorten(line, most) for line in found]


def _phrases(text: str) -> Iterator[str]:
    """Yield the words of an expression, an operator together with what follows it."""
    operator = ""
    for word in text.split(" "):
        if word in (">>", "|", "&", "*", "="):
            operator = word
        else:
            yield f"{operator} {word}" if operator else word
            operator = ""


# -- text and graph ---------------------------------------------------------------------------------------


def machine_text(machine: Machine[Any, Any, Any], scheme: Scheme, body: Body, trace: Trace | None) -> str:
    """Return the picture as lines of text: the same machine, types, values and state."""
    lines = [f"{machine_name(machine)}: {types_text(scheme)}"]
    text = expression(machine.term)
    if text is not None:
        lines += broken(f"= {text}", 100, 12)
    if trace is not None:
        lines += [call_text(machine, trace), "* marks what ran"]
    return "\n".join([*lines, plan_text(body, trace is not None)])


def plan_text(body: Body, traced: bool = False) -> str:
    """Return the parts of a machine as lines of text, with the types between them."""
    rows = list(_text_rows(body, 0, traced))
    widest = max((len(row[0]) for row in rows), default=0)
    return "\n".join(f"{name:<{widest}}  {rest}".rstrip() for name, rest in rows)


_RUNS = {"one": "one of", "all": "all of", "again": "again and again", "fed back": "with what it fed back"}
_BACK = {"again": "Right", "fed back": "in the next step"}


def _text_rows(body: Body, depth: int, traced: bool) -> Iterator[tuple[str, str]]:
    indent = "  " * depth
    for part in body:
        if isinstance(part, Operation):
            mark = "* " if part.ran else "  " if traced else ""
            touches = [word for word, does in (("reads", part.reads), ("writes", part.writes)) if does]
            rest = f"{_on_wire(part.given)} -> {_on_wire(part.gives)}"
            if touches:
                rest += f"   {' and '.join(touches)} the state"
            if part.writes and part.ran and part.after is not None:
                rest += f": {part.before} → {part.after}"
            yield f"{indent}{mark}{'≠ ' if part.marked else ''}{part.name}", rest
        elif isinstance(part, Lanes):
            yield f"{indent}{_RUNS[part.runs]}", ""
            for number, lane in enumerate(part.lanes):
                mark = "* " if lane.ran and traced else "  " if traced else ""
                yield f"{indent}  {mark}{lane.tag or f'branch {number + 1}'}:", ""
                yield from _text_rows(lane.body, depth + 2, traced)
        else:
            yield (
                f"{indent}{'* ' if part.given.ran else '  ' if traced else ''}(straight)",
                _on_wire(part.given),
            )


def _on_wire(passing: Passing) -> str:
    type_ = one_line(passing)
    return type_ if passing.value is None else f"{passing.value} : {type_}"


def one_line(passing: Passing) -> str:
    """Word the type on a wire in one line."""
    return whole_type(passing.type)


def graph_of(body: Body) -> Graph:
    """Return the graph of a plan: operations, where wires part and join, and the two ends."""
    builder = _GraphBuilder()
    start = builder.node("input", "port", body[0].given.ran)
    last = builder.body(body, start)
    end = builder.node("output", "port", body[-1].gives.ran)
    builder.edges.append(Edge(last, end, one_line(body[-1].gives)))
    return Graph(tuple(builder.nodes), tuple(builder.edges))


class _GraphBuilder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def node(self, text: str, kind: str, ran: bool) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(Node(name, text, kind, ran))
        return name

    def body(self, body: Body, last: str, tag: str = "") -> str:
        for part in body:
            words = f"{tag}: {one_line(part.given)}" if tag else one_line(part.given)
            if isinstance(part, Operation):
                here = self.node(part.name, "operation", part.ran)
                self.edges.append(Edge(last, here, words))
                last, tag = here, ""
            elif isinstance(part, Lanes):
                split = self.node(_RUNS[part.runs], "split", part.ran)
                self.edges.append(Edge(last, split, words))
                ends = [(self.body(lane.body, split, lane.tag), lane) for lane in part.lanes]
                last, tag = self.node("join", "join", part.ran), ""
                if part.runs in _BACK:
                    self.edges.append(Edge(last, split, _BACK[part.runs]))
                for end, lane in ends:
                    if not lane.joins:
                        continue
                    # A lane without a box joins what parted; its tag would otherwise be lost.
                    words = one_line(lane.body[-1].gives)
                    self.edges.append(Edge(end, last, f"{lane.tag}: {words}" if end == split and lane.tag else words))
        return last
