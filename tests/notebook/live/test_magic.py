"""`%%machine` in a real kernel, as people use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notebook.live.kernel import Kernel, kernel

TILL = "def till_v1(by: int, cents: int) -> tuple[int, int]:\n    return cents, cents + by\n"
CLOSING = """@dataclass(frozen=True)
class Till:
    cents: int
    closed: bool

def till_v2(by: int, till: Till) -> tuple[int, Till]:
    return till.cents, till if till.closed else replace(till, cents=till.cents + by)
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Kernel]:
    with kernel() as started:
        assert started.run("%load_ext sm_toolkit\nimport sm_toolkit as sm\nfrom sm_toolkit import *").error == ""
        yield started


@pytest.fixture
def till(running: Kernel) -> Iterator[Kernel]:
    """The kernel, with a till that a cell has deployed."""
    running.run("del_ = [globals().pop(name, None) for name in ('till', 'till_v1', 'till_v2', 'Till', 'migrate')]")
    shown = running.run(f"%%machine --live till --state 5\n{TILL}")
    assert shown.text.startswith("till: deployed\n")
    yield running
    running.run("%machine --stop till")


def test_a_cell_is_a_machine_and_its_names_are_bound(running: Kernel) -> None:
    shown = running.run(
        "%%machine\nLIMIT = 9\ndef counter(by: int, n: int) -> tuple[int, int]:\n    return n, n + by\n"
    )
    assert shown.value is not None
    assert "def" in shown.value["text/html"]
    assert "Machine[Int, Int, Int]" in shown.value["text/html"]
    assert running.run("step(counter, 3, 4), LIMIT").text == "((4, 7), 9)"
    drawn = running.run("%%machine toggle\nread() >> (get() | get() >> not_ >> put()) >> show()")
    assert drawn.value is not None
    assert drawn.text.startswith("toggle: Str -> Str, state Bool")
    assert "image/svg+xml" in drawn.value


def test_an_error_is_shown_in_its_place_and_no_name_is_bound(running: Kernel) -> None:
    running.run("kept = 1")
    shown = running.run(
        "%%machine\nkept = 2\n\ndef counting(by: int, n: int) -> tuple[int, int]:\n    return n, n + 'a'\n"
    )
    assert shown.error.startswith("FunctionError: `+` does not take int and str")
    assert shown.traceback == "FunctionError: `+` does not take int and str"
    (block,) = shown.displayed
    assert "sm-error" in block["text/html"]
    assert "the cell, line 5, column 15" in block["text/plain"]
    assert running.run("kept, 'counting' in globals()").text == "(1, False)"


@pytest.mark.parametrize(
    ("cell", "traceback"),
    [
        (
            "%%machine f\nup = incr\nf = nowhere(1)\n",
            "the cell, line 3:\n    f = nowhere(1)\nNameError: name 'nowhere' is not defined",
        ),
        ("%%machine f\nup = incr\nawait up\n", "FunctionError: this is no Python: 'await' outside function"),
        ("%%machine --live x --state 1/0\nincr", "in --state:\nZeroDivisionError: division by zero"),
        (
            "%%machine --live x --state \"'a'\"\nget() >> incr >> put()",
            "ToolkitError: --state 'a' gives 'a', and the state should be of type Int",
        ),
    ],
)
def test_what_an_expression_raises_is_told_with_its_place(running: Kernel, cell: str, traceback: str) -> None:
    assert running.run(cell).traceback == traceback
    assert running.run("'up' in globals(), 'x' in globals()").text == "(False, False)"


def test_an_event_loop_of_its_own_runs_what_a_cell_deploys_on_one(running: Kernel) -> None:
    cell = "%%machine --live looped --state 0 --engine event_loop\nget() >> incr >> put() >> get()"
    assert running.run(cell).text.startswith("looped: deployed\n")
    assert running.run("looped.call(None)").text == "1"
    again = "%%machine --live looped\nget() >> decr >> put() >> get()"
    assert running.run(again).text.startswith("looped: upgraded, between two items\n")
    assert running.run("looped.call(None)").text == "0"
    running.run("%machine --stop looped")


