from sm_toolkit import machine


@machine
def step(text: str, state: list[str]) -> tuple[int, list[str]]:
    return 0, [*state, *text]
