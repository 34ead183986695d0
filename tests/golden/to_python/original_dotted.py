from dataclasses import dataclass, field, replace
from typing import Optional

from sm_toolkit import Left, Right, machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 3
    zs: list[int] = field(default_factory=list)


LIMIT = 2
LIMIT_2 = 7


@machine
def clock(event: int, state: int) -> tuple[int, int]:
    """Tick."""
    return state, (state + event) % LIMIT_2


def shifted(p: Point, by: int) -> Point:
    return Point(p.x + by * LIMIT_2, p.y)


@machine
def dotted(event: Point | None, state: Left[int] | Right[str]) -> tuple[
    Optional[int], Left[int] | Right[str]
]:
    # This one stays.
    match event:
        case Point(x, y):
            new = replace(event, x=LIMIT_2 + LIMIT)
            tick, _ = clock(1, 2)
            return shifted(new, x + y + tick).x, Left(3)
        case None:
            return None, state  # é
