"""What goes wrong in an engine, and not in one of its stages."""

from __future__ import annotations

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.abilities import without


class EngineError(ToolkitError, RuntimeError):
    """An engine broke or was stopped, and takes no more messages."""


def broke_amid(error: BaseException) -> EngineError:
    """Return what an engine says that broke amid messages, or was interrupted there: it takes no more of them."""
    what = f"broke amid messages ({error!r})" if isinstance(error, Exception) else "was interrupted amid messages"
    return EngineError(f"the engine {what}, and nobody knows how far they have come: deploy the pipeline anew")


def require_machine(engine: str, needs: str) -> None:
    """Refuse to start where threads or processes cannot be had.

    Raises:
        EngineError: it is so here; says which engines there are instead.
    """
    instead = "inline() and simulated() give the same answers here"
    if (reason := without(engine, needs, instead)) is not None:
        raise EngineError(reason)
