"""What a notebook shows of an error: the marked part, the rows, and readable colours, below the whole traceback."""

# The static checkers would stop some of these machines before inference does.
# mypy: disable-error-code="operator"
# pyright: reportOperatorIssue=false

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from sm_toolkit.language import MachineTypeError, check, get, incr, infer, not_, put, show
from sm_toolkit.language.errors import LimitError, StepError, ToolkitError, ValueMismatchError
from sm_toolkit.notebook.error_block import error_html
from sm_toolkit.pipeline.pipelines import PipelineError

CELLS = """
import json, sys
import nbformat
from nbclient import NotebookClient
cells = json.loads(sys.stdin.read())
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
NotebookClient(book, timeout=120, allow_errors=True, kernel_name="python3").execute()
print(json.dumps([cell.outputs for cell in book.cells]))
"""

TERMINAL = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.run_cell("import sm_toolkit as sm")
shell.run_cell("sm.infer(sm.incr >> sm.not_)")
"""


NAMES = "color", "background"


class Read(HTMLParser):
    """The text of an element, what is marked, and the colours: of text, and of the ground under it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.marked = ""
        self.colours: set[tuple[str, str]] = set()
        self.tags: list[str] = []
        self.feed(html)
        assert not self.tags

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        style = re.sub(r"var\(--jp-[\w-]+,(#\w{6})\)", r"\1", dict(attrs).get("style", ""))  # as without JupyterLab
        colour, ground = (
            re.search(rf"(?:^|;){name}:[^;]*(#\w{{6}})(?:;|$)", style) for name in ("color", "background")
        )
        if colour or ground:
            assert colour, f"a ground without a colour in <{tag}>"
            assert ground, f"a colour without a ground in <{tag}>"
            self.colours.add((colour[1], ground[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.tags:
            self.marked += data


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, "contrast ratio")."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def error_of(machine: Any, **asked: Any) -> MachineTypeError:
    with pytest.raises(MachineTypeError) as caught:
        check(machine, **asked)
    return caught.value


def test_the_block_says_all_that_the_text_says_and_marks_the_part() -> None:
    error = error_of(get() >> show() >> incr >> put())
    shown = Read(error_html(error))
    assert shown.marked == "incr"
    report = error.report()
    for text in (report.headline, *(text for row in report.rows for text in row)):
        assert text in shown.text
    assert "get() >> show() >> incr >> put()" in shown.text


@pytest.mark.parametrize(
    "error",
    [StepError("<b>"), LimitError("a term", "term_nodes", 1, 2), ValueMismatchError("Int", "'<b>' (Str)", "[0]")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_without_a_machine_is_shown_too_and_what_it_says_is_no_html(error: ToolkitError) -> None:
    shown = Read(error_html(error))
    assert str(error) in shown.text
    assert "<b>" not in error_html(error)


def test_an_error_that_is_no_record_shows_its_text() -> None:
    assert Read(error_html(PipelineError("two & two"))).text == "PipelineError: two & two"


def test_where_there_is_no_theme_the_text_is_dark_on_a_light_ground_of_its_own() -> None:
    colours = Read(error_html(error_of(incr >> not_))).colours
    assert len(colours) == 2, "the block, and the mark"
    for text, ground in colours:
        assert contrast(text, ground) >= 10, (text, ground)


def test_a_cell_that_fails_shows_the_traceback_and_then_the_block() -> None:
    cells = [
        "from sm_toolkit import *\nfrom sm_toolkit.language import MachineTypeError",
        "def mine():\n    return infer(incr >> not_)\n\nmine()",
        "try:\n    mine()\nexcept MachineTypeError as error:\n    caught = error\ncaught",
        "1 / 0",
        "step(incr, True, None)",
        "1 + 1",
    ]
    done = subprocess.run(
        [sys.executable, "-c", CELLS], input=json.dumps(cells), capture_output=True, text=True, check=True, timeout=300
    )
    first, fails, ends, other, value, fine = json.loads(done.stdout.splitlines()[-1])
    assert first == []
    traceback, block = fails
    assert (traceback["output_type"], traceback["ename"]) == ("error", "MachineTypeError")
    frames = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback["traceback"]))
    assert "mine()" in frames
    assert "return infer(incr >> not_)" in frames
    text = str(error_of(incr >> not_))
    assert text in frames
    assert block["output_type"] == "display_data"
    assert block["data"]["text/plain"] == f"MachineTypeError: {text}"
    assert Read("".join(block["data"]["text/html"])).marked == "not_"
    [result] = ends
    assert result["output_type"] == "execute_result"
    assert result["data"] == block["data"]
    assert [output["output_type"] for output in other] == ["error"], "not ours"
    assert "the input should be Int" in value[1]["data"]["text/plain"]
    assert [output["output_type"] for output in fine] == ["execute_result"]


def test_a_terminal_says_it_once() -> None:
    done = subprocess.run([sys.executable, "-c", TERMINAL], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.count("machine does not fit") == 1
    assert "sm.infer(sm.incr >> sm.not_)" in re.sub(r"\x1b\[[\d;]*m", "", done.stdout)


def test_the_block_is_the_same_each_time() -> None:
    with pytest.raises(MachineTypeError) as caught:
        infer(incr >> not_)
    assert error_html(caught.value) == error_html(error_of(incr >> not_))
