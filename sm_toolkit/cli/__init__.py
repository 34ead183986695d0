"""The ``sm-toolkit`` command: its name, its help and the list of its subcommands, each a module beside this one.

What a subcommand needs is imported when it runs, so that the command starts at once.
"""

from __future__ import annotations

import os

import click

from sm_toolkit import __version__
from sm_toolkit.cli.calling import call
from sm_toolkit.cli.course import lab
from sm_toolkit.cli.demonstration import demo
from sm_toolkit.cli.measuring import metrics
from sm_toolkit.cli.notebooks import notebooks
from sm_toolkit.cli.picturing import draw
from sm_toolkit.cli.rewiring import rewire
from sm_toolkit.cli.running import run
from sm_toolkit.cli.serving import serve
from sm_toolkit.cli.upgrading import upgrade

__all__ = ["main"]


class _InOrder(click.Group):
    """A group that lists its commands in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sm-toolkit")
@click.pass_context
def main(context: click.Context) -> None:
    """Serve state machines, and replace them while they run.

    \b
    A first look, about ten seconds:
        sm-toolkit demo

    \b
    The same by hand, in two terminals:
        sm-toolkit serve sm_toolkit.examples.counter:typed_v1
        sm-toolkit call localhost:3000 "Right ()" "Right ()" "Left ()"
        sm-toolkit upgrade localhost:3000 sm_toolkit.examples.counter:typed_v1_to_v2
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


for command in (demo, serve, call, metrics, upgrade, rewire, run, draw, lab, notebooks):
    main.add_command(command)
