"""A picture as plain data: shapes with their place and size in points, and nothing that draws them.

Every picture of this package is laid out as a `Scene`, which two renderers then only copy: `svg` and
`figure`. What a reader of a picture is owed (no label clipped or crossed, …) is checked on the scene, in
`rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from sm_toolkit.language.text.plain import printable, shorten
from sm_toolkit.notebook.pictures.metrics import text_width

Face = Literal["sans", "bold", "mono", "mono-bold"]
Look = Literal[
    "box", "pill", "chip", "label", "capsule", "column", "track", "fill", "state", "circle", "frame", "effect"
]

SMALLEST_TYPE = 8.0
WIDEST_PAGE = 640.0
LINE_HEIGHT = 1.32
# Capitals and digits are this part of the type size high (in all the faces that are asked for).
CAPITAL_HEIGHT = 0.727


class Point(NamedTuple):
    """A place on the page, in points from its top left corner."""

    x: float
    y: float


ORIGIN = Point(0, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """Text in one face and size."""

    text: str
    face: Face = "sans"
    size: float = 9.0

    @property
    def width(self) -> float:
        """The width by the table of metrics."""
        return text_width(self.text, self.face, self.size)


Line: TypeAlias = tuple[Span, ...]


def clean(text: str) -> str:
    """Return one line that every renderer can show: what is not printable becomes its escape."""
    return printable(text)


MOST_MEASURED = 2_000
"""No line has room for more characters, so that longer ones are not measured."""


def within(span: Span, width: float) -> Span:
    """Cut a span to a width, the last character then an ellipsis; where not even that fits, nothing is left."""
    if len(span.text) <= MOST_MEASURED and span.width <= width:
        return span
    fits, beyond = -1, min(len(span.text), MOST_MEASURED)  # so many characters fit before an ellipsis, and do not
    while beyond - fits > 1:
        middle = (fits + beyond) // 2
        if Span(f"{span.text[:middle]}…", span.face, span.size).width > width:
            beyond = middle
        else:
            fits = middle
    return replace(span, text="" if fits < 0 else f"{span.text[:fits]}…")


def cut(text: str, width: float, face: Face = "sans", size: float = 9.0) -> Span:
    """Return a span of words from outside: printable, and no wider than asked."""
    return within(Span(clean(text), face, size), width)


def line(*spans: Span | str, face: Face = "sans", size: float = 9.0) -> Line:
    """A line of text; a plain string in it takes the given face and size."""
    return tuple(
        Span(clean(span), face, size) if isinstance(span, str) else replace(span, text=clean(span.text))
        for span in spans
    )


def line_width(text: Line) -> float:
    """Return the width of a line of text."""
    return sum(span.width for span in text)


def line_height(text: Line) -> float:
    """Return the height of a line of text."""
    return max((span.size for span in text), default=0.0) * LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class Box:
    """Lines of text on their own fill.

    `look` says what it stands for: a box is an operation or a stage, a pill a type, a chip a value, a label
    a word about the picture. A capsule (a queue) and a column (an update point) hold other shapes and no
    text; so does a frame (a pipeline inside another). An effect is a function of Python, which is not data. A
    track with its fill is a gauge. `accent` marks what ran or changed. A box that `rides` lies on a
    line on purpose, centred on it. A ``tip`` is what a reader is shown who asks for more: all of a text that is cut.
    """

    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    look: Look = "box"
    accent: bool = False
    rides: bool = False
    align: Literal["start", "middle", "end"] = "middle"
    leading: float = 0.0  # points between lines, more than usual
    tip: str = ""

    @property
    def text_height(self) -> float:
        """The height of all the lines."""
        return sum(line_height(text) for text in self.lines) + self.leading * max(0, len(self.lines) - 1)

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


# The room between text and edge, across and down.
PADDING: dict[Look, tuple[float, float]] = {
    "box": (6.5, 6.0),
    "pill": (4.0, 1.8),
    "chip": (2.8, 1.2),
    "label": (1.5, 0.5),
    "capsule": (0.0, 0.0),
    "column": (0.0, 0.0),
    "track": (0.0, 0.0),
    "fill": (0.0, 0.0),
    "state": (4.5, 1.8),
    "circle": (4.0, 4.0),
    "frame": (0.0, 0.0),
    "effect": (6.5, 6.0),
}


def measured(
    lines: Iterable[Line],
    look: Look,
    *,
    centre: Point | None = None,
    left: float = 0.0,
    top: float = 0.0,
    right: float | None = None,
    accent: bool = False,
    rides: bool = False,
    align: Literal["start", "middle", "end"] = "middle",
    least: tuple[float, float] = (0.0, 0.0),
    leading: float = 0.0,
) -> Box:
    """Return a box that is exactly its text and padding (at least `least`), by its centre or corner."""
    lines = tuple(lines)
    across, down = PADDING[look]
    width = max(least[0], max((line_width(text) for text in lines), default=0.0) + 2 * across)
    text_height = sum(line_height(text) for text in lines) + leading * max(0, len(lines) - 1)
    height = max(least[1], text_height + 2 * down)
    if centre is not None:
        left, top = centre.x - width / 2, centre.y - height / 2
    elif right is not None:
        left = right - width
    return Box(left, top, width, height, lines, look, accent, rides, align, leading)


@dataclass(frozen=True, slots=True)
class Wire:
    """A line with rounded corners. `under`: it passes below the wires that it meets, cut where it does."""

    points: tuple[Point, ...]
    accent: bool = False
    arrow: bool = True
    under: bool = False
    radius: float = 8.0
    weight: float | None = None

    @property
    def thickness(self) -> float:
        """Its stroke, in points."""
        return self.weight if self.weight is not None else (2.4 if self.accent else 1.2)


@dataclass(frozen=True, slots=True)
class Rail:
    """The double line that stands for state; what lies right of `accent_from` has changed."""

    left: float
    right: float
    y: float
    accent_from: float | None = None
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    """Where wires part or meet (`hollow` where all of them run), or an `item` that waits in a queue."""

    x: float
    y: float
    radius: float = 3.0
    accent: bool = False
    item: bool = False
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """A change that waits in a queue: a bar across the queue, on a stem that comes from its label."""

    x: float
    stem_top: float
    top: float
    bottom: float


Shape: TypeAlias = Box | Wire | Rail | Dot | Marker


@dataclass(frozen=True, slots=True)
class Scene:
    """Shapes on a page whose corner is (0, 0); `title` says in words what the picture shows."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str


