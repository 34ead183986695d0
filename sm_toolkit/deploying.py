"""Deploying: a pipeline put on an engine, and a source, a codec, a pipeline and a sink run together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, Generic, TypeVar, cast, overload

from sm_toolkit.engines.sequential import inline
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.values import check_value
from sm_toolkit.pipeline.meaning import enter
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
    Request,
    Upgrade,
    Upgraded,
)
from sm_toolkit.pipeline.pipelines import Interface, Pipeline, interface
from sm_toolkit.pipeline.plans import DeployedStage, Message, deployed
from sm_toolkit.pipeline.ports import Codec, Engine, Hello, Listener, Malformed, Outlet, Running, Sink, Source

A = TypeVar("A")
B = TypeVar("B")
R = TypeVar("R")


class DeploymentError(ToolkitError):
    """A deployment was asked for what it cannot do any more."""


class Deployment(Generic[A, B]):
    """A pipeline that runs on an engine, and takes requests until it is drained or stopped.

    Use it as a context manager, so that nothing is left running.
    """

    def __init__(self, pipeline: Pipeline[A, B], engine: Engine, limits: Limits = DEFAULT_LIMITS) -> None:
        self.pipeline = pipeline
        self.interface: Interface = interface(pipeline, limits)
        self._limits = limits
        self._answers: deque[Answer] = deque()
        self._arrived = threading.Condition()
        self._failure: BaseException | None = None
        self._open = True
        self.running: Running = engine.start(deployed(pipeline, limits), self)

    # What the engine calls.

    def deliver(self, answers: list[Answer]) -> None:
        """Take answers from the engine."""
        with self._arrived:
            self._answers.extend(answers)
            self._arrived.notify_all()

    def broken(self, error: BaseException) -> None:
        """Learn from the engine that it broke."""
        with self._arrived:
            self._failure = error
            self._arrived.notify_all()

    # What people call.

    def send(self, *requests: Request) -> None:
        """Put requests in, in order; waits while the pipeline is full. ``Done`` closes the door.

        Raises:
            DeploymentError: the deployment was drained or stopped.
            ValueMismatchError: an item is not of the pipeline's input type.
        """
        if not self._open:
            raise DeploymentError("the deployment was drained or stopped, and takes no more requests")
        messages: list[Message] = []
        for request in requests:
            if isinstance(request, Item):
                self._check(request)
            messages.append(enter(request, self._limits))
            if isinstance(request, Done):
                self._open = False
                break
        self.running.feed(messages)

    def answers(self) -> list[Answer]:
        """Wait until everything sent so far is answered; return the answers not yet taken, in order.

        Raises:
            DeploymentError: the engine broke.
        """
        try:
            self.running.settle()
        finally:
            if self._failure is not None:
                raise DeploymentError(f"the engine broke: {self._failure!r}") from self._failure
        with self._arrived:
            taken = list(self._answers)
            self._answers.clear()
        return taken

    def call(self, value: A) -> B:
        """Send one value and return its output; for trying things out, when nothing else is on its way.

        Raises:
            DeploymentError: the item failed; the reason is in the error.
        """
        answer = self._ask(Item(value))
        if isinstance(answer, Failed):
            raise DeploymentError(f"stage {answer.stage!r} failed: {answer.reason}")
        return cast("B", cast("Item", answer).value)

    def change(self, request: Upgrade | Downgrade) -> Upgraded | Refused:
        """Send a change and return its answer."""
        return cast("Upgraded | Refused", self._ask(request))

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in, at one place in the stream."""
        return cast("Inspected", self._ask(Inspect()))

    def drain(self) -> list[Answer]:
        """Close the door, wait until all has left, and return the answers not yet taken, the last left out."""
        self.send(Done())
        answers = self.answers()
        self.stop()
        return [answer for answer in answers if not isinstance(answer, Drained)]

    def stages(self) -> tuple[DeployedStage, ...]:
        """Return the stages as they are now."""
        return self.running.stages()

    def stop(self) -> None:
        """Stop at once; what is not answered yet is dropped."""
        self._open = False
        self.running.stop()

    def __enter__(self) -> Deployment[A, B]:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.stop()

    def _ask(self, request: Request) -> Answer:
        with self._arrived:
            if self._answers:
                raise DeploymentError("there are answers that nobody took; take them with answers() first")
        self.send(request)
        *before, answer = self.answers()
        with self._arrived:
            self._answers.extendleft(reversed(before))
        return answer

    def _check(self, item: Item) -> None:
        log = self.running.stages()[0].plan.log if len(self.interface.stages) == 1 else None
        types = (self.interface.input, None) if log is None else log.types(item.version)
        if types is not None:
            check_value(item.value, types[0], self._limits)


