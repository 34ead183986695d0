"""Terms: the closed forms that machines are made of, as first-order data.

Here is what a term *is*: its forms, its parts, and equality. The face that people hold it by is in ``machines``,
what it means in ``interpreter``, which types it has in ``inference``, how it prints in ``printing``. Nothing in
this module recurses on the Python stack: a term may be as deep as memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias, TypeVar, assert_never, cast

from sm_toolkit.language.types import Type, same_value

Out = TypeVar("Out")

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
        return hash(tuple(type(node).__name__ + getattr(node, "name", "") for node in first))

    def __repr__(self) -> str:
        """Print the combinators that make the term."""
        from sm_toolkit.language.printing import print_term

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


Term: TypeAlias = (
    Id | Const | Primitive | Get | Put | Read | Show | Compose | First | Second | Fanout | Both | Case | FanIn | If
)
"""Any form. A ``match`` over it that ends in ``assert_never`` is checked for completeness by mypy and pyright."""

Binary: TypeAlias = Fanout | Both | Case | FanIn


# -- parts ------------------------------------------------------------------------------------------------


def children(term: Term) -> tuple[Term, ...]:
    """Return the parts of a term, in the order in which they run or stand."""
    match term:
        case Id() | Const() | Primitive() | Get() | Put() | Read() | Show():
            return ()
        case Compose(parts):
            return parts
        case First(inner) | Second(inner):
            return (inner,)
        case Fanout(left, right) | Both(left, right) | Case(left, right) | FanIn(left, right) | If(left, right):
            return (left, right)
        case _:
            assert_never(term)


def with_children(term: Term, parts: tuple[Term, ...]) -> Term:
    """Return the same form with other parts."""
    match term:
        case Id() | Const() | Primitive() | Get() | Put() | Read() | Show():
            return term
        case Compose():
            return Compose(parts)
        case First() | Second():
            return type(term)(*parts)
        case Fanout() | Both() | Case() | FanIn() | If():
            return type(term)(*parts)
        case _:
            assert_never(term)


def walk(term: Term) -> Iterator[Term]:
    """Yield a term and all its parts, wholes before parts, left before right."""
    work = [term]
    while work:
        current = work.pop()
        yield current
        work.extend(reversed(children(current)))


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
    """Count the nodes of a term as if none were shared, up to ``MOST``.

    A part that is shared is looked at once, so that a term that is small in memory is counted at once however
    large it would be on paper.
    """
    sizes: dict[int, int] = {}
    work: list[tuple[Term, bool]] = [(term, False)]
    while work:
        current, counted = work.pop()
        if id(current) in sizes:
            continue
        parts = children(current)
        if counted or not parts:
            sizes[id(current)] = min(MOST, 1 + sum(sizes[id(part)] for part in parts))
        else:
            work.append((current, True))
            work.extend((part, False) for part in parts)
    return sizes[id(term)]


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
        else:
            ones, twos = children(one), children(two)
            if len(ones) != len(twos):
                return False
            if (id(one), id(two)) not in met:
                met.add((id(one), id(two)))
                work.extend(zip(ones, twos, strict=True))
    return True


Visit: TypeAlias = Generator[tuple[Any, ...], Any, Out]
"""What a pass is written as: it yields ``(which child, *arguments)`` and is sent what visiting it gave."""


def unbounded(
    visit: Callable[..., Visit[Out]],
    term: Term,
    *arguments: Any,
    enter: Callable[[Term, int, tuple[Any, ...]], None] | None = None,
    leave: Callable[[Term, Any], None] | None = None,
) -> Out:
    """Run a recursive pass over a term without the Python stack.

    ``visit(term, *arguments)`` is a generator. Where a recursive function would call itself on child number
    ``i``, it says ``result = yield i, *arguments``. ``enter`` (term, child number, arguments) and ``leave``
    (term, result) are told of each visit, in order.
    """
    if enter is not None:
        enter(term, 0, arguments)
    stack = [(term, visit(term, *arguments))]
    send: Any = None
    while True:
        current, running = stack[-1]
        try:
            index, *inner = running.send(send)
        except StopIteration as finished:
            send = finished.value
            if leave is not None:
                leave(current, send)
            stack.pop()
            if not stack:
                return cast("Out", send)
        else:
            child = children(current)[index]
            if enter is not None:
                enter(child, index, tuple(inner))
            stack.append((child, visit(child, *inner)))
            send = None


def rebuild(term: Term, change: Callable[[Term], Term], *, once: bool = False) -> Term:
    """Make a term anew from its leaves up, each node passed through ``change`` once its parts are done.

    With ``once``, a part that stands in several places is changed once and stays shared.
    """
    made: dict[int, Term] = {}
    done: list[Term] = []
    work: list[tuple[Term, bool]] = [(term, False)]
    while work:
        current, finished = work.pop()
        if once and id(current) in made:
            done.append(made[id(current)])
            continue
        whole, parts = current, children(current)
        if finished or not parts:
            if parts:
                fresh = tuple(done[-len(parts) :])
                del done[-len(parts) :]
                if any(new is not old for new, old in zip(fresh, parts, strict=True)):
                    current = with_children(current, fresh)
            done.append(change(current))
            if once:
                made[id(whole)] = done[-1]
        else:
            work.append((current, True))
            work.extend((part, False) for part in reversed(parts))
    return done.pop()
