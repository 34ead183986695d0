"""A live cell that defines several of a deployment's stages: all of them change at one point, or none does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sm_toolkit
from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.edges.client import ConnectionEnded
from sm_toolkit.engines import simulated, threads
from sm_toolkit.examples.word_count import counting
from sm_toolkit.language.errors import FunctionError, ToolkitError
from sm_toolkit.notebook.live.cell import read_cell
from sm_toolkit.notebook.live.changing import change_cell
from sm_toolkit.notebook.live.outcomes import Memory, Outcome, Wish
from sm_toolkit.notebook.live.serving import Serving, serve
from sm_toolkit.notebook.live.targets import target_of
from sm_toolkit.notebook.live.telling import LiveReport
from sm_toolkit.pipeline.messages import Refused, Rewired
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.shapes import Pipeline

NAMES: dict[str, Any] = {name: getattr(sm_toolkit, name) for name in sm_toolkit.__all__}

TILL = """
def parse(text: str) -> int:
    return len(text)

def total(cents: int, sum: int) -> tuple[int, int]:
    return sum + cents, sum + cents

def write(sum: int) -> str:
    return str(sum)
"""
SIGNED = """
@dataclass(frozen=True)
class Paid:
    cents: int
    back: bool

@dataclass(frozen=True)
class Totals:
    paid: int
    given_back: int

def parse(text: str) -> Paid:
    return Paid(len(text), text.startswith("-"))

def total(paid: Paid, totals: Totals) -> tuple[int, Totals]:
    if paid.back:
        totals = replace(totals, given_back=totals.given_back + paid.cents)
    else:
        totals = replace(totals, paid=totals.paid + paid.cents)
    return totals.paid - totals.given_back, totals
"""
MIGRATE = """
def migrate_total(old: int) -> Totals:
    return Totals(paid=old, given_back=0)
