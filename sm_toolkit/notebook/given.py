"""What a simulation is given, looked at first: an error says what it takes, and what to write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sm_toolkit.language.arguments import expect_number, expect_values
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.values import check_value
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.messages import Change, Downgrade, Item, Rewire, Upgrade, require_change
from sm_toolkit.pipeline.pipelines import Pipeline, interface
from sm_toolkit.pipeline.plans import Deployed

CALL = "UpgradeSimulator(pipeline, inputs, upgrade)"


def check_given(
    pipeline: object, inputs: object, upgrade: object, at: object, seed: object, new_inputs: object
) -> None:
    """Do nothing if each of these is of its kind.

    Raises:
        TypeError: one is not.
    """
    require_change(upgrade)
    if not isinstance(pipeline, Pipeline):
        raise TypeError(_no_pipeline(pipeline))
    expect_values(inputs, CALL, "inputs")
    expect_values(new_inputs, f"{CALL[:-1]}, new_inputs=…)", "new_inputs")
    expect_number(seed, f"{CALL[:-1]}, seed=…)", "seed")
    if at is not None:
        expect_number(at, f"{CALL[:-1]}, at=…)", "at")


def check_inputs(values: Iterable[Any], type_: Type[Any], called: str) -> None:
    """Do nothing if these are values of a type.

    Raises:
        ValueMismatchError: one is not; the error says which.
        TypeError: one is a message.
    """
    for number, x in enumerate(values, 1):
        if isinstance(x, Item):
            raise TypeError(f"{called} {number} is an Item, and inputs are bare values: its `value`")
        check_value(x, type_, subject=f"{called} {number}")


def input_after(start: Deployed, change: Change) -> Type[Any]:
    """Return what a pipeline takes after a change, as far as it tells."""
    if isinstance(change, Rewire):
        return interface(change.pipeline).input
    if isinstance(change, Upgrade) and start.alone and change.stage in start.plans:
        return change.input_type
    if isinstance(change, Downgrade) and start.alone and change.stage in start.plans:
        history = start.plans[change.stage].history
        return history[-1].plan.typing.scheme.input if history else start.interface.input
    return start.interface.input


def _no_pipeline(found: object) -> str:
    """Say that what is to be simulated is no pipeline, and what to write."""
    kind = "None" if found is None else type(found).__name__
    hint = ""
    if isinstance(found, Machine):
        hint = "; put the machine in a stage: stage(name, state, machine)"
    elif isinstance(getattr(found, "pipeline", None), Pipeline):
        hint = "; what is deployed has one: its `pipeline`, which starts anew here"
    return f"`{CALL}` takes a pipeline first, and got {kind}{hint}"
