"""A client of the server's msgpack frames, for programs, notebooks and the command line. It blocks."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterable
from typing import Any, cast, overload

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.value_codec import ValueCodec, codec_of
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.abilities import without
from sm_toolkit.pipeline.messages import (
    Answer,
    Change,
    Downgrade,
    Failed,
    Inspect,
    Inspected,
    Item,
    Refused,
    Request,
    Rewire,
    Rewired,
    Upgrade,
    Upgraded,
)


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


class Client:
    """A connection that stays open, and speaks one interface version until it asks for another.

    ``version``, ``input`` and ``output`` are that version and its types, ``host`` and ``port`` where it is connected.
    Use it as a context manager.
    """

    def __init__(
        self,
        host: str,
        port: int,
        version: int | None = None,
        timeout: float = 10.0,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.host, self.port = host, port
        self._limits = limits
        instead = "a deployment in this notebook can be called and changed as a server is"
        if (reason := without("a client", "sockets", instead)) is not None:
            raise ClientError(reason)
        self._frames = wire.Frames(limits)
        self._bodies: deque[bytes] = deque()
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise ClientError(f"cannot reach a server at {host}:{port}: {error}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.version = 0
        self.input: Type[Any]
        self.output: Type[Any]
        self._values: ValueCodec[Any] | None = None
        self._outputs: ValueCodec[Any] | None = None
        try:
            self.speak(version)
        except BaseException:
            self.close()
            raise

    def speak(self, version: int | None = None) -> int:
        """Ask for an interface version from here on, the current one if none is named; return its number.

        Raises:
            RequestFailed: the server does not serve that version.
            ClientError: see ``call``.
        """
        self._send(wire.frame([wire.HELLO, wire.PROTOCOL, version]))
        answer = self._receive()
        if isinstance(answer, Failed):
            raise RequestFailed(answer)
        if not isinstance(answer, wire.Welcome):
            raise ClientError(f"expected a welcome, and got {type(answer).__name__}")
        self.version, self.input, self.output = answer.version, answer.input, answer.output
        self._values, self._outputs = (
            codec_of(answer.input, self._limits),
            codec_of(answer.output, self._limits),
        )
        return self.version

    def call(self, value: Any) -> Any:
        """Send one value and return its output.

        Raises:
            RequestFailed: the step failed; the server's state is what it was.
            ValueMismatchError: the value is not of the input type.
            ClientError: the connection was lost, ended by the server, or silent for the timeout.
        """
        (answer,) = self.ask([Item(value)])
        if isinstance(answer, Failed):
            raise RequestFailed(answer)
        return cast("Item", answer).value

    def ask(self, requests: Iterable[Request]) -> list[Answer]:
        """Send many requests at once and return their answers in order, failures among them.

        Raises:
            ValueMismatchError, ClientError: see ``call``.
        """
        assert self._values is not None
        frames = [wire.encode_request(request, self._values) for request in requests]
        # A batch at a time, so that neither side waits for the other to read.
        answers: list[Answer] = []
        for start in range(0, len(frames), _BATCH):
            batch = frames[start : start + _BATCH]
            self._send(b"".join(batch))
            for _ in batch:
                answer = self._receive()
                if isinstance(answer, wire.Welcome):
                    raise ClientError("expected an answer, and got a welcome")
                answers.append(answer)
        return answers

    @overload
    def change(self, request: Upgrade | Downgrade) -> Upgraded: ...
    @overload
    def change(self, request: Rewire) -> Rewired: ...
    def change(self, request: Change) -> Upgraded | Rewired:
        """Send a change and return what it did (or would do, in a dry run).

        The connection goes on speaking its version; ``speak()`` moves it to the new one.

        Raises:
            ChangeRefused: the server refused it, and runs on as before.
            EncodeError, PipelineError, MachineTypeError: it cannot be sent: its new pipeline has an effect, or does
                not fit.
            ClientError: see ``call``.
        """
        (answer,) = self.ask([request])
        if isinstance(answer, Failed):
            raise RequestFailed(answer)
        if isinstance(answer, Refused):
            raise ChangeRefused(answer)
        return cast("Upgraded | Rewired", answer)

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in.

        Raises:
            ClientError: see ``call``.
        """
        (answer,) = self.ask([Inspect()])
        return cast("Inspected", answer)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def __repr__(self) -> str:
        """Print what it speaks, and not the port, which may be another one each time."""
        return f"<client, interface version {self.version}: {self.input} to {self.output}>"

    def __enter__(self) -> Client:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            self._raise_if_ended()
            raise ClientError(f"the connection was lost: {error}") from None

    def _raise_if_ended(self) -> None:
        """Look in what the server said before the connection was lost for the reason."""
        try:
            while True:
                self._receive()
        except ClientError as error:
            if isinstance(error, ConnectionEnded):
                raise

    def _receive(self) -> Answer | wire.Welcome:
        while not self._bodies:
            try:
                data = self._socket.recv(65_536)
            except TimeoutError:
                raise ClientError(f"no answer came within {self._socket.gettimeout():g} seconds") from None
            except OSError as error:
                raise ClientError(f"the connection was lost: {error}") from None
            if not data:
                raise ClientError("the server closed the connection")
            self._bodies.extend(self._frames.feed(data))
            if self._frames.too_long is not None and not self._bodies:
                line = data[:200].decode(errors="replace").strip().partition("\n")[0].rstrip()
                hint = f"; it speaks text: {line}" if data.isascii() else ""
                raise ClientError(f"the server's answer is no msgpack frame{hint}")
        answer = wire.decode_answer(self._bodies.popleft(), self._outputs, self._limits)
        if isinstance(answer, wire.Ended):
            raise ConnectionEnded(answer.reason)
        return answer


_BATCH = 256

__all__ = ["ChangeRefused", "Client", "ClientError", "ConnectionEnded", "RequestFailed", "connect"]


def connect(host: str = "127.0.0.1", port: int = 3000, version: int | None = None, timeout: float = 10.0) -> Client:
    """Connect to a server and return the client, which speaks the current interface version or the one named.

    ``timeout`` (seconds) is how long an answer may take.

    Raises:
        ClientError: the server cannot be reached.
        RequestFailed: it does not serve that version.
    """
    return Client(host, port, version, timeout)
