from dataclasses import dataclass

from sm_toolkit import machine


@dataclass
class Told:
    n: int


@machine
def step(n: int, state: int) -> tuple[int, int]:
    told = Told(n)
    return told.n, state
