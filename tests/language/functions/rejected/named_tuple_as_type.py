from typing import NamedTuple

from sm_toolkit import machine


class Point(NamedTuple):
    x: int
    y: int


@machine
def step(at: Point, state: int) -> tuple[int, int]:
    return at.x, state
