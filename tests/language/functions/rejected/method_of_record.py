from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Counter:
    n: int

    def more(self, by: int) -> "Counter":
        return Counter(self.n + by)


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state.more(n)
