"""Serve, call and upgrade: a story in processes of their own, as a user lives it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.commands import COUNTER, execute, invoke, served


def hashes(text: str) -> list[str]:
    return re.findall(r"\b[0-9a-f]{7}\b", text)


def test_the_whole_story() -> None:
    with served(f"{COUNTER}:typed_v1") as (line, port):
        here = f"localhost:{port}"
        expected = "serving counter: Pipeline[Either[Unit, Unit], Either[Int, Unit]] on 127.0.0.1"
        assert line == f"{expected}:{port}, msgpack"

        called = execute("call", here, "Right ()", "Right ()", "Left ()")
        assert (called.returncode, called.stdout, called.stderr) == (0, "Right ()\nRight ()\nLeft 2\n", "")

        tried = execute("upgrade", here, f"{COUNTER}:typed_v1_to_v2", "--dry-run")
        assert tried.returncode == 0
        assert "stage counter would be upgraded to interface version 2\n" in tried.stdout
        assert "nothing was changed: this was a dry run" in tried.stdout
        assert "interface version 1\n" in execute("call", here, "--inspect").stdout

        done = execute("upgrade", here, f"{COUNTER}:typed_v1_to_v2")
        assert done.stdout.startswith("stage counter upgraded to interface version 2\n")
        assert hashes(done.stdout) == hashes(tried.stdout)

        again = execute("upgrade", here, f"{COUNTER}:typed_v1_to_v2")
        assert (again.returncode, again.stdout) == (1, "")
        assert again.stderr.startswith("refused: stage counter runs on as before, because\n  - the stage runs ")
        assert again.stderr.count("\n  - ") == 3  # every reason

        third = execute("upgrade", here, f"{COUNTER}:typed_v2_to_v3")
        assert re.search(r"state +2 +\(2,False\)\n", third.stdout)
        assert re.search(r"type +Int +\(Int, Bool\)\n", third.stdout)
        assert hashes(third.stdout)[0] == hashes(done.stdout)[1]

        assert execute("call", here, "Right (Right (Left ()))").stdout == "Right (Right (Left 2))\n"
        assert execute("call", here, "--version", "2", "Right (Left ())").stdout == "Right (Left 2)\n"
        ninth = execute("call", here, "--version", "9", "Left ()")
        assert ninth.returncode == 1
        assert "interface version 9 is not served here" in ninth.stderr

        inspected = execute("call", here, "--inspect").stdout
        assert "interface version 3\n\ncounter, 2 upgrades in effect\n" in inspected
        assert re.search(r"state +\(2,False\) +\(Int, Bool\)\n", inspected)
        assert hashes(inspected) == hashes(third.stdout)[1:]

        undone = execute("upgrade", here, "--downgrade", "counter")
        assert undone.stdout.startswith("stage counter downgraded to interface version 4\n")
        assert hashes(undone.stdout) == hashes(third.stdout)[::-1]
        assert "\ncounter, 1 upgrade in effect\n" in execute("call", here, "--inspect").stdout
        unknown = execute("upgrade", here, "--downgrade", "nobody")
        assert (unknown.returncode, unknown.stdout) == (1, "")
        assert unknown.stderr == (
            "refused: all stages run on as before, because\n  - there is no stage 'nobody'\nthe server runs counter\n"
        )
        assert execute("upgrade", here, "--downgrade", "counter").returncode == 0
        assert "\ncounter, no upgrade in effect\n" in execute("call", here, "--inspect").stdout


@pytest.mark.parametrize("engine", ["event-loop", "processes"])
def test_other_engines_serve_upgrades_and_end_in_peace(engine: str) -> None:
    with served(f"{COUNTER}:typed_v1", "--engine", engine) as (_, port):
        here = f"127.0.0.1:{port}"
        assert execute("call", here, "Right ()", "Left ()").stdout == "Right ()\nLeft 1\n"
        assert execute("upgrade", here, f"{COUNTER}:typed_v1_to_v2").returncode == 0
        assert execute("call", here, "Right (Left ())").stdout == "Right (Left 1)\n"


@pytest.fixture(scope="module")
def counter() -> Iterator[str]:
    with served(f"{COUNTER}:v1", "--engine", "threads") as (_, port):
        yield f"127.0.0.1:{port}"


def test_texts_stand_for_themselves_or_for_what_is_in_their_quotes(counter: str) -> None:
    plain = invoke("call", counter, "Right ()", '"Right ()"', ' "Left ()" ')
    assert plain.stdout == '"Right ()"\n"Right ()"\n"Left 2"\n'


def test_one_that_fails_leaves_the_others(counter: str) -> None:
    before = invoke("call", counter, "Left ()").stdout
    result = invoke("call", counter, "Left 5", '"open', "Left ()")
    assert result.exit_code == 1
    assert result.stdout == before
    first, second = result.stderr.splitlines()
    assert first.startswith("Left 5: stage 'counter' failed: cannot read Either[Unit, Unit]")
    assert second.startswith('"open: cannot read Str')


def test_values_from_standard_input(counter: str) -> None:
    result = invoke("call", counter, input="Left ()\n\n  \nLeft ()")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2


def test_a_module_of_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from sm_toolkit.language import incr, not_\n"
        "from sm_toolkit.pipeline.pipelines import stage\n"
        "both = stage('more', None, incr) >> stage('most', None, incr)\n",
        encoding="utf-8",
    )
    with served("mine:both", "--host", "localhost", cwd=tmp_path) as (line, port):
        assert line == f"serving more >> most: Pipeline[Int, Int] on 127.0.0.1:{port}, msgpack"
        assert execute("call", f"localhost:{port}", "40", "(-3)", cwd=tmp_path).stdout == "42\n-1\n"


# -- text, as with nc -------------------------------------------------------------------------------------


class Talk:
    """A raw connection that says lines and hears lines."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def say(self, text: str) -> str:
        self.socket.sendall(text.encode())
        return self.file.readline().decode()


