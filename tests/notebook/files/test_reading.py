"""Files that are no notebooks, and old ones; where notebooks are looked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_toolkit.notebook.files.findings import Unfit, told
from sm_toolkit.notebook.files.places import found
from sm_toolkit.notebook.files.reading import notebook_of, read_notebook

UNREADABLE = {
    "": """\
    it is empty
      try  open it in JupyterLab and save it, or delete it""",
    '{"cells": [\n  {"cell_type": "code", }\n]}': """\
    it is no JSON: Expecting property name enclosed in double quotes, at line 2, column 25
      found  {"cell_type": "code", }""",
    '{"cells": [': """\
    it is no JSON: Expecting value, at line 1, column 12
      found  {"cells": [""",
    '{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> other\n]}': """\
    it holds both sides of a merge, from line 2 on
      found  <<<<<<< HEAD
      try    choose one side (of outputs any: they can be written anew)""",
    "[1]": "    it is JSON and no notebook: there are no cells in it",
    "[" * 100_000: "    it is no notebook: its JSON is nested too deep",
    '{"cells": [], "metadata": {}, "nbformat": 7, "nbformat_minor": 0}': """\
    it breaks the rules of the notebook format
      found  Unsupported nbformat version 7
      try    open it in JupyterLab and save it""",
    '{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}': """\
    it breaks the rules of the notebook format
      found  The notebook is invalid and is missing an expected key: metadata
      try    open it in JupyterLab and save it""",
}


@pytest.mark.parametrize("text", UNREADABLE, ids=lambda text: text[:30])
def test_what_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(Unfit) as unfit:
        notebook_of(text)
    assert told([unfit.value.finding], "a.ipynb") == UNREADABLE[text]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b'{"cells": "\xff"}')
    with pytest.raises(Unfit, match="not text in UTF-8: byte 12 is 0xff"):
        read_notebook(path)
    with pytest.raises(Unfit, match="it is no file"):
        read_notebook(tmp_path)


def test_old_cells_get_names_that_are_the_same_each_time() -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ["same"]} for _ in range(2)]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2})
    names = [cell.id for cell in notebook_of(text).cells]
    assert names == [cell.id for cell in notebook_of(text).cells]
    assert len(set(names)) == 2


def test_where_notebooks_are(tmp_path: Path) -> None:
    mine = ["a.ipynb", "b/c.ipynb", "b/d/e.ipynb"]
    others = [".ipynb_checkpoints/a.ipynb", "venv/lib/x.ipynb", "b/.git/y.ipynb", "b/.z.ipynb", "b/notes.txt"]
    for name in [*mine, *others, "venv/pyvenv.cfg"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    assert found(tmp_path) == [tmp_path / name for name in mine]
    assert found(tmp_path / "b" / "notes.txt") == [tmp_path / "b" / "notes.txt"]
