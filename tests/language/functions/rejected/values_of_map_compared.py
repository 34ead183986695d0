from sm_toolkit import machine


@machine
def step(m: dict[str, int], state: int) -> tuple[bool, int]:
    return 3 in m.values(), state
