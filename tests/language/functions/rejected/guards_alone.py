from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    match n:
        case small if n < 10:
            return small, state
        case large if n >= 10:
            return large, state
