"""Terms: the closed forms that machines are made of, as first-order data.

Here is what a term *is*: its forms, its parts, and equality. The face that people hold it by is in ``machines``,
what it means in ``interpreter``, which types it has in ``inference``, how it prints in ``printing``. Nothing in
this module recurses on the Python stack: a term may be as deep as memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import islice
from operator import attrgetter
from typing import Any, Literal, TypeAlias, assert_never, cast, get_args

from sm_toolkit.language.data.types import Type, same_value
from sm_toolkit.language.data.value_words import describe

# -- the forms --------------------------------------------------------------------------------------------


class Form:
    """What every form shares: equality and hashing by structure."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Compare by structure."""
        return isinstance(other, Form) and same_term(cast("Term", self), cast("Term", other))

    def __hash__(self) -> int:
        """Hash the forms and names of the first few nodes, which is enough to tell most terms apart."""
        first = islice(walk(cast("Term", self)), 64)
        return hash(tuple(type(node).__name__ + (getattr(node, "name", None) or "") for node in first))

    def __repr__(self) -> str:
        """Print the combinators that make the term."""
        from sm_toolkit.language.syntax.printing import print_term

        return print_term(cast("Term", self))


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Id(Form):
    """Give the input back. ``Id : T s a a``."""

    type: Type[Any] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Const(Form):
    """Give a constant. ``Const v : T s Unit t`` where ``v : t``."""

    value: Any
    type: Type[Any]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Primitive(Form):
    """Apply a leaf operation of the table in ``primitives``; ``types`` fixes its type variables, if given."""

    name: str
    types: tuple[Type[Any], ...] = ()


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Get(Form):
    """Give the state. ``Get : T s Unit s``."""

    type: Type[Any] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Put(Form):
    """Make the input the new state. ``Put : T s s Unit``."""

    type: Type[Any] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Read(Form):
    """Read a value from its text form. ``Read : T s Str a``; ``type`` is known once elaborated."""

    type: Type[Any] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Show(Form):
    """Write a value in its text form. ``Show : T s a Str``; ``type`` is known once elaborated."""

    type: Type[Any] | None = None


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Compose(Form):
    """Run two or more parts one after another, first part first; a part is never a ``Compose`` itself."""

    parts: tuple[Term, ...]

    def __post_init__(self) -> None:
        """Splice inner compositions in: composition is associative, and so a list and not a tower."""
        if any(part.__class__ is Compose for part in self.parts):
            spliced: list[Term] = []
            for part in self.parts:
                spliced.extend(part.parts if isinstance(part, Compose) else (part,))
            object.__setattr__(self, "parts", tuple(spliced))
        if len(self.parts) < 2:
            raise ValueError("a composition has two parts or more")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class First(Form):
    """Run on the first half of a pair. ``First f : T s (a, c) (b, c)``."""

    inner: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Second(Form):
    """Run on the second half of a pair. ``Second f : T s (c, a) (c, b)``."""

    inner: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Fanout(Form):
    """Run both on the same input, left first, and pair the outputs. ``f &&& g : T s a (b, c)``."""

    left: Term
    right: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Both(Form):
    """Run each on its half of a pair, left first. ``f *** g : T s (a, c) (b, d)``."""

    left: Term
    right: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Case(Form):
    """Run the one that the input's side says; the output keeps the side. ``T s (Either a c) (Either b d)``."""

    left: Term
    right: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class FanIn(Form):
    """Run the one that the input's side says; both give one type. ``f ||| g : T s (Either a c) b``."""

    left: Term
    right: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class If(Form):
    """Choose by the second half of the input, run on the first. ``If t f : T s (a, Bool) b``."""

    then: Term
    otherwise: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Unleft(Form):
    """Run on ``Left`` of the input, and on each ``Right c`` that comes out, until it gives ``Left b``: that b.

    ``Unleft f : T s a b`` where ``f : T s (Either a c) (Either b c)``. (``unleft`` of ``Cochoice``, in the Haskell
    package profunctors.)
    """

    inner: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Fold(Form):
    """Run on what there is so far and each item of a list, from the first one on; what comes out is there next.

    ``Fold f : T s (b, List a) b`` where ``f : T s (b, a) b``. (``foldM`` of Haskell's ``Control.Monad``.)
    """

    inner: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Let(Form):
    """Run ``bound``, then ``body`` on the same input, in which ``Variable`` gives what ``bound`` gave.

    ``Let f g : T s a c`` where ``f : T s a b`` and ``g : T s a c``.
    """

    bound: Term
    body: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Variable(Form):
    """Give what a ``Let`` around here has bound, the innermost one if ``index`` is 0. ``Variable i : T s a b``.

    The numbers are de Bruijn's ("Lambda calculus notation with nameless dummies", 1972): a part means the same
    wherever it stands.
    """

    index: int

    def __post_init__(self) -> None:
        """Refuse a number that no encoding has."""
        if not 0 <= self.index <= MOST_LETS:
            found = describe(self.index)
            raise ValueError(f"a variable counts from 0, the innermost `let`, to {MOST_LETS:,}, and got {found}")


