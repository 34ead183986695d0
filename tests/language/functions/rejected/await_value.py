from sm_toolkit import machine

machine(
    source="""
def step(n: int, state: int) -> tuple[int, int]:
    return await n, state
"""
)
