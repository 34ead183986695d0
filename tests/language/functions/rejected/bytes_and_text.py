from sm_toolkit import machine


@machine
def step(data: bytes, state: str) -> tuple[str, str]:
    return state + data, state
