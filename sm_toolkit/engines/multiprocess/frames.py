"""What goes through the queues between processes: many messages in one msgpack frame, each value by its type.

Whom an answer is for, and what passes on untouched, stays with the one who sends: one message comes back for each, in
order. So of a message there travels only what the steps look at:

==================  ====================================================================================
a list              an item: the scalars of its value; inside shards a list of these, and its path
None                what passes on untouched
a number            a change that was told beforehand by this number
``{"failed": …}``   an item that failed: the stage and the reason
``{"seen": …}``     an inspection: the views of the stages so far
``{"upgraded": …}`` a change that a stage has made
``{"refused": …}``  one that it refused: the reasons
==================  ====================================================================================

Where all are items outside shards, as nearly always, the frame is ``{"values": …}``, with the values alone: scalars as
they are, or else the lists of the scalars of each. What comes so is made items only where something looks at them one
by one.

Both ends are of one program on one machine, so that nothing is limited here that is within the limits of the language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, cast

import msgpack

from sm_toolkit.language.data.records import Classes
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.values import SCALARS
from sm_toolkit.language.encoding.canonical import decode_type, encode_type
from sm_toolkit.language.encoding.packing import INTEGER_CODE
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.messages import Failed, Inspect, Item, Refused, StageView, Upgraded, Values

WIDE = Limits(
    term_nodes=2**60,
    term_depth=2**60,
    type_nodes=2**60,
    int_bits=2**60,
    string_length=2**60,
    collection_length=2**60,
    message_bytes=2**60,
)
"""The limits of what travels between processes: none to speak of."""

Raw: TypeAlias = Any
"""A message as it travels."""


def _pack_large(item: Any) -> Any:
    bits = (item if item >= 0 else ~item).bit_length()
    return msgpack.ExtType(INTEGER_CODE, item.to_bytes(bits // 8 + 1, "big", signed=True))


def pack(content: Any) -> bytes:
    """Return lists, dicts and scalars as bytes."""
    return cast("bytes", msgpack.packb(content, default=_pack_large, unicode_errors="surrogatepass"))


def unpack(data: bytes) -> Any:
    """Return what ``pack`` made bytes of."""
    return msgpack.unpackb(
        data,
        ext_hook=lambda code, data: int.from_bytes(data, "big", signed=True),
        unicode_errors="surrogatepass",
        strict_map_key=False,
    )


class Form:
    """How items travel through one queue: the type of their values, and inside shards those of the steps of paths.

    ``value`` takes the value out of an item that has travelled; its records are of the ``classes``.
    """

    def __init__(self, type_: Type[Any], steps: Sequence[Type[Any]] = (), classes: Classes | None = None) -> None:
        codec = codec_of(type_, WIDE, classes)
        self._flatten, self._unflatten = codec.flatten, codec.unflatten
        self._steps = [codec_of(step, WIDE) for step in steps]
        self._scalar = type_.head in SCALARS
        self.value: Callable[[Raw], Any] = (lambda raw: codec.unflatten(raw[0])) if steps else codec.unflatten

    def written(self, messages: Sequence[Any], other: Callable[[Any], Raw]) -> Raw:
        """Return messages as they travel; ``other`` writes what is no item."""
        flatten, steps = self._flatten, self._steps
        if not steps:
            if type(messages) is not Values:
                if {each.__class__ for each in messages} != {Item}:
                    return [flatten(each.value) if each.__class__ is Item else other(each) for each in messages]
                messages = [each.value for each in messages]
            return {"values": messages if self._scalar else list(map(flatten, messages))}
        return [
            [flatten(each.value), *(codec.flatten(step) for codec, step in zip(steps, each.path, strict=True))]
            if each.__class__ is Item
            else other(each)
            for each in messages
        ]

    def values(self, raw: Raw) -> Values:
        """Return the values of items that have travelled alone."""
        column = raw["values"]
        return Values(column if self._scalar else map(self._unflatten, column))

    def item(self, raw: Raw) -> Item:
        """Return the item that has travelled."""
        if not self._steps:
            return Item(self._unflatten(raw), None, None, True)
        path = tuple(codec.unflatten(step) for codec, step in zip(self._steps, raw[1:], strict=True))
        return Item(self._unflatten(raw[0]), None, None, True, path)


def flat_state(state: Any, type_: Type[Any]) -> list[Any]:
    """Return a state with its type, as it travels."""
    return [encode_type(type_, WIDE), codec_of(type_, WIDE).flatten(state)]


def typed_state(raw: Sequence[Any], classes: Classes | None = None) -> tuple[Any, Type[Any]]:
    """Return a state, whose records are of the ``classes``, and its type."""
    type_ = decode_type(raw[0], WIDE)
    return codec_of(type_, WIDE, classes).unflatten(raw[1]), type_


def written_view(view: StageView | Raw) -> Raw:
    """Return a view of a stage as it travels; one that travels already is left as it is."""
    if not isinstance(view, StageView):
        return view
    types = (encode_type(type_, WIDE) for type_ in (view.input_type, view.output_type))
    return [view.name, view.hash, *flat_state(view.state, view.state_type), *types, view.upgrades]


def read_view(raw: Raw, classes: Classes) -> StageView:
    """Return the view of a stage that has travelled."""
    name, hash_, state_type, state, input_type, output_type, upgrades = raw
    held, type_ = typed_state((state_type, state), classes)
    return StageView(name, hash_, held, type_, decode_type(input_type, WIDE), decode_type(output_type, WIDE), upgrades)


# -- at the far end ---------------------------------------------------------------------------------------


class FarEnd:
    """How a process reads what comes and writes what goes.

    ``change`` gives the change of a number, None if it is not for this process. What it has nothing to do with, it
    passes on as it came.
    """

    def __init__(self, taken: Form, given: Form, change: Callable[[int], Any]) -> None:
        self._taken, self._given, self._change = taken, given, change

    def decode(self, data: bytes) -> list[Any]:
        """Return the messages in a frame."""
        raws = unpack(data)
        if raws.__class__ is dict:
            return self._taken.values(raws)
        item = self._taken.item
        made: list[Any] = []
        for raw in raws:
            if raw.__class__ is list:
                made.append(item(raw))
            elif raw.__class__ is int:
                change = self._change(raw)
                made.append(raw if change is None else change)
            elif raw.__class__ is dict and "seen" in raw:
                made.append(Inspect(tuple(raw["seen"])))
            else:
                made.append(raw)
        return made

    def encode(self, messages: Sequence[Any]) -> bytes:
        """Return the frame of messages."""
        return pack(self._given.written(messages, _answer))


def _answer(message: Any) -> Raw:
    match message:
        case Failed(stage, reason):
            return {"failed": [stage, reason]}
        case Inspect(seen):
            return {"seen": [written_view(view) for view in seen]}
        case Upgraded():
            states = [
                *flat_state(message.before, message.before_type),
                *flat_state(message.after, message.after_type),
            ]
            return {"upgraded": [message.hash, *states]}
        case Refused(_, reasons):
            return {"refused": list(reasons)}
        case _:
            return message


# -- at the near end --------------------------------------------------------------------------------------


def request(message: Any, number: int | None) -> Raw:
    """Return a message that is no item as it travels.

    ``number`` is that of a change which is for one of the processes on its way.
    """
    return {"seen": []} if isinstance(message, Inspect) else number


def come_back(raw: Raw, message: Any, classes: Classes) -> Any:
    """Return what has become of a message, of which this came back; the records in states are of the ``classes``."""
    if "failed" in raw:
        stage, reason = raw["failed"]
        return Failed(stage, reason, message.reply_to)
    if "seen" in raw:
        return replace(message, seen=(*message.seen, *(read_view(view, classes) for view in raw["seen"])))
    reply_to = message.request.reply_to
    if "refused" in raw:
        return Refused(message.subject, tuple(raw["refused"]), reply_to)
    hash_, *states = raw["upgraded"]
    before, before_type = typed_state(states[:2], classes)
    after, after_type = typed_state(states[2:], {**classes, **message.request.machine.classes})
    dry_run = message.request.dry_run
    return Upgraded(
        message.subject, hash_, message.version, before, after, before_type, after_type, None, dry_run, reply_to
    )
