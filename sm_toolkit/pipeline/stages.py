"""The whole behaviour of a stage: ``handle(stage, message) -> (stage, message)``, without I/O.

An engine only decides when to call this; what happens is decided here and in ``upgrades``.
"""

from __future__ import annotations

from dataclasses import replace

from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import LimitError, StepError, ValueMismatchError
from sm_toolkit.pipeline.messages import (
    Answer,
    Done,
    Downgrade,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Upgrade,
)
from sm_toolkit.pipeline.plans import Admitted, DeployedStage, Message, view
from sm_toolkit.pipeline.upgrades import change
from sm_toolkit.pipeline.versions import FIRST_VERSION, Log


def handle(stage: DeployedStage, message: Message) -> tuple[DeployedStage, Message]:
    """Take one message in and give one out: the same one, or its answer.

    Items run; a change that names this stage is applied, between two items by the nature of a stream; an
    ``Inspect`` gathers; everything else passes untouched.
    """
    plan, state = stage
    if isinstance(message, Item):
        if not message.checked:
            return _claimed(stage, message)
        version = message.version
        log = plan.log
        if version is None or log is None or version == log.current:
            try:
                value, state = plan.program.step(message.value, state)
            except StepError as error:
                return stage, Failed(plan.name, error.reason, message.reply_to)
            return DeployedStage(plan, state), Item(value, version, message.reply_to, True)
        return _older(stage, message, log)
    if isinstance(message, Admitted):
        if message.request.stage == plan.name:
            return change(stage, message)
        return stage, message
    if isinstance(message, Inspect):
        version = message.version if plan.log is None else plan.log.current
        return stage, replace(message, seen=(*message.seen, view(stage)), version=version)
    return stage, message


def _claimed(stage: DeployedStage, item: Item) -> tuple[DeployedStage, Message]:
    """Run an item from outside if its value is of the type that its version has here and now; fail it if not."""
    plan = stage.plan
    if plan.log is None:
        type_ = plan.typing.scheme.input if item.version in (None, FIRST_VERSION) else None
    else:
        types = plan.log.types(item.version)
        type_ = None if types is None else types[0]
    if type_ is None:
        return stage, Failed(plan.name, unserved(item.version, plan.log), item.reply_to)
    try:
        value = taken_in(item.value, type_, plan.limits, subject="the input")
    except (ValueMismatchError, LimitError) as error:
        return stage, Failed(plan.name, str(error), item.reply_to)
    return handle(stage, Item(value, item.version, item.reply_to, True))


def _older(stage: DeployedStage, item: Item, log: Log) -> tuple[DeployedStage, Message]:
    """Run an item that was written against an older version: up by every link, through, and down again.

    A failing ``up`` changes nothing; a failing ``down`` leaves what was done.
    """
    plan, state = stage
    route = log.route(item.version or 0)
    if route is None:
        return stage, Failed(plan.name, unserved(item.version, log), item.reply_to)
    ups, downs = route
    value = item.value
    try:
        for up in ups:
            value, _ = up.step(value, None)
        value, state = plan.program.step(value, state)
        stage = DeployedStage(plan, state)
        for down in downs:
            value, _ = down.step(value, None)
    except StepError as error:
        return stage, Failed(plan.name, error.reason, item.reply_to)
    return stage, Item(value, item.version, item.reply_to, True)


def unserved(version: int | None, log: Log | None) -> str:
    """Say that a version is not served."""
    served = ", ".join(map(str, sorted({FIRST_VERSION} if log is None else log.served())))
    return f"interface version {version} is not served here (served: {served}); connect anew for the current one"


def leave(message: Message) -> Answer:
    """Turn what reaches the exit of a pipeline into an answer: a change that no stage took is refused."""
    if isinstance(message, Item | Failed):
        return message
    if isinstance(message, Admitted):
        request = message.request
        return Refused(request.stage, (f"there is no stage {request.stage!r}",), request.reply_to)
    if isinstance(message, Inspect):
        return Inspected(message.seen, message.version, message.reply_to)
    if isinstance(message, Done):
        return Drained(message.reply_to)
    assert not isinstance(message, Upgrade | Downgrade), "a change is admitted before it enters"
    return message
