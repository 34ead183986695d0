"""What a rewiring would change, found before it is done, as data and as a text. Nothing runs here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sm_toolkit.language.data.types import Type, Unit
from sm_toolkit.language.encoding.canonical import short_hash
from sm_toolkit.pipeline.admission import admit
from sm_toolkit.pipeline.changes import change
from sm_toolkit.pipeline.interfaces import Interface
from sm_toolkit.pipeline.messages import Refused, Rewire, StageView
from sm_toolkit.pipeline.plans import Deployed, deployed, hash_typing
from sm_toolkit.pipeline.rewiring import unlike_shards
from sm_toolkit.pipeline.shapes import (
    Choice,
    Each,
    Effect,
    FanOut,
    Named,
    Parallel,
    Pipeline,
    Shard,
    Stage,
    inside,
)

State: TypeAlias = Literal["", "kept", "migrated", "dropped", "new", "in want of a migration", "in want of a drop"]
"""What becomes of the state of a part; empty where there is none."""


@dataclass(frozen=True)
class Part:
    """A part of a pipeline that has a name, as far as two of them can differ.

    ``kind`` is stage, effect, shard or tee; ``inside`` says in which branches and shards it is, None where that is not
    known. ``hash`` is that of the machine of a stage, or of the key of a shard; ``number`` is how many copies a shard
    has, or how many threads an effect, and ``function`` what an effect calls. ``state`` is the type of what a stage
    holds, inside shards of the whole map; None where it has no state.
    """

    name: str
    kind: str
    inside: tuple[str, ...] | None
    hash: str = ""
    input: Type[Any] | None = None
    output: Type[Any] | None = None
    state: Type[Any] | None = None
    number: int | None = None
    function: Any = None


@dataclass(frozen=True)
class PartDifference:
    """What becomes of one part: ``before`` is None for one that is added, ``after`` for one that is removed.

    ``moved`` says that it comes elsewhere in the order, or into or out of a branch or a shard.
    """

    before: Part | None
    after: Part | None
    moved: bool
    state: State

    @property
    def name(self) -> str:
        """Its name."""
        part = self.after or self.before
        assert part is not None
        return part.name

    @property
    def differs(self) -> bool:
        """Whether it becomes another, or comes elsewhere, or its state does not stay."""
        return self.before != self.after or self.moved or self.state not in ("", "kept")

    def __str__(self) -> str:
        """Print as a line."""
        part = self.after or self.before
        assert part is not None
        sign = "+" if self.before is None else "-" if self.after is None else "~"
        return f"{sign} {part.kind} {part.name!r}: {'; '.join(self._told())}"

    def _told(self) -> Iterator[str]:
        before, after = self.before, self.after
        if before is None or after is None:
            part = before or after
            assert part is not None
            yield "is added" if before is None else "is removed"
            if part.inside:
                yield f"in {', in '.join(reversed(part.inside))}"
            if part.input is not None:
                yield f"{part.input} to {part.output}"
        else:
            yield from _changes(before, after)
            if self.moved:
                yield _told_of_place(before.inside, after.inside)
        yield from _told_of_state(self.state, before, after)


def _changes(before: Part, after: Part) -> Iterator[str]:
    if before.kind != after.kind:
        yield f"was of kind {before.kind}"
        return
    if before.hash != after.hash:
        what = "another key" if after.kind == "shard" else "another machine"
        yield f"{what}, {_short(before.hash)} becomes {_short(after.hash)}"
    if before.function is not after.function:
        yield "another function"
    if (before.input, before.output) != (after.input, after.output):
        yield f"{before.input} to {before.output} becomes {after.input} to {after.output}"
    if before.number != after.number:
        what = "copies" if after.kind == "shard" else "workers"
        yield f"{before.number} {what} become {after.number}"


def _told_of_place(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> str:
    was, becomes = (", in ".join(reversed(each or ())) for each in (before, after))
    if was == becomes:
        return "comes elsewhere in the order"
    return (
        f"moves from {was} to {becomes}" if was and becomes else f"moves {'out of' if was else 'into'} {was or becomes}"
    )


def _short(hash_: str) -> str:
    return short_hash(hash_) if hash_ else "none"


def _told_of_state(state: State, before: Part | None, after: Part | None) -> Iterator[str]:
    was, becomes = ((part and part.state) or Unit for part in (before, after))
    match state:
        case "kept":
            yield "keeps its state" if was is becomes else f"keeps its states, {was} as {becomes}"
        case "migrated":
            yield f"its state is migrated, {was} to {becomes}"
        case "dropped":
            yield f"its state ({was}) is dropped" + ("" if after is None else " and it starts anew")
        case "new":
            yield f"starts in a state of its own ({becomes})"
        case "in want of a migration":
            yield f"its state ({was}) needs a migration to {becomes}, or to be dropped"
        case "in want of a drop":
            yield f"its state ({was}) would be lost, and has to be dropped by name"
        case _:
            pass


@dataclass(frozen=True)
class Difference:
    """What a rewiring would change.

    ``parts`` are those that become different, in the order of the new pipeline, those that are removed last; ``same``
    are the names of the others. ``hashes`` and ``interfaces`` are those of the whole before and after, None where they
    are not known. ``reasons`` are why it would be refused, as far as that can be known from the initial states.
    """

    parts: tuple[PartDifference, ...]
    same: tuple[str, ...]
    hashes: tuple[str | None, str]
    interfaces: tuple[Interface | None, Interface]
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything would be different."""
        return bool(self.parts) or self.hashes[0] not in (None, self.hashes[1])

    def __str__(self) -> str:
        """Print as a text of a few lines."""
        if not self:
            return "nothing changes"
        before, after = self.hashes
        lines = [f"pipeline {'' if before is None else short_hash(before) + ' '}becomes {short_hash(after)}"]
        was, becomes = self.interfaces
        if was is not None and (was.input, was.output) != (becomes.input, becomes.output):
            lines.append(f"interface {was} becomes {becomes}")
        elif was is not None:
            lines.append(f"interface {becomes} stays")
        lines += [f"  {part}" for part in self.parts]
        if self.same:
            lines.append(f"  = {', '.join(map(repr, self.same))}: as before")
        if self.reasons:
            lines += ["it would be refused, because", *(f"  - {reason}" for reason in self.reasons)]
        return "\n".join(lines)


