"""Takes an expression that was printed back to what it stands for, whatever classes its records are of."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import make_dataclass
from typing import Any

from sm_toolkit import language
from sm_toolkit.language.data import records
from sm_toolkit.language.data.types import record_words


class _Names(dict[str, Any]):
    """The names of the language, and for any other one what makes an object of a class of that name."""

    def __missing__(self, name: str) -> Callable[..., Any]:
        if not name[0].isupper():
            raise KeyError(name)

        def make(**fields: Any) -> Any:
            for type_, class_ in list(records._classes.items()):  # of those that some test has made known
                if record_words(type_.head) == (name, tuple(fields)):
                    with suppress(language.ValueMismatchError):
                        made = class_(**fields)
                        language.check_value(made, type_)
                        return made
            return make_dataclass(name, [(label, Any) for label in fields], frozen=True)(**fields)

        return make


def read_back(text: str) -> Any:
    """Evaluate an expression of ours, which is no input."""
    return eval(text, {}, _Names(vars(language)))
