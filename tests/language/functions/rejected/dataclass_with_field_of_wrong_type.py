from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Log:
    lines: set[str]


@machine
def step(n: int, state: Log) -> tuple[int, Log]:
    return n, state
