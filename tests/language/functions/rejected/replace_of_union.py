from dataclasses import dataclass, replace

from sm_toolkit import machine


@dataclass(frozen=True)
class On:
    n: int


@dataclass(frozen=True)
class Off:
    n: int


@machine
def step(n: int, state: On | Off) -> tuple[int, On | Off]:
    return n, replace(state, n=n)
