from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[str, int]:
    return f"n is {n}", state
