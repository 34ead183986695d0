from sm_toolkit import machine

machine(
    source="""
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case 0 | 1:
            return 0, state
        case _:
            return 1, state
        case 2:
            return 2, state
"""
)
