from collections.abc import Callable

from sm_toolkit import machine


def applied(f: Callable[[int], int], n: int) -> int:
    return f(n)


@machine
def step(n: int, state: int) -> tuple[int, int]:
    return applied(abs, n), state
