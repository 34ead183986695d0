"""Solving: one run over a term that makes a type for each of its parts and unifies what has to agree.

It only finds the types, or where they stop agreeing; what that means to people is told in ``explaining``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, assert_never

from sm_toolkit.language.checking.unification import Node, acyclic, find, hole, instance, known, made, parts, unify
from sm_toolkit.language.data.types import RESTRICTED, Bool, Str, Type, Unit, is_variable_head
from sm_toolkit.language.primitives import PRIMITIVES, primitive_record
from sm_toolkit.language.syntax.cells import cells_head, labels, loops, split_state
from sm_toolkit.language.syntax.terms import (
    Both,
    Case,
    Compose,
    Const,
    FanIn,
    Fanout,
    First,
    Fold,
    Get,
    Id,
    If,
    Let,
    Loop,
    Primitive,
    Put,
    Read,
    Second,
    Show,
    Term,
    Unleft,
    Variable,
    Zoom,
    has_form,
)

Wanted: TypeAlias = tuple[Type[Any] | None, Type[Any] | None, Type[Any] | None]
"""The state, input and output type asked of a term; None where it is to be found."""


@dataclass(frozen=True)
class Stop:
    """Where a run stopped: the unification that was to come, of which part's what (``position`` in a walk)."""

    expected: Node
    found: Node
    subject: str
    position: int


@dataclass(frozen=True)
class Unbound:
    """A variable that no `let` around it binds: where it stands, its number, and how many bindings are in scope."""

    position: int
    index: int
    in_scope: int


class _Stopped(Exception):
    """Ends a run early."""


