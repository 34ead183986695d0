from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    state.n = n
    return n, state
