"""One notebook, checked or written anew in a process of its own, so that nothing that a notebook does harms the others.

It is started by ``validating`` as ``python -m sm_toolkit.notebook.files.worker REQUEST ANSWER``: two files of JSON.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sm_toolkit.notebook.files.cleaning import cleaned
from sm_toolkit.notebook.files.comparing import differences, differing, settled, written_otherwise
from sm_toolkit.notebook.files.findings import Finding, Unfit, code_cells
from sm_toolkit.notebook.files.reading import language_of, read_notebook, text_of
from sm_toolkit.notebook.files.settings import settings_of_nobody
from sm_toolkit.notebook.files.shape import shape_findings, was_never_run

ERROR_KEPT = "an error was kept"


def check(path: Path, seconds: float) -> dict[str, Any]:
    """Return what is wrong with a notebook as it is kept, and how many cells of it run.

    It is run a first time to compare what it gives, byte for byte, and a second time: by nbval if it passed, and
    else to tell what is stale from what is never the same.
    """
    kept = read_notebook(path)
    answer = _answer(kept)
    if answer["left_out"]:
        return answer
    from sm_toolkit.notebook.files.running import run  # what cannot be read is told without it
    from sm_toolkit.notebook.files.strictness import strict_findings

    findings = shape_findings(kept)
    try:
        fresh, updates = run(kept, path.parent.resolve(), seconds)
        made = settled(cleaned(fresh), kept)
        findings += updates
        text = path.read_bytes().decode()
        if differing(kept, made):
            again = settled(cleaned(run(kept, path.parent.resolve(), seconds)[0]), kept)
            told = differences(kept, made, again)
            # That everything is missing was told once.
            findings += [one for one in told if not (was_never_run(kept) and one.what == "its output is missing")]
        else:
            findings += [] if updates else strict_findings(path, kept, seconds)
            if not findings and text != text_of(made):
                findings.append(written_otherwise(text, text_of(made)))
    except Unfit as unfit:
        failed = unfit.finding
        findings = [one for one in findings if one.what != ERROR_KEPT or one.place != failed.place] + [failed]
    return answer | {"findings": [finding.as_data() for finding in findings]}


def regenerate(path: Path, seconds: float) -> dict[str, Any]:
    """Run a notebook, and write what it gives into its file if that says something else; return whether it did."""
    kept = read_notebook(path)
    answer = _answer(kept)
    if answer["left_out"]:
        return answer
    from sm_toolkit.notebook.files.running import run

    _writable(path)
    made = cleaned(run(kept, path.parent.resolve(), seconds)[0])
    text = path.read_bytes().decode()
    if text in (text_of(made), text_of(settled(made, kept))):
        return answer
    _write(path, text_of(made))
    return answer | {"written": True}


def _answer(notebook: Any) -> dict[str, Any]:
    language = language_of(notebook)
    left_out = "" if language.lower() in ("python", "python3", "ipython") else language
    return {"cells": len(code_cells(notebook)), "left_out": left_out, "findings": [], "written": False}


def _writable(path: Path) -> None:
    for thing in (path, path.resolve().parent):
        if not os.access(thing, os.W_OK):
            raise _unwritable(thing, "permission denied")


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    path = path.resolve()
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".ipynb")
        try:
            with open(number, "wb") as file:
                file.write(text.encode())
            os.chmod(name, stat.S_IMODE(path.stat().st_mode))
            os.replace(name, path)
        except BaseException:  # the disk is full, say, or somebody has enough of it
            os.unlink(name)
            raise
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from None


def _unwritable(path: Path, why: str) -> Unfit:
    return Unfit(
        Finding(f"it cannot be written: {why}", rows=(("found", str(path)),), advice="work on a copy of yours")
    )


def main(arguments: Sequence[str]) -> None:
    """Do what a request says, and write the answer."""
    request, target = map(Path, arguments)
    asked = json.loads(request.read_text("utf-8"))
    work = {"check": check, "regenerate": regenerate}[asked["work"]]
    try:
        with settings_of_nobody():
            answer = work(Path(asked["path"]), asked["seconds"])
    except Unfit as unfit:
        answer = {"cells": 0, "left_out": "", "findings": [unfit.finding.as_data()], "written": False}
    target.write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
