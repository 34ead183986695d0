from sm_toolkit import machine


@machine
def inner(n: int, state: str) -> tuple[int, str]:
    return n, state


@machine
def step(n: int, state: int) -> tuple[int, int]:
    out, new = inner(n, state)
    return out, state
