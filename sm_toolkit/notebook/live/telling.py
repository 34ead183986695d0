"""What a live cell says: the same in text and in HTML, and the same each time that the same comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sm_toolkit.language.data.types import Unit
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.text.plain import plain
from sm_toolkit.notebook.blocks import GOOD, INSIDE, MONO, WRONG, block_style, coloured
from sm_toolkit.notebook.live.outcomes import Answer, Kind, Outcome, Part, Types
from sm_toolkit.notebook.telling import state_text
from sm_toolkit.pipeline.messages import Refused, Rewired, Upgraded


class LiveReport:
    """What came of a live cell. Shown in a notebook it is a block, printed it is a text."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    @property
    def headline(self) -> str:
        """What came of it, in a sentence."""
        outcome = self.outcome
        *before, last = (repr(part.stage) for part in outcome.parts)
        of = f"stages {', '.join(before)} and {last} " if before else f"stage {last} "
        if [part.stage for part in outcome.parts] == [outcome.name]:
            of = ""
        return f"{plain(outcome.name)}: {of}{_HEADLINES[outcome.kind]}"

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """What runs before and after: the machine, its types, the state; after alone where there was nothing."""
        return tuple(_rows(self.outcome))

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it was refused."""
        answer = self.outcome.answer
        return tuple(map(plain, answer.reasons)) if isinstance(answer, Refused) else ()

    @property
    def wanted(self) -> str:
        """Which functions are wanted, from which type to which; a line each."""
        return "\n".join(f"wanted: {want.function}, {want.old} to {want.new}" for want in self.outcome.wants)

    @property
    def draft(self) -> str:
        """The text of a first draft of what is wanted, to be put into the cell; empty where there is none."""
        return "\n\n\n".join(want.draft.text for want in self.outcome.wants if want.draft is not None)

    @property
    def _with_before(self) -> bool:
        return all(part.before is not None for part in self.outcome.parts)

    def _tells_after(self) -> Iterator[str]:
        outcome = self.outcome
        if self.draft:
            yield "A first draft. Look at it, put it into the cell, and run the cell again:"
        elif outcome.wants:
            yield f"Write {' and '.join(want.function for want in outcome.wants)} in the cell, and run it again."

    def _tells_of_trial(self) -> Iterator[str]:
        outcome = self.outcome
        if outcome.wants and outcome.tried is not None and not isinstance(outcome.tried, Refused):
            yield f"With this draft, in a dry run, {_becomes(outcome.parts, outcome.tried)}. Nothing was changed."
        elif outcome.wants and isinstance(outcome.tried, Refused):
            yield "With this draft, in a dry run, it would still be refused:"
            yield from (f"  - {plain(reason)}" for reason in outcome.tried.reasons)
        elif outcome.kind in ("refused", "in want"):
            yield "Nothing was changed: all runs on as before."
        elif outcome.kind in ("would be upgraded", "would be deployed"):
            yield "Nothing was changed: this was a dry run."

    def __repr__(self) -> str:
        """Print as a text."""
        lines = [self.headline]
        head = ("", "before", "after") if self._with_before else None
        rows = [*([head] if head else []), *self.rows]
        cells = [row if head else (row[0], row[2]) for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)] if cells else []
        lines += ["  " + "   ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
        lines += [f"  - {reason}" for reason in self.reasons]
        lines += [*self.outcome.notes, *filter(None, [self.wanted]), *self._tells_after()]
        if self.draft:
            lines += ["", self.draft, ""]
        return "\n".join([*lines, *self._tells_of_trial()])

    def _repr_html_(self) -> str:
        good = self.outcome.kind not in ("refused", "in want")
        table = _table(self.rows, with_before=self._with_before)
        words = [f"<li>{escape(reason)}</li>" for reason in self.reasons]
        reasons = f'<ul style="{INSIDE};{_WORDS};padding-left:20px">{"".join(words)}</ul>' if words else ""
        said = [*self.outcome.notes, *self.wanted.splitlines(), *self._tells_after()]
        parts = (
            f'<div style="{INSIDE};{_TITLE}">{escape(self.headline)}</div>',
            table,
            reasons,
            *(f'<div style="{INSIDE};{_WORDS}">{escape(line)}</div>' for line in said),
            f'<pre class="sm-draft" style="{_DRAFT}">{coloured(self.draft.rstrip())}</pre>' if self.draft else "",
            *(f'<div style="{INSIDE};{_WORDS}">{escape(line)}</div>' for line in self._tells_of_trial()),
        )
        style = block_style(GOOD if good else WRONG)
        return f'<div class="sm-live" role="note" style="{style}">{"".join(parts)}</div>'


_HEADLINES: dict[Kind, str] = {
    "deployed": "deployed",
    "would be deployed": "would be deployed",
    "upgraded": "upgraded, between two items",
    "would be upgraded": "would be upgraded",
    "unchanged": "unchanged, since the cell is what runs",
    "in want": "not upgraded yet, since something is wanted for it",
    "refused": "not upgraded, since that was refused",
}


def _rows(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    told = outcome.tried if isinstance(outcome.answer, Refused) or outcome.answer is None else outcome.answer
    for part in outcome.parts:
        if len(outcome.parts) == 1:
            yield from _rows_of(part, outcome, told)
            continue
        has_state = part.after.state is not Unit or part.before is None or part.before.state is not Unit
        for name, was, becomes in _rows_of(part, outcome, told):
            if has_state or name != "state":
                yield f"{part.stage}: {name}", was, becomes
    if isinstance(told, Upgraded | Rewired) and told.version != outcome.version:
        yield "interface", f"version {outcome.version}", f"version {told.version}"


def _rows_of(part: Part, outcome: Outcome, told: Answer | None) -> Iterator[tuple[str, str, str]]:
    old, new = (short_hash(each) if each else "" for each in part.hashes)
    yield "machine", plain(old), plain(new)
    for name, type_ in _types(part.after).items():
        was = "" if part.before is None else _types(part.before)[name]
        if part.before is None or was != type_:
            yield name, was, type_
    if isinstance(told, Upgraded | Rewired):
        yield "state", *_states(part, told)
    elif outcome.kind in ("deployed", "would be deployed", "unchanged"):
        held = state_text(part.state)
        yield "state", held, held


def _becomes(parts: tuple[Part, ...], told: Upgraded | Rewired) -> str:
    """Say what becomes of the states; of several stages those that stay are not told of."""
    moves = {part.stage: _states(part, told) for part in parts}
    if len(moves) > 1:
        moves = {stage: move for stage, move in moves.items() if move[0] != move[1]}
        told_of = [f"the state {before} of {stage} becomes {after}" for stage, (before, after) in moves.items()]
        return ", and ".join(told_of) or "all states stay"
    ((before, after),) = moves.values()
    return f"the state {before} stays" if before == after else f"the state {before} becomes {after}"


def _states(part: Part, told: Upgraded | Rewired) -> tuple[str, str]:
    """Return the state of a stage before and after."""
    if isinstance(told, Upgraded):
        return state_text(told.before), state_text(told.after)
    before, after = (
        next(view.state for view in views if view.name == part.stage) for views in (told.before, told.after)
    )
    return state_text(before), state_text(after)


def _types(types: Types) -> dict[str, str]:
    return {"state's type": str(types.state), "input": str(types.input), "output": str(types.output)}


_TITLE = "font-size:13px;line-height:1.5;font-weight:bold;white-space:pre-wrap"
_WORDS = "font-size:13px;line-height:1.5;margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere"
_DRAFT = (
    f"color:inherit;background:var(--jp-layout-color1,#fff);{MONO};margin:6px 0;padding:6px 10px;"
    "border:1px solid #9a9a9a;white-space:pre"
)
_CELL = f"{MONO};text-align:left;vertical-align:top;padding:1px 20px 1px 0;border:0"


def _table(rows: tuple[tuple[str, str, str], ...], *, with_before: bool) -> str:
    head = ("", "before", "after") if with_before else ()
    cells = "".join(f'<th scope="col" style="{INSIDE};{_CELL}">{word}</th>' for word in head)
    lines = [f'<tr style="{INSIDE}">{cells}</tr>'] if head else []
    for name, before, after in rows:
        shown = (before, after) if with_before else (after,)
        data = "".join(
            f'<td style="{INSIDE};{_CELL};white-space:pre-wrap;overflow-wrap:anywhere">{escape(each)}</td>'
            for each in shown
        )
        lines.append(
            f'<tr style="{INSIDE}"><th scope="row" style="{INSIDE};{_CELL};font-weight:normal">{name}</th>{data}</tr>'
        )
    style = f"{INSIDE};border-collapse:collapse;border:0;margin:4px 0"
    return f'<table style="{style}"><tbody>{"".join(lines)}</tbody></table>'
