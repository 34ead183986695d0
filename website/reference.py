"""The reference: pages of names by meaning, written out as what Sphinx's autodoc takes. Looks names up in the package.

A page lists its names in blocks that open with ```` ```{names} ````; what is said of them are their docstrings. A name
with dots is that of a class which the package gives and does not export. ```` ```{commands} ```` stands for the help of
each command of ``sm-toolkit``.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import click
from sphinx.pycode import ModuleAnalyzer

import sm_toolkit
from sm_toolkit.cli import main

WIDTH = 80  # characters of a line of a command's help
OPENING = "```{eval-rst}\n.. py:currentmodule:: sm_toolkit\n"
COMMANDS = re.compile(r"^```\{commands\}\n```$", re.MULTILINE)
BLOCK = re.compile(r"^```\{names\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def names_in(page: str) -> list[str]:
    """Return the names that a page tells of, in its order."""
    return [name for block in BLOCK.findall(page) for name in block.split()]


def written_out(page: str) -> str:
    """Return a page with its blocks of names as blocks for autodoc.

    Raises:
        LookupError: a name is not in the package, or a value has no docstring.
    """
    page = COMMANDS.sub(lambda _: "\n".join(_commands()), page)
    return BLOCK.sub(lambda block: "\n".join([OPENING, *(_directive(name) for name in block[1].split()), "```"]), page)


def _commands() -> Iterator[str]:
    """Yield a section for each command: its help."""
    for name, command in main.commands.items():
        context = click.Context(command, info_name=f"sm-toolkit {name}", max_content_width=WIDTH, terminal_width=WIDTH)
        yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def _directive(name: str) -> str:
    full = f"sm_toolkit.{name}"
    if "." in name:
        module, _, inner = full.rpartition(".")
        shown = getattr(importlib.import_module(module), inner)
    elif name in sm_toolkit.__all__:
        shown = getattr(sm_toolkit, name)
    else:
        raise LookupError(f"the reference names {name}, which the package does not export")
    if inspect.isclass(shown):
        kind = "autoexception" if issubclass(shown, BaseException) else "autoclass"
        return f".. {kind}:: {full}\n   :members:\n   :exclude-members: {_inner(shown)}\n"
    if inspect.isfunction(shown):
        return f".. autofunction:: {full}\n"
    type_, said = _said_of(name, shown)
    said = as_imported(said)
    lines = [f".. py:data:: {name}", *([f"   :type: {type_}"] if type_ else []), "", *(f"   {line}" for line in said)]
    return "\n".join(lines) + "\n"


def as_imported(lines: list[str]) -> list[str]:
    """Return the lines of a docstring with what its examples import named as people import it: from the package.

    >>> as_imported([">>> from sm_toolkit.language.vocabulary.combinators import get, put"])
    ['>>> from sm_toolkit import get, put']

    What the package does not export stays as it is.
    """
    return [_IMPORT.sub(_from_the_package, line) for line in lines]


_IMPORT = re.compile(r"^(\s*(?:>>>|\.\.\.) )from (sm_toolkit\.[\w.]+) import (\w+(?:, \w+)*)$")


def _from_the_package(found: re.Match[str]) -> str:
    prompt, module, names = found.groups()
    home = importlib.import_module(module)
    exported = all(
        name in sm_toolkit.__all__ and getattr(sm_toolkit, name) is getattr(home, name) for name in names.split(", ")
    )
    return f"{prompt}from sm_toolkit import {names}" if exported else found[0]


def _inner(shown: type) -> str:
    """Return the fields of a dataclass that its signature shows already."""
    fields = getattr(shown, "__dataclass_fields__", {})
    return ", ".join(["__init__", *fields])


def _said_of(name: str, value: Any) -> tuple[str, list[str]]:
    """Return the type and the docstring of a value, from the module that defines it; else those of its class."""
    for module, analyzer in _modules():
        if getattr(module, name, None) is value and (said := analyzer.attr_docs.get(("", name))):
            return analyzer.annotations.get(("", name), ""), list(said)
    of_class = inspect.getdoc(value)
    if not of_class:
        raise LookupError(f"nothing is said of {name}: write a docstring below it")
    return type(value).__name__, of_class.splitlines()


@cache
def _modules() -> list[tuple[Any, ModuleAnalyzer]]:
    return list(_analyzed())


def _analyzed() -> Iterator[tuple[Any, ModuleAnalyzer]]:
    for found in pkgutil.walk_packages(sm_toolkit.__path__, "sm_toolkit."):
        if not found.name.endswith("__main__") and not found.name.startswith("sm_toolkit.cli"):
            analyzer = ModuleAnalyzer.for_module(found.name)
            analyzer.analyze()
            yield importlib.import_module(found.name), analyzer
