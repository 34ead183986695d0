"""The two ends of a pipeline: what becomes of a message before the first stage, and after the last one.

Items of older interface versions go up here, and their outputs down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sm_toolkit.language.data.values import taken_in
from sm_toolkit.language.errors import LimitError, StepError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.messages import (
    Alike,
    Answer,
    Change,
    Done,
    Downgrade,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Request,
    Rewire,
    Upgrade,
    Values,
)
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.shapes import Pipeline
from sm_toolkit.pipeline.versions import Log


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
        if request.checked or request.path:
            return Item(request.value, request.version, request.reply_to)
        return request
    if isinstance(request, Change):
        return admit(request, limits)
    if isinstance(request, Inspect | Done):
        return request
    raise TypeError(
        f"a request is an Item, an Upgrade, a Downgrade, a Rewire, an Inspect or a Done, not {_hint(request)}"
    )


def all_entered(requests: Sequence[Request], limits: Limits = DEFAULT_LIMITS) -> list[Message]:
    """Return what enters the stream for requests, one for each; by far the most are items for the current version.

    Raises:
        TypeError: something is no request.
    """
    items: Sequence[Any] = requests
    for item in items:
        if item.__class__ is not Item or item.version is not None or item.checked:
            return [enter(request, limits) for request in requests]
    return Alike(requests)


def _hint(found: object) -> str:
    what = type(found).__name__
    if isinstance(found, Pipeline):
        return "a pipeline; to put it in the place of what runs: upgrade(old, new, migrate=…) or rewire(old, new)"
    if isinstance(found, Answer):
        return f"{what}, which is an answer"
    return f"{what}; to send it as a value: Item(…)"


def taken_up(running: Deployed, message: Message) -> Message:
    """Return a message as the first stage gets it: an item's value checked, and taken up to the current version.

    A failing ``up`` changes nothing. A change learns which version is current.
    """
    log = running.log
    if isinstance(message, Item):
        if not message.checked:
            types = log.types(message.version)
            if types is None:
                return Failed(running.first, unserved(message.version, log), message.reply_to)
            try:
                value = taken_in(message.value, types[0], running.limits, subject="the input")
            except (ValueMismatchError, LimitError) as error:
                return Failed(running.first, str(error), message.reply_to)
            message = Item(value, message.version, message.reply_to, True)
        if message.version is None or message.version == log.current:
            return message
        route = log.route(message.version)
        if route is None:
            return Failed(running.first, unserved(message.version, log), message.reply_to)
        return _through(route[0], message, running.first)
    if isinstance(message, Admitted):
        return replace(message, version=log.current)
    if isinstance(message, Inspect):
        return replace(message, version=log.current)
    return message


def taken_down(running: Deployed, message: Message) -> Answer:
    """Return the answer for a message that has come through: an output taken down to the version of its item.

    A failing ``down`` leaves what was done. A change that no stage took is refused.
    """
    if isinstance(message, Item):
        log = running.log
        if message.version is None or message.version == log.current:
            return message
        route = log.route(message.version)
        assert route is not None, "it was served when the item entered, and versions change only between items"
        return _through(route[1], message, running.last)
    return left(message)


def all_taken_down(running: Deployed, messages: list[Message]) -> list[Answer]:
    """Return the answers for messages that have come through."""
    if type(messages) in (Alike, Values) or (
        not running.log.links and {message.__class__ for message in messages} <= _THEIR_OWN_ANSWERS
    ):
        return cast("list[Answer]", messages)
    return [taken_down(running, message) for message in messages]


_THEIR_OWN_ANSWERS = frozenset((Item, Failed))
"""What leaves as it is where there are no older versions."""


def left(message: Message) -> Answer:
    """Return the answer for a message other than an item that has come through the stages."""
    if isinstance(message, Admitted):
        reason = f"there is no stage {message.subject!r}"
        return Refused(message.subject, (reason,), message.request.reply_to)
    if isinstance(message, Inspect):
        return Inspected(message.seen, message.version, message.reply_to)
    if isinstance(message, Done):
        return Drained(message.reply_to)
    assert not isinstance(message, Upgrade | Downgrade | Rewire), "a change is admitted before it enters"
    return message


def _through(programs: list[Any], item: Item, at: str) -> Item | Failed:
    value = item.value
    try:
        for program in programs:
            value, _ = program.step(value, None)
    except StepError as error:
        return Failed(at, error.reason, item.reply_to)
    return Item(value, item.version, item.reply_to, True)


def unserved(version: int | None, log: Log) -> str:
    """Say that a version is not served."""
    served = ", ".join(map(str, sorted(log.served())))
    return f"interface version {version} is not served here (served: {served}); connect anew for the current one"
