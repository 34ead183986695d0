"""A queue as it is drawn: a capsule with what waits in it, its head nearest to what takes from it.

What waits is marked by the machine that will handle it, and a change is a bar between two items. What stands round
the queue is drawn elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from math import inf

from sm_toolkit.notebook.pictures.pipeline_view import QueueView, WaitingChange, WaitingItem, fullness
from sm_toolkit.notebook.pictures.scene import (
    Box,
    Dot,
    Line,
    Marker,
    Point,
    Shape,
    bracket,
    cut,
    label,
    measured,
)

STAGE_HEIGHT = 66.0
QUEUE_HEIGHT = 20.0
PITCH, RADIUS = 14.0, 4.9
MOST_WAITING = 9


def items_before_change(queue: QueueView) -> int | None:
    """Return how many items come before the first change that takes effect where it waits; None without one."""
    for count, waiting in enumerate(queue.waiting):
        if isinstance(waiting, WaitingChange) and waiting.here:
            return count
    return None


def _shown(queue: QueueView) -> list[WaitingItem | WaitingChange | int]:
    """What is drawn of a queue, the head first; a number stands for so many items that are not."""
    waiting = list(queue.waiting)
    if len(waiting) <= MOST_WAITING:
        return list(waiting)
    keep = {0, 1, 2, len(waiting) - 2, len(waiting) - 1}
    for place, one in enumerate(waiting):
        if isinstance(one, WaitingChange):
            keep |= {place - 1, place, place + 1}
    shown: list[WaitingItem | WaitingChange | int] = []
    for place, one in enumerate(waiting):
        if place in keep:
            shown.append(one)
        elif shown and isinstance(shown[-1], int):
            shown[-1] += 1
        else:
            shown.append(1)
    return shown


def gauge_width(queue: QueueView) -> float:
    """Return how wide the gauge below a queue is, with its words."""
    return 40 + label(fullness(queue), size=8.5).width if queue.capacity else label(fullness(queue), size=8.5).width


def queue_shapes(queue: QueueView, left: float) -> tuple[list[Shape], float]:
    """Return the capsule of a queue from ``left``, with what waits, how full it is, and its width."""
    shown = _shown(queue)
    widths = [label(f"+{one}", size=8.5).width + 3 if isinstance(one, int) else PITCH for one in shown]
    width = max(44.0, sum(widths) + 12, gauge_width(queue) + 4)
    right = left + width
    shapes: list[Shape] = [Box(left, -QUEUE_HEIGHT / 2, width, QUEUE_HEIGHT, look="capsule")]
    places: list[float] = []
    x = right - 6
    for wide in widths:
        places.append(x - wide / 2)
        x -= wide
    stems: list[tuple[float, WaitingChange]] = []
    for one, place in zip(shown, places, strict=True):
        if isinstance(one, WaitingItem):
            shapes.append(Dot(place, 0, RADIUS, one.changed, item=True))
        elif isinstance(one, WaitingChange):
            stems.append((place, one))
    shapes += _callouts(stems)
    shapes += _editions(shown, places, widths)
    shapes += _gauge(queue, (left + right) / 2)
    shapes += [
        label(f"+{one}", centre=Point(place, 0), size=8.5, rides=True)
        for one, place in zip(shown, places, strict=True)
        if isinstance(one, int)
    ]
    return shapes, width


def _callouts(stems: list[tuple[float, WaitingChange]]) -> Iterator[Shape]:
    """Yield the label of each change above its bar; of several, the later one higher."""
    bottom = -STAGE_HEIGHT / 2 - 5.0
    for number, (x, change) in enumerate(stems):
        words: list[Line] = [(cut(change.words, 160, "bold"),)]
        if change.detail:
            words.append((cut(change.detail, 160, "mono", 8),))
        box = measured(words, "box", accent=True)
        left = x - box.width / 2
        if number + 1 < len(stems):
            left = min(max(left, stems[number + 1][0] + 6), x - 6)
        yield replace(box, x=left, y=bottom - box.height)
        yield Marker(x, bottom + 1.2, -QUEUE_HEIGHT / 2 - 7, QUEUE_HEIGHT / 2 + 5)
        bottom -= box.height + 10


def _editions(
    shown: list[WaitingItem | WaitingChange | int], places: list[float], widths: list[float]
) -> Iterator[Shape]:
    """Brackets below: which machine will handle what waits."""
    editions: list[tuple[str, bool, int]] = []
    for number, one in enumerate(shown):
        if isinstance(one, WaitingItem):
            editions.append((one.edition, one.changed, number))
        elif isinstance(one, int):  # what is not drawn belongs to what stands before it
            editions.append((editions[-1][0], editions[-1][1], number) if editions else ("", False, number))
        else:
            editions.append(("", False, -1))
    y = QUEUE_HEIGHT / 2 + 9
    free = inf
    for (edition, changed), group in groupby(editions, key=lambda one: (one[0], one[1])):
        numbers = [number for _, _, number in group]
        if not edition or numbers[0] < 0:
            continue
        right = places[numbers[0]] + widths[numbers[0]] / 2 - 1.5
        left = places[numbers[-1]] - widths[numbers[-1]] / 2 + 1.5
        yield bracket(left, right, y, -4)
        words = label(cut(edition, 40, "bold" if changed else "sans", 8.5), centre=Point((left + right) / 2, y + 8))
        if words.right <= free:  # a word over a single item may find no room beside its neighbour's
            yield words
            free = words.x


def _gauge(queue: QueueView, x: float) -> Iterator[Shape]:
    y = STAGE_HEIGHT / 2 + 11.5
    text = label(fullness(queue), size=8.5)
    if not queue.capacity:
        marked = any(isinstance(one, WaitingChange) or one.edition for one in queue.waiting)
        yield label(fullness(queue), centre=Point(x, y if marked else QUEUE_HEIGHT / 2 + 11.5), size=8.5)
        return
    left = x - (36 + 4 + text.width) / 2
    yield Box(left, y - 3, 36, 6, look="track")
    if queue.waiting:
        yield Box(left, y - 3, max(1.5, 36 * min(1.0, len(queue.waiting) / queue.capacity)), 6, look="fill")
    yield label(fullness(queue), left=left + 40, top=y - text.height / 2, size=8.5)
