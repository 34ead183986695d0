from sm_toolkit import machine


@machine
def step(n: int, state: dict[str, int]) -> tuple[int, dict[str, int]]:
    return state.get(n, 0), state
