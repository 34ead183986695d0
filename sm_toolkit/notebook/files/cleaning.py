"""What differs from run to run and from machine to machine in a notebook that was run, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sm_toolkit.notebook.files.reading import node

VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
"""What a notebook that is kept says of its kernel: nothing of the machine that ran it."""

OF_A_SESSION = {"widgets", "vscode", "interpreter", "papermill", "orig_nbformat", "signature", "toc-autonumbering"}
OF_A_RUN = {"execution", "ExecuteTime", "executionInfo", "papermill", "scrolled", "collapsed", "trusted", "vscode"}
"""What notebooks and cells are said to be by the program and the hour that ran them."""


def cleaned(notebook: Any) -> Any:
    """Return the notebook with what differs from run to run taken out, and widgets numbered in their order."""
    others = {name: value for name, value in notebook.metadata.items() if name not in OF_A_SESSION}
    notebook.metadata = node({**others, **METADATA})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    views: dict[str, str] = {}
    for cell in notebook.cells:
        cell.metadata = node({name: value for name, value in cell.metadata.items() if name not in OF_A_RUN})
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if "outputs" in cell:
            cell.outputs = joined_streams(cell.outputs)
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            if view := output.get("data", {}).get(VIEW):
                view["model_id"] = views.setdefault(view["model_id"], f"{len(views) + 1:032x}")
    return notebook


def is_gone(output: Any) -> bool:
    """Tell whether an output is one that was taken back, as the bar of a long run is: nothing of it is shown."""
    return output.output_type == "display_data" and not output.get("data")


def joined_streams(outputs: Sequence[Any]) -> list[Any]:
    """Return the outputs of a cell with neighbouring pieces of one stream joined: where they part is chance.

    What was taken back is left out, and so parts nothing.
    """
    joined: list[Any] = []
    for output in outputs:
        if is_gone(output):
            continue
        last: Any = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined
