"""What a cell shows that ends in the answer to a change or a look, or in the difference of two pipelines, in words.

Text only, the same for the same answer; the answers themselves print as what makes them.
"""

from __future__ import annotations

from textwrap import fill
from typing import Any

from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.text.plain import MOST_IN_A_CELL, plain
from sm_toolkit.notebook.tables import Row, Table
from sm_toolkit.pipeline.messages import Inspected, Refused, Rewired, StageView, Upgraded

WIDTH = 110


def answer_text(answer: Any) -> str:
    """Return what an answer, or a difference, says.

    >>> print(answer_text(Refused("count", ("there is no stage 'count'",))))
    stage 'count' refused the change, and nothing was changed:
      - there is no stage 'count'
    """
    match answer:
        case Upgraded(stage=stage, hash=hash_, version=version):
            rows = (
                Row(("before", print_value(answer.before), str(answer.before_type))),
                Row(("after", print_value(answer.after), str(answer.after_type))),
            )
            states = Table("", ("", "state", "type"), rows).text
            return f"stage {stage!r} {_runs(hash_, answer.dry_run)}, interface version {version}\n{states}"
        case Rewired(hash=hash_, version=version):
            return f"the pipeline {_runs(hash_, answer.dry_run)}, interface version {version}\n{_stages(answer.after)}"
        case Refused(stage=stage, reasons=reasons):
            who = f"stage {stage!r} refused the change" if stage else "the change was refused"
            said = (fill(reason, WIDTH, initial_indent="  - ", subsequent_indent="    ") for reason in reasons)
            return "\n".join([f"{who}, and nothing was changed:", *said])
        case Inspected(stages=stages, version=version):
            return f"interface version {version}\n{_stages(stages)}"
        case _:
            return str(answer)


def print_answer(answer: Any, printer: Any, cycle: bool) -> None:
    """Print for IPython; what is inside of something else as what makes it, since that stays in its line."""
    printer.text(plain(answer_text(answer) if len(printer.stack) == 1 else repr(answer), MOST_IN_A_CELL))


def _runs(hash_: str, dry_run: bool) -> str:
    run = short_hash(hash_)
    return f"would run {run} (a dry run: nothing was changed)" if dry_run else f"runs {run}"


def _stages(stages: tuple[StageView, ...]) -> str:
    rows = (Row((each.name, short_hash(each.hash), print_value(each.state), str(each.state_type))) for each in stages)
    return Table("", ("stage", "machine", "state", "type"), tuple(rows)).text
