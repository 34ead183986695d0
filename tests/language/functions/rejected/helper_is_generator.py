from sm_toolkit import machine


def upto(n: int) -> list[int]:
    for i in range(n):
        yield i


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return len(upto(n)), state
