from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Deposit:
    amount: int


@dataclass(frozen=True)
class Close:
    pass


@machine
def step(event: Deposit | Close, state: int) -> tuple[int, int]:
    return event.amount, state
