"""Requests of the text form are found wherever the network cuts the stream."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.edges.show_read import print_item, print_upgrade
from sm_toolkit.edges.show_scanner import RequestScanner, TooLong
from sm_toolkit.language import Int, Str, Unit, ident
from sm_toolkit.language.limits import Limits
from tests.strategies import seed_types, texts, values

SOCKET = b"(MaybeSocket Nothing)"
DATA = b"(UpgradeData_ {oldState = UTInt, stateMigration = (:.&&) IdU (BoolU False)})"


def upgrades() -> st.SearchStrategy[bytes]:
    none = ident().term
    return st.builds(
        lambda name, socket: print_upgrade(name, Int, Int, Unit, Str, none, none, socket=socket).encode(),
        texts(),
        st.booleans(),
    )


def items() -> st.SearchStrategy[bytes]:
    def printed(value: Any, socket: bool) -> bytes:
        return print_item(value, socket=socket).encode()

    return seed_types(3).flatmap(lambda type_: st.builds(printed, values(type_), st.booleans()))


def string_items() -> st.SearchStrategy[bytes]:
    return st.builds(lambda text, socket: print_item(text, socket=socket).encode(), texts(), st.booleans())


def segments(stream: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    for begin, end in pairwise(places):
        yield stream[begin:end]


def scanned(pieces: Iterator[bytes] | list[bytes], **limits: int) -> list[bytes | TooLong]:
    scanner = RequestScanner(**limits)  # type: ignore[arg-type]
    found = [request for piece in pieces for request in scanner.feed(piece)]
    return found + scanner.finish()


def one_by_one(stream: bytes) -> list[bytes]:
    return [stream[index : index + 1] for index in range(len(stream))]


# -- where a request ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "whole",
    [
        b'Item "Left ()"',
        b'Item"Left ()"',
        b'Item ""',
        b'Item "a\\"b"',
        b'Item "a\\\\"',
        b'Item "a\\^\\"',
        b'Item "a\\   \\"',
        b'Item "(["',
        b"Item ()",
        b"Item (Left (1,True))",
        b"Item " + SOCKET + b' "Left ()"',
        b"Item (" + SOCKET + b') "Left ()"',
        b'Item MaybeSocket Nothing "Left ()"',
        b'(Item "Left ()")',
        b'Upgrade "counter" ' + DATA,
        b'Upgrade "counter" ' + DATA[1:-1],
        b"Upgrade " + SOCKET + b'"counter"' + DATA,
        b'(Upgrade "counter" ' + DATA + b")",
        b'UpgradeSucceeded "counter"',
        b'Failed "reason"',
        b'Unheard "of"',
        b'"Left ()"',
        b"Item )",
        b"Upgrade counter " + DATA,
        b'Upgrade "a" "b"',
    ],
)
def test_a_complete_request_is_given_at_its_last_byte(whole: bytes) -> None:
    assert RequestScanner().feed(whole) == [whole]
    scanner = RequestScanner()
    *before, last = one_by_one(whole)
    assert [scanner.feed(byte) for byte in before] == [[]] * len(before)
    assert scanner.feed(last) == [whole]
    assert scanner.feed(b" \r\n") == []
    assert scanner.finish() == []


@pytest.mark.parametrize(
    "part",
    [
        b"Item",
        b"Item (",
        b"Item " + SOCKET,
        b"Item MaybeSocket Nothing",
        b'Item "Left ()',
        b'Item "Left ()\\"',
        b'Item "\\  \\ ',
        b"Item True",
        b'Item ("a"',
        b'Upgrade "counter"',
        b"Upgrade " + SOCKET + b' "counter"',
        b'Upgrade "counter" UpgradeData_',
        b'Upgrade "counter" (UpgradeData_ {oldState = (UTInt)}',
        b"Done",
        b"\x00\xff",
    ],
)
def test_an_unfinished_request_is_waited_for_and_ends_at_a_newline_or_with_the_stream(part: bytes) -> None:
    scanner = RequestScanner()
    assert scanner.feed(part) == []
    assert scanner.unfinished()
    assert scanner.feed(b"\n") == [part.rstrip()]
    assert not scanner.unfinished()
    assert scanner.feed(part) == []
    assert scanner.finish() == [part.rstrip()]
    assert scanner.finish() == []


def test_blank_lines_are_skipped_and_a_carriage_return_is_dropped() -> None:
    assert RequestScanner().feed(b'\n \n\r\nItem "a"\r\n\t\r\nItem "b"\n') == [b'Item "a"', b'Item "b"']


def test_requests_of_one_segment_are_each_given_also_without_newlines() -> None:
    assert RequestScanner().feed(b'Item "a" Item "b"Upgrade "c"' + DATA + b"Item ") == [
        b'Item "a"',
        b'Item "b"',
        b'Upgrade "c"' + DATA,
    ]


def test_what_follows_a_complete_request_on_its_line_belongs_to_it() -> None:
    assert RequestScanner().feed(b'Item "a" junk\nItem "b"\n') == [b'Item "a" junk', b'Item "b"']
    assert RequestScanner().feed(b'Item "a" "Item"\n') == [b'Item "a" "Item"']


# Blanks as GHC's `isSpace` has them: those of ASCII, and all that Unicode calls a space. Python's go further.
WIDE_BLANKS = ["\u00a0", "\u1680", "\u2000", "\u200a", "\u202f", "\u205f", "\u3000"]
NO_BLANKS = ["\x1c", "\x85", "\u180e", "\u200b", "\u2028", "\u2029", "\ufeff"]


@pytest.mark.parametrize("blank", WIDE_BLANKS, ids=ascii)
@pytest.mark.parametrize(
    "whole",
    ['Upgrade_"c"_{data}', 'Upgrade_(_MaybeSocket_Nothing_)_"c"{data}', 'Upgrade_MaybeSocket_Nothing_"c"_{data}'],
)
def test_a_wide_blank_parts_words_wherever_it_is_cut(whole: str, blank: str) -> None:
    request = whole.replace("_", blank).format(data=DATA.decode()).encode()
    stream = request + blank.encode() + b'Item "a"'
    assert scanned([stream]) == [request + blank.encode(), b'Item "a"']
    # bytes that come alone: the request ends at its last, so that the blank is before the next
    assert scanned(one_by_one(stream)) == [request, blank.encode() + b'Item "a"']


@pytest.mark.parametrize("blank", NO_BLANKS, ids=ascii)
def test_what_is_no_blank_parts_no_words(blank: str) -> None:
    line = f'Item "a"{blank}Item "b"'.encode()
    assert RequestScanner().feed(line + b"\n") == [line]


@pytest.mark.parametrize(
    "escape", ["\\\\", '\\"', "\\^\\", "\\&", "\\SOH", "\\x41", "\\ \\", "\\\u00a0\\", "\\\u3000 \t\\"]
)
def test_an_escape_hides_no_closing_quote(escape: str) -> None:
    request = f'Item "a{escape}"'.encode()
    for pieces in ([request], one_by_one(request)):
        assert scanned([*pieces, b'Item "b"']) == [request, b'Item "b"']


@given(st.lists(items() | upgrades()), st.lists(st.integers(0)))
def test_cuts_do_not_matter(requests: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(request + b"\n" for request in requests)
    assert scanned(segments(stream, cuts)) == requests
    assert scanned(one_by_one(stream)) == requests


@given(
    st.lists(string_items() | upgrades(), min_size=1), st.lists(st.integers(0)), st.sampled_from([b"", b" ", b"\r\n"])
)
def test_without_newlines_well_formed_requests_come_at_once_wherever_they_are_cut(
    requests: list[bytes], cuts: list[int], between: bytes
) -> None:
    stream = between.join(requests)
    assert RequestScanner().feed(stream) == requests
    assert scanned(segments(stream, cuts)) == requests
    assert scanned(one_by_one(stream)) == requests


@given(string_items() | upgrades())
def test_a_request_in_one_segment_is_given_at_once(request: bytes) -> None:
    assert RequestScanner().feed(request) == [request]


BITS = [
    b'"',
    b"\\",
    b"(",
    b")",
    b"{",
    b"}",
    b" ",
    b"\n",
    b"\r",
    b"^",
    b"Item",
    b"Upgrade",
    b"MaybeSocket",
    b"a",
    b"\xff",
]


@given(st.lists(st.binary() | st.sampled_from(BITS)))
def test_no_byte_is_lost_but_blanks_and_newlines(pieces: list[bytes]) -> None:
    found = scanned(pieces)
    assert all(isinstance(request, bytes) and request for request in found)
    said = b"".join(request for request in found if isinstance(request, bytes))
    dropped = b" \t\r\v\f\n"
    assert said.translate(None, dropped) == b"".join(pieces).translate(None, dropped)


# -- what is too long -------------------------------------------------------------------------------------


def test_a_request_over_the_limit_is_told_once_and_skipped_to_the_newline() -> None:
    scanner = RequestScanner(Limits(message_bytes=10))
    assert scanner.feed(b'Item "1234') == []
    assert scanner.feed(b"5") == [TooLong(10)]
    assert scanner.feed(b'6" Item "a"' * 5) == []
    assert scanner.feed(b'"\nItem "a"') == [b'Item "a"']
    assert scanner.finish() == []
    assert "10" in TooLong(10).reason


def test_a_request_as_long_as_the_limit_may_have_blanks_after_it() -> None:
    assert scanned([b"Item 12345", b"   ", b"   ", b"\r\n"], max_request=10) == [b"Item 12345"]
    assert scanned([b"Item 12345", b"   ", b"   ", b"6\n", b"Done\n"], max_request=10) == [TooLong(10), b"Done"]


@given(st.lists(string_items(), min_size=1), st.lists(st.integers(0)), st.integers(8, 30))
def test_cuts_do_not_matter_to_what_is_too_long(requests: list[bytes], cuts: list[int], most: int) -> None:
    wanted = [request if len(request) <= most else TooLong(most) for request in requests]
    stream = b"".join(request + b" \r\n" for request in requests)
    assert scanned([stream], max_request=most) == wanted
    assert scanned(segments(stream, cuts), max_request=most) == wanted
    assert scanned(one_by_one(stream), max_request=most) == wanted


def test_a_complete_request_that_is_too_long_hides_the_rest_of_its_line() -> None:
    line = b'Item "aaaaaaaaaa" Item "b"\nItem "c"\n'
    assert scanned([line], max_request=12) == [TooLong(12), b'Item "c"']
    assert scanned(one_by_one(line), max_request=12) == [TooLong(12), b'Item "c"']


@pytest.mark.parametrize(
    "body",
    [
        b'Item "' + b"a" * 200_000 + b'"',
        b'Item "' + b"\\\\" * 100_000 + b'"',
        b"Item " + b"(" * 100_000 + b")" * 100_000,
        b'Item ("' + b'","' * 66_666 + b'")',
        b"Item " + b"a" * 200_000 + b"()",
        b"Item " + b"a " * 100_000 + b"()",
        b"() " * 66_666 + b"Item ()",
    ],
    ids=["letters", "escapes", "brackets", "strings", "a word", "words", "groups"],
)
def test_200_000_bytes_come_one_by_one(body: bytes) -> None:
    scanner = RequestScanner()
    found = [request for byte in one_by_one(body) for request in scanner.feed(byte)]
    assert b"".join(request for request in found if isinstance(request, bytes)).count(b"(") == body.count(b"(")
