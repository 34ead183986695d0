from sm_toolkit import machine


@machine
def step(n: int, state: str = "☃") -> tuple[int, str]:
    return n, state
