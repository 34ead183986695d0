"""A bank account that is never overdrawn, with four inputs: deposit, withdraw, charge the monthly fee, ask the balance.

The state is the balance. A deposit or a withdrawal of nothing or less is refused, and so is a withdrawal of more than
there is; the fee takes what is left where that is less. An answer says: refused, or done, or what the balance is.

>>> from sm_toolkit.language.interpreter import stream
>>> stream(bank, [deposit(100), withdraw(70), withdraw(70), charge, balance], 0)
([Right(Left(None)), Right(Left(None)), Left(None), Right(Left(None)), Right(Right(25))], 25)
"""

from __future__ import annotations

from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Either, Int, Left, Right, Unit
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import const, consume, fan_in, get, ident, if_, inl, inr, put
from sm_toolkit.language.vocabulary.operations import add, and_, gt, le, minimum, sub

FEE = 5

input_type = Either(Int, Either(Int, Either(Unit, Unit)))  # deposit, withdraw, charge, balance
output_type = Either(Unit, Either(Unit, Int))  # refused, done, the balance

# -- what a customer says ---------------------------------------------------------------------------------

Request: TypeAlias = "Left[int] | Right[Left[int] | Right[Left[None] | Right[None]]]"


def deposit(amount: int) -> Request:
    """Return the input that pays an amount in."""
    return Left(amount)


def withdraw(amount: int) -> Request:
    """Return the input that takes an amount out."""
    return Right(Left(amount))


charge: Request = Right(Right(Left(None)))
balance: Request = Right(Right(Right(None)))

# -- what the bank does -----------------------------------------------------------------------------------


def _number(n: int) -> Machine[Any, Any, int]:
    return consume() >> const(n)


_amount = ident(Int)
_balance = consume() >> get(Int)
_fee = (_balance & _number(FEE)) >> minimum

_refused = consume() >> inl()
_done = put(Int) >> inl() >> inr()

_is_positive = (_amount & _number(0)) >> gt(Int)
_is_covered = (_amount & _balance) >> le(Int)

_deposit = (_amount & _is_positive) >> if_((_balance & _amount) >> add >> _done, _refused)
_withdraw = (_amount & (_is_positive & _is_covered) >> and_) >> if_((_balance & _amount) >> sub >> _done, _refused)
_charge = (_balance & _fee) >> sub >> _done
_tell = _balance >> inr() >> inr()

bank = fan_in(_deposit, _withdraw, _charge, _tell).named("bank")
"""Takes ``input_type`` and gives ``output_type``; its state is the balance, an Int."""
