"""The engines, by the names that they have on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sm_toolkit.pipeline.ports import Engine

SERVING = ("inline", "event-loop", "threads", "processes")
"""Those that a server runs on."""

HELP = (
    "inline is the fastest where steps are short; event-loop lets effects wait on threads; threads gives each stage "
    "its own; processes gives each stage a processor."
)


def engine_named(name: str) -> Engine:
    """Return an engine by its name."""
    from sm_toolkit.engines import event_loop, inline, processes, simulated, threads

    match name:
        case "inline":
            return inline()
        case "event-loop":
            return event_loop()
        case "threads":
            return threads()
        case "processes":
            return processes()
        case _:
            return simulated(0)
