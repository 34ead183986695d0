"""``sm-toolkit rewire``: a whole pipeline sent to a running server, what it would change, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.printing import columns, shown_state, shown_words
from sm_toolkit.cli.reaching import as_address, find, neighbours, reach

if TYPE_CHECKING:
    from sm_toolkit.pipeline.differences import Difference
    from sm_toolkit.pipeline.messages import Inspected, Rewire, Rewired, StageView

_HINTS = {
    "Upgrade": "send it with sm-toolkit upgrade",
    "Downgrade": "send it with sm-toolkit upgrade",
    "Stage": "make a rewiring of two pipelines: rewire(running, new)",
    "Sequence": "make a rewiring of two pipelines: rewire(running, new)",
}


@click.command()
@click.argument("address", metavar="HOST:PORT", callback=as_address)
@click.argument("target", metavar="MODULE:REWIRE")
@click.option("--dry-run", is_flag=True, help="Say what would change and what would become of it, and change nothing.")
@click.option("--force", is_flag=True, help="Change the interface even if clients that have no adapter are cut off.")
@click.option("--timeout", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for an answer.")
@click.pass_context
def rewire(
    context: click.Context, address: tuple[str, int], target: str, dry_run: bool, force: bool, timeout: float
) -> None:
    """Replace a whole pipeline while it runs.

    MODULE:REWIRE is where Python finds the message, made by rewire(running, new, …). The server checks it, lets all
    that entered leave, migrates the states, and puts the new pipeline in the place of the old one, while its clients
    stay connected; or it refuses, says every reason, runs on as before, and the exit code is 1.

    \b
    For example, with `sm-toolkit serve sm_toolkit.examples.word_count:counting`
    in another terminal:
        sm-toolkit rewire localhost:3000 sm_toolkit.examples.word_count:to_any_case --dry-run
        sm-toolkit rewire localhost:3000 sm_toolkit.examples.word_count:to_any_case
    """
    from sm_toolkit.edges.client import ChangeRefused, RequestFailed
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.pipeline.messages import Rewire

    change: Rewire = find(target, Rewire, "rewiring", _HINTS)
    change = replace(change, dry_run=dry_run or change.dry_run, force=force or change.force)
    with reach(address, None, timeout) as client:
        try:
            if change.dry_run:
                click.echo(str(_difference(target, change, client.inspect())))
                click.echo()
            answer = client.change(change)
        except ChangeRefused as refused:
            click.echo(click.style("refused: all runs on as before, because", bold=True), err=True)
            for reason in refused.reasons:
                click.echo(f"  - {shown_words(reason)}", err=True)
            context.exit(1)
        except RequestFailed as failed:
            raise click.ClickException(shown_words(failed.reason)) from None
        except ToolkitError as error:
            raise click.ClickException(str(error)) from None
    _rewired(answer)


def _difference(target: str, change: Rewire, inspected: Inspected) -> Difference:
    """Return what would change. What runs is known whole if the module has the pipeline that the rewiring expects."""
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.pipeline.differences import difference
    from sm_toolkit.pipeline.pipelines import Pipeline
    from sm_toolkit.pipeline.plans import deployed

    running = [(stage.name, stage.hash) for stage in inspected.stages]
    for pipeline in neighbours(target, Pipeline):
        try:
            known = deployed(pipeline)
        except ToolkitError:
            continue
        if known.hash == change.expects and [(view.name, view.hash) for view in known.views()] == running:
            return replace(difference(pipeline, change), reasons=())  # the server says whether it refuses, and why
    return difference(inspected.stages, change)


def _rewired(answer: Rewired) -> None:
    from sm_toolkit.language.encoding.canonical import short_hash

    would = "would be " if answer.dry_run else ""
    click.echo(
        click.style(f"pipeline {would}rewired to {short_hash(answer.hash)}", bold=True)
        + f", interface version {answer.version}"
    )
    before = {stage.name: stage for stage in answer.before}
    after = {stage.name: stage for stage in answer.after}
    rows = [("stage", "state before", "after")]
    rows += [(name, _state(before.get(name)), _state(after.get(name))) for name in {**before, **after}]
    for line in columns(rows, gap=3):
        click.echo(f"  {line}")
    if answer.dry_run:
        click.echo("nothing was changed: this was a dry run")


def _state(stage: StageView | None) -> str:
    from sm_toolkit.language.text.plain import shorten

    if stage is None:
        return "-"
    return shorten(shown_state(stage.state), LONGEST_STATE)


LONGEST_STATE = 60
"""How many characters of a state are shown."""
