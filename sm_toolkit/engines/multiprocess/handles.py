"""The near end of processes: one that runs, asked and told over its control socket; and the two ends of a chain."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from sm_toolkit.engines.errors import EngineError
from sm_toolkit.engines.multiprocess.chains import Unit
from sm_toolkit.engines.multiprocess.forking import PATIENCE, Nursery
from sm_toolkit.engines.multiprocess.frames import Form, come_back, pack, request, unpack
from sm_toolkit.engines.multiprocess.pipes import PipeReader, PipeWriter, close, comes, receive_frame, send_frame
from sm_toolkit.engines.multiprocess.worker import Assignment
from sm_toolkit.language.data.records import Classes
from sm_toolkit.pipeline.messages import Item, Values
from sm_toolkit.pipeline.plans import Admitted


class Process:
    """A process that does a unit."""

    def __init__(
        self, nursery: Nursery, unit: Unit, assignment: Assignment, taken: socket.socket, given: socket.socket
    ) -> None:
        self.unit = unit
        self._works = False
        self._in_step = True  # the next answer is that to the next question
        self._nursery = nursery
        self._control, far = socket.socketpair()
        self._asking = threading.Lock()
        self._telling = threading.Lock()
        self._finding_end = threading.Lock()
        self._leaving = threading.Lock()
        try:
            self.number = nursery.fork(far, taken, given)
        except BaseException:
            self._control.close()
            raise
        finally:
            for each in (far, taken, given):
                each.close()
        self._tell_raw(assignment.encode())

    def fileno(self) -> int:
        """Return the control socket's, which hangs up when the process has ended."""
        return self._control.fileno()

    def ready(self) -> None:
        """Wait until it works.

        Raises:
            EngineError: it does not come to that.
        """
        try:
            heard = self._hear(time.monotonic() + PATIENCE)
        except TimeoutError:
            raise self._silent(PATIENCE) from None
        if heard != ["ready"]:
            raise EngineError(self.how_ended())
        self._works = True

    def ask(self, *question: Any, within: float | None = None) -> Any:
        """Ask it something, and return the answer. Where that is interrupted, it may be asked again.

        Raises:
            EngineError: it has ended, or has not answered within so many seconds, if any are given.
        """
        if threading.current_thread() is not threading.main_thread():
            return self._ask(question, within)
        # Where no interrupt comes: an answer that was heard in part only would be in the way of the next one.
        asked: Future[Any] = Future()

        def work() -> None:
            try:
                asked.set_result(self._ask(question, within))
            except BaseException as error:
                asked.set_exception(error)

        threading.Thread(target=work, name=f"asks stage {self.unit.name}", daemon=True).start()
        return asked.result()

    def _ask(self, question: tuple[Any, ...], within: float | None) -> Any:
        until = None if within is None else time.monotonic() + within
        if not self._asking.acquire(timeout=-1 if within is None else within):
            raise self._silent(within)
        try:
            if not self._in_step:
                raise EngineError(f"the process {self.number} still has an answer to give that nobody waited for")
            self._tell_raw(pack(list(question)))
            heard = self._hear(until)
        except TimeoutError:
            self._in_step = False
            raise self._silent(within) from None
        finally:
            self._asking.release()
        if heard is None or heard[0] != "answer":
            raise EngineError(self.how_ended())
        return heard[1]

    def _tell_raw(self, body: bytes) -> None:
        with self._telling, suppress(OSError):  # whoever waits for an answer learns that there is none
            send_frame(self._control, body)

    def _silent(self, within: float | None) -> EngineError:
        return EngineError(f"the process {self.number} of stage {self.unit.name!r} has not answered within {within} s")

    def _hear(self, until: float | None = None) -> Any:
        data = receive_frame(self._control, until)
        if data is None:
            return None
        heard = unpack(data)
        if heard[0] == "broke":
            self._last_words = heard[1]
        return heard

    _last_words = ""
    _end = ""

    def how_ended(self) -> str:
        """Say how it has come to its end, with the name of its stage."""
        with self._finding_end:
            if not self._end:  # the nursery tells it once
                self._end = self._found_end()
            return self._end

    def _found_end(self) -> str:
        if not self._last_words and self._asking.acquire(blocking=False):
            try:
                while self._hear() is not None:
                    pass
            finally:
                self._asking.release()
        if self._last_words:
            return f"stage {self.unit.name!r} broke in its process: {self._last_words}"
        try:
            code = self._nursery.ended(self.number)
        except EngineError as error:
            return f"the process {self.number} of stage {self.unit.name!r} has ended, and its states with it ({error})"
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        told = f"the process {self.number} of stage {self.unit.name!r} {how}"
        if not self._works:
            return f"{told} before it worked"
        return f"{told}; the states in it are lost with it, so the engine stops: deploy anew"

    def end(self) -> None:
        """Tell it to end, whatever it is at."""
        self._tell_raw(pack(["end"]))

    def gone(self, until: float) -> None:
        """Wait until it has ended; it is killed if it has not at a time (of ``time.monotonic``)."""
        with self._leaving:
            if self._control.fileno() < 0:
                return
            try:
                self._nursery.ended(self.number, until)
            except EngineError:  # the nursery is gone; as long as the process is there it holds the socket's other end
                if not comes(self._control, 0, until):
                    with suppress(ProcessLookupError):
                        os.kill(self.number, signal.SIGKILL)
            close(self._control)


