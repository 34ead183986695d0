from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    xs = []
    for i in range(n):
        xs = [*xs, i]
    return len(xs), state
