"""A real kernel that runs cells one after another, and what each of them shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.manager import start_new_kernel

PATIENCE = 60.0


@dataclass
class Shown:
    """What a cell showed: what it printed, the data it displayed, its value, its error, and the help it opened."""

    printed: str = ""
    displayed: list[dict[str, Any]] = field(default_factory=list)
    value: dict[str, Any] | None = None
    error: str = ""
    traceback: str = ""
    help: str = ""

    @property
    def text(self) -> str:
        """The value as text."""
        assert self.value is not None, self
        text: str = self.value["text/plain"]
        return text


class Kernel:
    """A kernel that runs."""

    def __init__(self, manager: Any, client: Any) -> None:
        self.manager, self.client = manager, client

    def run(self, cell: str) -> Shown:
        """Run a cell and return what it showed."""
        shown = Shown()

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    shown.printed += content["text"]
                case "display_data":
                    shown.displayed.append(content["data"])
                case "execute_result":
                    shown.value = content["data"]
                case "error":
                    shown.error = f"{content['ename']}: {content['evalue']}"
                    shown.traceback = "\n".join(content["traceback"])

        reply = self.client.execute_interactive(cell, timeout=PATIENCE, output_hook=hook)
        shown.help = "".join(
            page["data"]["text/plain"] for page in reply["content"].get("payload", ()) if "data" in page
        )
        return shown

    def complete(self, text: str) -> list[str]:
        """Return what the end of a text may become."""
        reply = self.client.complete(text, reply=True, timeout=PATIENCE)
        matches: list[str] = reply["content"]["matches"]
        return matches


@contextmanager
def kernel() -> Iterator[Kernel]:
    """Start a kernel of this Python, and end it."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
