"""The engine of processes: a process a stage, or a group of stages; each uses a processor of its own.

What stays in this process, and the threads for it, is as in the threaded engine; ``chains`` says what that is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sm_toolkit.engines.barrier import BARRIER_TIMEOUT, Barrier
from sm_toolkit.engines.errors import EngineError, require_machine
from sm_toolkit.engines.multiprocess import forking
from sm_toolkit.engines.multiprocess.chains import groups_checked
from sm_toolkit.engines.multiprocess.forking import GRACE, PATIENCE
from sm_toolkit.engines.multiprocess.team import Team
from sm_toolkit.engines.queues import require_bounds
from sm_toolkit.pipeline.metrics import Meter, Metrics
from sm_toolkit.pipeline.network import Network, Node
from sm_toolkit.pipeline.plans import Admitted, Deployed, Message
from sm_toolkit.pipeline.ports import Outlet
from sm_toolkit.pipeline.steps import Copy
from sm_toolkit.pipeline.upgrades import acts_on_one_stage
from sm_toolkit.pipeline.whole import measured

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Processes:
    """Make one with ``processes()``."""

    capacity: int = 1024
    groups: tuple[tuple[str, ...], ...] = ()
    metrics: bool = True
    barrier_timeout: float = BARRIER_TIMEOUT

    def start(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None = None) -> RunningProcesses:
        """Start the processes.

        Raises:
            EngineError: they cannot be had.
            PipelineError: the groups do not fit the pipeline.
        """
        require_machine("processes()", "processes")
        groups_checked(running.pipeline, self.groups)
        return RunningProcesses(running, outlet, tees, self)


def processes(
    capacity: int = 1024,
    groups: Sequence[Sequence[str]] = (),
    metrics: bool = True,
    barrier_timeout: float = BARRIER_TIMEOUT,
) -> Processes:
    """Return the engine that runs each stage, and each copy of a shard, in a process of its own.

    It is worth it where a step takes some ten microseconds or more: then as many steps run at once as there are
    processors. What is sent are the machines, as data, so that it makes no difference where they were written. Effects
    and tees stay in this process. ``groups`` names stages that follow one another and are to share a process;
    the rest is as in ``threads``.

    Raises:
        TypeError: a group is a single name.
        ValueError: the capacity is less than 1.
    """
    for group in groups:
        if isinstance(group, str):
            raise TypeError(f"a group is a list of the names that share a process: groups=[[{group!r}, …]]")
    require_bounds(capacity, barrier_timeout)
    return Processes(capacity, tuple(map(tuple, groups)), metrics, barrier_timeout)


class RunningProcesses(Barrier):
    """A pipeline that runs in processes."""

    def __init__(self, running: Deployed, outlet: Outlet, tees: Mapping[str, Copy] | None, options: Processes) -> None:
        super().__init__(running, outlet, options.barrier_timeout)
        self._tees, self._options = tees or {}, options
        self._meter = Meter()
        self._last: Deployed | None = None  # what ran when the engine was stopped
        forking.acquire()
        self._let_go = threading.Lock()  # taken once the nursery was let go of
        self._before: Team | None = None  # the one before, until it has ended
        try:
            self._team = self._team_for(running)
        except BaseException:
            self._release()
            raise

    def _team_for(self, running: Deployed) -> Team:
        self._meter.begin_anew()
        options = self._options
        return Team(
            running,
            forking.current(),
            options.capacity,
            options.groups,
            self._tees,
            self._meter if options.metrics else None,
            self,
        )

    def put(self, messages: list[Message]) -> bool:
        """Put messages into the first queue."""
        return self._team.crew.put(messages)

    def put_in_place(self, running: Deployed) -> None:
        """Start the new processes, and then stop the old ones."""
        old, self._team = self._team, self._team_for(running)
        self._before = old
        with suppress(EngineError):  # who has ended by now, or does not answer, is not needed any more
            self._meter.add(old.counts(GRACE))
        old.stop()
        self._before = None

    def acts_in_place(self, admitted: Admitted) -> bool:
        """Tell whether a change acts in the stream; the process of its stage has got ready for it then."""
        return acts_on_one_stage(self._known, admitted) and self._team.told(admitted)

    def inspect(self) -> Deployed:
        """Return what runs, as it is now; each stage is exact, and they belong together once drained.

        Raises:
            EngineError: a process has ended, or the engine was stopped amid messages.
        """
        if self._last is not None:
            return self._last
        return self._team.running()

    def metrics(self) -> Metrics:
        """Return what each stage has done so far, and what waits.

        Raises:
            EngineError: a process has ended.
        """
        meter = Meter()
        meter.add(self._meter.counts())
        waiting: dict[str, int] = {}
        if self._last is None:
            meter.add(self._team.counts())
            waiting = self._team.waiting()
        return measured(self.inspect(), meter if self._options.metrics else None, waiting)

    def stop(self) -> None:
        """End every process and thread, and wait for it; where nothing is on its way, keep what is held and counted."""
        quiet = self._is_quiet()
        self._stop()
        if quiet and self._last is None:
            with suppress(EngineError):  # one that was stopped by a signal, say, does not answer
                counted = self._team.counts(GRACE)
                self._last = self._team.running(PATIENCE)
                self._meter.add(counted)
        for team in (self._before, self._team):
            if team is not None:
                team.stop()
        self._release()

    def _release(self) -> None:
        if self._let_go.acquire(blocking=False):
            forking.release()

    def deliver(self, messages: list[Message], made: Network) -> None:
        """Give answers for what has come to the exit."""
        self._outlet.deliver(made.answers(messages))
        self._delivered(len(messages))

    def broke(self, node: Node, error: BaseException) -> None:
        """Learn that something in this process broke."""
        log.error("stage %s broke", node.name, exc_info=error)
        self._broke(error)

    def died(self, why: str) -> None:
        """Learn that a process has ended which nobody told to."""
        log.error("%s", why)
        self._broke(EngineError(why))
        self._team.crew.close()
