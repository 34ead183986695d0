"""What is asked of a live cell, and what comes of it: plain values, which ``telling`` puts into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sm_toolkit.language.checking.inference import Scheme
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.notebook.live.drafts import Draft
from sm_toolkit.pipeline.messages import Adapter, Refused, Rewired, Upgraded
from sm_toolkit.pipeline.shapes import Pipeline

Kind: TypeAlias = Literal[
    "deployed", "would be deployed", "upgraded", "would be upgraded", "unchanged", "in want", "refused"
]


@dataclass(frozen=True)
class Types:
    """The types of a stage: of its state, its input, its output."""

    state: Type[Any]
    input: Type[Any]
    output: Type[Any]

    @classmethod
    def of(cls, scheme: Scheme) -> Types:
        """Return those of a machine."""
        return cls(scheme.state, scheme.input, scheme.output)

    @property
    def all(self) -> tuple[Type[Any], Type[Any], Type[Any]]:
        """All three of them."""
        return self.state, self.input, self.output


@dataclass(frozen=True)
class Want:
    """A function that is wanted, by its name in the cell: from which type to which, and a first draft of it."""

    function: str
    old: Type[Any]
    new: Type[Any]
    draft: Draft | None


@dataclass(frozen=True)
class Part:
    """A stage that a cell is about: the hashes and types of its machine before and after, and its state before.

    ``before`` is None, and the first hash empty, where nothing ran.
    """

    stage: str
    hashes: tuple[str, str]
    before: Types | None
    after: Types
    state: Any = None


Answer: TypeAlias = Upgraded | Rewired | Refused


@dataclass(frozen=True)
class Outcome:
    """What came of a live cell: of one stage, or of several that are changed together.

    ``answer`` is that of the change or of its dry run, ``tried`` that of one with the drafts. ``version`` (of the
    interface) is that before.
    """

    kind: Kind
    name: str
    parts: tuple[Part, ...]
    answer: Answer | None = None
    version: int = 1
    notes: tuple[str, ...] = ()
    wants: tuple[Want, ...] = ()
    tried: Answer | None = None

    @property
    def took_effect(self) -> bool:
        """Whether what the cell defines is what runs now."""
        return self.kind in ("deployed", "upgraded", "unchanged")


@dataclass
class Memory:
    """What the live cells of one name have done so far.

    ``applied`` are the functions of theirs that took effect, as texts: they are not taken again by themselves. ``made``
    has the hash of the machine that they gave a stage last.
    """

    applied: set[str] = field(default_factory=set)
    made: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Memory:
        """Return one that remembers the same, for what is only tried."""
        return Memory(set(self.applied), dict(self.made))


@dataclass
class Wish:
    """What is asked for besides the machines: given by the options of the cell, or by functions in it.

    ``text`` is the cell's. ``stage`` is the one that is meant, None where that is to be found out. ``pipeline`` is of
    the shape of what runs, where that cannot be asked.
    """

    text: str = ""
    stage: str | None = None
    migration: Machine[Any, Any, Any] | None = None
    adapter: Adapter | None = None
    pipeline: Pipeline[Any, Any] | None = None
    force: bool = False
    dry_run: bool = False
    memory: Memory = field(default_factory=Memory)
