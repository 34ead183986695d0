from sm_toolkit import machine


@machine
def step(flag: bool, state: int) -> tuple[bool, int]:
    return flag == 1, state
