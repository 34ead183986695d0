"""A rewiring as it is looked at: the pipeline that runs and the new one, with what becomes of each part.

What a rewiring does is decided by the pipeline's own meaning (``changes.change``); here it is put in words. No place on
a page belongs here.
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
from sm_toolkit.pipeline.messages import Refused, Rewire
from sm_toolkit.pipeline.pipelines import Pipeline
from sm_toolkit.pipeline.plans import Deployed, deployed, hash_typing, state_type
from sm_toolkit.pipeline.shapes import Effect, Shard, Stage, Tee, named

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
    target = deployed(request.pipeline, before.limits)
    after, reasons = _tried(before, request)
    told = _Told(before, after or target, request)
    gone, come = told.fates()
    return RewiringView(
        view_of(before, "before", _dress(gone)),
        view_of(after or target, "after", _dress(come)),
        tuple(fate.words for fate in (*come.values(), *gone.values()) if fate.words),
        reasons,
        request.dry_run,
    )


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


class _Told:
    """Tells of each part by its name what a rewiring does to it."""

    def __init__(self, before: Deployed, after: Deployed, request: Rewire) -> None:
        self._before, self._after, self._request = before, after, request
        self._old = {part.name: part for part in named(before.pipeline)}
        self._new = {part.name: part for part in named(after.pipeline)}

    def fates(self) -> tuple[dict[str, Fate], dict[str, Fate]]:
        """Return what becomes of the old parts that go or change, and of the new ones, by their names."""
        come = {name: self._of_new(name) for name in self._new}
        for name in _out_of_order(list(self._old), list(self._new)):
            fate = come[name]
            words = f"; {fate.words}" if fate.changing else ", and keeps its state" if fate.mark else ""
            mark = f"moved, {fate.mark}" if fate.mark else "moved"
            come[name] = Fate(mark, True, f"{_kind(self._new[name])} {name} has another place{words}")
        gone: dict[str, Fate] = {}
        for name, part in self._old.items():
            if name not in self._new:
                dropped = name in self._before.plans and self._before.plans[name].typing.scheme.state is not Unit
                state = ", its state dropped" if dropped else ""
                gone[name] = Fate("removed", True, f"{_kind(part)} {name} is removed{state}")
        return gone, come

    def _of_new(self, name: str) -> Fate:
        part, old = self._new[name], self._old.get(name)
        if old is None:
            return Fate("added", True, f"{_kind(part)} {name} is added")
        match old, part:
            case Stage(), Stage():
                return self._of_stage(name)
            case Shard(), Shard():
                return self._of_shard(old, part)
            case Effect(), Effect():
                same = (old.function, old.input, old.output, old.workers) == (
                    part.function,
                    part.input,
                    part.output,
                    part.workers,
                )
                return Fate("", False, "") if same else Fate("changed", True, f"effect {name} is changed")
            case Tee(), Tee():
                return Fate("", False, "")
            case _:
                return Fate("changed", True, f"{_kind(old)} {name} becomes a {_kind(part)}")

    def _of_stage(self, name: str) -> Fate:
        before, after = self._before.plans[name], self._after.plans[name]
        changed = before.hash != after.hash
        types = [
            state_type(each.plans[name], each.around[name], each.interface.keys) for each in (self._before, self._after)
        ]
        stateless = all(each.typing.scheme.state is Unit for each in (before, after))
        words = [f"stage {name} has another machine"] if changed else []
        if name in self._request.drop:
            mark = "changed, starts anew" if changed else "starts anew"
            return Fate(mark, True, f"{words[0]}, and starts anew" if words else f"stage {name} starts anew")
        if name in self._request.migrations:
            moved = " to ".join(type_text(type_, LONGEST_STATE) for type_ in types)
            told = f", its state migrated ({moved})"
            if not self._before.around[name]:
                states = [value_text(each.states[name], LONGEST_STATE) for each in (self._before, self._after)]
                told += f": m({states[0]}) = {states[1]}"
            return Fate("migrated", True, (words[0] if words else f"stage {name} stays") + told)
        if types[0] is not types[1] and not stateless:
            return Fate("changed, no migration", True, f"stage {name} needs a migration")
        if changed:
            return Fate(
                "changed" if stateless else "changed, state kept",
                True,
                words[0] + ("" if stateless else ", and keeps its state"),
            )
        return Fate("" if stateless else "state kept", False, "" if stateless else f"stage {name} keeps its state")

    def _of_shard(self, old: Shard, new: Shard) -> Fate:
        hashes = [
            "" if each.key is None else hash_typing(inside.keys[each.name].typing, inside.limits)
            for each, inside in ((old, self._before), (new, self._after))
        ]
        if hashes[0] != hashes[1]:
            return Fate("another key", True, f"shard {new.name} has another key")
        if old.copies != new.copies:
            copies = f"{old.copies} → {new.copies} copies"
            return Fate(copies, True, f"shard {new.name} is resharded, {copies}")
        return Fate("", False, "")


def _kind(part: Any) -> str:
    return type(part).__name__.lower()


def _out_of_order(old: list[str], new: list[str]) -> list[str]:
    """Return as few names as possible without which the names of both are in the same order."""
    places = {name: place for place, name in enumerate(old)}
    common = [name for name in new if name in places]
    longest: list[list[str]] = []  # for each, the longest row of names in order that ends with it
    for name in common:
        before = [row for row in longest if places[row[-1]] < places[name]]
        longest.append([*max(before, key=len, default=[]), name])
    kept: list[str] = max(longest, key=len, default=[])
    return [name for name in common if name not in kept]
