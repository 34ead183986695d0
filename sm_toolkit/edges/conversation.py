"""A conversation with a server in msgpack frames: bytes there, answers back. It blocks, and knows of no version.

What can go wrong with it are errors here. ``client`` speaks an interface version over one, ``observing`` does not.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sm_toolkit.language.encoding.value_codec import ValueCodec
from sm_toolkit.language.errors import DecodeError, LimitError, ToolkitError, ValueMismatchError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.text.plain import printable
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.abilities import without
from sm_toolkit.pipeline.messages import Answer, Failed, Refused
from sm_toolkit.pipeline.metrics import Metrics


class ClientError(ToolkitError):
    """A server could not be reached, ended the connection, or answered what was not asked."""


class ConnectionEnded(ClientError):
    """The server ended the connection, and said why; connect anew."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the server ended the connection: {reason}")


class RequestFailed(ToolkitError):
    """The server answered that a request failed; ``stage`` is where, or empty if it never entered."""

    def __init__(self, answer: Failed) -> None:
        self.stage = answer.stage
        self.reason = answer.reason
        super().__init__(f"stage {answer.stage!r} failed: {answer.reason}" if answer.stage else answer.reason)


class ChangeRefused(ToolkitError):
    """The server refused a change, for these reasons; it runs on as before."""

    def __init__(self, answer: Refused) -> None:
        self.stage = answer.stage
        self.reasons = answer.reasons
        who = f"stage {answer.stage!r}" if answer.stage else "the server"
        super().__init__(f"{who} refused the change: " + "; ".join(answer.reasons))


class NoCounts(RequestFailed):
    """The server does not tell what its stages have done; ``reason`` is why."""

    def __init__(self, answer: Failed) -> None:
        if wire.KINDS_FROM in answer.reason:  # it does not know the question
            answer = Failed("", "its sm_toolkit is older than this one, and does not tell what its stages have done")
        super().__init__(answer)


class Conversation:
    """A connection that is open, in frames. ``host`` and ``port`` are where to.

    Raises:
        ClientError: the server cannot be reached.
    """

    def __init__(self, host: str, port: int, timeout: float, limits: Limits = DEFAULT_LIMITS) -> None:
        self.host, self.port = host, port
        self._limits = limits
        instead = "a deployment in this notebook can be called and changed as a server is"
        if (reason := without("a client", "sockets", instead)) is not None:
            raise ClientError(reason)
        self._frames = wire.Frames(limits)
        self._bodies: deque[bytes] = deque()
        self._ended: ConnectionEnded | None = None
        self._due = 0  # answers that were asked for and not taken yet
        self._sending = memoryview(b"")
        self._sent: list[int] = []  # how much of it was sent, each time
        self._heard: list[bytes] = []  # and not looked at yet
        self._amid = False  # whether that is just being looked at
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise ClientError(f"cannot reach a server at {host}:{port}: {error}; is one running there?") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes, answers: int = 1) -> None:
        """Send frames, to which so many answers come.

        Who was interrupted before, or waited in vain, has left answers that are nobody's: those are dropped first.

        Raises:
            ConnectionEnded: the server ended the connection before, and said why.
            ClientError: the connection was lost, or was silent for the timeout, or an interrupt came amid a message.
        """
        if self._ended is not None:
            raise ConnectionEnded(self._ended.reason)
        self._send_rest()
        while self._due > 0:
            with suppress(DecodeError, LimitError, ValueMismatchError):  # in the types that were spoken
                self.receive(None)
        self._sending, self._sent, self._due = memoryview(data), [], answers
        self._send_rest()

    def _send_rest(self) -> None:
        """Send what is still to be sent. Where that is interrupted it is known how far it came: see ``_at_once``."""
        try:
            while rest := self._sending[sum(self._sent) :]:
                _at_once(self._sent, self._socket.send, rest)
        except TimeoutError:
            raise ClientError(f"the server took no request in within {self._socket.gettimeout():g} seconds") from None
        except OSError as error:
            self._raise_if_ended()
            raise ClientError(f"the connection was lost: {error}") from None

    def _raise_if_ended(self) -> None:
        """Look in what the server said before the connection was lost for the reason."""
        while True:
            try:
                self.receive(None)
            except ConnectionEnded:
                raise
            except ClientError:
                return
            except ToolkitError:  # an output, in the types of the version that is spoken
                continue

    def receive(self, outputs: ValueCodec[Any] | None) -> Answer | wire.Welcome | Metrics:
        """Wait for one answer; ``outputs`` is the codec of the output type that is spoken, None where none is.

        Raises:
            ConnectionEnded: the server ended the connection, and said why.
            ClientError: the connection was lost, or silent for the timeout, or what came is no frame.
            DecodeError, LimitError, ValueMismatchError: what came is no answer.
        """
        while not self._bodies:
            self._hear()
        body = self._bodies[0]
        del self._bodies[0]
        self._due -= 1
        answer = wire.decode_answer(body, outputs, self._limits)
        if isinstance(answer, wire.Ended):
            self._ended = ConnectionEnded(answer.reason)
            raise self._ended
        return answer

    def _hear(self) -> None:
        """Wait for bytes, and take them in."""
        if self._amid:
            raise ClientError("an interrupt came amid an answer, and the rest of it cannot be told apart; connect anew")
        try:
            if not self._heard:
                _at_once(self._heard, self._socket.recv, 65_536)
        except TimeoutError:
            raise ClientError(f"no answer came within {self._socket.gettimeout():g} seconds") from None
        except OSError as error:
            raise ClientError(f"the connection was lost: {error}") from None
        self._amid = True
        data = self._heard.pop()
        self._bodies.extend(self._frames.feed(data))
        self._amid = False
        if not data:
            raise ClientError("the server closed the connection")
        if self._frames.too_long is not None and not self._bodies:
            line = data[:200].decode(errors="replace").strip().partition("\n")[0].rstrip()
            hint = f"; it speaks text: {printable(line)}" if data.isascii() else ""
            raise ClientError(f"the server's answer is no msgpack frame{hint}")

    def counts(self) -> Metrics:
        """Ask what each stage has done so far, when all that was asked before has been answered.

        Raises:
            NoCounts: the server does not tell.
            ClientError: see ``receive``.
        """
        self.send(wire.frame([wire.MEASURE]))
        answer = self.receive(None)
        if isinstance(answer, Failed):
            raise NoCounts(answer)
        return expected(answer, Metrics)

    def close(self) -> None:
        """Close the connection; who waits for an answer on another thread waits no more."""
        with suppress(OSError):  # it was lost before
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


A = TypeVar("A")
B = TypeVar("B")


def _at_once(results: list[B], do: Callable[[A], B], argument: A) -> None:
    """Append the result of a call: an interrupt comes before the call or after that, and never in between.

    (Python looks for one between two of its own instructions, and this is a single one.)
    """
    results.extend(map(do, (argument,)))


def expected(answer: Any, class_: type[A]) -> A:
    """Return an answer of the class that the request asks for: a server may say anything.

    Raises:
        RequestFailed: the server answered that the request failed.
        ClientError: it answered something else.
    """
    if isinstance(answer, Failed):
        raise RequestFailed(answer)
    if not isinstance(answer, class_):
        raise ClientError(f"expected {class_.__name__}, and the server answered {type(answer).__name__}")
    return answer