class Inside:
    """What waits for its answer, in order: messages; and of bare values that follow one another, how many.

    One thread adds, and one takes out.
    """

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()

    def add(self, messages: list[Any]) -> None:
        """Add messages behind all others."""
        if type(messages) is Values:
            self._waiting.append([len(messages)])
        else:
            self._waiting.extend(messages)

    def take_bare(self, count: int) -> bool:
        """Take so many bare values out, if they are the first and follow one another; else do nothing and say False."""
        first = self._waiting[0]
        if first.__class__ is not list or first[0] < count:
            return False
        first[0] -= count
        if not first[0]:
            self._waiting.popleft()
        return True

    def take(self) -> Any:
        """Take the first out; a bare value's place is an item's."""
        first = self._waiting[0]
        if first.__class__ is list and first[0] > 1:
            first[0] -= 1
        else:
            self._waiting.popleft()
        return Item(None, None, None, True) if first.__class__ is list else first


class ChainEnds:
    """Both ends of a chain: the queue before its first process, and the one behind its last.

    What waits for its answer from the chain is kept here, in order: one message comes back for each.
    ``numbers`` gives for a change the number by which a process in the chain was told of it, None if none was;
    ``changed`` is called with each change of a stage in the chain that comes back made. Records in what comes back are
    of the ``classes``.
    """

    def __init__(
        self,
        forms: tuple[Form, Form],
        first: socket.socket,
        last: socket.socket,
        capacity: int,
        numbers: Callable[[Admitted], int | None],
        changed: Callable[[Admitted, Any], None],
        classes: Classes,
    ) -> None:
        self._in_form, self._out_form = forms
        self._numbers, self._changed, self._classes = numbers, changed, classes
        self._inside = Inside()
        self.writer = PipeWriter(first, capacity, self._encode)
        self._reader = PipeReader(last, capacity, self._decode)

    def __len__(self) -> int:
        """Return how many messages wait before the first process."""
        return len(self.writer)

    def not_taken(self, sent: int) -> int:
        """Return how many of those are still to be taken here that the last process has sent and not heard of."""
        return max(0, sent - self._reader.unsaid)

    quick = False

    def has_some(self) -> bool:
        """Say that who is to wait for something waits by taking it."""
        return True

    def put(self, messages: list[Any], ring: bool = True) -> bool:
        """Put messages in, waiting while the queue is full; False if it was closed."""
        self._inside.add(messages)
        return self.writer.put(messages)

    def take(self, most: int) -> list[Any] | None:
        """Take what has come through, at most so many, waiting for at least one; None if the queue was closed."""
        came = self._reader.take(most)
        if came is None:
            return None
        inside, left, value = self._inside, self._inside.take, self._out_form.value
        made = []
        if type(came) is Values:
            if inside.take_bare(len(came)):
                return came
            for output in came:
                message = left()
                message.value = output
                made.append(message)
            return made
        for raw in came:
            message = left()
            if raw.__class__ is list:
                message.value = value(raw)
            elif raw.__class__ is dict:
                message = self._back(raw, message)
            made.append(message)
        return made

    def close(self) -> None:
        """Close both ends, and wake who waits for them."""
        self.writer.close()
        self._reader.close()

    def _encode(self, messages: Sequence[Any]) -> bytes:
        return pack(self._in_form.written(messages, self._other))

    def _decode(self, data: bytes) -> list[Any]:
        raws = unpack(data)
        return self._out_form.values(raws) if raws.__class__ is dict else raws

    def _other(self, message: Any) -> Any:
        return request(message, self._numbers(message) if isinstance(message, Admitted) else None)

    def _back(self, raw: Any, message: Any) -> Any:
        made = come_back(raw, message, self._classes)
        if "upgraded" in raw:
            self._changed(message, made)
        return made
