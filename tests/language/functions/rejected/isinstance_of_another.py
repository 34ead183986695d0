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
def step(event: Read | Incr, state: int) -> tuple[bool, int]:
    return isinstance(event, Reset), state
