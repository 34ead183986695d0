from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Point:
    x: int


@machine
def step(n: Point, state: Point) -> tuple[bool, Point]:
    return n < state, state