def difference(old: Pipeline[Any, Any] | Sequence[StageView], new: Pipeline[Any, Any] | Rewire) -> Difference:
    """Return what would change if one pipeline were put in the place of another.

    ``old`` is what runs, as a pipeline, or as the stages that an inspection shows: then the shards and branches round
    them are not known, and nothing is said of them. ``new`` is the message that ``rewire`` makes, with its migrations
    and what it drops, or a pipeline, for one without any. Nothing that runs is asked or changed; migrations are tried
    on the initial states.

    >>> from sm_toolkit.language import Str, consume, get, incr, put, show
    >>> from sm_toolkit.pipeline.pipelines import stage
    >>> count = stage("count", 0, consume(Str) >> get() >> incr >> put() >> get())
    >>> print(difference(count, count >> stage("write", None, show())))
    pipeline 1be47a3 becomes 671dbc0
    interface Pipeline[Str, Int] becomes Pipeline[Str, Str]
      + stage 'write': is added; Int to Str
      = 'count': as before

    Raises:
        TypeError: one of the two is no pipeline.
        PipelineError, MachineTypeError, AmbiguousTypeError, LimitError: one of the two does not fit.
    """
    if isinstance(old, str) or not isinstance(old, Pipeline | Sequence):
        raise TypeError(
            f"a difference is from a pipeline, or the stages that an inspection shows, not from {old!r:.80}"
        )
    request = new if isinstance(new, Rewire) else Rewire(new)
    target = deployed(request.pipeline)
    if isinstance(old, Pipeline):
        running = deployed(old)
        found = _split(compared(running, target, request))
        whole = (running.hash, target.hash), (running.interface, target.interface)
        return Difference(*found, *whole, _reasons(running, request))
    before = [_seen(view) for view in old]
    shown = [part for part in _parts(target) if part.kind in ("stage", "effect")]
    after = [replace(part, inside=None, number=None, function=None) for part in shown]
    found = _split(_compared(before, after, request, None, target))
    return Difference(*found, (None, target.hash), (None, target.interface))


def compared(running: Deployed, target: Deployed, request: Rewire) -> list[PartDifference]:
    """Return what becomes of every part: of those of the new pipeline in order, and then of those that are removed."""
    return _compared(list(_parts(running)), list(_parts(target)), request, running, target)


def _split(parts: list[PartDifference]) -> tuple[tuple[PartDifference, ...], tuple[str, ...]]:
    return tuple(part for part in parts if part.differs), tuple(part.name for part in parts if not part.differs)


