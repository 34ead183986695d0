"""What is given to a function that wants values one after another, or a number, and is none: told before it is used.

(What is no machine, ``syntax.machines`` tells; what is no type, ``data.types``.)
"""

from __future__ import annotations

from collections.abc import Iterable

from sm_toolkit.language.syntax.printing import print_value

LONGEST = 40


def expect_values(found: object, call: str, name: str) -> None:
    """Do nothing if these are values one after another; ``call`` is how the function that wants them is called.

    >>> expect_values(5, "explore(machine, state, inputs)", "inputs")
    Traceback (most recent call last):
        ...
    TypeError: `explore(machine, state, inputs)` takes `inputs` one after another, as in a list, and got int; write [5]

    Raises:
        TypeError: they are none; the error says what to write.
    """
    if not isinstance(found, Iterable):
        kind = "None" if found is None else type(found).__name__
        write = "[] if there are none" if found is None else f"[{print_value(found, LONGEST)}]"
        raise TypeError(f"`{call}` takes `{name}` one after another, as in a list, and got {kind}; write {write}")


def expect_number(found: object, call: str, name: str) -> None:
    """Do nothing if this is a whole number.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(found, int) or isinstance(found, bool):
        shown = print_value(found, LONGEST) if found is None or isinstance(found, str | float | bool) else ""
        told = shown or type(found).__name__
        raise TypeError(f"`{call}` takes a whole number as `{name}`, and got {told}")
