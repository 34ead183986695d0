"""A live cell's machine in the place of the one that runs: what is wanted for that, and what came of it.

Every change is tried first, in a dry run. Nothing of a kernel or of its looks is here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.language.checking.inference import Typing, check, elaborate
from sm_toolkit.language.data.annotations import from_annotation
from sm_toolkit.language.data.types import Type, Unit, nodes
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.errors import (
    AnnotationError,
    FunctionError,
    MachineTypeError,
    ToolkitError,
    ValueMismatchError,
)
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.language.vocabulary.combinators import const, consume, ident
from sm_toolkit.notebook.live.cell import CellProgram, change_texts, read_part
from sm_toolkit.notebook.live.drafts import ClassNames, Draft, draft
from sm_toolkit.notebook.live.targets import Local, Target
from sm_toolkit.pipeline.messages import Adapter, Inspected, Refused, StageView, Upgrade, Upgraded
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.plans import hash_typing
from sm_toolkit.pipeline.ports import Engine

STATE = "<--state>"
"""What the text of the option is called where something goes wrong in it."""

Kind: TypeAlias = Literal[
    "deployed", "would be deployed", "upgraded", "would be upgraded", "unchanged", "in want", "refused"
]


@dataclass(frozen=True)
class Types:
    """The types of a stage: of its state, its input, its output."""

    state: Type[Any]
    input: Type[Any]
    output: Type[Any]


@dataclass(frozen=True)
class Want:
    """A function that is wanted, by its name in the cell: from which type to which, and a first draft of it."""

    function: str
    old: Type[Any]
    new: Type[Any]
    draft: Draft | None


@dataclass(frozen=True)
class Outcome:
    """What came of a live cell.

    ``answer`` is that of the change or of its dry run, ``tried`` that of one with the drafts. ``state`` and ``version``
    (of the interface) are those before.
    """

    kind: Kind
    name: str
    stage: str
    hashes: tuple[str, str]
    before: Types | None
    after: Types
    answer: Upgraded | Refused | None = None
    state: Any = None
    version: int = 1
    notes: tuple[str, ...] = ()
    wants: tuple[Want, ...] = ()
    tried: Upgraded | Refused | None = None

    @property
    def took_effect(self) -> bool:
        """Whether what the cell defines is what runs now."""
        return self.kind in ("deployed", "upgraded", "unchanged")


@dataclass
class Wish:
    """What is asked for besides the machine: given by the options of the cell, or by functions in it."""

    text: str = ""
    migration: Machine[Any, Any, Any] | None = None
    adapter: Adapter | None = None
    force: bool = False
    dry_run: bool = False
    applied: set[str] = field(default_factory=set)
    """The functions of cells that took effect already, as texts: they are not taken again by themselves."""


def deploy_cell(
    name: str, program: CellProgram, namespace: Mapping[str, Any], state: str | None, engine: Engine
) -> tuple[Deployment[Any, Any], Outcome]:
    """Deploy what a cell defines, as a pipeline of one stage in the state that an expression gives.

    Raises:
        ToolkitError: there is no such expression, and the state has no value that goes without saying; or it does not
            fit.
    """
    wanted = elaborate(program.machine).scheme
    if state is None and wanted.state is not Unit:
        example = print_value(default_value(wanted.state))
        raise ToolkitError(
            f"{name!r} runs nowhere yet, and would begin in a state of type {wanted.state}: say which, "
            f"for example --state {_quoted(example)}; or say where it runs, --on VARIABLE or --on HOST:PORT"
        )
    initial = None if state is None else eval(compile(state, STATE, "eval"), {**namespace, **program.names})
    try:
        pipeline = stage(name, initial, program.machine)
    except (MachineTypeError, ValueMismatchError):
        given = f"{state} gives {print_value(initial):.200}"
        raise ToolkitError(f"--state {given}, and the state should be of type {wanted.state}") from None
    running = _started(lambda: deploy(pipeline, engine))
    (only,) = running.stages()
    types = only.plan.typing.scheme
    after = Types(types.state, types.input, types.output)
    return running, Outcome("deployed", name, name, ("", only.plan.hash), None, after, state=only.state)


def _started(start: Callable[[], Deployment[Any, Any]]) -> Deployment[Any, Any]:
    """Start on a thread of its own, so that no engine takes the kernel's event loop, which a cell holds up."""
    made: list[Deployment[Any, Any]] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            made.append(start())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="starts a deployment", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # a browser has no threads
        return start()
    thread.join()
    if failures:
        raise failures[0]
    return made[0]


