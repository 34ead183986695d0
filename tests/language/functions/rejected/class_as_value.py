from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Read:
    pass


@machine
def step(n: int, state: int) -> tuple[Read, int]:
    return Read, state
