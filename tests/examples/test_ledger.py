from __future__ import annotations

from typing import Any

from hypothesis import given

from sm_toolkit.examples.ledger import (
    Amount,
    Balance,
    Capture,
    Deposit,
    Done,
    Funds,
    Hold,
    Interest,
    Refused,
    Release,
    Transfer,
    Withdraw,
    careless_v1_to_v2,
    careless_v2_to_v3,
    ledger_v1,
    ledger_v2,
    ledger_v3,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from sm_toolkit.pipeline.meaning import model
from sm_toolkit.pipeline.messages import Downgrade, Item, Request
from tests.examples.evolving import COMMANDS, heard, heard_across, sessions, told

V1, V2, V3 = COMMANDS["ledger"]


def paid_in(command: Any, answer: Any, unit: int = 1) -> int:
    """What a command brings from outside, less what it takes out."""
    if answer != Done():
        return 0
    match command:
        case Deposit(_, amount):
            return int(amount)
        case Withdraw(_, amount) | Capture(_, amount):
            return -int(amount)
        case _:
            return 0


def test_balances() -> None:
    commands = [
        Deposit("ada", 10),
        Withdraw("ada", 11),
        Transfer("ada", "bob", 4),
        Transfer("ada", "ada", 6),
        Withdraw("bob", 1),
        Deposit("bob", 0),
        Withdraw("bob", -1),
        Balance("bob"),
        Balance("eve"),
    ]
    answers, accounts = told(ledger_v1, commands, {})
    assert answers == [Done(), Refused(), Done(), Done(), Done(), Refused(), Refused(), Amount(3), Amount(0)]
    assert accounts == {"ada": 6, "bob": 3}


def test_money_is_held() -> None:
    commands = [
        Hold("ada", 7),
        Withdraw("ada", 4),
        Capture("ada", 5),
        Release("ada", 3),
        Release("ada", 2),
        Balance("ada"),
    ]
    answers, _ = told(ledger_v2, commands, {"ada": Funds(10, 0)})
    assert answers == [Done(), Refused(), Done(), Refused(), Done(), Funds(5, 0)]


def test_interest_is_paid_in_cents() -> None:
    answers, accounts = told(ledger_v3, [Interest("ada", 3), Interest("bob", 3)], {"ada": Funds(100, 50)})
    assert answers == [Done(), Refused()]
    assert accounts == {"ada": Funds(104, 50)}


@given(sessions(ledger_v1, {}, V1))
def test_money_is_conserved(session: list[tuple[Any, Any, Any]]) -> None:
    there = 0
    for command, answer, accounts in session:
        there += paid_in(command, answer)
        assert sum(accounts.values()) == there
        assert min(accounts.values(), default=0) >= 0


@given(sessions(ledger_v2, {}, V2))
def test_money_is_conserved_while_it_is_held(session: list[tuple[Any, Any, Any]]) -> None:
    there = 0
    for command, answer, accounts in session:
        there += paid_in(command, answer)
        assert sum(has.available + has.held for has in accounts.values()) == there
        assert all(has.available >= 0 and has.held >= 0 for has in accounts.values())


@given(sessions(ledger_v3, {}, V3))
def test_only_interest_makes_money(session: list[tuple[Any, Any, Any]]) -> None:
    there, before = 0, 0
    for command, answer, accounts in session:
        now = sum(has.available + has.held for has in accounts.values())
        if isinstance(command, Interest) and answer == Done():
            assert 0 < now - before <= before * command.percent // 100
            there += now - before
        there += paid_in(command, answer)
        assert now == there
        before = now


def test_careless_1_to_2_tells_of_money_that_cannot_be_had() -> None:
    before, new = [Deposit("ada", 100)], [Hold("ada", 80)]
    *_, told = heard_across(v1, before, v1_to_v2, [Balance("ada")], new)
    assert heard_across(v1, before, v1_to_v2, [Withdraw("ada", told.amount)], new)[-1] == Done()
    *_, told = heard_across(v1, before, careless_v1_to_v2, [Balance("ada")], new)
    assert heard_across(v1, before, careless_v1_to_v2, [Withdraw("ada", told.amount)], new)[-1] == Refused()


@given(sessions(ledger_v2, {}, V2))
def test_an_old_client_may_withdraw_what_it_is_told_of(session: list[tuple[Any, Any, Any]]) -> None:
    new = [command for command, _, _ in session]
    *_, told = heard_across(v1, [], v1_to_v2, [Balance("ada")], new)
    *_, answer = heard_across(v1, [], v1_to_v2, [Withdraw("ada", told.amount)], new)
    assert answer == (Done() if told.amount > 0 else Refused())


def test_careless_2_to_3_loses_99_of_100() -> None:
    before, after = [Deposit("ada", 100), Hold("ada", 30)], [Balance("ada")]
    assert heard_across(v2, before, v2_to_v3, after) == heard(v2, before + after)
    assert heard_across(v2, before, careless_v2_to_v3, after)[-1] == Funds(0, 0)


def test_going_back_gives_held_money_to_who_has_it() -> None:
    requests: list[Request] = [v1_to_v2, Item(Deposit("ada", 9)), Item(Hold("ada", 4)), Downgrade("ledger")]
    _, (ledger,) = model(v1, requests)
    assert ledger.state == {"ada": 9}
