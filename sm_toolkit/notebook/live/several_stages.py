"""A live cell's machines in the places of what several stages run, all of them at one point: a ``Rewire``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sm_toolkit.language.checking.inference import elaborate, infer
from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.interpreter import step
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.notebook.live.outcomes import Answer, Part, Types, Wish
from sm_toolkit.notebook.live.taking_over import Ends, TakingOver, fitted
from sm_toolkit.notebook.live.targets import Target
from sm_toolkit.notebook.live.trying import Migrations, Trying
from sm_toolkit.pipeline.messages import Adapter, Inspected, Refused, Rewire, StageView, Upgrade
from sm_toolkit.pipeline.plans import Deployed, deployed, hash_typing
from sm_toolkit.pipeline.shapes import Pipeline, PipelineError, Stage, rebuilt


class SeveralStages(Trying):
    """The change of several stages together. ``running`` is what runs; of it the shape counts, and other stages.

    Raises:
        MachineTypeError, AmbiguousTypeError: a machine does not type.
    """

    def __init__(
        self,
        name: str,
        target: Target,
        inspected: Inspected,
        machines: Mapping[str, Machine[Any, Any, Any]],
        running: Deployed,
        known: Mapping[str, Any],
        wish: Wish,
        apart: Iterable[str],
    ) -> None:
        super().__init__(name, target, inspected.version, wish)
        self._machines, self._running = machines, running
        views = {view.name: view for view in inspected.stages}
        self._expects = _as_seen(running, inspected.stages).hash
        self.migrations = {stage: f"migrate_{stage}" for stage in machines}
        parts = [_part(views[stage], machine, running) for stage, machine in machines.items()]
        try:
            made = deployed(self._made({part.stage: part.after.state for part in parts}, {}))
        except PipelineError:  # the machines do not fit each other, or those beside them: the request says so
            made = None
        if made is not None:
            parts = [_at(part, made) for part in parts]
        self.parts = tuple(parts)
        before, after = running.interface, (running if made is None else made).interface
        # A pipeline of the same shape may be of an older edition: what a stage at an end takes or gives was seen.
        input_ = views[running.first].input_type if running.first in views else before.input
        output = views[running.last].output_type if running.last in views else before.output
        self.ends = Ends((input_, after.input), (output, after.output))
        befores = [part.before for part in parts if part.before is not None]
        self.taking = TakingOver(wish, known, apart, befores, [part.after for part in parts])
        if self.taking.part("migrate_back", needed=False) is not None:
            self.taking.notes.append("`migrate_back` is left out: stages that are changed together have no way back")

    def asked(self, request: Upgrade | Rewire) -> Answer:
        """Send a change, if it is one: machines that do not fit together are refused here."""
        assert isinstance(request, Rewire)
        try:
            deployed(request.pipeline)
        except PipelineError as error:
            return Refused("", (str(error),))
        return super().asked(request)

    def request(self, migrations: Migrations, adapter: Adapter | None) -> Rewire:
        """Return the rewiring; a stage whose state stays as it is needs no migration in it."""
        needed = {
            part.stage: _elaborated(migrations[part.stage], part.before.state, part.after.state)
            for part in self.parts
            if part.before is not None and migrations[part.stage] != ident()
        }
        (before_in, _), (before_out, after_out) = self.ends.input, self.ends.output
        if adapter is not None:
            up, down = _elaborated(adapter.up, before_in, None), _elaborated(adapter.down, after_out, before_out)
            adapter = Adapter(up, down)
        states = {part.stage: part.after.state for part in self.parts}
        pipeline = self._made(states, needed)
        return Rewire(pipeline, needed, frozenset(), self._expects, adapter, self.wish.force)

    def _made(self, states: Mapping[str, Type[Any]], migrations: Migrations) -> Pipeline[Any, Any]:
        """Return what runs with the machines of the cell in it; new copies and keys start in migrated states."""

        def put(part: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
            if not isinstance(part, Stage) or part.name not in self._machines:
                return part
            plan, state = self._running.plans[part.name], states[part.name]
            initial = plan.initial if plan.initial is not None else part.initial
            if part.name in migrations:
                initial = _migrated(migrations[part.name], initial, state)
            elif plan.typing.scheme.state is not state:
                initial = default_value(state)
            return Stage(part.name, initial, self._machines[part.name], state)

        return rebuilt(self._running.pipeline, put)


def _as_seen(running: Deployed, views: Sequence[StageView]) -> Deployed:
    """Return what runs, with the machines' hashes as they were seen."""
    seen = {view.name: view.hash for view in views}
    return replace(
        running, plans={name: replace(plan, hash=seen.get(name, plan.hash)) for name, plan in running.plans.items()}
    )


def _part(view: StageView, machine: Machine[Any, Any, Any], running: Deployed) -> Part:
    infer(machine)
    state = view.state_type.args[1] if running.around[view.name] else view.state_type
    before = Types(state, view.input_type, view.output_type)
    typing = fitted(machine, before)
    return Part(view.name, (view.hash, hash_typing(typing)), before, Types.of(typing.scheme), view.state)


def _at(part: Part, made: Deployed) -> Part:
    """Return a part with the types that its machine has among the others."""
    plan = made.plans[part.stage]
    return replace(part, hashes=(part.hashes[0], plan.hash), after=Types.of(plan.typing.scheme))


def _migrated(migration: Machine[Any, Any, Any], initial: Any, type_: Type[Any]) -> Any:
    try:
        return step(migration, initial, None)[0]
    except ToolkitError:  # it does not take this one: what is kept is migrated where it runs
        return default_value(type_)


def _elaborated(
    machine: Machine[Any, Any, Any], input: Type[Any] | None, output: Type[Any] | None
) -> Machine[Any, Any, Any]:
    """Return a machine at its types, so that nothing in it is left open; as it is if that does not fit."""
    try:
        return Machine(elaborate(machine, Unit, input, output).term)
    except ToolkitError:  # who admits it says what is wrong
        return machine


def running_of(
    target: Target, pipeline: Pipeline[Any, Any] | None, inspected: Inspected, changed: set[str]
) -> Deployed:
    """Return what runs, as the target knows it, or else as a pipeline of the same shape says.

    Raises:
        ToolkitError: neither is known, or the pipeline is not of what runs.
    """
    known = target.running()
    if known is not None:
        return known
    if pipeline is None:
        raise ToolkitError(
            "a server elsewhere does not tell how its stages are joined, and several can only be changed together "
            "where that is known: --pipeline VARIABLE names a pipeline of that shape; or change one, with --stage"
        )
    made = deployed(pipeline)
    seen = {view.name: view.hash for view in inspected.stages}
    ours = {view.name: view.hash for view in made.views()}
    if list(seen) != list(ours):
        theirs, mine = (", ".join(map(repr, names)) or "none" for names in (seen, ours))
        raise ToolkitError(f"--pipeline is not of what runs: there the stages are {theirs}, and in it {mine}")
    for name, hash_ in seen.items():
        if name not in changed and ours[name] != hash_:
            raise ToolkitError(
                f"--pipeline is not of what runs: stage {name!r} runs {short_hash(hash_)} there, and is "
                f"{short_hash(ours[name])} in it; name the pipeline as it runs, or define {name} in the cell too"
            )
    return made
