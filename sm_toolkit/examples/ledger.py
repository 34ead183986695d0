"""A bank's ledger: balances (version 1), money that is held (version 2), cents (version 3).

Money is neither made nor lost: what the accounts have together is what was paid in, less what was paid out. Version 2
holds money for a payment that is announced, as card terminals do: it is still the customer's, but not theirs to spend,
until it is captured or released. Version 3 pays interest, and for that counts in cents where the others count in
units of a hundred.

What goes wrong, and type-checks:

- 1 to 2. The balance of version 1 is what may be withdrawn. An adapter that answers an old client's ``Balance`` with
  all that an account has tells it of money that it cannot have: held money is not available.
- 2 to 3. The types stay: an Int does not say of what. Who keeps the accounts as they are turns 100 units into
  100 cents, and 99 of 100 are lost. Take the numbers times a hundred, and those of old clients too.

There is no way back from 3 to 2: single cents would be lost.

>>> ledger_v1(Withdraw("ada", 30), {"ada": 100})
(Done(), {'ada': 70})
"""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.functions import function, machine
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- version 1: balances ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Balance:
    """Ask what an account has."""

    account: str


@dataclass(frozen=True)
class Deposit:
    """Pay in."""

    account: str
    amount: int


@dataclass(frozen=True)
class Withdraw:
    """Pay out."""

    account: str
    amount: int


@dataclass(frozen=True)
class Transfer:
    """Pay from one account to another."""

    source: str
    target: str
    amount: int


@dataclass(frozen=True)
class Done:
    """It is booked."""


@dataclass(frozen=True)
class Refused:
    """Nothing is booked: the amount is not more than nothing, or more than there is."""


@dataclass(frozen=True)
class Amount:
    """What may be withdrawn."""

    amount: int


CommandV1 = Balance | Deposit | Withdraw | Transfer
AnswerV1 = Done | Refused | Amount
AccountsV1 = dict[str, int]


@machine
def ledger_v1(command: CommandV1, accounts: AccountsV1) -> tuple[AnswerV1, AccountsV1]:
    """Book it, or refuse it."""
    match command:
        case Balance(name):
            return Amount(accounts.get(name, 0)), accounts
        case Deposit(name, amount) if amount > 0:
            return Done(), {**accounts, name: accounts.get(name, 0) + amount}
        case Withdraw(name, amount) if 0 < amount <= accounts.get(name, 0):
            return Done(), {**accounts, name: accounts[name] - amount}
        case Transfer(source, target, amount) if 0 < amount <= accounts.get(source, 0):
            paid = {**accounts, source: accounts[source] - amount}  # first out, then in: they may be one account
            return Done(), {**paid, target: paid.get(target, 0) + amount}
        case _:
            return Refused(), accounts


# -- version 2: available and held ------------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """Set money aside for a payment that is announced."""

    account: str
    amount: int


@dataclass(frozen=True)
class Release:
    """Give back what was held: the payment does not come."""

    account: str
    amount: int


@dataclass(frozen=True)
class Capture:
    """Pay out of what was held: the payment came."""

    account: str
    amount: int


@dataclass(frozen=True)
class Funds:
    """What an account has: what may be withdrawn, and what is held."""

    available: int
    held: int


CommandV2 = Balance | Deposit | Withdraw | Transfer | Hold | Release | Capture
AnswerV2 = Done | Refused | Funds
AccountsV2 = dict[str, Funds]


def funds(accounts: AccountsV2, name: str) -> Funds:
    """Return what an account has; nothing, if nobody paid in."""
    return accounts.get(name, Funds(0, 0))


def booked(accounts: AccountsV2, name: str, available: int, held: int) -> AccountsV2:
    """Return the accounts with so much added to one of them."""
    old = funds(accounts, name)
    return {**accounts, name: Funds(old.available + available, old.held + held)}


