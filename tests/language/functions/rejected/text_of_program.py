from sm_toolkit import machine

step = machine(
    source="""
LIMIT = 10

def step(n: int, state: int) -> tuple[int, int]:
    return min(n, LIMT), state
"""
)
