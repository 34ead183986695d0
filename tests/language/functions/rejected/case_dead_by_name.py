from sm_toolkit import machine

machine(
    source="""
LIMIT = 3

def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case LIMIT:
            return 0, state
        case _:
            return 2, state
"""
)
