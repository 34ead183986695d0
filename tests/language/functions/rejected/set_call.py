from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    return len(set(xs)), state
