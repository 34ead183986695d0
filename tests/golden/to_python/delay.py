from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Cells:
    last: int


@machine
def step(event: int, state: tuple[None, Cells]) -> tuple[int, tuple[None, Cells]]:
    return state[1].last, (None, Cells(event))
