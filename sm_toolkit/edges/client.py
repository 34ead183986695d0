"""A client of the server's msgpack frames, for programs, notebooks and the command line. It blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from sm_toolkit.edges.conversation import (
    ChangeRefused,
    ClientError,
    ConnectionEnded,
    Conversation,
    NoCounts,
    RequestFailed,
    expected,
)
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.encoding.value_codec import ValueCodec, codec_of
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline import wire
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
from sm_toolkit.pipeline.metrics import Metrics

A = TypeVar("A")


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
        if not isinstance(host, str):
            hint = f"; connect(port={host})" if isinstance(host, int) else ""
            raise TypeError(f"a host is a text, such as 'localhost', and got {type(host).__name__}{hint}")
        self.host, self.port = host, port
        self._limits = limits
        self._conversation = Conversation(host, port, timeout, limits)
        self.version = 0
        self.input: Type[Any]
        self.output: Type[Any]
        self._values: ValueCodec[Any] | None = None
        self._outputs: ValueCodec[Any] | None = None
        self._is_greeted = False  # whether it is known which version is spoken
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
        was_greeted, self._is_greeted = self._is_greeted, False
        self._conversation.send(wire.frame([wire.HELLO, wire.PROTOCOL, version]))
        answer = self._conversation.receive(self._outputs)
        if isinstance(answer, Failed):
            self._is_greeted = was_greeted
            raise RequestFailed(answer)
        if not isinstance(answer, wire.Welcome):
            raise ClientError(f"expected a welcome, and got {type(answer).__name__}")
        self.version, self.input, self.output = answer.version, answer.input, answer.output
        self._values, self._outputs = (
            codec_of(answer.input, self._limits),
            codec_of(answer.output, self._limits),
        )
        self._is_greeted = True
        return self.version

    def call(self, value: Any) -> Any:
        """Send one value and return its output.

        Raises:
            RequestFailed: the step failed; the server's state is what it was.
            ValueMismatchError: the value is not of the input type.
            ClientError: the connection was lost, ended by the server, or silent for the timeout. After silence, as
                after an interrupt, the client can be used on: what comes late is dropped.
        """
        (answer,) = self.ask([Item(value)])
        return expected(answer, Item).value

    def ask(self, requests: Iterable[Request], goes_on: Callable[[], bool] = lambda: True) -> list[Answer]:
        """Send many requests, 256 at once, and return their answers in order, failures among them.

        Before each 256 it is asked whether it ``goes_on()``. There are answers to what was sent.

        Raises:
            ValueMismatchError, ClientError: see ``call``.
        """
        if not self._is_greeted:  # who asked for another version was interrupted
            self.speak(self.version)
        assert self._values is not None
        frames = [wire.encode_request(request, self._values) for request in requests]
        # A batch at a time, so that neither side waits for the other to read.
        answers: list[Answer] = []
        for start in range(0, len(frames), _BATCH):
            if not goes_on():
                break
            batch = frames[start : start + _BATCH]
            self._conversation.send(b"".join(batch), len(batch))
            for _ in batch:
                answer = self._conversation.receive(self._outputs)
                if isinstance(answer, wire.Welcome | Metrics):
                    raise ClientError(f"expected an answer, and got {type(answer).__name__}")
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
        if isinstance(answer, Refused):
            raise ChangeRefused(answer)
        return expected(answer, Rewired) if isinstance(request, Rewire) else expected(answer, Upgraded)

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in.

        Raises:
            ClientError: see ``call``.
        """
        (answer,) = self.ask([Inspect()])
        return expected(answer, Inspected)

    def metrics(self) -> Metrics:
        """Ask what each stage has done so far, and what waits before it; printed, it is a table.

        It is as ``Deployment.metrics``: it does not wait for what others have on its way.

        Raises:
            NoCounts: the server does not tell: it is of an older sm_toolkit.
            ClientError: see ``call``.
        """
        return self._conversation.counts()

    def close(self) -> None:
        """Close the connection."""
        self._conversation.close()

    def __repr__(self) -> str:
        """Print what it speaks, and not the port, which may be another one each time."""
        return f"<client, interface version {self.version}: {self.input} to {self.output}>"

    def __enter__(self) -> Client:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()


_BATCH = 256

__all__ = ["ChangeRefused", "Client", "ClientError", "ConnectionEnded", "NoCounts", "RequestFailed", "connect"]


def connect(host: str = "127.0.0.1", port: int = 3000, version: int | None = None, timeout: float = 10.0) -> Client:
    """Connect to a server and return the client, which speaks the current interface version or the one named.

    ``timeout`` (seconds) is how long an answer may take.

    Raises:
        ClientError: the server cannot be reached.
        RequestFailed: it does not serve that version.
    """
    return Client(host, port, version, timeout)
