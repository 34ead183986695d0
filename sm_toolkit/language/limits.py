"""Limits: how large a thing from outside may be before it is refused. Numbers only, no checks of meaning."""

from __future__ import annotations

from dataclasses import dataclass

from sm_toolkit.language.errors import LimitError, StepError


@dataclass(frozen=True)
class Limits:
    """Sizes that hostile or careless terms, types and values must stay under.

    ``term_nodes``, ``type_nodes`` count nodes as if nothing were shared; ``term_depth`` the longest branch;
    ``int_bits`` the bits of an integer without its sign; ``string_length`` characters, or bytes of a Bytes;
    ``collection_length`` the items of a list or the keys of a map; ``message_bytes`` bytes
    of one framed message, or characters of one line; ``fuel`` the turns of all ``unleft`` loops in one step, those
    of nested ones counted together.

    ``int_bits`` may be any number. Python's own ``str`` and ``int`` stop at 4,300 digits, or where the process
    set them to; the text form of values does without that setting and leaves it alone. The time that it takes
    grows with the square of the digits, so a limit of millions of bits lets a short step take seconds.
    """

    term_nodes: int = 200_000
    term_depth: int = 50_000
    type_nodes: int = 10_000
    int_bits: int = 14_000
    string_length: int = 1_000_000
    collection_length: int = 1_000_000
    message_bytes: int = 8_000_000
    fuel: int = 100_000

    def allow(self, limit: str, size: int, what: str) -> None:
        """Do nothing if ``size`` is within the limit of that name.

        Raises:
            LimitError: it is not; the error names the limit.
        """
        allowed = getattr(self, limit)
        if size > allowed:
            raise LimitError(what, limit, allowed, size)

    def out_of_fuel(self) -> StepError:
        """Return the error of a step whose loops want one turn more than ``fuel`` allows."""
        return StepError(f"the loops of the step ran out of fuel: the limit `fuel` allows {self.fuel:,} turns")


DEFAULT_LIMITS = Limits()
"""The limits that hold where none are given."""
