from sm_toolkit import Left, Right, machine


@machine
def step(event: Left[int] | Right[str], state: int) -> tuple[bool, int]:
    return isinstance(event, Left), state
