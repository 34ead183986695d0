"""A change that a live cell asks for, tried before it is made: what is wanted for it, and what comes of it.

Every change is tried first, in a dry run. What the change is, of one stage or of several, others say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.live.outcomes import Answer, Kind, Outcome, Part, Want, Wish
from sm_toolkit.notebook.live.taking_over import Ends, TakingOver, drafted
from sm_toolkit.notebook.live.targets import Target
from sm_toolkit.pipeline.messages import Adapter, Refused, Rewire, Upgrade

Migrations = Mapping[str, "Machine[Any, Any, Any]"]
"""The migrations of stages, by their names."""


class Trying:
    """One change, found step by step. A subclass says what it is of: ``parts`` and the rest of what is set here.

    ``migrations`` has for each stage what the migration of its state is called in the cell.
    """

    def __init__(self, name: str, target: Target, version: int, wish: Wish) -> None:
        self.name, self.target, self.version, self.wish = name, target, version, wish
        self.parts: tuple[Part, ...] = ()
        self.migrations: dict[str, str] = {}
        self.ends: Ends
        self.taking: TakingOver

    def request(self, migrations: Migrations, adapter: Adapter | None) -> Upgrade | Rewire:
        """Return the change.

        Raises:
            ToolkitError: there is none: what is asked for does not fit together.
        """
        raise NotImplementedError

    def asked(self, request: Upgrade | Rewire) -> Answer:
        """Send a change and return its answer."""
        return self.target.change(request)

    def outcome(self) -> Outcome:
        """Return what comes of it."""
        if all(old == new for old, new in (part.hashes for part in self.parts)):
            self._took_effect()
            return self.told("unchanged", None)
        self._note_who_came_between()
        migrations, wants = self._migrations()
        adapter = self.taking.adapter(self.ends)
        tried = None
        if not wants:
            request = self.request(migrations, adapter)
            tried = self.asked(replace(request, dry_run=True))
            if not isinstance(tried, Refused):
                return self._done(request, tried)
        adapters = self.taking.adapters_wanted(adapter, self.ends)
        drafts = {want.function: want.draft.machine for want in wants if want.draft is not None}
        if len(drafts) < len(wants):
            return self.told("in want", None, wants)
        made = {**migrations, **{stage: drafts[each] for stage, each in self.migrations.items() if each in drafts}}
        if tried is None:
            tried = self.asked(replace(self.request(made, adapter), dry_run=True))
            if not isinstance(tried, Refused):
                return self.told("in want", None, wants, tried)
        if not adapters:
            return self.told("in want" if wants else "refused", tried, wants, tried if wants else None)
        both = drafted(adapters)
        if both is None:
            return self.told("refused", tried, [*wants, *adapters])
        again = self.asked(replace(self.request(made, both), dry_run=True))
        if isinstance(again, Refused):
            return self.told("refused", tried, wants)
        return self.told("in want", tried, [*wants, *adapters], again)

    def _migrations(self) -> tuple[dict[str, Machine[Any, Any, Any]], list[Want]]:
        """Return the migrations that there are, and those that are wanted."""
        found: dict[str, Machine[Any, Any, Any]] = {}
        wants: list[Want] = []
        for part in self.parts:
            assert part.before is not None
            name, old, new = self.migrations[part.stage], part.before.state, part.after.state
            migration = self.wish.migration or self.taking.migration(name, old, new)
            if migration is None:
                wants.append(self.taking.want(name, "old", old, new))
            else:
                found[part.stage] = migration
        return found, wants

    def _done(self, request: Upgrade | Rewire, tried: Answer) -> Outcome:
        if self.ends.differ and request.adapter is None:
            nobody = "nobody is connected who speaks the old one"
            who = "whoever speaks the old one is cut off" if request.force else nobody
            self.taking.notes.append(f"the interface changes without an adapter: {who}")
        if self.wish.dry_run:
            return self.told("would be upgraded", tried)
        answer = self.asked(request)
        if isinstance(answer, Refused):
            return self.told("refused", answer)
        self._took_effect()
        return self.told("upgraded", answer)

    def _took_effect(self) -> None:
        self.taking.took_effect()
        self.wish.memory.made.update({part.stage: part.hashes[1] for part in self.parts})

    def told(
        self, kind: Kind, answer: Answer | None, wants: Sequence[Want] = (), tried: Answer | None = None
    ) -> Outcome:
        """Return an outcome."""
        if isinstance(answer, Refused):
            self._note_who_was_faster()
        notes = tuple(self.taking.notes)
        return Outcome(kind, self.name, self.parts, answer, self.version, notes, tuple(wants), tried)

    def _note_who_came_between(self) -> None:
        """Note which stages do not run any more what a cell of this name gave them last."""
        for part in self.parts:
            made = self.wish.memory.made.get(part.stage, part.hashes[0])
            if made != part.hashes[0]:
                ran = f"it ran {short_hash(made)}, and then {short_hash(part.hashes[0])}, from which this cell goes on"
                self.taking.notes.append(f"somebody else changed stage {part.stage!r} since this notebook did: {ran}")

    def _note_who_was_faster(self) -> None:
        """Note which stages somebody else has changed since this began."""
        try:
            now = {view.name: view.hash for view in self.target.inspect().stages}
        except (ToolkitError, OSError):
            return  # it is gone, which the next run tells; the refusal is what is told of this one
        changed = [part for part in self.parts if now.get(part.stage, "") != part.hashes[0]]
        for part in changed:
            runs = f"runs {short_hash(now[part.stage])} now" if now.get(part.stage) else "is there no more"
            self.taking.notes.append(
                f"somebody else changed stage {part.stage!r} while this cell ran: it {runs}. Run the cell again: "
                "it is then tried on that"
            )
