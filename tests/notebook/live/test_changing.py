"""A live cell's machine in the place of what runs: on a deployment and on a server with clients connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import sm_toolkit
from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.edges.client import ChangeRefused, ClientError, ConnectionEnded
from sm_toolkit.engines import inline, threads
from sm_toolkit.examples.counter import typed_v1, typed_v1_to_v2
from sm_toolkit.examples.word_count import counting
from sm_toolkit.language import Left, Right, get, incr, put, show
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.notebook.live.cell import read_cell
from sm_toolkit.notebook.live.changing import change_cell
from sm_toolkit.notebook.live.outcomes import Memory, Outcome, Wish
from sm_toolkit.notebook.live.serving import Serving, serve
from sm_toolkit.notebook.live.starting import deploy_cell
from sm_toolkit.notebook.live.targets import target_of
from sm_toolkit.notebook.live.telling import LiveReport
from sm_toolkit.pipeline.messages import Refused, Upgraded
from sm_toolkit.pipeline.pipelines import stage

NAMES: dict[str, Any] = {name: getattr(sm_toolkit, name) for name in sm_toolkit.__all__}

TILL = "def till(by: int, cents: int) -> tuple[int, int]:\n    return cents, cents + by\n"
CLOSING = """
def till(by: int, state: tuple[int, bool]) -> tuple[int, tuple[int, bool]]:
    cents, closed = state
    return cents, (cents if closed else cents + by, closed)
"""
CART = """
@dataclass(frozen=True)
class Cart:
    items: dict[str, int]
{fields}

def cart(item: str, cart: Cart) -> tuple[int, Cart]:
    return len(cart.items), replace(cart, items={{**cart.items, item: 1}})
