from __future__ import annotations

from sm_toolkit import Int, Maybe, machine


@machine
def step(event: Maybe(Int), state: int) -> tuple[int, int]:
    return state, state
