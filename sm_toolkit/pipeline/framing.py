"""Frames: a stream of bytes cut into bodies, and fields put into one. What is in a frame, ``wire`` says."""

from __future__ import annotations

import struct
from typing import Any

from sm_toolkit.language.encoding.packing import pack
from sm_toolkit.language.errors import LimitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

HEADER = 4
_read_length = struct.Struct(">I").unpack_from


class Frames:
    """Cuts a stream of bytes into the bodies of frames.

    ``too_long`` is set where a frame says that it is longer than ``message_bytes``: nothing after it can be read.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.too_long: LimitError | None = None
        self._longest = limits.message_bytes
        self._rest = bytearray()  # a frame that is not whole
        self._wanted = HEADER  # how many bytes of it there have to be before there is more to know

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes as they come; return the bodies of the frames that are whole."""
        rest = self._rest
        if rest:
            rest += data
            if len(rest) < self._wanted:
                return []
            data = bytes(rest)
            rest.clear()
        bodies: list[bytes] = []
        position, end = 0, len(data)
        wanted = HEADER
        while position + HEADER <= end and self.too_long is None:
            start = position + HEADER
            (length,) = _read_length(data, position)
            if length > self._longest:
                self.too_long = LimitError("a frame", "message_bytes", self._longest, length)
            elif start + length > end:
                wanted = HEADER + length
                break
            else:
                position = start + length
                bodies.append(data[start:position])
        if position < end and self.too_long is None:
            rest += data[position:]
            self._wanted = wanted
        return bodies

    def unfinished(self) -> bool:
        """Tell whether a frame has begun and is not whole."""
        return bool(self._rest)


def frame(fields: list[Any], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return a frame with these fields.

    Raises:
        LimitError: its body is over ``message_bytes``.
    """
    body = pack(fields)
    length = len(body)
    if length > limits.message_bytes:
        raise LimitError("a frame", "message_bytes", limits.message_bytes, length)
    return length.to_bytes(HEADER, "big") + body
