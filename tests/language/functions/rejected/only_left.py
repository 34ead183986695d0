from sm_toolkit import Left, machine


@machine
def step(n: Left[int], state: int) -> tuple[int, int]:
    return 0, state
