from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Log:
    lines: list[str]


@machine
def step(line: str, state: Log) -> tuple[int, Log]:
    state.lines.append(line)
    return len(state.lines), state
