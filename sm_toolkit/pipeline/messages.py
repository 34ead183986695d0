"""Messages: what flows in the queues of a pipeline. Plain data, no behaviour.

One in, one out: a message that enters leaves as exactly one message, in the same order. ``reply_to`` names
the connection and the request that a message came from; it is opaque to every stage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.machines import Machine, require_machine
from sm_toolkit.pipeline.shapes import Pipeline, in_sequence
from sm_toolkit.pipeline.versions import Log


@dataclass(slots=True)
class Item:
    """A value on its way. ``version`` is the interface version it was written against; None: the current one.

    ``checked`` says that the value is known to be of its type; where it is not, the first stage looks, at the
    item's place in the stream, where it is known which types hold.

    ``path`` says inside shards which copy or key of each it is for, the outermost shard first.

    (Not frozen, only because making a frozen object costs three times as much; nobody changes one.)
    """

    value: Any
    version: int | None = None
    reply_to: Any = None
    checked: bool = field(default=False, repr=False, compare=False)
    path: tuple[Any, ...] = field(default=(), repr=False, compare=False)


class Alike(list[Any]):
    """Items alone, none written for an older version, whose values were all checked, or all not.

    What knows this of messages says it by putting them into such a list, and nobody has to look at each again.
    """


class Values(list[Any]):
    """Values in the place of items: each stands for an item of nobody's, for the current version.

    So many that are fed at once need not be made items, as long as nothing looks at them one by one.
    """


def as_items(messages: Sequence[Any]) -> Any:
    """Return messages with items in the place of bare values.

    >>> as_items(Values([1, 2]))
    [Item(value=1, version=None, reply_to=None), Item(value=2, version=None, reply_to=None)]
    """
    return Alike(map(Item, messages)) if type(messages) is Values else messages


def items_like(items: Sequence[Item], values: Sequence[Any]) -> Alike:
    """Return new items with these values, which are known to be of their types, in the place of those in ``items``.

    (Item by item as ``Item(value, item.version, item.reply_to, True)``, in less than half of its time: that is a call
    of a Python function, and every item that goes through a pipeline is made once.)
    """
    made = Alike()
    append, new = made.append, Item.__new__
    for item, value in zip(items, values, strict=True):
        fresh = new(Item)
        fresh.value = value
        fresh.version = item.version
        fresh.reply_to = item.reply_to
        fresh.checked = True
        fresh.path = ()
        append(fresh)
    return made


@dataclass(slots=True)
class Failed:
    """What becomes of an item whose step failed at ``stage``; later stages pass it on untouched."""

    stage: str
    reason: str
    reply_to: Any = None


@dataclass(frozen=True)
class Adapter:
    """How clients of the old interface are served by the new one.

    ``up`` takes an old input to a new input, ``down`` a new output to an old output. Both are stateless.
    """

    up: Machine[Any, Any, Any]
    down: Machine[Any, Any, Any]

    def __post_init__(self) -> None:
        """Refuse what is no machine.

        Raises:
            TypeError: one of the two is none.
        """
        for role, machine in vars(self).items():
            require_machine(machine, f"an adapter's `{role}`")


def expect_adapter(adapter: object) -> None:
    """Do nothing if this is an adapter, or None.

    Raises:
        TypeError: it is something else.
    """
    if not (adapter is None or isinstance(adapter, Adapter)):
        raise TypeError(f"an adapter is an Adapter(up=machine, down=machine), not {type(adapter).__name__}")


@dataclass(frozen=True)
class Upgrade:
    """Replace the machine of a stage, its state taken over by ``migrate : old state -> new state``.

    ``expects`` is the content hash of the machine that is to be running (``hash_machine``): of two operators
    who race the second is refused. ``old_state_type`` is checked where ``expects`` is not given. ``back`` is
    the migration of a later downgrade. ``force`` changes the interface even where clients of the old one
    have no adapter. A ``dry_run`` says what would happen and changes nothing. ``spoken`` are the interface
    versions that connected clients speak; the door writes it, None where there is no door.
    """

    stage: str
    machine: Machine[Any, Any, Any]
    state_type: Type[Any]
    input_type: Type[Any]
    output_type: Type[Any]
    migrate: Machine[Any, Any, Any]
    expects: str | None = None
    old_state_type: Type[Any] | None = None
    adapter: Adapter | None = None
    back: Machine[Any, Any, Any] | None = None
    force: bool = False
    dry_run: bool = False
    spoken: frozenset[int] | None = None
    reply_to: Any = None


@dataclass(frozen=True)
class Downgrade:
    """Go back to the machine before the last upgrade of a stage, by the ``back`` that the upgrade gave.

    ``adapter`` serves the clients of the version that is undone; it has to type by itself, with the type named
    in each ``read`` and ``show``. The rest is as in ``Upgrade``.
    """

    stage: str
    expects: str | None = None
    adapter: Adapter | None = None
    force: bool = False
    dry_run: bool = False
    spoken: frozenset[int] | None = None
    reply_to: Any = None


@dataclass(frozen=True)
class Rewire:
    """Put another pipeline in the place of the one that runs, at one update point.

    Stages keep their states by their names: as they are, or by the migration that ``migrations`` has for the name.
    ``expects`` is the hash of the pipeline that is to be running (``hash_pipeline``), None where that does not matter.
    A state that goes is dropped only if ``drop`` names its stage, and so is that of a stage which is to start anew.
    The rest is as in ``Upgrade``.
    """

    pipeline: Pipeline[Any, Any]
    migrations: Mapping[str, Machine[Any, Any, Any]] = field(default_factory=dict)
    drop: Collection[str] = frozenset()
    expects: str | None = None
    adapter: Adapter | None = None
    force: bool = False
    dry_run: bool = False
    spoken: frozenset[int] | None = None
    reply_to: Any = None

    def __post_init__(self) -> None:
        """Refuse what is no pipeline, no machine, no adapter and no name.

        Raises:
            TypeError: there is such a thing.
        """
        in_sequence(self.pipeline)
        if not isinstance(self.migrations, Mapping):
            found = type(self.migrations).__name__
            raise TypeError(f"`migrations` has for the names of stages their machines: {{name: machine}}, not {found}")
        expect_adapter(self.adapter)
        for name, machine in self.migrations.items():
            require_machine(machine, f"the migration of {name!r}")
        if isinstance(self.drop, str):
            raise TypeError(f"`drop` is a set of names: drop={{{self.drop!r}}}")
        object.__setattr__(self, "drop", frozenset(self.drop))


@dataclass(frozen=True)
class Upgraded:
    """A change took effect (or would, in a dry run): the states at the update point, and what runs now.

    Of a stage in shards they are maps, from which copy or key to its state. ``log`` are the interface versions after
    it, for the door and the codecs, None in a dry run and where they did not change; it does not travel, and makes no
    two answers different.
    """

    stage: str
    hash: str
    version: int
    before: Any
    after: Any
    before_type: Type[Any]
    after_type: Type[Any]
    log: Log | None = field(default=None, repr=False, compare=False)
    dry_run: bool = False
    reply_to: Any = None


@dataclass(frozen=True)
class Rewired:
    """A rewiring took effect (or would, in a dry run): what ran at the update point, and what runs now.

    ``hash`` is that of the new pipeline; the rest is as in ``Upgraded``.
    """

    hash: str
    version: int
    before: tuple[StageView, ...]
    after: tuple[StageView, ...]
    log: Log | None = field(default=None, repr=False, compare=False)
    dry_run: bool = False
    reply_to: Any = None


@dataclass(frozen=True)
class Refused:
    """A change did not happen, and nothing is different. Every reason that was found is given."""

    stage: str
    reasons: tuple[str, ...]
    reply_to: Any = None


@dataclass(frozen=True)
class StageView:
    """A stage as seen from outside; ``upgrades`` is how many can be undone, one after another.

    The state of a stage in shards is a map, from which copy or key to its state; ``state_type`` is the type of that
    map.
    """

    name: str
    hash: str
    state: Any
    state_type: Type[Any]
    input_type: Type[Any]
    output_type: Type[Any]
    upgrades: int


@dataclass(frozen=True)
class Inspect:
    """Ask every stage what it runs and which state it is in; ``seen`` is gathered on the way."""

    seen: tuple[StageView, ...] = ()
    version: int = 1
    reply_to: Any = None


@dataclass(frozen=True)
class Inspected:
    """The answer to ``Inspect``: the stages in order, and the current interface version."""

    stages: tuple[StageView, ...]
    version: int
    reply_to: Any = None


@dataclass(frozen=True)
class Done:
    """The end of the stream: the door stops admitting, and all that entered leaves."""

    reply_to: Any = None


@dataclass(frozen=True)
class Drained:
    """The answer to ``Done``: everything that entered has left."""

    reply_to: Any = None


Change: TypeAlias = Upgrade | Downgrade | Rewire
Request: TypeAlias = Item | Upgrade | Downgrade | Rewire | Inspect | Done
Answer: TypeAlias = Item | Failed | Upgraded | Rewired | Refused | Inspected | Drained


def require_change(given: Any) -> Change:
    """Return what is given, if it is a change.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(given, Change):
        raise TypeError(
            f"a change is an Upgrade, a Downgrade or a Rewire, not {type(given).__name__}: "
            "upgrade(old, new, migrate=…) and rewire(old, new) make them"
        )
    return given
