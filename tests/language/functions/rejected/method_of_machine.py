from sm_toolkit import machine


@machine
def inner(n: int, state: int) -> tuple[int, int]:
    return n, state


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return inner.named("x"), state
