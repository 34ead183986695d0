from sm_toolkit import machine


@machine
def step(m: dict[str, int], state: int) -> tuple[int, int]:
    return len(m[1:2]), state
