from typing import Any

from sm_toolkit import machine


@machine
def step(event: Any, state: int) -> tuple[int, int]:
    return 0, state
