"""``sm-toolkit lab``: the course's notebooks, opened in JupyterLab. The notebooks themselves are elsewhere."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from sm_toolkit.cli.installing import install_command, missing

COPIES = "sm_toolkit_notebooks"
INDEX = "00_index.ipynb"


@click.command()
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Work on copies in this folder.  [default: ./{COPIES}, or in a checkout the notebooks themselves]",
)
@click.argument("arguments", metavar="[-- OPTION...]", nargs=-1)
@click.pass_context
def lab(context: click.Context, no_browser: bool, into: Path | None, arguments: tuple[str, ...]) -> None:
    """Open the course in JupyterLab.

    In a checkout of the project the notebooks are opened where they are. Elsewhere they are copied into a folder
    first; a notebook of yours that is there already is never overwritten. What follows -- goes to JupyterLab.

    \b
    For example:
        sm-toolkit lab
        sm-toolkit lab --into ~/counters --no-browser
        sm-toolkit lab -- --port 9000
    """
    packed, shipped = _notebooks()
    if missing(["jupyterlab"]):
        command = install_command("lab", None if packed else shipped.parent)
        raise click.ClickException(f"JupyterLab is not installed here; install it with\n\n    {command}")
    folder = shipped
    if packed or into is not None:
        folder = into or Path(COPIES)
        _copy(shipped, folder)
    first = INDEX if (shipped / INDEX).exists() else min(path.name for path in shipped.glob("*.ipynb"))
    # Not the file as an argument: then what is printed is the address of JupyterLab, and not of the notebook.
    places = [f"--ServerApp.root_dir={folder.resolve()}", f"--LabApp.default_url=/lab/tree/{first}"]
    context.exit(
        _run([sys.executable, "-m", "jupyterlab", *places, *(["--no-browser"] if no_browser else []), *arguments])
    )


def _notebooks() -> tuple[bool, Path]:
    """Return whether the notebooks came packed with the package, and their folder."""
    import sm_toolkit

    package = Path(sm_toolkit.__file__).resolve().parent
    for packed, folder in ((True, package / "_notebooks"), (False, package.parent / "notebooks")):
        if any(folder.glob("*.ipynb")):
            return packed, folder
    raise click.ClickException(f"there are no notebooks beside the package in {package}; was it installed whole?")


def _copy(shipped: Path, folder: Path) -> None:
    """Copy what is shipped; what is there stays as it is."""
    new = kept = 0
    try:
        for source in sorted(path for path in shipped.rglob("*") if path.is_file() and not _is_hidden(path, shipped)):
            target = folder / source.relative_to(shipped)
            if not os.path.lexists(target):  # a link to what is gone is the reader's too
                target.parent.mkdir(parents=True, exist_ok=True)
                _copy_whole(source, target)
                new += 1
            elif not filecmp.cmp(source, target, shallow=False):
                click.echo(f"kept your {target}, which differs from the course's")
                kept += 1
    except OSError as error:
        raise click.ClickException(f"cannot copy the notebooks into {folder}: {error.strerror or error}") from None
    if new:
        click.echo(f"copied {new} {'file' if new == 1 else 'files'} into {folder}")


def _copy_whole(source: Path, target: Path) -> None:
    """Copy a file as a whole or not at all: half of one would be taken for the reader's own when it is done again."""
    begun = target.with_name(f".{target.name}.{os.getpid()}.begun")  # another may be at it too
    try:
        shutil.copyfile(source, begun)
        os.replace(begun, target)
    finally:
        begun.unlink(missing_ok=True)


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.relative_to(root).parts)


def _run(command: list[str]) -> int:
    """Run a command in the place of this process: so every signal is for it, and none leaves it behind.

    On Windows, where that would let the terminal go, it is run beside; Ctrl-C is for it, and it asks what it means.
    """
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