"""


def pipeline() -> Pipeline[Any, Any]:
    made = read_cell(TILL, NAMES).names
    return (
        stage("parse", None, made["parse"]) >> stage("total", 0, made["total"]) >> stage("write", None, made["write"])
    )


class Cell:
    """A live cell, edited and run again and again."""

    def __init__(self, on: Any) -> None:
        self.target = target_of(on)
        self.memory = Memory()

    def run(self, text: str, **wish: Any) -> Outcome:
        return change_cell("till", self.target, NAMES, Wish(text, memory=self.memory, **wish))[0]


@pytest.fixture(params=["here", "threads", "simulated"])
def till(request: pytest.FixtureRequest) -> Iterator[Deployment[Any, Any]]:
    engine = {"here": None, "threads": threads(4), "simulated": simulated(3)}[request.param]
    with deploy(pipeline(), engine) as running:
        assert running.call("abc") == "3"
        yield running


def stages(outcome: Outcome) -> list[str]:
    return [part.stage for part in outcome.parts]


def test_a_cell_of_all_stages_that_is_what_runs_changes_nothing(till: Deployment[Any, Any]) -> None:
    before = till.inspect()
    outcome = Cell(till).run(TILL)
    assert (outcome.kind, stages(outcome)) == ("unchanged", ["parse", "total", "write"])
    assert LiveReport(outcome).headline == (
        "till: stages 'parse', 'total' and 'write' unchanged, since the cell is what runs"
    )
    assert till.inspect() == before


def test_where_one_of_them_differs_it_alone_is_upgraded_and_can_be_undone(till: Deployment[Any, Any]) -> None:
    outcome = Cell(till).run(TILL.replace("sum + cents, sum + cents", "sum - cents, sum - cents"))
    assert (outcome.kind, stages(outcome)) == ("upgraded", ["total"])
    assert [view.upgrades for view in till.inspect().stages] == [0, 1, 0]
    assert till.call("ab") == "1"


def test_several_change_at_one_point_with_a_migration_that_is_wanted_first(till: Deployment[Any, Any]) -> None:
    cell, before = Cell(till), till.inspect()
    outcome = cell.run(SIGNED)
    assert (outcome.kind, stages(outcome)) == ("in want", ["parse", "total"])
    (want,) = outcome.wants
    assert (want.function, str(want.old)) == ("migrate_total", "Int")
    assert want.draft is not None
    assert isinstance(outcome.tried, Rewired)
    assert till.inspect() == before
    dry = cell.run(SIGNED + MIGRATE, dry_run=True)
    assert (dry.kind, till.inspect()) == ("would be upgraded", before)
    done = cell.run(SIGNED + MIGRATE)
    assert (done.kind, till.call("-a"), till.call("abcd")) == ("upgraded", "1", "5")
    again = cell.run(SIGNED + MIGRATE)
    assert (again.kind, stages(again)) == ("unchanged", ["parse", "total"])


def test_what_is_told_has_each_stage_before_and_after(till: Deployment[Any, Any]) -> None:
    outcome = Cell(till).run(SIGNED + MIGRATE)
    report = LiveReport(outcome)
    hashes = {part.stage: [each[:7] for each in part.hashes] for part in outcome.parts}
    assert report.headline == "till: stages 'parse' and 'total' upgraded, between two items"
    assert report.rows == (
        ("parse: machine", *hashes["parse"]),
        ("parse: output", "Int", "Paid(cents: Int, back: Bool)"),
        ("total: machine", *hashes["total"]),
        ("total: state's type", "Int", "Totals(paid: Int, given_back: Int)"),
        ("total: input", "Int", "Paid(cents: Int, back: Bool)"),
        ("total: state", "3", "Totals(paid=3, given_back=0)"),
    )
    assert [view.hash[:7] for view in till.inspect().stages][:2] == [hashes["parse"][1], hashes["total"][1]]


def test_machines_that_do_not_fit_each_other_are_refused(till: Deployment[Any, Any]) -> None:
    before = till.inspect()
    wrong = SIGNED.replace('-> Paid:\n    return Paid(len(text), text.startswith("-"))', "-> bool:\n    return True")
    outcome = Cell(till).run(wrong + MIGRATE)
    assert (outcome.kind, isinstance(outcome.answer, Refused), till.inspect()) == ("refused", True, before)
    (reason,) = LiveReport(outcome).reasons
    assert "Bool" in reason
    assert repr(LiveReport(outcome)).endswith("Nothing was changed: all runs on as before.")
    beside = SIGNED.replace("-> tuple[int, Totals]", "-> tuple[bool, Totals]").replace(
        "return totals.paid - totals.given_back, totals", "return True, totals"
    )
    assert (Cell(till).run(beside + MIGRATE).kind, till.inspect()) == ("refused", before)


def test_a_migration_that_fails_on_the_state_is_refused(till: Deployment[Any, Any]) -> None:
    before = till.inspect()
    failing = MIGRATE.replace("paid=old,", "paid=100 // (old - 3),")
    outcome = Cell(till).run(SIGNED + failing)
    assert (outcome.kind, till.inspect()) == ("refused", before)
    assert "stage 'total': the migration failed" in LiveReport(outcome).reasons[0]


def test_one_stage_of_a_cell_of_several_may_be_meant(till: Deployment[Any, Any]) -> None:
    both = TILL.replace("sum + cents, sum + cents", "sum, sum + cents").replace("len(text)", "2 * len(text)")
    outcome = Cell(till).run(both, stage="parse")
    assert (outcome.kind, stages(outcome), till.call("ab")) == ("upgraded", ["parse"], "7")
    with pytest.raises(ToolkitError, match="no stage 'wrote' in 'till': --stage is one of 'parse', 'total', 'write'"):
        Cell(till).run(both, stage="wrote")


def test_a_cell_whose_machine_is_called_as_no_stage_is_asked_which_it_means(till: Deployment[Any, Any]) -> None:
    with pytest.raises(ToolkitError, match="--stage is one of 'parse', 'total', 'write'; or call what"):
        Cell(till).run("def sums(cents: int, sum: int) -> tuple[int, int]:\n    return sum, sum + cents\n")


def test_a_machine_after_the_stages_own_does_not_take_its_place(till: Deployment[Any, Any]) -> None:
    helped = "def total(cents: int, sum: int) -> tuple[int, int]:\n    return sum, sum + cents\n"
    other = "def other(cents: int, sum: int) -> tuple[int, int]:\n    return 0, 0\n"
    assert Cell(till).run(helped + other).kind == "upgraded"
    assert (till.call("ab"), till.call("")) == ("3", "5")


def test_a_migration_of_no_stage_is_told_of(till: Deployment[Any, Any]) -> None:
    nameless = MIGRATE.replace("migrate_total", "migrate")
    with pytest.raises(ToolkitError, match="`migrate` is of one stage, and the cell defines 'parse' and 'total'"):
        Cell(till).run(SIGNED + nameless)
    with pytest.raises(ToolkitError, match="--migration is of one stage"):
        Cell(till).run(SIGNED, migration=NAMES["ident"]())
    with pytest.raises(FunctionError):
        Cell(till).run(SIGNED + MIGRATE.replace("given_back=0", "given=0"))


def test_there_is_no_way_back_from_a_change_of_several(till: Deployment[Any, Any]) -> None:
    back = "\ndef migrate_back(new: Totals) -> int:\n    return new.paid\n"
    outcome = Cell(till).run(SIGNED + MIGRATE + back)
    assert outcome.kind == "upgraded"
    assert outcome.notes == ("`migrate_back` is left out: stages that are changed together have no way back",)
    assert [view.upgrades for view in till.inspect().stages] == [0, 0, 0]


# -- on a server ------------------------------------------------------------------------------------------

LISTS = """
def parse(texts: list[str]) -> int:
    return len(texts)

def total(cents: int, sum: int) -> tuple[int, int]:
    return sum - cents, sum - cents
"""
ADAPT = """
def adapt_input(old: str) -> list[str]:
    return [old]
