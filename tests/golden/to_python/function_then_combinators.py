from dataclasses import dataclass

from sm_toolkit import machine, show


@dataclass(frozen=True)
class Read:
    pass


@dataclass(frozen=True)
class Incr:
    by: int


@machine
def step(event: Read | Incr, state: int) -> tuple[str, int]:
    v1: int | None
    match event:
        case Read():
            v1 = state
            v2 = state
        case Incr() as v3:
            v4 = state + v3.by
            v1 = None
            v2 = v4
    return show(int | None)(v1), v2
