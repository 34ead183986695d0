from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[str, int]:
    return "n is %d" % n, state
