from sm_toolkit import machine

machine(
    source="""
class Counter:
    n: int

def step(n: int, state: Counter) -> tuple[int, Counter]:
    return n, state
"""
)
