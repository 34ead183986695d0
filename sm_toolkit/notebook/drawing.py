"""One name for every picture: ``draw`` asks the module that draws such things. No picture is made here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.edges.awaiting import AwaitedDeployment
from sm_toolkit.language.arguments import expect_number
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.exploring import StateGraph
from sm_toolkit.language.histories import StreamTrace
from sm_toolkit.language.interpreter import Trace
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.downgrade_view import downgrade_view
from sm_toolkit.notebook.pictures.error_picture import draw_error
from sm_toolkit.notebook.pictures.function_picture import draw_function
from sm_toolkit.notebook.pictures.machine_picture import draw_machine
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.pipeline_picture import draw_pipeline
from sm_toolkit.notebook.pictures.pipeline_view import PipelineView
from sm_toolkit.notebook.pictures.rewiring_picture import RewiringView, draw_rewiring
from sm_toolkit.notebook.pictures.state_picture import draw_states
from sm_toolkit.notebook.pictures.state_view import state_view
from sm_toolkit.notebook.pictures.stream_picture import draw_stream
from sm_toolkit.notebook.pictures.trace_picture import draw_trace
from sm_toolkit.notebook.pictures.tree_picture import draw_term, draw_type
from sm_toolkit.notebook.pictures.upgrade_picture import draw_upgrade
from sm_toolkit.notebook.pictures.upgrade_trace import UpgradeTrace
from sm_toolkit.notebook.pictures.value_picture import draw_value, is_value
from sm_toolkit.notebook.rewiring_view import rewiring_view
from sm_toolkit.notebook.stage_views import deployment_view, pipeline_view
from sm_toolkit.notebook.upgrade_view import upgrade_view
from sm_toolkit.pipeline.messages import Downgrade, Rewire, Upgrade
from sm_toolkit.pipeline.pipelines import Pipeline

MACHINE: dict[str, Callable[..., Picture]] = {"diagram": draw_machine, "tree": draw_term, "function": draw_function}
"""The ways to draw a machine."""


def draw(thing: Any, **options: Any) -> Picture:
    """Draw a machine, what it did or can do, a pipeline (also a running one), a change of either, a type, or an error.

    =====================  ============================================================================================
    a machine              as a string diagram; ``as_="tree"`` draws its term, ``as_="function"`` the text of its
                           function; ``most`` is how many operations are shown, the rest folded
    ``trace(m, x, s)``     one step, with what ran and what passed
    ``trace_stream(…)``    steps one after another, time from left to right
    ``explore(m, s)``      the states that it reaches; ``most`` is how many are drawn, the rest merged, and ``by`` a
                           function that says what of a state tells it from others
    a pipeline             its stages; of a ``Deployment`` also what it is in at this moment: states, what each stage
                           has done, how much waits, and on ``simulated()`` what
    an ``Upgrade``         old and new, beside what it changes: ``draw(change, running=…)``, which is a machine, a
                           pipeline or a deployment
    a ``Downgrade``        the upgrade that it undoes, read backwards; ``after=upgrade`` makes one first
    a ``Rewire``           likewise, ``running`` a pipeline or a deployment; without that, the new pipeline alone
    a type                 as a tree of its parts
    a value                likewise: a record, a list, a map, a sum, a tuple, and what is in it; the rest folded
    an error               what is wrong, the source with its place marked, and what would do
    =====================  ============================================================================================

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> draw((get() >> incr >> put()).named("count"))
    count: Unit -> Unit, state Int
    = get() >> incr >> put()
    get   Unit -> Int   reads the state
    incr  Int -> Int
    put   Int -> Unit   writes the state

    Raises:
        TypeError: there is no picture of such a thing, or none with such an option.
        ValueError: a machine is not drawn in such a way.
    """
    match thing:
        case Machine():
            way = options.pop("as_", "diagram")
            if way not in MACHINE:
                raise ValueError(f"a machine is drawn as_ {', '.join(map(repr, MACHINE))}, not {way!r}")
            return _drawn("a machine", MACHINE[way], thing, options, "as_")
        case Trace():
            return _drawn("a step", draw_machine, thing.machine, {"trace": thing, **options})
        case StreamTrace():
            return _drawn("a stream", draw_stream, thing, options)
        case StateGraph():
            return _drawn("states", _draw_states, thing, options)
        case Pipeline():
            return _drawn("a pipeline", draw_pipeline, pipeline_view(thing), options)
        case AwaitedDeployment():
            return draw(thing.deployment, **options)
        case Deployment():
            return _drawn("a deployment", draw_pipeline, deployment_view(thing), options)
        case Upgrade():
            view = upgrade_view(thing, options.pop("running", None))
            return _drawn("an upgrade", draw_upgrade, view, options, "running")
        case Downgrade():
            going_back = downgrade_view(thing, options.pop("running", None), options.pop("after", None))
            return _drawn("a downgrade", draw_upgrade, going_back, options, "running", "after")
        case Rewire():
            running = options.pop("running", None)
            if running is not None:
                return _drawn("a rewiring", draw_rewiring, rewiring_view(running, thing), options, "running")
            # Then what is to run is known, and not what does.
            new = replace(pipeline_view(thing.pipeline), name="what a rewiring puts in place")
            return _drawn("a rewiring", draw_pipeline, new, options, "running")
        case RewiringView():
            return draw_rewiring(thing, **options)
        case PipelineView():
            return draw_pipeline(thing, **options)
        case UpgradeTrace():
            return draw_trace(thing, **options)
        case Type():
            return _drawn("a type", draw_type, thing, options)
        case ToolkitError():
            return _drawn("an error", draw_error, thing, options)
        case _ if is_value(thing):
            return _drawn("a value", draw_value, thing, options)
        case None:
            raise TypeError("there is nothing to draw: this is None, which a call gives that returns nothing")
        case _:
            known = (
                "a machine, a trace of a step or of a stream, the states of a machine (explore), a pipeline, a "
                "deployment, an upgrade, a downgrade, a rewiring, a type, a value or an error"
            )
            raise TypeError(f"there is a picture of {known}, not of {type(thing).__name__}")


def _draw_states(graph: StateGraph, most: int | None = None, by: Callable[[Any], object] | None = None) -> Picture:
    if not (by is None or callable(by)):
        raise TypeError(f"`by` is a function of a state, which tells it from others, not {type(by).__name__}")
    return draw_states(state_view(graph, by=by) if most is None else state_view(graph, most, by))


def _drawn(what: str, how: Callable[..., Picture], thing: Any, options: dict[str, Any], *taken: str) -> Picture:
    """Draw a thing with the options that its picture has; ``taken`` are those that were looked at already.

    Raises:
        TypeError: it has no such option, or ``most`` is no whole number.
    """
    known = list(signature(how).parameters)[1:]
    wrong = [name for name in options if name not in known]
    if wrong:
        there = [*taken, *known]
        told = f"takes {', '.join(map(repr, there))}" if there else "takes no options"
        raise TypeError(f"draw() of {what} {told}, and got {', '.join(map(repr, wrong))}")
    if options.get("most") is not None:
        expect_number(options["most"], f"draw({what.split()[-1]}, most=…)", "most")
    return how(thing, **options)
