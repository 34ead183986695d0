from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@dataclass(frozen=True)
class Reset:
    pass


@machine
def step(event: Read | Incr | Reset, state: int) -> tuple[int, int]:
    match event:
        case Incr(by):
            state += by
        case Reset():
            state = 0
    return state, state
