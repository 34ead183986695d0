"""What every picture must keep, checked on its scene: no label clipped, overlapped or crossed, nothing too
small or wide.

Only judging belongs here: the geometry of wires that the renderers share is in `outline`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import hypot

from sm_toolkit.notebook.pictures.outline import HEAD_LENGTH, Wires, crossings, segments, visible_pieces
from sm_toolkit.notebook.pictures.scene import (
    SMALLEST_TYPE,
    WIDEST_PAGE,
    Box,
    Dot,
    Marker,
    Point,
    Rail,
    Scene,
    Wire,
    bounds,
    line_width,
)

SHORTEST_STUB = 9.0
HOLDERS = ("column", "capsule", "frame")
_SLACK = 0.05  # points that rounding may take


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: the rule, and what breaks it."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


class SceneError(ValueError):
    """A scene that breaks the drawing rules, and is therefore not saved."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("this picture breaks the drawing rules:\n" + "\n".join(f"  {one}" for one in violations))


def require(scene: Scene) -> Scene:
    """The scene, if it keeps the rules; otherwise a `SceneError` that names every breach."""
    if violations := check_scene(scene):
        raise SceneError(violations)
    return scene


def check_scene(scene: Scene) -> tuple[Violation, ...]:
    """Every breach of the rules, in a fixed order; empty for a good picture."""
    return tuple(
        Violation(rule, what)
        for rule, findings in (
            ("the page is at most 640 pt wide", _page(scene)),
            ("nothing is clipped by the page", _clipped(scene)),
            ("type is at least 8 pt", _small_type(scene)),
            ("a label fits in its box", _tight(scene)),
            ("boxes and labels do not overlap", _overlaps(scene)),
            ("no line crosses a label or a box", _crossed(scene)),
            ("lines that cross leave a gap, away from arrow heads", _bare_crossings(scene)),
            ("the stub before an arrow head is at least 9 pt", _stubs(scene)),
        )
        for what in findings
    )


def name_of(shape: Box) -> str:
    """Name a box by its look and its words."""
    text = " / ".join("".join(span.text for span in line).strip() for line in shape.lines)
    return f"{shape.look} {text!r}"


def _boxes(scene: Scene) -> list[Box]:
    return [shape for shape in scene.shapes if isinstance(shape, Box)]


def _wires(scene: Scene) -> list[Wire]:
    return [shape for shape in scene.shapes if isinstance(shape, Wire)]


def _page(scene: Scene) -> Iterator[str]:
    if scene.width > WIDEST_PAGE + _SLACK:
        yield f"it is {scene.width:g} pt wide"


def _clipped(scene: Scene) -> Iterator[str]:
    for shape in scene.shapes:
        left, top, right, bottom = bounds(shape)
        if left < -_SLACK or top < -_SLACK or right > scene.width + _SLACK or bottom > scene.height + _SLACK:
            yield (
                name_of(shape)
                if isinstance(shape, Box)
                else f"a {type(shape).__name__.lower()} at {left:.0f}, {top:.0f}"
            )


def _small_type(scene: Scene) -> Iterator[str]:
    for box in _boxes(scene):
        if any(span.size < SMALLEST_TYPE for line in box.lines for span in line):
            yield name_of(box)


def _tight(scene: Scene) -> Iterator[str]:
    for box in _boxes(scene):
        if not box.lines:
            continue
        wide = max((line_width(line) for line in box.lines), default=0.0)
        if wide > box.width - 2 + _SLACK or box.text_height > box.height + _SLACK:
            yield name_of(box)


