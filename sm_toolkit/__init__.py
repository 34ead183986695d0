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
    from sm_toolkit.edges.allowances import ServerOptions as ServerOptions
    from sm_toolkit.edges.awaiting import connecting as connecting
    from sm_toolkit.edges.client import ChangeRefused as ChangeRefused
    from sm_toolkit.edges.client import Client as Client
    from sm_toolkit.edges.client import ClientError as ClientError
    from sm_toolkit.edges.client import ConnectionEnded as ConnectionEnded
    from sm_toolkit.edges.client import NoCounts as NoCounts
    from sm_toolkit.edges.client import RequestFailed as RequestFailed
    from sm_toolkit.edges.client import connect as connect
    from sm_toolkit.edges.files import FileError as FileError
    from sm_toolkit.edges.frames import msgpack_codec as msgpack_codec
    from sm_toolkit.edges.lines import lines_codec as lines_codec
    from sm_toolkit.edges.merging import merge as merge
    from sm_toolkit.edges.merging import to_all as to_all
    from sm_toolkit.edges.reports import BrokenEdgeWarning as BrokenEdgeWarning
    from sm_toolkit.edges.reports import RunReport as RunReport
    from sm_toolkit.edges.reports import SinkError as SinkError
    from sm_toolkit.edges.reports import SinkReport as SinkReport
    from sm_toolkit.edges.reports import SourceReport as SourceReport
    from sm_toolkit.edges.scheduling import with_changes as with_changes
    from sm_toolkit.edges.server import from_tcp as from_tcp
    from sm_toolkit.edges.server import to_tcp as to_tcp
    from sm_toolkit.edges.show_codec import text_codec as text_codec
    from sm_toolkit.edges.sinks import to_file as to_file
    from sm_toolkit.edges.sinks import to_list as to_list
    from sm_toolkit.edges.sinks import to_stdout as to_stdout
    from sm_toolkit.edges.sources import from_file as from_file
    from sm_toolkit.edges.sources import from_list as from_list
    from sm_toolkit.edges.sources import from_stdin as from_stdin
    from sm_toolkit.edges.tees import to_tee as to_tee
    from sm_toolkit.engines import event_loop as event_loop
    from sm_toolkit.engines import inline as inline
    from sm_toolkit.engines import processes as processes
    from sm_toolkit.engines import simulated as simulated
    from sm_toolkit.engines import threads as threads
    from sm_toolkit.language import DEFAULT_LIMITS as DEFAULT_LIMITS
    from sm_toolkit.language import AmbiguousTypeError as AmbiguousTypeError
    from sm_toolkit.language import AnnotationError as AnnotationError
    from sm_toolkit.language import Bool as Bool
    from sm_toolkit.language import Bytes as Bytes
    from sm_toolkit.language import DecodeError as DecodeError
    from sm_toolkit.language import Either as Either
    from sm_toolkit.language import EncodeError as EncodeError
    from sm_toolkit.language import Float as Float
    from sm_toolkit.language import FunctionError as FunctionError
    from sm_toolkit.language import Int as Int
    from sm_toolkit.language import Left as Left
    from sm_toolkit.language import LimitError as LimitError
    from sm_toolkit.language import Limits as Limits
    from sm_toolkit.language import List as List
    from sm_toolkit.language import Machine as Machine
    from sm_toolkit.language import MachineTypeError as MachineTypeError
    from sm_toolkit.language import Map as Map
    from sm_toolkit.language import Maybe as Maybe
    from sm_toolkit.language import Pair as Pair
    from sm_toolkit.language import PersistentList as PersistentList
    from sm_toolkit.language import PersistentMap as PersistentMap
    from sm_toolkit.language import Program as Program
    from sm_toolkit.language import Record as Record
    from sm_toolkit.language import Right as Right
    from sm_toolkit.language import Scheme as Scheme
    from sm_toolkit.language import StateGraph as StateGraph
    from sm_toolkit.language import StepError as StepError
    from sm_toolkit.language import Str as Str
    from sm_toolkit.language import StreamTrace as StreamTrace
    from sm_toolkit.language import TextError as TextError
    from sm_toolkit.language import ToolkitError as ToolkitError
    from sm_toolkit.language import Trace as Trace
    from sm_toolkit.language import Tuple as Tuple
    from sm_toolkit.language import Type as Type
    from sm_toolkit.language import Unit as Unit
    from sm_toolkit.language import ValueMismatchError as ValueMismatchError
    from sm_toolkit.language import Var as Var
    from sm_toolkit.language import Variant as Variant
    from sm_toolkit.language import abs_ as abs_
    from sm_toolkit.language import abs_float as abs_float
    from sm_toolkit.language import add as add
    from sm_toolkit.language import add_float as add_float
    from sm_toolkit.language import and_ as and_
    from sm_toolkit.language import append as append
    from sm_toolkit.language import assoc as assoc
    from sm_toolkit.language import case as case
    from sm_toolkit.language import ceiling as ceiling
    from sm_toolkit.language import check as check
    from sm_toolkit.language import check_value as check_value
    from sm_toolkit.language import compile_machine as compile_machine
    from sm_toolkit.language import concat as concat
    from sm_toolkit.language import concat_bytes as concat_bytes
    from sm_toolkit.language import concat_lists as concat_lists
    from sm_toolkit.language import const as const
    from sm_toolkit.language import construct as construct
    from sm_toolkit.language import consume as consume
    from sm_toolkit.language import contains as contains
    from sm_toolkit.language import contains_key as contains_key
    from sm_toolkit.language import copy as copy
    from sm_toolkit.language import decode_machine as decode_machine
    from sm_toolkit.language import decr as decr
    from sm_toolkit.language import delay as delay
    from sm_toolkit.language import delete as delete
    from sm_toolkit.language import distr as distr
    from sm_toolkit.language import div as div
    from sm_toolkit.language import div_float as div_float
    from sm_toolkit.language import elaborate as elaborate
    from sm_toolkit.language import empty_list as empty_list
    from sm_toolkit.language import empty_map as empty_map
    from sm_toolkit.language import encode_machine as encode_machine
    from sm_toolkit.language import ends_with as ends_with
    from sm_toolkit.language import eq as eq
    from sm_toolkit.language import erase as erase
    from sm_toolkit.language import explore as explore
    from sm_toolkit.language import fail as fail
    from sm_toolkit.language import fan_in as fan_in
    from sm_toolkit.language import field as field
    from sm_toolkit.language import find as find
    from sm_toolkit.language import first as first
    from sm_toolkit.language import floor as floor
    from sm_toolkit.language import fold as fold
    from sm_toolkit.language import from_annotation as from_annotation
    from sm_toolkit.language import from_either as from_either
    from sm_toolkit.language import from_tuple as from_tuple
    from sm_toolkit.language import from_utf8 as from_utf8
    from sm_toolkit.language import fst as fst
    from sm_toolkit.language import function as function
    from sm_toolkit.language import ge as ge
    from sm_toolkit.language import get as get
    from sm_toolkit.language import get_at as get_at
    from sm_toolkit.language import get_key as get_key
    from sm_toolkit.language import gt as gt
    from sm_toolkit.language import hash_machine as hash_machine
    from sm_toolkit.language import ident as ident
    from sm_toolkit.language import if_ as if_
    from sm_toolkit.language import incr as incr
    from sm_toolkit.language import infer as infer
    from sm_toolkit.language import inject as inject
    from sm_toolkit.language import inl as inl
    from sm_toolkit.language import inr as inr
    from sm_toolkit.language import insert as insert
    from sm_toolkit.language import item_at as item_at
    from sm_toolkit.language import items as items
    from sm_toolkit.language import just as just
    from sm_toolkit.language import keys as keys
    from sm_toolkit.language import le as le
    from sm_toolkit.language import length as length
    from sm_toolkit.language import length_bytes as length_bytes
    from sm_toolkit.language import length_list as length_list
    from sm_toolkit.language import let as let
    from sm_toolkit.language import lookup as lookup
    from sm_toolkit.language import loop as loop
    from sm_toolkit.language import lower as lower
    from sm_toolkit.language import lt as lt
    from sm_toolkit.language import machine as machine
    from sm_toolkit.language import map_of as map_of
    from sm_toolkit.language import match_variant as match_variant
    from sm_toolkit.language import maximum as maximum
    from sm_toolkit.language import maybe as maybe
    from sm_toolkit.language import merge_maps as merge_maps
    from sm_toolkit.language import minimum as minimum
    from sm_toolkit.language import mod as mod
    from sm_toolkit.language import mul as mul
    from sm_toolkit.language import mul_float as mul_float
    from sm_toolkit.language import ne as ne
    from sm_toolkit.language import neg as neg
    from sm_toolkit.language import neg_float as neg_float
    from sm_toolkit.language import not_ as not_
    from sm_toolkit.language import nothing as nothing
    from sm_toolkit.language import or_ as or_
    from sm_toolkit.language import point_free as point_free
    from sm_toolkit.language import prepend as prepend
    from sm_toolkit.language import put as put
    from sm_toolkit.language import range_ as range_
    from sm_toolkit.language import read as read
    from sm_toolkit.language import read_text as read_text
    from sm_toolkit.language import record_class as record_class
    from sm_toolkit.language import repeat as repeat
    from sm_toolkit.language import replace as replace
    from sm_toolkit.language import reverse as reverse
    from sm_toolkit.language import round_ as round_
    from sm_toolkit.language import second as second
    from sm_toolkit.language import set_at as set_at
    from sm_toolkit.language import show as show
    from sm_toolkit.language import show_text as show_text
    from sm_toolkit.language import size_map as size_map
    from sm_toolkit.language import slice_bytes as slice_bytes
    from sm_toolkit.language import slice_list as slice_list
    from sm_toolkit.language import slice_text as slice_text
    from sm_toolkit.language import snd as snd
    from sm_toolkit.language import sort_list as sort_list
    from sm_toolkit.language import split as split
    from sm_toolkit.language import start as start
    from sm_toolkit.language import starts_with as starts_with
    from sm_toolkit.language import step as step
    from sm_toolkit.language import stream as stream
    from sm_toolkit.language import strip as strip
    from sm_toolkit.language import sub as sub
    from sm_toolkit.language import sub_float as sub_float
    from sm_toolkit.language import swap as swap
    from sm_toolkit.language import to_annotation as to_annotation
    from sm_toolkit.language import to_either as to_either
    from sm_toolkit.language import to_float as to_float
    from sm_toolkit.language import to_python as to_python
    from sm_toolkit.language import to_tuple as to_tuple
    from sm_toolkit.language import to_utf8 as to_utf8
    from sm_toolkit.language import trace as trace
    from sm_toolkit.language import trace_stream as trace_stream
    from sm_toolkit.language import truncate as truncate
    from sm_toolkit.language import type_of as type_of
    from sm_toolkit.language import unassoc as unassoc
    from sm_toolkit.language import unleft as unleft
    from sm_toolkit.language import update as update
    from sm_toolkit.language import upper as upper
    from sm_toolkit.language import value_at as value_at
    from sm_toolkit.language import values_map as values_map
    from sm_toolkit.language import var as var
    from sm_toolkit.language import with_default as with_default
    from sm_toolkit.language import xor as xor
    from sm_toolkit.language import zoom_first as zoom_first
    from sm_toolkit.language import zoom_second as zoom_second
    from sm_toolkit.notebook import Stepper as Stepper
    from sm_toolkit.notebook import UpgradeSimulator as UpgradeSimulator
    from sm_toolkit.notebook import draw as draw
    from sm_toolkit.notebook import to_networkx as to_networkx
    from sm_toolkit.notebook.live.monitor import Monitor as Monitor
    from sm_toolkit.notebook.live.serving import serve as serve
    from sm_toolkit.pipeline.differences import Difference as Difference
    from sm_toolkit.pipeline.differences import difference as difference
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
    from sm_toolkit.pipeline.messages import Rewire as Rewire
    from sm_toolkit.pipeline.messages import Rewired as Rewired
    from sm_toolkit.pipeline.messages import Upgrade as Upgrade
    from sm_toolkit.pipeline.messages import Upgraded as Upgraded
    from sm_toolkit.pipeline.metrics import Metrics as Metrics
    from sm_toolkit.pipeline.pipeline_encoding import decode_pipeline as decode_pipeline
    from sm_toolkit.pipeline.pipeline_encoding import encode_pipeline as encode_pipeline
    from sm_toolkit.pipeline.pipelines import Pipeline as Pipeline
    from sm_toolkit.pipeline.pipelines import PipelineError as PipelineError
    from sm_toolkit.pipeline.pipelines import choice as choice
    from sm_toolkit.pipeline.pipelines import each as each
    from sm_toolkit.pipeline.pipelines import effect as effect
    from sm_toolkit.pipeline.pipelines import fan_out as fan_out
    from sm_toolkit.pipeline.pipelines import identity as identity
    from sm_toolkit.pipeline.pipelines import interface as interface
    from sm_toolkit.pipeline.pipelines import parallel as parallel
    from sm_toolkit.pipeline.pipelines import shard as shard
    from sm_toolkit.pipeline.pipelines import stage as stage
    from sm_toolkit.pipeline.pipelines import tee as tee
    from sm_toolkit.pipeline.plans import hash_pipeline as hash_pipeline
    from sm_toolkit.pipeline.rewiring import rewire as rewire
    from sm_toolkit.pipeline.upgrades import upgrade as upgrade

