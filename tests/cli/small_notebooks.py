"""Small notebooks for tests: cells with what they keep, written as Jupyter writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sm_toolkit.notebook.files.cleaning import METADATA


def code(source: str, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs)}


def text(source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def result(shown: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": shown}, "metadata": {}}


def printed(words: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": words}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A notebook whose cells were run from top to bottom."""
    number = 0
    for index, cell in enumerate(cells):
        cell["id"] = f"cell-{index}"
        if cell["cell_type"] == "code":
            number += 1
            cell["execution_count"] = number
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = number
    return {"cells": list(cells), "metadata": {**METADATA, **metadata}, "nbformat": 4, "nbformat_minor": 5}


def write(path: Path, raw: dict[str, Any]) -> Path:
    """Write it as Jupyter does: sources and texts as lists of lines."""

    def lined(words: str) -> list[str]:
        return words.splitlines(keepends=True)

    raw = json.loads(json.dumps(raw))
    for cell in raw["cells"]:
        cell["source"] = lined(cell["source"])
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = lined(output["text"])
            for kind, shown in output.get("data", {}).items():
                output["data"][kind] = lined(shown) if isinstance(shown, str) else shown
    path.write_text(json.dumps(raw, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
