"""``sm-toolkit metrics``: what the stages of a server have done and what waits, once or again and again."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.reaching import as_address, reached

if TYPE_CHECKING:
    from sm_toolkit.edges.observing import Observer
    from sm_toolkit.pipeline.metrics import Metrics


@click.command()
@click.argument("address", metavar="HOST:PORT", callback=as_address)
@click.option("--every", type=click.FloatRange(0.05), metavar="SECONDS", help="Look again so often, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="An object of JSON for each look, on a line of its own.")
@click.option("--timeout", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for an answer.")
def metrics(address: tuple[str, int], every: float | None, as_json: bool, timeout: float) -> None:
    """Show what the stages of a server have done, and what waits.

    For each stage: how many items came in, went on and failed, how many messages wait before it, how long an item
    takes in it, how many upgrades of it are in effect, and the hash of its machine. With --every also how many items
    a second came in since the look before. Looking is in no upgrade's way.

    \b
    For example, with `sm-toolkit serve sm_toolkit.examples.counter:typed_v1`
    in another terminal:
        sm-toolkit metrics localhost:3000
        sm-toolkit metrics localhost:3000 --every 1
        sm-toolkit metrics localhost:3000 --json
    """
    from sm_toolkit.edges.client import ClientError
    from sm_toolkit.edges.observing import Observer

    try:
        with reached(address, lambda: Observer(*address, timeout)) as observer, suppress(KeyboardInterrupt):
            seen = reached(address, lambda: _look(observer, address))
            began = time.monotonic()
            _show(seen, None, as_json)
            while every is not None:
                time.sleep(every)
                before, was = seen, began
                seen, began = _look(observer, address), time.monotonic()
                _show(seen, _rates(before, seen, began - was), as_json)
    except ClientError as error:
        raise click.ClickException(str(error)) from None


def _look(observer: Observer, address: tuple[str, int]) -> Metrics:
    from sm_toolkit.edges.client import NoCounts

    try:
        return observer.metrics()
    except NoCounts as error:
        host, port = address
        raise click.ClickException(f"{host}:{port} tells no counts: {error.reason}") from None


def _rates(before: Metrics, now: Metrics, seconds: float) -> dict[str, float]:
    """Return how many items a second came into the stages that were there before."""
    had = {stage.name: stage.items_in for stage in before.stages}
    return {stage.name: (stage.items_in - had[stage.name]) / seconds for stage in now.stages if stage.name in had}


def _show(seen: Metrics, rates: dict[str, float] | None, as_json: bool) -> None:
    if as_json:
        data = asdict(seen)
        for stage in data["stages"]:
            if rates is not None:
                stage["items_per_second"] = rates.get(stage["name"])
        click.echo(json.dumps({"version": data["version"], "waiting": data["waiting"], "stages": data["stages"]}))
        return
    if rates is not None:
        click.echo()
    click.echo(f"interface version {seen.version}, {seen.waiting:,} waiting")
    click.echo("\n".join(_table(seen, rates)))


def _table(seen: Metrics, rates: dict[str, float] | None) -> list[str]:
    from sm_toolkit.cli.printing import columns
    from sm_toolkit.language.encoding.canonical import short_hash

    rows = [("stage", "in", "out", "failed", "waiting", "items/s", "each takes", "upgrades", "machine")]
    for stage in seen.stages:
        rate = None if rates is None else rates.get(stage.name)
        rows.append(
            (
                stage.name,
                f"{stage.items_in:,}",
                f"{stage.items_out:,}",
                f"{stage.failures:,}",
                "-" if stage.queue is None else f"{stage.queue:,}",
                "-" if rate is None else f"{rate:,.0f}",
                f"{stage.service_time * 1e6:,.1f} µs" if stage.items_in else "-",
                str(stage.edition),
                short_hash(stage.hash) if stage.hash else "-",
            )
        )
    if rates is None:
        return columns([(*row[:5], *row[6:]) for row in rows], "lrrrrrrl")
    return columns(rows, "lrrrrrrrl")
