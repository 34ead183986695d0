from sm_toolkit import machine


@machine
def step(xs: list[int], state: dict[str, int]) -> tuple[int, dict[str, int]]:
    for state["last"] in xs:
        pass
    return 0, state
