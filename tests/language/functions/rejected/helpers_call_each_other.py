from sm_toolkit import machine


def even(n: int) -> bool:
    return n == 0 or odd(n - 1)


def odd(n: int) -> bool:
    return n != 0 and even(n - 1)


@machine
def step(n: int, state: int) -> tuple[bool, int]:
    return even(n), state
