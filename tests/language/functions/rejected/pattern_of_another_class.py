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
def step(event: Read | Incr, state: int) -> tuple[int, int]:
    match event:
        case Reset():
            return 0, state
        case _:
            return 1, state