class Solving:
    """One run: the types that it found, and where it stopped, if it did.

    With ``each_node``, ``inputs`` and ``outputs`` are the types of all parts, in the order of ``terms.walk``, else
    empty. ``state`` is that of the parts, and ``cells`` what the loops hold, in that order. ``texts`` are the parts
    whose type has to be known (they read, show or compare), by their place in it, each with that type. ``bound`` are
    the holes that were filled with types that have holes themselves: a type that contains itself has one of them in
    it. ``restricted`` are the types that hold a Maybe or a Map of what is still open, each with the place of that part.

    It stops at a variable that is ``unbound``, after a unification that fails, or before unification number ``most``,
    with the types as they were then: so an error is found by a fast run and told from a second one. It gives up
    (``too_large``) after ``most_nodes`` parts.
    """

    def __init__(
        self,
        term: Term,
        wanted: Wanted,
        most: int | None = None,
        each_node: bool = False,
        most_nodes: int | None = None,
    ) -> None:
        self.state, self.input = hole(), hole()
        self.output: Node = hole()
        self.inputs: list[Node] = []
        self.outputs: list[Node] = []
        self.texts: list[tuple[int, Node]] = []
        self.cells: list[Node] = []
        self._whole = term
        self.bound: list[Node] = []
        self.restricted: list[tuple[int, Node]] = []
        self.stop: Stop | None = None
        self.unbound: Unbound | None = None
        self.too_large = False
        self.unifications = 0
        self._most = most
        self._most_nodes = most_nodes
        self._each_node = each_node
        self._at = -1  # the place of the part that was begun last; none while it is about the types asked for
        self._state = self.state  # of the part that is visited: inside a zoom it is a half
        self._let: list[Node] = []  # what is bound there, the innermost last
        self._ground: dict[Type[Any], Node] = {}
        self._leaves: dict[type, Callable[[Any, Node], Node]] = {
            Id: self._id,
            Const: self._const,
            Primitive: self._primitive,
            Get: self._get,
            Put: self._put,
            Read: self._read,
            Show: self._show,
            Variable: self._variable,
        }
        variables: dict[str, Node] = {}
        state, input_, output = wanted
        halves = None if state is None else split_state(state)
        if halves is not None and not has_form(term, Loop):
            halves = None  # it only looks like a state with cells
        try:
            if state is not None:
                plain = state if halves is None else halves[0]
                self._demand(self._instance(plain, variables), self.state, "the machine's state", 0)
            if input_ is not None:
                self._demand(self._instance(input_, variables), self.input, "the machine's input", 0)
            found = self._run(term, self.input)
            self._at = -1
            if halves is not None:
                self._demand(self._instance(halves[1], variables), self._cells(), "the machine's cells", 0)
            if output is not None:
                self._demand(self._instance(output, variables), found, "the machine's output", 0)
            self.output = found
        except _Stopped:
            pass
        self._leaves.clear()  # they hold this run, which holds them: the next one would wait for the collector

    def whole_state(self) -> Node:
        """Return the type of the state: that of the parts, and of what the loops hold, if there are any."""
        return made("Pair", self.state, self._cells()) if self.cells else self.state

    def _cells(self) -> Node:
        return made(cells_head(labels(loops(self._whole))), *self.cells)

    def is_finite(self) -> bool:
        """Tell whether no type that was found contains itself."""
        return acyclic(self.bound)

    def _run(self, term: Term, given: Node) -> Node:
        """Visit a term and all in it, and return its output.

        What is to be done is on a stack: a part, to be visited with the type at hand as its input, or a visit that
        waits for that type, the output of one of its parts. A composition needs no visit: its parts follow one
        another.
        """
        leaves, each_node = self._leaves, self._each_node
        work: list[Any] = [term]
        while work:
            part = work.pop()
            if part.__class__ is tuple:
                send, at = part
                try:
                    inner, given = send(given)
                except StopIteration as finished:
                    given = finished.value
                    if each_node:
                        self.outputs[at] = given
                else:
                    work += (part, inner)
                continue
            self._at = at = self._at + 1
            if at == self._most_nodes:
                self.too_large = True
                raise _Stopped
            if each_node:
                self.inputs.append(given)
                self.outputs.append(given)  # until it is known
            leaf = leaves.get(part.__class__)
            if leaf is not None:
                given = leaf(part, given)
                if each_node:
                    self.outputs[at] = given
            elif part.__class__ is Compose:
                if each_node:
                    work.append((_end, at))
                work += part.parts[::-1]
            else:
                visit = self._visit(part, given, at)
                inner, given = next(visit)
                work += ((visit.send, at), inner)
        return given

    # -- what is demanded ---------------------------------------------------------------------------------

    def _demand(self, expected: Node, found: Node, subject: str, at: int | None = None) -> None:
        """Unify, or stop; ``at`` is the place of the part, that of the one begun last if none is given."""
        if self.unifications != self._most:
            self.unifications += 1
            if unify(expected, found, self.bound):
                return
        self.stop = Stop(expected, found, subject, self._at if at is None else at)
        raise _Stopped

    def _demand_type(self, type_: Type[Any], found: Node, subject: str) -> None:
        """Unify with a type without variables, or stop."""
        if self.unifications != self._most and find(found).ground is type_:
            self.unifications += 1
        else:
            self._demand(self._known(type_), found, subject)

    def _known(self, type_: Type[Any]) -> Node:
        """Return a node for a type without variables; nobody fills or merges it, so one is enough."""
        node = self._ground.get(type_)
        if node is None:
            node = self._ground[type_] = known(type_)
        return node

    def _instance(self, type_: Type[Any], variables: dict[str, Node]) -> Node:
        """Return a node for a type; ``variables`` gains those that it lacks."""
        if not type_.has_variables:
            return self._known(type_)
        if is_variable_head(type_.head):
            return variables.get(type_.head) or variables.setdefault(type_.head, hole())
        made = instance(type_, variables)
        if type_.kinds & RESTRICTED:
            self.restricted.append((max(0, self._at), made))
        return made

    def _halves(self, head: str, given: Node, name: str, at: int) -> tuple[Node, ...]:
        """Return the halves of what has to be a pair, or a sum."""
        found = find(given)
        if found.head == head and self.unifications != self._most:
            self.unifications += 1
            return parts(found)
        left, right = hole(), hole()
        self._demand(made(head, left, right), found, f"the input of `{name}`", at)
        return left, right

    # -- parts that have none -----------------------------------------------------------------------------

    def _id(self, term: Id, given: Node) -> Node:
        if term.type is not None:
            self._demand(self._instance(term.type, {}), given, "the input of `ident`")
        return given

    def _const(self, term: Const, given: Node) -> Node:
        self._demand_type(Unit, given, "the input of a constant")
        return self._instance(term.type, {})

    def _primitive(self, term: Primitive, given: Node) -> Node:
        if not term.types and self.unifications != self._most:  # none that is typed has the shape of these
            plain = _plain(term.name)
            found = find(given)
            if (
                plain is not None
                and (plain.head is None or found.head == plain.head)
                and plain.ground in (None, found.ground)
            ):
                self.unifications += 1
                return self._made_of((given,) if plain.head is None else parts(found), plain.output)
        record = primitive_record(term.name, term.types)
        own: dict[str, Node] = {}  # the variables of the types given: a name in two of them is one variable
        variables = dict(zip(record.variables, [self._instance(type_, own) for type_ in term.types], strict=False))
        self._demand(self._instance(record.input, variables), given, f"the input of `{term.name}`")
        output = self._instance(record.output, variables)
        if record.typed:
            self.texts += [(self._at, variables[name]) for name in record.variables]
        return output

    def _made_of(self, given: tuple[Node, ...], how: _Output) -> Node:
        if how.__class__ is int:
            return given[how]
        if how.__class__ is Type:
            return self._known(how)
        head, sources = how
        return made(head, *[hole() if source is None else given[source] for source in sources])

    def _get(self, term: Get, given: Node) -> Node:
        self._state_is(term.type)
        self._demand_type(Unit, given, "the input of `get()`")
        return self._state

    def _put(self, term: Put, given: Node) -> Node:
        self._state_is(term.type)
        self._demand(self._state, given, "the input of `put()`, which is the state,")
        return self._known(Unit)

    def _read(self, term: Read, given: Node) -> Node:
        self._demand_type(Str, given, "the input of `read()`")
        made = hole() if term.type is None else self._instance(term.type, {})
        self.texts.append((self._at, made))
        return made

    def _show(self, term: Show, given: Node) -> Node:
        if term.type is not None:
            self._demand(self._instance(term.type, {}), given, "the input of `show()`")
        self.texts.append((self._at, given))
        return self._known(Str)

    def _variable(self, term: Variable, given: Node) -> Node:
        if term.index < len(self._let):
            return self._let[-1 - term.index]
        self.unbound = Unbound(self._at, term.index, len(self._let))
        raise _Stopped

    def _state_is(self, type_: Type[Any] | None) -> None:
        if type_ is not None:
            self._demand(self._instance(type_, {}), self._state, "the state")

    # -- parts that have parts ----------------------------------------------------------------------------

    def _visit(self, term: Term, given: Node, at: int) -> _Visit:
        """Yield each part with its input, and be sent its output; return the output of the whole."""
        match term:
            case First(inner):
                left, right = self._halves("Pair", given, "first", at)
                left = yield inner, left
                return made("Pair", left, right)
            case Second(inner):
                left, right = self._halves("Pair", given, "second", at)
                right = yield inner, right
                return made("Pair", left, right)
            case Fanout(first, second):
                left = yield first, given
                right = yield second, given
                return made("Pair", left, right)
            case Both(first, second):
                left, right = self._halves("Pair", given, "*", at)
                left = yield first, left
                right = yield second, right
                return made("Pair", left, right)
            case Case(first, second):
                left, right = self._halves("Either", given, "|", at)
                left = yield first, left
                right = yield second, right
                return made("Either", left, right)
            case FanIn(first, second):
                left, right = self._halves("Either", given, "fan_in", at)
                one: Node = yield first, left
                two: Node = yield second, right
                self._demand(one, two, "the output of the second machine of `fan_in`", at)
                return one
            case If(then, otherwise):
                value = hole()
                self._demand(made("Pair", value, self._known(Bool)), given, "the input of `if_`", at)
                chosen: Node = yield then, value
                other: Node = yield otherwise, value
                self._demand(chosen, other, "the output of the second machine of `if_`", at)
                return chosen
            case Unleft(inner):
                result, again = hole(), hole()
                output: Node = yield inner, made("Either", given, again)
                self._demand(made("Either", result, again), output, "the output of the machine in `unleft`", at)
                return result
            case Fold(inner):
                total, item = hole(), hole()
                self._demand(made("Pair", total, made("List", item)), given, "the input of `fold`", at)
                after: Node = yield inner, made("Pair", total, item)
                self._demand(total, after, "the output of the machine in `fold`", at)
                return total
            case Let(first, second):
                self._let.append((yield first, given))
                output = yield second, given
                self._let.pop()
                return output
            case Zoom(side, inner):
                whole = self._state
                left, right = hole(), hole()
                self._demand(made("Pair", left, right), whole, f"the state around `zoom_{side}`", at)
                self._state = left if side == "first" else right
                output = yield inner, given
                self._state = whole
                return output
            case Loop(inner):
                cell = self._instance(term.type, {})
                self.cells.append(cell)
                result = hole()
                output = yield inner, made("Pair", given, cell)
                self._demand(made("Pair", result, cell), output, "the output of the machine in `loop`", at)
                return result
            case Variable() | Compose() | Id() | Const() | Primitive() | Get() | Put() | Read() | Show():
                raise AssertionError("these are not visited: see ``_run``")
            case _:
                assert_never(term)