"""
COUNTER_V2 = "case(const(0) >> put(), get(), get() >> incr >> put())"


def test_a_server_is_changed_and_looked_at_without_a_client_at_hand() -> None:
    with serve(typed_v1, inline()) as server:
        dry = server.change(replace(typed_v1_to_v2, dry_run=True))
        done = server.change(typed_v1_to_v2)
        assert (dry.dry_run, done.dry_run, done.version) == (True, False, 2)
        with pytest.raises(ChangeRefused, match="so it was made already"):
            server.change(typed_v1_to_v2)
        assert [each.hash for each in server.inspect().stages] == [done.hash]
        client = server.connect()
    for _ in range(2):  # the reason is remembered
        with pytest.raises(ConnectionEnded, match="the server stops"):
            client.call(Left(None))
    client.close()
    with pytest.raises(ClientError, match="is one running there"):
        server.inspect()


class Cell:
    """A live cell of a name, edited and run again and again."""

    def __init__(self, name: str, on: Any, applied: set[str] | None = None) -> None:
        self.name, self.target = name, target_of(on)
        self.memory = Memory(applied or set())

    def run(self, text: str, stage: str | None = None, **wish: Any) -> Outcome:
        wanted = Wish(text, stage, memory=self.memory, **wish)
        return change_cell(self.name, self.target, NAMES, wanted)[0]


@pytest.fixture
def till() -> Iterator[Deployment[Any, Any]]:
    running, outcome = deploy_cell("till", read_cell(TILL, NAMES, "till"), NAMES, "5", inline())
    assert (outcome.kind, outcome.parts[0].state) == ("deployed", 5)
    with running:
        yield running


@pytest.fixture
def server() -> Iterator[Serving[Any, Any]]:
    with serve(typed_v1) as running:
        yield running


def held(deployment: Deployment[Any, Any]) -> Any:
    return deployment.stages()[0].state


def test_a_cell_that_is_what_runs_changes_nothing(till: Deployment[Any, Any]) -> None:
    outcome = Cell("till", till).run(TILL.replace("cents", "n"))
    assert (outcome.kind, outcome.took_effect, held(till)) == ("unchanged", True, 5)
    assert till.inspect().stages[0].upgrades == 0


def test_another_machine_of_the_same_types_goes_on_in_the_state(till: Deployment[Any, Any]) -> None:
    till.call(3)
    outcome = Cell("till", till).run(TILL.replace("cents + by", "cents - by"))
    assert (outcome.kind, till.call(1), till.call(0)) == ("upgraded", 8, 7)


def test_a_migration_is_wanted_drafted_and_tried_and_nothing_is_changed(till: Deployment[Any, Any]) -> None:
    cell = Cell("till", till)
    outcome = cell.run(CLOSING)
    (want,) = outcome.wants
    assert (outcome.kind, want.function, str(want.old), str(want.new)) == ("in want", "migrate", "Int", "(Int, Bool)")
    assert isinstance(outcome.tried, Upgraded)
    assert (outcome.tried.before, outcome.tried.after, held(till)) == (5, (5, False), 5)
    assert want.draft is not None
    taken = cell.run(CLOSING + want.draft.text)
    assert (taken.kind, held(till)) == ("upgraded", (5, False))
    assert cell.run(CLOSING + want.draft.text).kind == "unchanged"


def test_a_migration_serves_one_upgrade_and_is_left_out_after(till: Deployment[Any, Any]) -> None:
    cell = Cell("till", till)
    again = "\ndef migrate(old: int) -> int:\n    return old * 100\n"
    assert cell.run(TILL.replace("+ by", "- by") + again).kind == "upgraded"
    assert held(till) == 500
    outcome = cell.run(TILL.replace("+ by", "+ 2 * by") + again)
    assert (outcome.kind, held(till)) == ("upgraded", 500)
    assert outcome.notes == ("`migrate` belongs to an earlier upgrade, and is left out",)
    assert cell.run(TILL + again.replace("100", "2")).kind == "upgraded"
    assert held(till) == 1000


def test_a_class_that_changed_is_called_old_and_the_cell_runs_again_unchanged() -> None:
    first = CART.format(fields="")
    running, _ = deploy_cell("cart", read_cell(first, NAMES, "cart"), NAMES, "Cart({})", inline())
    with running:
        running.call("tea")
        cell = Cell("cart", running)
        second = CART.format(fields="    total: int")
        draft = cell.run(second).wants[0].draft
        assert draft is not None
        assert "old: OldCart" in draft.text
        assert cell.run(second + draft.text).kind == "upgraded"
        assert repr(held(running)) == "Cart(items={'tea': 1}, total=0)"
        assert cell.run(second + draft.text).kind == "unchanged"
        assert cell.run(second.replace("len(cart.items)", "cart.total") + draft.text).kind == "upgraded"


def test_a_migration_that_does_not_fit_is_refused_with_the_reason(till: Deployment[Any, Any]) -> None:
    outcome = Cell("till", till).run(CLOSING + "def migrate(old: str) -> tuple[int, bool]:\n    return 0, False\n")
    assert (outcome.kind, held(till)) == ("refused", 5)
    assert isinstance(outcome.answer, Refused)
    assert "should be Str, and is Int" in outcome.answer.reasons[0] or "takes Str" in outcome.answer.reasons[0]


def test_a_dry_run_changes_nothing(till: Deployment[Any, Any]) -> None:
    outcome = Cell("till", till).run(TILL.replace("cents + by", "cents - by"), dry_run=True)
    assert (outcome.kind, outcome.took_effect, till.inspect().stages[0].upgrades) == ("would be upgraded", False, 0)


def test_clients_are_served_through_the_adapter_that_is_wanted(server: Serving[Any, Any]) -> None:
    with server.connect() as old:
        old.call(Right(None))
        cell = Cell("counter", server)
        outcome = cell.run(COUNTER_V2)
        assert (outcome.kind, [want.function for want in outcome.wants]) == ("in want", ["adapt_input", "adapt_output"])
        assert isinstance(outcome.answer, Refused)
        assert "would be cut off" in outcome.answer.reasons[0]
        assert (old.call(Left(None)), old.speak()) == (Left(1), 1)
        drafts = [want.draft.text for want in outcome.wants if want.draft is not None]
        text = f"count = {COUNTER_V2}\n" + "\n".join(drafts)
        assert cell.run(text).kind == "upgraded"
        assert old.call(Left(None)) == Left(1)
        with server.connect() as new:
            assert (new.version, new.call(Right(Left(None)))) == (2, Right(Left(1)))
        assert cell.run(text).kind == "unchanged"


def test_force_cuts_off_and_says_so(server: Serving[Any, Any]) -> None:
    with server.connect() as old:
        old.call(Right(None))
        outcome = Cell("counter", server).run(COUNTER_V2, force=True)
        assert outcome.kind == "upgraded"
        assert outcome.notes == ("the interface changes without an adapter: whoever speaks the old one is cut off",)
        with pytest.raises(ConnectionEnded):
            old.call(Left(None))


def test_a_client_and_an_address_do_as_a_server_does(server: Serving[Any, Any]) -> None:
    down = "case(get(), get() >> decr >> put())"
    with server.connect() as client:
        assert Cell("counter", client).run(down).kind == "upgraded"
        assert Cell("counter", f"127.0.0.1:{server.port}").run(down).kind == "unchanged"
        client.call(Right(None))
        assert client.call(Left(None)) == Left(-1)


def test_of_several_stages_one_has_to_be_meant() -> None:
    two = stage("one", 0, get() >> incr >> put() >> get()) >> stage("two", None, show())
    with deploy(two, threads(4)) as running:
        with pytest.raises(ToolkitError, match="--stage is one of 'one', 'two'"):
            Cell("three", running).run("get() >> decr >> put() >> get()")
        with pytest.raises(ToolkitError, match="no stage 'four'"):
            Cell("one", running).run("get() >> decr >> put() >> get()", stage="four")
        assert Cell("one", running).run("get() >> decr >> put() >> get()").kind == "upgraded"
        assert running.call(None) == "-1"
        outcome = Cell("one", running).run("get() >> show()")
        assert (outcome.kind, [part.stage for part in outcome.parts]) == ("refused", ["one"])


SINCE = """
def count(word: str, seen: tuple[int, int]) -> tuple[tuple[int, str], tuple[int, int]]:
    before, since = seen
    return (before + since + 1, word), (before, since + 1)
