"""Words from outside that are markup, move a terminal's cursor, turn a line round or are very long do nothing of it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sm_toolkit import (
    Int,
    Str,
    copy,
    deploy,
    explore,
    fail,
    first,
    get,
    ident,
    incr,
    not_,
    put,
    read_text,
    snd,
    stage,
    step,
    trace,
    trace_stream,
    upgrade,
)
from sm_toolkit.language.encoding.canonical import codec_of
from sm_toolkit.language.errors import DecodeError, StepError, TextError, ToolkitError
from sm_toolkit.language.text.plain import MOST_SHOWN
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.error_block import error_html
from sm_toolkit.notebook.live.monitor import preview_html
from sm_toolkit.notebook.live.outcomes import Outcome, Part, Types
from sm_toolkit.notebook.live.telling import LiveReport
from sm_toolkit.notebook.live.watching import MOST_STAGES, Preview, Snapshot, StageRow
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.pipeline.messages import Inspected, Refused, StageView
from sm_toolkit.pipeline.shapes import LONGEST_NAME
from sm_toolkit.pipeline.wire import decode_answer, encode_answer

HOSTILE = {
    "markup": "<script>alert(1)</script>&amp;\"'",
    "end of a section": "]]><!--",
    "lines": "a\nb\r\nc\td",
    "control": "\x00\x01\x1b[31mred\x07\x08\x9b",
    "the other way round": "\u202eabc\u2066\u200f",
    "emoji": "\U0001f469\u200d\U0001f467\U0001f525e\u0301",
    "halves": "\ud800\udfff\ufeff\uffff\u2028",
    "of Graphviz": '\\" ]; x -> y [label="',
    "of Mermaid": '"] --> B["#quot;`',
    "of mathematics": "$\\frac{1$ {x_",
    "long": "x" * 100_000,
    "many": "ab " * 30_000,
}
STOLEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069\u200e\u200f]")
LONGEST = 60_000
_INTS = codec_of(Int)

each = pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)


def is_harmless(text: str) -> bool:
    return STOLEN.search(text) is None and "<script" not in text and len(text) < LONGEST


def pictures(words: str) -> dict[str, Callable[[], Picture]]:
    counter = (get() >> incr >> put()).named(words)
    keep = copy() >> first(put(Str)) >> snd()
    return {
        "machine": lambda: draw(counter),
        "tree": lambda: draw(counter, as_="tree"),
        "trace": lambda: draw(trace(keep, words, words)),
        "stream": lambda: draw(trace_stream(keep, [words] * 2, words)),
        "states": lambda: draw(explore((get() >> not_ >> put()).named(words), False)),
        "states that are texts": lambda: draw(explore(keep, words, [words, "y"])),
        "error": lambda: draw(StepError(words)),
    }


@each
def test_pictures_show_it_and_stay_well_formed(words: str) -> None:
    for name, made in pictures(words).items():
        picture = made()
        ElementTree.fromstring(picture.svg)
        assert is_harmless(picture.svg), name
        for text in (picture.text, picture.to_dot(), picture.to_mermaid()):
            assert STOLEN.search(text) is None, name
            assert len(text) < LONGEST, name
        picture.to_networkx()


@pytest.mark.machine
@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_pictures_of_it_are_saved(kind: str, tmp_path: Path) -> None:
    for name, words in HOSTILE.items():
        draw((get() >> incr >> put()).named(words)).save(tmp_path / f"picture.{kind}")
        assert (tmp_path / f"picture.{kind}").stat().st_size > 0, name


@each
def test_names_of_stages_are_refused_or_shown(words: str) -> None:
    if not words.isprintable() or len(words) > LONGEST_NAME:
        with pytest.raises(ValueError, match="printable characters") as refused:
            stage(words, 0, get() >> incr >> put())
        assert is_harmless(str(refused.value))
        return
    pipeline = stage(words, 0, get() >> incr >> put())
    change = upgrade(pipeline, stage(words, 0, get() >> put()), migrate=ident())
    with deploy(pipeline) as deployment:
        for picture in (draw(deployment), draw(change, running=deployment), draw(pipeline), draw(change)):
            ElementTree.fromstring(picture.svg)
            assert is_harmless(picture.svg)


@each
def test_errors_show_it(words: str) -> None:
    with pytest.raises(StepError) as failed:
        step(fail(), words, None)
    assert is_harmless(error_html(failed.value))
    with pytest.raises(TextError) as unread:
        read_text(words, Int)
    assert is_harmless(error_html(unread.value))
    assert STOLEN.search(str(unread.value)) is None


@each
def test_tables_reports_and_the_monitor_show_it(words: str) -> None:
    table = Table(words, (words, words), (Row((words, words)),))
    rows = [StageRow(words, words, 0, state=words)] * (MOST_STAGES + 1000)
    shown = Snapshot(tuple(rows[:1]), 1)
    refused = Refused(words, (words, words))
    types = Types(Int, Int, Int)
    report = LiveReport(Outcome("refused", "name", (Part("stage", ("", words[:7]), types, types),), refused))
    preview = Preview(words, (("machine", words, words),), words, (words,))
    for html in (table.html, shown.table().html, report._repr_html_(), preview_html(preview)):
        assert is_harmless(html)
    for text in (table.text, shown.table().text, shown.words, Snapshot(ended=words).words, repr(report), preview.text):
        assert STOLEN.search(text) is None
        assert len(text) < LONGEST
    many = Snapshot(tuple(rows)).table()
    assert len(many.rows) == MOST_STAGES
    assert many.caption == "1,000 more are left out"


@each
def test_a_server_that_sends_it_for_a_name_is_not_believed(words: str) -> None:
    good = StageView("count", "0" * 64, 0, Int, Int, Int, 0)
    assert decode_answer(encode_answer(Inspected((good,), 1), _INTS)[4:], None) == Inspected((good,), 1)
    for wrong in (replace(good, name=words), replace(good, hash=words)):
        if words.isprintable() and len(words) <= LONGEST_NAME:
            decode_answer(encode_answer(Inspected((wrong,), 1), _INTS)[4:], None)
            continue
        try:
            body = encode_answer(Inspected((wrong,), 1), _INTS)[4:]
        except ToolkitError:  # a text of halves cannot be sent at all
            continue
        with pytest.raises(DecodeError) as refused:
            decode_answer(body, None)
        assert is_harmless(str(refused.value))


def test_a_long_text_says_how_much_of_it_is_left_out() -> None:
    assert "and 96,000 characters more" in error_html(StepError("x" * (MOST_SHOWN + 96_000 - len("StepError: "))))
