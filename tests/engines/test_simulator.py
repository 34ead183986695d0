"""What the simulated engine tells of its moves, beyond what every engine does."""

# mypy: disable-error-code="arg-type"
# pyright: reportArgumentType=false

from __future__ import annotations

from typing import Any

from sm_toolkit.engines.simulator import KEPT_MOVES, Move, simulated
from sm_toolkit.language import Left, Right, Str, ident, incr, show
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import Pipeline, choice, each, fan_out, identity, parallel, shard, stage, tee
from sm_toolkit.pipeline.plans import deployed


class Nobody:
    """Takes answers, and forgets them."""

    def deliver(self, answers: list[Any]) -> None:
        pass

    def broken(self, error: BaseException) -> None:
        raise error


def moves(pipeline: Pipeline[Any, Any], *inputs: Any) -> list[Move]:
    running = simulated(3).start(deployed(pipeline), Nobody())
    running.feed([enter(Item(x, None, n)) for n, x in enumerate(inputs)])
    running.drain()
    return list(running.moves)


def test_a_long_run_keeps_its_latest_moves_alone() -> None:
    kept = moves(add, *range(KEPT_MOVES))
    assert len(kept) == KEPT_MOVES
    assert [move.number for move in kept] == list(range(2 * KEPT_MOVES, 3 * KEPT_MOVES))


add, add2 = stage("add", None, incr), stage("add2", None, incr)


def test_a_move_says_which_part_moved() -> None:
    told = [(move.part, move.copy, move.role) for move in moves(add >> tee("seen") >> stage("text", None, show()), 1)]
    assert told == [("", "", "door"), ("add", "", "runs"), ("seen", "", "runs"), ("text", "", "runs"), ("", "", "exit")]


def test_a_splitter_says_where_it_sends_what_it_took() -> None:
    sent = [move.branches for move in moves(choice(add, identity(Str)), Right("a"), Left(1)) if move.role == "splits"]
    assert sent == [(1,), (0,)]


def test_a_key_has_the_same_copy_in_every_process() -> None:
    words = moves(shard("words", stage("count", None, ident()), 4, ident(Str)), "a", "c", "a")
    assert [move.branches for move in words if move.role == "splits"] == [(2,), (0,), (2,)]
    assert sorted(move.copy for move in words if move.part == "count") == ["[0]", "[2]", "[2]"]
    assert {move.part for move in words if move.role in ("splits", "joins")} == {"words"}


def test_a_part_of_an_item_is_known_by_whom_the_item_is_for() -> None:
    for pipeline, value in ((parallel(add, add2), (1, 2)), (each(add), [1, 2]), (fan_out(add, add2), 1)):
        found = [move for move in moves(pipeline, value) if move.part.startswith("add")]
        assert len(found) == 2
        assert {move.taken.reply_to for move in found} == {0}  # type: ignore[union-attr]
