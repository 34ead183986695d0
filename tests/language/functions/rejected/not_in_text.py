from sm_toolkit import machine


@machine
def step(n: int, state: str) -> tuple[bool, str]:
    return n in state, state
