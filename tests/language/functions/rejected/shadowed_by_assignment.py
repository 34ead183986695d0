from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    sum = 0
    for x in xs:
        sum = sum + x
    max = sum(xs)
    return max, state
