"""The picture of an upgrade: old and new side by side, what changed marked, the migration and the adapter between.
That of a downgrade is the same, of the way back.

It draws plain data, an ``UpgradeView``; whoever knows an upgrade makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.pictures.function_picture import function_lines
from sm_toolkit.notebook.pictures.machine_picture import PAGE, diagram
from sm_toolkit.notebook.pictures.machine_plan import Body
from sm_toolkit.notebook.pictures.machine_words import broken, graph_of, plan_text
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node, Picture
from sm_toolkit.notebook.pictures.scene import (
    Box,
    Point,
    Shape,
    Span,
    Wire,
    bounds,
    chip,
    fitted,
    label,
    line,
    measured,
    moved,
    pill,
    with_tip,
)
from sm_toolkit.notebook.pictures.wording import value_lines, whole_type, wrapped

BEFORE_TYPES = 46.0
MIDDLE = 118.0  # between the old types and the new ones
CIRCLE = 22.0
BETWEEN_ROWS = 12.0
LONGEST_REASON = 400
UNKNOWN = ("…",)
"""The lines of a type that is not known."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A machine before or after an upgrade: what it is called, its types as lines, its state in words if that is known.

    ``changed`` are those of its nodes that the other has not. There is no machine where it is not known.
    """

    name: str
    hash: str
    input: tuple[str, ...]
    state: tuple[str, ...]
    output: tuple[str, ...]
    value: str | None = None
    machine: Machine[Any, Any, Any] | None = None
    changed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class UpgradeView:
    """An upgrade of a stage: the machine that runs, the one that is to run, and what leads from one to the other.

    ``up`` and ``down`` are the adapter's, if there is one. A refused upgrade has at least one reason. Of a downgrade
    (``noun``) the new machine is the one before; ``letter`` is what the migration goes by.
    """

    stage: str
    old: Edition
    new: Edition
    migrate: str
    up: str = ""
    down: str = ""
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    noun: str = "upgrade"
    letter: str = "m"


def draw_upgrade(view: UpgradeView, most: int | None = None) -> Picture:
    """Draw the types of both editions with what leads from one to the other, and below them both machines.

    Machines that were written as functions are shown as such. With ``most`` they are diagrams, of at most so many
    operations each.
    """
    heading = label(Span(f"{_verb(view)} of {view.stage}", "bold", 11), left=0, top=0)
    shapes: list[Shape] = [heading, *_types(view, heading.bottom + 14)]
    top = _bottom(shapes) + 14
    for name, words in _machines(view):
        for text in _worded(name, words):
            one = label(Span(text, "mono", 8.5), left=0, top=top)
            shapes.append(one)
            top = one.bottom + 1
    top += 6
    for text, bold in _sentences(view):
        for span in wrapped(text, face="bold" if bold else "sans"):
            one = label(span, left=0, top=top)
            shapes.append(one)
            top = one.bottom
    drawn = {side.name: diagram(side.machine, most, side.changed) for side in (view.old, view.new) if side.machine}
    bodies = {name: body for name, (_, body) in drawn.items()}
    texts = _functions(view) if most is None else {}
    shown = texts or {name: shapes for name, (shapes, _) in drawn.items()}
    shapes += _side_by_side(view, shown, top + 14)
    return Picture(fitted(shapes, _title(view)), _text(view, bodies, bool(texts)), _graph(view, bodies))


def _functions(view: UpgradeView) -> dict[str, list[Shape]]:
    """Return the texts of both editions if they were written as functions, the lines marked that the other has not."""
    sides = [side for side in (view.old, view.new) if _source(side)]
    if len(sides) < 2:
        return {}
    lines = [_source(side).splitlines() for side in sides]
    kept: tuple[set[int], set[int]] = set(), set()
    for here, there, size in SequenceMatcher(None, lines[0], lines[1], autojunk=False).get_matching_blocks():
        kept[0].update(range(here + 1, here + size + 1))
        kept[1].update(range(there + 1, there + size + 1))
    return {
        side.name: list(function_lines(_source(side), 0.0, set(range(1, len(text) + 1)) - same))
        for side, text, same in zip(sides, lines, kept, strict=True)
    }


def _source(side: Edition) -> str:
    return "" if side.machine is None or side.machine.origin is None else side.machine.origin.text.rstrip()


def _worded(name: str, words: str) -> list[str]:
    """Return the lines of what leads from one edition to the other: an expression, or the text of a function."""
    lines = words.splitlines()
    if len(lines) == 1:
        lines = [text if not number else f"  {text.strip()}" for number, text in enumerate(broken(words, 110, 3))]
    begin = f"{name:<4} = "
    return [f"{begin if not number else ' ' * len(begin)}{text}" for number, text in enumerate(lines)]


def _bottom(shapes: list[Shape]) -> float:
    return max(bounds(shape)[3] for shape in shapes)


def _verb(view: UpgradeView) -> str:
    return f"refused {view.noun}" if view.reasons else view.noun


# -- the types ------------------------------------------------------------------------------------------------


def _types(view: UpgradeView, top: float) -> Iterator[Shape]:
    """Yield a row for each of the input, the state and the output; what changed is marked."""
    rows = (
        ("input", view.old.input, view.new.input, "up" if view.up else "", True),
        ("state", view.old.state, view.new.state, view.letter if view.migrate else "", True),
        ("output", view.old.output, view.new.output, "down" if view.down else "", False),
    )
    wide = max(pill(old, Point(0, 0)).width for _, old, _, _, _ in rows)
    old_head, new_head = (_head(side, new) for side, new in ((view.old, False), (view.new, True)))
    left = BEFORE_TYPES + max(wide, old_head.width)
    right = left + MIDDLE
    yield replace(old_head, x=left - old_head.width, y=top, align="end")
    yield replace(new_head, x=right, y=top)
    top += 22
    for name, old, new, between, forward in rows:
        one = pill(old, Point(0, 0))
        differs = old != new and UNKNOWN not in (old, new)
        other = _new_type(new, differs)
        y = top + max(one.height, other.height) / 2
        one = replace(one, x=left - one.width, y=y - one.height / 2, rides=False)
        other = replace(other, x=right, y=y - other.height / 2)
        yield label(name, left=0, top=y - 6.5)
        yield one
        yield other
        why = "" if UNKNOWN in (old, new) else "no adapter" if differs else "the same"
        yield from _between(left, right, y, between or why, between != "", forward)
        bottom = top + max(one.height, other.height)
        if name == "state":
            for side, at, accent in ((view.old, left, False), (view.new, right, True)):
                if side.value is not None:
                    value = chip(value_lines(side.value), Point(0, 0))
                    value = replace(value, x=at if accent else at - value.width, y=bottom + 2)
                    yield value
                    top = max(top, value.bottom - max(one.height, other.height))
        top = max(top + max(one.height, other.height), bottom) + BETWEEN_ROWS


def _head(side: Edition, new: bool) -> Box:
    hash_ = Span(f" {side.hash}" if side.hash else "", "mono", 8.5)
    return label(Span(side.name, "bold" if new else "sans", 9.5), hash_)


def _new_type(lines: tuple[str, ...], changed: bool) -> Box:
    if not changed:
        return replace(pill(lines, Point(0, 0)), rides=False)
    signs = ["≠ ", *["  "] * (len(lines) - 1)]
    texts = [line(sign + text, face="mono-bold", size=8) for sign, text in zip(signs, lines, strict=True)]
    return with_tip(measured(texts, "pill", accent=True, least=(0, 14.5)), lines)


def _between(left: float, right: float, y: float, word: str, leads: bool, forward: bool) -> Iterator[Shape]:
    """Yield what leads from an old type to a new one, or back; or the word for why nothing does."""
    if not leads:
        if word:
            yield label(word, centre=Point((left + right) / 2, y))
        return
    circle = measured(
        [line(word, face="mono-bold", size=8.5)], "pill", accent=True, centre=Point((left + right) / 2, y)
    )
    width = max(CIRCLE, circle.width)
    middle = (left + right) / 2
    circle = Box(middle - width / 2, y - CIRCLE / 2, width, CIRCLE, circle.lines, "circle", True)
    start, end = (left + 0.8, right - 1.2) if forward else (right - 1.2, left + 0.8)
    near, far = (circle.x - 1, circle.right + 1) if forward else (circle.right + 1, circle.x - 1)
    yield Wire((Point(start, y), Point(near, y)), True)
    yield circle
    yield Wire((Point(far, y), Point(end, y)), True)


# -- the machines ---------------------------------------------------------------------------------------------


def _side_by_side(view: UpgradeView, drawn: dict[str, list[Shape]], top: float) -> Iterator[Shape]:
    """Yield both diagrams beside one another where they are narrow, or else one below the other."""
    sides = [(side, drawn[side.name]) for side in (view.old, view.new) if side.name in drawn]
    short = [label(_differs(view, side, True), bold=True) for side, _ in sides]
    wide = [
        max(heading.width, *(bounds(shape)[2] for shape in shown))
        for heading, (_, shown) in zip(short, sides, strict=True)
    ]
    beside = len(sides) == 2 and sum(wide) + 36 <= PAGE
    across = 0.0
    for (side, shown), width in zip(sides, wide, strict=True):
        words = _differs(view, side, beside) if len(sides) > 1 else side.name
        heading = label(words, left=across, top=top, bold=True)
        yield heading
        lowest = heading.bottom
        for shape in shown:
            placed = moved(shape, across, heading.bottom + 10)
            lowest = max(lowest, bounds(placed)[3])
            yield placed
        if beside:
            across += width + 36
        else:
            top = lowest + 16


def _differs(view: UpgradeView, side: Edition, short: bool) -> str:
    """Say what is marked in a diagram."""
    one, other = ("now", "other") if view.noun == "downgrade" else ("old", "new")
    if side is view.new:
        one, other = ("before", "other") if view.noun == "downgrade" else (other, one)
    if short:
        return f"{one}, what differs marked" if side.changed else one
    if not side.changed:
        return f"{one}: nothing of it is missing in the other"
    return f"{one}: what the {other} machine has not is marked"


# -- words ------------------------------------------------------------------------------------------------------


def _machines(view: UpgradeView) -> Iterator[tuple[str, str]]:
    if view.migrate:
        yield view.letter, view.migrate
    if view.up:
        yield "up", view.up
        yield "down", view.down


def _sentences(view: UpgradeView) -> Iterator[tuple[str, bool]]:
    yield from ((note, False) for note in view.notes)
    if view.reasons:
        yield "refused, and nothing changes:", True
        yield from ((f"- {reason[:LONGEST_REASON]}", False) for reason in view.reasons)


def _title(view: UpgradeView) -> str:
    told = " ".join(text for text, _ in _sentences(view))
    return f"{_verb(view)} of {view.stage}: {view.old.name} to {view.new.name}. {told}".strip()


def _text(view: UpgradeView, bodies: dict[str, Body], as_functions: bool) -> str:
    names = [f"{side.name} {side.hash}".strip() for side in (view.old, view.new)]
    lines = [f"{_verb(view)} of {view.stage}: {' -> '.join(names)}"]
    for name, old, new in (
        ("input", view.old.input, view.new.input),
        ("state", view.old.state, view.new.state),
        ("output", view.old.output, view.new.output),
    ):
        before, after = whole_type(old), whole_type(new)
        told = before if new == UNKNOWN else after if old in (new, UNKNOWN) else f"{before} ≠ {after}"
        lines.append(f"  {name:<7} {told}")
    lines += [f"  {text}" for name, words in _machines(view) for text in _worded(name, words)]
    lines += [text for text, _ in _sentences(view)]
    if as_functions:
        for mark, one, other in (("-", view.old, view.new), ("+", view.new, view.old)):
            theirs = _source(other).splitlines()
            lines.append(f"{one.name}:")
            lines += [f"  {' ' if text in theirs else mark} {text}".rstrip() for text in _source(one).splitlines()]
        return "\n".join(lines)
    for name, body in bodies.items():
        lines += [f"{name}:", *(f"  {one}" for one in plan_text(body).splitlines())]
    return "\n".join(lines)


def _graph(view: UpgradeView, bodies: dict[str, Body]) -> Graph:
    """Return the graphs of both machines, and what leads from the old one's ends and state to the new one's."""
    nodes: list[Node] = []
    edges: list[Edge] = []
    for prefix, side in (("old", view.old), ("new", view.new)):
        nodes.append(Node(f"{prefix}_state", f"state {whole_type(side.state)}", "port"))
        if side.name in bodies:
            graph = graph_of(bodies[side.name])
            nodes += [replace(node, name=f"{prefix}_{node.name}") for node in graph.nodes]
            edges += [Edge(f"{prefix}_{one.source}", f"{prefix}_{one.target}", one.text) for one in graph.edges]
    nodes.append(Node("migrate", view.letter, "operation", True))
    edges += [Edge("old_state", "migrate"), Edge("migrate", "new_state")]
    return Graph(tuple(nodes), tuple(edges))
