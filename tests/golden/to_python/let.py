from sm_toolkit import function


@function
def step(event: int) -> int:
    return event + (event + 1)
