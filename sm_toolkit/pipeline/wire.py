"""Messages as bytes and back: the frames that a client and a server exchange. No I/O here.

A frame is four bytes of length, most significant first, and one msgpack array: a number that says what it
is, and its fields. Values travel as the flat list of ``value_encoding`` and terms in the form of
``encoding``; nothing that arrives is believed before it was decoded, checked and, for a term, typed.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.encoding.canonical import (
    encode_machine,
    encode_type,
)
from sm_toolkit.language.encoding.hashes import Hash
from sm_toolkit.language.encoding.packing import unpack
from sm_toolkit.language.encoding.value_codec import ValueCodec
from sm_toolkit.language.encoding.value_encoding import encode_value
from sm_toolkit.language.errors import DecodeError, LimitError, MachineTypeError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.fields import Fields
from sm_toolkit.pipeline.fields import TooLargeToShow as TooLargeToShow
from sm_toolkit.pipeline.framing import HEADER as HEADER
from sm_toolkit.pipeline.framing import Frames as Frames
from sm_toolkit.pipeline.framing import frame as frame
from sm_toolkit.pipeline.messages import (
    Adapter,
    Answer,
    Downgrade,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Request,
    Rewire,
    Rewired,
    StageView,
    Upgrade,
    Upgraded,
)
from sm_toolkit.pipeline.metrics import Metrics, StageMetrics
from sm_toolkit.pipeline.pipeline_encoding import decode_pipeline, encode_pipeline
from sm_toolkit.pipeline.ports import Hello, Measure

PROTOCOL = 1
"""The version of the frames; a greeting says it, and a server that speaks another one refuses.

