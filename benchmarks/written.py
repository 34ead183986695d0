"""Machines as users write them: plain typed functions. Nothing is measured here."""

from __future__ import annotations

from dataclasses import dataclass

FEE = 3

# -- a counter --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Read: ...


@dataclass(frozen=True)
class Incr:
    by: int


def counter(event: Read | Incr, state: int) -> tuple[int | None, int]:
    match event:
        case Read():
            return state, state
        case Incr(by):
            return None, state + by


# -- a bank account ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deposit:
    amount: int


@dataclass(frozen=True)
class Withdraw:
    amount: int


@dataclass(frozen=True)
class Charge: ...


@dataclass(frozen=True)
class Balance: ...


@dataclass(frozen=True)
class Done: ...


@dataclass(frozen=True)
class Refused: ...


@dataclass(frozen=True)
class Amount:
    amount: int


def bank(command: Deposit | Withdraw | Charge | Balance, balance: int) -> tuple[Done | Refused | Amount, int]:
    match command:
        case Deposit(amount) if amount > 0:
            return Done(), balance + amount
        case Withdraw(amount) if 0 < amount <= balance:
            return Done(), balance - amount
        case Deposit() | Withdraw():
            return Refused(), balance
        case Charge():
            return Done(), balance - FEE
        case Balance():
            return Amount(balance), balance


# -- a key-value store ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Get:
    key: str


@dataclass(frozen=True)
class Put:
    key: str
    value: str


def store(command: Get | Put, entries: dict[str, str]) -> tuple[str | None, dict[str, str]]:
    match command:
        case Get(key):
            return entries.get(key), entries
        case Put(key, value):
            return entries.get(key), entries | {key: value}
