from sm_toolkit import machine


@machine
def step(event: "Event", state: int) -> tuple[int, int]:
    return 0, state
