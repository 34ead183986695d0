"""The text of a printed program."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Mapping

from sm_toolkit.language.data.records import wrong_label
from sm_toolkit.language.data.types import is_record_head, nodes, record_words
from sm_toolkit.language.functions.printing.naming import Program, UnprintableError, call, name


def text_of(program: Program, main: ast.FunctionDef, decorator: str) -> str:
    """Return the text of a program, in which everything has a name that people read.

    Raises:
        UnprintableError: it is too large, or nested too deep.
    """
    records = records_of(program)
    pieces: list[list[ast.stmt]] = [[*program.constants]] if program.constants else []
    pieces += [[helper] for helper in program.helpers]
    main.decorator_list = [name(decorator)]
    module = ast.Module([*(node for piece in pieces for node in piece), main], [])
    _rename(module, {*program.taken, *program.records, *program.imports, "replace", "dataclass"})
    of_dataclasses = {"dataclass"} if program.records else set[str]()
    of_dataclasses |= program.imports & {"replace"}
    imports = imported({"dataclasses": of_dataclasses, "sm_toolkit": {decorator, *program.imports} - of_dataclasses})
    try:
        texts = [imports, *records]
        whole: list[list[ast.stmt]] = [*pieces, [main]]
        texts += ["\n".join([_printed(each) for each in piece]) for piece in whole]
    except RecursionError:
        raise UnprintableError("this machine is nested too deep to be printed", "print its parts") from None
    except ValueError as error:
        raise UnprintableError(f"this machine cannot be printed: {error}", "print its parts") from None
    return "\n\n\n".join(texts) + "\n"


def _printed(node: ast.stmt) -> str:
    """Return a statement as a text, without the brackets that nobody writes round a tuple."""
    return "\n".join(map(_without_brackets, ast.unparse(node).splitlines()))


_BRACKETED = re.compile(r"( *(?:return|[a-z]\w*(?:, [a-z]\w*)* =) )\((.*)\)")


def _without_brackets(line: str) -> str:
    found = _BRACKETED.fullmatch(line)
    if found is None:
        return line
    start, inner = found.groups()
    try:
        same = ast.dump(ast.parse(inner, mode="eval")) == ast.dump(ast.parse(f"({inner})", mode="eval"))
        is_tuple = isinstance(ast.parse(inner, mode="eval").body, ast.Tuple)
    except SyntaxError:
        return line
    return f"{start}{inner}" if same and is_tuple and not inner.startswith("*") else line


def imported(names: Mapping[str, Iterable[str]]) -> str:
    """Return the lines that import names, by their modules."""
    lines = [f"from {module} import {', '.join(made)}" for module in sorted(names) if (made := sorted(names[module]))]
    own = [line for line in lines if line.startswith("from sm_toolkit ")]
    others = [line for line in lines if line not in own]
    return "\n".join([*others, *[""] * bool(own and others), *own])


def records_of(program: Program) -> list[str]:
    """Return the dataclasses, those before others that are in them."""
    made: dict[str, str] = {}
    for record in program.records.values():
        for part in nodes(record):
            if is_record_head(part.head):
                label, labels = record_words(part.head)
                fields = [
                    f"    {each}: {ast.unparse(program.type(of))}{_default(program, label, each)}"
                    for each, of in zip(labels, part.args, strict=True)
                ]
                made[label] = "\n".join(["@dataclass(frozen=True)", f"class {label}:", *(fields or ["    pass"])])
    return [*made.values()]


def _default(program: Program, label: str, field: str) -> str:
    given = program.defaults.get((label, field))
    return "" if given is None else f" = {ast.unparse(given)}"


def _rename(module: ast.Module, taken: set[str]) -> None:
    """Give names to what has none yet, in the order in which they stand."""
    counts = {"v": 0, "H": 0, "C": 0}
    words = {"v": "v", "H": "helper_", "C": "CONSTANT_"}
    given: dict[str, str] = {}

    def renamed(known: str) -> str:
        if not known.startswith("_") or known == "_":
            return known
        if known not in given:
            kind = known[-1] if known[-1] in "HC" else "v"
            while True:
                counts[kind] += 1
                made = f"{words[kind]}{counts[kind]}"
                if made not in taken:
                    break
            given[known] = made
        return given[known]

    work: list[ast.AST] = [module]
    while work:
        node = work.pop()
        if isinstance(node, ast.Name):
            node.id = renamed(node.id)
        elif isinstance(node, ast.arg):
            node.arg = renamed(node.arg)
        elif isinstance(node, ast.MatchAs | ast.FunctionDef) and node.name is not None:
            node.name = renamed(str(node.name))
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.DictComp):
            children = [*node.generators, *(child for child in children if not isinstance(child, ast.comprehension))]
        work.extend(reversed(children))


def label_for(wished: str | None, otherwise: str, taken: set[str]) -> str:
    """Return a name for a function or a parameter: the one that is wished if it may be one."""
    free = {*taken, *vars(builtins), "machine", "function", "replace", "dataclass", "Left", "Right"}
    for each in (wished, otherwise, f"{otherwise}_"):
        if each and not wrong_label(each) and not keyword.issoftkeyword(each) and each not in free:
            return each
    return f"{otherwise}_0"


__all__ = ["call", "label_for", "text_of"]