__version__ = "0.1.0"

# Where each name above is found. A test holds the two lists together.
_HOMES = {
    "deploying": "Deployment DeploymentError deploy run",
    "edges.awaiting": "connecting",
    "edges.client": "ChangeRefused Client ClientError ConnectionEnded NoCounts RequestFailed connect",
    "edges.allowances": "ServerOptions",
    "edges.files": "FileError",
    "edges.frames": "msgpack_codec",
    "edges.lines": "lines_codec",
    "edges.merging": "merge to_all",
    "edges.reports": "BrokenEdgeWarning RunReport SinkError SinkReport SourceReport",
    "edges.scheduling": "with_changes",
    "edges.server": "from_tcp to_tcp",
    "edges.show_codec": "text_codec",
    "edges.sinks": "to_file to_list to_stdout",
    "edges.sources": "from_file from_list from_stdin",
    "edges.tees": "to_tee",
    "engines": "event_loop inline processes simulated threads",
    "language": (
        "AmbiguousTypeError AnnotationError Bool Bytes DEFAULT_LIMITS DecodeError Either EncodeError Float "
        "FunctionError Int Left LimitError Limits List Machine MachineTypeError Map Maybe Pair PersistentList "
        "PersistentMap Program Record Right Scheme StateGraph StepError Str StreamTrace TextError ToolkitError Trace "
        "Tuple Type Unit ValueMismatchError Var Variant abs_ abs_float add add_float and_ append assoc case ceiling "
        "check check_value compile_machine concat concat_bytes concat_lists const construct consume contains "
        "contains_key copy decode_machine decr delay delete distr div div_float elaborate empty_list empty_map "
        "encode_machine ends_with eq erase explore fail fan_in field find first floor fold from_annotation "
        "from_either from_tuple from_utf8 fst function ge get get_at get_key gt hash_machine ident if_ incr infer "
        "inject inl inr insert item_at items just keys le length length_bytes length_list let lookup loop lower lt "
        "machine map_of match_variant maximum maybe merge_maps minimum mod mul mul_float ne neg neg_float not_ "
        "nothing or_ point_free prepend put range_ read read_text record_class repeat replace reverse round_ second "
        "set_at show show_text size_map slice_bytes slice_list slice_text snd sort_list split start starts_with step "
        "stream strip sub sub_float swap to_annotation to_either to_float to_python to_tuple to_utf8 trace "
        "trace_stream truncate type_of unassoc unleft update upper value_at values_map var with_default xor "
        "zoom_first zoom_second"
    ),
    "notebook": "Stepper UpgradeSimulator draw to_networkx",
    "notebook.live.monitor": "Monitor",
    "notebook.live.serving": "serve",
    "pipeline.differences": "Difference difference",
    "pipeline.meaning": "model",
    "pipeline.messages": (
        "Adapter Done Downgrade Drained Failed Inspect Inspected Item Refused Rewire Rewired Upgrade Upgraded"
    ),
    "pipeline.metrics": "Metrics",
    "pipeline.pipeline_encoding": "decode_pipeline encode_pipeline",
    "pipeline.pipelines": (
        "Pipeline PipelineError choice each effect fan_out identity interface parallel shard stage tee"
    ),
    "pipeline.plans": "hash_pipeline",
    "pipeline.rewiring": "rewire",
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


def _html_of(shown: Any) -> str:
    """Return what a machine shows that was made of a function: for front ends that ask for ``_repr_html_``."""
    from sm_toolkit.notebook.function_block import function_html

    return function_html(shown)


def _brief(shown: Any, text: str | None = None) -> str:
    """Return how something prints, without the rest where that is very long: a notebook is to stay small."""
    from sm_toolkit.language.text.plain import MOST_IN_A_CELL, plain

    return plain(repr(shown) if text is None else text, MOST_IN_A_CELL)


def _show_in_notebooks() -> None:
    """Let a cell that ends in a machine or a pipeline show its picture, where IPython is already running.

    A machine that was made of a function shows that.

    And let one that ends in an error of this package show it below the traceback, if the front end knows HTML.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return
    global _shell
    _shell = shell

    def picture(shown: Any, include: Any = None, exclude: Any = None) -> Any:
        from sm_toolkit.notebook import draw

        if getattr(shown, "origin", None) is not None:
            return {"text/html": _html_of(shown), "text/plain": repr(shown)}
        if getattr(shown, "head", None) is not None:  # a type, which prints as what makes it
            return {"image/svg+xml": draw(shown).svg, "text/plain": repr(shown)} if shown.args else None
        try:
            return draw(shown)._repr_mimebundle_(include, exclude)
        except Exception:  # what cannot be drawn (it does not type, say) is still shown as text
            return {"text/plain": _brief(shown)}

    bundles = shell.display_formatter.mimebundle_formatter
    for module, names in _DRAWN.items():
        for name in names.split():
            bundles.for_type_by_name(f"{__name__}.{module}", name, picture)

    def nested(shown: Any, include: Any = None, exclude: Any = None) -> Any:
        from sm_toolkit.notebook.pictures.value_picture import is_nested

        return picture(shown, include, exclude) if is_nested(shown) else None

    for name in ("Left", "Right"):
        bundles.for_type_by_name(f"{__name__}.language.data.sides", name, nested)

    def table(shown: Any) -> Any:
        from sm_toolkit.notebook.value_block import value_html

        return value_html(shown)

    def printed(shown: Any, printer: Any, cycle: bool) -> None:
        from sm_toolkit.notebook.value_block import value_text

        value_text(shown, printer, cycle)

    def answer(shown: Any, printer: Any, cycle: bool) -> None:
        from sm_toolkit.notebook.answer_block import print_answer

        print_answer(shown, printer, cycle)

    def block(error: Any) -> str:
        from sm_toolkit.notebook.error_block import error_html

        return error_html(error)

    def text(error: Any, printer: Any, cycle: bool) -> None:
        printer.text(_brief(error, f"{type(error).__name__}: {error}"))

    def brief(shown: Any, printer: Any, cycle: bool) -> None:
        printer.text(_brief(shown))

    def after(result: Any) -> None:
        errors = sys.modules.get(f"{__name__}.language.errors")
        if errors is not None and isinstance(result.error_in_exec, errors.ToolkitError):
            importlib.import_module("IPython.display").display(result.error_in_exec)

    def hash_(shown: Any) -> str:
        from sm_toolkit.notebook.hash_block import hash_html

        return hash_html(shown)

    formatters = shell.display_formatter.formatters
    formatters["text/html"].for_type_by_name(f"{__name__}.language.encoding.hashes", "Hash", hash_)
    for module, names in _TABLES.items():
        for name in names.split():
            formatters["text/html"].for_type_by_name(f"{__name__}.{module}", name, table)
            formatters["text/plain"].for_type_by_name(f"{__name__}.{module}", name, printed)
    for module, names in _ANSWERS.items():
        for name in names.split():
            formatters["text/plain"].for_type_by_name(f"{__name__}.{module}", name, answer)
    for module, names in _LONG.items():
        for name in names.split():
            formatters["text/plain"].for_type_by_name(f"{__name__}.{module}", name, brief)
    for name in ("ToolkitError", "RecordedError"):
        formatters["text/html"].for_type_by_name(f"{__name__}.language.errors", name, block)
        formatters["text/plain"].for_type_by_name(f"{__name__}.language.errors", name, text)
    if getattr(shell, "kernel", None) is not None:  # in a terminal the traceback has said it all
        shell.events.register("post_run_cell", after)
    _show_records()


def _show_records() -> None:
    """Let a cell that ends in a record show it as a table, also the cell that imports the first of this package.

    Their classes are people's own, so each is told to IPython by itself, and only if nobody did.
    """
    records = importlib.import_module(f"{__name__}.language.data.records")
    records.tell(_is_told_of)
    _is_told_of(records.record_class(records.Record("Any")).__base__)  # of all that arrived; those may be many


def _is_told_of(class_: type) -> None:
    formatters = _shell.display_formatter.formatters

    def record(shown: Any) -> Any:
        from sm_toolkit.notebook.record_block import record_html

        return record_html(shown, formatters)

    try:
        formatters["text/html"].lookup_by_type(class_)
    except KeyError:
        formatters["text/html"].for_type(class_, record)


_shell: Any = None  # that of the notebook we are in

# The classes of what is shown as a picture; by name, so that nothing is imported for it.
_DRAWN = {
    "deploying.deployments": "Deployment",
    "edges.awaiting": "AwaitedDeployment",
    "language.syntax.machines": "Machine",
    "language.data.types": "Type",
    "language.exploring": "StateGraph",
    "language.histories": "StreamTrace",
    "language.interpreter": "Trace",
    "pipeline.messages": "Downgrade Rewire Upgrade",
    "pipeline.shapes": "Choice Each Effect FanOut Identity Parallel Sequence Shard Stage Tee",
}

# Those of what is shown as a table.
_TABLES = {
    "language.data.persistent": "PersistentList PersistentMap",
    "pipeline.metrics": "Metrics",
}

# Those of what is told in a few lines.
_ANSWERS = {
    "pipeline.differences": "Difference",
    "pipeline.messages": "Inspected Refused Rewired Upgraded",
}

# Those that hold states, which may be of any length.
_LONG = {
    "pipeline.messages": "Failed Item StageView",
    "pipeline.plans": "Deployed DeployedStage",
}

_show_in_notebooks()


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook `%%machine`: what ``%load_ext sm_toolkit`` does."""
    importlib.import_module(f"{__name__}.notebook.live.loading").load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take `%%machine` away again, and stop what its cells have deployed."""
    importlib.import_module(f"{__name__}.notebook.live.loading").unload(shell)


# Whoever wants to read the log asks for it; a library does not print by itself.
logging.getLogger(__name__).addHandler(logging.NullHandler())
