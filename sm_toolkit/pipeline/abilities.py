"""What the Python at hand cannot do: in a browser there are no threads, processes or sockets. Only told here."""

from __future__ import annotations

import sys


def without(name: str, needs: str, instead: str) -> str | None:
    """Return why something cannot be had here, and what there is instead; None where it can.

    >>> without("threads()", "threads", "inline() gives the same answers") is None
    True
    """
    if sys.platform != "emscripten":
        return None
    return f"{name} needs {needs}, and Python in a browser has none; {instead}"
