from sm_toolkit import machine


@machine
def step(n: int, state: int) -> tuple[int, int]:
    def double(x: int) -> int:
        return x * 2

    return double(n), state
