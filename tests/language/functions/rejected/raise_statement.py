from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    if n < 0:
        raise ValueError("negative")
    return n, state
