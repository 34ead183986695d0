from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Positive:
    n: int

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError("negative")


@machine
def step(n: int, state: Positive) -> tuple[int, Positive]:
    return n, Positive(n)
