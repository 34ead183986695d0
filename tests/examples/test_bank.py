from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.examples.bank import FEE, balance, bank, charge, deposit, input_type, output_type, withdraw
from sm_toolkit.language import Int, Left, Right, check, step

REFUSED: Any = Left(None)
DONE: Any = Right(Left(None))


def test_it_has_the_types_that_it_says() -> None:
    check(bank, state=Int, input=input_type, output=output_type)


def test_what_is_refused_changes_nothing() -> None:
    for request in (deposit(0), deposit(-1), withdraw(0), withdraw(-1), withdraw(8)):
        assert step(bank, request, 7) == (REFUSED, 7)


def test_all_can_be_withdrawn() -> None:
    assert step(bank, withdraw(7), 7) == (DONE, 0)


def test_the_fee_takes_no_more_than_there_is() -> None:
    assert step(bank, charge, FEE + 1) == (DONE, 1)
    assert step(bank, charge, FEE - 1) == (DONE, 0)
    assert step(bank, charge, 0) == (DONE, 0)


@given(
    st.lists(st.integers(-9, 99).map(deposit) | st.integers(-9, 99).map(withdraw) | st.sampled_from([charge, balance]))
)
def test_it_is_never_overdrawn_and_tells_what_there_is(requests: list[Any]) -> None:
    s = 0
    for request in requests:
        answer, after = step(bank, request, s)
        assert after >= 0
        assert answer in (REFUSED, DONE, Right(Right(s)))
        if answer != DONE:
            assert after == s
        s = after
