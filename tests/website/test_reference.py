"""The reference tells of every name that the package exports, once."""

from __future__ import annotations

from collections import Counter

import pytest

import sm_toolkit
from sm_toolkit.cli import main
from website.places import DOCS
from website.reference import as_imported, names_in, written_out

PAGES = sorted(path for path in (DOCS / "reference").glob("*.md") if path.name != "index.md")


def test_each_exported_name_is_on_one_page() -> None:
    told = Counter(name for page in PAGES for name in names_in(page.read_text("utf-8")))
    assert [name for name, times in told.items() if times > 1] == []
    missing = set(sm_toolkit.__all__) - {"__version__"} - set(told)
    assert sorted(missing) == [], "put these into a page of docs/reference"


def test_the_index_names_each_page() -> None:
    index = (DOCS / "reference" / "index.md").read_text("utf-8")
    assert {page.stem for page in PAGES} <= set(index.split())


def test_blocks_become_what_autodoc_takes() -> None:
    page = written_out("# Some\n\n```{names}\ndeploy Client incr\nStepError\n```\n\nMore.\n")
    assert page.startswith(
        "# Some\n\n```{eval-rst}\n.. py:currentmodule:: sm_toolkit\n\n.. autofunction:: sm_toolkit.deploy\n"
    )
    assert ".. autoclass:: sm_toolkit.Client\n   :members:\n" in page
    assert ".. autoexception:: sm_toolkit.StepError\n" in page
    # A machine is no function: what is said below its definition is found there.
    assert ".. py:data:: incr\n   :type: Machine[Any, int, int]\n\n   Add one." in page
    assert page.endswith("```\n\nMore.\n")


def test_examples_import_from_the_package_what_it_exports() -> None:
    deep = [
        "    >>> from sm_toolkit.language.syntax.terms import Compose",
        ">>> from sm_toolkit.deploying import deploy",
    ]
    assert as_imported(deep) == [deep[0], ">>> from sm_toolkit import deploy"]


def test_each_command_is_told_by_its_help() -> None:
    page = written_out((DOCS / "reference" / "commands.md").read_text("utf-8"))
    assert "{commands}" not in page
    for name in main.commands:
        assert f"\n## {name}\n\n```text\nUsage: sm-toolkit {name} " in page
    assert max(map(len, page.splitlines())) < 180


def test_what_is_given_and_not_exported_is_told_by_its_module() -> None:
    assert ".. autoclass:: sm_toolkit.notebook.pictures.picture.Picture\n" in written_out(
        "```{names}\nnotebook.pictures.picture.Picture\n```\n"
    )


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError, match="names nobody, which the package does not export"):
        written_out("```{names}\nnobody\n```\n")
