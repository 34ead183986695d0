"""`%load_ext sm_toolkit`: what is registered with IPython, and taken back. What it does is in ``magic``."""

from __future__ import annotations

import atexit
import weakref
from typing import Any

from sm_toolkit.notebook.live.magic import MachineMagic

_loaded: weakref.WeakKeyDictionary[Any, MachineMagic] = weakref.WeakKeyDictionary()
_NAMES = ("%%machine", "%machine")


def load(shell: Any) -> None:
    """Register `%%machine` and `%machine`, and what completes them."""
    if shell in _loaded:
        return
    made = _loaded[shell] = MachineMagic(shell)
    shell.register_magic_function(made.machine, "line_cell", "machine")
    for name in _NAMES:
        shell.set_hook("complete_command", made.complete, str_key=name)
    atexit.register(made.stop)


def unload(shell: Any) -> None:
    """Take them back, and stop what cells have deployed."""
    made = _loaded.pop(shell, None)
    if made is None:
        return
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("machine", None)
    for name in _NAMES:
        shell.strdispatchers["complete_command"].strs.pop(name, None)
    atexit.unregister(made.stop)
    made.stop()
