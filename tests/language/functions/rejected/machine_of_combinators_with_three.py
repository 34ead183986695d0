from sm_toolkit import get, incr, machine, put

count = get() >> incr >> put()


@machine
def step(n: int, state: int) -> tuple[None, int]:
    return count(None, n, state)
