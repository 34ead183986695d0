from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Deposit:
    amount: int


@machine
def step(event: Deposit, state: int) -> tuple[int, int]:
    return event.ammount, state
