from __future__ import annotations

from sm_toolkit import machine


@machine
def step(n: int, state: Stat) -> tuple[int, Stat]:
    return n, state
