"""What a notebook shows of a machine that was made of a function."""

from __future__ import annotations

from sm_toolkit import hash_machine, incr, machine
from sm_toolkit.notebook.function_block import function_html

TEXT = """
def greet(name: str, count: int) -> tuple[str, int]:
    return f"<b>{name}</b>", count + 1
"""


def test_a_function_is_shown_with_its_type_its_hash_and_its_term() -> None:
    made = machine(source=TEXT)
    shown = function_html(made)
    assert "Machine[Int, Str, Str]" in shown
    assert hash_machine(made)[:16] in shown
    assert "<details" in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_what_shows_html_is_given_the_function_and_of_other_machines_nothing() -> None:
    made = machine(source=TEXT)
    assert made._repr_html_() == function_html(made)  # type: ignore[attr-defined]
    assert not hasattr(incr, "_repr_html_")
