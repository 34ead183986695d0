"""Generated pipelines and streams of requests for them: items of every version, changes that fit and do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from sm_toolkit.language import Type, Unit, const, consume, ident
from sm_toolkit.pipeline.meaning import enter
from sm_toolkit.pipeline.messages import Adapter, Done, Downgrade, Inspect, Item, Request, Upgrade
from sm_toolkit.pipeline.pipelines import Pipeline, identity, stage
from sm_toolkit.pipeline.plans import DeployedStage, deployed
from sm_toolkit.pipeline.stages import handle
from tests.strategies import AnyMachine, machines, types, values

AnyPipeline = Pipeline[Any, Any]


@st.composite
def pipelines(draw: st.DrawFn, most: int = 3) -> AnyPipeline:
    """A pipeline of up to ``most`` stages, the empty one rarely."""
    current = draw(types(3))
    pipeline = identity(current)
    count = draw(st.integers(0, most).filter(bool) | st.integers(0, most))
    for number in range(count):
        state = draw(types(2))
        machine, output = draw(machines(state, current, size=5))
        made = stage(f"s{number}", draw(values(state)), machine, state=state, input=current, output=output)
        pipeline = made if count == 1 else pipeline >> made
        current = output
    return pipeline


@st.composite
def streams(draw: st.DrawFn, pipeline: AnyPipeline, most: int = 12) -> list[Request]:
    """Requests for a pipeline, each drawn with the pipeline in the state that those before it leave."""
    line = list(deployed(pipeline))
    made: list[Request] = []
    for _ in range(draw(st.integers(0, most))):
        request = draw(_request(pipeline, line))
        made.append(request)
        message = enter(request)
        for index, running in enumerate(line):
            line[index], message = handle(running, message)
    return [*made, Done()] if draw(st.booleans()) else made


@st.composite
def _request(draw: st.DrawFn, pipeline: AnyPipeline, line: list[DeployedStage]) -> Request:
    kind = draw(st.sampled_from(["item"] * 6 + ["upgrade"] * 3 + ["downgrade", "inspect"]))
    reply_to = draw(st.integers(0, 3))
    if kind == "inspect" or (not line and kind != "item"):
        return Inspect(reply_to=reply_to)
    if kind == "item":
        return draw(_item(pipeline, line, reply_to))
    plan = draw(st.sampled_from(line)).plan
    expects = draw(st.sampled_from([plan.hash, None, "0" * 64]))
    spoken = None if plan.log is None else draw(st.none() | st.frozensets(st.sampled_from(sorted(plan.log.served()))))
    common = {
        "stage": draw(st.sampled_from([plan.name] * 9 + ["nowhere"])),
        "expects": expects,
        "spoken": spoken,
        "force": draw(st.booleans()),
        "dry_run": draw(st.sampled_from([False, False, True])),
        "reply_to": reply_to,
    }
    old = plan.typing.scheme
    if kind == "downgrade":
        before = plan.history[-1].plan.typing.scheme if plan.history else old
        adapter = draw(_adapter(old.input, before.input, before.output, old.output))
        return Downgrade(adapter=adapter, **common)
    keeps = plan.log is None or draw(st.booleans())
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
        adapter=draw(_adapter(old.input, input_, output, old.output)),
        **common,
    )
    return draw(_spoiled(made)) if draw(st.integers(0, 4)) == 0 else made


@st.composite
def _item(draw: st.DrawFn, pipeline: AnyPipeline, line: list[DeployedStage], reply_to: int) -> Item:
    if not line:
        type_ = getattr(pipeline, "type", None)
        return Item(draw(values(type_ or Unit)), None, reply_to)
    plan = line[0].plan
    if plan.log is None:
        value = draw(values(plan.typing.scheme.input) if draw(st.integers(0, 4)) else _any_values())
        return Item(value, draw(st.sampled_from([None] * 8 + [1, 2])), reply_to)
    version = draw(st.none() | st.sampled_from(sorted(plan.log.served())))
    known = plan.log.types(version)
    assert known is not None
    value = draw(values(known[0]) if draw(st.integers(0, 4)) else _any_values())
    return Item(value, draw(st.sampled_from([version] * 9 + [99])), reply_to)


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
