from sm_toolkit import machine


class Counter:
    @machine
    def step(self, n: int) -> tuple[int, int]:
        return n, n
