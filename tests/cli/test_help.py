from __future__ import annotations

import subprocess
import sys

import pytest

import sm_toolkit
from tests.cli.commands import ROOT, environment, execute, invoke

COMMANDS = ["demo", "serve", "call", "metrics", "upgrade", "rewire", "run", "draw", "lab", "notebooks"]


def test_help_lists_the_commands_in_the_order_of_a_first_meeting() -> None:
    text = invoke("--help").output
    listed = text.partition("Commands:\n")[2]
    assert [line.split()[0] for line in listed.splitlines()] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_has_an_example(command: str) -> None:
    result = invoke(command, "--help")
    assert result.exit_code == 0
    assert "For example" in result.output
    assert f"\n      sm-toolkit {command}" in result.output
    assert max(map(len, result.output.splitlines())) < 100


def test_version_of_the_module_form() -> None:
    assert execute("--version").stdout == f"sm-toolkit, version {sm_toolkit.__version__}\n"


def test_the_command_starts_without_what_it_does_not_need() -> None:
    program = "import sys, sm_toolkit.cli; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, env=environment(), text=True).split()
    heavy = {"asyncio", "matplotlib", "networkx", "ipywidgets", "IPython", "msgpack"}
    heavy |= {f"sm_toolkit.{room}" for room in ("language", "pipeline", "edges", "examples", "notebook")}
    assert heavy & set(loaded) == set()
