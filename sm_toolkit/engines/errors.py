"""What goes wrong in an engine, and not in one of its stages."""

from __future__ import annotations

from sm_toolkit.language.errors import ToolkitError


class EngineError(ToolkitError, RuntimeError):
    """An engine broke or was stopped, and takes no more messages."""
