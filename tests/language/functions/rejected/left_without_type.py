from sm_toolkit import Left, Right, machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    side = Left(n)
    return n, state
