from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[list[str], int]:
    return list(map(str, xs)), state
