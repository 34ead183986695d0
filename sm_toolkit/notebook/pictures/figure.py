"""Scene to a matplotlib figure, for papers: the layout that the SVG has, in the faces that it was measured
with.

No layout belongs here. matplotlib is imported when a figure is asked for, and its global state is left alone.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from sm_toolkit.notebook.pictures import palette
from sm_toolkit.notebook.pictures.outline import Path, Wires, arrow_head, box_outline, head, text_places, wire_paths
from sm_toolkit.notebook.pictures.palette import border, columns_of, corner, on_column, painting_order
from sm_toolkit.notebook.pictures.scene import Box, Dot, Marker, Point, Rail, Scene, Shape, Wire

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINTS_PER_INCH = 72
_FACES = {
    "sans": ("DejaVu Sans", "normal"),
    "bold": ("DejaVu Sans", "bold"),
    "mono": ("DejaVu Sans Mono", "normal"),
    "mono-bold": ("DejaVu Sans Mono", "bold"),
}


def scene_to_figure(scene: Scene) -> Figure:
    """The scene as a figure of its own size on a transparent background."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(scene.width / POINTS_PER_INCH, scene.height / POINTS_PER_INCH), dpi=2 * POINTS_PER_INCH)
    figure.patch.set_alpha(0)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.axis("off")
    painter = _Painter(scene, axes)
    for shape in painting_order(scene):
        painter.paint(shape)
    return figure


def save_figure(figure: Figure, path: str, kind: str) -> None:
    """Writes a figure so that the same figure gives the same file: no date in it."""
    with warnings.catch_warnings():
        # A sign that the faces lack is drawn as a small box; that is no reason to fail.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        metadata: dict[str, Any] = {"pdf": {"CreationDate": None}, "png": {"Software": None}}.get(kind, {})
        figure.savefig(path, format=kind, transparent=True, dpi=300, metadata=metadata)


class _Painter:
    """Puts one shape after the other on the axes; what is painted later lies above."""

    def __init__(self, scene: Scene, axes: Any) -> None:
        self.scene = scene
        self.axes = axes
        self.layer = 0
        self.wires, self.columns = Wires(scene), columns_of(scene)

    def paint(self, shape: Shape) -> None:
        self.layer += 1
        match shape:
            case Box():
                self._box(shape)
            case Wire():
                for path in wire_paths(self.scene, shape, self.wires):
                    self._stroke(path, shape.accent, shape.thickness)
                if shape.arrow:
                    self._head(arrow_head(shape), shape.accent)
            case Rail():
                self._rail(shape)
            case Dot():
                self._dot(shape)
            case Marker():
                self._straight(Point(shape.x, shape.stem_top), Point(shape.x, shape.top), True, 1.4)
                self._straight(Point(shape.x, shape.top), Point(shape.x, shape.bottom), True, 4.0)

    def _add(self, patch: Any) -> None:
        patch.set_zorder(self.layer)
        patch.set_clip_on(False)
        self.axes.add_patch(patch)

    def _stroke(self, path: Path, accent: bool, weight: float) -> None:
        colour = palette.ACCENT if accent else palette.LINE
        self._add(_patch(path, fill=False, edgecolor=colour, linewidth=weight, capstyle="butt", joinstyle="round"))

    def _straight(self, start: Point, end: Point, accent: bool, weight: float) -> None:
        self._stroke([("M", (start,)), ("L", (end,))], accent, weight)

    def _head(self, points: list[Point], accent: bool) -> None:
        from matplotlib.patches import Polygon

        self._add(Polygon(points, closed=True, facecolor=palette.ACCENT if accent else palette.LINE, linewidth=0))

    def _rail(self, rail: Rail) -> None:
        end = rail.right - 5 if rail.arrow else rail.right
        change = end if rail.accent_from is None else rail.accent_from
        for side in (-1.6, 1.6):
            self._straight(Point(rail.left, rail.y + side), Point(change, rail.y + side), False, 1.2)
            if rail.accent_from is not None:
                self._straight(Point(change, rail.y + side), Point(end, rail.y + side), True, 1.2)
        if rail.arrow:
            self._head(
                head(Point(rail.left, rail.y), Point(rail.right, rail.y), 4.6, 8.5),
                rail.accent_from is not None,
            )

    def _dot(self, dot: Dot) -> None:
        from matplotlib.patches import Circle

        colour = palette.ACCENT if dot.accent else palette.LINE
        fill = palette.ITEM_FILLS[dot.accent] if dot.item else palette.PAPER if dot.hollow else colour
        weight = (1.6 if dot.accent else 1.1) if dot.item or dot.hollow else 0.0
        self._add(Circle((dot.x, dot.y), dot.radius, facecolor=fill, edgecolor=colour, linewidth=weight))

    def _box(self, box: Box) -> None:
        if box.look != "label" or not on_column(self.columns, box):
            accent = palette.ACCENT if box.accent else palette.LINE
            fill = palette.FILLS[box.look][box.accent]
            path = box_outline(box, corner(box))
            self._add(_patch(path, facecolor=fill, edgecolor=accent, linewidth=border(box)))
        for line, left, baseline in text_places(box):
            for span in line:
                face, weight = _FACES[span.face]
                self.axes.text(
                    left,
                    baseline,
                    span.text,
                    fontsize=span.size,
                    fontfamily=face,
                    fontweight=weight,
                    color=palette.INK,
                    ha="left",
                    va="baseline",
                    parse_math=False,
                    zorder=self.layer,
                )
                left += span.width


def _patch(path: Path, **style: Any) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    codes = {"M": Outline.MOVETO, "L": Outline.LINETO, "C": Outline.CURVE4}
    points = [point for _, several in path for point in several]
    return PathPatch(Outline(points, [codes[letter] for letter, several in path for _ in several]), **style)
