from dataclasses import dataclass, field

from sm_toolkit import machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int = field(init=False, default=0)


@machine
def step(n: int, state: Point) -> tuple[int, Point]:
    return n, Point(n, n)
