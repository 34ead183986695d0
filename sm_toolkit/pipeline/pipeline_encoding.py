"""Pipelines as bytes and back: one flat list, what encloses before what is inside it. No function of Python travels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sm_toolkit.language.checking.inference import elaborate
from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.encoding.canonical import decode_term, encode_term, encode_type, encode_value, pack, unpack
from sm_toolkit.language.errors import DecodeError, EncodeError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import start
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.fields import Fields
from sm_toolkit.pipeline.interfaces import Interface, typed
from sm_toolkit.pipeline.shapes import (
    DEEPEST,
    MOST_COPIES,
    Choice,
    Each,
    Effect,
    FanOut,
    Identity,
    Parallel,
    Pipeline,
    Sequence,
    Shard,
    Stage,
    Tee,
    inside,
    sequence,
)

_TWO: dict[int, type[FanOut | Parallel | Choice]] = {3: FanOut, 4: Parallel, 5: Choice}
_TYPES = ("the state's type", "the input's type", "the output's type")
_IDENTITY, _STAGE, _SEQUENCE, _SHARD, _EACH, _TEE = 0, 1, 2, 6, 7, 8


def encode_pipeline(pipeline: Pipeline[Any, Any], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return a pipeline as bytes, its machines at the types that they have in it, and its initial states.

    >>> from sm_toolkit.language import incr, show
    >>> from sm_toolkit.pipeline.pipelines import fan_out, identity, stage
    >>> data = encode_pipeline(stage("add", None, incr) >> fan_out(stage("write", None, show()), identity()))
    >>> len(data), len(list(inside(decode_pipeline(data))))
    (53, 2)

    Raises:
        EncodeError: there is an effect in it, which is a function of Python.
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: it does not fit.
    """
    types, written = typed(pipeline, limits)
    return pack(list(_fields(written, types, limits)))


def _fields(pipeline: Pipeline[Any, Any], types: Interface, limits: Limits) -> Iterator[Any]:
    match pipeline:
        case Identity(type_):
            yield from (_IDENTITY, None if type_ is None else encode_type(type_, limits))
        case Stage(name, initial, machine, Type() as state, Type() as input_, Type() as output):
            term = elaborate(machine, state, input_, output, limits).term
            held = encode_value(start(machine, initial), state, limits)
            yield from (_STAGE, name, *(encode_type(each, limits) for each in (state, input_, output)))
            yield from (encode_term(term, limits), held)
        case Sequence(parts):
            yield from (_SEQUENCE, len(parts))
        case FanOut() | Parallel() | Choice():
            yield next(kind for kind, class_ in _TWO.items() if isinstance(pipeline, class_))
        case Shard(name, _, copies, key):
            keyed = None
            if key is not None:
                keyed = encode_term(elaborate(key, Unit, types.shared[name], types.keys[name], limits).term, limits)
            yield from (_SHARD, name, copies, keyed)
        case Each():
            yield _EACH
        case Tee(name):
            yield from (_TEE, name)
        case Effect(name):
            raise EncodeError(
                f"effect {name!r}", "it is a function of Python", "deploy the pipeline where it is written"
            )
        case _:
            raise AssertionError(pipeline)
    for part in inside(pipeline):
        yield from _fields(part, types, limits)


def decode_pipeline(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Pipeline[Any, Any]:
    """Return the pipeline that bytes stand for. That it fits is not looked at: see ``interface``.

    Raises:
        DecodeError, LimitError, ValueMismatchError: they stand for none.
    """
    take = Fields(unpack(data, limits), "a pipeline")
    made = _decoded(take, limits, 1)
    take.end()
    return made


def _decoded(take: Fields, limits: Limits, depth: int) -> Pipeline[Any, Any]:
    if depth > DEEPEST:
        raise DecodeError("a pipeline", f"parts nested {DEEPEST} deep at most", "more", 0)
    kind = take.number("the kind of a pipeline")
    if kind in _TWO:
        left = _decoded(take, limits, depth + 1)
        return _TWO[kind](left, _decoded(take, limits, depth + 1))
    match kind:
        case 0:
            return Identity(None if take.absent() else take.type("a type", limits))
        case 1:
            name = take.name("a stage's name")
            state, input_, output = (take.type(what, limits) for what in _TYPES)
            machine = Machine[Any, Any, Any](decode_term(take.blob("a machine"), limits))
            return Stage(name, take.state(state, limits), machine, state, input_, output)
        case 2:
            count = take.number("how many parts there are")
            return sequence(tuple(_decoded(take, limits, depth + 1) for _ in take.rest_at_most(count)))
        case 6:
            name, copies = take.name("a shard's name"), take.number("how many copies there are")
            key = None if take.absent() else Machine[Any, Any, Any](decode_term(take.blob("a key"), limits))
            if not 1 <= copies <= MOST_COPIES:
                raise DecodeError("a shard", f"1 to {MOST_COPIES} copies", str(copies), 0)
            return Shard(name, _decoded(take, limits, depth + 1), copies, key)
        case 7:
            return Each(_decoded(take, limits, depth + 1))
        case 8:
            return Tee(take.name("a tee's name"))
        case other:
            raise DecodeError("a pipeline", "a kind from 0 to 8", str(other), 0)
