from sm_toolkit import machine


@machine
def step(xs: list[tuple[int, int]], state: int) -> tuple[int, int]:
    return len(dict(xs)), state
