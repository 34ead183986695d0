"""How large the parts of a machine's picture are: distances, heights of lanes, what a link has on the rail.

Sizes only; places along a row are found in ``machine_layout``.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from sm_toolkit.notebook.pictures.machine_plan import Body, Lane, Lanes, Operation, Passing
from sm_toolkit.notebook.pictures.scene import ORIGIN, Box, Point, chip, label, line, measured, operation, pill
from sm_toolkit.notebook.pictures.wording import value_lines

CORNER = 8.0  # the radius of a wire's corner
AFTER_BOX = 4.0  # from a box to the pill behind it
AT_JUNCTION = 6.5  # from a pill to where lanes part
CLEAR = 5.0  # from a link to what it passes
BETWEEN_LANES = 9.0
CHIP_GAP = 1.6
BACK = 14.0  # from the top of a lane that runs again to the wire that leads back
RAIL_DROP = 25.0
STUBS = (15.6, 12.5, 9.5)  # from a pill to a box, arrow head included: the widest that fits is taken
STIFF = 40.0  # the pills at the two ends of a lane stay there when the lane is stretched


def pill_box(passing: Passing) -> Box:
    """Measure the pill of a type."""
    return _pill_of(passing.type)


@lru_cache(maxsize=1024)  # a plan is laid out many times, a little wider or narrower each time
def _pill_of(type_: tuple[str, ...]) -> Box:
    return pill(type_, ORIGIN)


@lru_cache(maxsize=1024)
def value_chip(text: str, centre: Point = ORIGIN) -> Box:
    """Return the chip of a value that passed, or of a state at an end of the rail."""
    return chip(value_lines(text), centre)


def extent(body: Body) -> tuple[float, float]:
    """How far a body reaches above and below its level."""
    up = down = 0.0
    for part in body:
        if isinstance(part, Operation):
            up, down = max(up, 13.8), max(down, 13.8)
        elif isinstance(part, Lanes):
            levels, above, below = lane_levels(part)
            up, down = max(up, above - levels[0]), max(down, levels[-1] + below)
        for passing in (part.given, part.gives):
            higher, lower = _passing_extent(passing)
            up, down = max(up, higher), max(down, lower)
    return up, down


def passed(body: Body, below: int = 0) -> int:
    """Return how many lanes the links of a body pass on their way to the rail, all together."""
    count = 0
    for part in body:
        if isinstance(part, Operation):
            count += below * (part.reads + part.writes)
        elif isinstance(part, Lanes):
            last = len(part.lanes) - 1
            count += sum(passed(lane.body, below + last - number) for number, lane in enumerate(part.lanes))
    return count


def least_width(body: Body) -> float:
    """Return a width that a body needs in any case: what is wider than a page need not be laid out to know it."""
    width = pill_box(body[0].given).width
    for part in body:
        if isinstance(part, Operation):
            width += STUBS[-1] + operation(part.name).width + AFTER_BOX + pill_box(part.gives).width
        elif isinstance(part, Lanes):
            width += max(least_width(lane.body) for lane in part.lanes) + pill_box(part.gives).width
    return width


def _passing_extent(passing: Passing) -> tuple[float, float]:
    half = pill_box(passing).height / 2
    return half, half + (CHIP_GAP + value_chip(passing.value).height if passing.value is not None else 0)


def lane_levels(lanes: Lanes) -> tuple[list[float], float, float]:
    """Return the level of each lane from the wire that parts, and how far the outer lanes reach out."""
    extents = []
    for lane in lanes.lanes:
        up, down = extent(lane.body)
        first_pill = pill_box(lane.body[0].given).height / 2
        extents.append((max(up, first_pill + tag_label(lane).height) if lane.tag else up, down))
    if lanes.runs in ("again", "fed back"):
        extents = [(up + BACK, down) for up, down in extents]
    levels = [0.0]
    for (_, down), (up, _) in pairwise(extents):
        levels.append(levels[-1] + down + BETWEEN_LANES + up)
    count = len(levels)
    middle = levels[count // 2] if count % 2 else (levels[count // 2 - 1] + levels[count // 2]) / 2
    return [level - middle for level in levels], extents[0][0], extents[-1][1]


def tag_label(lane: Lane) -> Box:
    """Measure the word over the first pill of a lane."""
    return _tag_of(lane.tag, lane.ran)


@lru_cache(maxsize=64)
def _tag_of(tag: str, bold: bool) -> Box:
    return label(tag, bold=bold)


def written(text: str, centre: Point) -> Box:
    """What a write did to the state, on the rail."""
    return measured([line(text, face="mono-bold", size=8)], "state", centre=centre, accent=True, rides=True)


def written_text(part: Operation) -> str | None:
    """Word what a write did, if it ran."""
    if not (part.writes and part.ran and part.before is not None and part.after is not None):
        return None
    return f"{part.before} → {part.after}"


def write_half(part: Operation) -> float:
    """Return half the width of what a write has on the rail."""
    text = written_text(part)
    return 3.0 if text is None else written(text, ORIGIN).width / 2


def link_offset(part: Operation) -> float:
    """How far the read and the write of one box stand from its middle."""
    return (3.0 + 6 + write_half(part)) / 2
