from sm_toolkit import function


@function
def step(event: tuple[int, list[int]]) -> int:
    v1: int = event[0]
    for v2 in event[1]:
        v1 = v1 + v2
    return v1
