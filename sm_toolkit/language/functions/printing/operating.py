"""Primitives on values that are not there yet."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sm_toolkit.language.data.types import Unit, record_words
from sm_toolkit.language.functions.operators import ORDERED
from sm_toolkit.language.functions.printing.naming import call, name
from sm_toolkit.language.functions.printing.nodes import Node
from sm_toolkit.language.functions.printing.recognising import label_in
from sm_toolkit.language.functions.printing.spelling import ARITY, compared, spelled
from sm_toolkit.language.functions.printing.unknowns import (
    NOTHING,
    Atom,
    Both,
    Opened,
    Side,
    Unknown,
    item,
    pairs,
    part,
    unpaired,
)
from sm_toolkit.language.primitives import PRIMITIVES, primitive_record
from sm_toolkit.language.syntax.terms import Primitive

if TYPE_CHECKING:
    from sm_toolkit.language.functions.printing.running import Run


def operated(run: Run, node: Node, value: Unknown) -> Unknown:
    """Return what a primitive gives; what it does is written down if it does something."""
    assert isinstance(node.term, Primitive)
    label = node.term.name
    moved = _moved(label, value)
    if moved is not None:
        return moved
    shaped = _shaped(run, label, node, value)
    if shaped is not None:
        return shaped
    type_ = node.output
    record = primitive_record(label, node.term.types)
    is_pure = not record.can_fail and not record.takes_turns(node.term.types)
    made = _listed(run, label, node, value)
    if made is not None:
        return run.let(made, type_, is_pure=is_pure, is_annotated=True)
    if label in ARITY and not _is_unordered(label, node):
        operands, given, of = [], value, node.input
        for _ in range(ARITY[label] - 1):
            operands.append(run.exact(part(given, 0), of.args[0]))
            given, of = part(given, 1), of.args[1]
        return run.let(spelled(label, [*operands, run.exact(given, of)]), type_, is_pure=is_pure)
    if label in ("contains", "contains_key"):
        whole, within = (run.exact(part(value, index), node.input.args[index]) for index in (0, 1))
        return run.let(compared(ast.In(), within, whole), type_, is_pure=is_pure)
    if label == "xor":
        both = [run.exact(part(value, index), node.input.args[index]) for index in (0, 1)]
        return run.let(spelled("ne", both), type_, is_pure=True)
    if label in ("incr", "decr"):
        one = ast.Constant(1)
        return run.let(spelled("add" if label == "incr" else "sub", [run.plain(value, node.input), one]), type_)
    run.program.imports.add(label)
    maker = name(label)
    if label == "fail":
        maker = call(label, run.program.type(type_))
    elif PRIMITIVES[label].variables:
        maker = call(label)
    return run.let(call(maker, run.exact(value, node.input)), type_, is_pure=is_pure)


def _is_unordered(label: str, node: Node) -> bool:
    """Tell whether values are compared that Python puts in no order."""
    return label in ("lt", "le", "gt", "ge", "sort_list") and not node.input.args[0].kinds <= ORDERED


def _moved(label: str, value: Unknown) -> Unknown | None:
    match label:
        case "consume" | "nothing":
            return NOTHING
        case "just" | "inject":
            return value
        case "copy":
            return Both(value, value)
        case "fst":
            return part(value, 0)
        case "snd":
            return part(value, 1)
        case "inl" | "inr":
            return Side(label == "inl", value)
        case "swap":
            return Both(part(value, 1), part(value, 0))
        case "assoc":
            first = part(value, 0)
            return Both(part(first, 0), Both(part(first, 1), part(value, 1)))
        case "unassoc":
            second = part(value, 1)
            return Both(Both(part(value, 0), part(second, 0)), part(second, 1))
        case "distr" if isinstance(side := part(value, 0), Side):
            return Side(side.is_left, Both(side.value, part(value, 1)))
    return None


def _shaped(run: Run, label: str, node: Node, value: Unknown) -> Unknown | None:
    match label:
        case "distr":
            return _distributed(run, node, value)
        case "to_either":
            if isinstance(value, Atom) and value.type.head == "Maybe":
                return Opened(value)
            return Side(value is NOTHING or (isinstance(value, Atom) and value.type is Unit), value)
        case "from_either":
            return _from_either(run, node, value)
        case "with_default":
            return _with_default(run, node, value)
        case "split":
            return _split(run, node, value)
        case "from_tuple":
            if not isinstance(value, Atom):
                value = run.let(run.exact(value, node.input), node.input)
            assert isinstance(value, Atom)
            return pairs([item(value, place) for place in range(len(node.input.args))])
        case "to_tuple":
            types = node.output.args
            written = [run.exact(each, of) for each, of in zip(unpaired(value, len(types)), types, strict=True)]
            return run.let(ast.Tuple(written, ast.Load()), node.output, is_pure=True)
        case "construct":
            head, _ = record_words(node.output.head)
            run.program.type(node.output)
            types = node.output.args
            parts = [run.written(each, of) for each, of in zip(unpaired(value, len(types)), types, strict=True)]
            return run.let(call(head, *parts), node.output, is_pure=True)
        case "field":
            label_of = ast.Attribute(run.exact(value, node.input), label_in(node), ast.Load())
            return NOTHING if node.output is Unit else Atom(label_of, node.output)
        case "update":
            run.program.imports.add("replace")
            of = node.input.args
            keyword = ast.keyword(label_in(node), run.written(part(value, 1), of[1]))
            return run.let(
                ast.Call(name("replace"), [run.exact(part(value, 0), of[0])], [keyword]), node.output, is_pure=True
            )
    return None


def _listed(run: Run, label: str, node: Node, value: Unknown) -> ast.expr | None:
    """Return lists and maps that are written with their items."""
    type_ = node.output
    if label == "empty_list":
        return ast.List([], ast.Load())
    if label == "empty_map":
        return ast.Dict([], [])
    if label == "append":
        items = ast.Starred(run.exact(part(value, 0), type_), ast.Load())
        return ast.List([items, run.written(part(value, 1), type_.args[0])], ast.Load())
    if label == "insert":
        key, inserted = part(part(value, 1), 0), part(part(value, 1), 1)
        whole = run.exact(part(value, 0), type_)
        return ast.Dict([None, run.written(key, type_.args[0])], [whole, run.written(inserted, type_.args[1])])
    return None


def _distributed(run: Run, node: Node, value: Unknown) -> Unknown:
    """Put what is beside a sum into it: on either side of a choice."""
    chosen, beside = part(value, 0), part(value, 1)
    of = node.input.args[0]
    written = run.exact(chosen, of)
    ends: list[tuple[list[ast.stmt], Unknown]] = []
    cases = []
    for is_left in (True, False):
        fresh = run.program.fresh()
        inner = of.args[not is_left]
        given: Unknown = NOTHING if inner is Unit else Atom(name(fresh), inner)
        block: list[ast.stmt] = []
        ends.append((block, Side(is_left, Both(given, beside))))
        pattern = ast.MatchClass(name("Left" if is_left else "Right"), [ast.MatchAs(None, fresh)], [], [])
        cases.append(ast.match_case(pattern, None, block))
    run.program.imports |= {"Left", "Right"}
    made = run.merged(ends, node.output)
    run.write(ast.Match(written, cases))
    return made


def _from_either(run: Run, node: Node, value: Unknown) -> Unknown:
    if isinstance(value, Side):
        return value.value
    if isinstance(value, Opened) and value.atom.type.head == "Maybe":
        return value.atom
    written = run.exact(value, node.input)
    fresh = run.program.fresh()
    run.write(ast.AnnAssign(ast.Name(fresh, ast.Store()), run.program.type(node.output), None, 1))
    inner = run.program.fresh()
    run.program.imports |= {"Left", "Right"}
    missing = ast.match_case(
        ast.MatchClass(name("Left"), [ast.MatchAs()], [], []), None, [run.assigned(fresh, ast.Constant(None))]
    )
    there = ast.match_case(
        ast.MatchClass(name("Right"), [ast.MatchAs(None, inner)], [], []), None, [run.assigned(fresh, name(inner))]
    )
    run.write(ast.Match(written, [missing, there]))
    return Atom(name(fresh), node.output)


def _with_default(run: Run, node: Node, value: Unknown) -> Unknown:
    maybe, other = part(value, 0), part(value, 1)
    if isinstance(maybe, Atom) and maybe.type is Unit:
        return other
    if not isinstance(maybe, Atom) or maybe.type.head != "Maybe":
        return maybe
    of = node.output
    named = run.named(maybe)
    test = ast.Compare(named.written, [ast.Is()], [ast.Constant(None)])
    written = ast.IfExp(test, run.exact(other, of), named.written)
    return run.let(written, of, is_pure=True)


def _split(run: Run, node: Node, value: Unknown) -> Unknown:
    assert isinstance(value, Atom)
    records = node.input.args
    if value.type in records:
        place = records.index(value.type)
        made: Unknown = Side(True, value) if place < len(records) - 1 else value
        for _ in range(place):
            made = Side(False, made)
        return made
    if value.type is not node.input:
        value = Atom(run.exact(value, node.input), node.input)
    return Opened(value)
