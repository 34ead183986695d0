"""What a cell shows that ends in a collection, in counts or in a deployment: the same each time, and never too much."""

from __future__ import annotations

import subprocess
import sys

from sm_toolkit.deploying import deploy
from sm_toolkit.examples.counter import typed_v1
from sm_toolkit.examples.shopping_cart import Add, Price
from sm_toolkit.language import PersistentList, PersistentMap, Right
from sm_toolkit.notebook.value_block import MOST_ROWS, metrics_table, value_html

SHOWN = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.display_formatter.active_types = shell.display_formatter.format_types  # a notebook's, and not a terminal's
from dataclasses import replace
from sm_toolkit import Downgrade, PersistentList, PersistentMap, Right, deploy, difference
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
many, named = PersistentList(range(5_000)), PersistentMap({str(n): n for n in range(5_000)})
running = deploy(typed_v1)
for shown in (many, named, PersistentList([1, 2]), PersistentMap(), running.metrics(), running):
    data, _ = shell.display_formatter.format(shown)
    text = data["text/plain"]
    print(type(shown).__name__, *sorted(data), text.count("\\n") < 1010, "0x" not in text, text[:7].split()[0], sep="|")
dry = replace(typed_v1_to_v2, dry_run=True)
for answer in (running.inspect(), running.change(dry), running.change(Downgrade("x"))):
    for shown in (answer, [answer]):
        text = shell.display_formatter.format(shown)[0]["text/plain"]
        print(type(shown).__name__, len(text.splitlines()), text.splitlines()[0][:40], sep="|")
print(shell.display_formatter.format(difference(typed_v1, typed_v1))[0]["text/plain"])
running.stop()
print(repr(running))
"""


def test_what_a_cell_shows() -> None:
    printed = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True, timeout=120)
    *lines, closed = printed.stdout.splitlines()
    assert lines == [
        "PersistentList|text/plain|True|True|[0,",
        "PersistentMap|text/html|text/plain|True|True|{'0':",
        "PersistentList|text/plain|True|True|[1,",
        "PersistentMap|text/plain|True|True|{}",
        "Metrics|text/html|text/plain|True|True|stage",
        "Deployment|image/svg+xml|text/plain|True|True|pipelin",
        "Inspected|3|interface version 1",
        "list|1|[Inspected(stages=(StageView(name='count",
        "Upgraded|4|stage 'counter' would run af82577 (a dry",
        "list|1|[Upgraded(stage='counter', hash='af82577",
        "Refused|2|stage 'x' refused the change, and nothin",
        "list|1|[Refused(stage='x', reasons=(\"there is n",
        "nothing changes",
    ]
    assert closed == f"<deployment, closed: {typed_v1!r}>"


def test_records_are_a_table_with_their_fields_and_the_rest_is_counted() -> None:
    shown = value_html(PersistentList([Price("tea", 4)] * (MOST_ROWS + 12)))
    assert shown is not None
    assert shown.count("<tr") == 1 + MOST_ROWS
    assert ">item<" in shown
    assert ">cents<" in shown
    assert "and 12 more" in shown
    by_name = value_html(PersistentMap({"<a>": Price("tea", 4)}))
    assert by_name is not None
    assert "&lt;a&gt;" in by_name
    assert value_html(PersistentList([Add("tea"), Price("tea", 4)])) is None
    assert value_html(PersistentList()) is None


def test_counts_are_shown_without_times() -> None:
    with deploy(typed_v1) as running:
        running.map([Right(None)] * 1234)
        table = metrics_table(running.metrics())
    assert "1,234" in table.text
    assert "µs" not in table.text + table.html
