"""What the examples in three versions have in common: commands for each version, and how their upgrades are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar, cast

from hypothesis import strategies as st

from sm_toolkit.examples import crossing, ftp_session, key_value_store, ledger, rate_limit, shopping_cart
from sm_toolkit.language import Machine, step, stream
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.meaning import transition
from sm_toolkit.pipeline.messages import Answer, Item, Request, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import deployed

Made = TypeVar("Made")

Commands = st.SearchStrategy[Any]


def _ftp() -> tuple[Commands, Commands, Commands]:
    f = ftp_session
    paths = st.text("ab./ ", max_size=8) | st.sampled_from(["..", "/a/b", "../c", "", 'a"b'])
    users, passwords = st.sampled_from(["ada", "anonymous", "eve"]), st.sampled_from(["engine", "guess", ""])
    v1 = st.just(f.Pwd()) | st.builds(f.Cwd, paths)
    login = st.builds(f.User, users) | st.builds(f.Pass, passwords) | st.just(f.Pass("engine"))
    v2 = v1 | login
    return v1, v2, v2 | st.builds(f.RenameFrom, paths) | st.builds(f.RenameTo, paths)


def _ledger() -> tuple[Commands, Commands, Commands]:
    f = ledger
    names, amounts = st.sampled_from(["ada", "bob"]), st.integers(-2, 30)
    v1 = (
        st.builds(f.Balance, names)
        | st.builds(f.Deposit, names, amounts)
        | st.builds(f.Withdraw, names, amounts)
        | st.builds(f.Transfer, names, names, amounts)
    )
    v2 = v1 | st.sampled_from([f.Hold, f.Release, f.Capture]).flatmap(lambda make: st.builds(make, names, amounts))
    return v1, v2, v2 | st.builds(f.Interest, names, st.integers(-1, 9))


def _store() -> tuple[Commands, Commands, Commands]:
    f = key_value_store
    keys, values = st.sampled_from(["a", "b", "default:a", "x:a", ":b"]), st.sampled_from(["1", "2"])
    same = st.builds(f.Get, keys) | st.builds(f.Delete, keys)
    clock = st.builds(f.Clock, st.integers(-1, 20))
    request = same | st.builds(f.PutFor, keys, values, st.none() | st.integers(-1, 9))
    spaces = st.sampled_from(["default", "x"])
    return (
        same | st.builds(f.Put, keys, values),
        request | clock,
        clock | st.builds(f.In, spaces, request) | st.builds(f.Drop, spaces),
    )


def _bucket() -> tuple[Commands, Commands, Commands]:
    f = rate_limit
    counts, times = st.integers(-1, f.CAPACITY + 1), st.integers(0, 30)
    same = st.sampled_from([f.Tick(), f.Level()])
    v1 = same | st.builds(f.Take, counts)
    return (
        v1,
        v1 | st.builds(f.TakeAt, counts, times),
        same | st.builds(f.Spend, st.integers(-1, 1000 * f.CAPACITY + 1), st.none() | times),
    )


def _crossing() -> tuple[Commands, Commands, Commands]:
    f = crossing
    v1 = st.sampled_from([f.Next(), f.Look()])
    v2 = v1 | st.just(f.Press())
    return v1, v2, v2 | st.just(f.Second())


def _cart() -> tuple[Commands, Commands, Commands]:
    f = shopping_cart
    things = st.sampled_from(["tea", "cup", "pot"])
    v1 = st.builds(f.Add, things) | st.builds(f.Remove, things) | st.just(f.Count())
    v2 = v1 | st.builds(f.Price, things, st.integers(-1, 999)) | st.just(f.Total())
    return v1, v2, v2 | st.builds(f.Discount, st.integers(-1, 101))


COMMANDS: dict[str, tuple[Commands, Commands, Commands]] = {
    "crossing": _crossing(),
    "ftp_session": _ftp(),
    "key_value_store": _store(),
    "ledger": _ledger(),
    "rate_limit": _bucket(),
    "shopping_cart": _cart(),
}
"""For each example, by the name of its module, what may be said in version 1, 2 and 3."""

MODULES: dict[str, ModuleType] = {name: import_module(f"sm_toolkit.examples.{name}") for name in COMMANDS}


@st.composite
def sessions(
    draw: st.DrawFn, machine: Machine[Any, Any, Any], state: Any, commands: Commands, longest: int = 20
) -> list[tuple[Any, Any, Any]]:
    """Commands that a machine is given in turn, each with its answer and the state after it."""
    session = []
    for command in draw(st.lists(commands, max_size=longest)):
        answer, state = step(machine, command, state)
        session.append((command, answer, state))
    return session


def told(machine: Machine[Any, Any, Any], commands: Sequence[Any], state: Any) -> tuple[list[Any], Any]:
    """What a machine answers, and the state it ends in."""
    return stream(machine, commands, state)


_made: dict[tuple[str, int], Any] = {}


def _once(make: Callable[[Any], Made], what: Any) -> Made:
    """Make something of a part of an example only once: these are compiled, and then tried hundreds of times."""
    key = make.__name__, id(what)
    if key not in _made:
        _made[key] = make(what)
    return cast("Made", _made[key])


def run(pipeline: Pipeline[Any, Any], requests: Iterable[Request]) -> tuple[list[Answer], Any]:
    """What `model` gives for a pipeline of one stage: its answers, and the state that it ends in."""
    running = _once(deployed, pipeline)
    answers = []
    for request in requests:
        message = _once(admit, request) if isinstance(request, Upgrade) else enter(request)
        running, answer = transition(running, message)
        answers.append(answer)
    (stage,) = running
    return answers, stage.state


def heard(pipeline: Pipeline[Any, Any], commands: Sequence[Any]) -> list[Any]:
    """What clients of a pipeline that is never upgraded hear."""
    answers, _ = run(pipeline, map(Item, commands))
    return values(answers)


def heard_across(
    pipeline: Pipeline[Any, Any], before: Sequence[Any], upgrade: Upgrade, after: Sequence[Any], new: Sequence[Any] = ()
) -> list[Any]:
    """What is heard: old commands, the upgrade, commands of the new version, and then again old ones."""
    requests: list[Request] = [
        *map(Item, before),
        upgrade,
        *map(Item, new),
        *(Item(command, version=1) for command in after),
    ]
    answers, _ = run(pipeline, requests)
    changed = answers.pop(len(before))
    assert isinstance(changed, Upgraded), changed
    return values(answers)


def values(answers: Sequence[Any]) -> list[Any]:
    """The values of answers, none of which may have failed."""
    assert all(isinstance(answer, Item) for answer in answers), answers
    return [answer.value for answer in answers]
