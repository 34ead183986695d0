"""``sm-toolkit draw``: the picture of a machine or pipeline as a file. Pictures are made in ``notebook``."""

from __future__ import annotations

from pathlib import Path

import click

from sm_toolkit.cli.reaching import find


@click.command()
@click.argument("target", metavar="MODULE:NAME")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that ends in .svg, .png or .pdf.  [default: NAME.svg]",
)
def draw(target: str, output: Path | None) -> None:
    """Draw a machine or a pipeline.

    \b
    For example:
        sm-toolkit draw sm_toolkit.examples.counter:count_v3
        sm-toolkit draw sm_toolkit.examples.counter:count_v3 -o counter.pdf
    """
    from sm_toolkit.language.errors import ToolkitError
    from sm_toolkit.language.syntax.machines import Machine
    from sm_toolkit.notebook import draw as draw_thing
    from sm_toolkit.pipeline.pipelines import Pipeline

    thing = find(target, (Machine, Pipeline), "machine or pipeline")
    path = output or Path(f"{target.rpartition(':')[2]}.svg")
    try:
        draw_thing(thing).save(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror or error}") from None
    except (ToolkitError, TypeError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"wrote {path}")
