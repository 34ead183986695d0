from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Outer:
    inner: Inner


@machine
def step(n: int, state: Outer) -> tuple[int, Outer]:
    state.inner.n += n
    return n, state
