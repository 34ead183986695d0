"""What is told when an extra of the package is not installed: the command that installs it, for this very Python."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path


def missing(modules: Sequence[str]) -> list[str]:
    """Return those of the modules that this Python cannot find."""
    return [name for name in modules if importlib.util.find_spec(name) is None]


def install_command(extra: str, checkout: Path | None = None) -> str:
    """Return the command that installs an extra; of a checkout, if the package is used out of one."""
    source = f"'sm-toolkit[{extra}]'" if checkout is None else f"-e '{checkout}[{extra}]'"
    return f"{_python()} -m pip install {source}"


def checkout_at_hand() -> Path | None:
    """Return the folder of the checkout that the package is used out of, or nothing where it was installed."""
    import sm_toolkit

    home = Path(sm_toolkit.__file__).resolve().parent.parent
    return home if (home / "pyproject.toml").exists() else None


def _python() -> str:
    """Return how this Python is called: shortly, if that is the one that the shell finds."""
    found = shutil.which("python")
    return "python" if found and Path(found).absolute() == Path(sys.executable).absolute() else sys.executable