"""


@pytest.mark.parametrize("served", [False, True])
def test_a_stage_in_a_shard_has_the_state_of_each_key_migrated(served: bool) -> None:
    with serve(counting) as server, server.connect() as client, deploy(counting) as here:
        call = client.call if served else here.call
        assert [call(word) for word in ("to", "be", "to")] == ["1 to", "1 be", "2 to"]
        cell = Cell("count", server if served else here)
        draft = "def migrate(old: int) -> tuple[int, int]:\n    return old, 0\n"
        assert cell.run(SINCE + draft).kind == "upgraded"
        assert (call("to"), call("or")) == ("3 to", "1 or")


def test_the_migration_of_a_stage_in_a_shard_is_wanted_from_one_state() -> None:
    with deploy(counting) as here:
        here.call("to")
        (want,) = Cell("count", here).run(SINCE).wants
        assert (str(want.old), str(want.new)) == ("Int", "(Int, Int)")


def test_without_a_state_the_first_run_says_which_is_wanted() -> None:
    with pytest.raises(ToolkitError, match=r'for example --state "\(0, False\)"'):
        deploy_cell("till", read_cell(CLOSING, NAMES, "till"), NAMES, None, inline())
    running, _ = deploy_cell("up", read_cell("incr", NAMES, "up"), NAMES, None, inline())
    with running:
        assert running.call(1) == 2


def test_what_is_told_is_the_same_in_text_and_in_html(till: Deployment[Any, Any]) -> None:
    report = LiveReport(Cell("till", till).run(CLOSING))
    assert repr(report) == (
        "till: not upgraded yet, since something is wanted for it\n"
        f"{_row('', 'before', 'after')}\n"
        f"{_row('machine', report.rows[0][1], report.rows[0][2])}\n"
        f"{_row('state type', 'Int', '(Int, Bool)')}\n"
        f"{_row('state', '5', '(5, False)')}\n"
        "wanted: migrate, Int to (Int, Bool)\n"
        "A first draft. Look at it, put it into the cell, and run the cell again:\n\n"
        f"{report.draft}\n\n"
        "With this draft, in a dry run, the state 5 becomes (5, False). Nothing was changed."
    ).replace("state type  ", "state's type")
    html = report._repr_html_()
    for words in ("not upgraded yet", "(Int, Bool)", "With this draft, in a dry run"):
        assert words in html
    again = LiveReport(Cell("till", till).run(CLOSING))
    assert (repr(again), again._repr_html_()) == (repr(report), html)


def _row(name: str, before: str, after: str) -> str:
    return f"  {name:<12}   {before:<7}   {after}".rstrip()


def test_a_cell_that_goes_on_from_what_somebody_else_made_says_so() -> None:
    with serve(stage("till", 5, read_cell(TILL, NAMES, "till").machine)) as server:
        cell, other = Cell("till", server), Cell("till", f"127.0.0.1:{server.port}")
        first = cell.run(TILL.replace("+ by", "+ 2 * by"))
        theirs = other.run(TILL.replace("+ by", "+ 3 * by"))
        assert (first.notes, theirs.notes) == ((), ())  # the other has made nothing yet that could be changed
        again = cell.run(TILL.replace("+ by", "+ 2 * by"))
        ours, between = first.parts[0].hashes[1], theirs.parts[0].hashes[1]
        assert again.kind == "upgraded"
        assert again.notes == (
            f"somebody else changed stage 'till' since this notebook did: it ran {ours[:7]}, and then {between[:7]}, "
            "from which this cell goes on",
        )
        assert cell.run(TILL.replace("+ by", "+ 4 * by")).notes == ()


def test_of_two_cells_that_change_one_stage_at_once_one_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(stage("till", 5, read_cell(TILL, NAMES, "till").machine)) as server:
        cell, other = Cell("till", server), Cell("till", f"127.0.0.1:{server.port}")
        change = cell.target.change

        def overtaken(request: Any) -> Any:
            if not request.dry_run:
                assert other.run(TILL.replace("+ by", "+ 3 * by")).kind == "upgraded"
            return change(request)

        with monkeypatch.context() as patched:
            patched.setattr(cell.target, "change", overtaken)
            outcome = cell.run(TILL.replace("+ by", "+ 2 * by"))
        assert outcome.kind == "refused"
        told = repr(LiveReport(outcome))
        assert "somebody else changed stage 'till' while this cell ran: it runs " in told
        assert "Run the cell again: it is then tried on that" in told
        with server.connect() as client:
            assert [client.call(by) for by in (1, 0)] == [5, 8]  # the other's, and nothing is lost
            assert cell.run(TILL.replace("+ by", "+ 2 * by")).kind == "upgraded"
            assert [client.call(by) for by in (1, 0)] == [8, 10]