def deploy(pipeline: Pipeline[A, B], engine: Engine | None = None, limits: Limits = DEFAULT_LIMITS) -> Deployment[A, B]:
    """Put a pipeline on an engine (``inline()`` if none is given) and return it running.

    >>> from sm_toolkit.language.combinators import get, incr, put
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> with deploy(stage("count", 0, get() >> incr >> put() >> get())) as counter:
    ...     counter.call(None), counter.call(None)
    (1, 2)

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    return Deployment(pipeline, inline() if engine is None else engine, limits)


@overload
def run(
    source: Source, codec: Codec, pipeline: Pipeline[Any, Any], sink: Sink[R], engine: Engine | None = None
) -> R: ...
@overload
def run(
    source: Listener,
    codec: Codec,
    pipeline: Pipeline[Any, Any],
    sink: Sink[R] | Listener | None = None,
    engine: Engine | None = None,
) -> None: ...
def run(source: Any, codec: Codec, pipeline: Pipeline[Any, Any], sink: Any = None, engine: Engine | None = None) -> Any:
    """Run a pipeline from a source to a sink until the source ends; return what the sink gives.

    A listener (``from_tcp``) is source and sink at once: it serves until it is stopped.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        OSError: a file or a port cannot be opened.
    """
    engine = inline() if engine is None else engine
    types = interface(pipeline)
    if hasattr(source, "serve"):
        stages = deployed(pipeline)
        chosen = engine

        def start(outlet: Outlet) -> Running:
            return chosen.start(stages, outlet)

        return source.serve(codec, start, types.input, types.output)
    if not hasattr(sink, "write"):
        raise TypeError(f"this source wants a sink of its own (to_list(), to_file(path), …), not {sink!r}")
    return _pump(source, codec, pipeline, types, sink, engine)


class _ToSink:
    """Hands answers to a sink on the engine's thread, and keeps what went wrong there."""

    def __init__(self, sink: Sink[Any], codec: Codec, types: Interface) -> None:
        self._sink = sink
        self._session = codec.session(types.input, types.output)
        self.failure: BaseException | None = None

    def deliver(self, answers: list[Answer]) -> None:
        kept: list[Answer] = []
        for answer in answers:
            if not isinstance(answer, Drained):
                kept.append(answer)
            if isinstance(answer, Upgraded) and answer.log is not None:
                # What came before a change is written in the types of before it.
                self._write(kept)
                kept = []
                self._session.speak(answer.log.input, answer.log.output)
        self._write(kept)

    def _write(self, answers: list[Answer]) -> None:
        if answers and self.failure is None:
            self._sink.write(self._session, answers)

    def broken(self, error: BaseException) -> None:
        self.failure = error


def _pump(
    source: Source,
    codec: Codec,
    pipeline: Pipeline[Any, Any],
    types: Interface,
    sink: Sink[R],
    engine: Engine,
) -> R:
    outlet = _ToSink(sink, codec, types)
    running = engine.start(deployed(pipeline), outlet)
    try:
        for events in source.events(codec.session(types.input, types.output)):
            running.feed(list(_entered(events)))
            if outlet.failure is not None:
                break
        running.feed([Done()])
        running.settle()
    except BaseException:
        if outlet.failure is not None:
            raise outlet.failure from None
        raise
    finally:
        running.stop()
        result = sink.close()
    return result


def _entered(events: Iterable[Any]) -> Iterable[Message]:
    for event in events:
        if isinstance(event, Malformed):
            yield Failed("", event.reason)
        elif not isinstance(event, Hello):
            yield enter(event)
