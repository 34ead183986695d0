from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    doubled = (x * 2 for x in xs)
    return sum(doubled), state
