"""Words are counted: lines with a word each are parsed, counted by a state for each word, and written as text.

Each line is answered by how often its word has come so far, so the last answer for a word is its count. The machine in
the middle is upgraded to one that also knows what it counted itself; and the whole is rewired, to count words in any
case as one.

>>> from sm_toolkit.deploying import deploy
>>> with deploy(counting) as running:
...     print(*map(running.call, ["to", " be", "or", "not", "to"]), sep=", ")
...     change = running.change(to_count_since)
...     print(running.call("to"), change.after)
1 to, 1 be, 1 or, 1 not, 2 to
3 to {'be': (1, 0), 'not': (1, 0), 'or': (1, 0), 'to': (2, 0)}
"""

from __future__ import annotations

from sm_toolkit.language.data.types import Str
from sm_toolkit.language.functions import function, machine
from sm_toolkit.language.vocabulary.combinators import ident
from sm_toolkit.language.vocabulary.text_operations import lower
from sm_toolkit.pipeline.pipelines import shard, stage
from sm_toolkit.pipeline.rewiring import rewire
from sm_toolkit.pipeline.upgrades import upgrade

# -- the stages -------------------------------------------------------------------------------------------


@function
def word_of(line: str) -> str:
    """Return the word of a line."""
    return line.strip()


@machine
def count(word: str, seen: int) -> tuple[tuple[int, str], int]:
    """Count one word. The state is how often it has come."""
    return (seen + 1, word), seen + 1


@function
def line_of(counted: tuple[int, str]) -> str:
    """Write a count and its word."""
    number, word = counted
    return f"{number} {word}"


parse = stage("parse", None, word_of)
counted = stage("count", 0, count)
write = stage("write", None, line_of)

counting = parse >> shard("words", counted, 2, ident(Str)) >> write
"""Takes lines and gives lines; the middle stage has a state for each word."""

# -- the middle stage is upgraded -------------------------------------------------------------------------


@machine
def count_since(word: str, seen: tuple[int, int]) -> tuple[tuple[int, str], tuple[int, int]]:
    """Count one word. The state is how often it had come when the stage was upgraded, and how often it came since."""
    before, since = seen
    return (before + since + 1, word), (before, since + 1)


@function
def nothing_since(seen: int) -> tuple[int, int]:
    """Take over what was counted."""
    return seen, 0


@function
def all_of_it(seen: tuple[int, int]) -> int:
    """Give it back."""
    before, since = seen
    return before + since


counting_since = parse >> shard("words", stage("count", (0, 0), count_since), 2, ident(Str)) >> write

to_count_since = upgrade(counting, counting_since, migrate=nothing_since, back=all_of_it)
"""Every word's state is migrated at one update point."""

# -- the whole is rewired ---------------------------------------------------------------------------------

counting_any_case = parse >> stage("lower", None, lower) >> shard("words", counted, 4, ident(Str)) >> write

to_any_case = rewire(counting, counting_any_case)
"""A stage is put in, and the shard has four copies; every word in lower case keeps its count."""
