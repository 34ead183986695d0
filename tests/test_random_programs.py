"""Random programs are of the subset, all of it, and mean something to Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import pytest

from sm_toolkit.language import check_value
from sm_toolkit.language.data.persistent import persistent
from tests.programs.making import LARGEST, SMALLEST, Sample, sample, statements
from tests.programs.plain import PlainProgram, RefusedError, TooLargeError
from tests.programs.shrinking import shrunk

PROGRAMS = 300

NODES = {
    *("Module", "ImportFrom", "alias", "ClassDef", "FunctionDef", "arguments", "arg", "Expr", "Load", "Store"),
    *("Assign", "AnnAssign", "AugAssign", "Return", "Pass", "If", "For", "Continue", "Break", "Match", "match_case"),
    *("MatchValue", "MatchSingleton", "MatchSequence", "MatchClass", "MatchAs", "MatchOr"),
    *("BinOp", "Add", "Sub", "Mult", "Div", "FloorDiv", "Mod", "BitOr", "UnaryOp", "USub", "UAdd", "Not"),
    *("BoolOp", "And", "Or", "Compare", "Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"),
    *("IfExp", "Dict", "List", "Tuple", "Starred", "ListComp", "DictComp", "GeneratorExp", "comprehension"),
    *("Call", "keyword", "Attribute", "Subscript", "Slice", "Name", "Constant", "JoinedStr", "FormattedValue"),
}
CALLS = {
    *("isinstance", "replace", "dataclass", "Left", "Right", "range", "enumerate", "zip", "reversed", "sorted", "list"),
    *("min", "max", "sum", "any", "all", "len", "abs", "float", "int", "round", "str"),
    *(".items", ".keys", ".values", ".get", ".find", ".replace", ".upper", ".lower", ".strip"),
    *(".startswith", ".endswith"),
}
FORMS = {
    *("no else", "elif", "guard", "chained comparison", "several fors", "if in a comprehension", "two ifs"),
    *("name for a pattern", "alternatives in a pattern", "pattern by keyword", "pattern in a pattern"),
    *("return in a loop", "loop in a loop", "match in a match", "names taken apart", "names taken apart twice"),
    *("**", "*", "reversed by a slice", "slice", "index from the end", "default left out", "field by keyword"),
    *("helper called", "machine called", "a default", "a constant", "docstring"),
}


def has(node: ast.AST, kind: type[ast.AST]) -> bool:
    return any(isinstance(part, kind) for part in ast.walk(node) if part is not node)


def forms(tree: ast.Module) -> Iterator[str]:
    """Name what is seen only in how nodes of Python's syntax stand together."""
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    sizes = {node.name: len(node.body) for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(tree):
        match node:
            case ast.If(orelse=orelse):
                yield "no else" if not orelse else "elif" if isinstance(orelse[0], ast.If) else "else"
            case ast.match_case(guard=ast.expr()):
                yield "guard"
            case ast.Compare(ops=[_, _, *_]):
                yield "chained comparison"
            case ast.comprehension(ifs=ifs) if ifs:
                yield "if in a comprehension"
                if len(ifs) > 1:
                    yield "two ifs"
            case ast.ListComp(generators=[_, _, *_]):
                yield "several fors"
            case ast.MatchAs(pattern=ast.pattern()):
                yield "name for a pattern"
            case ast.MatchOr():
                yield "alternatives in a pattern"
            case ast.MatchClass():
                if node.kwd_attrs:
                    yield "pattern by keyword"
                if has(node, ast.MatchClass):
                    yield "pattern in a pattern"
            case ast.For():
                if has(node, ast.Return):
                    yield "return in a loop"
                if has(node, ast.For):
                    yield "loop in a loop"
            case ast.Match():
                if has(node, ast.Match):
                    yield "match in a match"
            case ast.Assign(targets=[ast.Tuple()]):
                yield "names taken apart"
                if any(
                    isinstance(part, ast.Tuple) for part in ast.walk(node.targets[0]) if part is not node.targets[0]
                ):
                    yield "names taken apart twice"
            case ast.Dict(keys=keys) if None in keys:
                yield "**"
            case ast.Starred():
                yield "*"
            case ast.Slice():
                yield "reversed by a slice" if node.step is not None else "slice"
            case ast.Subscript(slice=ast.UnaryOp(op=ast.USub())):
                yield "index from the end"
            case ast.Call(func=ast.Name(id=name)) if name in functions:
                yield "machine called" if name == "g" else "helper called"
            case ast.Call(func=ast.Name(id=name)) if name in sizes:
                if node.keywords:
                    yield "field by keyword"
                if len(node.args) + len(node.keywords) < sizes[name]:
                    yield "default left out"
            case ast.ClassDef():
                if any(isinstance(field, ast.AnnAssign) and field.value is not None for field in node.body):
                    yield "a default"
            case ast.Name(id=name) if name.startswith("CONSTANT"):
                yield "a constant"
            case ast.Expr(value=ast.Constant()):
                yield "docstring"
            case _:
                pass


def test_each_row_of_the_subset_is_made() -> None:
    nodes: set[str] = set()
    calls: set[str] = set()
    made: set[str] = set()
    for seed in range(PROGRAMS):
        tree = ast.parse(sample(Random(seed)).source)
        made.update(forms(tree))
        own = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
        for node in ast.walk(tree):
            nodes.add(type(node).__name__)
            match node:
                case ast.Call(func=ast.Name(id=name)) if name not in own:
                    calls.add(name)
                case ast.Call(func=ast.Attribute(attr=name)):
                    calls.add("." + name)
                case _:
                    pass
    assert nodes == NODES
    assert calls == CALLS
    assert made - {"else"} == FORMS


def test_a_seed_makes_one_program() -> None:
    assert sample(Random(5)) == sample(Random(5))
    assert sample(Random(5)) != sample(Random(6))


@pytest.mark.parametrize("part", range(2))
def test_programs_run_and_their_values_are_of_their_types(part: int) -> None:
    """Nothing is raised but what may fail in a step (a name without a value would be); the same comes out each time."""
    failed = steps = 0
    for seed in range(part * 100, part * 100 + 100):
        case = sample(Random(seed))
        assert SMALLEST <= statements(ast.parse(case.source)) <= LARGEST
        try:
            runs = [ran(case), ran(case)]
        except TooLargeError:
            continue
        assert repr(runs[0]) == repr(runs[1])
        for output, state in runs[0]:
            check_value(persistent(state), case.state)
            if not isinstance(output, Exception):
                check_value(persistent(output), case.output)
        failed += sum(isinstance(output, Exception) for output, _ in runs[0])
        steps += len(runs[0])
    assert 0 < failed < steps / 4


def ran(case: Sample) -> list[tuple[Any, Any]]:
    program = PlainProgram(case.source)
    *xs, state = program.values([*case.xs, case.s])
    made = []
    for x in xs:
        output, state = program.step(x, state)
        made.append((output, state))
    return made


def test_a_program_that_fails_is_made_smaller() -> None:
    """What fails here is to sort: so little is left but that."""

    def fails(case: Sample) -> bool:
        try:
            compile(case.source, "<program>", "exec")
        except SyntaxError:
            return False
        return "sorted(" in case.source.partition("def f")[2]  # and not in a function that it calls

    case = next(case for seed in count() if fails(case := sample(Random(seed))))
    small = shrunk(case, fails)
    assert fails(small)
    assert len(small.xs) == 1
    assert statements(ast.parse(small.source)) <= 3  # the function, and a loop or a match with what must be in it


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("x / 0.0", ZeroDivisionError),
        ("[][0]", IndexError),
        ("{1: 2}[x]", KeyError),
        ("min([])", ValueError),
        ("2.0 * 1e308 - 2.0 * 1e308", RefusedError),
        ("int(1e308 * 10.0)", OverflowError),
        ("'ab' * 600000", RefusedError),
        ("list({**{2: 1}, 1: 3} | {0: 1})", [0, 1, 2]),
    ],
)
def test_plain_programs(source: str, wanted: Any) -> None:
    program = PlainProgram(f"def f(x, s):\n    s = 7\n    return {source}, s")
    output, state = program.step(5, 0)
    assert (type(output), state) == (wanted, 0) if isinstance(wanted, type) else (output, state) == (wanted, 7)
