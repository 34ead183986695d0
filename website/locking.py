"""The list by which Pyodide finds packages: exactly the wheels beside it, and what each needs. Only read from wheels.

Pyodide's own list names files on a host of its own, and packages that we leave out (its networkx needs matplotlib).
"""

from __future__ import annotations

import email
import hashlib
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

# They only bring scripts for the page, which JupyterLite has from its own extensions.
FRONT_END = {"jupyterlab-widgets", "widgetsnbextension"}


def lock(info: dict[str, str], wheels: Sequence[Path]) -> str:
    """Return the text of `pyodide-lock.json` for wheels that lie beside it.

    ``info`` is what Pyodide's own list says of the interpreter (its version, platform and so on).
    """
    files = {name: wheel for wheel in wheels if (name := _name(wheel)) not in FRONT_END}
    packages = {name: _package(wheel, set(files), info) for name, wheel in sorted(files.items())}
    return json.dumps({"info": info, "packages": packages}, indent=1, sort_keys=True) + "\n"


def _name(wheel: Path) -> str:
    return str(parse_wheel_filename(wheel.name)[0])


def _package(wheel: Path, known: set[str], info: dict[str, str]) -> dict[str, Any]:
    name, version, *_ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        (metadata,) = [entry for entry in names if entry.endswith(".dist-info/METADATA") and entry.count("/") == 1]
        said = email.message_from_bytes(opened.read(metadata))
    needs = {
        str(canonicalize_name(needed.name))
        for needed in map(Requirement, said.get_all("Requires-Dist", []))
        if needed.marker is None or needed.marker.evaluate({**_environment(info), "extra": ""})
    }
    return {
        "depends": sorted(needs & known),
        "file_name": wheel.name,
        "imports": sorted(_imports(names)),
        "install_dir": "site",
        "name": str(name),
        "package_type": "package",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "unvendored_tests": False,
        "version": str(version),
    }


def _environment(info: dict[str, str]) -> dict[str, str]:
    """Return what markers are evaluated for: Pyodide, not the Python that builds the site."""
    version = info["python"]
    here = {name: str(value) for name, value in default_environment().items()}
    there = {
        "os_name": "posix",
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "platform_machine": info["arch"],
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version,
    }
    return here | there


def _imports(names: Sequence[str]) -> set[str]:
    """Return the modules at the top of a wheel; of what is only a place for others, none."""
    tops = {entry.split("/")[0] for entry in names if entry.endswith("/__init__.py") and entry.count("/") == 1}
    alone = {entry.split(".")[0] for entry in names if "/" not in entry and entry.endswith((".py", ".so"))}
    return {name for name in tops | alone if name.isidentifier()}
