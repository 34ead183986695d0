import dataclasses
from dataclasses import dataclass

from sm_toolkit import machine


@dataclasses.dataclass(frozen=True)
class Counter:
    n: int


@machine
def step(n: int, state: Counter) -> tuple[int, Counter]:
    return len(dataclasses.asdict(state)), state
