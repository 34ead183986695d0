from __future__ import annotations

from typing import Any

from hypothesis import given

from sm_toolkit.examples.shopping_cart import (
    Add,
    Bill,
    CartV2,
    CartV3,
    Count,
    Discount,
    Price,
    Refused,
    Remove,
    Sum,
    Things,
    Total,
    careless_v1_to_v2,
    careless_v2_to_v3,
    cart_v1,
    cart_v2,
    cart_v3,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from tests.examples.evolving import COMMANDS, heard, heard_across, sessions, told

V1, V2, V3 = COMMANDS["shopping_cart"]
UNKNOWN = Refused("a price is not known")


def test_things_are_counted() -> None:
    commands = [Add("tea"), Add("tea"), Add("cup"), Remove("tea"), Remove("pot"), Remove("tea"), Count()]
    answers, counts = told(cart_v1, commands, {})
    assert answers == [Things(n) for n in (1, 2, 3, 2, 2, 1, 1)]
    assert counts == {"cup": 1}


def test_there_is_a_sum_where_all_prices_are_known() -> None:
    commands = [Total(), Add("tea"), Total(), Price("tea", 450), Price("tea", -1), Add("tea"), Total()]
    answers, _ = told(cart_v2, commands, CartV2({}, {}))
    assert [answers[i] for i in (0, 2, 6)] == [Sum(0), UNKNOWN, Sum(900)]
    assert isinstance(answers[4], Refused)


def test_a_discount_is_taken_off() -> None:
    cart = CartV3(CartV2({"tea": 3}, {"tea": 333}), 0)
    answers, _ = told(cart_v3, [Discount(10), Total(), Discount(101), Discount(100), Total()], cart)
    assert answers[1] == Bill(900, 10)
    assert isinstance(answers[2], Refused)
    assert answers[4] == Bill(0, 100)


@given(sessions(cart_v3, CartV3(CartV2({}, {}), 0), V3))
def test_the_bill_is_the_sum_less_the_last_discount(session: list[tuple[Any, Any, CartV3]]) -> None:
    things: list[str] = []
    prices: dict[str, int] = {}
    percent = 0
    for command, answer, _ in session:
        match command:
            case Add(item):
                things.append(item)
            case Remove(item) if item in things:
                things.remove(item)
            case Price(item, cents) if cents >= 0:
                prices[item] = cents
            case Discount(new) if 0 <= new <= 100:
                percent = new
            case Total() if set(things) <= set(prices):
                total = sum(prices[item] for item in things)
                assert answer == Bill(total - total * percent // 100, percent)
            case Total():
                assert answer == UNKNOWN
        assert isinstance(answer, Bill | Refused) or answer == Things(len(things))


def test_careless_1_to_2_gives_things_away() -> None:
    assert heard_across(v1, [Add("tea")], v1_to_v2, [], [Total()])[-1] == UNKNOWN
    assert heard_across(v1, [Add("tea")], careless_v1_to_v2, [], [Total()])[-1] == Sum(0)


def test_careless_2_to_3_takes_the_discount_off_twice() -> None:
    before, new, after = [Add("tea"), Price("tea", 1000)], [Discount(10), Total()], [Total()]
    assert heard_across(v2, before, v2_to_v3, after, new)[-2:] == [Bill(900, 10), Sum(900)]
    assert heard_across(v2, before, careless_v2_to_v3, after, new)[-2:] == [Bill(900, 10), Sum(810)]
    assert heard_across(v2, before, careless_v2_to_v3, after) == heard(v2, before + after)
