from sm_toolkit import machine


def double(n: int) -> int:
    return n * 2


table = [double]


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return table[0](n), state
