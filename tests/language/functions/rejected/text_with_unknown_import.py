from sm_toolkit import machine

machine(
    source="""
from sm_toolkit import Leftt

def step(n: int, state: int) -> tuple[int, int]:
    return n, state
"""
)
