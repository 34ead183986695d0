"""What the recognisers of the shapes of a translation share.

A recogniser takes parts that run one after another, the first of which takes Unit, and gives the Python that
translates to them. It knows what is wanted at each place as the translation does, so that the same steps are put in.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Bool, Bytes, Float, Int, Maybe, Str, Type, Unit
from sm_toolkit.language.functions.fitting import steps_between
from sm_toolkit.language.functions.printing.naming import Program, assign, literal, name
from sm_toolkit.language.functions.printing.nodes import Chain, Node, chain_of, same_terms
from sm_toolkit.language.syntax.terms import Const, Fanout, Primitive

Scope: TypeAlias = tuple[str | None, ...]
"""How what is bound is called, the outermost `Let` first; nothing for what cannot be called."""

SCALARS = (Bool, Int, Float, Str, Bytes)


class UnrecognisedError(Exception):
    """Some parts have no shape that the translation makes."""


class UntypedError(UnrecognisedError):
    """A value can only be written where its type is known."""


class Recogniser(ABC):
    """Recognises what one function became."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.before: list[ast.stmt] | None = None  # what gives other names, before the statement that is made
        self.outside: frozenset[str | None] | None = None  # the names round a comprehension, if one is made

    @abstractmethod
    def value(self, chain: Chain, scope: Scope, hint: Type[Any] | None = None) -> ast.expr:
        """Return the expression of some parts; a type may be wanted, and need not be had."""

    @abstractmethod
    def helper(self, node: Node, scope: Scope) -> ast.expr:
        """Return a call of a function that is defined for it."""

    def tried(self, attempt: Callable[[], Any]) -> Any:
        """Return what an attempt finds; nothing, and nothing is left of it, if it recognises nothing."""
        count = len(self.before or ())
        try:
            found = attempt()
        except UnrecognisedError:
            found = None
        if found is None:
            del (self.before or [])[count:]
        return found

    def fitted(self, chain: Chain, scope: Scope, want: Type[Any], *hint: Type[Any] | None) -> ast.expr:
        """Return the expression of what is made a value of a wanted type, without the steps that do so."""
        return self.value(unfitted(chain, want), scope, hint[0] if hint else want)

    def wanted(self, chain: Chain, scope: Scope, want: Type[Any] | None) -> ast.expr:
        """Return the expression of a value that is fitted where that is possible."""
        if want is not None and chain[-1].output is want:
            return self.fitted(chain, scope, want)
        return self.value(chain, scope, want)

    def constant(self, node: Node, hint: Type[Any] | None) -> ast.expr:
        """Return a constant as it is written in place, or by its name."""
        assert isinstance(node.term, Const)
        value, type_ = node.term.value, node.term.type
        if node is UNIT:
            return ast.Constant(None)
        if value is None and type_ is Unit and (hint is None or hint.head != "Maybe"):
            return ast.Constant(None)
        if type_ in SCALARS:
            return literal(value)
        return name(self.program.constant(value, type_))

    def renamed(self, known: str) -> str:
        """Give something a second name, which tests may tell about, before the statement that is made."""
        if self.before is None or (self.outside is not None and known.partition(".")[0] not in self.outside):
            raise UnrecognisedError("a name cannot be given here")
        other = self.program.fresh()
        self.before.append(assign(other, name(known)))
        return other


def unfitted(chain: Chain, want: Type[Any]) -> Chain:
    """Return some parts without the last ones that only make a value of a wanted type."""
    if len(chain) == 1 and chain[0].is_primitive("nothing") and want.head == "Maybe":
        return (UNIT,)
    for count in range(1, len(chain)):
        given = chain[count - 1].output
        steps = None if given is want else steps_between(given, want)
        if steps and same_terms(chain[count:], steps):
            return chain[:count]
    return chain


UNIT = Node(Const(None, Unit), Unit, Unit, (), frozenset())


def operands(chain: Chain, count: int) -> list[Chain]:
    """Return what a primitive of so many operands is given by some parts."""
    found: list[Chain] = []
    for _ in range(count - 1):
        if len(chain) != 1 or not isinstance(chain[0].term, Fanout):
            raise UnrecognisedError("operands are given by a pair")
        left, right = chain[0].parts
        found.append(chain_of(left))
        chain = chain_of(right)
    return [*found, chain]


def nested(chain: Chain, count: int) -> list[Chain]:
    """Return so many values of which some parts make pairs nested to the left."""
    found: list[Chain] = []
    for _ in range(count - 1):
        if len(chain) != 1 or not isinstance(chain[0].term, Fanout):
            raise UnrecognisedError("values are given in nested pairs")
        left, right = chain[0].parts
        found.append(chain_of(right))
        chain = chain_of(left)
    return [*reversed([*found, chain])]


def is_constant(chain: Chain, value: Any) -> bool:
    """Tell whether some parts give a constant of a plain type."""
    if len(chain) != 1 or not isinstance(term := chain[0].term, Const):
        return False
    return term.value.__class__ is value.__class__ and term.value == value


def is_primitives(chain: Chain, *names: str) -> bool:
    """Tell whether some parts are these primitives."""
    return len(chain) == len(names) and all(node.is_primitive(each) for node, each in zip(chain, names, strict=True))


def path_steps(index: int, count: int) -> tuple[str, ...]:
    """Return the steps to one of so many values in pairs nested to the left."""
    return ("fst",) * (count - 1 - index) + ("snd",) * (index > 0)


def maybe_of(type_: Type[Any]) -> Type[Any]:
    """Return the type of what may be missing."""
    return Maybe(type_)


def label_in(node: Node) -> str:
    """Return the label that chooses a primitive of a record."""
    assert isinstance(node.term, Primitive)
    return node.term.types[-1].head.split()[1]
