from sm_toolkit import machine


@machine
def step(more: dict[str, int], state: dict[str, int]) -> tuple[None, dict[str, int]]:
    state.update(more)
    return None, state
