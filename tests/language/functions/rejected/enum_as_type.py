from enum import Enum

from sm_toolkit import machine


class Colour(Enum):
    RED = 1
    GREEN = 2


@machine
def step(colour: Colour, state: int) -> tuple[int, int]:
    return 0, state
