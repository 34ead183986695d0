from sm_toolkit import machine

machine(
    source="""
print("run")

def step(n: int, state: int) -> tuple[int, int]:
    return n, state
"""
)
