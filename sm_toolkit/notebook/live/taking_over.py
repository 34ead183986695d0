"""What takes over from what runs: migrations and the halves of an adapter, given, read in the cell, or wanted.

Where one is wanted, a first draft of it is made. Nothing is asked of what runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.checking.inference import Typing, check, elaborate
from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.types import Type, nodes
from sm_toolkit.language.errors import AnnotationError, FunctionError, MachineTypeError
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.notebook.live.cell import change_texts, read_part
from sm_toolkit.notebook.live.drafts import ClassNames, draft
from sm_toolkit.notebook.live.outcomes import Types, Want, Wish
from sm_toolkit.pipeline.messages import Adapter


@dataclass(frozen=True)
class Ends:
    """The types at the two ends of a pipeline: what goes in and what comes out, before and after."""

    input: tuple[Type[Any] | None, Type[Any] | None]
    output: tuple[Type[Any] | None, Type[Any] | None]

    @property
    def differ(self) -> bool:
        """Whether the interface changes."""
        return any(old is not new for old, new in (self.input, self.output))


class TakingOver:
    """What a cell has for this, and what it lacks. ``apart`` are the functions that are about a change, by their names.

    ``notes`` are what is to be told of it.
    """

    def __init__(
        self,
        wish: Wish,
        known: Mapping[str, Any],
        apart: Iterable[str],
        before: Sequence[Types],
        after: Sequence[Types],
    ) -> None:
        self._wish, self._known = wish, known
        self._apart = frozenset(apart)
        self.notes: list[str] = []
        old, new = ([type_ for types in all_ for type_ in types.all] for all_ in (before, after))
        self._class_names = ClassNames(
            {each: value for each, value in known.items() if not _is_of(value, old)}, new, old
        )

    @property
    def _texts(self) -> dict[str, str]:
        return change_texts(self._wish.text, self._apart)

    def took_effect(self) -> None:
        """Note that what the cell has of this has served, and is not to be taken again by itself."""
        self._wish.memory.applied.update(self._texts.values())

    def part(self, name: str, *, needed: bool) -> Machine[Any, Any, Any] | None:
        """Return what a function of the cell is, unless it served an upgrade before and is not needed for this one."""
        text = self._texts.get(name)
        if text is None:
            return None
        if not needed and text in self._wish.memory.applied:
            self.notes.append(f"`{name}` belongs to an earlier upgrade, and is left out")
            return None
        namespace = {**self._known, **self._class_names.classes}
        return read_part(self._wish.text, namespace, name, self._apart)

    def migration(self, name: str, old: Type[Any], new: Type[Any]) -> Machine[Any, Any, Any] | None:
        """Return the migration of that name; where there is none, and none is needed, what changes nothing."""
        found = self.part(name, needed=old is not new)
        return ident() if found is None and old is new else found

    def adapter(self, ends: Ends) -> Adapter | None:
        """Return the adapter that was given, or what the cell has of one."""
        if self._wish.adapter is not None:
            return self._wish.adapter
        up, down = (self.part(each, needed=ends.differ) for each in ("adapt_input", "adapt_output"))
        if up is None and down is None:
            return None
        return Adapter(up or ident(), down or ident())

    def want(self, function: str, argument: str, old: Type[Any], new: Type[Any]) -> Want:
        """Return what is wanted, with a first draft of it."""
        return Want(function, old, new, draft(function, argument, old, new, self._class_names, self._known))

    def adapters_wanted(self, adapter: Adapter | None, ends: Ends) -> list[Want]:
        """Return the halves of an adapter that would serve who speaks the old interface, where it changes."""
        if adapter is not None or self._wish.force:
            return []
        wants = []
        for function, argument, (old, new) in (
            ("adapt_input", "old", ends.input),
            ("adapt_output", "new", ends.output),
        ):
            if old is not new and old is not None and new is not None:
                given = (old, new) if argument == "old" else (new, old)
                wants.append(self.want(function, argument, *given))
        return wants


def drafted(wants: Sequence[Want]) -> Adapter | None:
    """Return the adapter of these drafts, or None where one of them is missing."""
    halves = {want.function: want.draft for want in wants}
    if any(each is None for each in halves.values()):
        return None
    up, down = (halves.get(each) for each in ("adapt_input", "adapt_output"))
    return Adapter(ident() if up is None else up.machine, ident() if down is None else down.machine)


def _is_of(value: Any, types: list[Type[Any]]) -> bool:
    """Tell whether a class is that of one of the records in some types."""
    if not isinstance(value, type):
        return False
    try:
        found = from_annotation(value)
    except (AnnotationError, TypeError):
        return False
    return any(part is found for type_ in types for part in nodes(type_))


def fitted(machine: Machine[Any, Any, Any], types: Types) -> Typing:
    """Return a machine at the types of what runs, as many of them as it can have.

    Raises:
        MachineTypeError, AmbiguousTypeError: it does not type.
    """
    state, input_, output = types.all
    for some in ((state, input_, output), (None, input_, output), (state, input_, None), (None, input_, None)):
        try:
            check(machine, *some)
            return elaborate(machine, *some)
        except (MachineTypeError, FunctionError):
            continue
    return elaborate(machine)
