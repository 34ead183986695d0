from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@machine
def step(at: Point, state: int) -> tuple[int, int]:
    match at:
        case (x, y):
            return x + y, state
