from sm_toolkit import machine


def len(xs: list[int]) -> int:
    return "many"


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    return len(xs), state
