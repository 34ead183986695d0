from dataclasses import dataclass

from sm_toolkit import machine

machine(
    source="""
@dataclass(frozen=True)
class Counter(dict):
    n: int

def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state
"""
)
