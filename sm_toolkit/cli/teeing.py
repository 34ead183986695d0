"""What ``--tee NAME FILE`` names, looked at before anything runs: a file for what is no tee would stay empty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sm_toolkit.pipeline.pipelines import Pipeline


def look_at_tees(given: Iterable[tuple[str, str]], pipelines: Iterable[Pipeline[Any, Any]], *, rewirable: bool) -> None:
    """Do nothing where each name is that of a tee in one of some pipelines; the first is the one that starts.

    ``rewirable`` says that a rewiring that is not known yet may bring others: then what is missing is only told of.

    Raises:
        click.ClickException: there is no such tee, or it is given two files.
    """
    from sm_toolkit.pipeline.shapes import Tee, named

    tees = list(dict.fromkeys(part.name for each in pipelines for part in named(each) if isinstance(part, Tee)))
    there = f"it has {', '.join(map(repr, tees))}" if tees else "it has none"
    seen: set[str] = set()
    for name, path in given:
        if name in seen:
            raise click.ClickException(f"tee {name!r} is given two files; name each tee once")
        seen.add(name)
        if name in tees:
            continue
        problem = f"the pipeline has no tee {name!r} ({there})"
        if not rewirable:
            raise click.ClickException(problem)
        click.echo(f"{problem}: nothing is written to {path} until a rewiring brings one of that name", err=True)
