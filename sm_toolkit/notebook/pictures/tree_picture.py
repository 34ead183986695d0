"""A tree as a picture: a row for each node, what is inside it below and to the right, joined by lines.

It draws plain data, a ``TreeNode``; the trees of terms and types are made here too, opened from the top down as far as
there is room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.language.checking.inference import typing
from sm_toolkit.language.data.types import Type, is_record_head, record_words
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    FanIn,
    If,
    Let,
    Loop,
    Term,
    Variable,
    Zoom,
    children,
)
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.machine_index import Index, opened_nodes
from sm_toolkit.notebook.pictures.machine_words import machine_name, types_text
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node, Picture
from sm_toolkit.notebook.pictures.scene import (
    WIDEST_PAGE,
    Line,
    Point,
    Shape,
    Span,
    Wire,
    clean,
    cut,
    fitted,
    label,
    line_width,
    measured,
)
from sm_toolkit.notebook.pictures.wording import operation_text, operations, type_text, wrapped

MOST_ROWS = 40
INDENT = 24.0
STEM = 9.0  # from the left edge of a box to the line down to what is inside it
BETWEEN = 5.0
ROOM = WIDEST_PAGE - 8
MOST_LINES_TOLD = 4
LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A node: its words, what it is to the node around it (``tag``), a ``detail`` beside it, and what is inside it."""

    words: str
    tag: str = ""
    detail: str = ""
    inside: tuple[TreeNode, ...] = field(default=())


def draw_tree(name: str, told: str, root: TreeNode) -> Picture:
    """Draw a tree under its name and what is told of it."""
    heading: Line = (Span(shorten(name, 60), "bold", 11),)
    rest = Span(clean(f"  {told}" if told else ""), "mono", 8.5)
    beside = rest.width <= ROOM - line_width(heading)
    shapes: list[Shape] = [label(*heading, *([rest] if beside else []), left=0, top=0)]
    top = 26.0
    for span in () if beside else wrapped(told, ROOM, "mono", 8.5)[:MOST_LINES_TOLD]:
        told_here = label(span, left=0, top=top - 8)
        shapes.append(told_here)
        top = told_here.bottom + 8
    nodes: list[Node] = []
    edges: list[Edge] = []
    rows: list[str] = []
    waiting: list[tuple[TreeNode, int, tuple[str, Point] | None]] = [(root, 0, None)]
    while waiting:
        node, depth, above = waiting.pop()
        left = depth * INDENT
        tag = cut(f"{node.tag}:  " if node.tag else "", 120, size=8.5)
        words = cut(node.words, ROOM - left - 20 - tag.width, "mono", 8.5)
        box = measured([(tag, words) if node.tag else (words,)], "state", left=left, top=top)
        middle = box.centre.y
        shapes.append(box)
        detail = cut(node.detail, ROOM - box.right - 10, "mono", 8)
        if detail.text:
            shapes.append(label(detail, left=box.right + 8, top=middle - detail.size * 0.66 - 0.5))
        here = f"n{len(nodes)}"
        nodes.append(Node(here, node.words, "operation"))
        tagged = f"{node.tag}: {node.words}" if node.tag else node.words
        rows.append("  " * depth + (f"{tagged}   {node.detail}" if node.detail else tagged))
        if above is not None:
            source, start = above
            shapes.append(Wire((start, Point(start.x, middle), Point(left - 0.6, middle)), arrow=False, radius=4))
            edges.append(Edge(source, here, node.tag))
        stem = here, Point(left + min(STEM, box.width / 2), box.bottom + 0.5)
        waiting += [(inner, depth + 1, stem) for inner in reversed(node.inside)]
        top = box.bottom + BETWEEN
    title = f"{name}: {told}" if told else name
    return Picture(fitted(shapes, title), "\n".join([title, *rows]), Graph(tuple(nodes), tuple(edges)))


# -- types ----------------------------------------------------------------------------------------------------


def draw_type(type_: Type[Any], most: int = MOST_ROWS) -> Picture:
    """Draw a type as a tree of its parts, of which at most so many are shown."""
    return draw_tree("type", type_text(type_, 400), _grown(type_, most, _parts_of_type, _type_words))


