from dataclasses import dataclass, replace

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int


@machine
def step(n: str, state: Counter) -> tuple[str, Counter]:
    return n, replace(state, n=n)
