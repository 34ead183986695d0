"""What a user is told who names what is not there."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.commands import COUNTER, invoke

WRONG = {
    "no colon": (("serve", "counter"), "write MODULE:NAME, for example sm_toolkit.examples.counter:v1"),
    "missing module": (("serve", "no.such:thing"), "there is no module no.such: it is neither in the current folder"),
    "missing part": (("serve", f"{COUNTER}.deeper:v1"), f"there is no module {COUNTER}.deeper"),
    "missing attribute": (("serve", f"{COUNTER}:v9"), "has no 'v9'; it has v1, v2, v3, typed_v1, typed_v2, typed_v3"),
    "nothing of that kind": (("serve", "json:v9"), "has no 'v9'; it has no pipeline at all"),
    "machine": (("serve", f"{COUNTER}:count_v1"), "is no pipeline: it is a Machine; put it in a stage: stage("),
    "upgrade": (("serve", f"{COUNTER}:typed_v1_to_v2"), "is no pipeline: it is an Upgrade; send it"),
    "value": (("serve", "json:__name__"), "json:__name__ is no pipeline: it is a str; it has no pipeline at all"),
    "file": (("serve", "my/counter.py:v1"), "'my/counter.py' is a file; name the module instead: my.counter:NAME"),
    "public host": (("serve", f"{COUNTER}:v1", "--host", "0.0.0.0"), "listens on loopback only"),
    "pipeline for an upgrade": (("upgrade", "3000", f"{COUNTER}:v1"), "is no upgrade: it is a Stage; make an upgrade"),
    "nothing for an upgrade": (("upgrade", "3000"), "give either MODULE:UPGRADE or --downgrade STAGE"),
    "both for an upgrade": (("upgrade", "3000", "a:b", "--downgrade", "c"), "give either"),
    "upgrade for a picture": (("draw", f"{COUNTER}:typed_v1_to_v2"), "is no machine or pipeline: it is an Upgrade"),
    "address": (("call", "here", "1"), "'here' is no address; write HOST:PORT, for example localhost:3000"),
    "port 0": (("call", "localhost:0", "1"), "is no address"),
    "bare IPv6": (("call", "::1:3000", "1"), "write an IPv6 address in brackets, as in [::1]:3000"),
    "inspect and values": (("call", "3000", "--inspect", "1"), "--inspect takes no values"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_is_told_with_what_to_write(name: str) -> None:
    arguments, expected = WRONG[name]
    result = invoke(*arguments)
    assert result.exit_code in (1, 2)
    assert expected in result.output
    assert "Traceback" not in result.output


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    result = invoke("call", f"localhost:{port}", "1")
    assert result.exit_code == 1
    assert f"cannot reach a server at localhost:{port}" in result.output
    assert f"sm-toolkit serve MODULE:PIPELINE --port {port}" in result.output


def test_a_host_that_is_not_there() -> None:
    result = invoke("call", "nobody.invalid:3000", "1")
    assert result.exit_code == 1
    assert "there is no host 'nobody.invalid', or its name cannot be looked up here" in result.output
    assert "Is it running?" not in result.output
    assert invoke("call", "a..b:3000", "1").output == "Error: 'a..b' is no name of a host\n"


def test_a_server_that_keeps_silent_is_told_of_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = f"127.0.0.1:{silent.getsockname()[1]}"
        result = invoke("call", here, "--timeout", "2.5", "1")
    assert result.exit_code == 1
    first, second, *_ = result.stderr.splitlines()
    assert first == f"{here} has not answered yet: it is busy, or speaks another --codec than msgpack"
    assert second == f"Error: {here}: no answer came within 2.5 seconds."
    assert "--codec text or lines is talked to with nc" in result.stderr


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = invoke("serve", f"{COUNTER}:v1", "--port", str(port))
    assert result.exit_code == 1
    assert f"port {port} on 127.0.0.1 is taken; choose another with --port" in result.output


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import missing_thing", "ModuleNotFoundError: No module named 'missing_thing'"),
        ("x = 1 / 0", "ZeroDivisionError"),
        ("x = = 1", "SyntaxError"),
    ],
)
def test_a_module_that_fails_shows_its_own_lines_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, expected: str
) -> None:
    name = f"broken_{abs(hash(source))}"
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = invoke("serve", f"{name}:x")
    assert result.exit_code == 1
    assert f"importing {name} failed" in result.output
    assert expected in result.output
    assert "importlib" not in result.output
    assert "reaching.py" not in result.output


BROKEN = """from sm_toolkit import *


def made():
    return stage("c", 0, get() >> incr >> {part})


broken = made()
"""


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            "show() >> put()",
            "\n\nmachine does not fit: the input of `put()`, which is the state, should be Int, and is Str\n",
        ),
        ("put", "\n\n"),
        ("put() if Adapter(up=1, down=2) else 0", "\n\nan adapter's `up` is a machine, not int\n"),
    ],
    ids=["a machine that does not fit", "no machine at all", "no adapter"],
)
def test_what_the_toolkit_says_of_a_module_comes_with_the_place_in_it_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, told: str
) -> None:
    name = f"broken_{abs(hash(part))}"
    (tmp_path / f"{name}.py").write_text(BROKEN.format(part=part), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = invoke("serve", f"{name}:broken")
    assert result.exit_code == 1
    place = f'{name}.py, line 5\n\n    return stage("c", 0, get() >> incr >> {part})'
    assert result.output.startswith(f"Error: importing {name} failed:\n\n{place}{told}")
    assert "Traceback" not in result.output
    assert "sm_toolkit" not in result.output
