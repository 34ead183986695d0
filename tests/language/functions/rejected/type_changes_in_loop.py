from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    told = 0
    for x in xs:
        told = str(x)
    return told, state
