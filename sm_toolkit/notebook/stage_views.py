"""How a pipeline, or a deployment of one, is looked at as a ``PipelineView``: its stages as they are, no queues.

What waits in queues is seen in a simulation (``queue_frames``); no place on a page belongs here.
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView, StageView
from sm_toolkit.notebook.pictures.wording import type_lines, value_text
from sm_toolkit.notebook.upgrade_words import edition
from sm_toolkit.pipeline.pipelines import Pipeline, PipelineError, interface
from sm_toolkit.pipeline.plans import DeployedStage, deployed
from sm_toolkit.pipeline.shapes import Identity, Sequence, Stage, walk


def pipeline_view(pipeline: Pipeline[Any, Any]) -> PipelineView:
    """Look at a pipeline as it would start.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> view = pipeline_view(stage("read", None, read()) >> stage("add", None, incr))
    >>> view.types, [stage.state for stage in view.stages]
    ((('Str',), ('Int',), ('Int',)), ['()', '()'])

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the pipeline does not fit.
    """
    in_a_row(pipeline)
    return _view(tuple(deployed(pipeline)), type_lines(interface(pipeline).input))


def deployment_view(deployment: Deployment[Any, Any]) -> PipelineView:
    """Look at a pipeline that runs: the machines and states of now."""
    in_a_row(deployment.running.inspect().pipeline)
    return _view(deployment.stages(), type_lines(deployment.interface.input))


def in_a_row(pipeline: Pipeline[Any, Any]) -> None:
    """Do nothing if a pipeline is stages in a row, which is what is drawn.

    Raises:
        PipelineError: it has branches, shards, effects or tees.
    """
    other = next((part for part in walk(pipeline) if not isinstance(part, Identity | Stage | Sequence)), None)
    if other is not None:
        kind = type(other).__name__
        raise PipelineError(
            f"pipelines are drawn that are stages in a row, and this one has a {kind}: print it instead"
        )


def _view(stages: tuple[DeployedStage, ...], otherwise: tuple[str, ...]) -> PipelineView:
    """``otherwise`` is the type on the wire where there is no stage."""
    schemes = [stage.plan.typing.scheme for stage in stages]
    types = [type_lines(schemes[0].input) if schemes else otherwise]
    types += [type_lines(scheme.output) for scheme in schemes]
    views = [
        StageView(plan.name, f"{edition(plan)} {short_hash(plan.hash)}", value_text(state)) for plan, state in stages
    ]
    return PipelineView(tuple(views), tuple(types))
