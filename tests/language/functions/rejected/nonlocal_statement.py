from sm_toolkit import machine


def make():
    count = 0

    @machine
    def step(n: int, state: int) -> tuple[int, int]:
        nonlocal count
        count = n
        return n, state

    return step, count


make()
