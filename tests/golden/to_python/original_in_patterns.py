from dataclasses import dataclass, field
from typing import Optional

from sm_toolkit import machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 3
    zs: list[int] = field(default_factory=list)


P = Point
ORIGIN = Point(0, 0, [])
LIMIT = 7


@machine
def in_patterns(event: str, state: Optional[int]) -> tuple[int, 'Optional[int]']:
    match event:
        case 'q':
            return 1, state
        case _:
            return ORIGIN.y + P(1).y + len(f"{LIMIT} and {event}"), state
