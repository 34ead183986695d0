from sm_toolkit import machine


@machine
def step(n: int, state: dict[str, int]) -> tuple[bool, dict[str, int]]:
    return n in state, state
