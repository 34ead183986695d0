"""The text codec against a live server: the whole story as a reader of the original would type it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from sm_toolkit.edges.client import ClientError, connect
from sm_toolkit.edges.show_codec import text_codec
from sm_toolkit.edges.show_read import print_upgrade
from sm_toolkit.examples.counter import counter_v2, counter_v3, v1
from sm_toolkit.language import Bool, Int, Pair, Str, const, consume, elaborate, erase, ident
from sm_toolkit.language.data.types import Unit
from tests.edges.serving import serving

TO_V2 = print_upgrade("counter", Int, Int, Str, Str, erase(counter_v2), ident().term)
TO_V3 = print_upgrade(
    "counter",
    Int,
    Pair(Int, Bool),
    Str,
    Str,
    erase(counter_v3),
    elaborate(ident() & (consume() >> const(False)), Unit, Int).term,
)


@pytest.fixture(params=["inline", "threads"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    with serving(v1, engine=request.param, codec=text_codec) as server:
        yield server.port


def say(port: int, text: str | bytes, *, half_close: bool = True) -> list[str]:
    """Send text and return the lines of the answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(text.encode() if isinstance(text, str) else text)
        if not half_close:
            return [connection.recv(65_536).decode().rstrip("\n")]
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile() as answers:
            return answers.read().splitlines()


def test_the_whole_story(port: int) -> None:
    assert say(port, 'Item "Left ()"\nItem "Right ()"\n\nItem (MaybeSocket Nothing) "Left ()"') == [
        'Item "Left 0"',
        'Item "Right ()"',
        'Item "Left 1"',
    ]
    assert say(port, TO_V2) == ['UpgradeSucceeded "counter"']
    assert say(port, 'Item "Right (Left ())"\nItem "Right (Right ())"\n') == [
        'Item "Right (Left 1)"',
        'Item "Right (Right ())"',
    ]
    assert say(port, TO_V3) == ['UpgradeSucceeded "counter"']
    assert say(port, 'Item "Left ()"\nItem "Right (Right (Right ()))"\nItem "Right (Right (Left ()))"') == [
        'Item "Left ()"',
        'Item "Right (Right (Right ()))"',
        'Item "Right (Right (Left 1))"',
    ]


def test_a_client_that_sends_no_newline_is_answered(port: int) -> None:
    assert say(port, 'Item "Right ()"', half_close=False) == ['Item "Right ()"']
    assert say(port, TO_V2, half_close=False) == ['UpgradeSucceeded "counter"']


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "an item that does not parse": ('Item "nonsense"', 'Failed "cannot read Either[Unit, Unit]: expected a value'),
    "an end": ("Done", 'Failed "cannot read the request'),
    "an answer": ('UpgradeSucceeded "counter"', 'Failed "cannot read the request'),
    "binary": (b"\xff\xfe\x00\x01\n", 'Failed "cannot read the request: expected text in UTF-8'),
    "an unfinished item": ('Item "Left ()\n', "without its closing quote"),
    "an unknown word": ("Frobnicate 3\n", "expected a request"),
    "a long line": (f'Item "{"x" * 200_000}"\n', "found `xxx"),
    "a line over the limit": (b"x" * 1_100_000 + b"\n", "1,000,000"),
    "an unknown stage": (TO_V2.replace('"counter"', '"conter"'), "there is no stage 'conter'"),
    "another old state": (TO_V3.replace("oldState = UTInt", "oldState = UTString"), "the running state is Int"),
    "another input": (TO_V2.replace("newInput = UTString", "newInput = UTInt"), "the new machine does not fit"),
    "another output": (TO_V2.replace("newOutput = UTString", "newOutput = UTInt"), "the new machine does not fit"),
    "a machine that does not fit": (TO_V2.replace("IncrU", "NotU"), "the new machine does not fit"),
    "a migration of another type": (TO_V2.replace("stateMigration = IdU", "stateMigration = NotU"), "the migration"),
    "a migration that fails": (
        # Shows a pair of the state and reads it as one number.
        TO_V2.replace(
            "stateMigration = IdU",
            "stateMigration = ComposeU (ReadU UTInt) (ComposeU (ShowU (UTPair UTInt UTInt)) CopyU)",
        ),
        "the migration failed on the state: cannot read Int",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_answered_with_its_reason_and_changes_nothing(port: int, case: str) -> None:
    request, reason = REFUSED[case]
    say(port, 'Item "Right ()"')
    (answer,) = say(port, request)
    assert reason in answer
    assert answer.startswith(("Failed ", "UpgradeFailed "))
    assert say(port, 'Item "Left ()"') == ['Item "Left 1"']


def test_empty_requests_are_skipped(port: int) -> None:
    assert say(port, "\n\r\n   \n") == []
    assert say(port, "") == []


def test_a_msgpack_client_is_told_at_once(port: int) -> None:
    with pytest.raises(ClientError, match="speaks text"):
        connect(port=port, timeout=60)


def test_every_byte_may_come_alone(port: int) -> None:
    request: Any = (TO_V2 + '\nItem "Right (Left ())"\n').encode()
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request:
            connection.sendall(bytes([byte]))
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile() as answers:
            assert answers.read().splitlines() == ['UpgradeSucceeded "counter"', 'Item "Right (Left 0)"']
