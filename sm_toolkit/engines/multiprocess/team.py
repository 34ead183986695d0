"""The processes and threads of one pipeline: put together, watched, asked, and ended."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence, Sized
from itertools import count
from typing import Any, Protocol

from sm_toolkit.engines.crews import Crew, Queue
from sm_toolkit.engines.multiprocess.chains import Chain, ChainWiring, Unit
from sm_toolkit.engines.multiprocess.forking import GRACE, Nursery
from sm_toolkit.engines.multiprocess.frames import Form, typed_state
from sm_toolkit.engines.multiprocess.handles import ChainEnds, Process
from sm_toolkit.engines.multiprocess.worker import Assignment, held_type
from sm_toolkit.engines.queues import BoundedQueue
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.types import Unit as UnitType
from sm_toolkit.language.encoding.value_codec import codec_of
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.vocabulary.combinators import const, consume
from sm_toolkit.language.vocabulary.text_operations import fail
from sm_toolkit.pipeline.messages import Upgrade
from sm_toolkit.pipeline.metrics import Meter
from sm_toolkit.pipeline.network import Network, Node, waiting_before
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message, Plan
from sm_toolkit.pipeline.shapes import Effect, Pipeline, Stage, rebuilt, walk
from sm_toolkit.pipeline.steps import Copy, Entry, Held, collected
from sm_toolkit.pipeline.upgrades import swap
from sm_toolkit.pipeline.whole import Building
from sm_toolkit.pipeline.wire import encode_request


class Owner(Protocol):
    """Who has a team: is given what comes to the exit, and told what broke."""

    def deliver(self, messages: list[Message], made: Network) -> None:
        """Take what has come to the exit."""
        ...

    def broke(self, node: Node, error: BaseException) -> None:
        """Learn that something in this process broke."""
        ...

    def died(self, why: str) -> None:
        """Learn that a process has ended which nobody told to."""
        ...


class Team:
    """The processes of one pipeline, and the threads of what stays here."""

    def __init__(
        self,
        running: Deployed,
        nursery: Nursery,
        capacity: int,
        groups: Sequence[Sequence[str]],
        tees: Mapping[str, Copy],
        meter: Meter | None,
        owner: Owner,
    ) -> None:
        self._start = running
        self._owner = owner
        self._plans: dict[str, Plan] = dict(running.plans)
        # What comes back are bytes: of whichever classes the machines name, those that come last before all others.
        self._classes: dict[Type[Any], type] = {}
        for plan in self._plans.values():
            self._classes.update(plan.typing.classes)
        self._coming: dict[tuple[str, str], Plan] = {}  # what changes on their way may put in, by stage and hash
        self._numbers: dict[int, deque[int]] = {}  # of changes before their chain, by the identity of what was asked
        self._numbering = threading.Lock()
        self._next_number = count(1)
        self._ending = False
        wiring = ChainWiring(running, capacity, groups)
        end = wiring.sequence(running.pipeline, 0, Building(running, tees, meter), "", [Entry(running)])
        made = Network(running, wiring.nodes, wiring.queues, end)
        queues: list[Queue] = [BoundedQueue(capacity) for _ in range(made.queues)]
        self._processes: list[Process] = []
        self._chains: list[tuple[ChainEnds, list[Process]]] = []
        try:
            travelling = _without_functions(running.pipeline)
            positions = {id(part): number for number, part in enumerate(walk(running.pipeline))}
            self._outputs = [chain.output for chain in wiring.chains]
            for chain in wiring.chains:
                ends = self._started(chain, nursery, travelling, positions, capacity, meter is not None)
                queues[chain.input] = queues[chain.output] = ends
            for process in self._processes:
                process.ready()
            self._of_stage = {name: process for process in self._processes for name in process.unit.stages}
            self._woken, self._waking = socket.socketpair()
            # Registered here: the watcher may come to run only when the sockets are closed again.
            self._poll = select.poll()
            self._poll.register(self._woken, select.POLLIN)
            self._by_socket = {process.fileno(): process for process in self._processes}
            for number in self._by_socket:
                self._poll.register(number, 0)
            self._watcher = threading.Thread(target=self._watch, name="watches processes", daemon=True)
            self.crew = Crew(made, queues, owner.deliver, owner.broke)
            self._watcher.start()
        except BaseException:
            self._end_what_began()
            raise

    def _started(
        self,
        chain: Chain,
        nursery: Nursery,
        travelling: Pipeline[Any, Any],
        positions: Mapping[int, int],
        capacity: int,
        metrics: bool,
    ) -> ChainEnds:
        """Start the processes of a chain, with pairs of sockets before, between and after them."""
        first, taken = socket.socketpair()
        mine: list[Process] = []
        for unit in chain.units:
            given, following = socket.socketpair()
            assignment = self._assignment(unit, travelling, positions, capacity, metrics)
            try:
                mine.append(Process(nursery, unit, assignment, taken, given))
            except BaseException:
                first.close()
                following.close()
                raise
            self._processes.append(mine[-1])
            taken = following
        steps = chain.units[0].steps
        forms = Form(chain.units[0].input, steps), Form(chain.units[-1].output, steps, self._classes)
        names = frozenset(name for unit in chain.units for name in unit.stages)
        ends = ChainEnds(
            forms, first, taken, capacity, lambda admitted: self._number(admitted, names), self._changed, self._classes
        )
        self._chains.append((ends, mine))
        return ends

    def _assignment(
        self,
        unit: Unit,
        travelling: Pipeline[Any, Any],
        positions: Mapping[int, int],
        capacity: int,
        metrics: bool,
    ) -> Assignment:
        running = self._start
        return Assignment(
            travelling,
            tuple(positions[id(part)] for part in unit.parts),
            {name: (held, held_type(running, name)) for name, held in unit.states.items()},
            {name: tuple(undo.plan.hash for undo in running.plans[name].history) for name in unit.stages},
            unit.input,
            unit.output,
            unit.steps,
            running.limits,
            capacity,
            metrics,
        )

    # -- changes in the stream ----------------------------------------------------------------------------

    def told(self, admitted: Admitted) -> bool:
        """Tell the process of a stage of a change before it enters; False if the change did not get there well."""
        request = admitted.request
        assert isinstance(request, Upgrade)
        plan, process = self._plans[request.stage], self._of_stage[request.stage]
        try:
            frame = encode_request(request, codec_of(UnitType))
        except ToolkitError:
            return False
        number = next(self._next_number)
        if not process.ask("change", number, frame, self._start.log.current):
            return False
        swapped = swap(plan, admitted, None, [])
        if swapped is not None:
            self._coming[request.stage, swapped.target.hash] = swapped.target
        with self._numbering:
            self._numbers.setdefault(id(request), deque()).append(number)
        return True

    def _number(self, admitted: Admitted, names: frozenset[str]) -> int | None:
        """Return the number of a change as it enters the chain of these stages, None if it is for another one."""
        if admitted.subject not in names:
            return None
        with self._numbering:
            numbers = self._numbers[id(admitted.request)]
            number = numbers.popleft()
            if not numbers:
                del self._numbers[id(admitted.request)]
        return number

    def _changed(self, admitted: Admitted, answer: Any) -> None:
        """Learn that a stage has made a change."""
        if not answer.dry_run:
            swapped = swap(self._plans[answer.stage], admitted, None, [])
            assert swapped is not None
            self._plans[answer.stage] = swapped.target
            self._classes.update(swapped.target.typing.classes)

    # -- seen from outside --------------------------------------------------------------------------------

    def running(self, within: float | None = None) -> Deployed:
        """Return what runs, as it is now; exact where nothing is on its way.

        Raises:
            EngineError: a process has ended, or has not answered within so many seconds, if any are given.
        """
        here = [held for node in self.crew.network.nodes for held in node.held()]
        there = [self._held(*told) for process in self._processes for told in process.ask("held", within=within)]
        return collected(self._start, [*here, *there])

    def _held(self, name: str, hash_: str, *raw: Any) -> Held:
        if not hash_:
            return name, None, typed_state(raw)[0]
        plan = self._plans[name]
        plan = plan if plan.hash == hash_ else self._coming.get((name, hash_), plan)
        return name, plan, typed_state(raw, {**self._classes, **plan.typing.classes})[0]

    def counts(self, within: float | None = None) -> dict[str, tuple[int, int, float]]:
        """Return what the processes have counted, by stage.

        Raises:
            EngineError: as in ``running``.
        """
        meter = Meter()
        for process in self._processes:
            meter.add(process.ask("metrics", within=within)[1])
        return meter.counts()

    def waiting(self) -> dict[str, int]:
        """Return how many messages wait before what is here and in the processes, by stage."""
        queues: list[Sized] = list(self.crew.queues)
        found: dict[str, int] = {}
        for (ends, members), output in zip(self._chains, self._outputs, strict=True):
            *before, behind = len(ends), *(process.ask("metrics")[0] for process in members)
            for process, number in zip(members, before, strict=True):
                name = process.unit.stages[0]
                found[name] = found.get(name, 0) + number
            queues[output] = range(ends.not_taken(behind))  # these wait before what is here
        for name, number in waiting_before(self.crew.network, queues).items():
            found[name] = found.get(name, 0) + number
        return found

    # -- the end ------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End every process and thread, and wait for it. Where that was interrupted, it may be done again."""
        self._ending = True
        self._waking.close()
        self.crew.close()
        self._end_processes()
        self.crew.stop()
        if self._watcher is not threading.current_thread():
            self._watcher.join()
        self._woken.close()

    def _end_what_began(self) -> None:
        """End what there is by now of a team that is not whole."""
        self._ending = True
        for each in (getattr(self, "_waking", None), getattr(self, "crew", None)):
            if each is not None:
                each.close()
        self._end_processes()
        if hasattr(self, "crew"):
            self.crew.stop()
        if hasattr(self, "_watcher") and self._watcher.ident is not None:
            self._watcher.join()
        if hasattr(self, "_woken"):
            self._woken.close()

    def _end_processes(self) -> None:
        self._ending = True
        for process in self._processes:
            process.end()
        until = time.monotonic() + GRACE
        for process in self._processes:
            process.gone(until)
        for ends, _ in self._chains:
            ends.close()

    def _watch(self) -> None:
        """Wait until a process hangs up that was not told to, and say so."""
        events = self._poll.poll()
        gone = [self._by_socket[number] for number, _ in events if number in self._by_socket]
        if gone and not self._ending:
            self._owner.died(gone[0].how_ended())


def _without_functions(pipeline: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
    """Return a pipeline with stages in the place of effects, whose functions cannot travel; those stages never run."""

    def stand_in(part: Pipeline[Any, Any]) -> Pipeline[Any, Any]:
        if not isinstance(part, Effect):
            return part
        machine = consume() >> const("an effect runs where it was written") >> fail()
        return Stage(part.name, None, machine, UnitType, part.input, part.output)

    return rebuilt(pipeline, stand_in)
