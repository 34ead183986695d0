from sm_toolkit import machine


def outer():
    if True:
        @machine
        def step(n: int, state: int) -> tuple[int, int]:
            for i in range(n):
                if i > 3:
                    return i, state.n
            return n, state
    return step


outer()
