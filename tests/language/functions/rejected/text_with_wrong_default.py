from dataclasses import dataclass

from sm_toolkit import machine

machine(
    source="""
@dataclass(frozen=True)
class Counter:
    n: int = "none"

def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, Counter()
"""
)
