from sm_toolkit import machine


@machine
def step(xs: list[int], state: list[str]) -> tuple[int, list[str]]:
    return 0, state + xs
