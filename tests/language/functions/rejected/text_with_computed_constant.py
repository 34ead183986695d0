from sm_toolkit import machine

machine(
    source="""
LIMIT = 2 * 5

def step(n: int, state: int) -> tuple[int, int]:
    return min(n, LIMIT), state
"""
)
