from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True, init=False)
class Counter:
    n: int

    def __init__(self, n: int) -> None:
        object.__setattr__(self, "n", n + 1)


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, Counter(n)
