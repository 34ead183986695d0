from sm_toolkit import machine


@machine
def step(xs: list[int], state: dict[str, int]) -> tuple[int, dict[str, int]]:
    return 0, {x: x for x in xs}
