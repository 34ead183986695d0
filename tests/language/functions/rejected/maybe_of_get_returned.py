from sm_toolkit import machine


@machine
def step(key: str, state: dict[str, int]) -> tuple[int, dict[str, int]]:
    return state.get(key), state
