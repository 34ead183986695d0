from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Read:
    pass


@machine
def step(state: int, event: Read) -> tuple[int, int]:
    return state, state
