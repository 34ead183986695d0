"""``sm-toolkit demo``: the demo as it is seen on a terminal, on a pipe, or as JSON. It happens in ``examples``."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.printing import columns

if TYPE_CHECKING:
    from sm_toolkit.examples.demo_report import DemoReport, Progress, UpgradeSeen

BAR = 21
"""How many columns the bar takes; a multiple of three, for the three stretches."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, and nothing else.")
@click.option(
    "--seconds", default=6.0, show_default=True, type=click.FloatRange(0.6, 3600), help="How long clients run."
)
@click.pass_context
def demo(context: click.Context, as_json: bool, seconds: float) -> None:
    """Watch a counter that is upgraded twice while clients use it.

    A server, in a process of its own, counts for 8 clients that speak version 1 to the end. Another process
    upgrades it to version 2 (which can reset) and to version 3 (which can count down), and after each upgrade 4
    new clients come that use what is new. The exit code is 0 if no request failed, no increment was lost or
    doubled, and the state at the end is the one that the acknowledged requests make.

    \b
    For example:
        sm-toolkit demo
        sm-toolkit demo --seconds 3 --json
    """
    from sm_toolkit.examples.demo import run_demo

    if as_json:
        report = run_demo(seconds)
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo("A counter is served, and another process replaces it twice while clients use it.\n")
        screen = _Screen()
        try:
            report = run_demo(seconds, screen)
        finally:
            screen.clear()
        tell(report)
    if not report.ok:
        context.exit(1)


class _Screen:
    """What is printed while the demo runs: a line for each thing that happens, and on a terminal one that lives."""

    def __init__(self) -> None:
        self._lives = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._began = time.perf_counter()
        self._live = ""
        full, head, rest = ("━", "╸", "─") if _prints("━╸─↑↓") else ("=", ">", "-")
        self._signs = full, head, rest
        self._arrows = ("↑", "↓") if _prints("↑↓") else ("up", "down")

    def served(self, address: str, process: int) -> None:
        """Say where the server is."""
        self._say(f"version 1 runs on {address}, in process {process}")

    def joined(self, clients: int, version: int) -> None:
        """Say who came."""
        what = {1: "read and increment", 2: "can reset, too", 3: "can count down, too"}
        self._say(f"{clients} clients come to stay; they speak version {version}, and {what[version]}")

    def upgraded(self, upgrade: UpgradeSeen) -> None:
        """Say what the upgrade did."""
        self._say(
            click.style(f"upgraded to version {upgrade.to_version}", bold=True, fg="green")
            + f" in {upgrade.milliseconds:.0f} ms; state {upgrade.before} -> {upgrade.after}"
        )

    def moves(self, progress: Progress) -> None:
        """Draw the living line anew."""
        if not self._lives:
            return
        full, head, rest = self._signs
        done = int(progress.part * BAR)
        bar = full * done + (head if done < BAR else "")
        text = (
            f"{progress.clients} clients  {progress.answered:,} answers  "
            f"{progress.failed} failed  count {progress.count:,} {self._arrows[progress.toggled]}"
        )
        room = shutil.get_terminal_size().columns - BAR - 5
        self._live = (
            f"\r  {click.style(bar, fg='cyan')}{click.style(rest * (BAR - len(bar)), dim=True)}  {text[: max(0, room)]}"
        )
        click.echo(f"{self._live}\x1b[K", nl=False)

    def clear(self) -> None:
        """Take the living line away."""
        if self._live:
            click.echo("\r\x1b[K", nl=False)
            self._live = ""

    def _say(self, text: str) -> None:
        self.clear()
        click.echo(f"  {time.perf_counter() - self._began:4.1f} s  {text}")


def _prints(text: str) -> bool:
    """Tell whether standard output can show these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def tell(report: DemoReport) -> None:
    """Print what was found."""
    from sm_toolkit.examples.demo_report import METHOD

    if report.stretches:
        click.echo()
        _tell_stretches(report)
    if report.upgrades:
        click.echo()
        _tell_upgrades(report)
    click.echo()
    if report.final_count is not None:
        _tell_count(report)
        for line in textwrap.wrap(METHOD, shutil.get_terminal_size().columns - 1) if sys.stdout.isatty() else [METHOD]:
            click.echo(click.style(line, dim=True))
    good = report.ok
    click.echo(click.style(_verdict(report), bold=True, fg="green" if good else "red"), err=not good)


def _tell_stretches(report: DemoReport) -> None:
    rows = [["", "clients", "requests", "failed", "longest gap for one", "for all"]]
    for stretch in report.stretches:
        counts = (f"{count:,}" for count in (stretch.clients, stretch.requests, stretch.failed))
        gaps = (f"{gap * 1000:,.1f} ms" for gap in (stretch.gap, stretch.gap_over_all))
        rows.append([stretch.name, *counts, *gaps])
    _table(columns(rows, "lrrrrr", gap=3))


def _tell_upgrades(report: DemoReport) -> None:
    rows = [("upgrade", "state before", "", "state after", "")]
    for seen in report.upgrades:
        arrow = f"v{seen.from_version} -> v{seen.to_version}"
        rows.append((arrow, seen.before, seen.before_type, seen.after, seen.after_type))
    _table(columns(rows, gap=2))


def _table(lines: list[str]) -> None:
    head, *rows = lines
    click.echo(click.style(f"  {head}", dim=True))
    for row in rows:
        click.echo(f"  {row}")


def _tell_count(report: DemoReport) -> None:
    equal = report.final_count == report.expected_count
    click.echo(
        f"The final count is {report.final_count:,}, and the acknowledged requests make it "
        f"{report.expected_count:,}: {'equal' if equal else 'NOT EQUAL'}."
    )


def _verdict(report: DemoReport) -> str:
    if report.ok:
        return f"Of {report.requests:,} requests none failed, and nothing was lost or doubled."
    problems = {
        f"{report.failed:,} failed (the first: {report.first_reason})": report.failed,
        f"{_count(report.lost, 'increment')} lost": report.lost,
        f"{_count(report.doubled, 'increment')} doubled": report.doubled,
        f"{_count(report.unanswered, 'request')} not answered": report.unanswered,
        f"{_count(report.wrong_reads, 'read')} answered with an impossible count": report.wrong_reads,
        f"the state is {report.final_state}, and should be {report.expected_state}": (
            report.final_state is not None and not report.state_is_right
        ),
    }
    found = [problem for problem, there in problems.items() if there]
    return "\n".join([f"The demo could not go on: {report.error}"] * (report.error is not None) + found)


def _count(number: int, noun: str) -> str:
    return f"1 {noun} was" if number == 1 else f"{number:,} {noun}s were"
