"""The engines that benchmarks measure, by their names. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sm_toolkit.engines
from sm_toolkit.engines import inline, threads
from sm_toolkit.pipeline.ports import Engine

ENGINES: dict[str, Callable[..., Engine]] = {"inline": inline, "threads": threads}
"""What makes each. (``simulated`` is for looking at, one move at a time.)"""

_processes: Any = getattr(sm_toolkit.engines, "processes", None)
if _processes is not None:
    ENGINES["processes"] = _processes
