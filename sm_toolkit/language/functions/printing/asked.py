"""What a `case` asks of a value, found out test by test, and the pattern that asks it."""

from __future__ import annotations

import ast
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sm_toolkit.language.data.types import Type, is_record_head, record_words
from sm_toolkit.language.functions.printing.naming import Program, literal, name
from sm_toolkit.language.functions.printing.recognising import SCALARS, Scope

Place = tuple[int, ...]
"""Where a part is in a value: which part of which part. Places are in the order in which a pattern names them."""


@dataclass
class Asked:
    """What is asked of a value: how it is made, of which parts, and how it is called.

    ``made`` is the way in which it is made: ``Left``, ``Right``, ``None``, ``True``, ``False``, ``literal``, ``there``
    for what is not missing, ``record`` for one of the alternatives of a variant, ``either`` for one of some patterns.
    ``is_left`` says that it is made in the one way that is left, which rows that ask nothing of it need not name.
    """

    type: Type[Any]
    place: Place = ()
    made: str | None = None
    literal: Any = None
    alternatives: tuple[ast.pattern, ...] = ()
    parts: dict[int, Asked] = field(default_factory=dict)
    known: str | None = None
    is_left: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its pattern takes all values."""
        return self.is_left and not self.parts[0].parts

    def part(self, index: int, type_: Type[Any]) -> Asked:
        """Ask something of a part."""
        made = Asked(type_, (*self.place, index))
        self.parts[index] = made
        return made


@dataclass
class Way:
    """A way through the tests: what is asked so far, by the `Let`s that hold it, and the names there.

    ``asked`` are the places of what was asked, one after another.
    """

    root: Asked
    held: dict[int, Asked]
    scope: Scope
    asked: tuple[Place, ...] = ()

    def copied(self) -> Way:
        """Return the same way, which may go on in another direction."""
        return deepcopy(self)

    def left(self, place: Place) -> None:
        """Note that nothing may be asked of what is at a place, of which earlier rows ask something."""
        above: Asked | None = None
        at = self.root
        for index in place:
            if index not in at.parts:
                return
            above, at = at, at.parts[index]
        if above is not None and above.made == "record":
            above.is_left = True

    @property
    def is_open(self) -> bool:
        """Whether something is made in the one way that is left, and the pattern does not name that."""
        work = [self.root]
        while work:
            at = work.pop()
            if at.made == "record" and at.is_open:
                return True
            work += at.parts.values()
        return False

    def binds(self, what: Asked) -> None:
        """Have something be held by the next `Let`."""
        self.held[len(self.scope)] = what
        self.scope = (*self.scope, None)

    def asks(self, what: Asked) -> None:
        """Note that something is asked."""
        self.asked = (*self.asked, what.place)

    def named(self, program: Program, used: frozenset[int], *, all_: bool) -> Scope:
        """Give names to what is held: to what is used, and to what is bound for its name alone; return the scope."""
        scope = list(self.scope)
        for level, what in self.held.items():
            if what is self.root and scope[level] is not None:
                continue
            is_leaf = not what.parts and what.made is None
            if what.known is None and all_ and (is_leaf or len(scope) - 1 - level in used):
                what.known = program.fresh()
            scope[level] = what.known
        return tuple(scope)


def pattern_of(program: Program, what: Asked) -> ast.pattern:
    """Return the pattern that asks something."""
    made = _unnamed(program, what)
    if what.known is None:
        return made
    if isinstance(made, ast.MatchAs) and made.pattern is None:
        return ast.MatchAs(None, what.known)
    return ast.MatchAs(made, what.known)


def _unnamed(program: Program, what: Asked) -> ast.pattern:
    part = what.parts.get(0)
    match what.made:
        case "Left" | "Right":
            program.imports.add(what.made)
            return ast.MatchClass(name(what.made), [pattern_of(program, part) if part else ast.MatchAs()], [], [])
        case "None":
            return ast.MatchSingleton(None)
        case "True" | "False":
            return ast.MatchSingleton(what.made == "True")
        case "literal":
            return ast.MatchValue(literal(what.literal))
        case "either":
            return ast.MatchOr([*what.alternatives])
        case "there" if part is not None:
            return _there(program, part)
        case "record":
            assert part is not None, "it is known which record it is"
            if what.is_open:
                return ast.MatchAs(None, part.known)
            if part.known is None or what.known is not None:
                return _record(program, part)
            return ast.MatchAs(_record(program, part), part.known)
    if is_record_head(what.type.head) and what.parts:
        return _record(program, what)
    if what.type.head in ("Pair", "Tuple") and what.parts:
        places = [what.parts.get(place) for place in range(len(what.type.args))]
        return ast.MatchSequence([ast.MatchAs() if each is None else pattern_of(program, each) for each in places])
    return ast.MatchAs()


def _there(program: Program, part: Asked) -> ast.pattern:
    """Return the pattern of what is not None, which a name alone asks only if another row has taken None."""
    made = pattern_of(program, part)
    is_bare = isinstance(made, ast.MatchAs) and made.pattern is None
    if not (program.tells_what_is_there and is_bare):
        return made
    if part.type in SCALARS:
        return ast.MatchClass(program.type(part.type), [] if part.known is None else [made], [], [])
    if is_record_head(part.type.head):
        class_ = ast.MatchClass(program.type(part.type), [], [], [])
        return class_ if part.known is None else ast.MatchAs(class_, part.known)
    return made


def _record(program: Program, what: Asked) -> ast.pattern:
    label, labels = record_words(what.type.head)
    program.type(what.type)
    patterns = {each: pattern_of(program, what.parts[at]) for at, each in enumerate(labels) if at in what.parts}
    if [*patterns] == [*labels[: len(patterns)]]:
        return ast.MatchClass(name(label), [*patterns.values()], [], [])
    return ast.MatchClass(name(label), [], [*patterns], [*patterns.values()])