def _shrunk(box: Box, by: float) -> tuple[float, float, float, float]:
    return box.x + by, box.y + by, box.right - by, box.bottom - by


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _inside(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return b[0] <= a[0] and b[1] <= a[1] and a[2] <= b[2] and a[3] <= b[3]


def _overlaps(scene: Scene) -> Iterator[str]:
    for one, other in combinations(_boxes(scene), 2):
        a, b = _shrunk(one, _SLACK), _shrunk(other, _SLACK)
        if not _meet(a, b) or {one.look, other.look} == {"track", "fill"}:
            continue
        # A column, a queue and a frame hold other shapes, whole.
        if (one.look in HOLDERS and _inside(b, a)) or (other.look in HOLDERS and _inside(a, b)):
            continue
        yield f"{name_of(one)} and {name_of(other)}"
    for shape in scene.shapes:
        if isinstance(shape, Dot | Marker):
            for box in _boxes(scene):
                if box.look not in HOLDERS and _meet(bounds(shape), _shrunk(box, 1.0)):
                    yield f"{name_of(box)} and a {type(shape).__name__.lower()}"


def _strikes(start: Point, end: Point, area: tuple[float, float, float, float]) -> bool:
    """Whether a piece of a line passes through an area."""
    left, right = sorted((start.x, end.x))
    top, bottom = sorted((start.y, end.y))
    if not (left < area[2] and right > area[0] and top < area[3] and bottom > area[1]):
        return False
    if left == right or top == bottom:
        return True
    # A slanted piece that comes near passes through where corners of the area lie on both sides of it.
    corners = [(x, y) for x in (area[0], area[2]) for y in (area[1], area[3])]
    sides = [(end.x - start.x) * (y - start.y) - (end.y - start.y) * (x - start.x) for x, y in corners]
    return min(sides) < 0 < max(sides)


def _rides_on(box: Box, start: Point, end: Point) -> bool:
    level, upright = abs(start.y - end.y) < _SLACK, abs(start.x - end.x) < _SLACK
    if level or upright:
        return (level and abs(start.y - box.centre.y) < 1) or (upright and abs(start.x - box.centre.x) < 1)
    turn = (end.x - start.x) * (box.centre.y - start.y) - (end.y - start.y) * (box.centre.x - start.x)
    return abs(turn) / hypot(end.x - start.x, end.y - start.y) < 1


def _crossed(scene: Scene) -> Iterator[str]:
    lines = [(start, end) for wire in _wires(scene) for start, end in segments(wire)]
    lines += [(Point(r.left, r.y), Point(r.right, r.y)) for r in scene.shapes if isinstance(r, Rail)]
    for box in _boxes(scene):
        if box.look in ("column", "frame", "track", "fill"):
            continue
        area = _shrunk(box, 0.8)
        for start, end in lines:
            if _strikes(start, end, area) and not (box.rides and _rides_on(box, start, end)):
                path = f"{start.x:.0f}, {start.y:.0f} to {end.x:.0f}, {end.y:.0f}"
                yield f"{name_of(box)} by a line from {path}"


def _bare_crossings(scene: Scene) -> Iterator[str]:
    for one, other in combinations(_wires(scene), 2):
        for place in crossings(one, other):
            at = f"at {place.x:.0f}, {place.y:.0f}"
            if not (one.under or other.under):
                yield f"two wires {at}"
            for wire in (one, other):
                tip = wire.points[-1]
                if wire.arrow and hypot(tip.x - place.x, tip.y - place.y) < HEAD_LENGTH + 3:
                    yield f"an arrow head is {at}"
        if one.points[0] == other.points[0] or one.points[-1] == other.points[-1]:
            continue  # wires that part or meet share a trunk
        for a, b in segments(one):
            for c, d in segments(other):
                if _run_together(a, b, c, d):
                    yield f"two wires lie on each other at {a.x:.0f}, {a.y:.0f}"


def _run_together(a: Point, b: Point, c: Point, d: Point) -> bool:
    def overlap(p: float, q: float, r: float, s: float) -> float:
        return min(max(p, q), max(r, s)) - max(min(p, q), min(r, s))

    if a.x == b.x and c.x == d.x and abs(a.x - c.x) < 2:
        return overlap(a.y, b.y, c.y, d.y) > 2
    if a.y == b.y and c.y == d.y and abs(a.y - c.y) < 2:
        return overlap(a.x, b.x, c.x, d.x) > 2
    return False


def _outside(box: Box, start: Point, tip: Point) -> float:
    """Return how much of a slanted piece is left between a box that it passes through and its tip."""
    whole = hypot(tip.x - start.x, tip.y - start.y)
    last = whole
    for part in range(100):  # from the tip back
        share = part / 100
        x, y = tip.x + (start.x - tip.x) * share, tip.y + (start.y - tip.y) * share
        if box.x < x < box.right and box.y < y < box.bottom:
            return min(last, whole * share)
    return last


def _stubs(scene: Scene) -> Iterator[str]:
    """From the tip of each arrow back to the first thing that hides or bends its line."""
    boxes = [box for box in _boxes(scene) if box.look not in ("column", "frame")]
    wires = Wires(scene)
    for wire in _wires(scene):
        if not wire.arrow:
            continue
        start, tip = visible_pieces(scene, wire, wires)[-1][-2:]
        length = hypot(tip.x - start.x, tip.y - start.y)
        for box in boxes:
            if box.rides and start.x != tip.x and start.y != tip.y:
                length = min(length, _outside(box, start, tip))
            elif box.rides and _strikes(start, tip, _shrunk(box, 0.5)):
                if abs(start.y - tip.y) < _SLACK:
                    edge = box.right if tip.x > start.x else box.x
                    length = min(length, abs(tip.x - edge))
                else:
                    edge = box.bottom if tip.y > start.y else box.y
                    length = min(length, abs(tip.y - edge))
        if length < SHORTEST_STUB - _SLACK:
            yield f"{length:.1f} pt before the arrow at {tip.x:.0f}, {tip.y:.0f}"
