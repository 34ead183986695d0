from sm_toolkit import Left, Right, machine


@machine
def step(given: Left[int] | Right[str], state: int) -> tuple[int, int]:
    return given.value, state
