"""sm_toolkit: upgrade a stateful program while it runs.

The names that people use, each loaded when it is first asked for, so that importing the package costs
nothing that is not used.
"""

from __future__ import annotations

import importlib
import logging
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sm_toolkit.deploying import Deployment as Deployment
    from sm_toolkit.deploying import DeploymentError as DeploymentError
    from sm_toolkit.deploying import deploy as deploy
    from sm_toolkit.deploying import run as run
    from sm_toolkit.edges.client import ChangeRefused as ChangeRefused
    from sm_toolkit.edges.client import Client as Client
    from sm_toolkit.edges.client import ClientError as ClientError
    from sm_toolkit.edges.client import ConnectionEnded as ConnectionEnded
    from sm_toolkit.edges.client import RequestFailed as RequestFailed
    from sm_toolkit.edges.client import connect as connect
    from sm_toolkit.edges.frames import msgpack_codec as msgpack_codec
    from sm_toolkit.edges.lines import lines_codec as lines_codec
    from sm_toolkit.edges.server import from_tcp as from_tcp
    from sm_toolkit.edges.server import to_tcp as to_tcp
    from sm_toolkit.edges.show_codec import text_codec as text_codec
    from sm_toolkit.edges.sinks import to_file as to_file
    from sm_toolkit.edges.sinks import to_list as to_list
    from sm_toolkit.edges.sinks import to_stdout as to_stdout
    from sm_toolkit.edges.sources import from_file as from_file
    from sm_toolkit.edges.sources import from_list as from_list
    from sm_toolkit.edges.sources import from_stdin as from_stdin
    from sm_toolkit.engines import inline as inline
    from sm_toolkit.engines import simulated as simulated
    from sm_toolkit.engines import threads as threads
    from sm_toolkit.language import DEFAULT_LIMITS as DEFAULT_LIMITS
    from sm_toolkit.language import AmbiguousTypeError as AmbiguousTypeError
    from sm_toolkit.language import AnnotationError as AnnotationError
    from sm_toolkit.language import Bool as Bool
    from sm_toolkit.language import DecodeError as DecodeError
    from sm_toolkit.language import Either as Either
    from sm_toolkit.language import EncodeError as EncodeError
    from sm_toolkit.language import Int as Int
    from sm_toolkit.language import Left as Left
    from sm_toolkit.language import LimitError as LimitError
    from sm_toolkit.language import Limits as Limits
    from sm_toolkit.language import Machine as Machine
    from sm_toolkit.language import MachineTypeError as MachineTypeError
    from sm_toolkit.language import Pair as Pair
    from sm_toolkit.language import Program as Program
    from sm_toolkit.language import Right as Right
    from sm_toolkit.language import Scheme as Scheme
    from sm_toolkit.language import StepError as StepError
    from sm_toolkit.language import Str as Str
    from sm_toolkit.language import TextError as TextError
    from sm_toolkit.language import ToolkitError as ToolkitError
    from sm_toolkit.language import Trace as Trace
    from sm_toolkit.language import Type as Type
    from sm_toolkit.language import Unit as Unit
    from sm_toolkit.language import ValueMismatchError as ValueMismatchError
    from sm_toolkit.language import Var as Var
    from sm_toolkit.language import case as case
    from sm_toolkit.language import check as check
    from sm_toolkit.language import check_value as check_value
    from sm_toolkit.language import compile_machine as compile_machine
    from sm_toolkit.language import const as const
    from sm_toolkit.language import consume as consume
    from sm_toolkit.language import copy as copy
    from sm_toolkit.language import decr as decr
    from sm_toolkit.language import elaborate as elaborate
    from sm_toolkit.language import erase as erase
    from sm_toolkit.language import fan_in as fan_in
    from sm_toolkit.language import first as first
    from sm_toolkit.language import from_annotation as from_annotation
    from sm_toolkit.language import fst as fst
    from sm_toolkit.language import get as get
    from sm_toolkit.language import hash_machine as hash_machine
    from sm_toolkit.language import ident as ident
    from sm_toolkit.language import if_ as if_
    from sm_toolkit.language import incr as incr
    from sm_toolkit.language import infer as infer
    from sm_toolkit.language import inl as inl
    from sm_toolkit.language import inr as inr
    from sm_toolkit.language import not_ as not_
    from sm_toolkit.language import put as put
    from sm_toolkit.language import read as read
    from sm_toolkit.language import read_text as read_text
    from sm_toolkit.language import second as second
    from sm_toolkit.language import show as show
    from sm_toolkit.language import show_text as show_text
    from sm_toolkit.language import snd as snd
    from sm_toolkit.language import step as step
    from sm_toolkit.language import stream as stream
    from sm_toolkit.language import to_annotation as to_annotation
    from sm_toolkit.language import trace as trace
    from sm_toolkit.language import type_of as type_of
    from sm_toolkit.notebook import Stepper as Stepper
    from sm_toolkit.notebook import UpgradeSimulator as UpgradeSimulator
    from sm_toolkit.notebook import draw as draw
    from sm_toolkit.pipeline.meaning import model as model
    from sm_toolkit.pipeline.messages import Adapter as Adapter
    from sm_toolkit.pipeline.messages import Done as Done
    from sm_toolkit.pipeline.messages import Downgrade as Downgrade
    from sm_toolkit.pipeline.messages import Drained as Drained
    from sm_toolkit.pipeline.messages import Failed as Failed
    from sm_toolkit.pipeline.messages import Inspect as Inspect
    from sm_toolkit.pipeline.messages import Inspected as Inspected
    from sm_toolkit.pipeline.messages import Item as Item
    from sm_toolkit.pipeline.messages import Refused as Refused
    from sm_toolkit.pipeline.messages import Upgrade as Upgrade
    from sm_toolkit.pipeline.messages import Upgraded as Upgraded
    from sm_toolkit.pipeline.pipelines import Pipeline as Pipeline
    from sm_toolkit.pipeline.pipelines import PipelineError as PipelineError
    from sm_toolkit.pipeline.pipelines import identity as identity
    from sm_toolkit.pipeline.pipelines import interface as interface
    from sm_toolkit.pipeline.pipelines import stage as stage
    from sm_toolkit.pipeline.upgrades import upgrade as upgrade

