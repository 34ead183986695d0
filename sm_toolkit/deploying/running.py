"""Running: a source, a codec, a pipeline and a sink put together on an engine, from the source's first to its last."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, TypeVar, overload

from sm_toolkit.deploying.preparing import engine_or_inline, ready
from sm_toolkit.edges.files import paths_of, written_once
from sm_toolkit.edges.progress import Counted, progress
from sm_toolkit.edges.pumping import pump
from sm_toolkit.edges.reports import BrokenEdgeWarning, RunReport
from sm_toolkit.edges.tees import Copying, ToTee
from sm_toolkit.language.limits import DEFAULT_LIMITS
from sm_toolkit.pipeline.metrics import Metrics
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.ports import Codec, Engine, Listener, Outlet, Running, Sink, Source

R = TypeVar("R")


@overload
def run(
    source: Source,
    codec: Codec,
    pipeline: Pipeline[Any, Any],
    sink: Sink[R],
    engine: Engine | None = None,
    *,
    tees: Mapping[str, Sink[Any] | ToTee] | None = None,
    report: RunReport | None = None,
) -> R: ...
@overload
def run(
    source: Listener,
    codec: Codec,
    pipeline: Pipeline[Any, Any],
    sink: Sink[R] | Listener | None = None,
    engine: Engine | None = None,
    *,
    tees: Mapping[str, Sink[Any] | ToTee] | None = None,
    report: RunReport | None = None,
) -> None: ...
def run(
    source: Any,
    codec: Codec,
    pipeline: Pipeline[Any, Any],
    sink: Any = None,
    engine: Engine | None = None,
    *,
    tees: Mapping[str, Sink[Any] | ToTee] | None = None,
    report: RunReport | None = None,
) -> Any:
    """Run a pipeline from a source to a sink until the source ends; return what the sink gives.

    The source speaks the current interface version: what stands behind a change is read once the change is
    answered, in the types that hold then. A ``Done`` ends the run.

    A listener (``from_tcp``) is source and sink at once: it serves until it is stopped.

    ``tees`` has for each tee, by its name, the sink of the copies that it makes, or what ``to_tee`` makes of a sink.
    Such a sink that breaks is dropped, and so is a source in a ``merge``: the rest goes on. A ``report`` tells what
    became of them all; without one a ``BrokenEdgeWarning`` tells of each that broke, at the end.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        DeploymentError: a tee has no sink.
        TypeError: something is not what its place wants.
        SinkError: a required sink of a tee broke.
        OSError: a file or a port cannot be opened.
        ValueError: a file would be read and written, or written twice.
    """
    if not (hasattr(source, "events") or hasattr(source, "serve")):
        raise TypeError(
            f"run() reads from a source (from_file(path), from_list(values), …), and this is {source!r:.80}"
        )
    if not hasattr(codec, "session"):
        raise TypeError(f"a codec is lines_codec, text_codec or msgpack_codec, and this is {codec!r:.80}")
    sinks = dict(tees or {})
    written_once(paths_of([source]), paths_of([sink, *sinks.values()]))
    stages = ready(pipeline, DEFAULT_LIMITS, sinks)
    types = stages.interface
    copying = Copying(engine_or_inline(engine), sinks, codec)
    kept = RunReport() if report is None else report
    counted = Counted()

    def start(outlet: Outlet) -> Running:
        running = copying.start(stages, counted.around(outlet))
        kept.sinks = copying.sinks
        return running

    if hasattr(source, "serve"):
        result = source.serve(codec, start, types.input, types.output)
        if copying.failure is not None:
            raise copying.failure
    elif not hasattr(sink, "write"):
        raise TypeError(f"this source wants a sink of its own (to_list(), to_file(path), …), not {sink!r}")
    else:

        def last_look(metrics: Metrics) -> None:
            kept.metrics = metrics

        try:
            with progress(lambda: counted.count):
                result = pump(source, codec, types, sink, start, None if report is None else last_look)
        finally:
            kept.sources = list(getattr(source, "reports", ()))
    if report is None:
        for sentence in kept.broken():
            warnings.warn(BrokenEdgeWarning(sentence), stacklevel=2)
    return result
