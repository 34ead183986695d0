"""What a cell shows that ends in a record: a table, unless its class or its owner says otherwise."""

from __future__ import annotations

import subprocess
import sys

BEGIN = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
formatter = shell.display_formatter
formatter.active_types = formatter.format_types  # a notebook's, and not a terminal's
from dataclasses import dataclass
from sm_toolkit import deploy, get, put, stage, from_annotation, machine, ident
def shown(value):
    data = formatter.format(value)[0]
    return sorted(data), data.get("text/html", "")
"""


def lines(program: str) -> list[str]:
    printed = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=120)
    assert printed.returncode == 0, printed.stderr
    return printed.stdout.splitlines()


def test_what_a_machine_gives_back_is_a_table() -> None:
    assert lines(
        """
@dataclass(frozen=True)
class Price:
    item: str
    cents: int
@dataclass(frozen=True)
class Unrelated:
    item: str
    cents: int
with deploy(stage("put", Price("tea", 4), get(from_annotation(Price)))) as running:
    kinds, html = shown(running.call(None))
print(kinds, ">Price<" in html, ">cents<" in html, ">'tea'<" in html or "tea" in html)
print(shown(Unrelated("tea", 4))[0])  # no machine knows of it, so it is nobody's but its owner's
from sm_toolkit import Int, Record, record_class, Str
print(shown(record_class(Record("Arrived", item=Str, cents=Int))("tea", 4))[0])
"""
    ) == [
        "['text/html', 'text/plain'] True True True",
        "['text/plain']",
        "['text/html', 'text/plain']",
    ]


def test_a_class_that_says_how_it_is_shown_is_shown_so() -> None:
    assert lines(
        """
@dataclass(frozen=True)
class OfHtml:
    x: int
    y: int
    def _repr_html_(self): return "<b>mine</b>"
@dataclass(frozen=True)
class OfText:
    x: int
    y: int
    def __repr__(self): return "mine"
@dataclass(frozen=True)
class OfMarkdown:
    x: int
    y: int
    def _repr_markdown_(self): return "*mine*"
@dataclass(frozen=True)
class Plain:
    x: int
    y: int
class Below(Plain):
    def _repr_html_(self): return "<b>below</b>"
@dataclass(frozen=True)
class Single:
    x: int
for each in (OfHtml, OfText, OfMarkdown, Plain, Single):
    from_annotation(each)
for value in (OfHtml(1, 2), OfText(1, 2), OfMarkdown(1, 2), Below(1, 2), Single(1)):
    print(type(value).__name__, *shown(value))
"""
    ) == [
        "OfHtml ['text/html', 'text/plain'] <b>mine</b>",
        "OfText ['text/plain'] ",
        "OfMarkdown ['text/markdown', 'text/plain'] ",
        "Below ['text/html', 'text/plain'] <b>below</b>",
        "Single ['text/plain'] ",
    ]


def test_a_formatter_that_somebody_registered_stays() -> None:
    assert lines(
        """
@dataclass(frozen=True)
class Before:
    x: int
    y: int
@dataclass(frozen=True)
class After(Before): pass
@dataclass(frozen=True)
class Text:
    x: int
    y: int
html = formatter.formatters["text/html"]
html.for_type(Before, lambda value: "<i>before</i>")
formatter.formatters["text/plain"].for_type(Text, lambda value, printer, cycle: printer.text("theirs"))
for each in (Before, After, Text):
    from_annotation(each)
print(*map(shown, (Before(1, 2), After(1, 2), Text(1, 2))))
html.for_type(After, lambda value: "<i>after</i>")
print(shown(After(1, 2)))
"""
    ) == [
        "(['text/html', 'text/plain'], '<i>before</i>') (['text/html', 'text/plain'], '<i>before</i>') "
        "(['text/plain'], '')",
        "(['text/html', 'text/plain'], '<i>after</i>')",
    ]
