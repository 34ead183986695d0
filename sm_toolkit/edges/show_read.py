"""Requests and answers in the text form: parsing and printing, without a socket and without a state.

``Item "Left ()"`` and ``Upgrade "counter" (UpgradeData_ {…})`` ask; ``Item "Left 0"``, ``UpgradeSucceeded
"counter"``, ``UpgradeFailed "counter" "…"`` and ``Failed "…"`` answer. It is the form that Haskell derives for
the messages of *hot-swapping-state-machines2* (stevana, on GitHub), with two differences: its
``(MaybeSocket Nothing)`` before the first argument may be left out, as its README does, and a failure
carries its reason. What a line is, is the business of ``show_scanner``; printed text has no newline in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from sm_toolkit.edges.show_printing import NoShowFormError, show_term, show_type
from sm_toolkit.edges.show_terms import read_term, read_type
from sm_toolkit.edges.show_tokens import Cursor, ShowFormError
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.terms import Term
from sm_toolkit.language.text import show_string, show_text


@dataclass(frozen=True)
class ItemRequest:
    """``Item value``: run the pipeline on this."""

    value: Any


@dataclass(frozen=True)
class UpgradeRequest:
    """``Upgrade name data``: replace the machine of the stage of that name.

    The terms are not checked: ``inference.check`` says whether they fit the types that come with them.
    """

    name: str
    old_state: Type[Any]
    new_state: Type[Any]
    new_input: Type[Any]
    new_output: Type[Any]
    machine_term: Term
    migration_term: Term


@dataclass(frozen=True)
class ItemAnswer:
    """``Item value``: what came out of the pipeline."""

    value: Any


@dataclass(frozen=True)
class UpgradeSucceededAnswer:
    """``UpgradeSucceeded name``: the stage has the new machine."""

    name: str


@dataclass(frozen=True)
class UpgradeFailedAnswer:
    """``UpgradeFailed name reason``: the stage has the machine it had. The original gives no reason."""

    name: str
    reason: str


@dataclass(frozen=True)
class FailedAnswer:
    """``Failed reason``: an item failed, or a request could not be understood."""

    reason: str


Request: TypeAlias = ItemRequest | UpgradeRequest
Answer: TypeAlias = ItemAnswer | UpgradeSucceededAnswer | UpgradeFailedAnswer | FailedAnswer

_REQUESTS = "a request (`Item ...` or `Upgrade ...`)"
_ANSWERS = "an answer (`Item ...`, `UpgradeSucceeded ...`, `UpgradeFailed ...` or `Failed ...`)"

# -- reading ----------------------------------------------------------------------------------------------


_TYPES = frozenset(("Unit", "Bool", "Int", "Str", "Pair", "Either"))
"""The constructors of types that the original has."""


def parse_request(data: bytes, item_type: Type[Any], limits: Limits = DEFAULT_LIMITS) -> Request:
    """Take the bytes of one request to what they ask, for a pipeline whose items are of ``item_type``.

    >>> from sm_toolkit.language.data.types import Str
    >>> parse_request(b'Item "Left ()"', Str)
    ItemRequest(value='Left ()')
    >>> parse_request(b'Item Left ()', Str)
    Traceback (most recent call last):
        ...
    sm_toolkit.edges.show_tokens.ShowFormError: cannot read the request: expected brackets round an item \
