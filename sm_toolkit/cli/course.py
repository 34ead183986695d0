"""``sm-toolkit lab``: the course's notebooks, opened in JupyterLab. The notebooks themselves are elsewhere."""

from __future__ import annotations

import filecmp
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import click

COPIES = "sm_toolkit_notebooks"


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
    if importlib.util.find_spec("jupyterlab") is None:
        source = "'sm-toolkit[lab]'" if packed else f"-e '{shipped.parent}[lab]'"
        raise click.ClickException(
            f"JupyterLab is not installed here; install it with\n\n    {_python()} -m pip install {source}"
        )
    folder = shipped
    if packed or into is not None:
        folder = into or Path(COPIES)
        _copy(shipped, folder)
    first = min(folder.glob("*.ipynb"))
    command = [sys.executable, "-m", "jupyterlab", *(["--no-browser"] if no_browser else []), *arguments, str(first)]
    context.exit(_run(command))


def _notebooks() -> tuple[bool, Path]:
    """Return whether the notebooks came packed with the package, and their folder."""
    import sm_toolkit

    package = Path(sm_toolkit.__file__).resolve().parent
    for packed, folder in ((True, package / "_notebooks"), (False, package.parent / "notebooks")):
        if any(folder.glob("*.ipynb")):
            return packed, folder
    raise click.ClickException(f"there are no notebooks beside the package in {package}; was it installed whole?")


def _python() -> str:
    """Return how this Python is called: shortly, if that is the one that the shell finds."""
    found = shutil.which("python")
    return "python" if found and Path(found).absolute() == Path(sys.executable).absolute() else sys.executable


def _copy(shipped: Path, folder: Path) -> None:
    """Copy what is shipped; what is there stays as it is."""
    new = kept = 0
    try:
        for source in sorted(path for path in shipped.rglob("*") if path.is_file() and not _is_hidden(path, shipped)):
            target = folder / source.relative_to(shipped)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                new += 1
            elif not filecmp.cmp(source, target, shallow=False):
                click.echo(f"kept your {target}, which differs from the course's")
                kept += 1
    except OSError as error:
        raise click.ClickException(f"cannot copy the notebooks into {folder}: {error.strerror or error}") from None
    if new:
        click.echo(f"copied {new} {'file' if new == 1 else 'files'} into {folder}")


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.relative_to(root).parts)


def _run(command: list[str]) -> int:
    """Run a command to its end; Ctrl-C is for the command, which asks what it means."""
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
