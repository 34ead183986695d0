"""What commands are told: ``MODULE:NAME`` becomes the thing of that name, ``HOST:PORT`` a connection.

Nothing runs here. What is wrong is told to a person, in a sentence that says what to write instead.
"""

from __future__ import annotations

import importlib
import linecache
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sm_toolkit.cli.printing import shown_words

if TYPE_CHECKING:
    from sm_toolkit.edges.client import Client

T = TypeVar("T")

EXAMPLE = "sm_toolkit.examples.counter"


def as_address(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, int]:
    """Return the host and port of ``HOST:PORT``; a port alone is on this machine.

    Raises:
        click.BadParameter: it is no address.
    """
    host, _, port = value.rpartition(":")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise click.BadParameter(f"{value!r} is no address; write HOST:PORT, for example localhost:3000")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise click.BadParameter(f"{value!r}: write an IPv6 address in brackets, as in [::1]:3000")
    return host.strip("[]") or "127.0.0.1", int(port)


def reach(address: tuple[str, int], version: int | None, timeout: float) -> Client:
    """Connect to a server; if it keeps silent for a while, say why that may be, and wait on.

    Raises:
        click.ClickException: it cannot be reached, or does not speak that version, or not these frames.
    """
    from sm_toolkit.edges.client import connect

    return reached(address, lambda: connect(*address, version, timeout))


def reached(address: tuple[str, int], ask: Callable[[], T]) -> T:
    """Return what the first question to a server gives.

    Raises:
        click.ClickException: see ``reach``.
    """
    from sm_toolkit.edges.client import ClientError, RequestFailed
    from sm_toolkit.language.errors import DecodeError, LimitError

    host, port = address
    try:
        with _impatience(f"{host}:{port} has not answered yet: it is busy, or speaks another --codec than msgpack"):
            return ask()
    except UnicodeError:
        raise click.ClickException(f"{host!r} is no name of a host") from None
    except RequestFailed as error:
        raise click.ClickException(shown_words(error.reason)) from None
    except (DecodeError, LimitError):
        problem = "what answers there is no server that speaks msgpack"
    except ClientError as error:
        if isinstance(error.__context__, socket.gaierror):
            reason = f"there is no host {host!r}, or its name cannot be looked up here: {error.__context__.strerror}"
            raise click.ClickException(reason) from None
        if "cannot reach" in str(error):
            raise click.ClickException(
                f"{error}\nIs it running?  sm-toolkit serve MODULE:PIPELINE --port {port}"
            ) from None
        problem = str(error)
    raise click.ClickException(
        f"{host}:{port}: {problem}.\n"
        "This command speaks msgpack, the default of sm-toolkit serve; a server with --codec text or lines "
        "is talked to with nc or telnet."
    )


@contextmanager
def _impatience(text: str) -> Iterator[None]:
    """Print a text if what is inside takes more than two seconds."""
    timer = threading.Timer(2.0, click.echo, (text,), {"err": True})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def find(target: str, wanted: type | tuple[type, ...], noun: str, hints: dict[str, str] | None = None) -> Any:
    """Return what ``MODULE:NAME`` names; the module may be in the current folder.

    ``hints`` say, by the name of a class, what to do with a thing of that class instead.

    Raises:
        click.ClickException: there is no such module, nothing of that name in it, or it is something else.
    """
    module_name, colon, name = target.partition(":")
    if not (colon and module_name and name):
        raise click.ClickException(
            f"{target!r} names no {noun}: write MODULE:NAME, for example {EXAMPLE}:{_EXAMPLES.get(noun, 'v1')}"
        )
    module = _module(module_name)
    if not hasattr(module, name):
        raise click.ClickException(f"module {module_name} has no {name!r}{_others(module, wanted, noun)}")
    found = getattr(module, name)
    if isinstance(found, wanted):
        return found
    class_name = type(found).__name__
    article = "an" if class_name[0] in "AEIOU" else "a"
    hint = (hints or {}).get(class_name, "")
    raise click.ClickException(
        f"{target} is no {noun}: it is {article} {class_name}{f'; {hint}' if hint else _others(module, wanted, noun)}"
    )


_EXAMPLES = {"upgrade": "typed_v1_to_v2", "change": "typed_v1_to_v2"}


def neighbours(target: str, wanted: type) -> list[Any]:
    """Return what stands in the same module as ``MODULE:NAME``, which was found, and is of a kind."""
    return [value for value in vars(_module(target.partition(":")[0])).values() if isinstance(value, wanted)]


def _others(module: ModuleType, wanted: type | tuple[type, ...], noun: str) -> str:
    from sm_toolkit.language.vocabulary import combinators

    names = [
        name
        for name, value in vars(module).items()
        if isinstance(value, wanted) and not name.startswith("_") and value is not getattr(combinators, name, None)
    ]
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"; it has {shown}" if names else f"; it has no {noun} at all"


def _module(name: str) -> ModuleType:
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    if name.endswith(".py") or "/" in name:
        advice = name.removesuffix(".py").strip("./").replace("/", ".")
        raise click.ClickException(f"{name!r} is a file; name the module instead: {advice}:NAME")
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise click.ClickException(
                f"there is no module {name}: it is neither in the current folder ({here}) nor installed"
            ) from None
        raise click.ClickException(f"importing {name} failed:\n\n{_told(error)}") from None
    except Exception as error:
        raise click.ClickException(f"importing {name} failed:\n\n{_told(error)}") from None


def _told(error: Exception) -> str:
    """Return what to print of an import that failed: the traceback, from the imported module on.

    What the toolkit itself says of the module comes with the place in the module, and nothing else.
    """
    from sm_toolkit.language.errors import ToolkitError

    place: TracebackType | None = error.__traceback__
    while place is not None and ("importlib" in place.tb_frame.f_code.co_filename or place.tb_frame.f_code is _CODE):
        place = place.tb_next
    frames = [(_package(frame), frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(place)]
    theirs = [(file, line) for package, file, line in frames if package not in {_OURS, *sys.stdlib_module_names}]
    if theirs and frames[-1][0] == _OURS and isinstance(error, (ToolkitError, TypeError, ValueError)):
        file, line = theirs[-1]
        path, here = Path(file), Path.cwd()
        where = f"{path.relative_to(here) if path.is_relative_to(here) else path}, line {line}"
        said = [str(error), *getattr(error, "__notes__", ())]
        return "\n".join([where, "", f"    {linecache.getline(file, line).strip()}", "", *said])
    return "".join(traceback.format_exception(type(error), error, place)).rstrip()


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__")).partition(".")[0]


_CODE = _module.__code__
_OURS = __name__.partition(".")[0]
