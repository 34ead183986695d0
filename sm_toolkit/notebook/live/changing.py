"""A live cell's machines in the place of those that run: which stages they are for, and one change for all of them.

What the change is and what comes of it, ``one_stage``, ``several_stages`` and ``trying`` say. Nothing of a kernel or of
its looks is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.live.cell import CellProgram, change_names, change_texts, read_cell
from sm_toolkit.notebook.live.one_stage import OneStage
from sm_toolkit.notebook.live.outcomes import Outcome, Wish
from sm_toolkit.notebook.live.several_stages import SeveralStages, running_of
from sm_toolkit.notebook.live.targets import Target
from sm_toolkit.notebook.live.trying import Trying
from sm_toolkit.pipeline.messages import Inspected, StageView


def change_cell(name: str, target: Target, namespace: Mapping[str, Any], wish: Wish) -> tuple[Outcome, CellProgram]:
    """Put a cell's machines in the place of what runs, if they may be; say what came of it, or what is wanted.

    A cell that has machines called as several of the stages changes these, all of them at one point.

    Raises:
        ToolkitError: it cannot be told which stage is meant, a machine does not type, or a function in the cell is
            wrong.
    """
    inspected = target.inspect()
    views = {view.name: view for view in inspected.stages if view.hash}
    apart = change_names(views)
    program = read_cell(wish.text, namespace, name, apart)
    meant = _meant(name, views, program, wish)
    return _trying(name, target, inspected, meant, {**namespace, **program.names}, wish, apart).outcome(), program


Meant = Mapping[str, "tuple[StageView, Machine[Any, Any, Any]]"]
"""The stages that a cell is for, by their names, each with its machine in the cell."""


def _meant(name: str, views: Mapping[str, StageView], program: CellProgram, wish: Wish) -> Meant:
    machines = {each: value for each, value in program.names.items() if isinstance(value, Machine)}
    if wish.stage is not None:
        if wish.stage not in views:
            raise ToolkitError(f"there is no stage {wish.stage!r} in {name!r}: --stage is one of {_listed(views)}")
        return {wish.stage: (views[wish.stage], machines.get(wish.stage, program.machine))}
    found = {stage: (view, machines[stage]) for stage, view in views.items() if stage in machines}
    if found:
        return found
    if len(views) == 1:
        return {stage: (view, program.machine) for stage, view in views.items()}
    raise ToolkitError(
        f"it has to be said which stage is meant of {name!r}: --stage is one of {_listed(views)}; "
        "or call what the cell defines as the stages are called"
    )


def _listed(views: Mapping[str, StageView]) -> str:
    return ", ".join(map(repr, views)) or "none"


def _trying(
    name: str,
    target: Target,
    inspected: Inspected,
    meant: Meant,
    known: Mapping[str, Any],
    wish: Wish,
    apart: tuple[str, ...],
) -> Trying:
    if len(meant) == 1:
        ((view, machine),) = meant.values()
        return OneStage(name, target, inspected, view, machine, known, wish, apart)
    _refuse_what_is_of_one(meant, wish)
    alone = {
        stage: OneStage(name, target, inspected, view, machine, known, wish, apart, f"migrate_{stage}")
        for stage, (view, machine) in meant.items()
    }
    changed = {stage: each for stage, each in alone.items() if not each.is_unchanged}
    if not changed:
        same = next(iter(alone.values()))
        same.parts = tuple(part for each in alone.values() for part in each.parts)
        return same
    if len(changed) == 1:
        ((_, only),) = changed.items()
        (part,) = only.parts
        if part.before is not None and part.before.all[1:] == part.after.all[1:]:
            return only  # the others need not know of it, and so it can be undone
    machines = {stage: machine for stage, (_, machine) in meant.items()}
    running = running_of(target, wish.pipeline, inspected, set(machines))
    return SeveralStages(name, target, inspected, machines, running, known, wish, apart)


def _refuse_what_is_of_one(meant: Meant, wish: Wish) -> None:
    """Refuse a migration without a stage, where there are several.

    Raises:
        ToolkitError: there is one.
    """
    functions = ", ".join(f"migrate_{stage}" for stage in meant)
    text = change_texts(wish.text).get("migrate")
    if wish.migration is not None:
        raise ToolkitError(
            f"--migration is of one stage, and the cell defines {_and(meant)}: write {functions} in it, or say --stage"
        )
    if text is not None and text not in wish.memory.applied:
        raise ToolkitError(
            f"`migrate` is of one stage, and the cell defines {_and(meant)}: call it {functions.replace(', ', ' or ')}"
        )


def _and(names: Mapping[str, Any]) -> str:
    *before, last = map(repr, names)
    return f"{', '.join(before)} and {last}"
