from sm_toolkit import function


@function
def widened(old: int) -> tuple[int, bool]:
    return old, 0
