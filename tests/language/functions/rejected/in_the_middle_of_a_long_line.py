from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[list[int], int]:
    return [n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, n + 11, "twelve", n + 13, n + 14, n + 15, n + 16], state
