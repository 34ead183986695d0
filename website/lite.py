"""The course in the browser: a JupyterLite whose Pyodide and packages lie in the site. Asks no other host."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from website import course, downloads
from website.locking import lock

EXTENSIONS = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
WIDGETS = "@jupyter-widgets/jupyterlab-manager"
# Of Pyodide itself only what runs; of the kernel's own wheels those that stand in for what has no place in a browser.
RUNTIME = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json"]
KERNEL_WHEELS = ["piplite", "pyodide_kernel", "ipykernel"]
AT_THE_START = ["micropip", "piplite", "pyodide-kernel", "ipykernel", "comm", "jedi", "ipython"]


class SiteError(Exception):
    """The site does not become what it should be; says where."""


def distribution(place: Path, lists: tuple[str, ...] = ("site",), ours: bool = True) -> None:
    """Put Pyodide and the wheels of these lists into a folder, with the list by which it finds them.

    Our own wheel is built and is among them, unless ``ours`` says no.

    Raises:
        DownloadError: something cannot be fetched.
    """
    place.mkdir(parents=True)
    source = downloads.pyodide()
    for name in RUNTIME:
        shutil.copyfile(source / name, place / name)
    for wheel in [wheel for name in lists for wheel in downloads.wheels(name)] + _kernel_wheels():
        shutil.copyfile(wheel, place / wheel.name)
    if ours:
        downloads.own_wheel(place)
    info = json.loads((source / "pyodide-lock.json").read_text("utf-8"))["info"]
    (place / "pyodide-lock.json").write_text(lock(info, sorted(place.glob("*.whl"))), "utf-8")


def _kernel_wheels() -> list[Path]:
    folder = EXTENSIONS / KERNEL / "static" / "pypi"
    return [wheel for name in KERNEL_WHEELS for wheel in folder.glob(f"{name}-*.whl")]


def build(place: Path) -> None:
    """Build the browser's Jupyter, with the course in it, into a folder that is not there yet.

    Raises:
        DownloadError: something cannot be fetched.
        SiteError: JupyterLite does not build, or would ask another host for its kernel.
    """
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        _write(work / "jupyter-lite.json", _settings())
        _write(work / "jupyter_lite_config.json", _configuration(work, place))
        (work / "contents").mkdir()
        for path in course.notebooks():
            _write(work / "contents" / path.name, course.for_the_browser(path))
        # Flags are given in that file only, since a further command with others would set the site up anew.
        command = [sys.executable, "-m", "jupyterlite_core", "build"]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SiteError(f"JupyterLite does not build:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    distribution(place / "static" / "pyodide")
    _check(place)


def _settings() -> dict[str, Any]:
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": "./static/pyodide/pyodide-lock.json", "packages": AT_THE_START},
    }
    settings = {f"{KERNEL}:kernel": kernel}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"appName": "sm_toolkit", "litePluginSettings": settings},
    }


def _configuration(work: Path, place: Path) -> dict[str, Any]:
    return {
        "LiteBuildConfig": {
            "contents": ["contents"],
            "output_dir": str(place),
            "cache_dir": str(work / "cache"),
            "apps": ["lab", "notebooks"],
            # Only these, whatever else is installed here.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [str(EXTENSIONS / KERNEL), str(EXTENSIONS / WIDGETS)],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def _check(place: Path) -> None:
    """Refuse a Jupyter that would go to a public host for its kernel."""
    data = json.loads((place / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    kernel = data.get("litePluginSettings", {}).get(f"{KERNEL}:kernel", {})
    for name, url in (
        ("pyodideUrl", kernel.get("pyodideUrl", "")),
        ("lockFileURL", kernel.get("loadPyodideOptions", {}).get("lockFileURL", "")),
    ):
        if not url or "//" in url or not (place / url).is_file():
            raise SiteError(f"{place / 'jupyter-lite.json'}: {name} should be a file of the site, and is {url!r}")


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
