"""Generated pipelines of all shapes and requests for them: items of every version, changes that fit and do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from sm_toolkit.language import Either, List, Pair, Type, Unit, const, consume, ident
from sm_toolkit.language.data.types import misfit
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.meaning import transition
from sm_toolkit.pipeline.messages import Adapter, Done, Downgrade, Inspect, Item, Request, Rewire, Upgrade
from sm_toolkit.pipeline.pipelines import (
    Pipeline,
    choice,
    each,
    effect,
    fan_out,
    identity,
    parallel,
    shard,
    stage,
    tee,
)
from sm_toolkit.pipeline.plans import Deployed, deployed, state_type
from sm_toolkit.pipeline.shapes import Shard, Stage, named, rebuilt, stages
from tests.strategies import AnyMachine, machines, types, values

AnyPipeline = Pipeline[Any, Any]

TEES = ("t0", "t1")
"""The tees that generated pipelines may have."""


KINDS = (*["item"] * 6, *["upgrade"] * 3, "downgrade", "inspect", "rewire", "rewire")
"""The kinds of requests, the frequent ones several times."""


@dataclass
class Naming:
    """Gives out names, and what is left to be made."""

    stages: int
    number: int = 0
    tees: int = 0

    def next(self, letter: str) -> str:
        self.number += 1
        return f"{letter}{self.number}"


@st.composite
def pipelines(draw: st.DrawFn, most: int = 3, branching: bool = True, local: bool = True) -> AnyPipeline:
    """A pipeline of up to ``most`` parts in a row, which may hold others; the empty one rarely.

    ``local`` ones may have effects, which cannot be sent.
    """
    given = draw(types(3))
    count = draw(st.integers(0, most).filter(bool) | st.integers(0, most))
    naming = Naming(6 if branching else most)
    return draw(_line(given, count, naming, depth=2 if branching else 0, sharded=False, local=local and branching))[0]


@st.composite
def _line(
    draw: st.DrawFn, given: Type[Any], count: int, naming: Naming, depth: int, sharded: bool, local: bool
) -> tuple[AnyPipeline, Type[Any]]:
    """``count`` parts in a row, and the type that the last one gives."""
    made: AnyPipeline = identity(given)
    alone = True
    for _ in range(count):
        part, given = draw(_part(given, naming, depth, sharded, local))
        made, alone = (part if alone else made >> part), False
    return made, given


@st.composite
def _part(
    draw: st.DrawFn, given: Type[Any], naming: Naming, depth: int, sharded: bool, local: bool
) -> tuple[AnyPipeline, Type[Any]]:
    def inner(type_: Type[Any], sharded: bool = sharded) -> tuple[AnyPipeline, Type[Any]]:
        made: tuple[AnyPipeline, Type[Any]] = draw(
            _line(type_, draw(st.integers(0, 2)), naming, depth - 1, sharded, local)
        )
        return made

    kinds = ["stage"] * (2 if depth else 1)
    if depth:
        kinds += ["fan_out", "shard", "shard", "keyed", "keyed"]
        kinds += {"Pair": ["parallel"] * 4, "Either": ["choice"] * 4, "List": ["each"] * 4}.get(given.head, [])
        kinds += ["effect"] * local + ["tee"] * (not sharded and naming.tees < len(TEES))
    kind = draw(st.sampled_from(tuple(kinds))) if naming.number < naming.stages else "identity"
    match kind:
        case "identity":
            return identity(given), given
        case "stage":
            return draw(_stage(given, naming))
        case "effect":
            return effect(naming.next("e"), _same, given, given, draw(st.integers(1, 3))), given
        case "tee":
            naming.tees += 1
            return tee(TEES[naming.tees - 1]), given
        case "fan_out":
            (left, one), (right, other) = inner(given), inner(given)
            return fan_out(left, right), Pair(one, other)
        case "parallel":
            (left, one), (right, other) = inner(given.args[0]), inner(given.args[1])
            return parallel(left, right), Pair(one, other)
        case "choice":
            (left, one), (right, other) = inner(given.args[0]), inner(given.args[1])
            return choice(left, right), Either(one, other)
        case "each":
            body, gives = inner(given.args[0])
            return each(body), List(gives)
        case _:
            name, copies = naming.next("h"), draw(st.integers(1, 3))
            key = None
            if kind == "keyed":
                of = draw(types(2).filter(lambda type_: not misfit(Type("Map", (type_, Unit)))))
                key, _ = draw(machines(Unit, given, of, size=3))
            body, gives = inner(given, True)
            return shard(name, body, copies, key), gives


def _same(value: Any) -> Any:
    return value


@st.composite
def _stage(draw: st.DrawFn, given: Type[Any], naming: Naming) -> tuple[AnyPipeline, Type[Any]]:
    state = draw(types(2))
    machine, output = draw(machines(state, given, size=5))
    initial = draw(values(state))
    return stage(naming.next("s"), initial, machine, state=state, input=given, output=output), output


@st.composite
def streams(draw: st.DrawFn, pipeline: AnyPipeline, most: int = 12) -> list[Request]:
    """Requests for a pipeline, each drawn with the pipeline in the state that those before it leave."""
    running = deployed(pipeline, tees=frozenset(TEES))
    made: list[Request] = []
    for _ in range(draw(st.integers(0, most))):
        request = draw(_request(running))
        made.append(request)
        running, _ = transition(running, enter(request))
    return [*made, Done()] if draw(st.booleans()) else made


@st.composite
def _request(draw: st.DrawFn, running: Deployed) -> Request:
    kind = draw(st.sampled_from(KINDS))
    reply_to = draw(st.integers(0, 3))
    if kind == "item":
        return draw(_item(running, reply_to))
    spoken = draw(st.none() | st.frozensets(st.sampled_from(sorted(running.log.served()))))
    common: dict[str, Any] = {
        "spoken": spoken,
        "force": draw(st.booleans()),
        "dry_run": draw(st.sampled_from([False, False, True])),
        "reply_to": reply_to,
    }
    if kind == "rewire":
        return draw(_rewire(running, common))
    if kind == "inspect" or not running.plans:
        return Inspect(reply_to=reply_to)
    plan = draw(st.sampled_from(list(running.plans.values())))
    common["stage"] = draw(st.sampled_from((*[plan.name] * 9, "nowhere")))
    common["expects"] = draw(st.sampled_from([plan.hash, None, "0" * 64]))
    old = plan.typing.scheme
    if kind == "downgrade":
        before = plan.history[-1].plan.typing.scheme if plan.history else old
        adapter = draw(_adapter(old.input, before.input, before.output, old.output))
        return Downgrade(adapter=adapter, **common)
    keeps = draw(st.sampled_from([False] if running.alone else [True, True, True, False]))
    state = draw(types(2))
    input_, output = (old.input, old.output) if keeps else (draw(types(3)), draw(types(3)))
    machine, _ = draw(machines(state, input_, output, size=5))
    back = draw(_between(state, old.state)) if draw(st.booleans()) else None
    made = Upgrade(
        machine=machine,
        state_type=state,
        input_type=input_,
        output_type=output,
        migrate=draw(_between(old.state, state)),
        back=back,
        adapter=draw(_adapter(old.input, input_, output, old.output)) if draw(st.booleans()) else None,
        **common,
    )
    return draw(_spoiled(made)) if draw(st.integers(0, 4)) == 0 else made


@st.composite
def _item(draw: st.DrawFn, running: Deployed, reply_to: int) -> Item:
    log = running.log
    version = draw(st.none() | st.sampled_from(sorted(log.served())))
    known = log.types(version)
    assert known is not None
    value = draw(values(known[0]) if draw(st.integers(0, 4)) else _any_values())
    return Item(value, draw(st.sampled_from((*[version] * 9, 99))), reply_to)


@st.composite
def rewirings(draw: st.DrawFn, pipeline: AnyPipeline) -> Rewire:
    """A rewiring of a pipeline as it starts, which fits or does not."""
    common = {"force": draw(st.booleans()), "dry_run": draw(st.booleans())}
    return draw(_rewire(deployed(pipeline, tees=frozenset(TEES)), common))


@st.composite
def _rewire(draw: st.DrawFn, running: Deployed, common: dict[str, Any]) -> Rewire:
    """Another pipeline made of the one that runs, or a new one; what it needs is said, mostly."""
    new = draw(_other(running))
    old_names = {part.name for part in stages(running.pipeline)}
    wanted = {part.name: part for part in stages(new)}
    drop = {name for name in sorted(old_names) if name not in wanted or draw(st.integers(0, 5)) == 0}
    migrations: dict[str, AnyMachine] = {}
    try:
        target = deployed(new)
    except Exception:  # it is refused then, whatever else it says
        target = None
    for name in sorted(old_names & set(wanted) - drop):
        if target is None:
            break
        before, after = (
            each.plans[name].typing.scheme.state
            if draw(st.booleans())
            else state_type(each.plans[name], each.around[name], each.interface.keys)
            for each in (running, target)
        )
        if before is not after or draw(st.booleans()):
            migrations[name] = draw(_between(before, after))
    if drop and draw(st.integers(0, 5)) == 0:
        drop.pop()
    common["adapter"] = None
    if target is not None and draw(st.booleans()):
        old, now = running.interface, target.interface
        common["adapter"] = draw(_adapter(old.input, now.input, now.output, old.output))
    expects = draw(st.sampled_from([running.hash, running.hash, None, "0" * 64]))
    return Rewire(new, migrations, frozenset(drop), expects, **common)


@st.composite
def _other(draw: st.DrawFn, running: Deployed) -> AnyPipeline:
    """The pipeline that runs, with something put in, left out, resharded or replaced."""
    pipeline = running.pipeline
    naming = Naming(99, draw(st.integers(20, 99)), tees=len(TEES))
    kind = draw(st.sampled_from(("reshard", "reshard", "insert", "insert", "wrap", "wrap", "remove", "replace", "new")))
    match kind:
        case "new":
            return draw(_line(running.interface.input, 2, naming, 1, False, False))[0]
        case "insert":
            more, _ = draw(_line(running.interface.output, 1, naming, 1, False, False))
            return pipeline >> more
        case "wrap":
            if any(part.name in TEES for part in named(pipeline)):
                return pipeline
            return shard(naming.next("h"), pipeline, draw(st.integers(1, 3)))
        case "reshard":
            copies = draw(st.integers(1, 4))
            return rebuilt(pipeline, lambda part: replace(part, copies=copies) if isinstance(part, Shard) else part)
    names = [part.name for part in stages(pipeline)]
    if not names:
        return pipeline
    name = draw(st.sampled_from(names))
    if kind == "remove":
        return rebuilt(pipeline, lambda part: identity() if isinstance(part, Stage) and part.name == name else part)
    plan = running.plans[name].typing.scheme
    state = draw(types(2))
    machine, _ = draw(machines(state, plan.input, plan.output, size=5))
    fresh = Stage(name, draw(values(state)), machine, state, plan.input, plan.output)
    return rebuilt(pipeline, lambda part: fresh if isinstance(part, Stage) and part.name == name else part)


@cache
def _any_values() -> st.SearchStrategy[Any]:
    """Values of some type or other, most of them not the one that is wanted, and some of none."""
    return types(3).flatmap(values) | st.sampled_from([0.5, [], (1, 2, 3), object])


@st.composite
def _between(draw: st.DrawFn, old: Type[Any], new: Type[Any]) -> AnyMachine:
    """A stateless machine from one type to another."""
    if old is new and draw(st.booleans()):
        return ident()
    machine, _ = draw(machines(Unit, old, new, size=3))
    return machine


def _adapter(
    old_input: Type[Any], new_input: Type[Any], new_output: Type[Any], old_output: Type[Any]
) -> st.SearchStrategy[Adapter | None]:
    made = st.builds(Adapter, _between(old_input, new_input), _between(new_output, old_output))
    return st.none() | made


def _spoiled(upgrade: Upgrade) -> st.SearchStrategy[Upgrade]:
    """The same upgrade with something in it that may not fit."""
    wrong = const(0) >> consume() >> const("wrong")
    return st.sampled_from(
        [
            replace(upgrade, migrate=wrong),
            replace(upgrade, machine=wrong),
            replace(upgrade, back=wrong),
            replace(upgrade, adapter=Adapter(wrong, wrong)),
            replace(upgrade, old_state_type=upgrade.state_type),
        ]
    )
