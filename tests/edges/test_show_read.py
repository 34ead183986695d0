"""Requests and answers in the text form, held against what the Haskell original writes."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_toolkit.edges.show_printing import NoShowFormError
from sm_toolkit.edges.show_read import (
    Answer,
    FailedAnswer,
    ItemAnswer,
    ItemRequest,
    ShowFormError,
    UpgradeFailedAnswer,
    UpgradeRequest,
    UpgradeSucceededAnswer,
    parse_answer,
    parse_request,
    print_failed,
    print_item,
    print_upgrade,
    print_upgrade_failed,
    print_upgrade_succeeded,
)
from sm_toolkit.edges.show_scanner import RequestScanner
from sm_toolkit.language import (
    Bool,
    Either,
    Int,
    Left,
    Limits,
    List,
    Machine,
    Maybe,
    Pair,
    Right,
    Str,
    Type,
    Unit,
    Var,
    check,
    elaborate,
    ident,
    step,
    stream,
)
from sm_toolkit.language.interpreter import run_term
from sm_toolkit.language.syntax.terms import Get
from tests.strategies import seed_types, texts, values

# What GHC 9.0.2 prints for the upgrades of the original's example, but for `(MaybeSocket Nothing) ` after `Upgrade `.
UPGRADE_TO_V2 = (
    'Upgrade "counter" (UpgradeData_ {oldState = UTInt, newState = UTInt, newInput = UTString, newOutput = UTString, '
    "newStateMachine = ComposeU (ComposeU (ShowU (UTEither UTUnit (UTEither UTInt UTUnit))) "
    "(CaseU (ComposeU PutU (IntU 0)) (CaseU GetU (ComposeU (ComposeU PutU IncrU) GetU)))) "
    "(ReadU (UTEither UTUnit (UTEither UTUnit UTUnit))), stateMigration = IdU})"
)
UPGRADE_TO_V3 = (
    'Upgrade "counter" (UpgradeData_ {oldState = UTInt, newState = UTPair UTInt UTBool, newInput = UTString, '
    "newOutput = UTString, newStateMachine = ComposeU (ComposeU "
    "(ShowU (UTEither UTUnit (UTEither UTUnit (UTEither UTInt UTUnit)))) "
    "(CaseU (ComposeU (ComposeU PutU (SecondU NotU)) GetU) "
    "(CaseU (ComposeU PutU ((:.&&) (IntU 0) (BoolU False))) "
    "(CaseU (ComposeU FstU GetU) "
    "(ComposeU (ComposeU (ComposeU PutU ((:.&&) IdU (ComposeU (ComposeU SndU GetU) ConsumeU))) (IfU DecrU IncrU)) "
    "GetU))))) (ReadU (UTEither UTUnit (UTEither UTUnit (UTEither UTUnit UTUnit)))), "
    "stateMigration = (:.&&) IdU (BoolU False)})"
)


def printed(request: UpgradeRequest, socket: bool = False) -> str:
    return print_upgrade(
        request.name,
        request.old_state,
        request.new_state,
        request.new_input,
        request.new_output,
        request.machine_term,
        request.migration_term,
        socket=socket,
    )


def upgrade_of(text: str) -> UpgradeRequest:
    request = parse_request(text.encode(), Str)
    assert isinstance(request, UpgradeRequest)
    return request


@pytest.mark.parametrize("text", [UPGRADE_TO_V2, UPGRADE_TO_V3], ids=["v2", "v3"])
def test_the_upgrades_of_the_original_are_read_and_written_to_the_letter(text: str) -> None:
    request = upgrade_of(text)
    assert printed(request) == text
    with_socket = text.replace("Upgrade ", "Upgrade (MaybeSocket Nothing) ", 1)
    assert printed(request, socket=True) == with_socket
    assert upgrade_of(with_socket) == request
    assert upgrade_of(f" ( {with_socket}\t) ") == request
    assert (
        upgrade_of(text.replace("(UpgradeData_ {", "UpgradeData_{").replace("})", "}").replace(" = ", "=")) == request
    )


def test_the_second_counter_works() -> None:
    request = upgrade_of(UPGRADE_TO_V2)
    machine: Machine[Any, Any, Any] = Machine(request.machine_term)
    scheme = check(machine, request.new_state, request.new_input, request.new_output)
    assert (scheme.state, scheme.input, scheme.output) == (Int, Str, Str)
    inputs = ["Right (Left ())", "Left ()", "Right (Left ())", "Right (Right ())", "Right (Left ())"]
    outputs = ["Right (Left 2)", "Left ()", "Right (Left 0)", "Right (Right ())", "Right (Left 1)"]
    assert stream(machine, inputs, 2) == (outputs, 1)


def test_the_third_counter_works() -> None:
    request = upgrade_of(UPGRADE_TO_V3)
    machine: Machine[Any, Any, Any] = Machine(request.machine_term)
    scheme = check(machine, request.new_state, request.new_input, request.new_output)
    assert (scheme.state, scheme.input, scheme.output) == (Pair(Int, Bool), Str, Str)
    migration: Machine[Any, Any, Any] = Machine(request.migration_term)
    typed = elaborate(migration, Unit, request.old_state, request.new_state)
    state, _ = run_term(typed.term, 0, None)
    assert state == (0, False)
    look, count, toggle = "Right (Right (Left ()))", "Right (Right (Right ()))", "Left ()"
    outputs = [
        "Right (Right (Left 0))",
        count,
        count,
        "Right (Right (Left 2))",
        toggle,
        count,
        "Right (Right (Left 1))",
    ]
    assert stream(machine, [look, count, count, look, toggle, count, look], state) == (outputs, (1, True))
    assert step(machine, "Right (Left ())", (7, True)) == ("Right (Left ())", (0, False))


ITEM = Either(Int, Unit)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ('Item "Left ()"', Str, "Left ()"),
        ('Item (MaybeSocket Nothing) "Left ()"', Str, "Left ()"),
        ('Item ((MaybeSocket Nothing))("Left ()")', Str, "Left ()"),
        ('Item MaybeSocket Nothing "Left ()"', Str, "Left ()"),
        (' ( Item "Left ()" ) ', Str, "Left ()"),
        ('Item "\\"\\1234\\&5\\SOH\\n"', Str, '"\u04d25\x01\n'),
        ('Item "é"', Str, "é"),
        ('Item "MaybeSocket Nothing"', Str, "MaybeSocket Nothing"),
        ("Item 3", Int, 3),
        ("Item (-3)", Int, -3),
        ("Item 0x1F", Int, 31),
        ("Item (-0o17)", Int, -15),
        ("Item (Left (- 0X10))", ITEM, Left(-16)),
        ("Item\u00a0(\u2003Left\u30003 )", ITEM, Left(3)),
        ('Item "a\\\u00a0\\"', Str, "a"),
        ("Item True", Bool, True),
        ("Item ()", Unit, None),
        ("Item (Left (-3))", ITEM, Left(-3)),
        ("Item((Right ()))", ITEM, Right(None)),
        ('Item (1,(")",False))', Pair(Int, Pair(Str, Bool)), (1, (")", False))),
    ],
)
def test_an_item_is_read(text: str, type_: Type[Any], value: Any) -> None:
    assert parse_request(text.encode(), type_) == ItemRequest(value)
    assert parse_answer(text.encode() + b"\n", type_) == ItemAnswer(value)


# What `read` of GHC takes inside a string (Text.Read.Lex), and what it stands for.
@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (r"\x41\x4a\x4A", "AJJ"),
        (r"\o101", "A"),
        (r"\65\&5", "A5"),
        (r"\^A\^@\^[\^\\^]\^^\^_", "\x01\0\x1b\x1c\x1d\x1e\x1f"),
        (r"\SOH\SO\&H\DEL\SP", "\x01\x0eH\x7f "),
        (r"\a\b\t\n\v\f\r\"\'\\", "\a\b\t\n\v\f\r\"'\\"),
        (r"a\&\&b", "ab"),
        ("a\\ \t \\b", "ab"),
        (r"\1114111", "\U0010ffff"),
    ],
)
def test_the_escapes_of_haskell_are_read(inside: str, text: str) -> None:
    request = f'Item "{inside}"'.encode()
    assert RequestScanner().feed(request) == [request]
    assert parse_request(request, Str) == ItemRequest(text)


@pytest.mark.parametrize("escape", [r"\q", r"\X41", r"\O101", r"\x", r"\o8", r"\1114112", r"\^a", r"\soh", "\\ x"])
def test_other_escapes_are_refused(escape: str) -> None:
    request = f'Item "a{escape}"'.encode()
    assert RequestScanner().feed(request + b"\n") == [request]
    with pytest.raises(ShowFormError, match="escape"):
        parse_request(request, Str)


def test_the_blanks_of_haskell_are_skipped_between_words_and_no_others() -> None:
    for blank in "\t\n\v\f\r \u00a0\u1680\u2000\u200a\u202f\u205f\u3000":
        assert parse_request(f'{blank}Item{blank}"a"{blank}'.encode(), Str) == ItemRequest("a")
        spaced = blank + UPGRADE_TO_V3.replace(" ", blank).replace("(:.&&)", f"({blank}:.&&{blank})")
        assert printed(upgrade_of(spaced)) == UPGRADE_TO_V3
    for other in "\0\x1c\x85\u180e\u200b\u2028\ufeff":
        with pytest.raises(ShowFormError):
            parse_request(f'Item{other}"a"'.encode(), Str)


@given(seed_types().flatmap(lambda type_: st.tuples(st.just(type_), values(type_))), st.booleans())
def test_an_item_comes_back(typed: tuple[Type[Any], Any], socket: bool) -> None:
    type_, value = typed
    text = print_item(value, socket=socket)
    assert text.isascii()
    assert text.isprintable()
    assert parse_request(text.encode(), type_) == ItemRequest(value)


@given(texts(), st.tuples(seed_types(), seed_types(), seed_types(), seed_types()), st.booleans())
def test_an_upgrade_comes_back(name: str, four: tuple[Type[Any], ...], socket: bool) -> None:
    old_state, new_state, new_input, new_output = four
    request = UpgradeRequest(name, old_state, new_state, new_input, new_output, ident().term, Get())
    assert upgrade_of(printed(request, socket)) == request


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (ItemAnswer("Left 0"), 'Item "Left 0"'),
        (UpgradeSucceededAnswer("counter"), 'UpgradeSucceeded "counter"'),
        (UpgradeFailedAnswer("counter", 'no\n"such"'), 'UpgradeFailed "counter" "no\\n\\"such\\""'),
        (FailedAnswer("é\x0eH"), 'Failed "\\233\\SO\\&H"'),
    ],
)
def test_answers_both_ways(answer: Answer, text: str) -> None:
    match answer:
        case ItemAnswer(value):
            assert print_item(value) == text
        case UpgradeSucceededAnswer(name):
            assert print_upgrade_succeeded(name) == text
        case UpgradeFailedAnswer(name, reason):
            assert print_upgrade_failed(name, reason) == text
        case FailedAnswer(reason):
            assert print_failed(reason) == text
    assert parse_answer(text.encode(), Str) == answer


@given(texts(), texts())
def test_answers_come_back_on_one_line(name: str, reason: str) -> None:
    line = print_upgrade_failed(name, reason)
    assert "\n" not in line
    assert parse_answer(line.encode(), Str) == UpgradeFailedAnswer(name, reason)
    assert parse_answer(print_failed(reason).encode(), Str) == FailedAnswer(reason)
    assert parse_answer(print_upgrade_succeeded(name).encode(), Str) == UpgradeSucceededAnswer(name)


def test_an_answer_of_the_original_has_a_socket_and_no_reason() -> None:
    assert parse_answer(b'UpgradeFailed (MaybeSocket Nothing) "c"', Str) == UpgradeFailedAnswer("c", "")
    assert parse_answer(b'UpgradeSucceeded (MaybeSocket Nothing) "c"', Str) == UpgradeSucceededAnswer("c")


A_REQUEST = "a request (`Item ...` or `Upgrade ...`)"
AN_ITEM = "an item of type Str"


@pytest.mark.parametrize(
    ("data", "expected", "position", "found"),
    [
        (b"", A_REQUEST, 0, "the end"),
        (b" \t", A_REQUEST, 2, "the end"),
        (b"hello", A_REQUEST, 0, "`hello`"),
        (b'"Left ()"', A_REQUEST, 0, '`"Left ()"`'),
        (b"Done", A_REQUEST, 0, "`Done`, which is the end of a stream and no request"),
        (b'UpgradeSucceeded "c"', A_REQUEST, 0, "`UpgradeSucceeded`, which is an answer and no request"),
        (b'( UpgradeFailed "c" "r")', A_REQUEST, 2, "`UpgradeFailed`, which is an answer and no request"),
        (
            b'UpgradeFailed (MaybeSocket Nothing) "c"',
            A_REQUEST,
            0,
            "`UpgradeFailed`, which is an answer and no request",
        ),
        (b'Failed "r"', A_REQUEST, 0, "`Failed`, which is an answer and no request"),
        (b"UpgradeSucceeded c", "the name of a stage (a string)", 17, "`c`"),
        (b"Done Done", "the end of the request", 5, "`Done`"),
        (b"Item", AN_ITEM, 4, "the end"),
        (b"Item (MaybeSocket Nothing)", AN_ITEM, 26, "the end"),
        (b'Item (MaybeSocket (Just 3)) "a"', "`Nothing`", 18, "`(`"),
        (b"Item Left ()", "brackets round an item that is not atomic", 5, "`Left`"),
        (b"Item -3", "brackets round a negative number", 5, "`-`"),
        (b"Item (", "`)`", 6, "the end"),
        (b'Item ("a"', "`)`", 9, "the end"),
        (b'Item "Left ()', AN_ITEM, 5, "a string without its closing quote"),
        (b'Item "a\\', AN_ITEM, 5, "a string without its closing quote"),
        (b'Item "a\\q"', "an escape of Haskell's", 7, "\\q"),
        (b'Item "a" "b"', "the end of the request", 9, '`"b"`'),
        (b'Item "a")', "the end of the request", 8, "`)`"),
        (b'(Item "a"', "`)`", 9, "the end"),
        (b"Item 3", "a value of Str", 5, "3 (Int)"),
        (b"Item (Left (3)", "`)`", 14, "the end"),
        (b'Item "\xff"', "text in UTF-8", 6, "the byte 0xff"),
        ('Item "éé\x00'.encode() + b"\xe9", "text in UTF-8", 9, "the byte 0xe9"),
        (b"\x7fELF\x02", A_REQUEST, 0, "`\\x7f`"),
        (b"Upgrade", "the name of a stage (a string)", 7, "the end"),
        (b'Upgrade "c"', "`UpgradeData_`", 11, "the end"),
        (b'Upgrade "c" UpgradeData_ UTInt', "`{`", 25, "`UTInt`"),
        (b'Upgrade "c" (UpgradeData_ {newState = UTInt', "`oldState`", 27, "`newState`"),
        (b'Upgrade "c" (UpgradeData_ {oldState UTInt', "`=`", 36, "`UTInt`"),
        (b'Upgrade "c" (UpgradeData_ {oldState = UTInt}', "`,`", 43, "`}`"),
        (b'Upgrade "c" (UpgradeData_ {oldState = IdU', "a type", 38, "`IdU`"),
    ],
)
def test_what_is_no_request_is_told(data: bytes, expected: str, position: int, found: str) -> None:
    with pytest.raises(ShowFormError) as caught:
        parse_request(data, Str)
    assert (caught.value.expected, caught.value.position, caught.value.found) == (expected, position, found)


def test_an_error_reads_well() -> None:
    with pytest.raises(ShowFormError) as caught:
        parse_request(b"Done", Str)
    assert str(caught.value) == (
        "cannot read the request: expected a request (`Item ...` or `Upgrade ...`) at column 1, "
        "found `Done`, which is the end of a stream and no request"
    )


def test_a_request_that_is_no_answer() -> None:
    for data in (UPGRADE_TO_V2.encode(), b"Done", b"", b"Item", b'Failed "a" "b"'):
        with pytest.raises(ShowFormError, match="cannot read the answer"):
            parse_answer(data, Str)


@pytest.mark.parametrize(
    ("data", "type_", "limits"),
    [
        (b'Item "aaaaaaaaaa"', Str, Limits(message_bytes=10)),
        (b'Item "aaaaaaaaaa"', Str, Limits(string_length=10)),
        (b"Item " + b"9" * 100, Int, Limits(int_bits=64)),
        (b"Item " + b"9" * 4_400, Int, Limits()),
        (UPGRADE_TO_V2.encode(), Str, Limits(term_nodes=5)),
        (UPGRADE_TO_V2.encode(), Str, Limits(type_nodes=4)),
    ],
)
def test_what_is_over_a_limit_is_refused(data: bytes, type_: Type[Any], limits: Limits) -> None:
    with pytest.raises(ShowFormError):
        parse_request(data, type_, limits)


BITS = [
    *("Item", "Upgrade", "UpgradeSucceeded", "UpgradeFailed", "Failed", "Done", "MaybeSocket", "Nothing"),
    *("UpgradeData_", "oldState", "newState", "newInput", "newOutput", "newStateMachine", "stateMigration"),
    *("IdU", "ComposeU", "CaseU", "IntU", "BoolU", "ReadU", "UTInt", "UTPair", "UTEither", "Left", "Right", "True"),
    *("(", ")", "{", "}", ",", "=", ":.&&", "(:.&&)", "-", "3", ".", "'", "\x00"),
    *('"c"', '""', '"Left', "\\", "\\&", "\\^", "\\x"),
]


@given(
    st.binary() | st.lists(st.sampled_from(BITS)).map(" ".join).map(str.encode) | st.text().map(str.encode),
    seed_types(3) | st.just(Var("a")),
)
def test_hostile_bytes_raise_nothing_else(data: bytes, type_: Type[Any]) -> None:
    scanner = RequestScanner()
    for request in [data, *scanner.feed(data), *scanner.finish()]:
        assert isinstance(request, bytes)
        for parse in (parse_request, parse_answer):
            with contextlib.suppress(ShowFormError):
                parse(request, type_)


@given(st.sampled_from([UPGRADE_TO_V2, UPGRADE_TO_V3]), st.data())
def test_an_upgrade_with_a_wound_is_read_or_refused(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    wounded = text[:place] + data.draw(st.sampled_from(BITS)) + text[place + data.draw(st.integers(0, 8)) :]
    try:
        request = upgrade_of(wounded)
    except ShowFormError:
        return
    assert upgrade_of(printed(request)) == request


@pytest.mark.parametrize(
    "data",
    [b"(" * 200_000, b"Item " + b"(" * 200_000, b'Item "' + b"\\" * 200_000, b"Item " + b"(MaybeSocket " * 9_999],
)
def test_long_nonsense_is_refused_in_good_time(data: bytes) -> None:
    with pytest.raises(ShowFormError):
        parse_request(data, Str)


def test_an_item_of_a_type_that_the_original_does_not_have_is_refused() -> None:
    with pytest.raises(NoShowFormError, match=r"`List\[Int\]` has no form in the text protocol; it has Unit, Int"):
        parse_request(b"Item [1,2]", Pair(Unit, List(Int)))
    assert print_item([None, 2], List(Maybe(Int))) == "Item [Nothing,Just 2]"
    assert print_item(-2, Maybe(Int)) == "Item (Just (-2))"
