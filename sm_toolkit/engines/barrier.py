"""What engines share that run the parts of a pipeline side by side: the door, and changes that act at it.

A change that cannot act at its place in the stream acts at the door: what comes is held, all that entered leaves, and
then everything is changed or nothing. What a change does is the business of ``pipeline.changes``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sm_toolkit.engines.errors import EngineError, broke_amid
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.messages import Alike, Refused, Values
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message, has_change
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.upgrades import acts_in_stream

BARRIER_TIMEOUT = 30.0
"""How many seconds a change at the door waits, if nothing else is said, until all that entered has left."""


LEAVING = 5.0
"""How many seconds one who stops an engine waits until another pipeline, which is just being started, is in place."""


class Barrier:
    """The door of a pipeline whose parts run side by side. What is fed and not delivered yet is counted here.

    An engine gives it ``put``, ``put_in_place``, ``inspect`` and ``stop``, and tells it what it ``delivered`` and why
    it ``broke``.
    """

    feed_waits = True

    def __init__(self, running: Deployed, outlet: Outlet, timeout: float) -> None:
        self._known = running  # as it was after the last change at the door; its shape and types are as they are now
        self._outlet = outlet
        self._timeout = timeout
        self._waiting = 0  # fed and not yet delivered
        self._settled = threading.Condition()
        self._feeding = threading.RLock()
        self._failure: BaseException | None = None
        self._stopped = False
        self._in_place = threading.Event()  # unless another pipeline is just being put in the place of this one
        self._in_place.set()

    # What an engine gives.

    def put(self, messages: list[Message]) -> bool:
        """Put messages into the first queue, waiting while it is full; False if it was closed."""
        raise NotImplementedError

    def put_in_place(self, running: Deployed) -> None:
        """Run another pipeline from here on; nothing is on its way. If that fails the old one runs on.

        Raises:
            OSError, RuntimeError, ToolkitError: what it needs cannot be had.
        """
        raise NotImplementedError

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; exact where nothing is on its way."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop at once, and leave nothing behind."""
        raise NotImplementedError

    def acts_in_place(self, admitted: Admitted) -> bool:
        """Tell whether a change acts at its own place in the stream, for which all is ready then; else at the door."""
        return acts_in_stream(self._known, admitted)

    # What people call.

    def feed(self, messages: Sequence[Message]) -> None:
        """Put messages in, in order; waits while the first queue is full, and while a change acts at the door.

        Raises:
            EngineError: the engine broke or was stopped.
        """
        with self._feeding:
            self._refuse_if_over()
            if not has_change(messages):
                self._enter(messages)
                return
            run: list[Message] = []
            for message in messages:
                if isinstance(message, Admitted) and not self.acts_in_place(message):
                    self._enter(run)
                    run = []
                    self._change(message)
                else:
                    run.append(message)
            self._enter(run)

    def drain(self) -> None:
        """Wait until everything that was fed has been delivered.

        Raises:
            EngineError: the engine broke or was stopped before.
        """
        if not self._quiet(None):
            self._refuse_if_over()

    def refuse_to_wait(self) -> None:
        """Do nothing: what runs has threads or processes of its own."""

    # The rest.

    def _enter(self, messages: Sequence[Message]) -> None:
        if messages:
            with self._settled:
                self._waiting += len(messages)
            try:
                kind = type(messages) if isinstance(messages, Alike | Values) else list
                entered = self.put(kind(messages))
            except BaseException as error:  # an interrupt: nobody knows how many of them are in
                self._broke(broke_amid(error))
                self.stop()
                raise
            if not entered:
                self._refuse_if_over()

    def _quiet(self, timeout: float | None) -> bool:
        """Wait until nothing is on its way; False if that does not come about."""
        with self._settled:
            self._settled.wait_for(lambda: self._waiting == 0 or self._failure is not None or self._stopped, timeout)
            return self._waiting == 0

    def _is_quiet(self) -> bool:
        """Tell whether nothing is on its way, and all is well."""
        with self._settled:
            return self._waiting == 0 and self._failure is None and not self._stopped

    def _change(self, admitted: Admitted) -> None:
        if not self._quiet(self._timeout):
            self._refuse_if_over()
            self._enter([too_late(admitted, self._timeout)])  # it takes its place in the stream all the same
            return
        running = self.inspect()
        changed, answer = change(running, admitted)
        if changed is not running:
            try:
                self._put_in_place_aside(changed)
            except (OSError, RuntimeError, ToolkitError) as error:
                answer = not_started(admitted, error)
            except BaseException as error:  # an interrupt: what was begun is ended
                self._broke(broke_amid(error))
                self.stop()
                raise
            else:
                self._known = changed
        self._outlet.deliver([answer])

    def _put_in_place_aside(self, changed: Deployed) -> None:
        """Put another pipeline in place on a thread of its own, where no interrupt comes amid it."""
        failures: list[BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                self.put_in_place(changed)
            except BaseException as error:
                failures.append(error)
            self._in_place.set()
            if self._stopped:  # meanwhile: then nobody else may have seen the new one
                self.stop()
            done.set()

        thread = threading.Thread(target=work, name="puts a pipeline in place", daemon=True)
        self._in_place.clear()
        try:
            thread.start()
        except RuntimeError:
            self._in_place.set()
            raise
        try:
            done.wait()
        except BaseException:
            self.stop()
            done.wait(LEAVING)
            raise
        if failures:
            raise failures[0]

    def _refuse_if_over(self) -> None:
        if self._failure is not None:
            told = self._failure if isinstance(self._failure, EngineError) else f"the engine broke: {self._failure!r}"
            raise EngineError(str(told)) from self._failure
        if self._stopped:
            raise EngineError("the engine was stopped")

    def _delivered(self, count: int) -> None:
        with self._settled:
            self._waiting -= count
            if self._waiting == 0:
                self._settled.notify_all()

    def _broke(self, error: BaseException) -> None:
        """Tell the outlet first, and then those who wait."""
        self._outlet.broken(error)
        with self._settled:
            self._failure = error
            self._settled.notify_all()

    def _stop(self) -> None:
        """Let nothing enter from here on, and no other pipeline be put in place."""
        with self._settled:
            self._stopped = True
            self._settled.notify_all()
        self._in_place.wait(LEAVING)


def too_late(admitted: Admitted, seconds: float) -> Refused:
    """Return the answer to a change at the door for which it has not become quiet in so many seconds."""
    return _refused(admitted, f"what entered before it has not left within {seconds:g} s, and nothing was changed")


def not_started(admitted: Admitted, error: Exception) -> Refused:
    """Return the answer to a change after which the pipeline could not be run."""
    return _refused(admitted, f"the new pipeline cannot be started: {error}")


def _refused(admitted: Admitted, reason: str) -> Refused:
    return Refused(admitted.subject, (reason,), admitted.request.reply_to)
