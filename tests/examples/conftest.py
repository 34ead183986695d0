"""What a machine makes is of the class that was declared last for its type: here, one of the examples."""

from __future__ import annotations

from dataclasses import is_dataclass

import pytest

from sm_toolkit.language import from_annotation
from tests.examples.evolving import MODULES


@pytest.fixture(autouse=True, scope="module")
def their_classes() -> None:
    """Declare the classes of the examples again: other tests may have some of the same name and fields."""
    for module in MODULES.values():
        for named in vars(module).values():
            if isinstance(named, type) and is_dataclass(named) and named.__module__ == module.__name__:
                from_annotation(named)
