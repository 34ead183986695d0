"""The whole behaviour of a stage in the stream: ``handle(stage, message) -> (stage, message)``, without I/O.

An engine only decides when to call this; what happens is decided here and in ``upgrades``.
"""

from __future__ import annotations

from dataclasses import replace

from sm_toolkit.language.errors import StepError
from sm_toolkit.pipeline.messages import Failed, Inspect, Item
from sm_toolkit.pipeline.plans import Admitted, DeployedStage, Message, view
from sm_toolkit.pipeline.upgrades import change_in_stream


def handle(stage: DeployedStage, message: Message) -> tuple[DeployedStage, Message]:
    """Take one message in and give one out: the same one, or its answer. The stage is outside all shards.

    Items run; a change that names this stage is applied, between two items by the nature of a stream; an
    ``Inspect`` gathers; everything else passes untouched.
    """
    plan, state = stage
    if isinstance(message, Item):
        try:
            value, state = plan.program.step(message.value, state)
        except StepError as error:
            return stage, Failed(plan.name, error.reason, message.reply_to)
        return DeployedStage(plan, state), Item(value, message.version, message.reply_to, True, message.path)
    if isinstance(message, Admitted):
        return change_in_stream(stage, message) if message.subject == plan.name else (stage, message)
    if isinstance(message, Inspect):
        return stage, replace(message, seen=(*message.seen, view(plan, state, (), {})))
    return stage, message
