"""A notebook, run from top to bottom in a fresh kernel of this Python, and cleaned of what differs from run to run."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import ipykernel.kernelspec
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from sm_toolkit.notebook.files.cleaning import cleaned
from sm_toolkit.notebook.files.findings import Finding, Unfit, where
from sm_toolkit.notebook.files.reading import node, tags_of
from sm_toolkit.notebook.files.settings import settings_of_nobody

SECONDS_A_CELL = 120

LARGEST = 20_000_000
"""So many characters a cell may give; a notebook that is larger opens slowly, or not at all."""

WHILE = 1.0
"""So many seconds a cell that gives too much has for its end."""

GIVES = ("stream", "display_data", "execute_result", "error")
"""The messages that become outputs."""

UPDATES = {
    "clear_output": "takes back what it gave (`clear_output`)",
    "update_display_data": "changes what was shown (`display_id`, `update_display`)",
    "OutputModel": "shows something inside an `Output` widget",
}
"""What leaves no trace in a file that could be compared."""

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class _TooMuch(Exception):
    """A cell gives more than a notebook should hold."""


def _length(thing: Any) -> int:
    """Return how long what a cell gives is: a text, or the texts in a message."""
    if isinstance(thing, dict):
        return sum(len(text) for text in thing.values() if isinstance(text, str))
    return len(thing) if isinstance(thing, str) else 0


class _ThisPython(KernelSpecManager):
    """Knows one kernel, of the interpreter that runs this, whatever else is installed for the user."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=ipykernel.kernelspec.RESOURCES, **ipykernel.kernelspec.get_kernel_dict())


class _Kernel(AsyncKernelManager):
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisPython(parent=self)


class _Client(NotebookClient):
    """Runs cells, and remembers which one is at work and what of it no file can show."""

    at_work: Any = None
    given = 0  # by the cell at work, in characters
    ending: asyncio.Future[None] | None = None  # of a cell that gives too much
    updates: dict[tuple[int, str], None]

    async def async_execute_cell(self, cell: Any, cell_index: int, *rest: Any, **options: Any) -> Any:
        if "nbval-skip" in tags_of(cell):
            return cell
        self.at_work, self.given = cell, 0
        try:
            done = await super().async_execute_cell(cell, cell_index, *rest, **options)
        finally:
            if self.ending is not None:
                self.ending.cancel()
        if self.given > LARGEST:
            raise _TooMuch
        self.at_work = None
        return done

    async def _end_if_at_work(self) -> None:
        """Interrupt a cell that is not done by itself in a while: a kernel that does nothing is better left alone."""
        await asyncio.sleep(WHILE)
        manager: Any = self.km
        await manager.interrupt_kernel()

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        kind = msg["msg_type"]
        if kind in GIVES:
            self.given += sum(map(_length, (msg["content"], *msg["content"].get("data", {}).values())))
            if self.given > LARGEST:  # nothing of it is kept any more
                if self.ending is None:
                    self.ending = asyncio.ensure_future(self._end_if_at_work())
                return None
        if kind == "comm_open":
            kind = msg["content"].get("data", {}).get("state", {}).get("_model_name")
        if kind in UPDATES:
            self.updates[cell_index, kind] = None
        return super().process_message(msg, cell, cell_index)


def executed(notebook: Any, folder: Path, seconds: float = SECONDS_A_CELL) -> Any:
    """Run a copy of a notebook in a folder, from a fresh kernel without any settings of the user, and return it.

    Raises:
        Unfit: a cell fails that is not tagged `raises-exception`, takes longer than that, or ends its kernel.
    """
    with settings_of_nobody():
        return cleaned(run(notebook, folder, seconds)[0])


def run(notebook: Any, folder: Path, seconds: float = SECONDS_A_CELL) -> tuple[Any, list[Finding]]:
    """Run a copy of a notebook with the settings at hand; return it with what it did that a file cannot show.

    Raises:
        Unfit: as of `executed`.
    """
    fresh = node(notebook)
    for cell in fresh.cells:
        if "nbval-raises-exception" in tags_of(cell):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    client = _Client(
        fresh,
        kernel_manager_class=_Kernel,
        kernel_name="python3",
        timeout=max(1, round(seconds)),
        extra_arguments=["--log-level=ERROR"],
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.log.disabled = True
    client.updates = {}
    try:
        client.execute()
    except Exception as error:
        raise Unfit(_failure(fresh, client, error, seconds)) from None
    for cell, old in zip(fresh.cells, notebook.cells, strict=True):
        cell.metadata = node(old.metadata)
    updates = [
        Finding(
            f"it {UPDATES[kind]}, which no file keeps",
            where(fresh, fresh.cells[index]),
            advice="show each state once, one below the other; or let a widget of its own hold the picture",
        )
        for index, kind in client.updates
    ]
    return fresh, updates


def _failure(notebook: Any, client: _Client, error: Exception, seconds: float) -> Finding:
    """Return what is told of a run that came to no end."""
    if client.at_work is not None and client.given > LARGEST:
        advice = "show a part of it, or how much it is"
        place = where(notebook, client.at_work)
        return Finding(f"it gives more than {LARGEST:,} characters", place, advice=advice)
    if client.at_work is None or not isinstance(error, CellExecutionError | CellTimeoutError | DeadKernelError):
        told = (str(error).strip().splitlines() or [""])[0]
        advice = "python -m ipykernel_launcher --version, with the Python that runs this"
        found = (("found", f"{type(error).__name__}: {told}"),)
        return Finding("its kernel did not start, or was lost", rows=found, advice=advice)
    place = where(notebook, client.at_work)
    if isinstance(error, CellTimeoutError):
        advice = "let the cell do less; or give --timeout more seconds"
        return Finding(f"it is not done after {seconds:g} s", place, advice=advice)
    if isinstance(error, DeadKernelError):
        advice = "look whether it exits, uses up the memory, or calls what crashes"
        return Finding("it ends the kernel", place, advice=advice)
    if error.ename == "StdinNotImplementedError":
        advice = "write the value into the cell: nobody is there to answer"
        return Finding("it asks for input", place, advice=advice)
    lines = [line for line in _ANSI.sub("", error.traceback).splitlines() if line.strip()]
    pointed = [line.strip() for line in lines if re.match(r"\s*-+> \d", line)]
    rows = (("found", f"{error.ename}: {error.evalue}".splitlines()[0]), *(("at", line) for line in pointed[-1:]))
    advice = "mend the cell; if the error is what it shows, tag it raises-exception"
    return Finding(f"it ends in {error.ename}", place, rows=rows, advice=advice)
