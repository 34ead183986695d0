from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Deposit:
    amount: int
    note: str


@machine
def step(n: int, state: int) -> tuple[Deposit, int]:
    return Deposit(n, amount=n), state
