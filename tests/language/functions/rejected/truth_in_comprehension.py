from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[list[int], int]:
    return [x for x in xs if x % 2], state