def _quoted(text: str) -> str:
    return text if text.isalnum() else f'"{text}"'


def change_stage(
    name: str, target: Target, wanted: str | None, program: CellProgram, namespace: Mapping[str, Any], wish: Wish
) -> Outcome:
    """Put a cell's machine in the place of what a stage runs, if it may be; say what came of it, or what is wanted.

    Raises:
        ToolkitError: there is no such stage, the machine does not type, or a function in the cell is wrong.
    """
    inspected = target.inspect()
    view = _stage(name, inspected, wanted, program.name)
    return _Change(name, target, inspected, view, program, namespace, wish).outcome()


def _stage(name: str, inspected: Inspected, wanted: str | None, function: str) -> StageView:
    views = {view.name: view for view in inspected.stages if view.hash}
    for candidate in (wanted,) if wanted is not None else (name, function):
        if candidate in views:
            return views[candidate]
    if wanted is None and len(views) == 1:
        return next(iter(views.values()))
    known = ", ".join(map(repr, views)) or "none"
    asked = f"there is no stage {wanted!r} in" if wanted is not None else "it has to be said which stage is meant of"
    raise ToolkitError(f"{asked} {name!r}: --stage is one of {known}")


class _Change:
    """One change, found step by step."""

    def __init__(
        self,
        name: str,
        target: Target,
        inspected: Inspected,
        view: StageView,
        program: CellProgram,
        namespace: Mapping[str, Any],
        wish: Wish,
    ) -> None:
        self._name, self._target, self._view, self._wish = name, target, view, wish
        self._machine = program.machine
        self._version = inspected.version
        self._known = {**namespace, **program.names}
        self._is_first = inspected.stages[0].name == view.name
        self._is_last = inspected.stages[-1].name == view.name
        self._notes: list[str] = []
        self.before = Types(self._own_state(), view.input_type, view.output_type)
        typing = fitted(program.machine, self.before)
        scheme = typing.scheme
        self.hash = hash_typing(typing)
        self.after = Types(scheme.state, scheme.input, scheme.output)
        if view.state_type.head == "Map" and not isinstance(target, Local) and self._is_in_shard():
            self.before = replace(self.before, state=view.state_type.args[1])
        old = [*_types(self.before)]
        self._class_names = ClassNames(
            {each: value for each, value in self._known.items() if not _is_of(value, old)}, [*_types(self.after)], old
        )

    def outcome(self) -> Outcome:
        """Return what comes of it."""
        if self.hash == self._view.hash:
            self._wish.applied.update(change_texts(self._wish.text).values())
            return self._told("unchanged", None)
        migration, back = self._migration(), self._part("migrate_back", needed=False)
        adapter = self._adapter()
        wants = [] if migration is not None else [self._want("migrate", "old", self.before.state, self.after.state)]
        if migration is not None:
            request = self._request(migration, back, adapter)
            tried = self._asked(replace(request, dry_run=True))
            if isinstance(tried, Upgraded):
                return self._done(request, tried)
        else:
            tried = None
        adapters = self._adapters_wanted(adapter)
        made = migration or (wants[0].draft.machine if wants[0].draft is not None else None)
        if made is None:
            return self._told("in want", None, wants)
        if tried is None:
            tried = self._asked(replace(self._request(made, back, adapter), dry_run=True))
            if isinstance(tried, Upgraded):
                return self._told("in want", None, wants, tried)
        if not adapters:
            return self._told("in want" if wants else "refused", tried, wants, tried if wants else None)
        drafted = self._drafted(adapters)
        if drafted is None:
            return self._told("refused", tried, [*wants, *adapters])
        again = self._asked(replace(self._request(made, back, drafted), dry_run=True))
        if isinstance(again, Refused):
            return self._told("refused", tried, wants)
        return self._told("in want", tried, [*wants, *adapters], again)

    def _done(self, request: Upgrade, tried: Upgraded) -> Outcome:
        if self._changes_interface() and request.adapter is None:
            nobody = "nobody is connected who speaks the old one"
            who = "whoever speaks the old one is cut off" if request.force else nobody
            self._notes.append(f"the interface changes without an adapter: {who}")
        if self._wish.dry_run:
            return self._told("would be upgraded", tried)
        answer = self._asked(request)
        if isinstance(answer, Refused):
            return self._told("refused", answer)
        self._wish.applied.update(change_texts(self._wish.text).values())
        return self._told("upgraded", answer)

    def _told(
        self,
        kind: Kind,
        answer: Upgraded | Refused | None,
        wants: list[Want] | None = None,
        tried: Upgraded | Refused | None = None,
    ) -> Outcome:
        hashes = (self._view.hash, self.hash)
        return Outcome(
            kind,
            self._name,
            self._view.name,
            hashes,
            self.before,
            self.after,
            answer,
            self._view.state,
            self._version,
            tuple(self._notes),
            tuple(wants or ()),
            tried,
        )

    # -- what takes over ----------------------------------------------------------------------------------

    def _own_state(self) -> Type[Any]:
        """Return the type of the stage's state; of one copy or key of it, if it is in a shard and that is known."""
        if isinstance(self._target, Local):
            for each in self._target.deployment.stages():
                if each.plan.name == self._view.name:
                    return each.plan.typing.scheme.state
        return self._view.state_type

    def _is_in_shard(self) -> bool:
        """Tell whether the map that a server shows is of the states of many keys or copies: a dry run knows."""
        own = self.before.state.args[1]
        started = const(default_value(self.after.state))
        asked = replace(self._request(consume(own) >> started, None, None), old_state_type=own)
        return isinstance(self._asked(replace(asked, force=True, dry_run=True)), Upgraded)

    def _migration(self) -> Machine[Any, Any, Any] | None:
        if self._wish.migration is not None:
            return self._wish.migration
        same = self.before.state is self.after.state
        found = self._part("migrate", needed=not same)
        if found is not None:
            return found
        return ident() if same else None

    def _adapter(self) -> Adapter | None:
        if self._wish.adapter is not None:
            return self._wish.adapter
        needed = self._changes_interface()
        up, down = (self._part(each, needed=needed) for each in ("adapt_input", "adapt_output"))
        if up is None and down is None:
            return None
        return Adapter(up or ident(), down or ident())

    def _changes_interface(self) -> bool:
        before, after = self.before, self.after
        return (self._is_first and before.input is not after.input) or (
            self._is_last and before.output is not after.output
        )

    def _part(self, name: str, *, needed: bool) -> Machine[Any, Any, Any] | None:
        """Return what a function of the cell is, unless it served an upgrade before and is not needed for this one."""
        text = change_texts(self._wish.text).get(name)
        if text is None:
            return None
        if not needed and text in self._wish.applied:
            self._notes.append(f"`{name}` belongs to an earlier upgrade, and is left out")
            return None
        namespace = {**self._known, **self._class_names.classes}
        return read_part(self._wish.text, namespace, name)

    def _request(
        self, migrate: Machine[Any, Any, Any], back: Machine[Any, Any, Any] | None, adapter: Adapter | None
    ) -> Upgrade:
        after = self.after
        return Upgrade(
            stage=self._view.name,
            machine=self._machine,
            state_type=after.state,
            input_type=after.input,
            output_type=after.output,
            migrate=migrate,
            expects=self._view.hash,
            old_state_type=self.before.state,
            adapter=adapter,
            back=back,
            force=self._wish.force,
        )

    def _asked(self, request: Upgrade) -> Upgraded | Refused:
        answer = self._target.change(request)
        assert isinstance(answer, Upgraded | Refused)
        return answer

    # -- what is wanted -----------------------------------------------------------------------------------

    def _want(self, function: str, argument: str, old: Type[Any], new: Type[Any]) -> Want:
        return Want(function, old, new, draft(function, argument, old, new, self._class_names, self._known))

    def _adapters_wanted(self, adapter: Adapter | None) -> list[Want]:
        """Return the halves of an adapter that would serve who speaks the old interface, where it changes."""
        if adapter is not None or self._wish.force:
            return []
        before, after = self.before, self.after
        wants = []
        if self._is_first and before.input is not after.input:
            wants.append(self._want("adapt_input", "old", before.input, after.input))
        if self._is_last and before.output is not after.output:
            wants.append(self._want("adapt_output", "new", after.output, before.output))
        return wants

    def _drafted(self, wants: list[Want]) -> Adapter | None:
        halves = {want.function: want.draft for want in wants}
        if any(each is None for each in halves.values()):
            return None
        up, down = (halves.get(each) for each in ("adapt_input", "adapt_output"))
        return Adapter(ident() if up is None else up.machine, ident() if down is None else down.machine)


def _types(types: Types) -> tuple[Type[Any], Type[Any], Type[Any]]:
    return types.state, types.input, types.output


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
    state, input_, output = _types(types)
    for some in ((state, input_, output), (None, input_, output), (state, input_, None), (None, input_, None)):
        try:
            check(machine, *some)
            return elaborate(machine, *some)
        except (MachineTypeError, FunctionError):
            continue
    return elaborate(machine)