def _type_words(type_: Type[Any]) -> str:
    if is_record_head(type_.head):
        return record_words(type_.head)[0]
    return {"Variant": "one of", "Pair": "pair of", "Tuple": "tuple of"}.get(type_.head, type_.head)


def _parts_of_type(type_: Type[Any]) -> list[tuple[str, Type[Any]]]:
    match type_.head:
        case head if is_record_head(head):
            tags = list(record_words(head)[1])
        case "Either":
            tags = ["Left", "Right"]
        case "Map":
            tags = ["key", "value"]
        case _:
            tags = [""] * len(type_.args)
    return list(zip(tags, type_.args, strict=True))


def _grown(
    root: Any, most: int, parts: Callable[[Any], list[tuple[str, Any]]], words: Callable[[Any], str]
) -> TreeNode:
    """Return a tree opened from the top down until there are so many nodes; what is not opened says so."""
    opened: dict[int, list[int]] = {}
    things: list[tuple[str, Any, int]] = [("", root, 0)]
    waiting = deque([0])
    while waiting:
        number = waiting.popleft()
        _, thing, depth = things[number]
        inside = parts(thing)
        if depth > 11 or len(things) + len(inside) > most:
            continue
        opened[number] = list(range(len(things), len(things) + len(inside)))
        waiting.extend(opened[number])
        things += [(tag, part, depth + 1) for tag, part in inside]
    made: dict[int, TreeNode] = {}
    for number in reversed(range(len(things))):
        tag, thing, _ = things[number]
        below = tuple(made[each] for each in opened.get(number, ()))
        folded = number not in opened and bool(parts(thing))
        made[number] = TreeNode(f"{words(thing)} …" if folded else words(thing), tag, "", below)
    return made[0]


# -- terms ----------------------------------------------------------------------------------------------------


def draw_term(machine: Machine[Any, Any, Any], most: int = MOST_ROWS) -> Picture:
    """Draw a machine as the tree of its term, with the type of each part; at most so many leaves are shown.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """
    typed = typing(machine.term)
    index = Index(typed.term)
    opened = opened_nodes(index, most)

    def types(first: int, last: int) -> str:
        return f"{type_text(typed.inputs[first], 40)} -> {type_text(typed.outputs[last], 40)}"

    def grown(number: int, tag: str) -> TreeNode:
        node = index.nodes[number]
        shown = opened.get(number)
        if shown is None:
            folded = bool(children(node))
            words = operations(index.leaves[number]) if folded else _leaf(index, number)
            return TreeNode(words, tag, types(number, number))
        everything = index.parts(number)
        inside: list[TreeNode] = []
        for place, (part, inner_tag) in enumerate(zip(shown, _tags(node, len(shown)), strict=True)):
            if part >= 0:
                inside.append(grown(part, inner_tag))
                continue
            hidden = everything[everything.index(shown[place - 1]) + 1 : everything.index(shown[place + 1])]
            leaves = sum(index.leaves[each] for each in hidden)
            inside.append(TreeNode(operations(leaves), inner_tag, types(hidden[0], hidden[-1])))
        return TreeNode(_form(node), tag, types(number, number), tuple(inside))

    return draw_tree(machine_name(machine), types_text(typed.scheme), grown(0, ""))


def _leaf(index: Index, number: int) -> str:
    node = index.nodes[number]
    return f"x{index.bound[number] - node.index}" if isinstance(node, Variable) else operation_text(node)


_FORMS = {
    "Compose": "one after another  >>",
    "Fanout": "both, of one input  &",
    "Both": "both, of a pair  *",
    "Case": "by the side, which is kept  |",
    "FanIn": "by the side  fan_in",
    "If": "by the condition  if_",
    "Unleft": "until Left  unleft",
    "Fold": "for each item  fold",
}


def _form(node: Term) -> str:
    match node:
        case Zoom(side):
            return f"zoom_{side}"
        case Loop(_, _, _, name):
            return f"loop {name or ''}".strip()
        case _:
            return _FORMS.get(type(node).__name__, type(node).__name__.lower())


def _tags(node: Term, count: int) -> list[str]:
    match node:
        case Case() | FanIn():
            return ["Left", "Right"]
        case If():
            return ["True", "False"]
        case Both():
            return ["first", "second"]
        case Let():
            return ["let", "in"]
        case _:
            return [""] * count
