from __future__ import annotations

from sm_toolkit import Either, machine


@machine
def step(event: Either[int, str], state: int) -> tuple[int, int]:
    return state, state
