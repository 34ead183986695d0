from dataclasses import dataclass, field

from sm_toolkit import machine


@dataclass(frozen=True, kw_only=True)
class Point:
    x: int
    y: int


@machine
def step(n: int, state: Point) -> tuple[int, Point]:
    return n, Point(n, n)
