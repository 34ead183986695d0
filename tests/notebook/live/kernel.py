"""A real kernel that runs cells one after another, and what each of them shows."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from jupyter_client.manager import start_new_kernel

PATIENCE = 40.0


@dataclass
class Shown:
    """What a cell showed, and what help it opened."""

    printed: str = ""
    displayed: list[dict[str, Any]] = field(default_factory=list)
    updated: list[dict[str, Any]] = field(default_factory=list)
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

    def run(self, cell: str, interrupt_at: str = "") -> Shown:
        """Run a cell and return what it showed; interrupt it a little after it has printed what is given."""
        shown = Shown()
        over = threading.Event()

        def interrupt() -> None:  # as a person does, who presses again if nothing seems to come of it
            wait = 0.3
            while not over.wait(wait):
                os.kill(self.manager.provisioner.pid, signal.SIGINT)
                wait = 5.0

        interrupting = threading.Thread(target=interrupt, daemon=True)

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    shown.printed += content["text"]
                    if interrupt_at and interrupt_at in shown.printed and not interrupting.is_alive():
                        interrupting.start()
                case "display_data":
                    shown.displayed.append(content["data"])
                case "update_display_data":
                    shown.updated.append(content["data"])
                case "execute_result":
                    shown.value = content["data"]
                case "error":
                    shown.error = f"{content['ename']}: {content['evalue']}"
                    shown.traceback = "\n".join(content["traceback"])

        try:
            reply = self.client.execute_interactive(cell, timeout=PATIENCE, output_hook=hook)
        finally:
            over.set()
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
