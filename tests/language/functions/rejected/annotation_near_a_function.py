from __future__ import annotations

from sm_toolkit import machine


@machine
def step(event: Opne, state: int) -> tuple[int, int]:
    return state, state
