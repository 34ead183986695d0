"""The demo's other processes: started, spoken with line by line, and never left behind."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sm_toolkit.examples.demo_clients import DemoError

T = TypeVar("T")

START_PATIENCE = 20.0
"""How long (seconds) a process may take to start."""

STOP_PATIENCE = 3.0
"""How long (seconds) a process may take to stop before it is killed."""


class DemoProcess:
    """A process of the demo, a module of this package; it ends with the block that it is used in."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._module = module
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the process)

    async def __aenter__(self) -> DemoProcess:
        # A session of its own: Ctrl-C is for the demo, which then ends its processes in order.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"{__package__}.{self._module}",
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()  # both modules end when their input does
        try:
            await within(STOP_PATIENCE, process.wait)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            self._errors.close()

    @property
    def number(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    async def line(self) -> str:
        """Return the next line that the process prints.

        Raises:
            DemoError: it ended, or was silent for too long.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        line = await within(START_PATIENCE, self._process.stdout.readline)
        if line:
            return line.decode().strip()
        if line is None:
            raise DemoError(f"{self._module} said nothing for {START_PATIENCE:g} seconds")
        raise DemoError(f"{self._module} ended {await self.end() or 'its output'}")

    async def say(self) -> None:
        """Give the process an empty line."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()

    async def end(self) -> str | None:
        """Return how the process ended, with the last line that it complained in; None if it runs."""
        assert self._process is not None
        if await within(1.0, self._process.wait) is None:
            return None
        self._errors.seek(0)
        last = self._errors.read().decode(errors="replace").strip().rpartition("\n")[2]
        code = self._process.returncode or 0
        return (f"by signal {-code}" if code < 0 else f"with code {code}") + (f": {last}" if last else "")


async def within(seconds: float, wait: Callable[[], Awaitable[T]]) -> T | None:
    """Return what is waited for, None if it takes more than so many seconds."""
    try:
        # Not `wait_for`: in Python 3.11 it forgets a cancellation that comes with the result.
        async with asyncio.timeout(seconds):
            return await wait()
    except TimeoutError:
        return None
