"""Unification: types with holes that are filled in as they meet. No term is looked at here.

Union-find over nodes, with an explicit worklist. Nodes with equal heads are merged, so that shared parts
stay shared and ``copy`` forty times stays small. (Baader and Snyder, "Unification Theory", Handbook of
Automated Reasoning, section 2.3, "Unification of term dags".)
"""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.data.types import Type, Var, is_variable_head


class Node:
    """A type under construction: a hole (``head`` is None), or a head with parts, or merged into another."""

    __slots__ = ("args", "ground", "head", "link")

    def __init__(self, head: str | None, args: tuple[Node, ...] | None, ground: Type[Any] | None = None) -> None:
        self.link: Node | None = None
        self.head = head
        self.args = args
        self.ground = ground


def hole() -> Node:
    """Return a new unknown type."""
    return Node(None, ())


def made(head: str, *args: Node) -> Node:
    """Return a type with this head and these parts."""
    return Node(head, args)


def known(type_: Type[Any]) -> Node:
    """Return a node for a type without variables; its parts are made only if they are looked at."""
    return Node(type_.head, None, type_)


def instance(type_: Type[Any], variables: dict[str, Node]) -> Node:
    """Return a node for a type whose variables are the nodes in the table, which gains those it lacks."""
    if not type_.has_variables:
        return known(type_)
    done: dict[Type[Any], Node] = {}
    work: list[tuple[Type[Any], bool]] = [(type_, False)]
    while work:
        current, finished = work.pop()
        if current in done:
            continue
        if not current.has_variables:
            done[current] = known(current)
        elif is_variable_head(current.head):
            done[current] = variables.setdefault(current.head, hole())
        elif finished:
            done[current] = Node(current.head, tuple(done[part] for part in current.args))
        else:
            work.append((current, True))
            work.extend((part, False) for part in current.args)
    return done[type_]


def find(node: Node) -> Node:
    """Return what a node has become."""
    while (link := node.link) is not None:
        if link.link is not None:
            node.link = link.link
        node = link
    return node


def parts(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node that is no hole."""
    if node.args is None:
        assert node.ground is not None
        node.args = tuple(known(part) for part in node.ground.args)
    return node.args


def unify(left: Node, right: Node, bound: list[Node] | None = None) -> bool:
    """Make two types one; False if they cannot be, and then the nodes are left half-way.

    ``bound`` gains what fills a hole and has holes itself, or might: where a type comes to contain itself, it is
    in one of these. Nodes for types without variables are never merged into others, and so may be shared.
    """
    work = [(left, right)]
    while work:
        one, two = work.pop()
        one, two = find(one), find(two)
        if one is two:
            continue
        if one.head is None:
            one.link = two
            if bound is not None and two.args:
                bound.append(two)
        elif two.head is None:
            two.link = one
            if bound is not None and one.args:
                bound.append(one)
        elif one.ground is not None and two.ground is not None:
            if one.ground is not two.ground:
                return False
        elif one.head != two.head:
            return False
        else:
            work.extend(zip(parts(one), parts(two), strict=True))
            if one.ground is not None:
                two.link = one
            else:
                one.link = two
    return True


def acyclic(roots: list[Node]) -> bool:
    """Tell whether no type among these, or inside them, contains itself."""
    state: dict[Node, bool] = {}  # False while we are inside it, True when done
    for root in roots:
        work: list[tuple[Node, bool]] = [(root, False)]
        while work:
            node, leaving = work.pop()
            node = find(node)
            if leaving:
                state[node] = True
            elif node.ground is not None or node.head is None:
                continue
            elif node not in state:
                state[node] = False
                work.append((node, True))
                work.extend((part, False) for part in parts(node))
            elif not state[node]:
                return False
    return True


def meet(left: Type[Any], right: Type[Any]) -> Type[Any] | None:
    """Return the most general type that is an instance of both, or None; equal names on two sides are two variables.

    What variables it has are named ``v0``, ``v1``, …, as those of a value's type are, and not as a user might.

    >>> from sm_toolkit.language.data.types import Either, Int, Str
    >>> print(meet(Either(Int, Var("a")), Either(Var("a"), Str)))
    Either[Int, Str]
    """
    one, two = instance(left, {}), instance(right, {})
    return Resolver(letters="", more="v")(one) if unify(one, two) and acyclic([one]) else None


class Resolver:
    """Turns nodes back into types, naming holes in the order in which they are met.

    They are named by letters, the first one ``s`` with ``state_name``, and then by ``more`` and a number.
    """

    def __init__(self, state_name: bool = False, letters: str = "abcdefghijklmnopqr", more: str = "t") -> None:
        self.names: dict[Node, Type[Any]] = {}
        self._done: dict[Node, Type[Any]] = {}
        self._letters = "s" * state_name + letters
        self._more = more

    def __call__(self, node: Node) -> Type[Any]:
        """Return the type that a node has become."""
        work: list[tuple[Node, bool]] = [(node, False)]
        while work:
            current, finished = work.pop()
            current = find(current)
            if current in self._done:
                continue
            if current.ground is not None:
                self._done[current] = current.ground
            elif current.head is None:
                self._done[current] = self._name(current)
            elif finished:
                inner = tuple(self._done[find(part)] for part in parts(current))
                self._done[current] = Type(current.head, inner)
            else:
                work.append((current, True))
                work.extend((part, False) for part in reversed(parts(current)))
        return self._done[find(node)]

    def _name(self, node: Node) -> Type[Any]:
        number = len(self.names)
        letter = self._letters[number] if number < len(self._letters) else f"{self._more}{number}"
        return self.names.setdefault(node, Var(letter))
