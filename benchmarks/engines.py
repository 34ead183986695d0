"""The engines that benchmarks measure, by their names. Nothing is measured here."""

from __future__ import annotations

from collections.abc import Callable

from sm_toolkit.engines import event_loop, inline, processes, threads
from sm_toolkit.pipeline.ports import Engine

ENGINES: dict[str, Callable[..., Engine]] = {
    "inline": inline,
    "threads": threads,
    "event_loop": event_loop,
    "processes": processes,
}
"""What makes each. (``simulated`` is for looking at, one move at a time.)"""
