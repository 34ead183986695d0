from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Incr:
    by: int


@machine
def step(event: Incr, state: int) -> tuple[int, int]:
    match event:
        case Incr("one"):
            return 1, state
        case Incr(by):
            return by, state
