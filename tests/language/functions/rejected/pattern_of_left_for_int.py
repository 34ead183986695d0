from sm_toolkit import Left, machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case Left(m):
            return m, state
        case m:
            return m, state
