"""A folder of notebooks copied for students, with the files beside them; nothing that is there is written over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sm_toolkit.notebook.files.findings import Finding, Unfit
from sm_toolkit.notebook.files.places import is_passed_by
from sm_toolkit.notebook.files.reading import read_notebook, text_of
from sm_toolkit.notebook.files.student import without_solutions


@dataclass
class Copies:
    """What a copy will hold: of each notebook its text and what was taken out, and the other files as they are."""

    notebooks: dict[Path, tuple[str, dict[str, int]]] = field(default_factory=dict)
    others: dict[Path, Path] = field(default_factory=dict)
    failed: dict[Path, Finding] = field(default_factory=dict)

    def in_the_way(self) -> list[Path]:
        """Return what is there already and says something else."""
        files = [path for path, (text, _) in self.notebooks.items() if not _holds(path, text.encode())]
        files += [path for path, source in self.others.items() if not _holds(path, source.read_bytes())]
        return sorted(files)

    def write(self) -> int:
        """Write what is not there; return how many files were written."""
        written = 0
        for path in sorted({*self.notebooks, *self.others}):
            if path.exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if path in self.others:
                shutil.copyfile(self.others[path], path)
            else:
                with path.open("xb") as file:
                    file.write(self.notebooks[path][0].encode())
            written += 1
        return written


def prepared(source: Path, into: Path) -> Copies:
    """Return the copies of a notebook, or of a folder with all that is in it and below; nothing is written yet.

    A notebook that is named itself is copied alone. Raises ``OSError`` if a file cannot be read.
    """
    copies = Copies()
    files = _files(source, into) if source.is_dir() else iter([source])
    for file in files:
        target = into / (file.relative_to(source) if source.is_dir() else file.name)
        if file.suffix != ".ipynb":
            copies.others[target] = file
            continue
        try:
            notebook = read_notebook(file)
            taken = without_solutions(notebook)
        except Unfit as unfit:
            copies.failed[file] = unfit.finding
        else:
            copies.notebooks[target] = (text_of(notebook), taken)
    return copies


def _files(source: Path, into: Path) -> Iterator[Path]:
    """Yield the files of a folder in order, but for hidden ones (checkpoints hold solutions) and those of the copy."""
    target = into.resolve()
    for folder, inner, names in os.walk(source):
        places = [Path(folder, name) for name in sorted(inner)]
        inner[:] = [place.name for place in places if not is_passed_by(place) and place.resolve() != target]
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


def _holds(path: Path, content: bytes) -> bool:
    """Tell whether a file is as it would be written, or not there."""
    return not os.path.lexists(path) or (path.is_file() and path.read_bytes() == content)