A kind that is added changes none of the others: who does not know it says so in a ``Failed``, and goes on.
"""

ITEM, UPGRADE, DOWNGRADE, INSPECT, HELLO, REWIRE, MEASURE = range(7)
ANSWER, FAILED, UPGRADED, REFUSED, INSPECTED, WELCOME, ENDED, REWIRED, MEASURED = range(16, 25)

KINDS_FROM = "a kind from 0 to "
"""How what is expected begins where a request is of a kind that is not known, in every version of the toolkit."""

LARGEST_STATE_SHOWN = 65_536
"""A state that is larger than this (bytes) is left out of the answers to a change and to an inspection."""

# -- requests ---------------------------------------------------------------------------------------------


def encode_request(request: Request | Hello | Measure, values: ValueCodec[Any]) -> bytes:
    """Return the frame of a request; ``values`` is the codec of the input type that the client speaks.

    Raises:
        ValueMismatchError, LimitError: an item's value is not of that type, or too large.
        MachineTypeError, AmbiguousTypeError: a machine in a change does not type by itself.
    """
    match request:
        case Item(value):
            return frame([ITEM, *values.flatten(value)], values.limits)
        case Upgrade():
            types = (request.state_type, request.input_type, request.output_type)
            return frame(
                [
                    UPGRADE,
                    request.stage,
                    request.expects,
                    *(encode_type(type_) for type_ in types),
                    _term(request.machine, *types),
                    _term(request.migrate, Unit, request.old_state_type, request.state_type),
                    None if request.back is None else _term(request.back, Unit, request.state_type),
                    *_adapter(request.adapter, (None, request.input_type), (request.output_type, None)),
                    None if request.old_state_type is None else encode_type(request.old_state_type),
                    request.force,
                    request.dry_run,
                ]
            )
        case Downgrade():
            adapter = _adapter(request.adapter, (None, None), (None, None))
            return frame([DOWNGRADE, request.stage, request.expects, *adapter, request.force, request.dry_run])
        case Rewire():
            migrations = [(name, _term(machine, Unit)) for name, machine in sorted(request.migrations.items())]
            return frame(
                [
                    REWIRE,
                    encode_pipeline(request.pipeline),
                    request.expects,
                    *_adapter(request.adapter, (None, None), (None, None)),
                    request.force,
                    request.dry_run,
                    len(migrations),
                    *(field for migration in migrations for field in migration),
                    *sorted(request.drop),
                ]
            )
        case Inspect():
            return frame([INSPECT])
        case Hello(version):
            return frame([HELLO, PROTOCOL, version])
        case Measure():
            return frame([MEASURE])
        case _:
            raise TypeError(f"{type(request).__name__} is not sent over a wire: close the connection to end")


def _term(
    machine: Machine[Any, Any, Any],
    state: Type[Any],
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
) -> bytes:
    """Encode a machine, elaborated at the types that its place gives it.

    One that does not fit them is sent as it is by itself, so that it is the receiver who refuses it.
    """
    try:
        return encode_machine(machine, state, input, output)
    except MachineTypeError:
        return encode_machine(machine)


def _adapter(
    adapter: Adapter | None,
    up: tuple[Type[Any] | None, Type[Any] | None],
    down: tuple[Type[Any] | None, Type[Any] | None],
) -> list[bytes | None]:
    return [None, None] if adapter is None else [_term(adapter.up, Unit, *up), _term(adapter.down, Unit, *down)]


def decode_request(body: bytes, values: ValueCodec[Any], limits: Limits = DEFAULT_LIMITS) -> Request | Hello | Measure:
    """Return the request in the body of a frame.

    Raises:
        DecodeError, LimitError, ValueMismatchError: it is none; the error says what was expected and found.
    """
    fields = unpack(body, limits)
    kind = fields[0] if fields else None
    if kind == ITEM and kind.__class__ is int:
        return Item(values.unflatten(fields[1:]))
    take = Fields(fields, "a request")
    match take.number("the kind of request"):
        case 1:  # UPGRADE
            stage, expects = take.name("a stage's name"), None if take.absent() else take.name("a hash")
            state, input_, output = (take.type(what, limits) for what in _THREE_TYPES)
            machine, migrate = take.machine("the machine", limits), take.machine("the migration", limits)
            back = take.maybe_machine("the migration back", limits)
            adapter = take.adapter(limits)
            old = None if take.absent() else take.type("the old state's type", limits)
            force, dry_run = take.flag("force"), take.flag("dry_run")
            take.end()
            return Upgrade(stage, machine, state, input_, output, migrate, expects, old, adapter, back, force, dry_run)
        case 2:  # DOWNGRADE
            stage, expects = take.name("a stage's name"), None if take.absent() else take.name("a hash")
            adapter = take.adapter(limits)
            force, dry_run = take.flag("force"), take.flag("dry_run")
            take.end()
            return Downgrade(stage, expects, adapter, force, dry_run)
        case 3:  # INSPECT
            take.end()
            return Inspect()
        case 4:  # HELLO
            protocol = take.number("a protocol version")
            version = None if take.absent() else take.number("an interface version")
            take.end()
            if protocol != PROTOCOL:
                raise DecodeError("a greeting", f"protocol version {PROTOCOL}", str(protocol), 1)
            return Hello(version)
        case 5:  # REWIRE
            pipeline = decode_pipeline(take.blob("a pipeline"), limits)
            expects = None if take.absent() else take.name("a hash")
            adapter = take.adapter(limits)
            force, dry_run = take.flag("force"), take.flag("dry_run")
            count = take.number("how many migrations there are")
            migrations = {
                take.name("a stage's name"): take.machine("a migration", limits) for _ in take.rest_at_most(count)
            }
            drop = frozenset(take.name("a stage's name") for _ in take.rest())
            return Rewire(pipeline, migrations, drop, expects, adapter, force, dry_run)
        case 6:  # MEASURE
            take.end()
            return Measure()
        case other if ANSWER <= other <= MEASURED:
            raise DecodeError("a request", "a request", "an answer, which only a server sends", 0)
        case other:
            raise DecodeError("a request", f"{KINDS_FROM}{MEASURE}", str(other), 0)


# -- answers ----------------------------------------------------------------------------------------------


def encode_answer(answer: Answer, values: ValueCodec[Any]) -> bytes:
    """Return the frame of an answer; ``values`` is the codec of the output type that the client speaks.

    Raises:
        ValueMismatchError, LimitError: an item's value is not of that type, or too large.
    """
    match answer:
        case Item():  # by far the most: taking its fields apart in the pattern would take longer
            return frame([ANSWER, *values.flatten(answer.value)], values.limits)
        case Failed(stage, reason):
            return frame([FAILED, stage, reason])
        case Refused(stage, reasons):
            return frame([REFUSED, stage, *reasons])
        case Upgraded():
            before, after = answer.before_type, answer.after_type
            return frame(
                [
                    UPGRADED,
                    answer.stage,
                    answer.hash,
                    answer.version,
                    answer.dry_run,
                    encode_type(before),
                    _state(answer.before, before),
                    encode_type(after),
                    _state(answer.after, after),
                ]
            )
        case Inspected(stages, version):
            return frame([INSPECTED, version, *(field for stage in stages for field in _view(stage))])
        case Rewired():
            views = (field for stage in (*answer.before, *answer.after) for field in _view(stage))
            return frame([REWIRED, answer.hash, answer.version, answer.dry_run, len(answer.before), *views])
        case Drained():
            return frame([ENDED, "the server stops"])


def welcome(version: int, input: Type[Any], output: Type[Any]) -> bytes:
    """Return the answer to a greeting: the version that the connection speaks, and its types."""
    return frame([WELCOME, PROTOCOL, version, encode_type(input), encode_type(output)])


def measured(metrics: Metrics) -> bytes:
    """Return the answer to a ``Measure``.

    Raises:
        LimitError: there are so many stages that nobody would read it.
    """
    views = (
        [
            each.name,
            each.hash,
            each.edition,
            each.items_in,
            each.items_out,
            each.failures,
            each.queue,
            each.service_time,
        ]
        for each in metrics.stages
    )
    return frame([MEASURED, metrics.version, metrics.waiting, *(field for view in views for field in view)])


def ended(reason: str) -> bytes:
    """Return what a server says before it closes a connection."""
    return frame([ENDED, reason])


def _state(value: Any, type_: Type[Any]) -> bytes | None:
    try:
        data = encode_value(value, type_)
    except LimitError:
        return None
    return data if len(data) <= LARGEST_STATE_SHOWN else None


def _view(stage: StageView) -> list[Any]:
    types = [encode_type(type_) for type_ in (stage.state_type, stage.input_type, stage.output_type)]
    return [stage.name, stage.hash, *types, _state(stage.state, stage.state_type), stage.upgrades]


class Welcome:
    """The answer to a greeting."""

    def __init__(self, version: int, input: Type[Any], output: Type[Any]) -> None:
        self.version = version
        self.input = input
        self.output = output


class Ended:
    """What a server says before it closes a connection."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def decode_answer(
    body: bytes, values: ValueCodec[Any] | None, limits: Limits = DEFAULT_LIMITS
) -> Answer | Welcome | Ended | Metrics:
    """Return the answer in the body of a frame.

    Raises:
        DecodeError, LimitError, ValueMismatchError: it is none.
    """
    fields = unpack(body, limits)
    if fields and fields[0].__class__ is int and fields[0] == ANSWER and values is not None:
        return Item(values.unflatten(fields[1:]))
    take = Fields(fields, "an answer")
    match take.number("the kind of answer"):
        case 17:  # FAILED
            return Failed(take.text("a stage's name"), take.text("a reason"))
        case 18:  # UPGRADED
            stage, hash_, version = take.text("a stage's name"), take.text("a hash"), take.number("a version")
            dry_run = take.flag("dry_run")
            before_type, before = take.typed_state(limits)
            after_type, after = take.typed_state(limits)
            return Upgraded(stage, Hash(hash_), version, before, after, before_type, after_type, None, dry_run)
        case 19:  # REFUSED
            return Refused(take.text("a stage's name"), tuple(take.text("a reason") for _ in take.rest()))
        case 20:  # INSPECTED
            version = take.number("a version")
            return Inspected(tuple(_decode_view(take, limits) for _ in take.rest(_VIEW_FIELDS)), version)
        case 21:  # WELCOME
            take.number("a protocol version")
            version = take.number("a version")
            return Welcome(version, *(take.type("a type", limits) for _ in range(2)))
        case 22:  # ENDED
            return Ended(take.text("a reason"))
        case 23:  # REWIRED
            hash_, version = take.text("a hash"), take.number("a version")
            dry_run = take.flag("dry_run")
            count = take.number("how many stages there were")
            before = tuple(_decode_view(take, limits) for _ in take.rest_at_most(count))
            after = tuple(_decode_view(take, limits) for _ in take.rest(_VIEW_FIELDS))
            return Rewired(Hash(hash_), version, before, after, None, dry_run)
        case 24:  # MEASURED
            version, waiting = take.number("a version"), take.number("how many messages wait")
            return Metrics(tuple(_decode_metrics(take) for _ in take.rest(_METRICS_FIELDS)), waiting, version)
        case other:
            raise DecodeError("an answer", f"a kind from {ANSWER} to {MEASURED}", str(other), 0)


_VIEW_FIELDS = 7


def _decode_view(take: Fields, limits: Limits) -> StageView:
    name, hash_ = take.word("a name"), take.word("a hash")
    state, input_, output = (take.type(what, limits) for what in _THREE_TYPES)
    shown = take.state(state, limits)
    return StageView(name, Hash(hash_), shown, state, input_, output, take.number("how often it was upgraded"))


_METRICS_FIELDS = 8


def _decode_metrics(take: Fields) -> StageMetrics:
    name, hash_ = take.word("a name"), take.word("a hash")
    edition = take.number("how often it was upgraded")
    items_in, items_out = take.number("how many items came in"), take.number("how many went on")
    failures = take.number("how many failed")
    queue = None if take.absent() else take.number("how many messages wait before it")
    return StageMetrics(
        name, items_in, items_out, failures, queue, take.seconds("the time of an item in it"), edition, Hash(hash_)
    )


_THREE_TYPES = ("the state's type", "the input's type", "the output's type")
