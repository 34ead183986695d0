from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.examples.ftp_session import (
    Cwd,
    LoggedIn,
    Pass,
    Pwd,
    RenameFrom,
    RenameTo,
    Reply,
    SessionV2,
    SessionV3,
    Stranger,
    User,
    careless_v1_to_v2,
    careless_v2_to_v3,
    proves,
    resolve,
    session_v1,
    session_v2,
    session_v3,
    v1,
    v1_to_v2,
    v2,
    v2_to_v3,
)
from tests.examples.evolving import COMMANDS, heard, heard_across, sessions, told

START_V2, START_V3 = SessionV2("/", Stranger()), SessionV3("/", Stranger(), False, None)


def codes(replies: list[Any]) -> list[int]:
    return [reply.code for reply in replies]


@pytest.mark.parametrize(
    ("directory", "path", "found"),
    [
        ("/", "a", "/a"),
        ("/a", "b/c", "/a/b/c"),
        ("/a/b", "..", "/a"),
        ("/", "../..", "/"),
        ("/a", "/b", "/b"),
        ("/a", "", "/a"),
        ("/a", "./b//c/", "/a/b/c"),
        ("/a", "...", "/a/..."),
    ],
)
def test_a_path_is_resolved(directory: str, path: str, found: str) -> None:
    assert resolve(directory, path) == found


@given(st.lists(st.text("ab./", max_size=12)))
def test_the_directory_is_always_one_from_the_root(paths: list[str]) -> None:
    _, directory = told(session_v1, list(map(Cwd, paths)), "/")
    assert directory.startswith("/")
    assert directory == "/" or not {"", ".", ".."} & set(directory[1:].split("/"))


def test_a_directory_is_told_in_quotes() -> None:
    assert session_v1(Pwd(), 'a "b"') == (Reply(257, '"a ""b"""'), 'a "b"')


def test_a_login_in_order() -> None:
    commands = [Pwd(), Pass("engine"), User("ada"), Pwd(), Pass("engine"), Cwd("a"), Pwd()]
    replies, state = told(session_v2, commands, START_V2)
    assert codes(replies) == [530, 503, 331, 530, 230, 250, 257]
    assert state == SessionV2("/a", LoggedIn("ada"))


def test_a_wrong_password_and_a_new_user_begin_anew() -> None:
    replies, state = told(session_v2, [User("ada"), Pass("guess"), Pass("engine"), Pwd()], START_V2)
    assert codes(replies) == [331, 530, 503, 530]
    assert state == START_V2
    replies, _ = told(session_v2, [User("eve"), Pwd()], SessionV2("/a", LoggedIn("ada")))
    assert codes(replies) == [331, 530]


def test_a_member_renames() -> None:
    login, rename = [User("ada"), Pass("engine")], [RenameFrom("x"), RenameTo("../y")]
    replies, state = told(session_v3, [RenameFrom("x"), *login, RenameTo("y"), Cwd("a"), *rename], START_V3)
    assert codes(replies) == [530, 331, 230, 503, 250, 350, 250]
    assert replies[-1].text == "/a/x is now /y"
    assert state == SessionV3("/a", LoggedIn("ada"), True, None)


def test_a_guest_does_not() -> None:
    commands = [User("anonymous"), Pass("me@here"), RenameFrom("x"), RenameTo("y"), Pwd()]
    assert codes(told(session_v3, commands, START_V3)[0]) == [331, 230, 550, 550, 257]


@given(sessions(session_v3, START_V3, COMMANDS["ftp_session"][2]))
def test_renamed_is_what_was_named_just_before_by_who_gave_a_password(session: list[Any]) -> None:
    user, asked, proved = "", False, False
    for (earlier, said, _), (command, reply, state) in zip([(None, None, None), *session], session, strict=False):
        if isinstance(command, User):
            user, asked, proved = command.name, True, False
        if isinstance(command, Pass):
            asked, proved = False, proved or (asked and proves(user, command.password))
        if " is now " in reply.text:
            assert isinstance(command, RenameTo)
            assert isinstance(earlier, RenameFrom)
            assert said == Reply(350, "to which name?")
            assert proved
            assert user in ("ada", "grace")
        assert state.renaming is None or isinstance(command, RenameFrom)


def test_careless_1_to_2_throws_out_who_is_there() -> None:
    before, after = [Cwd("a")], [Pwd()]
    assert heard_across(v1, before, v1_to_v2, after) == heard(v1, before + after)
    assert codes(heard_across(v1, before, careless_v1_to_v2, after)) == [250, 530]


def test_careless_2_to_3_lets_guests_rename() -> None:
    before, new = [User("anonymous"), Pass("")], [RenameFrom("x"), RenameTo("y")]
    assert codes(heard_across(v2, before, v2_to_v3, [], new)) == [331, 230, 550, 550]
    assert codes(heard_across(v2, before, careless_v2_to_v3, [], new)) == [331, 230, 350, 250]
