"""A live cell's machine in the place of what one stage runs: an ``Upgrade``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import const, consume
from sm_toolkit.notebook.live.outcomes import Part, Types, Wish
from sm_toolkit.notebook.live.taking_over import Ends, TakingOver, fitted
from sm_toolkit.notebook.live.targets import Local, Target
from sm_toolkit.notebook.live.trying import Migrations, Trying
from sm_toolkit.pipeline.messages import Adapter, Inspected, StageView, Upgrade, Upgraded
from sm_toolkit.pipeline.plans import hash_typing


class OneStage(Trying):
    """The change of one stage. ``migration`` is what a migration of its state is called in the cell.

    Raises:
        MachineTypeError, AmbiguousTypeError: the machine does not type.
    """

    def __init__(
        self,
        name: str,
        target: Target,
        inspected: Inspected,
        view: StageView,
        machine: Machine[Any, Any, Any],
        known: Mapping[str, Any],
        wish: Wish,
        apart: Iterable[str],
        migration: str = "migrate",
    ) -> None:
        super().__init__(name, target, inspected.version, wish)
        self._view, self._machine = view, machine
        before = Types(self._own_state(), view.input_type, view.output_type)
        typing = fitted(machine, before)
        after = Types.of(typing.scheme)
        self.migrations = {view.name: migration}
        self._set(before, after, hash_typing(typing))
        if view.state_type.head == "Map" and not isinstance(target, Local) and self._is_in_shard():
            before = replace(before, state=view.state_type.args[1])
            self._set(before, after, hash_typing(typing))
        is_first, is_last = (inspected.stages[at].name == view.name for at in (0, -1))
        self.ends = Ends(
            (before.input, after.input) if is_first else (None, None),
            (before.output, after.output) if is_last else (None, None),
        )
        self.taking = TakingOver(wish, known, apart, [before], [after])
        self._back = None if self.is_unchanged else self.taking.part("migrate_back", needed=False)

    def _set(self, before: Types, after: Types, hash_: str) -> None:
        self._before, self._after = before, after
        self.parts = (Part(self._view.name, (self._view.hash, hash_), before, after, self._view.state),)

    @property
    def is_unchanged(self) -> bool:
        """Whether the stage runs this already."""
        ((old, new),) = (part.hashes for part in self.parts)
        return old == new

    def _own_state(self) -> Type[Any]:
        """Return the type of the stage's state; of one copy or key of it, if it is in a shard and that is known."""
        if isinstance(self.target, Local):
            for each in self.target.deployment.stages():
                if each.plan.name == self._view.name:
                    return each.plan.typing.scheme.state
        return self._view.state_type

    def _is_in_shard(self) -> bool:
        """Tell whether the map that a server shows is of the states of many keys or copies: a dry run knows."""
        own = self._before.state.args[1]
        started = const(default_value(self._after.state))
        asked = self._upgrade(consume(own) >> started, None, None)
        return isinstance(self.asked(replace(asked, old_state_type=own, force=True, dry_run=True)), Upgraded)

    def request(self, migrations: Migrations, adapter: Adapter | None) -> Upgrade:
        """Return the upgrade."""
        return self._upgrade(migrations[self._view.name], self._back, adapter)

    def _upgrade(
        self, migrate: Machine[Any, Any, Any], back: Machine[Any, Any, Any] | None, adapter: Adapter | None
    ) -> Upgrade:
        after = self._after
        return Upgrade(
            stage=self._view.name,
            machine=self._machine,
            state_type=after.state,
            input_type=after.input,
            output_type=after.output,
            migrate=migrate,
            expects=self._view.hash,
            old_state_type=self._before.state,
            adapter=adapter,
            back=back,
            force=self.wish.force,
        )
