"""Engines: where a pipeline runs. All agree with ``pipeline.meaning.model``; they differ in what runs when."""

from sm_toolkit.engines.asynchronous import event_loop
from sm_toolkit.engines.multiprocess.running import processes
from sm_toolkit.engines.sequential import inline
from sm_toolkit.engines.simulator import simulated
from sm_toolkit.engines.threaded import threads

__all__ = ["event_loop", "inline", "processes", "simulated", "threads"]
