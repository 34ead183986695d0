"""Where one request of the text form ends and the next begins, found as the bytes come in.

Nothing here knows what a request means, beyond how many arguments its constructor wants; no socket, no clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits

WANTED = {b"Item": 1, b"Upgrade": 2, b"UpgradeSucceeded": 1, b"UpgradeFailed": 1, b"Failed": 1, b"Done": 0}
"""How many arguments each known constructor takes at least, an optional ``(MaybeSocket Nothing)`` not counted."""

_NO_ARGUMENT = (b"MaybeSocket", b"Nothing", b"UpgradeData_")  # words that only begin an argument or belong to none
_BLANK = b" \t\r\v\f"
_TOKEN = re.compile(
    rb'(?P<blank>[ \t\r\v\f]+)|(?P<quote>")|(?P<open>[({])|(?P<close>[)}])|(?P<word>[^ \t\r\v\f"(){}]+)'
)
_IN_BRACKETS = re.compile(rb'[^"(){}]*+(?:(?P<quote>")|(?P<open>[({]++)|(?P<close>[)}]++)|\Z)')
# After a backslash a byte of no ASCII character can only be of a blank: of a gap then, as in `show_tokens`.
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\[^\s^\x80-\xff])*+(?:(?P<quote>")|(?P<escape>\\)|\Z)')
_PLAIN_ITEM = re.compile(rb'[ \t\r\v\f]*+(Item "(?:[^"\\]++|\\[^\s^\x80-\xff])*+")[ \t\r\v\f]*+')
_WIDE_BLANK = rb"(?:\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80)"  # Unicode's, in UTF-8
_WORDS = re.compile(_WIDE_BLANK + rb"|(?P<word>(?:[^\xc2\xe1-\xe3]++|(?!" + _WIDE_BLANK + rb").)++)", re.DOTALL)
_SOCKET = re.compile(rb"(?:[\s({]|" + _WIDE_BLANK + rb")*+MaybeSocket(?![\w'])")


@dataclass(frozen=True)
class TooLong:
    """What the scanner gives instead of a request of more than ``allowed`` bytes."""

    allowed: int

    @property
    def reason(self) -> str:
        """What to answer."""
        return f"a request is too long: more bytes than the {self.allowed:,} that are allowed"


class _String(Enum):
    """How far into a string literal the scan is."""

    OUTSIDE = 0
    INSIDE = 1
    ESCAPE = 2  # after a backslash
    GAP = 3  # between the two backslashes of a string gap
    CONTROL = 4  # after `\^`


class RequestScanner:
    r"""Cuts a stream of bytes into requests, in time linear in its length however it is cut into segments.

    A request ends

    - at a newline (``Show`` writes none inside a string, so one inside a string ends an unfinished request);
    - at the end of the stream;
    - at the end of a segment, if it is complete there: nothing is open, its last byte is ``"``, ``)`` or ``}``,
      and its constructor has the arguments that it wants (an unknown constructor, one). So a client that
      sends no newline is answered too, and ``Upgrade "counter"`` is still waited for;
    - if it is complete, also where the name of a constructor follows: a client that sends no newline may send
      several in one go.

    So well-formed requests come out the same wherever the network cuts them. Of others only those that
    say something after they are complete depend on it: ``Item "a" b`` is one bad request, unless it was
    cut after the ``"``. Blank lines are skipped, and blanks round a request dropped; wide blanks (those of
    Unicode, as the no-break space) part words, no more.

    >>> scanner = RequestScanner()
    >>> scanner.feed(b'Item "Left ()"\nItem "Ri'), scanner.feed(b'ght ()"'), scanner.feed(b'\r\n')
    ([b'Item "Left ()"'], [b'Item "Right ()"'], [])
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS, max_request: int | None = None) -> None:
        """Take requests of at most ``max_request`` bytes, or else ``limits.message_bytes``."""
        self._most = limits.message_bytes if max_request is None else max_request
        self._found: list[bytes | TooLong] = []
        self._buffer = bytearray()  # the request that is not yet ended, from its first byte that is not blank
        self._skipping = False  # the rest of a line that was too long
        self._begin()

    def _begin(self) -> None:
        """Know nothing yet of the request at the start of the buffer."""
        self._at = 0  # scanned up to here
        self._string = _String.OUTSIDE
        self._depth = 0
        self._group = 0  # where the outermost open bracket stands
        self._word: int | None = None  # where the word at hand begins, if nothing is open
        self._named = False  # a constructor, or whatever stands in its place, has been seen
        self._wanted = 1
        self._arguments = 0
        self._closed = False  # the last token is a string or a closed bracket

    def feed(self, data: bytes) -> list[bytes | TooLong]:
        """Take the bytes of a segment and return the requests that end in it."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            if not self._take_plain(line):
                self._take(line)
                self._end_line()
        if not self._take_plain(rest):
            self._take(rest)
            self._pause()
        return self._give()

    def finish(self) -> list[bytes | TooLong]:
        """Return what is left at the end of the stream: one request (two, if a constructor's name ends it) or none."""
        self._end_line()
        return self._give()

    def unfinished(self) -> bool:
        """Tell whether a request has begun and has not ended."""
        return bool(self._buffer) or self._skipping

    def _give(self) -> list[bytes | TooLong]:
        found, self._found = self._found, []
        return found

    def _take_plain(self, piece: bytes) -> bool:
        """Take what is a whole item with a string and nothing else, if it is that: most are, and need no scan."""
        if self._skipping or self._buffer:
            return False
        found = _PLAIN_ITEM.fullmatch(piece)
        if found is None or len(found[1]) > self._most:
            return False
        self._found.append(found[1])
        return True

    def _take(self, piece: bytes) -> None:
        if self._skipping:
            return
        if not self._buffer:
            piece = piece.lstrip(_BLANK)
        self._buffer += piece
        self._scan()

    def _end_line(self) -> None:
        self._end_word()
        if not self._skipping:
            self._end_request(len(self._buffer))
        self._skipping = False

    def _pause(self) -> None:
        """End a request that is complete at the end of a segment, or one that is too long already."""
        if self._word is None and self._complete():
            self._end_request(len(self._buffer))
        elif len(self._buffer) > self._most:
            if self._buffer[self._most :].strip(_BLANK):
                self._end_request(len(self._buffer))
            else:  # blanks may end the line, or be followed by what makes it too long: they need no room
                del self._buffer[self._most :]
                self._at = self._most

    def _end_request(self, end: int) -> None:
        """Give the buffer up to ``end`` as a request, if there is one, and begin with what comes after it."""
        request = bytes(self._buffer[:end].rstrip(_BLANK))
        if len(request) > self._most:
            self._found.append(TooLong(self._most))
            self._skipping = True
            end = len(self._buffer)
        elif request:
            self._found.append(request)
        del self._buffer[:end]
        self._begin()

    # -- the scan -----------------------------------------------------------------------------------------

    def _scan(self) -> None:
        buffer = self._buffer
        while self._at < len(buffer):
            if self._string is not _String.OUTSIDE:
                self._scan_string()
            elif self._depth:
                self._scan_group()
            else:
                token = _TOKEN.match(buffer, self._at)
                assert token is not None  # the pattern takes any byte but a newline
                if token.lastgroup == "word":
                    if self._word is None:
                        self._word = self._at
                    self._at = token.end()
                    continue
                self._end_word()
                if self._skipping:
                    return
                if token.lastgroup == "quote":
                    self._string = _String.INSIDE
                elif token.lastgroup == "open":
                    self._depth = 1
                    self._group = self._at
                elif token.lastgroup == "close":  # opened nowhere: no more bytes make a request of this
                    self._argument()
                    self._arguments = max(self._arguments, self._wanted)
                self._at += token.end() - token.start()

    def _scan_group(self) -> None:
        """Go on past the next brackets or quote inside brackets."""
        found = _IN_BRACKETS.match(self._buffer, self._at)
        assert found is not None  # what is none of these is passed over
        self._at = found.end()
        match found.lastgroup:
            case "quote":
                self._string = _String.INSIDE
            case "open":
                self._depth += found.end() - found.start("open")
            case "close":
                closed = min(self._depth, found.end() - found.start("close"))
                self._at = found.start("close") + closed
                self._depth -= closed
                if self._depth == 0:
                    is_socket = self._named and not self._arguments and _SOCKET.match(self._buffer, self._group)
                    self._argument(0 if is_socket else 1)

    def _scan_string(self) -> None:
        """Go on to the end of the string, or into or past an escape that is long or cut."""
        buffer, at = self._buffer, self._at
        if self._string is _String.INSIDE:
            found = _IN_STRING.match(buffer, at)
            assert found is not None  # what is neither a quote nor an escape is passed over
            self._at = found.end()
            if found.lastgroup == "escape":
                self._string = _String.ESCAPE
            elif found.lastgroup == "quote":
                self._string = _String.OUTSIDE
                if self._depth == 0:
                    self._argument()
            return
        byte = buffer[at]
        if (byte in _BLANK or byte > 0x7F) and self._string is not _String.CONTROL:
            self._string = _String.GAP
            self._at += 1
        elif self._string is _String.ESCAPE:
            self._string = _String.CONTROL if byte == ord("^") else _String.INSIDE
            self._at += 1
        else:  # what ends a gap or a control escape belongs to it only if it is the right thing
            ends_gap = self._string is _String.GAP and byte == ord("\\")
            ends_control = self._string is _String.CONTROL and ord("@") <= byte <= ord("_")
            self._at += ends_gap or ends_control
            self._string = _String.INSIDE

    def _argument(self, count: int = 1) -> None:
        """Note a string or a bracket that was just closed."""
        self._named = True
        self._arguments += count
        self._closed = True

    def _complete(self) -> bool:
        return self._closed and self._arguments >= self._wanted and self._depth == 0 and self._string is _String.OUTSIDE

    def _end_word(self) -> None:
        """Note the words that end at the place scanned so far: wide blanks are found here, where none is cut."""
        if self._word is None:
            return
        start, self._word = self._word, None
        words = bytes(self._buffer[start : self._at])
        for found in _WORDS.finditer(words):
            word = found["word"]
            if word is None:
                continue
            if self._complete() and word in WANTED:
                self._end_request(start + found.start())
                if self._skipping:
                    return
                start = -found.start()
                self._at = start + len(words)
            if not self._named:
                self._named = True
                self._wanted = WANTED.get(word, 1)
            else:
                self._closed = False
                self._arguments += word not in _NO_ARGUMENT
