from sm_toolkit import get, incr, machine, put

count = get() >> incr >> put()


@machine
def step(n: str, state: str) -> tuple[None, str]:
    return count(None, state)
