from enum import Enum

from sm_toolkit import machine


class Colour(Enum):
    RED = 1


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case Colour.RED:
            return 0, state
        case _:
            return 1, state
