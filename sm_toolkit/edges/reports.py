"""Reports: what became of the sources and sinks of a run that are not its main ones, for the caller to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.pipeline.metrics import Metrics


class SinkError(ToolkitError):
    """The sink of a tee broke, and the run needs it. ``tee`` is its name; the cause is what went wrong."""

    def __init__(self, tee: str, cause: BaseException) -> None:
        self.tee = tee
        super().__init__(f"the sink of tee {tee!r} broke: {told(cause)}")
        self.__cause__ = cause


class BrokenEdgeWarning(RuntimeWarning):
    """A source or a sink broke that the run could do without."""


@dataclass
class SinkReport:
    """What became of the sink of a tee.

    ``written`` values were written; ``dropped`` were being written when it broke, or came after. ``error`` is why it
    broke, if it did, and ``result`` what it gave when it was closed.
    """

    written: int = 0
    dropped: int = 0
    error: BaseException | None = None
    result: Any = None


@dataclass
class SourceReport:
    """What became of one of several sources: how many requests it gave, and why it broke, if it did."""

    source: Any
    requests: int = 0
    error: BaseException | None = None
    ended: bool = False


@dataclass
class RunReport:
    """What became of a run, beside what its main sink gives. ``run(…, report=RunReport())`` fills it.

    ``sinks`` are those of the tees, by their names; ``sources`` are those of a ``merge``, in order; ``metrics`` are as
    they were at the end. It is filled too where the run raises.
    """

    sinks: dict[str, SinkReport] = field(default_factory=dict)
    sources: list[SourceReport] = field(default_factory=list)
    metrics: Metrics | None = None

    def broken(self) -> list[str]:
        """Return a sentence for each source and sink that broke."""
        sinks = [
            f"the sink of tee {name!r} broke after {sink.written:,} values, and {sink.dropped:,} were dropped: "
            f"{told(sink.error)}"
            for name, sink in self.sinks.items()
            if sink.error is not None
        ]
        sources = [
            f"source {number} of {len(self.sources)} broke after {each.requests:,} requests: {told(each.error)}"
            for number, each in enumerate(self.sources, 1)
            if each.error is not None
        ]
        return sources + sinks


def told(error: BaseException | None) -> str:
    """Say what went wrong, with the kind of error where the text alone would not tell."""
    return str(error) if isinstance(error, ToolkitError | OSError) and str(error) else repr(error)
