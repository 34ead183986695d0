from sm_toolkit import machine


@machine
def step(n: "type(3)", state: int) -> tuple[int, int]:
    return n, state
