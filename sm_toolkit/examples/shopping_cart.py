"""A shopping cart: how many of what (version 1), what it costs (version 2), a discount (version 3).

Version 2 is told what things cost, each for itself, whether they are in the cart or not, and gives the sum in cents.
Version 3 takes so many percent off, once, from the sum.

What goes wrong, and type-checks:

- 1 to 2. Nobody knows yet what the things in a cart of version 1 cost. Who writes 0 gives them away. What has no
  price is left without one, and then there is no sum.
- 2 to 3. The bill of version 3 says what is to be paid, and how many percent were taken off. An adapter that takes
  them off for old clients does it a second time: an Int does not say that it is less them already.

There is no way back from 3 to 2: a discount that was promised would be forgotten.

>>> cart_v2(Total(), CartV2({"tea": 2, "cup": 1}, {"tea": 450, "cup": 700}))[0]
Sum(cents=1600)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sm_toolkit.language.functions import function, machine
from sm_toolkit.pipeline.messages import Adapter
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.upgrades import upgrade

# -- version 1: how many of what --------------------------------------------------------------------------


@dataclass(frozen=True)
class Add:
    """Put one in."""

    item: str


@dataclass(frozen=True)
class Remove:
    """Take one out."""

    item: str


@dataclass(frozen=True)
class Count:
    """Ask how many things there are."""


@dataclass(frozen=True)
class Things:
    """So many things there are now."""

    count: int


CommandV1 = Add | Remove | Count
Counts = dict[str, int]


def added(counts: Counts, item: str) -> Counts:
    """Return the counts with one more."""
    return {**counts, item: counts.get(item, 0) + 1}


def removed(counts: Counts, item: str) -> Counts:
    """Return the counts with one less, and without what there is none of."""
    return {i: n - 1 if i == item else n for i, n in counts.items() if i != item or n > 1}


@machine
def cart_v1(command: CommandV1, counts: Counts) -> tuple[Things, Counts]:
    """Fill the cart. The state is how many there are of what."""
    match command:
        case Add(item):
            new = added(counts, item)
        case Remove(item):
            new = removed(counts, item)
        case Count():
            new = counts
    return Things(sum(new.values())), new


# -- version 2: what it costs -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Price:
    """Say what one of them costs."""

    item: str
    cents: int


@dataclass(frozen=True)
class Total:
    """Ask what all of it costs."""


@dataclass(frozen=True)
class Sum:
    """So much."""

    cents: int


@dataclass(frozen=True)
class Refused:
    """No: this is why."""

    reason: str


@dataclass(frozen=True)
class CartV2:
    """How many there are of what, and what one costs, as far as that is known."""

    counts: Counts
    prices: dict[str, int]


CommandV2 = Add | Remove | Count | Price | Total
AnswerV2 = Things | Sum | Refused


def cost(cart: CartV2) -> int | None:
    """Return what all of it costs, if every price is known."""
    cents = 0
    for item, count in cart.counts.items():
        if item not in cart.prices:
            return None
        cents += count * cart.prices[item]
    return cents


@machine
def cart_v2(command: CommandV2, cart: CartV2) -> tuple[AnswerV2, CartV2]:
    """Fill the cart, and say what it costs."""
    match command:
        case Add(item):
            cart = replace(cart, counts=added(cart.counts, item))
        case Remove(item):
            cart = replace(cart, counts=removed(cart.counts, item))
        case Price(_, cents) if cents < 0:
            return Refused("a price is not less than nothing"), cart
        case Price(item, cents):
            cart = replace(cart, prices={**cart.prices, item: cents})
        case Total():
            total = cost(cart)
            return (Refused("a price is not known") if total is None else Sum(total)), cart
        case Count():
            pass
    return Things(sum(cart.counts.values())), cart


# -- version 3: a discount --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Discount:
    """Take so many percent off, in the place of what was taken off before."""

    percent: int


@dataclass(frozen=True)
class Bill:
    """What is to be paid, and how many percent were taken off for that."""

    cents: int
    percent: int


@dataclass(frozen=True)
class CartV3:
    """The cart, and how many percent to take off."""

    cart: CartV2
    percent: int


CommandV3 = Add | Remove | Count | Price | Total | Discount
AnswerV3 = Things | Bill | Refused


def less(cents: int, percent: int) -> int:
    """Return a sum without so many percent of it; what is taken off is rounded down to whole cents."""
    return cents - cents * percent // 100


@machine
def cart_v3(command: CommandV3, state: CartV3) -> tuple[AnswerV3, CartV3]:
    """Fill the cart, and say what is to be paid."""
    percent = state.percent
    if isinstance(command, Discount):
        if not 0 <= command.percent <= 100:
            return Refused("a discount is 0 to 100 percent"), state
        return Things(sum(state.cart.counts.values())), replace(state, percent=command.percent)
    answer, cart = cart_v2(command, state.cart)
    if isinstance(answer, Sum):
        return Bill(less(answer.cents, percent), percent), CartV3(cart, percent)
    return answer, CartV3(cart, percent)


# -- the upgrades -----------------------------------------------------------------------------------------


@function
def migrate_1_to_2(counts: Counts) -> CartV2:
    """No price is known."""
    return CartV2(counts, {})


@function
def careless_1_to_2(counts: Counts) -> CartV2:
    """Give away what is in the cart."""
    return CartV2(counts, {item: 0 for item in counts})


@function
def back_2_to_1(new: CartV2) -> Counts:
    """Forget the prices."""
    return new.counts


@function
def up_1_to_2(old: CommandV1) -> CommandV2:
    """Say the same."""
    return old


@function
def down_2_to_1(new: AnswerV2) -> Things:
    """An old client fills the cart, and hears how many there are. It is told nothing else."""
    return new if isinstance(new, Things) else Things(0)


@function
def migrate_2_to_3(old: CartV2) -> CartV3:
    """Take nothing off."""
    return CartV3(old, 0)


@function
def up_2_to_3(old: CommandV2) -> CommandV3:
    """Say the same."""
    return old


@function
def down_3_to_2(new: AnswerV3) -> AnswerV2:
    """Tell what is to be paid."""
    return Sum(new.cents) if isinstance(new, Bill) else new


@function
def careless_down_3_to_2(new: AnswerV3) -> AnswerV2:
    """Take off what was taken off."""
    return Sum(less(new.cents, new.percent)) if isinstance(new, Bill) else new


v1 = stage("cart", {}, cart_v1)
v2 = stage("cart", CartV2({}, {}), cart_v2)
v3 = stage("cart", CartV3(CartV2({}, {}), 0), cart_v3)

_from_v1 = Adapter(up=up_1_to_2, down=down_2_to_1)
_from_v2 = Adapter(up=up_2_to_3, down=down_3_to_2)
_carelessly_from_v2 = Adapter(up=up_2_to_3, down=careless_down_3_to_2)

v1_to_v2 = upgrade(v1, v2, migrate=migrate_1_to_2, back=back_2_to_1, adapter=_from_v1)
v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, adapter=_from_v2)

careless_v1_to_v2 = upgrade(v1, v2, migrate=careless_1_to_2, back=back_2_to_1, adapter=_from_v1)
careless_v2_to_v3 = upgrade(v2, v3, migrate=migrate_2_to_3, adapter=_carelessly_from_v2)
