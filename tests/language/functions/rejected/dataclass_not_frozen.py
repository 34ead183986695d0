from dataclasses import dataclass

from sm_toolkit import machine


@dataclass
class Counter:
    n: int


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state
