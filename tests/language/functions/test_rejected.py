"""What is outside of the subset is refused where it stands, with what to write instead: a program and a text each."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from sm_toolkit import FunctionError

REJECTED = Path(__file__).parent / "rejected"
PROGRAMS = sorted(REJECTED.glob("*.py"))


def refused(path: Path) -> FunctionError:
    with pytest.raises(FunctionError) as caught:
        runpy.run_path(str(path))
    return caught.value


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_outside_of_the_subset_is_refused_where_it_stands(
    path: Path, golden: Callable[[str, str, Path], None]
) -> None:
    error = refused(path)
    assert error.advice
    lines = path.read_text().splitlines()
    if error.file == str(path):
        assert error.source is not None
        marked = error.source.text[error.source.begin : error.source.end]
        assert lines[error.line - 1][error.column - 1 :].startswith(marked)
    else:
        assert error.file == "the text"
        assert "source=" in path.read_text()
    golden(f"{path.stem}.err", str(error).replace(f"{path.parent}/", "") + "\n", REJECTED)


def test_each_text_belongs_to_a_program() -> None:
    assert {path.stem for path in REJECTED.glob("*.err")} == {path.stem for path in PROGRAMS}
