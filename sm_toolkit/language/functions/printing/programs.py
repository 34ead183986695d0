"""A whole machine is printed: as the function that it was made of, at hand or recognised, or else as what it does."""

from __future__ import annotations

import ast
from typing import Any

from sm_toolkit.language.checking.inference import Typing, elaborate
from sm_toolkit.language.data.types import Pair, Type, is_record_head, nodes, record_words
from sm_toolkit.language.encoding.canonical import content_hash
from sm_toolkit.language.errors import FunctionError
from sm_toolkit.language.functions.decorating import machine as machine_of
from sm_toolkit.language.functions.printing.ends import Ends
from sm_toolkit.language.functions.printing.naming import Program, UnprintableError, call, name
from sm_toolkit.language.functions.printing.nodes import tree_of
from sm_toolkit.language.functions.printing.originals import originals
from sm_toolkit.language.functions.printing.recognising import UnrecognisedError
from sm_toolkit.language.functions.printing.running import Run
from sm_toolkit.language.functions.printing.texts import label_for, text_of
from sm_toolkit.language.functions.printing.tidying import tidied
from sm_toolkit.language.functions.printing.unknowns import NOTHING, Atom, Both, Unknown
from sm_toolkit.language.functions.printing.whole import Whole
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.cells import loops, split_state
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.terms import Get, Loop, Put, Zoom, size, walk

MOST_NODES = 20_000
"""No term has more that is printed."""


def to_python(
    machine: Machine[Any, Any, Any],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> str:
    """Return a machine as the text of a Python program of the subset that ``machine`` takes.

    The types are asked of it as by ``check``; what nothing fixes is Unit. ``machine(source=...)`` of the text gives
    the same machine, by its hash, where its function is at hand, and one of the same meaning otherwise: its own text is
    printed then, with its comments, after what it needs. A machine that came over the wire brings none, and is printed
    as the function that it looks like (mostly the same machine again), or as what it does. What its loops over time
    hold is in the state of the text.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> print(to_python(get() & (get() >> incr >> put())), end="")
    from sm_toolkit import machine
    <BLANKLINE>
    <BLANKLINE>
    @machine
    def step(event: None, state: int) -> tuple[tuple[int, None], int]:
        return (state, None), state + 1

    Raises:
        UnprintableError: it is too large or too deep, or the names of its records clash.
        MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``elaborate``.
    """
    expect_machine(machine, "to_python(machine, state, input, output)")
    typed = elaborate(machine, state, input, output, limits)
    try:
        for text in originals(machine):
            if _becomes(text, typed):
                return text
    except RecursionError:
        pass  # it is tried in the other ways
    if size(typed.term) > MOST_NODES:
        raise UnprintableError(f"this machine has more than {MOST_NODES:,} nodes", "print its parts")
    try:
        found = recognised(typed, machine.name)
        return found if found is not None else written(typed, machine.name)
    except RecursionError:
        raise UnprintableError(
            "what this machine works on is nested too deep to be printed", "print its parts"
        ) from None


def recognised(typed: Typing, wished: str | None) -> str | None:
    """Return the text of a machine that a function became, if it is one: its text becomes the same again."""
    before: str | None = None
    for tells in (False, True):
        try:
            text = as_function(typed, wished, tells_what_is_there=tells)
            if text == before:
                return None
            before = text
        except UnrecognisedError:
            return None
        except (FunctionError, RecursionError):
            continue
        if _becomes(text, typed):
            return text
    return None


def _becomes(text: str, typed: Typing) -> bool:
    """Tell whether a text becomes a machine again."""
    try:
        return _hash(elaborate(machine_of(source=text))) == _hash(typed)
    except (FunctionError, RecursionError):
        return False


def _hash(typed: Typing) -> str:
    return content_hash(typed.term, (typed.scheme.state, typed.scheme.input, typed.scheme.output))


def _keeps(typed: Typing) -> bool:
    """Tell whether a machine has a state."""
    return any(isinstance(node, Get | Put | Zoom | Loop) for node in walk(typed.term))


def _names(program: Program, typed: Typing) -> tuple[str, str]:
    scheme = typed.scheme
    for type_ in (scheme.state, scheme.input, scheme.output):
        program.type(type_)
    seen: set[Type[Any]] = set()  # types stand in each other, as many as there are nodes
    inside = [part for type_ in {*typed.inputs, *typed.outputs} for part in nodes(type_, seen)]
    program.taken = {record_words(part.head)[0] for part in inside if is_record_head(part.head)}
    taken = program.taken
    return label_for("event", "input_", taken), label_for("state", "state_", taken)


def as_function(typed: Typing, wished: str | None, *, tells_what_is_there: bool = False) -> str:
    """Return the text of a function whose term this has the shape of.

    Raises:
        UnrecognisedError: it has none.
    """
    program = Program(tells_what_is_there=tells_what_is_there)
    scheme = typed.scheme
    whole, tree = Whole(program), tree_of(typed)
    event, state = _names(program, typed)
    keeps = _keeps(typed)
    result = Pair(scheme.output, scheme.state) if keeps else scheme.output
    body = whole.machine(tree) if keeps else whole.function(tree)
    parameters = [(event, scheme.input), (state, scheme.state)][: 1 + keeps]
    statements = whole.block(body, tuple(each for each, _ in parameters), Ends(result))
    main = program.definition(label_for(wished, "step", {event, state, *program.taken}), parameters, result, statements)
    return text_of(program, main, "machine" if keeps else "function")


def written(typed: Typing, wished: str | None) -> str:
    """Return the text of what any machine does."""
    program = Program()
    scheme = typed.scheme
    tree = tree_of(typed)
    event, state = _names(program, typed)
    keeps = _keeps(typed)
    begin: Unknown = Atom(name(state), scheme.state) if scheme.state.head != "Unit" else NOTHING
    of = scheme.state
    halves = split_state(scheme.state) if loops(typed.term) else None
    cells: dict[str, Type[Any]] = {}
    if halves is not None:
        of = halves[0]
        cells = dict(zip(record_words(halves[1].head)[1], halves[1].args, strict=True))
        begin = Atom(ast.Subscript(name(state), ast.Constant(0), ast.Load()), of) if of.head != "Unit" else NOTHING
    run = Run(program, (begin, of), cells)
    for label, held in cells.items():
        whole = ast.Subscript(name(state), ast.Constant(1), ast.Load())
        run.cells[label] = NOTHING if held.head == "Unit" else Atom(ast.Attribute(whole, label, ast.Load()), held)
    given = NOTHING if scheme.input.head == "Unit" else Atom(name(event), scheme.input)
    made = run.whole(tree, given)
    result = scheme.output
    if keeps:
        end = run.state
        if halves is not None:
            parts = [run.written(run.cells[label], held) for label, held in cells.items()]
            record = halves[1]
            assert is_record_head(record.head)
            fresh = run.let(call(record_words(record.head)[0], *parts), record)
            end = Both(end, fresh)
        made, result = Both(made, end), Pair(scheme.output, scheme.state)
    run.write(ast.Return(run.written(made, result)))
    parameters = [(event, scheme.input), (state, scheme.state)][: 1 + keeps]
    main = program.definition(label_for(wished, "step", {event, state, *program.taken}), parameters, result, run.block)
    for function in (*program.helpers, main):
        assert isinstance(function, ast.FunctionDef)
        function.body = tidied(function.body, run.pure)
    return text_of(program, main, "machine" if keeps else "function")
