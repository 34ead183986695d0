"""What a server's stages have done, on the command line: once, again and again, for people and for programs."""

from __future__ import annotations

import json
import re
import signal
import socket
from typing import Any

from sm_toolkit.edges.client import connect
from sm_toolkit.language import Right
from sm_toolkit.pipeline.messages import Item
from tests.cli.commands import COUNTER, PATIENCE, invoke, served, started
from tests.edges.serving import serving
from tests.edges.test_counts import Older


def said(port: int, times: int) -> None:
    with connect(port=port) as client:
        client.ask([Item(Right(None))] * times)


def test_a_look_is_a_table() -> None:
    with serving() as server:
        said(server.port, 1234)
        result = invoke("metrics", f"localhost:{server.port}")
    assert result.exit_code == 0
    said_, head, row = result.output.splitlines()
    assert said_ == "interface version 1, 0 waiting"
    assert head.split("  ")[0] == "stage"
    assert re.fullmatch(r"counter  1,234  1,234 +0 +- +\d+\.\d µs +0  [0-9a-f]{7}", row)
    assert re.split("  +", head) == ["stage", "in", "out", "failed", "waiting", "each takes", "upgrades", "machine"]


def test_a_look_for_programs_is_an_object() -> None:
    with serving() as server:
        said(server.port, 3)
        result = invoke("metrics", f"localhost:{server.port}", "--json")
    told: dict[str, Any] = json.loads(result.output)
    (stage,) = told.pop("stages")
    assert told == {"version": 1, "waiting": 0}
    assert stage.pop("service_time") > 0
    assert re.fullmatch(r"[0-9a-f]{64}", stage.pop("hash"))
    assert stage == {"name": "counter", "items_in": 3, "items_out": 3, "failures": 0, "queue": None, "edition": 0}


def test_looking_again_tells_the_rates_and_ends_by_ctrl_c_in_peace() -> None:
    with (
        served(f"{COUNTER}:typed_v1") as (_, port),
        started("metrics", str(port), "--every", "0.2", "--json") as looking,
    ):
        assert looking.stdout is not None
        first = json.loads(looking.stdout.readline())
        assert "items_per_second" not in first["stages"][0]
        said(port, 500)
        stages: list[dict[str, Any]] = first["stages"]
        while stages[-1]["items_in"] < 500:
            stages += json.loads(looking.stdout.readline())["stages"]
        assert stages[-1]["items_in"] == 500
        assert stages[-1]["items_per_second"] > 0
        looking.send_signal(signal.SIGINT)
        _, errors = looking.communicate(timeout=PATIENCE)
        assert (looking.returncode, errors) == (0, "")


def test_looking_again_is_a_table_with_rates_until_the_server_goes() -> None:
    with started("serve", f"{COUNTER}:typed_v1", "--port", "0") as server:
        assert server.stdout is not None
        found = re.search(r":(\d+), ", server.stdout.readline())
        assert found
        with started("metrics", found[1], "--every", "0.1") as looking:
            assert looking.stdout is not None
            lines = [looking.stdout.readline() for _ in range(7)]
            server.send_signal(signal.SIGINT)
            _, errors = looking.communicate(timeout=PATIENCE)
        assert server.wait(PATIENCE) == 0
    assert lines[3] == "\n"
    assert "items/s" not in lines[1]
    assert "items/s" in lines[5]
    assert (looking.returncode, errors) == (1, "Error: the server ended the connection: the server stops\n")


def test_who_cannot_be_asked_is_told_of() -> None:
    with serving(codec=Older()) as server:
        result = invoke("metrics", str(server.port))
    here = f"127.0.0.1:{server.port}"
    older = "its sm_toolkit is older than this one, and does not tell what its stages have done"
    assert (result.exit_code, result.output) == (1, f"Error: {here} tells no counts: {older}\n")
    gone = invoke("metrics", str(server.port))
    assert (gone.exit_code, "Is it running?  sm-toolkit serve" in gone.output) == (1, True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = invoke("metrics", str(silent.getsockname()[1]), "--timeout", "0.2")
    assert "no answer came within 0.2 seconds" in result.output
    assert invoke("metrics", "3000", "--every", "0").exit_code == 2
