"""Imports between the rooms of sm_toolkit run one way, and a name means one thing. Read from the source."""

from __future__ import annotations

import ast
import builtins
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = "sm_toolkit"
ROOT = Path(__file__).resolve().parent.parent

FACE = "the face"  # sm_toolkit/__init__.py

# A room may import itself and any room of an earlier line; rooms on the same line do not know each other.
ORDER: list[set[str]] = [
    {"language"},
    {"pipeline"},
    {"engines", "edges", "evolve"},
    {"deploying"},
    {"examples"},
    {"notebook"},
    {FACE},
    {"cli"},
    {"__main__"},
]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}

# The pure rooms do no I/O, and must run where there is no socket and no compiled package but msgpack.
PURE = {"language", "pipeline"}
IMPURE_MODULES = {"asyncio", "concurrent", "multiprocessing", "select", "selectors", "socket", "subprocess"}
IMPURE_MODULES |= {"click", "ipywidgets", "IPython", "matplotlib", "networkx", "numpy"}
# Nothing is ever unpickled.
BANNED_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module, or name in a module, that the source imports anywhere, as an absolute dotted name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            start = [node.module] if node.module else []
            if node.level:
                parts = module.split(".")
                up = node.level - is_package
                start = [*parts[: len(parts) - up], *start]
            for alias in node.names:
                yield ".".join([*start, alias.name])


def room_of(name: str) -> str:
    """The room that a dotted name inside sm_toolkit lies in; a name of no room is the face's."""
    room = name.split(".")[1] if "." in name else ""
    return room if room in RANK else FACE


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """What the source of this module imports and may not."""
    here = room_of(module)
    found: list[str] = []
    for name in imports(source, module, is_package=is_package):
        top = name.split(".")[0]
        if top == PACKAGE:
            there = room_of(name)
            if there != here and RANK[there] >= RANK[here]:
                found.append(f"{module} imports {name}: {here} may not know {there}")
        elif top in BANNED_MODULES:
            found.append(f"{module} imports {name}: nothing is ever unpickled")
        elif here in PURE and top in IMPURE_MODULES:
            found.append(f"{module} imports {name}: {here} is pure")
    return found


FILES = sorted((ROOT / PACKAGE).rglob("*.py"))
PACKAGES = sorted(module_name(path) for path in FILES if path.name == "__init__.py")


def test_every_module_has_a_room() -> None:
    outside = [
        path.name
        for path in (ROOT / PACKAGE).iterdir()
        if (path.suffix == ".py" and path.stem not in RANK and path.stem != "__init__")
        or ((path / "__init__.py").exists() and path.name not in RANK)
    ]
    assert not outside, f"give {outside} a place in ORDER"


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_run_one_way(path: Path) -> None:
    assert violations(path.read_text("utf-8"), module_name(path), is_package=path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sm_toolkit.pipeline.stages", "from sm_toolkit.language.terms import Machine"),
        ("sm_toolkit.pipeline.stages", "from ..language import Machine"),
        ("sm_toolkit.pipeline.stages", "from .messages import Item"),
        ("sm_toolkit.engines.threads", "import sm_toolkit.pipeline.ports, socket"),
        ("sm_toolkit.deploying.deployments", "from .. import engines, edges"),
        ("sm_toolkit.cli", "def draw():\n    from sm_toolkit.notebook import draw"),
        ("sm_toolkit.cli", "from sm_toolkit import __version__"),
    ],
)
def test_an_allowed_import_is_allowed(module: str, source: str) -> None:
    assert violations(source, module) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("sm_toolkit.language.terms", "import sm_toolkit.pipeline.stages as stages"),
        ("sm_toolkit.language.terms", "from sm_toolkit import pipeline"),
        ("sm_toolkit.language.terms", "from .. import pipeline"),
        ("sm_toolkit.language.terms", "from ..pipeline.stages import handle"),
        ("sm_toolkit.language.terms", "def late():\n    from ..notebook import draw"),
        ("sm_toolkit.language.terms", "if TYPE_CHECKING:\n    from sm_toolkit.notebook import draw"),
        ("sm_toolkit.language.terms", "from sm_toolkit import step"),
        ("sm_toolkit.language.terms", "import sm_toolkit"),
        ("sm_toolkit.engines.loop", "from ..edges import server"),
        ("sm_toolkit.edges.server", "import sm_toolkit.engines"),
        ("sm_toolkit.evolve.refinement", "from sm_toolkit.engines.inline import inline"),
        ("sm_toolkit.deploying.running", "from ..examples.counter import v1"),
        ("sm_toolkit.notebook.drawing", "from .. import cli"),
        ("sm_toolkit.language.types", "import socket"),
        ("sm_toolkit.pipeline.stages", "from concurrent.futures import Future"),
        ("sm_toolkit.edges.codecs", "import pickle"),
    ],
)
def test_a_forbidden_import_is_seen(module: str, source: str) -> None:
    assert len(violations(source, module)) == 1


def test_a_package_counts_as_the_folder_of_its_relative_imports() -> None:
    assert list(imports("from .types import Int", "sm_toolkit.language", is_package=True)) == [
        "sm_toolkit.language.types.Int"
    ]
    assert violations("from ..pipeline import stage", "sm_toolkit.language", is_package=True)


def exported(package: ModuleType) -> list[str]:
    """The names that a package gives: its `__all__`, or else all that is public in it and no module."""
    names = getattr(package, "__all__", None) or [name for name in vars(package) if not name.startswith("_")]
    return [name for name in names if not isinstance(getattr(package, name), ModuleType)]


def name_clashes(package: ModuleType, modules: set[str]) -> list[str]:
    names = [name for name in exported(package) if not name.startswith("__")]
    return [f"{name} is a module of {package.__name__} too" for name in names if name in modules] + [
        f"{name} is a builtin of Python" for name in names if hasattr(builtins, name)
    ]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_means_one_thing(name: str) -> None:
    folder = ROOT.joinpath(*name.split("."))
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert name_clashes(importlib.import_module(name), modules) == []


def test_a_clash_is_seen() -> None:
    package = ModuleType("room")
    vars(package).update(draw=print, compile=print, fine=print, sys=builtins)
    assert name_clashes(package, {"draw", "sys"}) == [
        "draw is a module of room too",
        "compile is a builtin of Python",
    ]


def test_what_is_drawn_in_notebooks_is_named_as_the_modules_are() -> None:
    """IPython is told of these classes by name, so that nothing is imported for it."""
    for module, names in importlib.import_module(PACKAGE)._DRAWN.items():
        for name in names.split():
            assert hasattr(importlib.import_module(f"{PACKAGE}.{module}"), name)
