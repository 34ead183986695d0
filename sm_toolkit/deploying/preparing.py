"""What has to hold before a pipeline runs: it fits, its tees have sinks, and what it is to run on is an engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sm_toolkit.engines.sequential import inline
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import Limits
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Deployed, deployed
from sm_toolkit.pipeline.ports import Engine
from sm_toolkit.pipeline.shapes import Tee, named


class DeploymentError(ToolkitError):
    """A deployment was asked for what it cannot do any more."""


def ready(pipeline: Pipeline[Any, Any], limits: Limits, tees: Mapping[str, Any]) -> Deployed:
    """Return a pipeline ready to run with these sinks for its tees.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
        DeploymentError: a tee has no sink.
    """
    running = deployed(pipeline, limits, frozenset(tees))
    without = [part.name for part in named(pipeline) if isinstance(part, Tee) and part.name not in tees]
    if without:
        raise DeploymentError(
            f"tee {', '.join(map(repr, without))} has no sink: give it one with tees={{{without[0]!r}: sink}}"
        )
    return running


def engine_or_inline(engine: Engine | None) -> Engine:
    """Return an engine, ``inline()`` if none is given.

    Raises:
        TypeError: it is none.
    """
    if engine is None:
        return inline()
    if not hasattr(engine, "start"):
        makers = "inline(), simulated(seed), threads(), processes() or event_loop()"
        raise TypeError(f"an engine is made by {makers}, and this is {_told(engine)}")
    return engine


def _told(found: object) -> str:
    """Tell what is no engine: without an address, and of a function that makes one that it is to be called."""
    name = getattr(found, "__name__", None)
    return f"{name}, which is not called" if callable(found) and name else f"{found!r:.80}"
