"""Programs as text, and the modules that they are imported as: what tests of files and of printed sources share."""

from __future__ import annotations

import importlib.util
import linecache
import sys
from pathlib import Path
from types import ModuleType

PROGRAM = """
from dataclasses import dataclass

from sm_toolkit import machine


@dataclass(frozen=True)
class Incr:
    by: int


def more(n: int, by: int) -> int:
    return n + by


@machine
def counter(event: Incr, state: int) -> tuple[int, int]:
    return state, more(state, event.by)
"""


def imported(path: Path, text: str) -> ModuleType:
    """Write a text to a file and import it as the module of that file's name."""
    path.write_text(text)
    linecache.checkcache(str(path))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module