MOST_LETS = 2**35 - 1
"""No variable reaches further out than this: it is what is encoded in five bytes of seven bits."""


Half: TypeAlias = Literal["first", "second"]
"""One half of a pair."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Zoom(Form):
    """Run on one half of the state, which is a pair; the other half stays. ``m : T s a b`` becomes ``T (s, t) a b``."""

    side: Half
    inner: Term


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Loop(Form):
    """Feed the second half of the output back as the second half of the next input, through a cell that holds it.

    ``Loop f init : T s a b`` where ``f : T s (a, c) (b, c)`` and ``init : c``, which the cell holds at first. (``loop``
    of ``ArrowLoop`` with a delay in it: Paterson, "A new notation for arrows", ICFP 2001.) What all cells of a machine
    hold is a part of its state: see ``cells``. ``name`` is the cell's, which every cell has once elaborated.
    """

    inner: Term
    init: Any
    type: Type[Any]
    name: str | None = None


Term: TypeAlias = (
    Id
    | Const
    | Primitive
    | Get
    | Put
    | Read
    | Show
    | Compose
    | First
    | Second
    | Fanout
    | Both
    | Case
    | FanIn
    | If
    | Unleft
    | Fold
    | Let
    | Variable
    | Zoom
    | Loop
)
"""Any form. A ``match`` over it that ends in ``assert_never`` is checked for completeness by mypy and pyright."""

Binary: TypeAlias = Fanout | Both | Case | FanIn


# -- parts ------------------------------------------------------------------------------------------------


def children(term: Term) -> tuple[Term, ...]:
    """Return the parts of a term, in the order in which they run or stand."""
    return _PARTS[term.__class__](term)


def _takes_parts(form: type[Any]) -> Callable[[Any], tuple[Term, ...]]:
    """Return what takes the parts out of a term of a form: they are those of its fields that are terms."""
    match [field.name for field in fields(form) if "Term" in str(field.type)]:
        case []:
            return lambda term: ()
        case ["inner"]:
            return lambda term: (term.inner,)
        case names:
            return attrgetter(*names)  # of two halves their pair, of a composition its parts, which are a tuple


_PARTS = {form: _takes_parts(form) for form in get_args(Term)}
_LEAVES = {form for form in _PARTS if not any("Term" in str(field.type) for field in fields(form))}


def with_children(term: Term, parts: tuple[Term, ...]) -> Term:
    """Return the same form with other parts."""
    match term:
        case Id() | Const() | Primitive() | Get() | Put() | Read() | Show() | Variable():
            return term
        case Compose():
            return Compose(parts)
        case First() | Second() | Unleft() | Fold():
            return type(term)(*parts)
        case Zoom(side):
            return Zoom(side, *parts)
        case Loop(_, init, type_, name):
            return Loop(parts[0], init, type_, name)
        case Fanout() | Both() | Case() | FanIn() | If() | Let():
            return type(term)(*parts)
        case _:
            assert_never(term)


def walk(term: Term) -> Iterator[Term]:
    """Yield a term and all its parts, wholes before parts, left before right."""
    work = [term]
    while work:
        current = work.pop()
        yield current
        work += children(current)[::-1]


def has_form(term: Term, form: type[Term]) -> bool:
    """Tell whether a part of a term is of a form. A part that is shared is looked at once."""
    met: set[int] = set()
    work = [term]
    while work:
        current = work.pop()
        if current.__class__ is form:
            return True
        if current.__class__ not in _LEAVES and id(current) not in met:
            met.add(id(current))
            work += children(current)
    return False


def constants(nodes: Iterable[Term]) -> Iterator[tuple[Any, Type[Any]]]:
    """Yield the values that are written in some nodes, each with its type: constants, and what cells begin with."""
    for node in nodes:
        if isinstance(node, Const):
            yield node.value, node.type
        elif isinstance(node, Loop):
            yield node.init, node.type


def at_path(term: Term, path: tuple[int, ...]) -> Term:
    """Return the part at a path of child numbers."""
    for step in path:
        term = children(term)[step]
    return term


def path_to(term: Term, position: int) -> tuple[int, ...]:
    """Return the path of the node that ``walk`` yields at a position, counted from 0.

    What is kept meanwhile are links and not paths, so that a deep term costs no more than its nodes.
    """
    work: list[tuple[Term, Link]] = [(term, None)]
    for _ in range(position):
        current, link = work.pop()
        parts = children(current)
        work.extend((parts[index], (link, index)) for index in reversed(range(len(parts))))
    return linked_path(work.pop()[1])


Link: TypeAlias = "tuple[Link, int] | None"
"""The way from the root of a term to a part of it, the last step outermost; ways share their beginnings."""


def linked_path(link: Link) -> tuple[int, ...]:
    """Return the path that a link stands for."""
    steps: list[int] = []
    while link is not None:
        link, step = link
        steps.append(step)
    return tuple(reversed(steps))


MOST = 10**18
"""No term is counted further than this."""


def size(term: Term) -> int:
    """Count the nodes of a term as if none were shared, up to ``MOST``."""
    return tally(term, lambda node: True)[id(term)]


def tally(term: Term, counts: Callable[[Term], int]) -> dict[int, int]:
    """Return for each part, by its id, how much the nodes in it count, as if none were shared, up to ``MOST``.

    A part that is shared is looked at once, so that a term that is small in memory is counted at once however
    large it would be on paper.
    """
    sizes: dict[int, int] = {}
    work: list[tuple[Term, tuple[Term, ...] | None]] = [(term, None)]
    while work:
        current, counted = work.pop()
        if counted is not None:
            sizes[id(current)] = min(MOST, counts(current) + sum([sizes[id(part)] for part in counted]))
        elif id(current) not in sizes:
            parts = children(current)
            if parts:
                work.append((current, parts))
                work += [(part, None) for part in parts]
            else:
                sizes[id(current)] = int(counts(current))
    return sizes


def same_term(left: Term, right: Term) -> bool:
    """Tell whether two terms are the same form with the same names, values, types and parts.

    Each pair of parts is compared once, however often they meet.
    """
    met: set[tuple[int, int]] = set()
    work = [(left, right)]
    while work:
        one, two = work.pop()
        if one is two:
            continue
        if one.__class__ is not two.__class__:
            return False
        if isinstance(one, Const):
            assert isinstance(two, Const)
            if one.type is not two.type or not same_value(one.value, two.value, classes=True):
                return False
        elif isinstance(one, Primitive):
            assert isinstance(two, Primitive)
            if one.name != two.name or one.types != two.types:
                return False
        elif isinstance(one, Id | Get | Put | Read | Show):
            assert isinstance(two, Id | Get | Put | Read | Show)
            if one.type is not two.type:
                return False
        elif isinstance(one, Variable):
            assert isinstance(two, Variable)
            if one.index != two.index:
                return False
        else:
            if isinstance(one, Zoom) and isinstance(two, Zoom) and one.side != two.side:
                return False
            if isinstance(one, Loop) and isinstance(two, Loop) and not _same_cell(one, two):
                return False
            ones, twos = children(one), children(two)
            if len(ones) != len(twos):
                return False
            if (id(one), id(two)) not in met:
                met.add((id(one), id(two)))
                work.extend(zip(ones, twos, strict=True))
    return True


def _same_cell(one: Loop, two: Loop) -> bool:
    same_type = one.type is two.type and one.name == two.name
    return same_type and same_value(one.init, two.init, classes=True)
