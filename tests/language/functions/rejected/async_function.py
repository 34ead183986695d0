from sm_toolkit import machine


@machine
async def step(n: int, state: int) -> tuple[int, int]:
    return n, state
