from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    match xs:
        case []:
            return 0, state
        case _:
            return 1, state
