"""One client of the server: what it said, what waits to enter the stream, and which version it speaks.

Everything that a connection says goes through the stream, mistakes included, so that answers leave in the order
of its requests. A change is looked at on a worker thread while only its own connection waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace

from sm_toolkit.edges.allowances import ServerOptions
from sm_toolkit.edges.door import Door
from sm_toolkit.pipeline.ends import enter
from sm_toolkit.pipeline.messages import Answer, Change, Failed, Inspect, Item, Refused
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.plans import Admitted, Message
from sm_toolkit.pipeline.ports import Codec, Event, Hello, Malformed, Measure, Session

log = logging.getLogger(__name__)

FIRST_WINDOW = 64
"""How many requests of a new connection may be in the stream, until it is known how large its answers are."""

BYTES_IN_FLIGHT = 1_000_000
"""About how many bytes of answers to one connection may be on their way at a time."""

_SMALL = 4096  # bytes of answers that say nothing about how large answers may be

LINGER = 0.5
"""How long (seconds) a connection that was ended goes on throwing away what its client still sends: closing it
with input unread would take the last answers with it."""


class Connection(asyncio.BufferedProtocol):
    """A client that is connected.

    ``settled`` is false for one that came while a change was in flight: its version is what is current after
    that, and nothing is read from it until then.
    """

    def __init__(self, door: Door, codec: Codec, options: ServerOptions) -> None:
        self.version = door.versions.current
        self.settled = False
        self.has_spoken = False
        self.out: list[bytes] = []
        self._door = door
        self._options = options
        self._session: Session = codec.session(door.versions.input, door.versions.output)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._pending: deque[Event] = deque()
        self._in_flight = 0
        self._window = min(FIRST_WINDOW, options.most_in_flight)
        self._admitting = False
        self._reading = True
        self._at_end = False  # the client closed its half
        self._finished = False  # and the codec was told
        self._over = False  # nothing more is taken from the client
        self._ended = False  # nothing more is said to it
        self._deadline: float | None = None
        self._unread_since: float | None = None
        self._closing: asyncio.TimerHandle | None = None

    # -- what asyncio calls -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._door.stopped:
            self.abort()
            return
        full = len(self._door.connections) >= self._options.most_connections
        if self._door.closing or full:
            self._door.turned_away.add(self)
            self.end("the server stops" if self._door.closing else "too many connections; try again")
        else:
            self._door.connections.add(self)
            if not self._door.changing:
                self.settle()
            self._deadline = self._loop.time() + self._options.request_timeout
            self._read_or_wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client; what it had in the stream takes its course."""
        self._door.connections.discard(self)
        self._door.turned_away.discard(self)
        self._door.stirred.set()
        self._ended = self._over = True
        self._transport = None
        self._pending.clear()
        self.out.clear()
        if self._closing is not None:
            self._closing.cancel()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where to read to. All connections share it: what is read is taken out at once."""
        return self._door.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what was read."""
        if self._over:
            return
        events = self._receive(bytes(self._door.buffer[:nbytes]))
        if events:
            self._pending.extend(events)
            self.proceed()

    def eof_received(self) -> bool:
        """Answer everything that was asked before the client closed its half, and close the other."""
        self._at_end = True
        if not self._over:
            self._over = True
            self._read_held()
            self.proceed()
        return not self._ended

    def pause_writing(self) -> None:
        """Take no more from a client that does not read."""
        self._unread_since = self._loop.time()
        self._read_or_wait()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        self._unread_since = None
        self._loop.call_soon(self.proceed)

    # -- what is said -------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something that was taken from the client is not answered yet."""
        return not self._ended and (self._in_flight > 0 or bool(self._pending))

    def take_no_more(self) -> None:
        """Answer what was taken from the client so far, and read nothing more."""
        self._over = True
        self._read_or_wait()

    def settle(self) -> None:
        """Go on: no change is in flight. A client that came while one was learns its version here."""
        if not self.settled and not self._ended:
            self.settled = True
            self._speak(self._door.versions.current)
        if self._pending or not self._reading:
            self.proceed()

    def proceed(self) -> None:
        """Let what waits enter the stream: in order, and no more at once than the window."""
        pending = self._pending
        if pending and not self._admitting and self._unread_since is None:
            messages: list[Message] = []
            room = self._window - self._in_flight
            while pending and len(messages) < room:
                event = pending.popleft()
                if isinstance(event, Item):
                    # It is nobody else's yet, and the codec read it in the types of this version.
                    event.version, event.reply_to, event.checked = self.version, self, True
                    messages.append(event)
                    self.has_spoken = True
                elif isinstance(event, Hello):
                    # A new version begins between two items, after all answers so far, and not under a change.
                    if messages or self._in_flight or self._door.changing:
                        pending.appendleft(event)
                    else:
                        self._greet(event)
                    break
                elif isinstance(event, Measure):
                    # Behind all answers so far, and not in the stream, so that a full one does not hold it up.
                    if messages or self._in_flight:
                        pending.appendleft(event)
                    else:
                        self._measure()
                    break
                elif isinstance(event, Malformed):
                    messages.append(Failed("", event.reason, self))
                    self._over = self._over or event.fatal
                elif isinstance(event, Inspect):
                    messages.append(Inspect(reply_to=self))
                elif isinstance(event, Change):
                    self._admit(event)
                    break
            if messages:
                self._in_flight += len(messages)
                self._door.feed(messages)
        if pending or not self._reading:
            self._read_or_wait()
        if self._over:
            self._close_when_answered()

    def _receive(self, data: bytes | None) -> list[Event]:
        """Return what the codec makes of what was read, or of the end (None), and note how long the rest may take."""
        try:
            events = self._session.finish() if data is None else self._session.receive(data)
        except Exception:  # a codec raises nothing; one that does must not take others with it
            log.exception("the codec broke")
            return [Malformed("the request cannot be read", fatal=True)]
        if self._session.unfinished():
            if events or self._deadline is None:
                self._deadline = self._loop.time() + self._options.request_timeout
        elif events:
            self._deadline = None
        return events

    def _read_held(self) -> None:
        """Read what the codec held back behind a greeting or a change, and at the end of the stream the rest."""
        if self._ended:
            return
        if not self._is_greeting():
            self._pending.extend(self._receive(b""))
        if self._at_end and not self._finished and not self._is_greeting():
            self._finished = True
            self._pending.extend(self._receive(None))

    def _is_greeting(self) -> bool:
        """Tell whether the last that was read is a greeting that is not answered, so that more cannot be read."""
        return bool(self._pending) and isinstance(self._pending[-1], Hello)

    def _greet(self, hello: Hello) -> None:
        """Answer a greeting; what comes after it is read in the version that it settles."""
        versions = self._door.versions
        wanted = versions.current if hello.version is None else hello.version
        types = versions.types(wanted) if wanted in versions.served() else None
        if types is None:
            served = ", ".join(map(str, sorted(versions.served())))
            refusal = Failed("", f"interface version {wanted} is not served here (served: {served})")
            self.out.append(self._session.send(refusal))
        else:
            self.has_spoken = True
            self._speak(wanted)
            self.out.append(self._session.welcome(wanted, *types))
        self._read_held()
        self.flush()

    def _speak(self, version: int) -> None:
        types = self._door.versions.types(version)
        assert types is not None
        self.version = version
        self._session.speak(*types)

    def _admit(self, change: Change) -> None:
        """Look at a change on a worker thread; what this client says meanwhile waits behind it."""
        self._admitting = True
        self._in_flight += 1
        looking = self._loop.run_in_executor(None, enter, change, self._door.limits)

        def admitted(done: asyncio.Future[Message]) -> None:
            try:
                message = done.result()
            except Exception:
                log.exception("a change could not be looked at")
                message = Refused(getattr(change, "stage", ""), ("the server could not look at this change",))
            if isinstance(message, Admitted):
                message = replace(message, request=replace(message.request, reply_to=self))
            elif isinstance(message, Refused):
                message = replace(message, reply_to=self)
            self._door.enter_change(self, message)

        looking.add_done_callback(admitted)

    def _measure(self) -> None:
        """Ask for what was counted; what this client says meanwhile waits behind it."""
        self._admitting = True
        self._in_flight += 1
        self._door.measure(self._measured)

    def _measured(self, metrics: Metrics | None) -> None:
        """Answer with what was counted, or that it could not be had."""
        self._admitting = False
        self._in_flight -= 1
        if not self._ended:
            none = Failed("", "what was counted cannot be had just now")
            self.out.append(self._session.send(none) if metrics is None else self._session.counts(metrics))
            self.flush()
            self.proceed()

    def entered(self) -> None:
        """Go on: the change has taken its place in the stream."""
        self._admitting = False
        self._read_held()
        self.proceed()

    # -- what is answered ---------------------------------------------------------------------------------

    def answer(self, answer: Answer) -> None:
        """Add an answer to what ``flush`` writes."""
        self._in_flight -= 1
        if self._ended:
            return
        try:
            self.out.append(self._session.send(answer))
        except Exception:
            log.exception("the codec broke")
            self.end("the answer cannot be written")

    def flush(self) -> None:
        """Write what was answered, and go on with what waits."""
        out = self.out
        if self._ended or self._transport is None:
            out.clear()
            return
        if out:
            data = out[0] if len(out) == 1 else b"".join(out)
            self._transport.write(data)
            if len(data) > _SMALL or 2 * len(out) > self._window:
                # As many requests at a time as make a bearable heap of answers of this size.
                fitting = BYTES_IN_FLIGHT * len(out) // (len(data) + 1) + 1
                self._window = min(2 * self._window, fitting, self._options.most_in_flight)
            out.clear()
        if self._pending or not self._reading:
            self._loop.call_soon(self.proceed)
        if self._over:
            self._close_when_answered()

    def end(self, reason: str) -> None:
        """Say why, and close the connection."""
        if not self._ended:
            self.out.append(self._session.end(reason))
            self._close()

    def look_at_clock(self, now: float) -> None:
        """End the connection if the client took too long."""
        options = self._options
        if self._unread_since is not None:
            if now - self._unread_since > options.unread_timeout:
                log.warning("cut off a client that did not read its answers")
                self.abort()
        elif self._deadline is not None and now > self._deadline and not self.busy:
            what = "the request was not finished" if self._session.unfinished() else "no request came"
            self.end(f"{what} within {options.request_timeout:g} seconds")

    def abort(self) -> None:
        """Close the connection, and lose what was not read."""
        self._ended = self._over = True
        if self._transport is not None:
            self._transport.abort()

    def _close_when_answered(self) -> None:
        # A server that stops says so last, hence it closes its connections itself.
        if not self._in_flight and not self._pending and not self._ended and not self._door.closing:
            self._close()

    def _close(self) -> None:
        """Write what is left, and close so that the client can still read all of it."""
        self._ended = self._over = True
        self._pending.clear()
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(b"".join(self.out))
        self.out.clear()
        if self._at_end or not transport.can_write_eof():
            transport.close()
            return
        try:
            transport.write_eof()
        except OSError:  # the client is gone
            transport.abort()
            return
        self._closing = self._loop.call_later(LINGER, transport.close)
        self._read_or_wait()

    def _read_or_wait(self) -> None:
        """Read on, unless too much of this client's waits already."""
        if self._transport is None or self._at_end or self._transport.is_closing():
            return
        should_read = self._ended or (
            self.settled
            and not self._over
            and self._unread_since is None
            and len(self._pending) <= self._options.most_in_flight
            and not self._is_greeting()
        )
        if should_read != self._reading:
            self._reading = should_read
            if should_read:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()