def bounds(shape: Shape) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything that is drawn of a shape."""
    match shape:
        case Box():
            edge = 1.2 if shape.accent else 0.6
            edge = 0.0 if shape.look in ("label", "chip") else edge
            return shape.x - edge, shape.y - edge, shape.right + edge, shape.bottom + edge
        case Wire():
            edge = 3.0 if shape.arrow else shape.thickness / 2
            xs, ys = [p.x for p in shape.points], [p.y for p in shape.points]
            # What lies level has no height but its thickness, and no width beyond its ends; so with what is
            # upright.
            across, down = edge if len(set(ys)) > 1 else 0.0, edge if len(set(xs)) > 1 else 0.0
            return min(xs) - across, min(ys) - down, max(xs) + across, max(ys) + down
        case Rail():
            return shape.left, shape.y - 6, shape.right, shape.y + 6
        case Dot():
            edge = shape.radius + 0.8
            return shape.x - edge, shape.y - edge, shape.x + edge, shape.y + edge
        case Marker():
            return shape.x - 2.5, min(shape.stem_top, shape.top), shape.x + 2.5, shape.bottom


def moved(shape: Shape, across: float, down: float) -> Shape:
    """Return the same shape somewhere else."""
    match shape:
        case Box() | Dot():
            return replace(shape, x=shape.x + across, y=shape.y + down)
        case Wire():
            return replace(shape, points=tuple(Point(p.x + across, p.y + down) for p in shape.points))
        case Rail():
            start = None if shape.accent_from is None else shape.accent_from + across
            return replace(
                shape,
                left=shape.left + across,
                right=shape.right + across,
                y=shape.y + down,
                accent_from=start,
            )
        case Marker():
            return Marker(shape.x + across, shape.stem_top + down, shape.top + down, shape.bottom + down)


LONGEST_TITLE = 300
"""Of a longer title, as many characters are there."""


def fitted(shapes: Iterable[Shape], title: str, margin: float = 2.0) -> Scene:
    """A scene that is exactly as large as its content and a margin."""
    shapes = tuple(shapes)
    edges = [bounds(shape) for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)]
    left, top = min(e[0] for e in edges) - margin, min(e[1] for e in edges) - margin
    right, bottom = max(e[2] for e in edges) + margin, max(e[3] for e in edges) + margin
    placed = tuple(moved(shape, -left, -top) for shape in shapes)
    return Scene(round(right - left, 2), round(bottom - top, 2), placed, clean(shorten(title, LONGEST_TITLE)))


# Type sizes and faces that all pictures share.
def operation(name: str, *, accent: bool = False, centre: Point = ORIGIN) -> Box:
    """The box of a leaf operation or of a part that is drawn elsewhere."""
    return measured(
        [line(name, face="bold" if accent else "sans", size=9.5)],
        "box",
        centre=centre,
        accent=accent,
        least=(0, 25),
    )


def pill(lines: Sequence[str], centre: Point, *, accent: bool = False) -> Box:
    """A type, on its wire."""
    texts = [line(text, face="mono", size=8) for text in lines]
    made = measured(texts, "pill", centre=centre, rides=True, accent=accent, least=(0, 14.5))
    return with_tip(made, lines)


def with_tip(box: Box, lines: Sequence[str]) -> Box:
    """Return a box that tells all of a type of which some is cut, if what is written in it knows that."""
    whole = getattr(lines, "whole", "")
    return replace(box, tip=whole) if any("…" in text for text in lines) else box


def chip(value: Iterable[str], centre: Point, *, rides: bool = False) -> Box:
    """A value that passed."""
    texts = [line(text, face="mono-bold", size=8) for text in value]
    return measured(texts, "chip", centre=centre, rides=rides, accent=True)


def label(
    *spans: Span | str,
    left: float = 0.0,
    top: float = 0.0,
    right: float | None = None,
    centre: Point | None = None,
    bold: bool = False,
    size: float = 9.0,
    rides: bool = False,
) -> Box:
    """A word about the picture, on its own plate: readable on any page."""
    text = line(*spans, face="bold" if bold else "sans", size=size)
    align: Literal["start", "middle", "end"] = (
        "middle" if centre is not None else "end" if right is not None else "start"
    )
    return measured([text], "label", centre=centre, left=left, top=top, right=right, rides=rides, align=align)


def bracket(left: float, right: float, y: float, tick: float) -> Wire:
    """A line over (`tick` > 0) or under a range, with its two ends turned towards it."""
    return Wire(
        (Point(left, y + tick), Point(left, y), Point(right, y), Point(right, y + tick)),
        arrow=False,
        radius=0,
        weight=1.0,
    )