def test_a_cell_is_run_again_and_what_runs_is_upgraded(till: Kernel) -> None:
    assert till.run("till.call(3)").text == "5"
    wanting = till.run(f"%%machine --live till\n{CLOSING}")
    assert wanting.error == ""
    assert "wanted: migrate, Int to Till(cents: Int, closed: Bool)" in wanting.text
    assert till.run("'Till' in globals(), till.call(0)").text == "(False, 8)"
    draft = "def migrate(old: int) -> Till:\n    return Till(cents=old, closed=False)\n"
    tried = till.run(f"%%machine --live till --dry-run\n{CLOSING}{draft}")
    assert tried.text.startswith("till: would be upgraded\n")
    assert till.run("'Till' in globals(), till.call(0)").text == "(False, 8)"
    done = till.run(f"%%machine --live till\n{CLOSING}{draft}")
    assert done.text.startswith("till: upgraded, between two items\n")
    assert till.run("till.stages()[0].state == Till(8, False)").text == "True"
    again = till.run(f"%%machine --live till\n{CLOSING}{draft}")
    assert again.text.startswith("till: unchanged, since the cell is what runs\n")
    assert till.run("till.stages()[0].state == Till(8, False), till.inspect().stages[0].upgrades").text == "(True, 1)"


def test_a_refusal_leaves_all_as_it_was(till: Kernel) -> None:
    till.run("wrong = consume(Str) >> const((0, False))")
    cell = "def till_v2(by: str, s: tuple[int, bool]) -> tuple[int, tuple[int, bool]]:\n    return s[0], s\n"
    shown = till.run(f"%%machine --live till --migration wrong\n{cell}")
    assert shown.text.startswith("till: not upgraded, since that was refused\n")
    assert "\n  - " in shown.text
    assert shown.text.endswith("Nothing was changed: all runs on as before.")
    assert till.run("'till_v2' in globals(), till.call(1), till.call(0)").text == "(False, 5, 6)"
    assert "there is no such variable" in till.run(f"%%machine --live till --migration nowhere\n{cell}").error


def test_a_server_with_clients_connected_is_upgraded_from_a_cell(running: Kernel) -> None:
    running.run("from sm_toolkit.examples.counter import typed_v1\nserver = serve(typed_v1)\nold = server.connect()")
    assert running.run("old.call(Right(None))").text == "Right(None)"
    cell = "count = case(const(0) >> put(), get(), get() >> incr >> put())\n"
    wanting = running.run(f"%%machine --live counter --on server\n{cell}")
    assert "  - clients of interface version 1 are connected" in wanting.text
    assert "127.0.0.1" not in wanting.text
    adapters = "\n".join(wanting.text.split("run the cell again:\n\n")[1].split("\n\nWith this draft")[0].splitlines())
    done = running.run(f"%%machine --live counter --on server\n{cell}{adapters}\n")
    assert done.text.startswith("counter: upgraded, between two items\n")
    assert (
        running.run("old.call(Left(None)), server.connect().call(Right(Left(None)))").text
        == "(Left(1), Right(Left(1)))"
    )
    assert "unchanged" in running.run(f"%%machine --live counter --on localhost:{{server.port}}\n{cell}").text
    running.run("old.close()\nserver.stop()")
    assert "was stopped" in running.run(f"%%machine --live counter --on server\n{cell}").error
    assert "no variable 'nobody'" in running.run(f"%%machine --live counter --on nobody\n{cell}").error


TWO = """def parse(text: str) -> int:
    return {parse}

def total(cents: int, state: {state}) -> tuple[int, {state}]:
    return {total}
"""


