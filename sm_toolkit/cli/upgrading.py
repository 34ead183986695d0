"""``sm-toolkit upgrade``: a change sent to a running server, and what came of it. What it does is the server's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.printing import columns, shown_state, shown_words
from sm_toolkit.cli.reaching import as_address, find, reach

if TYPE_CHECKING:
    from sm_toolkit.pipeline.messages import Downgrade, Upgrade, Upgraded

_HINTS = {
    "Rewire": "send it with sm-toolkit rewire",
    "Stage": "make an upgrade of two pipelines: upgrade(running, new, migrate=…)",
    "Machine": "make an upgrade of two pipelines: upgrade(running, new, migrate=…)",
}


@click.command()
@click.argument("address", metavar="HOST:PORT", callback=as_address)
@click.argument("target", metavar="[MODULE:UPGRADE]", required=False)
@click.option("--downgrade", metavar="STAGE", help="Go back to the machine before this stage's last upgrade.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--force", is_flag=True, help="Change the interface even if clients that have no adapter are cut off.")
@click.option("--timeout", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for an answer.")
@click.pass_context
def upgrade(
    context: click.Context,
    address: tuple[str, int],
    target: str | None,
    downgrade: str | None,
    dry_run: bool,
    force: bool,
    timeout: float,
) -> None:
    """Replace a machine while it runs.

    MODULE:UPGRADE is where Python finds the message, made by upgrade(running, new, migrate=…). The server checks
    it, migrates the state, and swaps the machine between two items; or it refuses, says every reason, runs on as
    before, and the exit code is 1.

    \b
    For example, with `sm-toolkit serve sm_toolkit.examples.counter:typed_v1`
    in another terminal:
        sm-toolkit upgrade localhost:3000 sm_toolkit.examples.counter:typed_v1_to_v2 --dry-run
        sm-toolkit upgrade localhost:3000 sm_toolkit.examples.counter:typed_v1_to_v2
        sm-toolkit upgrade localhost:3000 --downgrade counter
    """
    from sm_toolkit.edges.client import ChangeRefused, RequestFailed
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.pipeline.messages import Downgrade, Upgrade

    if (target is None) == (downgrade is None):
        raise click.UsageError("give either MODULE:UPGRADE or --downgrade STAGE")
    change: Upgrade | Downgrade = (
        Downgrade(downgrade or "") if target is None else find(target, (Upgrade, Downgrade), "upgrade", _HINTS)
    )
    change = replace(change, dry_run=dry_run or change.dry_run, force=force or change.force)
    running: dict[str, str] = {}
    with reach(address, None, timeout) as client:
        try:
            running = {stage.name: stage.hash for stage in client.inspect().stages}
            if isinstance(change, Downgrade) and change.expects is None:
                # Undo what was seen, not what somebody else sends in the meantime.
                change = replace(change, expects=running.get(change.stage))
            answer = client.change(change)
        except ChangeRefused as refused:
            _refused(refused.stage, refused.reasons, list(running))
            context.exit(1)
        except RequestFailed as failed:
            raise click.ClickException(shown_words(failed.reason)) from None
        except ToolkitError as error:
            raise click.ClickException(str(error)) from None
    _upgraded(
        answer,
        change.expects or running.get(change.stage, ""),
        "downgraded" if isinstance(change, Downgrade) else "upgraded",
    )


def _upgraded(answer: Upgraded, old_hash: str, what: str) -> None:
    from sm_toolkit.language.encoding.canonical import short_hash

    would = "would be " if answer.dry_run else ""
    click.echo(
        click.style(f"stage {answer.stage} {would}{what}", bold=True) + f" to interface version {answer.version}"
    )
    rows = [
        ("", "before", "after"),
        ("machine", short_hash(old_hash), short_hash(answer.hash)),
        ("state", shown_state(answer.before), shown_state(answer.after)),
        ("type", str(answer.before_type), str(answer.after_type)),
    ]
    for line in columns(rows, gap=3):
        click.echo(f"  {line}")
    if answer.dry_run:
        click.echo("nothing was changed: this was a dry run")


def _refused(stage: str, reasons: tuple[str, ...], running: list[str]) -> None:
    runs_on = f"stage {stage} runs on" if stage in running else "all stages run on"
    click.echo(click.style(f"refused: {runs_on} as before, because", bold=True), err=True)
    for reason in reasons:
        click.echo(f"  - {shown_words(reason)}", err=True)
    if stage not in running:
        click.echo(f"the server runs {', '.join(running) or 'no stage'}", err=True)
