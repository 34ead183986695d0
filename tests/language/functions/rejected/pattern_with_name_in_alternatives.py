from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Deposit:
    amount: int


@dataclass(frozen=True)
class Withdraw:
    amount: int


@machine
def step(event: Deposit | Withdraw, state: int) -> tuple[int, int]:
    match event:
        case Deposit(n) | Withdraw(n):
            return n, state
