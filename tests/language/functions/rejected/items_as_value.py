from sm_toolkit import machine


@machine
def step(m: dict[str, int], state: int) -> tuple[list[tuple[str, int]], int]:
    return m.items(), state
