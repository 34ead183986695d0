from sm_toolkit import machine

machine(
    source="""
import os

def step(n: int, state: int) -> tuple[int, int]:
    return n, state
"""
)
