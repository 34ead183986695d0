"""The geometry of lines that both renderers share: rounded corners, gaps at crossings, arrow heads.

Nothing here knows of SVG or matplotlib: a path is a list of commands M (move), L (line), C (curve).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot
from typing import TypeAlias

from sm_toolkit.notebook.pictures.scene import CAPITAL_HEIGHT, Box, Line, Point, Scene, Wire, line_height, line_width

Command: TypeAlias = tuple[str, tuple[Point, ...]]
Path: TypeAlias = list[Command]

HEAD_LENGTH = 6.5
_GAP = 3.6  # half of the gap that a wire leaves where it passes under another
_BAND = 50.0  # points down the page
_ROUND = 0.5523  # the handle of a cubic curve that comes nearest to a quarter circle


def segments(wire: Wire) -> Iterator[tuple[Point, Point]]:
    """Yield the straight pieces of a wire, its corners taken as sharp."""
    return zip(wire.points, wire.points[1:], strict=False)


def crossings(one: Wire, other: Wire) -> list[Point]:
    """Where two wires cross in the middle of a piece of each (wires that only touch at an end do not)."""
    found = []
    for a, b in segments(one):
        for c, d in segments(other):
            if not (_is_straight(a, b) and _is_straight(c, d)):
                found += _slanted_crossing(a, b, c, d)
                continue
            for level, upright in (((a, b), (c, d)), ((c, d), (a, b))):
                if level[0].y != level[1].y or upright[0].x != upright[1].x:
                    continue
                x, y = upright[0].x, level[0].y
                left, right = sorted((level[0].x, level[1].x))
                top, bottom = sorted((upright[0].y, upright[1].y))
                if left + 0.1 < x < right - 0.1 and top + 0.1 < y < bottom - 0.1:
                    found.append(Point(x, y))
    return found


def _is_straight(a: Point, b: Point) -> bool:
    return a.x == b.x or a.y == b.y


def _slanted_crossing(a: Point, b: Point, c: Point, d: Point) -> list[Point]:
    ab, cd, ac = (Point(q.x - p.x, q.y - p.y) for p, q in ((a, b), (c, d), (a, c)))
    turn = ab.x * cd.y - ab.y * cd.x
    if abs(turn) < 1e-9:
        return []
    along, across = (ac.x * cd.y - ac.y * cd.x) / turn, (ac.x * ab.y - ac.y * ab.x) / turn
    inside = 0.1 / hypot(*ab) < along < 1 - 0.1 / hypot(*ab) and 0.1 / hypot(*cd) < across < 1 - 0.1 / hypot(*cd)
    return [Point(a.x + ab.x * along, a.y + ab.y * along)] if inside else []


class Wires:
    """The wires of a scene by where they are, so that not each of many is held against each other."""

    def __init__(self, scene: Scene) -> None:
        self._bands: dict[int, list[tuple[int, Wire]]] = {}
        self._places: dict[int, int] = {}
        for place, shape in enumerate(scene.shapes):
            if isinstance(shape, Wire):
                self._places[id(shape)] = place
                for band in self._reach(shape):
                    self._bands.setdefault(band, []).append((place, shape))

    def _reach(self, wire: Wire) -> range:
        ys = [point.y for point in wire.points]
        return range(int(min(ys) // _BAND), int(max(ys) // _BAND) + 1)

    def over(self, wire: Wire) -> list[Wire]:
        """Return those near a wire that passes under: under all that do not, and under those before it that do."""
        near = {place: other for band in self._reach(wire) for place, other in self._bands.get(band, ())}
        at = self._places.get(id(wire), len(self._places))
        return [other for place, other in sorted(near.items()) if not other.under or place < at]


def visible_pieces(scene: Scene, wire: Wire, wires: Wires | None = None) -> list[list[Point]]:
    """The wire's points, cut where it passes under others; who asks for many makes the ``wires`` of the scene once."""
    if not wire.under:
        return [list(wire.points)]
    over = (wires or Wires(scene)).over(wire)
    pieces: list[list[Point]] = [[wire.points[0]]]
    for start, end in segments(wire):
        length = hypot(end.x - start.x, end.y - start.y)
        places = sorted(
            hypot(place.x - start.x, place.y - start.y)
            for other in over
            for place in crossings(Wire((start, end)), other)
        )
        along = Point((end.x - start.x) / length, (end.y - start.y) / length) if length else Point(0, 0)
        for place in places:
            before, after = max(place - _GAP, 0), min(place + _GAP, length)
            pieces[-1].append(Point(start.x + along.x * before, start.y + along.y * before))
            pieces.append([Point(start.x + along.x * after, start.y + along.y * after)])
        pieces[-1].append(end)
    return pieces


