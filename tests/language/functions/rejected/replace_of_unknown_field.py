from dataclasses import dataclass, replace

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, replace(state, m=n)
