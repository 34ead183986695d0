"""What a pipeline means: a function from a list of messages to a list of answers. The definition that every
engine must agree with, written for clearness and not for speed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline.messages import Answer, Done, Downgrade, Inspect, Item, Request, Upgrade
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import DeployedStage, Message, deployed
from sm_toolkit.pipeline.stages import handle, leave
from sm_toolkit.pipeline.upgrades import admit


def enter(request: Request, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Return what enters the stream for a request: a change is admitted, or refused, before its place in it.

    What is said of an item's value from outside is not believed, so that an answer of one pipeline may be sent
    to another.

    Raises:
        TypeError: it is no request.
    """
    if isinstance(request, Item):
        if request.version is not None and request.version.__class__ is not int:
            raise TypeError(f"an item's version is a number or None, not {request.version!r}")
        return Item(request.value, request.version, request.reply_to) if request.checked else request
    if isinstance(request, Upgrade | Downgrade):
        return admit(request, limits)
    if isinstance(request, Inspect | Done):
        return request
    raise TypeError(f"a request is an Item, an Upgrade, a Downgrade, an Inspect or a Done, not {_hint(request)}")


def _hint(found: object) -> str:
    what = type(found).__name__
    if isinstance(found, Pipeline):
        return "a pipeline; to put it in the place of what runs: upgrade(old, new, migrate=…)"
    if isinstance(found, Answer):
        return f"{what}, which is an answer"
    return f"{what}; to send it as a value: Item(…)"


def model(pipeline: Pipeline[Any, Any], requests: Iterable[Request]) -> tuple[list[Answer], tuple[DeployedStage, ...]]:
    """Run requests through a pipeline, one whole way at a time; return the answers and the stages they leave.

    What comes after a ``Done`` does not enter.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
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
