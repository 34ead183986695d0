"""What may stand behind ``%%machine``: read into one value, completed, and explained. Nothing is done here."""

from __future__ import annotations

import argparse
import keyword
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

ENGINES = ("inline", "threads", "processes", "event_loop", "simulated")


class OptionError(Exception):
    """What stands behind the magic is none of its options; the text says which there are."""


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    name: str | None = None
    live: bool = False
    on: str | None = None
    stage: str | None = None
    pipeline: str | None = None
    state: str | None = None
    engine: str | None = None
    migration: str | None = None
    adapter: str | None = None
    dry_run: bool = False
    force: bool = False
    stop: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise OptionError(f"{message}\n{self.format_usage().strip()}")


def _parser() -> _Parser:
    made = _Parser(prog="%%machine", add_help=False, allow_abbrev=False)
    made.add_argument("name", nargs="?", metavar="NAME")
    made.add_argument("--live", action="store_true")
    made.add_argument("--on", metavar="VARIABLE|HOST:PORT")
    made.add_argument("--stage", metavar="STAGE")
    made.add_argument("--pipeline", metavar="VARIABLE")
    made.add_argument("--state", metavar="EXPRESSION")
    made.add_argument("--engine", choices=ENGINES, metavar="ENGINE")
    made.add_argument("--migration", metavar="VARIABLE")
    made.add_argument("--adapter", metavar="VARIABLE")
    made.add_argument("--dry-run", action="store_true")
    made.add_argument("--force", action="store_true")
    made.add_argument("--stop", action="store_true")
    return made


FLAGS = tuple(each for action in _parser()._actions for each in action.option_strings)


def options_of(line: str) -> Options:
    """Return what stands behind the magic.

    >>> options_of("counter --live --state '(0, False)'").state
    '(0, False)'

    Raises:
        OptionError: something is no option, or does not go with another.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise OptionError(f"the quotes in {line!r} do not match: {error}") from None
    found = Options(**vars(_parser().parse_args(words)))
    given = {name for name, value in vars(found).items() if value and name not in ("name", "live")}
    if found.live and found.name is None:
        raise OptionError("a live cell has the name of what it deploys or changes: %%machine --live NAME")
    if given - {"stop"} and not found.live:
        flag = next(iter(sorted(given - {"stop"}))).replace("_", "-")
        raise OptionError(f"--{flag} goes with --live NAME")
    if found.name is not None and (not found.name.isidentifier() or keyword.iskeyword(found.name)):
        raise OptionError(f"{found.name!r} is no name of Python; write %%machine NAME")
    if found.on is not None and (found.state is not None or found.engine is not None):
        raise OptionError("--state and --engine are for what is not deployed yet; --on says what is")
    return found


def completions(line: str, names: Iterable[str], variables: Mapping[str, Iterable[str]]) -> list[str]:
    """Return what the last word of a line may become; ``names`` are those of live cells.

    ``variables`` has for each option what its value may be.

    >>> completions("%%machine --live co", ["counter", "other"], {})
    ['counter']
    >>> completions("%%machine --live counter --dr", [], {})
    ['--dry-run']
    """
    words = line.split(" ")
    last, before = words[-1], [word for word in words[1:-1] if word]
    previous = before[-1] if before else ""
    wanted: Iterable[str]
    if previous == "--engine":
        wanted = ENGINES
    elif previous in variables:
        wanted = variables[previous]
    elif previous == "--state":
        return []
    elif last.startswith("-"):
        wanted = [flag for flag in FLAGS if flag not in before]
    else:
        wanted = [*names, *(flag for flag in FLAGS if flag not in before and not last)]
    return sorted({each for each in wanted if each.startswith(last)})
