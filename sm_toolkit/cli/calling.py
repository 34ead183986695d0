"""``sm-toolkit call``: values to a server and its outputs back, both as text; and a look at what it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from sm_toolkit.cli.printing import shown_words
from sm_toolkit.cli.reaching import as_address, reach

if TYPE_CHECKING:
    from sm_toolkit.edges.client import Client
    from sm_toolkit.language.data.types import Type
    from sm_toolkit.pipeline.messages import StageView


@click.command()
@click.argument("address", metavar="HOST:PORT", callback=as_address)
@click.argument("values", metavar="[VALUE]...", nargs=-1)
@click.option(
    "--version", type=click.IntRange(1), metavar="N", help="Speak this interface version.  [default: the current one]"
)
@click.option("--inspect", is_flag=True, help="Show what the server runs: stages, hashes, types and states.")
@click.option("--timeout", default=10.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for an answer.")
@click.pass_context
def call(
    context: click.Context,
    address: tuple[str, int],
    values: tuple[str, ...],
    version: int | None,
    inspect: bool,
    timeout: float,
) -> None:
    """Send values to a server and print its outputs.

    A VALUE is written as Haskell shows it:

    \b
        3   (-3)   True   "a text"   ()   (1,True)   Left ()   Right (Left 3)

    Where the server takes texts, one without quotes stands for itself. Without any VALUE, standard input is read,
    one value a line. Each output is a line. If one fails, the reason goes to standard error, the others go on,
    and the exit code is 1.

    \b
    For example, with `sm-toolkit serve sm_toolkit.examples.counter:typed_v1`
    in another terminal:
        sm-toolkit call localhost:3000 "Right ()" "Right ()" "Left ()"
        sm-toolkit call localhost:3000 --inspect
    """
    from sm_toolkit.edges.client import ClientError

    if inspect and values:
        raise click.UsageError("--inspect takes no values")
    with reach(address, version, timeout) as client:
        try:
            if inspect:
                _inspect(client)
            elif _call(client, values or _lines()):
                context.exit(1)
        except ClientError as error:
            raise click.ClickException(str(error)) from None


def _lines() -> Iterator[str]:
    """Yield the lines of standard input that are not blank, each as soon as it is there."""
    if sys.stdin.isatty():
        click.echo("one value a line; Ctrl-D ends", err=True)
    for line in sys.stdin:
        if text := line.strip():
            yield text


def _call(client: Client, texts: Iterable[str]) -> int:
    """Send values one by one and print what comes; return how many failed."""
    from sm_toolkit.edges.client import RequestFailed
    from sm_toolkit.language.errors import LimitError, TextError, ValueMismatchError
    from sm_toolkit.language.text import show_text
    from sm_toolkit.language.text.plain import shorten

    failures = 0
    for text in texts:
        try:
            click.echo(show_text(client.call(_value(text, client.input))))
        except (TextError, LimitError, ValueMismatchError, RequestFailed) as error:
            failures += 1
            click.echo(shown_words(f"{shorten(text, 60)}: {error}"), err=True)
    return failures


def _value(text: str, type_: Type[Any]) -> Any:
    from sm_toolkit.language.data.types import Str
    from sm_toolkit.language.text import read_text

    if type_ is Str and not text.lstrip().startswith('"'):
        return text
    return read_text(text, type_)


def _inspect(client: Client) -> None:
    inspected = client.inspect()
    click.echo(f"interface version {inspected.version}")
    for stage in inspected.stages:
        click.echo()
        _show_stage(stage)


def _show_stage(stage: StageView) -> None:
    from sm_toolkit.cli.printing import shown_state
    from sm_toolkit.language.encoding.canonical import short_hash

    upgrades = {0: "no upgrade", 1: "1 upgrade"}.get(stage.upgrades, f"{stage.upgrades} upgrades")
    click.echo(f"{click.style(stage.name, bold=True)}, {upgrades} in effect")
    rows = {
        "machine": short_hash(stage.hash),
        "input": str(stage.input_type),
        "output": str(stage.output_type),
        "state": f"{shown_state(stage.state)}   {click.style(str(stage.state_type), dim=True)}",
    }
    for label, text in rows.items():
        click.echo(f"  {label:<9}{text}")
