from sm_toolkit import machine


def factorial(n: int) -> int:
    return 1 if n < 2 else n * factorial(n - 1)


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return factorial(n), state
