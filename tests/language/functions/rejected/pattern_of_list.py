from sm_toolkit import machine


@machine
def step(xs: list[int], state: int) -> tuple[int, int]:
    match xs:
        case [first, *rest]:
            return first, state
        case _:
            return 0, state
