"""A value of the language as a tree: a record, a list, a map, a sum or a tuple, with what is in it, large ones folded.

What is short stands in one line; of what is long the first parts are drawn, the last one, and how many are between.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.data.persistent import PersistentMap
from sm_toolkit.language.data.records import alternative
from sm_toolkit.language.data.sides import Right
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.data.values import type_of
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.tree_picture import MOST_ROWS, TreeNode, draw_tree
from sm_toolkit.notebook.pictures.wording import is_longer, type_text, value_text

SCALARS = (bool, int, float, str, bytes)
LONGEST_LINE = 80
"""A value in more characters is easier to read as a picture."""
MOST_PARTS = 12
"""Of a value with more parts, this many rows stand for them: the first ones, how many more, and the last one."""
DEEPEST = 11
LONGEST_LEAF = 40
"""A part whose words are no longer is not opened."""
LONGEST_FOLDED = 60
MOST_WORDED = 100
"""A part that has more parts itself is told by how many they are, and not by its words."""
MOST_LOOKED_AT = 1000
MOST_TYPED = 10_000
"""Of a value with more parts the type is not looked for: each of them would be looked at."""


def is_value(thing: Any) -> bool:
    """Tell whether this is a value that has a picture: also None is a value, but one that nobody means to see.

    >>> is_value([1, "a"]), is_value(7), is_value(None), is_value(print)
    (True, True, False, False)
    """
    return isinstance(thing, SCALARS) or opened(thing) is not None


def is_nested(value: Any) -> bool:
    """Tell whether a value is easier to read as a picture than as one line of text.

    >>> from sm_toolkit.language.data.sides import Left
    >>> is_nested(Left(3)), is_nested(Left(["a list", "of some", "words that", "are longer", "than a line"] * 2))
    (False, True)
    """
    found = opened(value)
    return found is not None and any(map(opened, found[1])) and is_longer(value, LONGEST_LINE)


def draw_value(value: Any, most: int = MOST_ROWS) -> Picture:
    """Draw a value as the tree of its parts, of which at most so many are shown.

    >>> draw_value(["a", None])
    value: List[Maybe[Str]]
    list of 2
      0: Just "a"
      1: Nothing

    Raises:
        TypeError: something in it is no value; the error says where.
        ValueError: no part is to be drawn.
    """
    if most < 1:
        raise ValueError(f"at least one part of a value is drawn, not {most}")
    type_ = _type_of(value)
    return draw_tree("value", "" if type_ is None else type_text(type_, 400), _grown(value, type_, most))


def _type_of(value: Any) -> Type[Any] | None:
    """Return the type of a value, if it has one and is not too large to look at all of it."""
    inside = opened(value)
    if inside is not None and len(inside[1]) > MOST_TYPED:
        return None
    try:
        return type_of(value)
    except ToolkitError:  # a list of this and that, say, or a record that does not say what it is made of
        return None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a value: what it is called in the value round it, its type, and where it is."""

    tag: str
    value: Any
    type: Type[Any] | None
    path: tuple[str, ...] = ()

    @property
    def inside(self) -> list[_Part]:
        """The parts of it.

        Raises:
            TypeError: it is no value.
        """
        found = opened(self.value)
        if found is None:
            if self.value is not None and not isinstance(self.value, SCALARS):
                where = f" (in {'.'.join(self.path)})" if self.path else ""
                raise TypeError(f"there is a picture of values, not of {type(self.value).__name__}{where}")
            return []
        kind, values = found
        types = self._types(values)
        if kind == "map":
            tags = [value_text(key, LONGEST_LEAF) for key in values[::2]]
            values = values[1::2]
        elif kind == "Left" or kind == "Right":
            tags = [""]
        elif isinstance(kind, str):
            tags = [str(number) for number in range(len(values))]
        else:
            tags = list(kind[1])
        return [_Part(*each, (*self.path, each[0])) for each in zip(tags, values, types, strict=True)]

    @property
    def _plain(self) -> Type[Any] | None:
        """Its type without what says that it might be missing, or another."""
        type_ = self.type
        while type_ is not None and type_.head in ("Maybe", "Variant"):
            type_ = type_.args[0] if type_.head == "Maybe" else alternative(type_, type(self.value).__name__)
        return type_

    def _types(self, values: Sequence[Any]) -> list[Type[Any] | None]:
        type_ = self._plain
        count = len(values)
        if type_ is None:
            known: list[Type[Any] | None] = [None] * count
        elif type_.head == "List":
            known = [type_.args[0]] * count
        elif type_.head == "Map":
            known = [type_.args[1]] * (count // 2)
        elif type_.head == "Either":
            known = [type_.args[isinstance(self.value, Right)]]
        else:
            known = list(type_.args)
        expected = count // 2 if isinstance(self.value, dict | PersistentMap) else count
        return known if len(known) == expected else [None] * expected

    @property
    def is_long(self) -> bool:
        """Whether it has many parts itself."""
        found = opened(self.value)
        return found is not None and len(found[1]) > MOST_PARTS

    @property
    def head(self) -> str:
        """What it is, without its parts."""
        found = opened(self.value)
        assert found is not None
        kind, values = found
        just = "Just " if self.type is not None and self.type.head == "Maybe" else ""
        if not isinstance(kind, str):
            return just + kind[0]
        match kind:
            case "Left" | "Right":
                return just + kind
            case "tuple":
                return just + ("pair" if len(values) == 2 else f"tuple of {len(values)}")
            case "map":
                return f"{just}map of {len(values) // 2:,}"
            case _:
                return f"{just}list of {len(values):,}"

    @property
    def words(self) -> str:
        """All of it in one line, as far as that is not too long."""
        found = opened(self.value)
        if found is not None and len(found[1]) > MOST_WORDED:
            return f"{self.head} …"
        if self.type is None:
            self._refuse_what_is_none()
        return value_text(self.value, LONGEST_FOLDED, self.type)

    def _refuse_what_is_none(self) -> None:
        """Do nothing if there are values in it only, as far as they are looked at.

        Raises:
            TypeError: something is no value.
        """
        waiting, seen = [self], 0
        while waiting and seen < MOST_LOOKED_AT:
            waiting += waiting.pop().inside
            seen += 1


def _grown(value: Any, type_: Type[Any] | None, most: int) -> TreeNode:
    """Return a tree opened from the top down until there are so many rows."""
    parts = [_Part("", value, type_)]
    opened_at: dict[int, list[int]] = {}
    more: dict[int, tuple[int, int]] = {}  # of a long value: after which of its rows how many parts are left out
    waiting = deque([0])
    rows = 1
    while waiting:
        number = waiting.popleft()
        part = parts[number]
        inside = part.inside
        if not inside or (number and not part.is_long and len(part.words) <= LONGEST_LEAF):
            continue
        shown = list(range(len(inside)))
        if len(inside) > MOST_PARTS:
            shown = [*range(MOST_PARTS - 2), len(inside) - 1]
        room = most - rows - (len(shown) < len(inside))
        if number and (len(shown) > room or len(part.path) > DEEPEST):
            continue
        if len(shown) > room:  # of the root something is shown, however little room there is
            shown = shown[: max(0, most - rows - 1)]
        if len(shown) < len(inside):
            with_last = len(shown) > 1 and shown[-1] == len(inside) - 1
            more[number] = len(shown) - with_last, len(inside) - len(shown)
            rows += 1
        rows += len(shown)
        opened_at[number] = list(range(len(parts), len(parts) + len(shown)))
        waiting.extend(opened_at[number])
        parts += [inside[at] for at in shown]
    made: dict[int, TreeNode] = {}
    for number in reversed(range(len(parts))):
        part = parts[number]
        if number not in opened_at:
            made[number] = TreeNode(part.words, part.tag)
            continue
        below = [made[each] for each in opened_at[number]]
        if number in more:
            at, count = more[number]
            below.insert(at, TreeNode(f"… {count:,} more"))
        made[number] = TreeNode(part.head, part.tag, "", tuple(below))
    return made[0]
