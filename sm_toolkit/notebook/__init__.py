"""What people see of machines and pipelines: pictures, and what is built on them.

Nothing below knows of this room. The widgets are loaded when they are first asked for, so that a picture
needs none.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.graphs import to_networkx
from sm_toolkit.notebook.pictures.machine_picture import draw_step
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.rules import SceneError

if TYPE_CHECKING:
    from sm_toolkit.notebook.simulator import UpgradeSimulator
    from sm_toolkit.notebook.stepper import Stepper

__all__ = ["Picture", "SceneError", "Stepper", "UpgradeSimulator", "draw", "draw_step", "to_networkx"]

_WIDGETS = {"Stepper": "stepper", "UpgradeSimulator": "simulator"}


def __getattr__(name: str) -> Any:
    """Load a widget when it is first asked for."""
    if name not in _WIDGETS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WIDGETS[name]}"), name)
