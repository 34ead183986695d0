from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@machine
def step(event: Read | Incr, state: int) -> tuple[int, int]:
    match event:
        case Read():
            return state, state
        case Incr(by) if by > 0:
            return by, state + by
