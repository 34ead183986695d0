from typing import Literal

from sm_toolkit import machine


@machine
def step(light: Literal["red", "green"], state: int) -> tuple[int, int]:
    return state, state
