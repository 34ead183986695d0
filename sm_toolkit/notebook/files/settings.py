"""The surroundings of a run: those of nobody, so that no setting of the user's changes an output."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER_SETTINGS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
UNSET = (
    *(
        "MPLBACKEND",
        "MATPLOTLIBRC",
        "NO_COLOR",
        "FORCE_COLOR",
        "COLUMNS",
        "LINES",
        "JUPYTER_PATH",
        "JUPYTER_CONFIG_PATH",
    ),
    *("PYTHONWARNINGS", "PYTHONSTARTUP", "PYTHONDEVMODE", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHONBREAKPOINT"),
)


@contextmanager
def settings_of_nobody() -> Iterator[None]:
    """Point Jupyter, IPython and matplotlib at an empty folder, so that no setting of the user's changes an output.

    What matplotlib knows of the fonts of this machine is brought along: it takes seconds to find that out, and it
    would say so in an output.
    """
    before = {name: os.environ.get(name) for name in (*USER_SETTINGS, *UNSET)}
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in USER_SETTINGS:
            Path(folder, name.lower()).mkdir()
            os.environ[name] = os.path.join(folder, name.lower())
        for name in UNSET:
            os.environ.pop(name, None)
        for fonts in caches.glob("fontlist-*.json"):
            shutil.copy(fonts, os.environ["MPLCONFIGDIR"])
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
