"""What the demo found, and what it tells meanwhile: records, the verdict, and the JSON form. Nothing happens here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sm_toolkit.examples.demo_clients import Stretch

UPGRADES = {2: "typed_v1_to_v2", 3: "typed_v2_to_v3"}
"""The upgrades by the version that they lead to; their names are those in ``counter``."""

METHOD = (
    "Resets and toggles go in while no increment is on its way, between two reads that have to be exact, "
    "so each acknowledged increment is known to be one up or one down."
)
"""How the final count is known, in one line."""


@dataclass(frozen=True)
class UpgradeSeen:
    """An upgrade that took effect, as its sender saw it; ``milliseconds`` is until it had its answer."""

    from_version: int
    to_version: int
    stage: str
    old_hash: str
    new_hash: str
    before: str
    before_type: str
    after: str
    after_type: str
    milliseconds: float


@dataclass(frozen=True)
class Progress:
    """How far the demo is: ``part`` of its time, and what the clients know."""

    part: float
    clients: int
    answered: int
    failed: int
    count: int
    toggled: bool
    seconds: float


@dataclass(frozen=True)
class DemoReport:
    """What the demo found. ``error`` says why it ended early, if it did."""

    stretches: tuple[Stretch, ...]
    upgrades: tuple[UpgradeSeen, ...]
    expected_count: int
    final_count: int | None
    expected_state: str
    final_state: str | None
    lost: int
    doubled: int
    unanswered: int
    exact_reads: int
    bounded_reads: int
    increments: int
    wrong_reads: int
    first_reason: str
    seconds: float
    error: str | None = None

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return sum(stretch.requests for stretch in self.stretches)

    @property
    def failed(self) -> int:
        """How many requests failed, or were answered wrongly."""
        return sum(stretch.failed for stretch in self.stretches)

    @property
    def state_is_right(self) -> bool:
        """Whether the server ended in the state that the acknowledged requests make."""
        return self.final_state is not None and self.final_state == self.expected_state

    @property
    def ok(self) -> bool:
        """Whether nothing failed, nothing was lost or doubled, and every state that was seen is right."""
        wrong = self.failed or self.lost or self.doubled or self.unanswered or self.wrong_reads
        return self.error is None and not wrong and self.state_is_right and len(self.upgrades) == len(UPGRADES)

    def as_json(self) -> dict[str, Any]:
        """Return the report as one JSON object; gaps in milliseconds."""
        stretches = [
            {
                "name": stretch.name,
                "clients": stretch.clients,
                "requests": stretch.requests,
                "failed": stretch.failed,
                "longest_gap_ms": _milliseconds(stretch.gap),
                "longest_gap_over_all_ms": _milliseconds(stretch.gap_over_all),
                "seconds": round(stretch.ended - stretch.began, 3),
            }
            for stretch in self.stretches
        ]
        return {
            "ok": self.ok,
            "requests": self.requests,
            "failed": self.failed,
            "lost": self.lost + self.unanswered,
            "doubled": self.doubled,
            "unanswered": self.unanswered,
            "acknowledged_increments": self.increments,
            "expected_count": self.expected_count,
            "final_count": self.final_count,
            "expected_state": self.expected_state,
            "final_state": self.final_state,
            "exact_reads": self.exact_reads,
            "bounded_reads": self.bounded_reads,
            "wrong_reads": self.wrong_reads,
            "longest_gap_ms": _milliseconds(max((stretch.gap for stretch in self.stretches), default=0.0)),
            "longest_gap_over_all_ms": _milliseconds(
                max((stretch.gap_over_all for stretch in self.stretches), default=0.0)
            ),
            "upgrades": [asdict(upgrade) for upgrade in self.upgrades],
            "stretches": stretches,
            "seconds": round(self.seconds, 3),
            "method": METHOD,
            "first_failure": self.first_reason or None,
            "error": self.error,
        }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


class Watcher(Protocol):
    """Who looks on while the demo runs."""

    def served(self, address: str, process: int) -> None:
        """The server is up."""

    def joined(self, clients: int, version: int) -> None:
        """More clients are connected, and stay."""

    def upgraded(self, upgrade: UpgradeSeen) -> None:
        """An upgrade took effect."""

    def moves(self, progress: Progress) -> None:
        """Learn, about ten times a second, how far it is."""


class Nobody:
    """A watcher that does not look."""

    def served(self, address: str, process: int) -> None:
        """Do nothing."""

    def joined(self, clients: int, version: int) -> None:
        """Do nothing."""

    def upgraded(self, upgrade: UpgradeSeen) -> None:
        """Do nothing."""

    def moves(self, progress: Progress) -> None:
        """Do nothing."""
