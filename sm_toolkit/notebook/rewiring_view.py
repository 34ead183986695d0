"""A rewiring as it is looked at: the pipeline that runs and the new one, with what becomes of each part.

What a rewiring does is decided by the pipeline's own meaning (``changes.change``), and what it changes is found in
``differences``; here it is put in words. No place on a page belongs here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sm_toolkit.deploying import Deployment
from sm_toolkit.language.data.types import Unit
from sm_toolkit.notebook.pictures.pipeline_view import PartView
from sm_toolkit.notebook.pictures.rewiring_picture import RewiringView
from sm_toolkit.notebook.pictures.wording import type_text, value_text
from sm_toolkit.notebook.stage_views import Dress, view_of
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.differences import Part, PartDifference, compared
from sm_toolkit.pipeline.messages import Refused, Rewire
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Deployed, deployed
from sm_toolkit.pipeline.shapes import Effect, Shard, Stage, Tee

LONGEST_STATE = 24


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a part: the word for it, whether that is a change, and a sentence that says it whole."""

    mark: str
    changing: bool
    words: str


def rewiring_view(running: Pipeline[Any, Any] | Deployment[Any, Any], request: Rewire) -> RewiringView:
    """Look at a rewiring of a pipeline, as it would start or as it runs.

    Nothing is changed. A rewiring that would be refused is shown with every reason.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: one of the pipelines does not fit.
        TypeError: what is said to run is neither a pipeline nor a deployment.
    """
    if isinstance(running, Deployment):
        before = running.running.inspect()
    elif isinstance(running, Pipeline):
        before = deployed(running)
    else:
        raise TypeError(f"a rewiring is of a pipeline or of a deployment, not of {type(running).__name__}")
    return rewiring_seen(before, request)[0]


def rewiring_seen(before: Deployed, request: Rewire) -> tuple[RewiringView, Dress]:
    """Look at a rewiring of what runs; return that, and what marks the parts of the new pipeline by what they become.

    Raises:
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: the new pipeline does not fit.
    """
    target = deployed(request.pipeline, before.limits)
    after, reasons = _tried(before, request)
    told = _Told(before, after or target, request)
    gone, come = told.fates()
    seen = RewiringView(
        view_of(before, "before", _dress(gone)),
        view_of(after or target, "after", _dress(come)),
        tuple(fate.words for fate in (*come.values(), *gone.values()) if fate.words),
        reasons,
        request.dry_run,
    )
    return seen, _dress(come)


def _tried(before: Deployed, request: Rewire) -> tuple[Deployed | None, tuple[str, ...]]:
    """Return what would run, or why it would not."""
    admitted = admit(replace(request, dry_run=False), before.limits)
    if isinstance(admitted, Refused):
        return None, admitted.reasons
    made, answer = change(before, replace(admitted, version=before.log.current))
    if isinstance(answer, Refused):
        return None, answer.reasons
    return made, ()


def _dress(fates: dict[str, Fate]) -> Dress:
    def dress(part: Pipeline[Any, Any], view: PartView) -> PartView:
        if isinstance(part, Stage | Effect | Tee | Shard) and part.name in fates:
            fate = fates[part.name]
            return replace(view, mark=fate.mark, changing=fate.changing)
        return view

    return dress


_LOST = {"dropped": ", its state dropped", "in want of a drop": ", and its state would be lost"}
"""What is said of the state of a stage that goes."""


class _Told:
    """Tells of each part, by its name, what a rewiring does to it: what is found for ``difference``, in other words."""

    def __init__(self, before: Deployed, after: Deployed, request: Rewire) -> None:
        self._before, self._after = before, after
        self._parts = compared(before, after, request)

    def fates(self) -> tuple[dict[str, Fate], dict[str, Fate]]:
        """Return what becomes of the old parts that go, and of the new ones, by their names."""
        come: dict[str, Fate] = {}
        gone: dict[str, Fate] = {}
        for part in self._parts:
            if part.after is None:
                assert part.before is not None
                lost = _LOST.get(part.state, "")
                gone[part.name] = Fate("removed", True, f"{part.before.kind} {part.name} is removed{lost}")
            else:
                come[part.name] = self._of_new(part, part.before, part.after)
        return gone, come

    def _of_new(self, part: PartDifference, before: Part | None, after: Part) -> Fate:
        named = f"{after.kind} {part.name}"
        if before is None:
            return Fate("added", True, f"{named} is added")
        if before.kind != after.kind:
            fate = Fate("changed", True, f"{before.kind} {part.name} becomes a {after.kind}")
        elif after.kind == "stage":
            fate = self._of_stage(part, before, after)
        elif before.hash != after.hash:
            fate = Fate("another key", True, f"{named} has another key")
        elif after.kind == "shard" and before.number != after.number:
            copies = f"{before.number} → {after.number} copies"
            fate = Fate(copies, True, f"{named} is resharded, {copies}")
        elif replace(before, inside=after.inside) != after:
            fate = Fate("changed", True, f"{named} is changed")
        else:
            fate = Fate("", False, "")
        if not part.moved:
            return fate
        words = f"; {fate.words}" if fate.changing else ", and keeps its state" if fate.mark else ""
        mark = f"moved, {fate.mark}" if fate.mark else "moved"
        return Fate(mark, True, f"{named} has another place{words}")

    def _of_stage(self, part: PartDifference, before: Part, after: Part) -> Fate:
        named = f"stage {part.name}"
        changed = before.hash != after.hash
        words = f"{named} has another machine" if changed else ""
        match part.state:
            case "dropped":
                mark = "changed, starts anew" if changed else "starts anew"
                return Fate(mark, True, f"{words}, and starts anew" if words else f"{named} starts anew")
            case "migrated":
                types = " to ".join(type_text(each.state or Unit, LONGEST_STATE) for each in (before, after))
                told = f", its state migrated ({types})"
                if not self._before.around[part.name]:
                    old, new = (
                        value_text(each.states[part.name], LONGEST_STATE) for each in (self._before, self._after)
                    )
                    told += f": m({old}) = {new}"
                return Fate("migrated", True, (words or f"{named} stays") + told)
            case "in want of a migration":
                return Fate("changed, no migration", True, f"{named} needs a migration")
            case "kept" if changed:
                return Fate("changed, state kept", True, f"{words}, and keeps its state")
            case "kept":
                return Fate("state kept", False, f"{named} keeps its state")
            case _:
                return Fate("changed" if changed else "", changed, words)
