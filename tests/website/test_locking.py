"""The list by which Pyodide finds packages says what the wheels beside it say."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from website.locking import lock

INFO = {"arch": "wasm32", "platform": "emscripten_5_0_3", "python": "3.14.2", "abi_version": "2026_0"}


def wheel(folder: Path, name: str, *needs: str, files: tuple[str, ...] = ()) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as written:
        said = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
        written.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(said) + "\n")
        for file in files:
            written.writestr(file, "")
    return path


def test_only_what_is_there_and_is_needed_in_a_browser_is_named(tmp_path: Path) -> None:
    wheels = [
        wheel(
            tmp_path,
            "One_thing",
            "two>=0.5",
            "matplotlib",  # not beside it
            'three; sys_platform != "emscripten"',
            'three; extra == "more"',
            'four; python_version >= "3.14"',
            files=("one/__init__.py", "one/inner/__init__.py", "alone.py", "fast.cpython-314-wasm32-emscripten.so"),
        ),
        *(wheel(tmp_path, name, files=(f"{name}/__init__.py",)) for name in ("two", "three", "four")),
        wheel(tmp_path, "jupyterlab_widgets"),  # what is for the page
    ]
    made = json.loads(lock(INFO, wheels))
    assert made["info"] == INFO
    assert set(made["packages"]) == {"one-thing", "two", "three", "four"}
    one = made["packages"]["one-thing"]
    assert one["depends"] == ["four", "two"]
    assert one["imports"] == ["alone", "fast", "one"]
    assert one["file_name"] == wheels[0].name
    assert one["sha256"] == hashlib.sha256(wheels[0].read_bytes()).hexdigest()
    assert (one["name"], one["version"]) == ("one-thing", "1.0")
