from sm_toolkit import machine


@machine
def step(n: int | None, state: int) -> tuple[bool, int]:
    return n == None, state  # noqa: E711
