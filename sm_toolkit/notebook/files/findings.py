"""What is wrong with a notebook, as data, and how it is told. Finding it is the work of the modules beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sm_toolkit.language.text.plain import printable, shorten

REGENERATE = "sm-toolkit notebooks --regenerate {path}, and look at what changed"
"""The advice where a notebook is right and its outputs are stale; ``{path}`` stands for the file."""

WIDEST = 110  # characters of a row that is shown


@dataclass(frozen=True)
class Place:
    """A cell, by its number among those that run (as Jupyter shows it in brackets), its first line, and where it is."""

    cell: str
    line: str
    index: int


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: with a cell, or where there is no ``place`` with the file as a whole.

    ``rows`` are what was expected and what was found, each with its label, and ``advice`` is what to do.
    """

    what: str
    place: Place | None = None
    rows: tuple[tuple[str, str], ...] = ()
    advice: str = ""

    def lines(self) -> list[str]:
        """Return what is wrong and the rows, indented; that it should be written anew is for all of them at once."""
        rows = [*self.rows, *([("try", self.advice)] if self.advice and self.advice != REGENERATE else [])]
        gap = max((len(label) for label, _ in rows), default=0)
        return [
            f"    {printable(self.what)}",
            *(f"      {label:<{gap}}  {_cut(text)}".rstrip() for label, text in rows),
        ]

    def as_data(self) -> dict[str, Any]:
        """Return it as plain data, which ``Finding.of`` takes back."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Finding:
        """Make one of plain data."""
        place = Place(**data["place"]) if data["place"] else None
        return cls(data["what"], place, tuple((label, text) for label, text in data["rows"]), data["advice"])


class Unfit(Exception):
    """A notebook cannot be looked at further; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


def told(findings: Sequence[Finding], path: str, most: int = 10) -> str:
    """Return the findings of a notebook as text, cell by cell, not more than so many."""
    lines: list[str] = []
    ordered = sorted(findings, key=lambda finding: finding.place.index if finding.place else -1)
    before: Place | None = None
    for finding in ordered[:most]:
        if finding.place and finding.place != before:
            lines.append(f"  {finding.place.cell}   {_cut(finding.place.line)}")
        before = finding.place
        lines += finding.lines()
    if len(ordered) > most:
        lines.append(f"    … and {len(ordered) - most} more")
    if any(finding.advice == REGENERATE for finding in findings):
        lines.append(f"  try  {REGENERATE.format(path=path)}")
    return "\n".join(lines)


def _cut(text: str) -> str:
    """Cut a text, which may hold what a cell printed, to a line for any terminal."""
    return shorten(printable(text[: WIDEST + 1]), WIDEST)


def code_cells(notebook: Any) -> list[Any]:
    """Return the cells that run: code that is not blank."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def where(notebook: Any, cell: Any) -> Place:
    """Return the place of a cell, as a finding names it."""
    index = next(index for index, other in enumerate(notebook.cells) if other is cell)
    for number, other in enumerate(code_cells(notebook), start=1):
        if other is cell:
            return Place(f"code cell {number}", first_line(cell.source), index)
    return Place(f"cell {index + 1} of all ({cell.cell_type})", first_line(cell.source), index)


def first_line(source: str) -> str:
    """Return the first line of a source that says something: no comment, if there is another."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    spoken = [line for line in lines if not line.startswith(("#", "%%"))]
    return next(iter([*spoken, *lines]), "")


def listed(things: Sequence[object], most: int = 12) -> str:
    """Return things with commas between, no more than so many."""
    shown = ", ".join(map(str, things[:most]))
    return shown if len(things) <= most else f"{shown}, …"
