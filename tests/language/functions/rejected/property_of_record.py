from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int

    @property
    def double(self) -> int:
        return self.n * 2


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return state.double, state