@machine
def ledger_v2(command: CommandV2, accounts: AccountsV2) -> tuple[AnswerV2, AccountsV2]:
    """Book it, or refuse it."""
    match command:
        case Balance(name):
            return funds(accounts, name), accounts
        case Deposit(name, amount) if amount > 0:
            return Done(), booked(accounts, name, amount, 0)
        case Withdraw(name, amount) if 0 < amount <= funds(accounts, name).available:
            return Done(), booked(accounts, name, -amount, 0)
        case Transfer(source, target, amount) if 0 < amount <= funds(accounts, source).available:
            return Done(), booked(booked(accounts, source, -amount, 0), target, amount, 0)
        case Hold(name, amount) if 0 < amount <= funds(accounts, name).available:
            return Done(), booked(accounts, name, -amount, amount)
        case Release(name, amount) if 0 < amount <= funds(accounts, name).held:
            return Done(), booked(accounts, name, amount, -amount)
        case Capture(name, amount) if 0 < amount <= funds(accounts, name).held:
            return Done(), booked(accounts, name, 0, -amount)
        case _:
            return Refused(), accounts


# -- version 3: the same in cents, and interest -----------------------------------------------------------


@dataclass(frozen=True)
class Interest:
    """Pay interest on what an account has, rounded down to whole cents."""

    account: str
    percent: int


CommandV3 = Balance | Deposit | Withdraw | Transfer | Hold | Release | Capture | Interest


@machine
def ledger_v3(command: CommandV3, accounts: AccountsV2) -> tuple[AnswerV2, AccountsV2]:
    """Book it, or refuse it."""
    if isinstance(command, Interest):
        has = funds(accounts, command.account)
        interest = (has.available + has.held) * command.percent // 100
        return (Done(), booked(accounts, command.account, interest, 0)) if interest > 0 else (Refused(), accounts)
    return ledger_v2(command, accounts)


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(old: AccountsV1) -> AccountsV2:
    """All is available."""
    return {name: Funds(balance, 0) for name, balance in old.items()}


@function
def back_2_to_1(new: AccountsV2) -> AccountsV1:
    """What is held is the customer's, and is released."""
    return {name: has.available + has.held for name, has in new.items()}


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Say the same."""
    return old


@function
def down_2_to_1(new: AnswerV2) -> AnswerV1:
    """Tell an old client what may be withdrawn."""
    return Amount(new.available) if isinstance(new, Funds) else new


@function
def careless_down_2_to_1(new: AnswerV2) -> AnswerV1:
    """Tell an old client all that there is."""
    return Amount(new.available + new.held) if isinstance(new, Funds) else new


@function
def migrate_2_to_3(old: AccountsV2) -> AccountsV2:
    """A unit is a hundred cents."""
    return {name: Funds(has.available * 100, has.held * 100) for name, has in old.items()}


@function
def careless_2_to_3(old: AccountsV2) -> AccountsV2:
    """Keep the numbers: the types are the same."""
    return old


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """A unit is a hundred cents."""
    match old:
        case Balance(name):
            return Balance(name)
        case Deposit(name, amount):
            return Deposit(name, amount * 100)
        case Withdraw(name, amount):
            return Withdraw(name, amount * 100)
        case Transfer(source, target, amount):
            return Transfer(source, target, amount * 100)
        case Hold(name, amount):
            return Hold(name, amount * 100)
        case Release(name, amount):
            return Release(name, amount * 100)
        case Capture(name, amount):
            return Capture(name, amount * 100)


@function
def down_3_to_2(new: AnswerV2) -> AnswerV2:
    """Whole units, rounded down: what an old client is told of is there."""
    return Funds(new.available // 100, new.held // 100) if isinstance(new, Funds) else new


v1 = stage("ledger", {}, ledger_v1)
v2 = stage("ledger", {}, ledger_v2)
v3 = stage("ledger", {}, ledger_v3)

_from_v1 = Adapter(up=up_1_to_2, down=down_2_to_1)
_from_v2 = Adapter(up=up_2_to_3, down=down_3_to_2)

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, back=back_2_to_1, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, adapter=_from_v2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, adapter=Adapter(up=up_1_to_2, down=careless_down_2_to_1))
careless_v2_to_v3 = upgrade(v2, v3, migrate=careless_2_to_3, adapter=_from_v2)
