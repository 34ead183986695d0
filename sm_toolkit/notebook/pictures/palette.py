"""The colours of all pictures, and the order in which shapes are painted; no shape and no renderer belongs
here.

Text stands on a light fill of its own (at least 10:1), lines stand out on white and on near-black pages.
One accent.
"""

from __future__ import annotations

from sm_toolkit.notebook.pictures.scene import Box, Dot, Look, Marker, Rail, Scene, Shape, Wire

INK = "#1a1a1a"
LINE = "#666666"
ACCENT = "#b45309"
PAPER = "#ffffff"

# What changes on a page that says it is dark. Labels bring a plate, so a page that says the wrong thing is
# readable too.
DARK_INK = "#eeeeee"
DARK_LINE = "#a3a3a3"
DARK_ACCENT = "#f59e0b"
DARK_PAPER = "#111111"
DARK_COLUMN = "#3b2b12"

FILLS: dict[Look, tuple[str, str]] = {  # plain, accent
    "box": ("#f1f2f4", "#ffd58a"),
    "pill": (PAPER, PAPER),
    "chip": ("#ffd58a", "#ffd58a"),
    "label": (PAPER, PAPER),
    "capsule": (PAPER, PAPER),
    "column": ("#fff3dc", "#fff3dc"),
    "track": (PAPER, PAPER),
    "fill": (LINE, ACCENT),
    "state": ("#f1f2f4", "#ffd58a"),
    "circle": (PAPER, PAPER),
    "frame": (PAPER, PAPER),
    "effect": (PAPER, "#ffd58a"),
}
ITEM_FILLS = ("#d4d7dc", "#ffd58a")

BORDERLESS: frozenset[Look] = frozenset({"chip", "label", "fill"})
CORNERS: dict[Look, float] = {
    "box": 5.0,
    "pill": 7.25,
    "chip": 2.0,
    "label": 2.0,
    "capsule": 10.0,
    "column": 6.0,
    "track": 1.0,
    "fill": 0.0,
    "state": 3.0,
    "circle": 100.0,
    "frame": 6.0,
    "effect": 1.0,
}


def border(box: Box) -> float:
    """Return how thick the border of a box is; accented ones are thicker, so that grey print shows them."""
    if box.look in BORDERLESS:
        return 0.0
    if box.look in ("column", "pill", "state"):
        return 1.4 if box.accent else 1.0
    if box.look == "frame":
        return 2.0 if box.accent else 1.0
    return 2.2 if box.accent else 1.1


def corner(box: Box) -> float:
    """Return the radius of the corners of a box."""
    return min(CORNERS[box.look], box.height / 2, box.width / 2)


def painting_order(scene: Scene) -> list[Shape]:
    """What lies below first: an accented wire hides a plain one, and a box the line that it rides on."""
    return sorted(scene.shapes, key=_layer)


def _layer(shape: Shape) -> int:
    match shape:
        case Box():
            return {"column": 0, "frame": 0, "capsule": 5, "track": 8, "fill": 9}.get(shape.look, 10)
        case Wire():
            return 3 if shape.accent else 1 if shape.under else 2
        case Rail():
            return 4
        case Dot():
            return 6
        case Marker():
            return 7


def columns_of(scene: Scene) -> list[Box]:
    """Return the columns of a scene."""
    return [shape for shape in scene.shapes if isinstance(shape, Box) and shape.look == "column"]


def on_column(columns: list[Box], box: Box) -> bool:
    """Whether a label lies on a column, whose fill then serves it as plate."""
    return any(
        one.x <= box.x and box.right <= one.right and one.y <= box.y and box.bottom <= one.bottom for one in columns
    )
