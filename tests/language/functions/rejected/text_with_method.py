from dataclasses import dataclass

from sm_toolkit import machine

machine(
    source="""
@dataclass(frozen=True)
class Counter:
    n: int

    def more(self) -> int:
        return self.n + 1

def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state
"""
)