@contextmanager
def talk(port: int) -> Iterator[Talk]:
    made = Talk(port)
    with made.socket, made.file:
        yield made


UPGRADE = (
    'Upgrade "counter" (UpgradeData_ {oldState = UTInt, newState = UTPair UTInt UTBool, newInput = UTString, '
    "newOutput = UTString, newStateMachine = ComposeU (ShowU (UTPair UTInt UTBool)) (ComposeU GetU ConsumeU), "
    "stateMigration = IdU :.&& ComposeU (BoolU False) ConsumeU})"
)


def test_typed_values_and_texts_as_the_help_says() -> None:
    said = " ".join(invoke("serve", "--help").stdout.split())
    assert "A typed one, as typed_v1, takes values, without the quotes: Item (Left ())." in said
    with served(f"{COUNTER}:typed_v1", "--codec", "text") as (_, port), talk(port) as typed:
        assert typed.say("Item (Left ())\n") == "Item (Left 0)\n"
        assert typed.say('Item "Left ()"\n').startswith('Failed "')


def test_a_story_in_text() -> None:
    with served(f"{COUNTER}:v1", "--codec", "text") as (line, port), talk(port) as old, talk(port) as operator:
        assert line == f"serving counter: Pipeline[Str, Str] on 127.0.0.1:{port}, text"
        assert old.say('Item "Left ()"\n') == 'Item "Left 0"\n'
        assert old.say('Item "Right ()"') == 'Item "Right ()"\n'  # no newline is needed
        assert old.say('Item "Up"\n').startswith('Failed "')
        assert operator.say(UPGRADE.replace("UTPair UTInt UTBool,", "UTBool,", 1) + "\n").startswith(
            'UpgradeFailed "counter" "'
        )
        assert old.say('Item "Left ()"\n') == 'Item "Left 1"\n'
        assert operator.say(UPGRADE + "\n") == 'UpgradeSucceeded "counter"\n'
        assert old.say('Item "anything"\n') == 'Item "(1,False)"\n'
