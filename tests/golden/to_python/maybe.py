from sm_toolkit import function


@function
def step(event: int | None) -> int | None:
    v1: int | None
    if event is None:
        v1 = None
    else:
        v1 = event + 1
    return v1