def test_several_stages_are_changed_by_one_cell(running: Kernel) -> None:
    first = TWO.format(parse="len(text)", state="int", total="state + cents, state + cents")
    running.run(f"%%machine\n{first}")
    running.run("shop = stage('parse', None, parse) >> stage('total', 0, total)\nserver = serve(shop)")
    running.run("client, here = server.connect(), deploy(shop)\nclient.call('abc'), here.call('abc')")
    cell = TWO.format(
        parse="2 * len(text)", state="tuple[int, bool]", total="state[0] + cents, (state[0] + cents, True)"
    )
    asked = running.run(f"%%machine --live here\n{cell}")
    assert asked.text.startswith(
        "here: stages 'parse' and 'total' not upgraded yet, since something is wanted for it\n"
    )
    assert "wanted: migrate_total, Int to (Int, Bool)" in asked.text
    becomes = "the state 3 of total becomes (3, False)"
    assert f"With this draft, in a dry run, {becomes}. Nothing was changed." in asked.text
    draft = "def migrate_total(old: int) -> tuple[int, bool]:\n    return old, False\n"
    where = "--on localhost:{server.port}"
    assert "--pipeline VARIABLE" in running.run(f"%%machine --live there {where}\n{cell}{draft}").error
    for options in ("here", f"there {where} --pipeline shop"):
        done = running.run(f"%%machine --live {options}\n{cell}{draft}")
        assert ": stages 'parse' and 'total' upgraded, between two items\n" in done.text
    assert running.run("client.call('ab'), here.call('ab'), callable(parse)").text == "(7, 7, True)"
    only = running.run("%%machine --live here --stage parse\ndef parse(text: str) -> int:\n    return 0\n")
    assert only.text.startswith("here: stage 'parse' upgraded, between two items\n")
    asked = running.run("%%machine --live here\ndef neither(text: str) -> int:\n    return 0\n")
    assert asked.error.endswith(
        "it has to be said which stage is meant of 'here': --stage is one of 'parse', 'total'; or call what the cell "
        "defines as the stages are called"
    )
    running.run("client.close(); server.stop(); here.stop()")


def test_a_redefined_cell_goes_on_with_the_classes_that_are_there(running: Kernel) -> None:
    cell = "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Point:\n    x: int\n"
    function = "@machine\ndef move(by: int, p: Point) -> tuple[Point, Point]:\n    return p, Point(p.x + by)\n"
    for _ in range(2):
        assert running.run(cell).error == ""
        assert running.run(function).error == ""
        assert running.run("moving = deploy(stage('move', Point(0), move)); moving.call(3)").text == "Point(x=0)"
    assert running.run(cell).error == ""
    assert running.run("moving.call(1), moving.stages()[0].state.x").text == "(Point(x=3), 4)"
    again = f"%%machine --live moving\n{cell}\ndef move(by: int, p: Point) -> tuple[Point, Point]:\n    return p, p\n"
    assert running.run(again).text.startswith("moving: stage 'move' upgraded")


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("%%machine --live counter --dr", "--dry-run"),
        ("%%machine --li", "--live"),
        ("%%machine --live till --engine th", "threads"),
        ("%%machine --live ti", "till"),
        ("%%machine --live till --stage t", "till"),
        ("%%machine --live x --on ti", "till"),
        ("%machine --st", "--stop"),
    ],
)
def test_options_and_names_are_completed(till: Kernel, text: str, among: str) -> None:
    assert among in till.complete(text)


def test_help_tells_what_it_does(running: Kernel) -> None:
    for name in ("%machine", "%%machine"):
        told = running.run(f"{name}?").help
        assert "%%machine --live NAME [options]" in told
        assert "migrate(old) -> new state" in told


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("%%machine --live\nincr", "%%machine --live NAME"),
        ("%%machine x --state 0\nincr", "--state goes with --live NAME"),
        ("%%machine --live x --engine steam\nincr", "invalid choice: 'steam'"),
        ("%%machine --live x --on y --state 0\nincr", "--on says what is"),
        ("%%machine --live 1x\nincr", "no name of Python"),
        ("%%machine --live class\nincr", "no name of Python"),
        ("%machine counter", "stands at the top of a cell"),
        ("%machine --stop nothing_at_all", "no cell has deployed 'nothing_at_all'"),
    ],
)
def test_a_wrong_option_is_told_in_a_line(running: Kernel, cell: str, says: str) -> None:
    shown = running.run(cell)
    assert says in shown.printed
    assert "Traceback" not in shown.traceback


def test_it_is_taken_back_whole() -> None:
    with kernel() as started:
        started.run("%load_ext sm_toolkit\nimport threading")
        before = int(started.run("len(threading.enumerate())").text)
        started.run(f"%%machine --live till --state 0 --engine threads\n{TILL}")
        assert int(started.run("len(threading.enumerate())").text) > before
        assert started.run("%machine").printed == "till: threads, till\n"
        started.run("%reload_ext sm_toolkit")
        assert int(started.run("len(threading.enumerate())").text) == before
        started.run("%unload_ext sm_toolkit")
        assert "not found" in started.run("%machine").printed + started.run("%machine").error
