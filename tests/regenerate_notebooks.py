"""The notebooks, run and written anew: `python -m tests.regenerate_notebooks` from the root of a checkout.

The source of a notebook is the notebook: edit it (in JupyterLab or as text), then run this, which runs every
cell and keeps of the result only what is the same on every run and every machine. With `--check` nothing is
written, and the exit code is 1 if anything would be. Nothing here knows what the notebooks are about.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ipykernel.kernelspec
import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"

VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
SECONDS_A_CELL = 120
LONGEST_LINE = 160  # of a difference that is printed

_format: Any = nbformat  # it carries no types


class _ThisPython(KernelSpecManager):
    """Knows one kernel, of the interpreter that runs this, whatever else is installed for the user."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=ipykernel.kernelspec.RESOURCES, **ipykernel.kernelspec.get_kernel_dict())


class _Kernel(AsyncKernelManager):
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisPython(parent=self)


def read_notebook(path: Path) -> Any:
    """Read a notebook, brought to the current format and checked against its schema."""
    notebook = _format.read(path, as_version=4)
    _format.validate(notebook)
    return notebook


def text_of(notebook: Any) -> str:
    """Return a notebook as the text that is kept."""
    text: str = _format.writes(notebook)
    return text.rstrip("\n") + "\n"


def executed(notebook: Any, folder: Path = NOTEBOOKS) -> Any:
    """Run a copy of a notebook in its folder, from a fresh kernel without any settings of the user, and return it.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell fails that is not tagged `raises-exception`.
    """
    fresh = _format.from_dict(notebook)
    with _settings_of_nobody():
        NotebookClient(
            fresh,
            kernel_manager_class=_Kernel,
            kernel_name="python3",
            timeout=SECONDS_A_CELL,
            extra_arguments=["--log-level=ERROR"],
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
        ).execute()
    return cleaned(fresh)


def cleaned(notebook: Any) -> Any:
    """Return the notebook with what differs from run to run taken out, and widgets numbered in their order."""
    notebook.metadata = _format.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    views: dict[str, str] = {}
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = _format.from_dict({"tags": tags} if tags else {})
        if "outputs" in cell:
            cell.outputs = joined_streams(cell.outputs)
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if "metadata" in output:
                output.metadata = _format.from_dict({})
            if view := output.get("data", {}).get(VIEW):
                view["model_id"] = views.setdefault(view["model_id"], f"{len(views) + 1:032x}")
    return notebook


def joined_streams(outputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of a cell with neighbouring pieces of one stream joined: where they part is chance."""
    joined: list[Any] = []
    for output in outputs:
        last: Any = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def regenerated(path: Path) -> str:
    """Return the text that a notebook's file should hold."""
    return text_of(executed(read_notebook(path), path.parent))


def difference(path: Path, kept: str, made: str) -> str:
    """Return how a file differs from what it should be, line by line, long lines cut."""
    lines = difflib.unified_diff(
        kept.splitlines(), made.splitlines(), f"{path.name} as kept", f"{path.name} as it runs", lineterm="", n=2
    )
    return "\n".join(line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…" for line in lines)


@contextmanager
def _settings_of_nobody() -> Iterator[None]:
    """Point Jupyter and IPython at an empty folder, so that no start-up file of the user's changes an output."""
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update({name: os.path.join(folder, name.lower()) for name in names})
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.regenerate_notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; show what differs, and exit with 1")
    parser.add_argument("notebooks", nargs="*", type=Path, help="the notebooks; all of notebooks/ if none is named")
    asked = parser.parse_args(arguments)
    differing = 0
    for path in asked.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        kept, made = path.read_bytes().decode(), regenerated(path)
        if kept == made:
            print(f"{path.name}: as it runs")
        elif asked.check:
            differing += 1
            print(difference(path, kept, made))
        else:
            path.write_bytes(made.encode())
            print(f"{path.name}: written anew")
    if differing:
        print("run `python -m tests.regenerate_notebooks`, and look at what changed", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
