"""Limits: how large a thing from outside may be before it is refused. Numbers only, no checks of meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import islice

from sm_toolkit.language.errors import LimitError, StepError

PER_TURN = 256
"""Work on so many characters, bytes or items costs as much fuel as one turn of a loop."""


@dataclass(frozen=True)
class Limits:
    """Sizes that hostile or careless terms, types and values must stay under.

    ``term_nodes``, ``type_nodes`` count nodes as if nothing were shared; ``term_depth`` the longest branch;
    ``int_bits`` the bits of an integer without its sign; ``string_length`` characters, or bytes of a Bytes;
    ``collection_length`` the items of a list or the keys of a map; ``message_bytes`` bytes
    of one framed message, or characters of one line; ``fuel`` the turns of all loops (``unleft``,
    ``fold``) in one step, those of nested ones counted together; ``shard_keys`` the keys of one shard of a pipeline.

    A turn of a loop with a large body counts once more for each whole ``PER_TURN`` nodes in it. What works on many
    characters, bytes or items at once takes turns too, one for each whole ``PER_TURN`` of them, so that what is small
    takes none: primitives whose work grows with a text, a list or a map, the comparisons, ``read`` and ``show``.

    ``int_bits`` may be any number. Python's own ``str`` and ``int`` stop at 4,300 digits, or where the process
    set them to; the text form of values does without that setting and leaves it alone. The time that it takes
    grows with the square of the digits, so a limit of millions of bits lets a short step take seconds.

    >>> Limits(fuel=-1)
    Traceback (most recent call last):
        ...
    ValueError: the limit `fuel` is 0 or more, and got -1

    Raises:
        TypeError: one of them is no int.
        ValueError: one of them is negative.
    """

    term_nodes: int = 200_000
    term_depth: int = 50_000
    type_nodes: int = 10_000
    int_bits: int = 14_000
    string_length: int = 1_000_000
    collection_length: int = 1_000_000
    message_bytes: int = 8_000_000
    fuel: int = 100_000
    shard_keys: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse what nothing can be measured by."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value.__class__ is not int:
                raise TypeError(f"the limit `{field.name}` is an int, and got {type(value).__name__}")
            if value < 0:
                raise ValueError(f"the limit `{field.name}` is 0 or more, and got {value:,}")

    def allow(self, limit: str, size: int, what: str) -> None:
        """Do nothing if ``size`` is within the limit of that name.

        Raises:
            LimitError: it is not; the error names the limit.
        """
        allowed = getattr(self, limit)
        if size > allowed:
            raise LimitError(what, limit, allowed, size)

    def spend(self, turns: Iterator[None], count: int = 1) -> None:
        """Take so many of the turns that a step has left.

        Raises:
            StepError: there are not so many.
        """
        if count and next(islice(turns, count - 1, count), True):  # which is None if there are so many
            raise self.out_of_fuel()

    def charge(self, turns: Iterator[None], size: int) -> None:
        """Take the turns that work on so many characters, bytes or items costs.

        Raises:
            StepError: there are not so many.
        """
        if size >= PER_TURN:
            self.spend(turns, size // PER_TURN)

    def out_of_fuel(self) -> StepError:
        """Return the error of a step that wants more turns than ``fuel`` allows."""
        turns = "1 turn" if self.fuel == 1 else f"{self.fuel:,} turns"
        return StepError(f"the step ran out of fuel: the limit `fuel` allows {turns}")


DEFAULT_LIMITS = Limits()
"""The limits that hold where none are given."""
