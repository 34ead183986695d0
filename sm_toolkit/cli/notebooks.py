"""``sm-toolkit notebooks``: notebooks checked, written anew, or copied for students: the work of ``notebook/files``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sm_toolkit.cli.installing import checkout_at_hand, install_command, missing

if TYPE_CHECKING:
    from sm_toolkit.notebook.files.validating import Report, Work

NEEDED = ("nbformat", "nbclient", "nbval", "ipykernel")


class _CannotStart(click.ClickException):
    """The command cannot do what it is asked at all: another exit code than that of a notebook that fails."""

    exit_code = 2


@click.command()
@click.option("--check", is_flag=True, help="Run them, and tell what is not as it should be.")
@click.option("--regenerate", is_flag=True, help="Run them, and write what they give into them.")
@click.option("--recursive", "-r", is_flag=True, help="Let --regenerate go through the folders below, too.")
@click.option("--dry-run", "-n", is_flag=True, help="Only name what --regenerate would run and write.")
@click.option("--student", is_flag=True, help="Copy them without their solutions.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where --student puts the copies.",
)
@click.option(
    "--timeout", default=120.0, show_default=True, type=click.FloatRange(1), help="Seconds that a cell may take."
)
@click.option(
    "--jobs", type=click.IntRange(1), help="How many notebooks run side by side.  [default: one for each processor]"
)
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def notebooks(
    context: click.Context,
    check: bool,
    regenerate: bool,
    recursive: bool,
    dry_run: bool,
    student: bool,
    into: Path | None,
    timeout: float,
    jobs: int | None,
    paths: tuple[Path, ...],
) -> None:
    """Check notebooks, write them anew, or copy them for students.

    Each PATH is a notebook, or a folder of them. Give one of:

    \b
      --check       runs each in a fresh kernel, twice. It should give what is kept, byte
                    for byte, each time (strict nbval), be numbered from top to bottom, and
                    hold no error, address, port, path or time. Nothing is written.
                    All folders below are looked through.
      --regenerate  runs each, and writes its outputs and numbers anew, where they are not
                    as they should be. Folders below are left alone without --recursive;
                    --dry-run only names the files.
      --student     copies a notebook or a folder into another, without what is marked for
                    nbgrader as solution or hidden test, and without outputs. What is there
                    is not written over.

    The exit code is 0 if all went well, 1 if a notebook did not, and 2 if there was nothing to do or no means.

    \b
    For example:
        sm-toolkit notebooks --check notebooks
        sm-toolkit notebooks --regenerate notebooks/01_a_counter_that_changes.ipynb
        sm-toolkit notebooks --regenerate --recursive --dry-run .
        sm-toolkit notebooks --student notebooks --into for_students
    """
    if check + regenerate + student != 1:
        raise click.UsageError("give one of --check, --regenerate and --student")
    if not paths:
        raise click.UsageError("name a notebook or a folder of notebooks")
    if student != (into is not None):
        raise click.UsageError("--student wants --into FOLDER" if student else "--into goes with --student")
    if recursive and student:
        raise click.UsageError("--recursive goes with --regenerate; --student copies the folders below, too")
    if dry_run and not regenerate:
        raise click.UsageError(
            "--dry-run goes with --regenerate; "
            + ("--check writes nothing" if check else "--student writes over nothing")
        )
    if dry_run:
        _name(_found(paths, recursive))
        return
    if lacking := missing(NEEDED[:1] if student else NEEDED):
        command = install_command("check", checkout_at_hand())
        what = f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not installed here"
        raise _CannotStart(f"{what}; what works on notebooks is installed with\n\n    {command}")
    found = _found(paths, recursive or not regenerate)
    if into is not None:
        context.exit(_copy(paths, into))
    context.exit(_work("check" if check else "regenerate", found, timeout, jobs or os.cpu_count() or 1))


def _found(paths: Sequence[Path], below: bool) -> list[Path]:
    """Return the notebooks that are meant, each once; tell of those in folders below that are left alone."""
    from sm_toolkit.notebook.files.places import found

    notebooks: dict[Path, Path] = {}
    left: dict[Path, Path] = {}
    for path in paths:
        inside, all_inside = found(path, below), found(path)
        if not all_inside:
            raise _CannotStart(f"there are no notebooks in {path}")
        if not inside:
            there = f"{len(all_inside)} in folders below it"
            raise _CannotStart(f"there are no notebooks in {path} itself, and {there}; --recursive takes these, too")
        for notebook in all_inside:
            (notebooks if notebook in inside else left).setdefault(notebook.resolve(), notebook)
    if many := len(left.keys() - notebooks.keys()):
        told = f"{many} {'notebook is' if many == 1 else 'notebooks are'} left alone in folders below"
        click.echo(f"{told}; --recursive takes {'it' if many == 1 else 'these'}, too", err=True)
    return list(notebooks.values())


def _name(paths: Sequence[Path]) -> None:
    """Print which files might be written, one a line, and do nothing."""
    for path in paths:
        click.echo(path)
    many = f"{len(paths)} {'notebook' if len(paths) == 1 else 'notebooks'} would be run"
    told = f"{many}, and written where something else comes of it than is kept; nothing was done: this was a dry run"
    click.secho(told, bold=True, err=True)


def _work(work: Work, paths: list[Path], timeout: float, jobs: int) -> int:
    """Check notebooks or write them anew, and print what came of each; return the exit code."""
    from sm_toolkit.notebook.files.validating import worked_through

    named = {path for path in paths if path in set(map(Path, click.get_current_context().params["paths"]))}
    width = max(len(str(path)) for path in paths)
    counts: Counter[str] = Counter()
    for report in worked_through(work, paths, timeout, min(jobs, len(paths))):
        counts[_told(report, width, report.path in named)] += 1
    failed, looked_at = counts["failed"], len(paths) - counts["left out"]
    if not looked_at:
        click.echo("none of them is in Python", err=True)
        return 2
    few = failed == 1
    if work == "check" and failed:
        verdict = f"{failed} of {looked_at} {'is' if few else 'are'} not as {'it' if few else 'they'} should be"
    elif work == "check":
        verdict = "it is as it should be" if looked_at == 1 else f"all {looked_at} are as they should be"
    elif failed:
        verdict = f"{failed} of {looked_at} could not be run, and {'was' if few else 'were'} left as before"
    else:
        verdict = f"{counts['written']} of {looked_at} written anew"
    click.secho(verdict, bold=True)
    return 1 if failed else 0


def _told(report: Report, width: int, is_named: bool) -> str:
    """Print what came of a notebook; return it in a word."""
    from sm_toolkit.notebook.files.findings import told

    name = f"{report.path!s:<{width}}"
    if report.left_out and not is_named:
        click.echo(f"{name}   left out: it is in {report.left_out}, and only Python's are looked at")
        return "left out"
    if report.left_out:
        click.echo(f"{name}   {click.style('FAILED', fg='red', bold=True)}")
        click.echo(f"    it is in {report.left_out}, and only Python's are looked at")
        return "failed"
    size = f"{report.cells} {'cell' if report.cells == 1 else 'cells'}, {report.seconds:.1f} s"
    if not report.findings:
        click.echo(f"{name}   {'written anew' if report.written else 'as it runs'}   {size}")
        return "written" if report.written else "good"
    click.echo(f"{name}   {click.style('FAILED', fg='red', bold=True)}   {size}")
    click.echo(told(report.findings, str(report.path)))
    click.echo()
    return "failed"


def _copy(paths: Sequence[Path], into: Path) -> int:
    """Copy for students, all or nothing."""
    from sm_toolkit.notebook.files.copying import prepared
    from sm_toolkit.notebook.files.findings import told

    if len(paths) > 1:
        raise click.UsageError("--student takes one notebook or folder at a time")
    try:
        copies = prepared(paths[0], into)
        if copies.failed:
            for path, finding in copies.failed.items():
                click.echo(f"{path}   {click.style('FAILED', fg='red', bold=True)}")
                click.echo(f"{told([finding], str(path))}\n")
            click.secho("nothing was copied", bold=True, err=True)
            return 1
        if there := copies.in_the_way():
            click.echo(
                "\n".join(["nothing was copied: these are there already, and differ", *map("  {}".format, there)]),
                err=True,
            )
            return 1
        written = copies.write()
    except OSError as error:
        raise click.ClickException(f"cannot copy into {into}: {error.strerror or error}: {error.filename}") from None
    width = max(len(str(path)) for path in copies.notebooks)
    for path, (_, taken) in sorted(copies.notebooks.items()):
        out = ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for name, count in taken.items())
        click.echo(f"{path!s:<{width}}   {f'without {out}' if out else 'no solution is marked in it'}")
    files = len(copies.others)
    beside = f" and {files} {'file' if files == 1 else 'files'} beside them" if files else ""
    count = len(copies.notebooks)
    new = "" if written == count + files else f"; {written} of them new"
    click.secho(f"{count} {'notebook' if count == 1 else 'notebooks'}{beside} in {into}{new}", bold=True)
    return 0
