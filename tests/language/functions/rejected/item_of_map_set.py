from sm_toolkit import machine


@machine
def step(key: str, state: dict[str, int]) -> tuple[int, dict[str, int]]:
    state[key] = 1
    return 0, state