def _reasons(running: Deployed, request: Rewire) -> tuple[str, ...]:
    """Return why a rewiring would be refused by a pipeline in its initial states."""
    admitted = admit(replace(request, dry_run=True), running.limits)
    answer = admitted if isinstance(admitted, Refused) else change(running, admitted)[1]
    return answer.reasons if isinstance(answer, Refused) else ()


def _compared(
    before: list[Part], after: list[Part], request: Rewire, running: Deployed | None, target: Deployed
) -> list[PartDifference]:
    old, new = ({part.name: part for part in parts} for parts in (before, after))
    moved = _moved([part.name for part in before], [part.name for part in after])
    found: list[PartDifference] = []
    for name in (*new, *(name for name in old if name not in new)):
        was, becomes = old.get(name), new.get(name)
        elsewhere = was is not None and becomes is not None and (was.inside != becomes.inside or name in moved)
        state = _state(was, becomes, request, running, target)
        found.append(PartDifference(was, becomes, elsewhere, state))
    return found


def _state(
    was: Part | None, becomes: Part | None, request: Rewire, running: Deployed | None, target: Deployed
) -> State:
    before, after = (None if part is None else part.state for part in (was, becomes))
    name = becomes.name if becomes is not None else was.name if was is not None else ""
    if was is None or was.kind != "stage":
        return "" if after is None else "new"
    if becomes is None or becomes.kind != "stage":
        return "" if before is None else "dropped" if name in request.drop else "in want of a drop"
    if name in request.drop:
        return "dropped"
    if name in request.migrations:
        return "migrated"
    if before is None and after is None:
        return ""
    if running is not None and name in running.plans:
        own, its = (each.plans[name].typing.scheme.state for each in (running, target))
        fits = own is its and not unlike_shards(name, running, target)
    else:
        fits = before is after
    return "kept" if fits else "in want of a migration"


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Return the names whose order is another: all but a longest sequence that has kept it."""
    place = {name: position for position, name in enumerate(before)}
    names = [name for name in after if name in place]
    ends: list[int] = []  # the smallest place at which a sequence of each length ends
    lengths: list[int] = []
    for name in names:
        at = bisect_left(ends, place[name])
        ends[at : at + 1] = [place[name]]
        lengths.append(at + 1)
    kept: set[str] = set()
    wanted, limit = len(ends), len(before)
    for name, length in zip(reversed(names), reversed(lengths), strict=True):
        if length == wanted and place[name] < limit:
            kept.add(name)
            wanted, limit = wanted - 1, place[name]
    return {name for name in names if name not in kept}


# -- the parts of a pipeline ------------------------------------------------------------------------------


def _parts(whole: Deployed) -> Iterator[Part]:
    work: list[tuple[Pipeline[Any, Any], tuple[str, ...]]] = [(whole.pipeline, ())]
    while work:
        current, around = work.pop()
        if isinstance(current, Named):
            yield _part(current, around, whole)
        parts = inside(current)
        work.extend(reversed([(part, (*around, *each)) for part, each in zip(parts, _sides(current), strict=True)]))


def _sides(current: Pipeline[Any, Any]) -> Iterable[tuple[str, ...]]:
    match current:
        case FanOut() | Parallel() | Choice():
            called = {FanOut: "fan_out", Parallel: "parallel", Choice: "choice"}[type(current)]
            return (f"the left of {called}",), (f"the right of {called}",)
        case Each():
            return (("each",),)
        case Shard(name):
            return ((f"shard {name!r}",),)
        case _:
            return [()] * len(inside(current))


def _part(part: Named, around: tuple[str, ...], whole: Deployed) -> Part:
    match part:
        case Stage(name):
            view = whole.view(name)
            held = None if whole.plans[name].typing.scheme.state is Unit else view.state_type
            return Part(name, "stage", around, view.hash, view.input_type, view.output_type, held)
        case Effect(name, function, input_, output, workers):
            return Part(name, "effect", around, "", input_, output, None, workers, function)
        case Shard(name, _, copies, key):
            hash_ = "" if key is None else hash_typing(whole.keys[name].typing, whole.limits)
            return Part(name, "shard", around, hash_, number=copies)
        case _:
            return Part(part.name, "tee", around)


def _seen(view: StageView) -> Part:
    if view.hash:
        held = None if view.state_type is Unit else view.state_type
        return Part(view.name, "stage", None, view.hash, view.input_type, view.output_type, held)
    return Part(view.name, "effect", None, "", view.input_type, view.output_type)
