from sm_toolkit import machine


LIMIT = 7
n = 1
n_2 = 2


@machine
def clock(event: int, state: int) -> tuple[int, int]:
    """Tick."""
    return state, (state + event) % LIMIT


ticks = clock


def add_n(x: int) -> int:
    return x + n


one = add_n


def add_n_2(x: int) -> int:
    return x + n_2


two = add_n_2


@machine
def both(event: int, state: int) -> tuple[int, int]:
    n, _ = ticks(one(event), 2)
    return n, two(state)