__version__ = "0.1.0"

# Where each name above is found. A test holds the two lists together.
_HOMES = {
    "deploying": "Deployment DeploymentError deploy run",
    "edges.client": "ChangeRefused Client ClientError ConnectionEnded RequestFailed connect",
    "edges.frames": "msgpack_codec",
    "edges.lines": "lines_codec",
    "edges.server": "from_tcp to_tcp",
    "edges.show_codec": "text_codec",
    "edges.sinks": "to_file to_list to_stdout",
    "edges.sources": "from_file from_list from_stdin",
    "engines": "inline simulated threads",
    "language": (
        "DEFAULT_LIMITS AmbiguousTypeError AnnotationError Bool DecodeError Either EncodeError Int Left LimitError "
        "Limits Machine "
        "MachineTypeError Pair Program Right Scheme StepError Str TextError ToolkitError Trace Type Unit "
        "ValueMismatchError Var case check check_value compile_machine const consume copy decr elaborate erase fan_in "
        "first from_annotation fst get hash_machine ident if_ incr infer inl inr not_ put read read_text second show "
        "show_text snd step stream to_annotation trace type_of"
    ),
    "notebook": "Stepper UpgradeSimulator draw",
    "pipeline.meaning": "model",
    "pipeline.messages": ("Adapter Done Downgrade Drained Failed Inspect Inspected Item Refused Upgrade Upgraded"),
    "pipeline.pipelines": "Pipeline PipelineError identity interface stage",
    "pipeline.upgrades": "upgrade",
}
_MODULE_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = ["__version__", *sorted(_MODULE_OF)]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for."""
    home = _MODULE_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names, loaded or not."""
    return sorted({*globals(), *_MODULE_OF})


def _show_pictures_in_notebooks() -> None:
    """Let a cell that ends in a machine or a pipeline show its picture, where IPython is already running."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return

    def picture(shown: Any, include: Any = None, exclude: Any = None) -> Any:
        from sm_toolkit.notebook import draw

        try:
            return draw(shown)._repr_mimebundle_(include, exclude)
        except Exception:  # what cannot be drawn (it does not type, say) is still shown as text
            return None

    bundles = shell.display_formatter.mimebundle_formatter
    for module, names in _DRAWN.items():
        for name in names.split():
            bundles.for_type_by_name(f"{__name__}.{module}", name, picture)


# The classes of what is shown as a picture; by name, so that nothing is imported for it.
_DRAWN = {
    "language.machines": "Machine",
    "language.interpreter": "Trace",
    "pipeline.pipelines": "Identity Stage Sequence",
}

_show_pictures_in_notebooks()

# Whoever wants to read the log asks for it; a library does not print by itself.
logging.getLogger(__name__).addHandler(logging.NullHandler())
