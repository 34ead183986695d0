from typing import Union

from sm_toolkit import machine


@machine
def step(n: Union[int, str, None], state: int) -> tuple[int, int]:
    return 0, state
