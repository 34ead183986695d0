from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int


@machine
def step(given: tuple[int, int], state: Counter) -> tuple[int, Counter]:
    m, state.n = given
    return m, state
