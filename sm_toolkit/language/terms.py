"""Terms: the closed forms that machines are made of, as first-order data, and the typed face that people hold.

Here is what a term *is*: its forms, its parts, equality, and the operators of ``Machine``. What a term means
is in ``interpreter``, which types it has in ``inference``, how it prints in ``printing``. Nothing in this
module recurses on the Python stack: a term may be as deep as memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar, assert_never, cast

from sm_toolkit.language.types import Left, Right, Type, same_value

S = TypeVar("S")
A = TypeVar("A", contravariant=True)
B = TypeVar("B", covariant=True)
C = TypeVar("C")
D = TypeVar("D")
In = TypeVar("In")
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
    work: list[tuple[Term, _Link]] = [(term, None)]
    for _ in range(position):
        current, link = work.pop()
        parts = children(current)
        work.extend((parts[index], (link, index)) for index in reversed(range(len(parts))))
    link = work.pop()[1]
    steps: list[int] = []
    while link is not None:
        link, step = link
        steps.append(step)
    return tuple(reversed(steps))


_Link: TypeAlias = "tuple[_Link, int] | None"


def size(term: Term) -> int:
    """Count the nodes of a term."""
    return sum(1 for _ in walk(term))


def same_term(left: Term, right: Term) -> bool:
    """Tell whether two terms are the same form with the same names, values, types and parts."""
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


def rebuild(term: Term, change: Callable[[Term], Term]) -> Term:
    """Make a term anew from its leaves up, each node passed through ``change`` once its parts are done."""
    done: list[Term] = []
    work: list[tuple[Term, bool]] = [(term, False)]
    while work:
        current, finished = work.pop()
        parts = children(current)
        if finished or not parts:
            if parts:
                fresh = tuple(done[-len(parts) :])
                del done[-len(parts) :]
                if any(new is not old for new, old in zip(fresh, parts, strict=True)):
                    current = with_children(current, fresh)
            done.append(change(current))
        else:
            work.append((current, True))
            work.extend((part, False) for part in reversed(parts))
    return done.pop()


# -- the typed face ---------------------------------------------------------------------------------------


class Machine(Generic[S, A, B]):
    """A state machine ``(input, state) -> (output, new state)``, held as a term.

    ``S``, ``A``, ``B`` are the Python types of its state, input and output, for the static checkers; the
    authority on types is ``inference``. Python binds ``*`` tighter than ``>>``, that tighter than ``&``, and
    ``|`` loosest, so a choice in the middle of a chain stands in brackets:

    >>> from sm_toolkit.language.combinators import get, incr, put, read, show
    >>> read() >> (get() | get() >> incr >> put()) >> show()
    read() >> (get() | get() >> incr >> put()) >> show()

    ``name`` travels beside the term: equality and hash look at the term alone.
    """

    __slots__ = ("_memory", "name", "term")

    def __init__(self, term: Term, name: str | None = None) -> None:
        self.term = term
        self.name = name
        self._memory: dict[str, Any] = {}

    def named(self, name: str) -> Machine[S, A, B]:
        """Return the same machine with a name for pictures and messages."""
        return Machine(self.term, name)

    def __rshift__(self, other: Machine[S, B, C]) -> Machine[S, A, C]:
        """Return first this machine, then the other: the seed's ``f >>> g``."""
        return Machine(Compose((self.term, _term(other, ">>"))))

    def then(self, *others: Machine[S, Any, Any]) -> Machine[S, A, Any]:
        """Return this machine followed by all the others, made in one go however many they are."""
        return Machine(Compose((self.term, *(_term(other, "then") for other in others)))) if others else self

    def __and__(self, other: Machine[S, In, C]) -> Machine[S, In, tuple[B, C]]:
        """Return both on the same input, outputs paired: the seed's ``f &&& g``."""
        return Machine(Fanout(self.term, _term(other, "&")))

    def __mul__(self, other: Machine[S, C, D]) -> Machine[S, tuple[A, C], tuple[B, D]]:
        """Return each on its half of a pair: the seed's ``f *** g``."""
        return Machine(Both(self.term, _term(other, "*")))

    def __or__(self, other: Machine[S, C, D]) -> Machine[S, Left[A] | Right[C], Left[B] | Right[D]]:
        """Return the one that the input's side says, output on the same side: the seed's ``Case f g``."""
        return Machine(Case(self.term, _term(other, "|")))

    def __eq__(self, other: object) -> bool:
        """Compare terms."""
        return isinstance(other, Machine) and same_term(self.term, other.term)

    def __hash__(self) -> int:
        """Hash the term."""
        return hash(self.term)

    def __repr__(self) -> str:
        """Print the combinators that make the machine."""
        return repr(self.term)

    def remember(self, key: str, make: Callable[[], Out]) -> Out:
        """Return what ``make`` gives, made once for this machine (elaboration, compiled code)."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast("Out", self._memory[key])


def _term(other: object, operator: str) -> Term:
    if not isinstance(other, Machine):
        hint = f"; to give a constant write const({other!r})" if isinstance(other, int | str | None) else ""
        raise TypeError(f"`{operator}` joins machines, and the right side is {type(other).__name__}{hint}")
    return other.term