def wire_paths(scene: Scene, wire: Wire, wires: Wires | None = None) -> list[Path]:
    """The strokes of a wire. The last one stops inside the arrow head, so that its tip stays sharp."""
    pieces = visible_pieces(scene, wire, wires)
    if wire.arrow:
        start, tip = pieces[-1][-2:]
        pieces[-1][-1] = _towards(tip, start, HEAD_LENGTH - 1)
    return [rounded(piece, wire.radius) for piece in pieces]


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = ((end.x - start.x) ** 2 + (end.y - start.y) ** 2) ** 0.5
    if whole == 0:
        return start
    share = length / whole
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def rounded(points: list[Point], radius: float) -> Path:
    """Return the path through points, with its corners rounded as far as there is room."""
    path: Path = [("M", (points[0],))]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        room = min(
            abs(corner.x - before.x) + abs(corner.y - before.y),
            abs(after.x - corner.x) + abs(after.y - corner.y),
        )
        path += _turn(before, corner, after, min(radius, room / 2))
    path.append(("L", (points[-1],)))
    return path


def arrow_head(wire: Wire) -> list[Point]:
    """The three corners of the head, the tip first."""
    before, tip = wire.points[-2:]
    return head(before, tip, 3.0 if wire.accent else 2.7)


def head(before: Point, tip: Point, half_width: float, length: float = HEAD_LENGTH) -> list[Point]:
    """Return the corners of an arrow head whose tip is at the end of a line, the tip first."""
    base = _towards(tip, before, length)
    across = Point((tip.y - base.y) / length * half_width, (base.x - tip.x) / length * half_width)
    return [tip, Point(base.x + across.x, base.y + across.y), Point(base.x - across.x, base.y - across.y)]


def box_outline(box: Box, radius: float) -> Path:
    """Return the path round a box, with its corners rounded."""
    corners = [Point(box.right, box.y), Point(box.right, box.bottom), Point(box.x, box.bottom), Point(box.x, box.y)]
    path: Path = [("M", (Point(box.x + radius, box.y),))]
    for number, corner in enumerate(corners):
        path += _turn(corners[number - 1], corner, corners[(number + 1) % 4], radius)
    return path


def _turn(before: Point, corner: Point, after: Point, size: float) -> Path:
    """Return the way to and round one corner."""
    handle = size * (1 - _ROUND)
    turn = (_towards(corner, before, handle), _towards(corner, after, handle), _towards(corner, after, size))
    return [("L", (_towards(corner, before, size),)), ("C", turn)]


def text_places(box: Box) -> list[tuple[Line, float, float]]:
    """Each line of a box with the left end of its measured text and its baseline."""
    places = []
    top = box.centre.y - box.text_height / 2
    for text in box.lines:
        height, width = line_height(text), line_width(text)
        size = max((span.size for span in text), default=0.0)
        x = {"start": box.x + 1.5, "middle": box.centre.x - width / 2, "end": box.right - 1.5 - width}[box.align]
        places.append((text, x, top + height / 2 + size * CAPITAL_HEIGHT / 2))
        top += height + box.leading
    return places
