"""What the tools of a notebook say when they are given something else than they take: what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sm_toolkit.deploying import deploy
from sm_toolkit.engines import inline
from sm_toolkit.examples.counter import typed_v2, typed_v2_to_v3
from sm_toolkit.language import Int, Left, Right, explore, get, incr, put, stream, trace_stream
from sm_toolkit.notebook.drawing import draw
from sm_toolkit.notebook.live.watching import MonitorModel
from sm_toolkit.notebook.simulation import SimulationModel
from sm_toolkit.notebook.stepping import StepperModel
from sm_toolkit.pipeline.messages import Item
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.rewiring import rewire

count = get(Int) >> incr >> put()
counting = stage("count", 0, count)
look = Right(Left(None))
step: Any = StepperModel
simulate: Any = SimulationModel
monitor: Any = MonitorModel
drawn: Any = draw
found: Any = explore
streamed: Any = stream
traced: Any = trace_stream


def simulated(inputs: Any, **options: Any) -> Callable[[], object]:
    return lambda: simulate(typed_v2, inputs, typed_v2_to_v3, **options)


SIMULATOR = "`UpgradeSimulator(pipeline, inputs, upgrade)`"
TOLD: list[tuple[Callable[[], object], str]] = [
    (lambda: step(5, 0), "`Stepper(machine, state, inputs)` takes a machine first, and got int"),
    (lambda: step(None, 0), "`Stepper(machine, state, inputs)` takes a machine first, and got None"),
    (lambda: step(counting, 0), "and got Stage; it has one: its `machine`"),
    (lambda: step(count, "a"), "the state should be Int, and is 'a' (Str)"),
    (lambda: step(count, 0, 5), "takes `inputs` one after another, as in a list, and got int; write [5]"),
    (lambda: step(count, 0, [None, 1]), "input 2 should be Unit, and is 1 (Int)"),
    (lambda: simulate(None, [look], typed_v2_to_v3), f"{SIMULATOR} takes a pipeline first, and got None"),
    (lambda: simulate(count, [None], typed_v2_to_v3), "and got Machine; put the machine in a stage: stage("),
    (
        lambda: simulate(deploy(counting, inline()), [None], typed_v2_to_v3),
        "and got Deployment; what is deployed has one: its `pipeline`, which starts anew here",
    ),
    (lambda: simulate(typed_v2, [look], typed_v2), "a change is an Upgrade, a Downgrade or a Rewire, not Stage"),
    (simulated(5), f"{SIMULATOR} takes `inputs` one after another, as in a list, and got int; write [5]"),
    (simulated(None), f"{SIMULATOR} takes `inputs` one after another, as in a list, and got None; write [] if"),
    (simulated([look, 1]), "input 2 should be Either[Unit, Either[Unit, Unit]], and is 1 (Int)"),
    (simulated([Item(look)]), "input 1 is an Item, and inputs are bare values: its `value`"),
    (simulated([look], new_inputs=[1]), "new input 1 should be "),
    (simulated([look], new_inputs=5), "new_inputs=…)` takes `new_inputs` one after another"),
    (simulated([look], at="a"), "at=…)` takes a whole number as `at`, and got 'a'"),
    (simulated([look], at=2), "the update point is after 0 to 1 items, not after 2"),
    (simulated([look], seed=None), "seed=…)` takes a whole number as `seed`, and got None"),
    (simulated([look], capacity="a"), "the capacity of a queue is a whole number of messages, not 'a'"),
    (lambda: monitor(deploy(counting, inline()), 5), "a monitor's `change` is an Upgrade, a Downgrade or a Rewire"),
    (lambda: drawn(count, zz=1), "draw() of a machine takes 'as_', 'trace', 'most', 'heading', and got 'zz'"),
    (lambda: drawn(count, most="a"), "`draw(machine, most=…)` takes a whole number as `most`, and got 'a'"),
    (lambda: drawn(counting, most=3), "draw() of a pipeline takes no options, and got 'most'"),
    (lambda: drawn(typed_v2_to_v3, runing=counting), "draw() of an upgrade takes 'running', 'most', and got 'runing'"),
    (lambda: drawn(explore(count, 0, limit=3), by=3), "`by` is a function of a state, which tells it from others"),
    (lambda: found(count, 0, 5), "`explore(machine, state, inputs)` takes `inputs` one after another"),
    (lambda: found(count, 0, limit="a"), "limit=…)` takes a whole number as `limit`, and got 'a'"),
    (lambda: streamed(count, 5, 0), "`stream(machine, xs, s)` takes `xs` one after another, as in a list, and got int"),
    (lambda: traced(count, 5, 0), "`trace_stream(machine, xs, s)` takes `xs` one after another"),
]


@pytest.mark.parametrize(("wrong", "told"), TOLD, ids=[told for _, told in TOLD])
def test_it_says_what_it_takes(wrong: Callable[[], object], told: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        wrong()
    assert told in str(caught.value)


def test_nothing_is_taken_where_nothing_is_needed() -> None:
    assert repr(SimulationModel(typed_v2, [], typed_v2_to_v3)).startswith("              input")
    change = rewire(counting, counting)
    assert repr(drawn(change, running=None)) == repr(draw(change))
