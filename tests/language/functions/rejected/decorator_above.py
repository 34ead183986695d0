from sm_toolkit import machine


def logged(f):
    return f


@logged
@machine
def step(n: int, state: int) -> tuple[int, int]:
    return n, state
