from sm_toolkit import machine


@machine
def step(event: tuple[int, list[int]], state: int) -> tuple[int, int]:
    v1: int = event[0]
    v2: int = state
    for v3 in event[1]:
        v4 = v1 + v3
        v1, v2 = v4, v4
    return v1, v2
