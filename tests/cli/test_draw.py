from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import COUNTER, invoke


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["count_v3", "v1"])
def test_a_picture_has_the_name_of_what_it_shows(folder: Path, name: str) -> None:
    result = invoke("draw", f"{COUNTER}:{name}")
    assert (result.exit_code, result.output) == (0, f"wrote {name}.svg\n")
    assert (folder / f"{name}.svg").read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.pdf", b"%PDF")])
def test_other_kinds_of_file(folder: Path, name: str, start: bytes) -> None:
    assert invoke("draw", f"{COUNTER}:count_v1", "-o", name).exit_code == 0
    assert (folder / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.gif", "a picture is saved as .svg, .png or .pdf, not as 'a.gif'"),
        ("missing/a.svg", "cannot write missing/a.svg: No such file"),
    ],
)
def test_a_file_that_cannot_be(name: str, expected: str) -> None:
    result = invoke("draw", f"{COUNTER}:count_v1", "-o", name)
    assert result.exit_code == 1
    assert expected in result.output
