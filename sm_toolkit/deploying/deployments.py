"""Deployments: a pipeline put on an engine, to be fed by hand, asked and changed until it is drained or stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Generic, TypeVar, cast

from sm_toolkit.deploying.arrivals import Arrivals
from sm_toolkit.deploying.portions import portions
from sm_toolkit.deploying.preparing import DeploymentError, engine_or_inline, ready
from sm_toolkit.edges.awaiting import AwaitedDeployment, aside
from sm_toolkit.edges.progress import progress
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline.ends import all_entered
from sm_toolkit.pipeline.messages import (
    Alike,
    Answer,
    Change,
    Done,
    Drained,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Request,
    Rewired,
    Upgraded,
    Values,
    as_items,
    require_change,
)
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import Interface, Pipeline
from sm_toolkit.pipeline.plans import DeployedStage, Message
from sm_toolkit.pipeline.ports import Engine, Running, moves_when_told
from sm_toolkit.pipeline.steps import Copy

A = TypeVar("A")
B = TypeVar("B")
R = TypeVar("R")


class Deployment(Generic[A, B]):
    """A pipeline that runs on an engine, and takes requests until it is drained or stopped.

    Use it as a context manager, so that nothing is left running.
    """

    def __init__(
        self,
        pipeline: Pipeline[A, B],
        engine: Engine,
        limits: Limits = DEFAULT_LIMITS,
        tees: Mapping[str, Copy] | None = None,
    ) -> None:
        running = ready(pipeline, limits, tees or {})
        self.pipeline = pipeline
        self.interface: Interface = running.interface
        self._limits = limits
        self._arrivals = Arrivals()
        self._awaited: AwaitedDeployment[A, B] | None = None
        self._open = True
        self._nobodys = False  # whether what was not taken yet is for a call that was interrupted
        self._amid = threading.RLock()  # held by the thread that is amid a call
        self.running: Running = engine.start(running, self._arrivals, tees)

    @property
    def is_open(self) -> bool:
        """Whether it takes requests: it was not drained or stopped, and its engine did not break."""
        return self._open and self._arrivals.failure is None

    def send(self, *requests: Request) -> None:
        """Put requests in, in order; waits while the pipeline is full. ``Done`` closes the door.

        An item whose value is not of the input type that holds at its place in the stream is answered ``Failed``.

        Raises:
            DeploymentError: the deployment was drained or stopped, or its engine broke.
            TypeError: something is no request; a value goes in an ``Item``.
        """
        self._drop_nobodys()
        self._send(requests)

    def _send(self, requests: Sequence[Request]) -> None:
        self._refuse_if_over()
        messages = all_entered(requests, self._limits)
        if type(messages) is not Alike and Done in set(map(type, messages)):
            self._open = False
            del messages[next(at for at, message in enumerate(messages) if type(message) is Done) + 1 :]
        self._feed(messages)

    def _refuse_if_over(self) -> None:
        if not self._open:
            raise DeploymentError("the deployment was drained or stopped, and takes no more requests")

    def _feed(self, messages: list[Message]) -> None:
        with self._told():
            self.running.feed(messages)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of what an engine raises in the words of a deployment, and of the first that went wrong."""
        try:
            yield
        except ToolkitError as error:
            failure = self._arrivals.failure
            cause = failure if isinstance(failure, ToolkitError) else error
            raise DeploymentError(str(cause)) from cause

    def answers(self) -> list[Answer]:
        """Wait until everything sent so far is answered; return the answers not yet taken, in order.

        Raises:
            DeploymentError: the engine broke, or was stopped before all was answered.
        """
        self._settle()
        return self._taken()

    def _settle(self) -> None:
        self._drop_nobodys()
        self._wait()

    def _taken(self) -> list[Answer]:
        return [answer for answers in self._arrivals.take() for answer in as_items(answers)]

    def _delivered(self) -> list[list[Answer]]:
        """Wait until all sent so far is answered; return what was delivered and not yet taken, piece by piece."""
        self._wait()
        return self._arrivals.take()

    def _wait(self) -> None:
        try:
            self.running.drain()
        except ToolkitError as error:
            raise DeploymentError(str(error)) from (self._arrivals.failure or error)
        self._refuse_if_broken()

    def _refuse_if_broken(self) -> None:
        failure = self._arrivals.failure
        if failure is not None:
            told = str(failure) if isinstance(failure, ToolkitError) else f"the engine broke: {failure!r}"
            raise DeploymentError(told) from failure

    async def arrived(self) -> list[Answer]:
        """Return what ``answers`` does, for who is on an event loop, and without holding it up.

        If it is cancelled, no answer is taken.

        Raises:
            DeploymentError: see ``answers``.
        """
        await aside(self._settle)
        return self._taken()

    def call(self, value: A) -> B:
        """Send one value and return its output; for trying things out, when nothing else is on its way.

        Raises:
            DeploymentError: the item failed; the reason is in the error.
        """
        with self._whole():
            self._send([Item(value)])
            self._wait()
            *before, answer = self._taken()
            self._arrivals.put_back(before)
        if isinstance(answer, Failed):
            raise DeploymentError(f"stage {answer.stage!r} failed: {answer.reason}")
        return cast("B", cast("Item", answer).value)

    def map(self, values: Iterable[A], goes_on: Callable[[], bool] | None = None) -> list[B | Failed]:
        """Send many values and return their outputs in order, a ``Failed`` in the place of what failed.

        For when nothing else is on its way. It is the quickest way in: what need not be an item never becomes one.
        With ``goes_on`` the values are sent in portions as long as that gives true; it is asked several times a second,
        or less often where steps are slow. There are outputs for what was sent.

        >>> from sm_toolkit.language.vocabulary.combinators import incr, read
        >>> from sm_toolkit.pipeline.pipelines import stage
        >>> with deploy(stage("read", None, read()) >> stage("add", None, incr)) as adding:
        ...     adding.map(["1", "2"])
        [2, 3]

        Raises:
            DeploymentError: there are answers that nobody took, or see ``send`` and ``answers``.
            TypeError: there are no values.
        """
        self._refuse_if_over()
        if not isinstance(values, Iterable):
            raise TypeError(f"map takes values, one after another, not {type(values).__name__}; for one: call(value)")
        given = Values(values) if goes_on is None else values
        total = len(given) if isinstance(given, Sized) else None
        with self._whole() as come, progress(lambda: self._arrivals.count - come, total):
            if goes_on is None:
                self._feed(cast("Values", given))
            else:
                self._feed_while(given, goes_on)
            delivered = self._delivered()
        outputs: list[B | Failed] = []
        for answers in delivered:
            if type(answers) is Values:
                outputs += answers
            else:
                outputs += [answer.value if isinstance(answer, Item) else cast("Failed", answer) for answer in answers]
        return outputs

    def _feed_while(self, values: Iterable[A], goes_on: Callable[[], bool]) -> None:
        """Feed values in portions, the next one when no more than the last is on its way."""
        sent, steered = self._arrivals.count, moves_when_told(self.running)
        try:
            for portion in portions(values, goes_on, same=steered):
                self._refuse_if_over()
                self._feed(portion)
                if steered:
                    self.running.drain()
                self._wait_until(sent)
                sent += len(portion)
        except BaseException:
            self._nobodys = True
            raise

    def _wait_until(self, come: int) -> None:
        self._arrivals.wait_until(lambda: come <= self._arrivals.count or not self.is_open)

    def change(self, request: Change) -> Upgraded | Rewired | Refused:
        """Send a change and return its answer, whatever else is on its way; from any thread.

        Raises:
            DeploymentError: see ``send`` and ``answers``.
            TypeError: it is no change.
        """
        return cast("Upgraded | Rewired | Refused", self._ask(require_change(request)))

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in, at one place in the stream; from any thread.

        Raises:
            DeploymentError: see ``send`` and ``answers``.
        """
        return cast("Inspected", self._ask(Inspect()))

    def drain(self) -> list[Answer]:
        """Close the door, wait until all has left, and return the answers not yet taken, the last left out.

        Raises:
            DeploymentError: the engine broke; it is stopped all the same.
        """
        try:
            self.send(Done())
            answers = self.answers()
        finally:
            self.stop()
        return [answer for answer in answers if not isinstance(answer, Drained)]

    def stages(self) -> tuple[DeployedStage, ...]:
        """Return the stages as they are now: what each runs (``plan``, with its name), and its ``state``.

        Other than ``inspect`` it does not wait; so what is still on its way belongs to no stage.

        Raises:
            DeploymentError: the engine broke, and the states with it.
        """
        with self._told():
            return tuple(self.running.inspect())

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits before it; printed, it is a table.

        Raises:
            DeploymentError: the engine broke, and what it has counted is lost.
        """
        with self._told():
            return self.running.metrics()

    def stop(self) -> None:
        """Stop at once; what is not answered yet is dropped."""
        self._open = False
        self.running.stop()
        self._arrivals.wake()

    @property
    def awaited(self) -> AwaitedDeployment[A, B]:
        """The same for who is on an event loop, as every cell of a notebook is: ``await deployment.awaited.call(x)``.

        ``async with deploy(pipeline) as deployment`` gives it at once.
        """
        if self._awaited is None:
            self._awaited = AwaitedDeployment(self)
        return self._awaited

    async def __aenter__(self) -> AwaitedDeployment[A, B]:
        """Return what is awaited."""
        return self.awaited

    async def __aexit__(self, *error: object) -> None:
        """Stop, without holding up the event loop."""
        await self.awaited.stop()

    def __repr__(self) -> str:
        """Print what was deployed, and whether it takes requests."""
        return f"<deployment, {'open' if self.is_open else 'closed'}: {self.pipeline!r}>"

    def __enter__(self) -> Deployment[A, B]:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Stop."""
        self.stop()

    def _ask(self, request: Change | Inspect) -> Answer:
        """Send what is answered by one message, and wait for that one alone."""
        self._refuse_if_over()
        with self._told():
            self.running.refuse_to_wait()
        asked = self._arrivals.expect()
        try:
            self._send([replace(request, reply_to=asked)])
        except ToolkitError:
            self._arrivals.forget(asked)
            raise
        if moves_when_told(self.running):
            with self._told():
                self.running.drain()
        self._arrivals.wait_until(lambda: asked.answer is not None or not self.is_open)
        if asked.answer is None:
            self._refuse_if_broken()
            raise DeploymentError("the deployment was stopped before it answered")
        return replace(asked.answer, reply_to=request.reply_to)

    @contextmanager
    def _whole(self) -> Iterator[int]:
        """Do something whole, while nothing else is on its way; if it is interrupted, its answers are nobody's.

        Gives how many answers had come before.
        """
        with self._alone():
            self._drop_nobodys()
            self._none_untaken()
            try:
                yield self._arrivals.count
            except BaseException as error:
                if not isinstance(error, Exception):
                    self._nobodys = True
                raise

    def _alone(self) -> AbstractContextManager[object]:
        """Wait until no other thread is amid a call, as one may be that nobody waits for any more."""
        try:
            self.running.refuse_to_wait()
        except ToolkitError:  # who is amid a call may wait for this thread
            return nullcontext()
        return self._amid

    def _drop_nobodys(self) -> None:
        """Wait for what was asked for by a call that was interrupted, if one was, and drop it."""
        with self._alone():
            if self._nobodys:
                self._delivered()
                self._nobodys = False

    def _none_untaken(self) -> None:
        if self._arrivals.has_some():
            raise DeploymentError("there are answers that nobody took; take them with answers() first")


def deploy(
    pipeline: Pipeline[A, B],
    engine: Engine | None = None,
    limits: Limits = DEFAULT_LIMITS,
    tees: Mapping[str, Copy] | None = None,
) -> Deployment[A, B]:
    """Put a pipeline on an engine (``inline()`` if none is given) and return it running.

    ``tees`` has for each tee what is called with lists of the values that reach it, in order.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> with deploy(stage("count", 0, get() >> incr >> put() >> get())) as counter:
    ...     counter.call(None), counter.call(None)
    (1, 2)

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        TypeError: it is no pipeline, the engine no engine, or what is given to a tee cannot be called.
        DeploymentError: a tee has nothing that is called.
    """
    for name, copy in (tees or {}).items():
        if not callable(copy):
            raise TypeError(
                f"deploy() gives the copies of tee {name!r} to a function, in lists ([].extend, say), and this is "
                f"{copy!r:.80}; run(…, tees={{{name!r}: sink}}) gives them to a sink"
            )
    return Deployment(pipeline, engine_or_inline(engine), limits, tees)