that is not atomic at column 6, found `Left`

    Raises:
        ShowFormError: it is no request, or over a limit; the error says what was expected where.
        NoShowFormError: it is an item, and the text form has none of its type.
    """
    cursor = _open(data, "request", limits)
    brackets = cursor.brackets()
    request: Request
    match cursor.token:
        case "Item":
            if not item_type.kinds <= _TYPES:
                show_type(item_type, limits)  # which says what has no form
            cursor.take()
            _skip_socket(cursor)
            request = ItemRequest(_read_item(cursor, item_type))
        case "Upgrade":
            cursor.take()
            _skip_socket(cursor)
            request = UpgradeRequest(cursor.string("the name of a stage"), **_read_data(cursor))
        case "UpgradeSucceeded" | "UpgradeFailed" | "Failed":
            _refuse(cursor, brackets, "an answer")
        case "Done":
            _refuse(cursor, brackets, "the end of a stream")
        case _:
            raise cursor.error(_REQUESTS)
    _end(cursor, brackets)
    return request


def parse_answer(line: bytes, item_type: Type[Any], limits: Limits = DEFAULT_LIMITS) -> Answer:
    """Take the bytes of one answer to what they say, from a pipeline that gives items of ``item_type``.

    >>> from sm_toolkit.language.data.types import Str
    >>> parse_answer(b'UpgradeFailed "counter" "no such stage"', Str)
    UpgradeFailedAnswer(name='counter', reason='no such stage')

    Raises:
        ShowFormError: it is no answer, or over a limit.
    """
    cursor = _open(line, "answer", limits)
    brackets = cursor.brackets()
    answer: Answer
    if cursor.token == "Item":
        cursor.take()
        _skip_socket(cursor)
        answer = ItemAnswer(_read_item(cursor, item_type))
    else:
        answer = _read_answer(cursor)
    _end(cursor, brackets)
    return answer


def _open(data: bytes, subject: str, limits: Limits) -> Cursor:
    if len(data) > limits.message_bytes:
        raise ShowFormError(subject, f"at most {limits.message_bytes:,} bytes", f"{len(data):,} bytes", 0)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        found = f"the byte 0x{data[error.start]:02x}"
        raise ShowFormError(subject, "text in UTF-8", found, len(data[: error.start].decode())) from None
    return Cursor(text, subject, limits)


def _end(cursor: Cursor, brackets: int) -> None:
    cursor.close(brackets)
    if cursor.kind != "end":
        raise cursor.error(f"the end of the {cursor.subject}")


def _refuse(cursor: Cursor, brackets: int, what: str) -> NoReturn:
    """Refuse what is well formed and no request; if it is not even well formed, say that."""
    start, name = cursor.start, cursor.token
    if not cursor.accept("Done"):
        _read_answer(cursor)
    _end(cursor, brackets)
    raise ShowFormError(cursor.subject, _REQUESTS, f"`{name}`, which is {what} and no request", start)


def _read_answer(cursor: Cursor) -> Answer:
    if cursor.token not in ("UpgradeSucceeded", "UpgradeFailed", "Failed"):
        raise cursor.error(_ANSWERS)
    constructor = cursor.take()
    _skip_socket(cursor)
    if constructor == "Failed":
        return FailedAnswer(cursor.string("a reason"))
    name = cursor.string("the name of a stage")
    if constructor == "UpgradeSucceeded":
        return UpgradeSucceededAnswer(name)
    has_reason = cursor.kind == "string" or cursor.token == "("
    return UpgradeFailedAnswer(name, cursor.string("a reason") if has_reason else "")


def _skip_socket(cursor: Cursor) -> None:
    """Go past a ``MaybeSocket Nothing``, with brackets round it or without, if there is one."""
    if cursor.starts_with("MaybeSocket"):
        brackets = cursor.brackets()
        cursor.expect("MaybeSocket")
        cursor.expect("Nothing")
        cursor.close(brackets)


def _read_item(cursor: Cursor, item_type: Type[Any]) -> Any:
    """Read a value as Haskell reads an argument: an atom, or anything in brackets."""
    start = cursor.start
    if cursor.token == "(":
        depth = 0
        while True:
            depth += (cursor.token == "(") - (cursor.token == ")")
            if cursor.kind in ("end", "bad"):
                raise cursor.error("`)`" if cursor.kind == "end" else "a value")
            end = cursor.end
            cursor.take()
            if depth == 0:
                break
    elif cursor.kind in ("string", "digits") or cursor.token in ("True", "False"):
        end = cursor.end
        cursor.take()
    elif cursor.token == "-":
        raise cursor.error("brackets round a negative number")
    elif cursor.token in ("Left", "Right"):
        raise cursor.error("brackets round an item that is not atomic")
    else:
        raise cursor.error(f"an item of type {item_type}")
    return cursor.value(item_type, start, cursor.source[start:end])


_FIELDS = (
    ("oldState", "old_state", read_type),
    ("newState", "new_state", read_type),
    ("newInput", "new_input", read_type),
    ("newOutput", "new_output", read_type),
    ("newStateMachine", "machine_term", read_term),
    ("stateMigration", "migration_term", read_term),
)


def _read_data(cursor: Cursor) -> dict[str, Any]:
    brackets = cursor.brackets()
    cursor.expect("UpgradeData_")
    found = {}
    for index, (label, name, read) in enumerate(_FIELDS):
        cursor.expect("," if index else "{")
        cursor.expect(label)
        cursor.expect("=")
        found[name] = read(cursor)
    cursor.expect("}")
    cursor.close(brackets)
    return found


# -- printing ---------------------------------------------------------------------------------------------

_SOCKET = "(MaybeSocket Nothing) "


def print_item(
    value: Any, type_: Type[Any] | None = None, *, socket: bool = False, limits: Limits = DEFAULT_LIMITS
) -> str:
    """Write an item of a type: as a client sends it, and as it is answered.

    With ``socket`` it is what a program of the original takes.

    >>> from sm_toolkit.language.data.types import Left
    >>> print(print_item("Left ()"), print_item(Left(-3)), print_item("", socket=True), sep=", ")
    Item "Left ()", Item (Left (-3)), Item (MaybeSocket Nothing) ""

    Raises:
        LimitError: the text would be over a limit of the text form.
    """
    return f"Item {_SOCKET if socket else ''}{show_text(value, type_, limits, argument=True)}"


def print_upgrade(
    name: str,
    old_state: Type[Any],
    new_state: Type[Any],
    new_input: Type[Any],
    new_output: Type[Any],
    machine_term: Term,
    migration_term: Term,
    *,
    socket: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> str:
    """Write an upgrade as a client sends it; the terms are as ``inference.erase`` gives them.

    With ``socket`` it is what a program of the original takes.

    >>> from sm_toolkit.language.vocabulary.combinators import ident
    >>> from sm_toolkit.language.data.types import Int
    >>> print(print_upgrade("c", Int, Int, Int, Int, ident().term, ident().term))  # doctest: +NORMALIZE_WHITESPACE
    Upgrade "c" (UpgradeData_ {oldState = UTInt, newState = UTInt, newInput = UTInt, newOutput = UTInt,
    newStateMachine = IdU, stateMigration = IdU})

    Raises:
        NoShowFormError: a type or a part of a term has no form.
        LimitError: a type or a term is too large.
    """
    types = (old_state, new_state, new_input, new_output)
    texts = [show_type(type_, limits) for type_ in types]
    texts += [show_term(machine_term, limits), show_term(migration_term, limits)]
    fields = ", ".join(f"{label} = {text}" for (label, _, _), text in zip(_FIELDS, texts, strict=True))
    return f"Upgrade {_SOCKET if socket else ''}{show_string(name)} (UpgradeData_ {{{fields}}})"


def print_upgrade_succeeded(name: str) -> str:
    """Write the answer to an upgrade that took place.

    >>> print(print_upgrade_succeeded("counter"))
    UpgradeSucceeded "counter"
    """
    return f"UpgradeSucceeded {show_string(name)}"


def print_upgrade_failed(name: str, reason: str) -> str:
    r"""Write the answer to an upgrade that was refused.

    >>> print(print_upgrade_failed("counter", 'no "counter" here'))
    UpgradeFailed "counter" "no \"counter\" here"
    """
    return f"UpgradeFailed {show_string(name)} {show_string(reason)}"


def print_failed(reason: str) -> str:
    r"""Write the answer to an item that failed, or to a request that is none.

    >>> print(print_failed("a reason\nof two lines"))
    Failed "a reason\nof two lines"
    """
    return f"Failed {show_string(reason)}"


__all__ = [
    "Answer",
    "FailedAnswer",
    "ItemAnswer",
    "ItemRequest",
    "NoShowFormError",
    "Request",
    "ShowFormError",
    "UpgradeFailedAnswer",
    "UpgradeRequest",
    "UpgradeSucceededAnswer",
    "parse_answer",
    "parse_request",
    "print_failed",
    "print_item",
    "print_upgrade",
    "print_upgrade_failed",
    "print_upgrade_succeeded",
]
