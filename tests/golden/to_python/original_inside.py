from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Only:
    n: Inner


limit = 3


def more(x: int) -> int:
    return x + limit


@machine
def inside(event: Only, state: int) -> tuple[int, int]:
    def_ = 1
    return more(event.n.n) + def_, state + limit
