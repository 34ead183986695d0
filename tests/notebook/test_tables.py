"""Tables as HTML: one that would be wider than a page breaks its cells, and shows all of what is in them."""

from __future__ import annotations

from sm_toolkit.examples.crossing import Look, Next, v1, v1_to_v2
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.notebook.tables import Row, Table


def test_a_table_that_fits_breaks_only_what_is_long() -> None:
    html = Table("", ("", "state"), (Row(("1", "a state of twenty-six signs")), Row(("2", "word " * 20)))).html
    assert html.count("white-space:pre-wrap") == 1
    assert "min-width" not in html
    assert 'white-space:nowrap">state' in html


def test_a_table_wider_than_a_page_breaks_cells_and_heads_that_it_need_not_break_elsewhere() -> None:
    cells = ("1", "short", *["a state of twenty-six signs"] * 5)
    html = Table("", ("", *["state without"] * 6), (Row(cells),)).html
    assert html.count("white-space:pre-wrap;min-width:9em") == 5
    assert html.count('white-space:pre">short') == 1
    assert 'white-space:nowrap">state' not in html


def test_states_that_are_records_are_whole_in_the_table() -> None:
    table = SimulationModel(v1, [Next(), Look(), Next()], v1_to_v2).table()
    assert table.rows[-1].cells[-1] == "≠ CrossingV2 {cars = Red, walk = False, asked = False}"
    assert "white-space:pre-wrap;min-width:9em" in table.html
