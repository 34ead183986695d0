from sm_toolkit import machine


@machine
def step(list: list[int], state: int) -> tuple[int, int]:
    return sum(list(range(3))), state
