"""One name for every picture: ``draw`` asks the module that draws such things. No picture is made here."""

from __future__ import annotations

from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.language.interpreter import Trace
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.pictures.machine_picture import draw_machine
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_picture import draw_pipeline
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView
from sm_toolkit.notebook.pictures.rewiring_picture import RewiringView, draw_rewiring
from sm_toolkit.notebook.pictures.trace_picture import draw_trace
from sm_toolkit.notebook.pictures.upgrade_trace import UpgradeTrace
from sm_toolkit.notebook.rewiring_view import rewiring_view
from sm_toolkit.notebook.stage_views import deployment_view, pipeline_view
from sm_toolkit.pipeline.messages import Rewire
from sm_toolkit.pipeline.pipelines import Pipeline


def draw(thing: Any, **options: Any) -> Picture:
    """Draw a machine, a traced step, a pipeline (also a running one), an upgrade before and after, or a rewiring.

    A rewiring is drawn beside what it changes, which is a pipeline or a deployment: ``draw(change, running=…)``.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> draw((get() >> incr >> put()).named("count"))
    count: Unit -> Unit, state Int
    = get() >> incr >> put()
    get   Unit -> Int   reads the state
    incr  Int -> Int
    put   Int -> Unit   writes the state

    Raises:
        TypeError: there is no picture of such a thing.
    """
    match thing:
        case Machine():
            return draw_machine(thing, **options)
        case Trace():
            return draw_machine(thing.machine, thing, **options)
        case Pipeline():
            return draw_pipeline(pipeline_view(thing), **options)
        case Deployment():
            return draw_pipeline(deployment_view(thing), **options)
        case Rewire():
            if "running" not in options:
                raise TypeError("a rewiring is drawn beside what it changes: draw(change, running=pipeline)")
            return draw_rewiring(rewiring_view(options["running"], thing))
        case RewiringView():
            return draw_rewiring(thing, **options)
        case PipelineView():
            return draw_pipeline(thing, **options)
        case UpgradeTrace():
            return draw_trace(thing, **options)
        case _:
            known = "a machine, a trace of a step, a pipeline, a deployment, an upgrade trace or a rewiring"
            raise TypeError(f"there is a picture of {known}, not of {type(thing).__name__}")
