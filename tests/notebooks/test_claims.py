"""What the notebooks claim and no cell computes: what static type checkers find."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.regenerate_notebooks import NOTEBOOKS, read_notebook
from tests.typing.test_typing import mypy, pyright

TYPES = NOTEBOOKS / "03_types_that_find_mistakes.ipynb"
ROW = re.compile(r"^\| (`.+`) \| (\w*) ?\| (\w*) ?\| .* \|$", re.MULTILINE)


@pytest.mark.parametrize(("checker", "column"), [(mypy, 1), (pyright, 2)], ids=["mypy", "pyright"])
def test_the_table_of_mistakes_is_right(
    checker: Callable[[Path], dict[str, set[int]]], column: int, tmp_path: Path
) -> None:
    (table,) = (cell.source for cell in read_notebook(TYPES).cells if cell.id == "static-intro")
    claims = [
        (line, row[column + 1] == "error") for row in ROW.finditer(table) for line in re.findall(r"`(.+?)`", row[1])
    ]
    assert len(claims) == 8
    program = ["from sm_toolkit import Int, copy, get, incr, not_, put, read, show", *(line for line, _ in claims)]
    (tmp_path / "table.py").write_text("\n".join(program) + "\n", encoding="utf-8")
    claimed = {number for number, (_, error) in enumerate(claims, 2) if error}
    assert checker(tmp_path) == {"table.py": claimed}
