from dataclasses import dataclass, field

from sm_toolkit import machine


@dataclass(frozen=True)
class Log:
    lines: list[str] = field(default_factory=lambda: ["begin"])


@machine
def step(n: int, state: Log) -> tuple[int, Log]:
    return n, Log()
