"""What differs is told so that people can read it: the part of a long line, the element of a picture."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sm_toolkit.notebook.files.cleaning import joined_streams
from sm_toolkit.notebook.files.comparing import differences, differing, settled
from sm_toolkit.notebook.files.reading import node
from sm_toolkit.notebook.files.shape import shape_findings
from tests.cli.small_notebooks import code, notebook, printed, result


def rows(kept: dict[str, Any], made: dict[str, Any]) -> list[tuple[str, str]]:
    [finding] = differences(node(notebook(code("x", kept))), node(notebook(code("x", made))))
    return list(finding.rows)


def packed(picture: str) -> dict[str, Any]:
    link = base64.b64encode(picture.encode()).decode()
    html = f'<img alt="a" src="data:image/svg+xml;base64,{link}"><table></table>'
    return {"output_type": "display_data", "data": {"text/html": html, "text/plain": "a picture"}, "metadata": {}}


def test_of_a_long_line_the_part_is_shown_where_it_differs() -> None:
    told = rows(printed("a" * 500 + "b" + "c" * 500), printed("a" * 500 + "x" + "c" * 500))
    assert [label for label, _ in told] == ["kept", "gives"]
    assert [text[:40] for _, text in told] == ["…" + "a" * 30 + "bcccccccc", "…" + "a" * 30 + "xcccccccc"]


def test_of_a_picture_the_element_is_shown() -> None:
    old = "<svg><rect width='3'/><text>a</text></svg>"
    assert rows(packed(old), packed(old.replace("3", "4"))) == [
        ("kept", "text/html: <rect width='3'/>"),
        ("gives", "text/html: <rect width='4'/>"),
    ]


def test_many_lines_are_cut() -> None:
    told = rows(printed("".join(f"{n}\n" for n in range(50))), printed("nothing\n"))
    assert len(told) == 15
    assert told[-1] == ("", "… and 37 lines more")


def test_what_lines_do_not_show_is_told_all_the_same() -> None:
    old, new = result("2"), result("2")
    new["metadata"] = {"isolated": True}
    assert rows(old, new) != []


def test_a_result_is_not_a_line_that_was_printed() -> None:
    assert rows(result("2"), printed("2"))[0][0] == "kept"


def test_what_changes_each_time_is_told_even_if_it_happens_to_be_kept() -> None:
    kept, again = node(notebook(code("x", result("1")))), node(notebook(code("x", result("2"))))
    [finding] = differences(kept, kept, again)
    assert finding.what == "it gives something else each time it is run"
    assert finding.rows == (("once", "1"), ("then", "2"))


def test_outputs_of_no_account_are_as_they_are_kept() -> None:
    kept = node(notebook(code("x", result("1"), tags=["nbval-ignore-output"])))
    made = node(notebook(code("x", result("2"), tags=["nbval-ignore-output"])))
    assert len(differing(kept, made)) == 1
    assert differing(kept, settled(made, kept)) == []


@pytest.mark.parametrize(
    ("shown", "what"),
    [
        ("<object at 0x7f12ab34cd56>", "the address of an object"),
        ("listening on 127.0.0.1:4711", "a port"),
        ("'/home/me/notes.txt'", "a path of this machine"),
        ("2024-05-01", "a time"),
        ("done in 12.5 ms", "a time"),
        ("pid: 4711", "the number of a process"),
    ],
)
def test_what_is_of_one_machine_is_seen_unless_it_is_said_to_be_fixed(shown: str, what: str) -> None:
    [finding] = shape_findings(node(notebook(code("x", result(shown)))))
    assert finding.what == f"its output holds {what}"
    assert shape_findings(node(notebook(code("x", result(shown), tags=["fixed-output"])))) == []
    [inside] = shape_findings(node(notebook(code("x", packed(f"<svg>{shown}</svg>")))))
    assert inside.what == f"its output holds {what}"


def numbered(*numbers: int | None) -> Any:
    raw = notebook(*(code("x", printed("1")) for _ in numbers))
    for cell, number in zip(raw["cells"], numbers, strict=True):
        cell["execution_count"] = number
    return node(raw)


def test_the_order_is_told_where_it_is_left() -> None:
    [finding] = shape_findings(numbered(1, 2, 5, 4))
    assert finding.what == "its cells were not run once each from top to bottom: they should be numbered 1 to 4"
    assert finding.rows == (("wants", "1, 2, 3, …"), ("found", "1, 2, 5, …"))
    assert finding.place is not None
    assert finding.place.cell == "code cell 3"


def test_what_was_never_run_is_told_once() -> None:
    raw = notebook(code("1"), code("2"))
    for cell in raw["cells"]:
        cell["execution_count"] = None
    [finding] = shape_findings(node(raw))
    assert finding.what == "it was never run, or its outputs were cleared"


def test_an_error_that_was_kept_and_an_output_widget() -> None:
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "0"}, "text/plain": "Output()"}
    shown = {"output_type": "display_data", "data": view, "metadata": {}}
    raw = notebook(code("x", error), code("x", error, tags=["raises-exception"]), code("x", shown))
    assert [finding.what for finding in shape_findings(node(raw))] == [
        "an error was kept",
        "it shows an `Output` widget, which is empty wherever no kernel runs",
    ]


def test_what_was_taken_back_is_no_output() -> None:
    gone = {"output_type": "display_data", "data": {}, "metadata": {}}
    outputs = joined_streams(node([printed("a"), gone, printed("b")]))
    assert [output.text for output in outputs] == ["ab"]
