"""Bounded queues between processes, on a pair of sockets: frames go one way, and how many were taken comes back.

A writer may have as many messages on their way as the queue holds. What the reader has taken out it says in numbers,
and the writer waits for those where the queue is full. The reader says them in lumps, and before it waits itself: so
few of them are ever unread that saying one never blocks.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from sm_toolkit.engines.queues import Pieces

HEADER = struct.Struct(">Q")
"""The length of a frame, and how many messages were taken: eight bytes each."""

READ_AT_ONCE = 65_536
"""How many bytes are read at once, at most."""

UNHEARD = 64
"""How many messages a writer puts in before it listens what was taken, at most."""

Encode: TypeAlias = Callable[[Sequence[Any]], bytes]
Decode: TypeAlias = Callable[[bytes], list[Any]]


def receive_frame(connection: socket.socket, until: float | None = None) -> bytes | None:
    """Return the body of the next frame, waiting for it; None if the other side has closed.

    Raises:
        TimeoutError: it is not there at this time (of ``time.monotonic``), if one is given.
    """
    head = _exactly(connection, HEADER.size, until)
    return None if head is None else _exactly(connection, HEADER.unpack(head)[0], until)


def send_frame(connection: socket.socket, body: bytes) -> None:
    """Send the body of a frame.

    Raises:
        OSError: the other side has closed.
    """
    connection.sendall(HEADER.pack(len(body)) + body)


def _exactly(connection: socket.socket, count: int, until: float | None) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        if until is not None and not comes(connection, select.POLLIN, until):
            raise TimeoutError
        try:
            more = connection.recv(min(count - len(data), READ_AT_ONCE))
        except OSError:
            return None
        if not more:
            return None
        data += more
    return bytes(data)


def comes(connection: socket.socket, event: int, until: float) -> bool:
    """Wait for an event (of ``select.poll``), or for the end of either side; False if it does not come until a time."""
    poll = select.poll()
    try:
        poll.register(connection, event)
    except ValueError:  # it was closed here
        return True
    return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))


class PipeWriter:
    """The end of a queue that messages are put into, by one thread."""

    def __init__(self, connection: socket.socket, capacity: int, encode: Encode) -> None:
        self._connection = connection
        self._capacity = capacity
        self._encode = encode
        self._listen_at = max(1, min(capacity // 2, UNHEARD))
        self._on_their_way = 0
        self._heard = bytearray()
        self._hearing = threading.Lock()

    def __len__(self) -> int:
        """Return how many messages wait, as far as it is known here."""
        if self._on_their_way and self._hearing.acquire(blocking=False):
            try:
                self._listen(socket.MSG_DONTWAIT)
            finally:
                self._hearing.release()
        return self._on_their_way

    def put(self, messages: list[Any]) -> bool:
        """Put messages in, waiting while the queue is full; False if it was closed, on this side or the other."""
        position, kind = 0, type(messages)
        while position < len(messages):
            if self._on_their_way >= self._listen_at:
                with self._hearing:
                    full = self._on_their_way >= self._capacity
                    if not self._listen(0 if full else socket.MSG_DONTWAIT):
                        return False
            room = self._capacity - self._on_their_way
            if room <= 0:
                continue
            part = kind(messages[position : position + room]) if position or room < len(messages) else messages
            body = self._encode(part)
            with self._hearing:
                self._on_their_way += len(part)
            try:
                send_frame(self._connection, body)
            except OSError:
                return False
            position += len(part)
        return True

    def _listen(self, flags: int) -> bool:
        """Hear how many messages were taken; False if the queue was closed."""
        try:
            data = self._connection.recv(READ_AT_ONCE, flags)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._heard += data
        whole = len(self._heard) // HEADER.size * HEADER.size
        taken = sum(number for (number,) in HEADER.iter_unpack(self._heard[:whole]))
        del self._heard[:whole]
        self._on_their_way -= taken
        return bool(data)

    def close(self) -> None:
        """Close the queue, and wake who waits for it."""
        close(self._connection)


class PipeReader:
    """The end of a queue that messages are taken from, by one thread; ``unsaid`` are taken and not yet told of."""

    def __init__(self, connection: socket.socket, capacity: int, decode: Decode) -> None:
        self._connection = connection
        self._decode = decode
        self._say_at = max(1, capacity // 4)
        self._ready = Pieces()
        self._rest = bytearray()
        self.unsaid = 0

    def take(self, most: int) -> list[Any] | None:
        """Take what is there, at most so many, waiting for at least one; None if the queue was closed."""
        ready = self._ready
        while not ready:
            if self.unsaid and not self._say():
                return None
            if not self._read():
                return None
        batch = ready.take(most)
        self.unsaid += len(batch)
        if self.unsaid >= self._say_at and not self._say():
            return None
        return batch

    def _say(self) -> bool:
        unsaid, self.unsaid = self.unsaid, 0
        try:
            self._connection.sendall(HEADER.pack(unsaid))
        except OSError:  # nobody puts anything in any more; what is there may still be taken
            return bool(self._ready)
        return True

    def _read(self) -> bool:
        """Read what is there, waiting for it; False if the queue was closed."""
        try:
            data = self._connection.recv(READ_AT_ONCE)
        except OSError:
            return False
        if not data:
            return False
        rest = self._rest
        rest += data
        start = 0
        while len(rest) - start >= HEADER.size:
            end = start + HEADER.size + HEADER.unpack_from(rest, start)[0]
            if len(rest) < end:
                break
            self._ready.append(self._decode(bytes(rest[start + HEADER.size : end])))
            start = end
        del rest[:start]
        return True

    def close(self) -> None:
        """Close the queue, and wake who waits for it."""
        close(self._connection)


def close(connection: socket.socket) -> None:
    """Close a socket, and wake the thread that waits for it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
