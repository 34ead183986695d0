from sm_toolkit import function


@function
def add(n: int, m: int) -> int:
    return n + m
