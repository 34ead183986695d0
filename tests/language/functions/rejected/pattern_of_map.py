from sm_toolkit import machine


@machine
def step(m: dict[str, int], state: int) -> tuple[int, int]:
    match m:
        case {"n": n}:
            return n, state
        case _:
            return 0, state
