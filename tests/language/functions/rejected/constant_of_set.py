from sm_toolkit import machine

ALLOWED = {1, 2, 3}


@machine
def step(n: int, state: int) -> tuple[bool, int]:
    return n in ALLOWED, state
