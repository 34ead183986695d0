from sm_toolkit import machine

machine(
    source="""
while True:
    pass

def step(n: int, state: int) -> tuple[int, int]:
    return n, state
"""
)