"""


@pytest.fixture
def server() -> Iterator[Serving[Any, Any]]:
    with serve(pipeline()) as running:
        yield running


def test_clients_are_served_through_the_adapter_that_is_wanted(server: Serving[Any, Any]) -> None:
    with server.connect() as old:
        assert old.call("abc") == "3"
        cell = Cell(server)
        outcome = cell.run(LISTS)
        assert (outcome.kind, [want.function for want in outcome.wants]) == ("in want", ["adapt_input"])
        assert isinstance(outcome.answer, Refused)
        assert "would be cut off" in outcome.answer.reasons[0]
        assert (old.call("a"), old.speak()) == ("4", 1)
        assert cell.run(LISTS + ADAPT).kind == "upgraded"
        assert old.call("ab") == "3"
        with server.connect() as new:
            assert (new.version, new.call(["x", "y"])) == (2, "1")


@pytest.mark.parametrize("how", ["server", "address"])
def test_the_other_end_is_not_the_business_of_who_adapts_one(server: Serving[Any, Any], how: str) -> None:
    with server.connect() as old:
        assert old.call("abc") == "3"
        cell = Cell(server if how == "server" else f"127.0.0.1:{server.port}")
        first = LISTS.partition("def total")[0]
        outcome = cell.run(first)
        assert (outcome.kind, [want.function for want in outcome.wants]) == ("in want", ["adapt_input"])
        assert cell.run(first + ADAPT).kind == "upgraded"
        last = "def write(sum: int) -> int:\n    return sum\n"
        assert cell.run(last + "\ndef adapt_output(new: int) -> str:\n    return str(new)\n").kind == "upgraded"
        assert old.call("ab") == "4"
        with server.connect() as new:
            assert (new.version, new.call(["x", "y"])) == (3, 6)


def test_force_cuts_off_and_says_so(server: Serving[Any, Any]) -> None:
    with server.connect() as old:
        old.call("abc")
        outcome = Cell(server).run(LISTS, force=True)
        assert outcome.kind == "upgraded"
        assert outcome.notes == ("the interface changes without an adapter: whoever speaks the old one is cut off",)
        with pytest.raises(ConnectionEnded):
            old.call("a")


@pytest.mark.parametrize("how", ["client", "address"])
def test_elsewhere_the_pipeline_has_to_be_named(server: Serving[Any, Any], how: str) -> None:
    with server.connect() as client:
        client.call("abc")
        cell = Cell(client if how == "client" else f"127.0.0.1:{server.port}")
        with pytest.raises(ToolkitError, match="--pipeline VARIABLE names a pipeline of that shape"):
            cell.run(SIGNED + MIGRATE)
        assert cell.run(SIGNED, pipeline=pipeline()).kind == "in want"
        assert cell.run(SIGNED + MIGRATE, pipeline=pipeline()).kind == "upgraded"
        assert client.call("-a") == "1"
        assert cell.run(SIGNED + MIGRATE).kind == "unchanged"
        # The pipeline that was named is of the edition before, and only its shape counts for what the cell defines.
        assert cell.run(SIGNED.replace("len(text)", "2 * len(text)")).kind == "upgraded"
        again = SIGNED.replace("len(text)", "3 * len(text)").replace(
            "return totals.paid -", "return 1000 + totals.paid -"
        )
        assert cell.run(again, pipeline=pipeline()).kind == "upgraded"
        assert client.call("a") == "1004"


def test_a_pipeline_that_is_not_of_what_runs_is_told_of(server: Serving[Any, Any]) -> None:
    cell = Cell(f"127.0.0.1:{server.port}")
    with pytest.raises(
        ToolkitError, match="there the stages are 'parse', 'total', 'write', and in it 'parse', 'count'"
    ):
        cell.run(SIGNED + MIGRATE, pipeline=counting)
    assert Cell(server).run(TILL.replace("str(sum)", "str(sum + 1)")).kind == "upgraded"
    with pytest.raises(ToolkitError, match=r"stage 'write' runs [0-9a-f]{7} there, and is [0-9a-f]{7} in it"):
        cell.run(SIGNED + MIGRATE, pipeline=pipeline())


WORDS = """
def parse(line: str) -> str:
    return line.strip().lower()

def count(word: str, seen: tuple[int, int]) -> tuple[tuple[int, str], tuple[int, int]]:
    before, since = seen
    return (before + since + 1, word), (before, since + 1)

def migrate_count(old: int) -> tuple[int, int]:
    return old, 0
"""


@pytest.mark.parametrize("how", ["here", "served", "elsewhere"])
def test_a_stage_in_a_shard_has_the_state_of_each_key_migrated(how: str) -> None:
    with serve(counting) as server, server.connect() as client, deploy(counting) as here:
        call = here.call if how == "here" else client.call
        assert [call(word) for word in ("to", "be", "to")] == ["1 to", "1 be", "2 to"]
        on: Any = {"here": here, "served": server, "elsewhere": client}[how]
        outcome = Cell(on).run(WORDS, pipeline=counting)
        assert (outcome.kind, stages(outcome)) == ("upgraded", ["parse", "count"])
        assert [call(word) for word in ("TO", "be", "or")] == ["3 to", "2 be", "1 or"]
