"""Where processes come from: a nursery, a small process of one thread, which has loaded what is needed and forks.

A process with threads, as a notebook's kernel is, cannot be forked safely; one that is started anew takes most of a
second, and might run the user's script again. So the nursery is started once, and while anyone needs it each process is
a fork of it, in some milliseconds. It and its children have no terminal and take no interrupts; they end when nobody is
at the other end of their socket any more, however that came about.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sm_toolkit.engines.errors import EngineError
from sm_toolkit.engines.multiprocess.frames import pack, unpack
from sm_toolkit.engines.multiprocess.pipes import HEADER, receive_frame, send_frame

GRACE = 5.0
"""How many seconds a process has to end after it was told to, before it is killed."""

PATIENCE = 30.0
"""How many seconds the nursery has to fork; on a busy machine it takes a while until it has loaded what it needs."""

_START = "import sys; sys.path[:] = {path!r}; from {module} import nurse; nurse({fd})"


class Nursery:
    """The near end of a nursery. Make it with ``nursery``."""

    def __init__(self) -> None:
        if not hasattr(os, "fork") or not hasattr(socket, "send_fds"):
            raise EngineError("processes() needs a system with fork, such as Linux or macOS; use threads() here")
        near, far = socket.socketpair()
        code = _START.format(path=sys.path, module=__name__, fd=far.fileno())
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], pass_fds=[far.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as error:
            near.close()
            raise EngineError(f"no process can be started: {error}") from error
        finally:
            far.close()
        self._connection = near
        self._asking = threading.Lock()
        self._asked = 0

    def fork(self, *connections: socket.socket) -> int:
        """Start a process that works with these sockets; return its number.

        Raises:
            EngineError: none can be had.
        """
        with self._asking:
            try:
                socket.send_fds(self._connection, [b"f", self._number()], [each.fileno() for each in connections])
            except OSError as error:
                raise EngineError(f"no process can be started: {error}") from error
            return self._answer(PATIENCE)

    def ended(self, number: int, until: float | None = None) -> int:
        """Wait until a process has ended, kill it at a time, and return its exit code as Popen's is.

        That time (of ``time.monotonic``) is ``GRACE`` seconds from now if none is given.

        Raises:
            EngineError: the nursery is gone, and the process is nobody's child that could be asked for.
        """
        grace = GRACE if until is None else max(0.0, until - time.monotonic())
        with self._asking:
            try:
                body = pack([number, grace])
                self._connection.sendall(b"w" + self._number() + HEADER.pack(len(body)) + body)
            except OSError as error:
                raise EngineError(f"the process cannot be asked for: {error}") from error
            return self._answer(grace + GRACE)

    def _number(self) -> bytes:
        """Return the next question's number, a byte: an answer that an interrupt kept from being read is skipped."""
        self._asked = (self._asked + 1) % 256
        return bytes([self._asked])

    def _answer(self, within: float) -> int:
        number, answer, until = -1, 0, time.monotonic() + within
        while number != self._asked:
            try:
                data = receive_frame(self._connection, until)
            except TimeoutError:  # it was stopped from outside, say; who needs one later gets another
                self._process.kill()
                self._process.wait()
                raise EngineError(f"the process that starts processes has not answered within {within:g} s") from None
            if data is None:
                raise EngineError("the process that starts processes has ended")
            number, answer = unpack(data)
        if isinstance(answer, str):
            raise EngineError(f"no process can be started: {answer}")
        return answer

    def gone(self) -> bool:
        """Tell whether it has ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End it."""
        self._connection.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@atexit.register
def _at_exit() -> None:
    """End what is still there when this process ends: its children end with it."""
    if _nursery is not None:
        _nursery.close()


_nursery: Nursery | None = None
_users = 0
_changing = threading.Lock()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Have a nursery: the one that others have too, or a new one. It ends when the last one leaves.

    Raises:
        EngineError: there can be none here.
    """
    held = acquire()
    try:
        yield held
    finally:
        release()


def acquire() -> Nursery:
    """Return the nursery, started if there is none; ``release`` has to follow."""
    global _users
    with _changing:
        _users += 1
        try:
            return _there()
        except BaseException:
            _users -= 1
            raise


def current() -> Nursery:
    """Return the nursery to one who has acquired one: another one, if that has ended meanwhile.

    Raises:
        EngineError: there can be none here any more.
    """
    with _changing:
        return _there()


def _there() -> Nursery:
    global _nursery
    if _nursery is not None and _nursery.gone():
        _nursery.close()
        _nursery = None
    if _nursery is None:
        _nursery = Nursery()
    return _nursery


def release() -> None:
    """Do without it from here on."""
    global _nursery, _users
    with _changing:
        _users -= 1
        if _users == 0 and _nursery is not None:
            _nursery.close()
            _nursery = None


# -- in the nursery ---------------------------------------------------------------------------------------


def nurse(fd: int) -> None:
    """Be the nursery: fork when asked to, and wait for those that end."""
    from sm_toolkit.engines.multiprocess.worker import work

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=fd) as connection, suppress(ConnectionError):  # nobody is at the other end any more
        gc.freeze()
        _serve(connection, work)


def _serve(connection: socket.socket, work: Callable[..., None]) -> None:
    def answer(asked: bytes, found: int | str) -> None:
        send_frame(connection, pack([asked[1], found]))

    while True:
        asked, fds, _, _ = socket.recv_fds(connection, 2, 3)
        if asked[:1] == b"f":
            given = [socket.socket(fileno=each) for each in fds]
            try:
                number = os.fork()
            except OSError as error:
                answer(asked, str(error))
            else:
                if number == 0:
                    connection.close()
                    try:
                        work(*given)
                    except BaseException:
                        traceback.print_exc()
                        os._exit(1)
                    os._exit(0)
                answer(asked, number)
            for each in given:
                each.close()
        elif asked[:1] == b"w":
            data = receive_frame(connection)
            answer(asked, _wait(*([0, GRACE] if data is None else unpack(data))))
        else:
            return


def _wait(number: int, grace: float) -> int:
    """Return the exit code of a child once it has ended; kill it if it has not after so many seconds."""
    until = time.monotonic() + grace
    while True:
        try:
            ended, status = os.waitpid(number, os.WNOHANG)
        except ChildProcessError:
            return 0
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.001)
