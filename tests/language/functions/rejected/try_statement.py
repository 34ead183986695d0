from sm_toolkit import machine


@machine
def step(key: str, state: dict[str, int]) -> tuple[int, dict[str, int]]:
    try:
        found = state[key]
    except KeyError:
        found = 0
    return found, state
