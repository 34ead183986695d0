"""Explaining: what is told of a machine that does not type. It only runs once something is known to be wrong."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.checking.mistakes import Spot, with_part
from sm_toolkit.language.checking.repairs import repairs
from sm_toolkit.language.checking.solving import Solving, Unbound, Wanted
from sm_toolkit.language.checking.unification import Node, Resolver, find, known, parts, unify
from sm_toolkit.language.data.types import Bool, Int, Misfit, Type
from sm_toolkit.language.errors import Advice, AmbiguousTypeError, Excerpt, MachineTypeError, Place
from sm_toolkit.language.primitives import PRIMITIVES
from sm_toolkit.language.syntax.printing import cut_around, print_marked, print_term
from sm_toolkit.language.syntax.terms import (
    Compose,
    FanIn,
    Fold,
    Get,
    Id,
    If,
    Primitive,
    Put,
    Read,
    Show,
    Term,
    Unleft,
    Zoom,
    at_path,
    path_to,
    walk,
)


def explain(term: Term, wanted: Wanted, failed: Solving) -> MachineTypeError:
    """Return the error of a run that stopped, or that made a type contain itself.

    A type that contains itself cannot be printed, so the first unification that makes one is told instead of
    whatever came after it.
    """
    if failed.unbound is not None:
        return _unbound(term, failed.unbound)
    if failed.stop is not None:
        # The nodes are half unified now: run again up to there, for the types of before.
        number = failed.unifications - 1
        if Solving(term, wanted, number).is_finite():
            return _mismatch(term, wanted, number, endless=False)
    else:
        number = failed.unifications
    good, bad = 0, number  # after `good` unifications all is well, after `bad` some type contains itself
    while bad - good > 1:
        middle = (good + bad) // 2
        if Solving(term, wanted, middle).is_finite():
            good = middle
        else:
            bad = middle
    return _mismatch(term, wanted, good, endless=True)


def _unbound(term: Term, found: Unbound) -> MachineTypeError:
    place, source = _place(term, found.position)
    in_scope = f"{found.in_scope} binding{'s are' if found.in_scope != 1 else ' is'} in scope"
    if found.in_scope:
        expected = f"at most `var({found.in_scope - 1})`, since {in_scope}"
        advice = "the innermost `let` around it binds `var(0)`, the next one `var(1)`"
    else:
        expected = f"in the body of a `let`, since {in_scope}"
        advice = "give it a binding with `let(bound, body)`, in whose body `var(0)` is what `bound` gave"
    return MachineTypeError("a variable", expected, f"`var({found.index})`", place, source, (Advice(advice),))


def explain_misfit(term: Term, position: int, wrong: Misfit) -> MachineTypeError:
    """Return the error of a part, at that position in a walk, in whose types a Maybe or a Map holds what it may not."""
    place, source = _place(term, position)
    return MachineTypeError(wrong.subject, wrong.wants, str(wrong.gets), place, source, (Advice(wrong.advice),))


def explain_ambiguous(term: Term, position: int) -> AmbiguousTypeError:
    """Return the error of a `read` or `show` or `eq`, at that position in a walk, whose type nothing fixes."""
    place, source = _place(term, position)
    node = at_path(term, place.path)
    typed: Term = Read(Int) if isinstance(node, Read) else Show(Int)
    if isinstance(node, Primitive):
        typed = Primitive(node.name, (Int,) * len(PRIMITIVES[node.name].variables))
    name = node.name if isinstance(node, Primitive) else type(typed).__name__.lower()
    named = with_part(term, place.path, typed)
    text, begin, end = print_marked(named, place.path)
    words = f"name the type, `{name}(Int)` say, or put it beside a part that fixes it"
    return AmbiguousTypeError(name, place, source, (Advice(words, cut_around(text, begin, end).splitlines()[0]),))


def _place(term: Term, position: int) -> tuple[Place, Excerpt]:
    path = path_to(term, position)
    text, begin, end = print_marked(term, path)
    part = text[begin:end]
    shown, carets = cut_around(text, begin, end).splitlines()
    excerpt = Excerpt(shown, carets.index("^"), len(carets))
    return Place(path, part if len(part) <= 200 else part[:200] + "..."), excerpt


def _mismatch(term: Term, wanted: Wanted, number: int, *, endless: bool) -> MachineTypeError:
    run = Telling(term, wanted, number)
    stop = run.stop
    assert stop is not None
    resolve = Resolver()
    wants, gets = resolve(stop.expected), resolve(stop.found)
    place, source = _place(term, stop.position)
    spot = Spot(term, wanted, place.path, stop.position, stop.subject, wants, gets)
    advice = (*_each(spot), *(repairs(spot) or [Advice(words) for words in _words(spot)]))
    sides = ("", f"({_ENDLESS})") if endless else run.origins(spot)
    return MachineTypeError(stop.subject, str(wants), str(gets), place, source, advice, *sides)


_ENDLESS = "no finite type is both: one of them contains the other"


def _each(spot: Spot) -> list[Advice]:
    """Say what there is for a machine that works on an item alone, where such a one is in a `fold`."""
    for depth, whole in enumerate(spot.ways):
        if not isinstance(whole, Fold) or any(spot.path[depth:]) or not spot.is_inside:
            continue
        is_met = whole is not spot.node or spot.gets.head == "List"
        alone = Solving(whole.inner, (None, None, None))
        # One that takes a pair is what a fold wants, that of an `each` among them.
        if is_met and alone.stop is None and find(alone.input).head not in (None, "Pair"):
            machine = print_term(whole.inner, 60)
            return [Advice(f"to run a machine on each item of a list there is `each({machine})`")]
    return []


def _words(spot: Spot) -> list[str]:
    """Say what is allowed where no small change is known to help."""
    node, wants, gets = spot.node, spot.wants, spot.gets
    if not spot.is_inside:
        return [f"ask for another type, or make the machine one of {wants}"]
    if isinstance(node, If) and spot.subject.startswith("the input"):
        return ["give it a pair: the value, and second the condition, a Bool (`value & condition`)"]
    if isinstance(node, If | FanIn):
        return ["both machines have to give the same type"]
    if isinstance(node, Unleft):
        return ["the machine in `unleft` takes Either[a, c] and gives Either[b, c]: a Right is what it is given next"]
    if isinstance(node, Fold):
        return ["`fold` takes a pair of a start and a list; the machine in it takes what there is so far and an item"]
    if isinstance(node, Zoom):
        return [f"`zoom_{node.side}` works on one half of the state, which is then a pair"]
    if isinstance(node, Put) or isinstance(spot.earlier, Get) or spot.subject == "the state":
        return ["a machine has one state, of one type; to keep two things, make the state a pair"]
    if wants.head == "Either" and gets is Bool:
        return ["a Bool is chosen by with `if_(f, g)`, which takes a pair of a value and a Bool"]
    if wants.head == "Either":
        return ["a choice is between a Left and a Right, which `inl()` and `inr()` make"]
    if wants.head == "Pair":
        return ["a pair is made with `f & g`, or with `copy()`"]
    if gets.head == "Either":
        return ["work on each alternative with `f | g`, or `fan_in(f, g)` where both give one type"]
    if gets.head == "Pair":
        return ["work on one half with `first(f)` or `second(f)`, or take it out with `fst()` or `snd()`"]
    takes = [f"`{Primitive(name)!r}`" for name, record in PRIMITIVES.items() if record.input is gets][:4]
    gives = [f"`{Primitive(name)!r}`" for name, record in PRIMITIVES.items() if record.output is wants][:4]
    told = [f"what takes {gets}: {', '.join([*takes, '`show()`'])}"] if takes else []
    return [*told, f"what gives {wants}: {', '.join(gives)}"] if gives else told


# -- where types come from ------------------------------------------------------------------------------------


class Telling(Solving):
    """A run that remembers which part brought each type in."""

    def __init__(self, term: Term, wanted: Wanted, most: int) -> None:
        self._born: dict[Node, int] = {}
        self._nodes = list(walk(term))
        super().__init__(term, wanted, most, each_node=True)
        self._term = term
        self._wanted = wanted

    def _known(self, type_: Type[Any]) -> Node:
        node = known(type_)  # a new one each time, to be told from the others
        if self._at >= 0:  # else it is a type that was asked for
            self._born[node] = self._at
        return node

    def _demand(self, expected: Node, found: Node, subject: str, at: int | None = None) -> None:
        filled = [node for node in (found, self._state) if find(node).head is None]
        super()._demand(expected, found, subject, at)
        for node in filled if self._at >= 0 else ():
            if find(node).head is not None:
                self._born.setdefault(find(node), self._at if at is None else at)

    def origins(self, spot: Spot) -> tuple[str, str]:
        """Say where what is wanted comes from, and what is there; nothing where that is plain to see, or unknown.

        The nodes are of no use afterwards.
        """
        stop = self.stop
        assert stop is not None
        is_state = [find(node) is find(self._state) for node in (stop.expected, stop.found)]
        pair = _clash(stop.expected, stop.found)
        if pair is None:
            return "", ""
        told = []
        for node, state, top in zip(pair, is_state, (stop.expected, stop.found), strict=True):
            inside = "" if find(node) is find(top) else f"{_head(node)} in it "
            told.append(self._told(spot, node, inside, state))
        return told[0], told[1]

    def _told(self, spot: Spot, node: Node, inside: str, is_state: bool) -> str:
        position = self._brought_in(node)
        if position is None:
            asked = (("state", self.state, self._wanted[0]), ("input", self.input, self._wanted[1]))
            for name, root, type_ in asked:
                if type_ is not None and _holds(root, find(node), set()):
                    return f"{inside}from the {name} type that was asked for"
            position = self._given_by(node)
        if position is None:
            return ""
        if position == spot.position and not isinstance(spot.node, If | FanIn):
            return ""
        path = path_to(self._term, position)
        place = f" ({Place(path, '')})" if path else ""
        is_state = is_state and (isinstance(spot.earlier, Get) or isinstance(spot.node, Put))
        why = "the state's type, because of" if is_state else f"{inside}from"
        return f"{why} `{print_term(self._nodes[position], 40)}`{place}"

    def _brought_in(self, node: Node) -> int | None:
        """Return the place, in a walk, of the first part that has a type in its own."""
        node = find(node)
        first = min((at for born, at in self._born.items() if find(born) is node), default=None)
        if first is not None:
            return first
        met: set[Node] = set()
        for whole, position in self._born.items():  # a part of a type that came in as a whole
            if _holds(whole, node, met):
                return position
        return None

    def _given_by(self, node: Node) -> int | None:
        """Return the place, in a walk, of the part that gives a type and was not given it."""
        node, made = find(node), None
        for position, (given, output) in enumerate(zip(self.inputs, self.outputs, strict=True)):
            if find(output) is node and find(given) is not node and not isinstance(self._nodes[position], Get):
                made = position
                if not isinstance(self._nodes[position], Compose | If | FanIn | Id):
                    break
        return made


def _holds(root: Node, node: Node, met: set[Node]) -> bool:
    """Tell whether a type has a part, or is it; what was met before is not looked at again."""
    work = [root]
    while work:
        current = find(work.pop())
        if current is node:
            return True
        if current not in met:
            met.add(current)
            work.extend(current.args or ())
    return False


def _head(node: Node) -> str:
    head = find(node).head
    return "the pair" if head == "Pair" else str(head)


def _clash(expected: Node, found: Node) -> tuple[Node, Node] | None:
    """Return the first two parts that no hole can make one, unifying those before them."""
    work = [(expected, found)]
    while work:
        one, two = map(find, work.pop())
        if one is two or (one.ground is not None and one.ground is two.ground):
            continue
        if one.head is None or two.head is None:
            unify(one, two)
            continue
        ones, twos = parts(one), parts(two)
        if one.head != two.head or len(ones) != len(twos):
            return one, two
        one.link = two
        work.extend(reversed(list(zip(ones, twos, strict=True))))
    return None