_Output: TypeAlias = Any
"""What a primitive gives: which part of what it was given, a type without variables, or a head and its parts."""


@dataclass(frozen=True)
class _Plain:
    """A primitive that is typed by a look: it takes one type, anything (no head), or a head with any parts."""

    head: str | None
    ground: Type[Any] | None
    output: _Output


@cache
def _plain(name: str) -> _Plain | None:
    record = PRIMITIVES[name]
    takes, gives = record.input, record.output
    inner = (takes,) if is_variable_head(takes.head) else takes.args if takes.has_variables else ()
    names = [part.head for part in inner]
    if len(set(names)) < len(names) or not all(map(is_variable_head, names)) or gives.kinds & RESTRICTED:
        return None
    place = {variable: number for number, variable in enumerate(names)}
    output: _Output
    if not gives.has_variables:
        output = gives
    elif gives.head in place:
        output = place[gives.head]
    elif gives.args and all(is_variable_head(part.head) for part in gives.args):
        output = gives.head, tuple(place.get(part.head) for part in gives.args)
    else:
        return None
    new = [part.head for part in gives.args if is_variable_head(part.head) and part.head not in place]
    if len(set(new)) < len(new):
        return None
    ground = None if takes.has_variables else takes
    return _Plain(None if is_variable_head(takes.head) else takes.head, ground, output)


def _end(given: Node) -> Any:
    """End a visit with what it was given."""
    raise StopIteration(given)


_Visit: TypeAlias = Generator[tuple[Term, Node], Node, Node]
