"""What a pipeline means: a function from a list of messages to a list of answers. The definition that every
engine must agree with, written for clearness and not for speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline.messages import Answer, Done, Downgrade, Request, Upgrade
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import DeployedStage, Message, deployed
from sm_toolkit.pipeline.stages import handle, leave
from sm_toolkit.pipeline.upgrades import admit


def enter(request: Request, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Return what enters the stream for a request: a change is admitted, or refused, before its place in it."""
    return admit(request, limits) if isinstance(request, Upgrade | Downgrade) else request


def model(pipeline: Pipeline[Any, Any], requests: Iterable[Request]) -> tuple[list[Answer], tuple[DeployedStage, ...]]:
    """Run requests through a pipeline, one whole way at a time; return the answers and the stages they leave.

    What comes after a ``Done`` does not enter.

    >>> from sm_toolkit.language.combinators import get, incr, put
    >>> from sm_toolkit.pipeline.messages import Item
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> answers, (counter,) = model(stage("count", 0, get() >> incr >> put() >> get()), [Item(None)] * 3)
    >>> [answer.value for answer in answers], counter.state
    ([1, 2, 3], 3)

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    line = list(deployed(pipeline))
    answers: list[Answer] = []
    for request in requests:
        message = enter(request)
        for index, stage in enumerate(line):
            line[index], message = handle(stage, message)
        answers.append(leave(message))
        if isinstance(request, Done):
            break
    return answers, tuple(line)
