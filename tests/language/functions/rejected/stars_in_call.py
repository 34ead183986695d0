from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@machine
def step(given: dict[str, int], state: int) -> tuple[Point, int]:
    return Point(**given), state
