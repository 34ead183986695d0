"""Where notebooks are: in a folder and, if wanted, the folders below it. They are not read here."""

from __future__ import annotations

import os
from pathlib import Path

_PASSED_BY = {"__pycache__", "node_modules", "site-packages"}


def found(path: Path, below: bool = True) -> list[Path]:
    """Return a notebook as itself, and a folder as the notebooks in it, in order; those in folders below if wanted.

    Hidden folders (those of checkpoints too), virtual environments and what packages installed are passed by.
    """
    if not path.is_dir():
        return [path]
    notebooks: list[Path] = []
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not is_passed_by(Path(folder, name)))
        notebooks += [Path(folder, name) for name in sorted(names) if name.endswith(".ipynb") and name[0] != "."]
        if not below:
            break
    return sorted(notebooks)


def is_passed_by(folder: Path) -> bool:
    """Tell whether notebooks in a folder are nobody's own: it is hidden, or holds what was installed."""
    return folder.name.startswith(".") or folder.name in _PASSED_BY or (folder / "pyvenv.cfg").exists()
