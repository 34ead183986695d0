"""Which parts of a pipeline go to which processes, and the network of what stays here.

Outside shards a stage is a process, unless it is to share one with its neighbours. What branches is split and joined
here, and its branches are processes. Of a shard each copy is a process, with all that is in it. Effects and tees are
functions of Python and stay here, each on threads. Processes that follow one another are a chain: messages go straight
from one to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.language.data.types import Int, Type
from sm_toolkit.pipeline.interfaces import taken_and_given
from sm_toolkit.pipeline.network import Wiring
from sm_toolkit.pipeline.plans import Deployed, widths
from sm_toolkit.pipeline.shapes import (
    Each,
    Effect,
    Identity,
    Pipeline,
    PipelineError,
    Stage,
    Tee,
    in_sequence,
    named,
    stages,
    walk,
)
from sm_toolkit.pipeline.steps import Step, owned
from sm_toolkit.pipeline.whole import Building


@dataclass
class Unit:
    """What one process does: parts one after another, with what they hold in the beginning.

    ``steps`` are the types of the steps of paths. ``mark`` is put after the name, where it is one of several copies.
    """

    parts: list[Pipeline[Any, Any]]
    mark: str
    input: Type[Any]
    output: Type[Any]
    steps: tuple[Type[Any], ...]
    states: dict[str, Any]

    @property
    def stages(self) -> list[str]:
        """The names of its stages."""
        return [stage.name for part in self.parts for stage in stages(part)]

    @property
    def name(self) -> str:
        """What it is called."""
        return ", ".join(f"{name}{self.mark}" for name in self.stages)


@dataclass
class Chain:
    """Processes one after another between two queues of the network."""

    input: int
    output: int
    units: list[Unit] = field(default_factory=list)


def groups_checked(pipeline: Pipeline[Any, Any], groups: Sequence[Sequence[str]]) -> None:
    """Do nothing if each group names stages of a pipeline that follow one another, and no stage is in two.

    Raises:
        PipelineError: it is not so.
    """
    known = {stage.name for stage in stages(pipeline)}
    rows = [
        [part.name if isinstance(part, Stage) else None for part in in_sequence(each) if not isinstance(part, Identity)]
        for each in walk(pipeline)
    ]
    for name, times in Counter(name for group in groups for name in group).items():
        if times > 1:
            raise PipelineError(f"the groups name stage {name!r} {times} times, and it can be in one only, once")
    for group in groups:
        for name in group:
            if name not in known:
                raise PipelineError(f"the group {list(group)} names a stage {name!r}, and there is none")
        if not any(row[start : start + len(group)] == list(group) for row in rows for start in range(len(row))):
            raise PipelineError(f"the stages of the group {list(group)} do not follow one another in the pipeline")


class ChainWiring(Wiring):
    """Makes the nodes of what stays here, and the chains of what does not."""

    def __init__(self, running: Deployed, capacity: int, groups: Sequence[Sequence[str]]) -> None:
        super().__init__(running, capacity)
        self.chains: list[Chain] = []
        self._deployed = running
        self._group = {name: number for number, group in enumerate(groups) for name in group}
        self._types = {
            id(part): (taken, given)
            for part, taken, given in taken_and_given(running.pipeline, running.interface.input)
        }

    def sequence(
        self, pipeline: Pipeline[Any, Any], given: int, building: Building, mark: str, first: list[Step]
    ) -> int:
        """Add the nodes and chains of a pipeline that takes from a queue; return the queue that it gives to."""
        if first:
            given = self.line("door", first, given)
        run: list[Pipeline[Any, Any]] = []
        for part in in_sequence(pipeline):
            if _travels(part, sharded=bool(mark)):
                run.append(part)
            elif not isinstance(part, Identity):
                given = super().sequence(part, self._chain(run, given, building, mark), building, mark, [])
                run = []
        given = self._chain(run, given, building, mark)
        return self.line("exit", [], given) if first else given

    def _chain(self, run: list[Pipeline[Any, Any]], given: int, building: Building, mark: str) -> int:
        if not run:
            return given
        chain = Chain(given, self.queue())
        for part in run:
            last = chain.units[-1].parts[-1] if chain.units else None
            if last is not None and (mark or self._together(last, part)):
                chain.units[-1].parts.append(part)
                chain.units[-1].output = self._types[id(part)][1]
            else:
                chain.units.append(Unit([part], mark, *self._types[id(part)], (), {}))
        for unit in chain.units:
            around = self._deployed.around[unit.stages[0]]
            steps = [step for step in around[: mark.count("[")]]
            keys = self._deployed.interface.keys
            unit.steps = tuple(Int if shard.key is None else keys[shard.name] for shard in steps)
            unit.states = {each.name: self._held(each.name, building) for part in unit.parts for each in named(part)}
        self.chains.append(chain)
        return chain.output

    def _together(self, one: Pipeline[Any, Any], other: Pipeline[Any, Any]) -> bool:
        if not (isinstance(one, Stage) and isinstance(other, Stage)):
            return False
        group = self._group.get(one.name)
        return group is not None and group == self._group.get(other.name)

    def _held(self, name: str, building: Building) -> Any:
        running = self._deployed
        around, held = running.around[name], running.states[name]
        return owned(held, building.owns, widths(around, running.interface.keys)) if around else held


def _travels(part: Pipeline[Any, Any], *, sharded: bool) -> bool:
    """Tell whether a part goes to a process as it is."""
    if not (sharded or isinstance(part, Stage | Each)):
        return False
    kinds = {type(each) for each in walk(part)}
    return Stage in kinds and kinds.isdisjoint({Effect, Tee})
