from sm_toolkit import Left, Right, machine


@machine
def step(n: int, state: int) -> tuple[Left[int] | Right[str], int]:
    return Left(n, n), state
