"""An observer of a server: it asks what runs and what was counted, and speaks no interface version.

So it is in no change's way, however long it stays: a client that has greeted or called is served in its version.
"""

from __future__ import annotations

from sm_toolkit.edges.conversation import Conversation, expected
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.pipeline import wire
from sm_toolkit.pipeline.messages import Inspected
from sm_toolkit.pipeline.metrics import Metrics


class Observer:
    """A connection that only looks. Use it as a context manager; ``timeout`` (seconds) is how long an answer may take.

    Raises:
        ClientError: the server cannot be reached.
    """

    def __init__(self, host: str, port: int, timeout: float = 10.0, limits: Limits = DEFAULT_LIMITS) -> None:
        self._conversation = Conversation(host, port, timeout, limits)

    def metrics(self) -> Metrics:
        """Ask what each stage has done so far, as ``Client.metrics`` does.

        Raises:
            NoCounts, ClientError, DecodeError, LimitError: see ``Client.metrics``.
        """
        return self._conversation.counts()

    def inspect(self) -> Inspected:
        """Ask every stage what it runs and which state it is in.

        Raises:
            RequestFailed, ClientError, DecodeError, LimitError: see ``Client.inspect``.
        """
        self._conversation.send(wire.frame([wire.INSPECT]))
        return expected(self._conversation.receive(None), Inspected)

    def close(self) -> None:
        """Close the connection; a question that is under way on another thread ends with a ``ClientError``."""
        self._conversation.close()

    def __enter__(self) -> Observer:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()
