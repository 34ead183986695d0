"""Any machine is run on values that are not there yet, and what it does with them is written down.

The state is what `put` gave last. A pair is its halves, and a sum of which the side is known is what is inside: so most
of what only moves values about is not seen in the text.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Mapping
from typing import Any, TypeAlias

from sm_toolkit.language.data.types import Bool, Int, Pair, Tuple, Type, Unit, record_words
from sm_toolkit.language.functions.fitting import fitted, joined
from sm_toolkit.language.functions.printing.naming import Program, UnprintableError, assign, call, name
from sm_toolkit.language.functions.printing.nodes import Node
from sm_toolkit.language.functions.printing.operating import operated
from sm_toolkit.language.functions.printing.unknowns import (
    NOTHING,
    Atom,
    Both,
    Opened,
    Side,
    Unknown,
    item,
    known,
    part,
    same,
)
from sm_toolkit.language.functions.scopes import UNIT, Typed
from sm_toolkit.language.syntax.terms import Both as BothForm
from sm_toolkit.language.syntax.terms import (
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
    Unleft,
    Variable,
    Zoom,
)

MOST_STATEMENTS = 3_000
"""No text has more."""

DEEPEST = 60
"""Python reads no more than a hundred blocks inside each other."""

Running: TypeAlias = Generator[tuple[Node, Unknown], Unknown, Unknown]
"""A run of a part: it asks for runs of its own parts, so that none is on the stack of Python."""

Block = list[ast.stmt]


class Run:
    """Runs one function: its statements, its state, what its loops hold and what is bound."""

    def __init__(self, program: Program, state: tuple[Unknown, Type[Any]], cells: Mapping[str, Type[Any]]) -> None:
        self.program = program
        self.state, self.of = state
        self.cells: dict[str, Unknown] = {}
        self.cell_types = cells
        self.bound: tuple[Unknown, ...] = ()
        self.block: Block = []
        self.pure: set[str] = set()
        self._depth = 0

    def whole(self, node: Node, value: Unknown) -> Unknown:
        """Run a whole term."""
        stack = [self._run(node, value)]
        sent: Any = None
        while True:
            try:
                following, given = stack[-1].send(sent)
            except StopIteration as finished:
                sent = finished.value
                stack.pop()
                if not stack:
                    return sent  # type: ignore[no-any-return]
            else:
                stack.append(self._run(following, given))
                sent = None

    def _run(self, node: Node, value: Unknown) -> Running:
        match node.term:
            case Id():
                return value
            case Const(constant, type_):
                return known(self.program, constant, type_)
            case Get():
                return self.state
            case Put():
                self.state = value
                return NOTHING
            case Read(type_) | Show(type_):
                assert type_ is not None
                return self._text(node, value, type_)
            case Primitive():
                return operated(self, node, value)
            case Variable(index):
                return self.bound[-1 - index]
            case Compose():
                for each in node.parts:
                    value = yield each, value
                return value
            case First():
                made = yield node.parts[0], part(value, 0)
                return Both(made, part(value, 1))
            case Second():
                made = yield node.parts[0], part(value, 1)
                return Both(part(value, 0), made)
            case Fanout():
                left = yield node.parts[0], value
                right = yield node.parts[1], value
                return Both(left, right)
            case BothForm():
                left = yield node.parts[0], part(value, 0)
                right = yield node.parts[1], part(value, 1)
                return Both(left, right)
            case Let():
                bound = yield node.parts[0], value
                outer, self.bound = self.bound, (*self.bound, bound)
                made = yield node.parts[1], value
                self.bound = outer
                return made
            case Zoom(side):
                whole, place, of = self.state, int(side == "second"), self.of
                self.state, self.of = part(whole, place), of.args[place]
                made = yield node.parts[0], value
                self.of = of
                if same(self.state, part(whole, place)):
                    self.state = whole
                    return made
                halves = [part(whole, 0), part(whole, 1)]
                halves[place] = self.state
                self.state = Both(*halves)
                return made
            case Loop(name=cell):
                assert cell is not None, "elaborated loops have names"
                made = yield node.parts[0], Both(value, self.cells[cell])
                self.cells[cell] = part(made, 1)
                return part(made, 0)
            case If():
                made = yield from self._if(node, value)
                return made
            case Case() | FanIn():
                made = yield from self._sides(node, value)
                return made
            case Fold():
                made = yield from self._fold(node, value)
                return made
            case Unleft():
                return self._unleft(node, value)
        raise AssertionError("every form is run")

    # -- what is written ----------------------------------------------------------------------------------

    def let(self, written: ast.expr, type_: Type[Any], *, is_pure: bool = False, is_annotated: bool = False) -> Unknown:
        """Give a name to what an expression gives."""
        fresh = self.program.fresh()
        self.write(assign(fresh, written, self.program.type(type_) if is_annotated else None))
        if is_pure:
            self.pure.add(fresh)
        return NOTHING if type_ is Unit else Atom(name(fresh), type_)

    def write(self, statement: ast.stmt) -> None:
        """Add a statement.

        Raises:
            UnprintableError: there are too many.
        """
        self.program.statements += 1
        if self.program.statements > MOST_STATEMENTS:
            raise UnprintableError("this machine is too large to be printed", "print its parts")
        self.block.append(statement)

    def plain(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return an expression that fits where a value of a type is wanted."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            type_ = type_.args[0]
        match value:
            case Atom(written):
                return written
            case Both(left, right):
                halves = [self.plain(*both) for both in zip((left, right), type_.args, strict=True)]
                return ast.Tuple(halves, ast.Load())
        return self.exact(value, type_)

    def exact(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return an expression that the translation takes for just that type."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            return call(self.program.widening(type_), self.exact(value, type_.args[0]))
        match value:
            case Atom(written, found):
                return written if found is type_ else call(self.program.widening(type_), written)
            case Both(left, right):
                halves = [self.exact(*both) for both in zip((left, right), type_.args, strict=True)]
                return ast.Tuple(halves, ast.Load())
            case Side(is_left, inner):
                side = "Left" if is_left else "Right"
                self.program.imports.add(side)
                written = call(side, self.plain(inner, type_.args[not is_left]))
                made = self.let(written, type_, is_pure=True, is_annotated=True)
                assert isinstance(made, Atom)
                return made.written
            case Opened():
                return self._closed(value, type_)

    def assigned(self, target: str, written: ast.expr) -> ast.stmt:
        """Return an assignment."""
        return assign(target, written)

    def named(self, value: Atom) -> Atom:
        """Return something under a name of its own, about which a test may tell."""
        fresh = self.program.fresh()
        self.write(assign(fresh, value.written))
        return Atom(name(fresh), value.type)

    def _closed(self, value: Opened, type_: Type[Any]) -> ast.expr:
        """Make the sum itself of what something is."""
        fresh = self.program.fresh()
        self.write(ast.AnnAssign(ast.Name(fresh, ast.Store()), self.program.type(type_), None, 1))
        subject, ways = self._ways(value)
        blocks: list[Block] = []
        for place, (_, inner) in enumerate(ways):
            sides = (False,) * place + (True,) * (place < len(ways) - 1)
            written = inner.written if isinstance(inner, Atom) else ast.Constant(None)
            for is_left in reversed(sides):
                self.program.imports.add("Left" if is_left else "Right")
                written = call("Left" if is_left else "Right", written)
            blocks.append([assign(fresh, written)])
        self._choose(subject, ways, blocks)
        return name(fresh)

    def _ways(self, value: Opened) -> tuple[Atom, list[tuple[str | None, Unknown]]]:
        """Return what is looked at, and its ways: of a variant a name for each, and what is there then."""
        atom = self.named(value.atom)
        if atom.type.head == "Maybe":
            return atom, [(None, NOTHING), (None, Atom(atom.written, atom.type.args[0]))]
        ways: list[tuple[str | None, Unknown]] = []
        for record in atom.type.args:
            fresh = self.program.fresh()
            ways.append((fresh, Atom(name(fresh), record)))
        return atom, ways

    def _choose(self, subject: Atom, ways: list[tuple[str | None, Unknown]], blocks: list[Block]) -> None:
        """Write the choice by what something is."""
        if subject.type.head == "Maybe":
            test = ast.Compare(subject.written, [ast.Is()], [ast.Constant(None)])
            self.write(ast.If(test, blocks[0] or [ast.Pass()], blocks[1]))
            return
        self.program.type(subject.type)
        cases = []
        for record, (fresh, _), block in zip(subject.type.args, ways, blocks, strict=True):
            made: ast.pattern = ast.MatchClass(name(record_words(record.head)[0]), [], [], [])
            if fresh is not None and uses(block, fresh):
                made = ast.MatchAs(made, fresh)
            cases.append(ast.match_case(made, None, block or [ast.Pass()]))
        self.write(ast.Match(subject.written, cases))

    def _text(self, node: Node, value: Unknown, type_: Type[Any]) -> Unknown:
        if isinstance(node.term, Show) and type_ in (Int, Bool):
            return self.let(call("str", self.plain(value, type_)), node.output, is_pure=True)
        label = "read" if isinstance(node.term, Read) else "show"
        self.program.imports.add(label)
        maker = call(label, self.program.type(type_))
        return self.let(call(maker, self.exact(value, node.input)), node.output)

    # -- branches -----------------------------------------------------------------------------------------

    def _if(self, node: Node, value: Unknown) -> Running:
        test, given = part(value, 1), part(value, 0)
        assert isinstance(test, Atom)
        if isinstance(test.written, ast.Constant):
            made = yield node.parts[not test.written.value], given
            return made
        ways = [(each, given) for each in node.parts]
        blocks, made = yield from self._branches(ways, node.output)
        self.write(ast.If(test.written, blocks[0] or [ast.Pass()], blocks[1]))
        return made

    def _sides(self, node: Node, value: Unknown) -> Running:
        keeps = isinstance(node.term, Case)
        if isinstance(value, Side):
            made = yield node.parts[not value.is_left], value.value
            return Side(value.is_left, made) if keeps else made
        if isinstance(value, Opened) and not keeps:
            sides = _sides(node, value)
            if sides is not None:
                subject, known_ways = self._ways(value)
                ways = [(side, given) for side, (_, given) in zip(sides, known_ways, strict=True)]
                blocks, made = yield from self._branches(ways, node.output)
                self._choose(subject, known_ways, blocks)
                return made
        if isinstance(value, Opened):
            value = Atom(self._closed(value, node.input), node.input)
        assert isinstance(value, Atom)
        names = [self.program.fresh() for _ in node.parts]
        parts = node.input.args
        both: list[tuple[Node, Unknown]] = [
            (each, NOTHING if of is Unit else Atom(name(fresh), of))
            for each, fresh, of in zip(node.parts, names, parts, strict=True)
        ]
        blocks, made = yield from self._branches(both, node.output, keeps=keeps)
        self.program.imports |= {"Left", "Right"}
        cases = []
        for side, fresh, of, block in zip(("Left", "Right"), names, parts, blocks, strict=True):
            inner = ast.MatchAs(None, None if of is Unit else fresh)
            cases.append(ast.match_case(ast.MatchClass(name(side), [inner], [], []), None, block or [ast.Pass()]))
        self.write(ast.Match(value.written, cases))
        return made

    def _branches(
        self, ways: list[tuple[Node, Unknown]], type_: Type[Any], *, keeps: bool = False
    ) -> Generator[tuple[Node, Unknown], Unknown, tuple[list[Block], Unknown]]:
        """Run each way in a block of its own, and have all of them give what they made under the same names."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise UnprintableError("this machine is nested too deep to be printed", "print its parts")
        outer, state, cells = self.block, self.state, self.cells
        ends: list[tuple[Block, list[Unknown]]] = []
        for place, (node, given) in enumerate(ways):
            self.block, self.state, self.cells = [], state, dict(cells)
            made = yield node, given
            value = Side(place == 0, made) if keeps else made
            ends.append((self.block, [value, self.state, *(self.cells[label] for label in cells)]))
        self.block = outer
        types = [type_, self.of, *(self.cell_types[label] for label in cells)]
        merged = []
        for place, of in enumerate(types):
            old = (None, state, *cells.values())[place]
            found = [values[place] for _, values in ends]
            if old is not None and all(same(each, old) for each in found):
                merged.append(old)
            else:
                merged.append(self.merged([(block, each) for (block, _), each in zip(ends, found, strict=True)], of))
        self.state = merged[1]
        self.cells = dict(zip(cells, merged[2:], strict=True))
        self._depth -= 1
        return [block for block, _ in ends], merged[0]

    def merged(self, ends: list[tuple[Block, Unknown]], type_: Type[Any]) -> Unknown:
        """Have some ways give values under the same names; return what those are."""
        values = [value for _, value in ends]
        if all(same(value, values[0]) for value in values):
            return values[0]
        if all(isinstance(value, Both) or (isinstance(value, Atom) and value.type.head == "Pair") for value in values):
            halves = []
            for index in (0, 1):
                of = type_.args[index]
                halves.append(self.merged([(block, part(value, index)) for block, value in ends], of))
            return Both(*halves)
        if all(isinstance(value, Side) for value in values):
            sides = {value.is_left for value in values if isinstance(value, Side)}
            if len(sides) == 1:
                (is_left,) = sides
                inner = [(block, value.value) for block, value in ends if isinstance(value, Side)]
                return Side(is_left, self.merged(inner, type_.args[not is_left]))
        if type_ is Unit:
            return NOTHING
        fresh = self.program.fresh()
        outer = self.block
        found: Type[Any] | None = None
        for place, (block, value) in enumerate(ends):
            self.block = block
            written = self.written(value, type_)
            given = _declared(value, type_)
            found = given if place == 0 else None if found is None else joined(found, given)
            self.write(assign(fresh, written))
        self.block = outer
        if type_.head not in ("Int", "Bool", "Str", "Float", "Bytes"):
            self.write(ast.AnnAssign(ast.Name(fresh, ast.Store()), self.program.type(type_), None, 1))
            if found is None or fitted(Typed(UNIT.term, found), type_) is None:
                found = type_
        return Atom(name(fresh), found or type_)

    def written(self, value: Unknown, type_: Type[Any]) -> ast.expr:
        """Return how a value is written where its type is said."""
        if type_.head == "Maybe" and not isinstance(value, Atom):
            type_ = type_.args[0]
        if isinstance(value, Side):
            side = "Left" if value.is_left else "Right"
            self.program.imports.add(side)
            return call(side, self.written(value.value, type_.args[not value.is_left]))
        if isinstance(value, Both):
            halves = [self.written(*both) for both in zip((value.left, value.right), type_.args, strict=True)]
            return ast.Tuple(halves, ast.Load())
        return self.plain(value, type_)

    # -- loops --------------------------------------------------------------------------------------------

    def _begun(self, value: Unknown, type_: Type[Any], names: list[tuple[str, Type[Any]]]) -> Unknown:
        """Have names begin with a value; what the halves of pairs begin with has names of its own."""
        if type_ is Unit:
            return NOTHING
        if type_.head == "Pair":
            left, right = (self._begun(part(value, index), type_.args[index], names) for index in (0, 1))
            return Both(left, right)
        fresh = self.program.fresh()
        self.write(assign(fresh, self.written(value, type_), self.program.type(type_)))
        names.append((fresh, type_))
        return Atom(name(fresh), type_)

    def _flat(self, value: Unknown, type_: Type[Any]) -> list[ast.expr]:
        if type_ is Unit:
            return []
        if type_.head == "Pair":
            return [each for index in (0, 1) for each in self._flat(part(value, index), type_.args[index])]
        return [self.written(value, type_)]

    def _fold(self, node: Node, value: Unknown) -> Running:
        inner = node.parts[0]
        puts, labels = _touched(inner)
        carried: list[tuple[str, Type[Any]]] = []
        so_far = self._begun(part(value, 0), node.output, carried)
        if puts:
            self.state = self._begun(self.state, self.of, carried)
        for label in labels:
            self.cells[label] = self._begun(self.cells[label], self.cell_types[label], carried)
        state, cells = self.state, dict(self.cells)
        items = part(value, 1)
        fresh = self.program.fresh()
        of = inner.input.args[1]
        outer, self.block = self.block, []
        self._depth += 1
        made = yield inner, Both(so_far, NOTHING if of is Unit else Atom(name(fresh), of))
        self._depth -= 1
        ends = self._flat(made, node.output)
        if puts:
            ends += self._flat(self.state, self.of)
        for label in labels:
            ends += self._flat(self.cells[label], self.cell_types[label])
        targets = [each for each, _ in carried]
        pairs = [
            (target, end)
            for target, end in zip(targets, ends, strict=True)
            if not (isinstance(end, ast.Name) and end.id == target)
        ]
        if len(pairs) == 1:
            self.write(assign(*pairs[0]))
        elif pairs:
            target = ast.Tuple([ast.Name(each, ast.Store()) for each, _ in pairs], ast.Store())
            self.write(ast.Assign([target], ast.Tuple([end for _, end in pairs], ast.Load()), lineno=1))
        block, self.block = self.block, outer
        stored = ast.Name(fresh, ast.Store())
        iterated = self.exact(items, node.input.args[1])
        self.write(ast.For(stored, iterated, block or [ast.Pass()], [], lineno=1))
        self.state, self.cells = state, cells
        return so_far

    def _unleft(self, node: Node, value: Unknown) -> Unknown:
        """Call a loop of a function that takes a turn; what the turn uses goes round with what it takes."""
        inner = node.parts[0]
        puts, labels = _touched(inner, reads=True)
        taken = sorted(inner.free)
        extras: list[tuple[Unknown, Type[Any]]] = [
            (self.bound[-1 - index], self._type(index, inner)) for index in taken
        ]
        if puts:
            extras.append((self.state, self.of))
        extras += [(self.cells[label], self.cell_types[label]) for label in labels]
        types = tuple(of for _, of in extras)
        beside = (
            None if not types else types[0] if len(types) == 1 else Pair(*types) if len(types) == 2 else Tuple(*types)
        )

        def round_(of: Type[Any]) -> Type[Any]:
            return of if beside is None else Pair(of, beside)

        begin, ended, again = inner.input.args[0], inner.output.args[0], inner.input.args[1]
        helper = self.program.fresh() + "H"
        parameter = self.program.fresh()
        takes: Type[Any] = Type("Either", (round_(begin), round_(again)))
        gives: Type[Any] = Type("Either", (round_(ended), round_(again)))
        cases = []
        for is_left, of in ((True, begin), (False, again)):
            fresh = self.program.fresh()
            whole = Atom(name(fresh), round_(of))
            run = Run(self.program, (self.state, self.of), self.cell_types)
            run.cells = dict(self.cells)
            run.pure, run._depth = self.pure, 2
            inside: Unknown = whole if beside is None else item(whole, 0)
            if of is Unit and beside is None:
                inside = NOTHING
            others: list[Unknown] = []
            if beside is not None:
                rest = item(whole, 1)
                for place in range(len(types)):
                    one = rest if len(types) == 1 else item(rest, place) if isinstance(rest, Atom) else NOTHING
                    others.append(one)
            bound: list[Unknown] = [NOTHING] * (max(taken) + 1 if taken else 0)
            for index, one in zip(taken, others, strict=False):
                bound[-1 - index] = one
            run.bound = tuple(bound)
            after = others[len(taken) :]
            if puts:
                run.state, *after = after
            for label, one in zip(labels, after, strict=True):
                run.cells[label] = one
            made = run.whole(inner, Side(is_left, inside))
            kept = [*others[: len(taken)], *([run.state] if puts else []), *(run.cells[label] for label in labels)]
            run.block += run._returned(made, inner.output, kept, types, beside)
            pattern = ast.MatchClass(name("Left" if is_left else "Right"), [ast.MatchAs(None, fresh)], [], [])
            cases.append(ast.match_case(pattern, None, run.block))
        self.program.imports |= {"Left", "Right", "unleft"}
        body: Block = [ast.Match(name(parameter), cases)]
        self.program.helpers.append(self.program.definition(helper, [(parameter, takes)], gives, body))
        argument = self.exact(value, node.input)
        if beside is not None:
            written = [self.exact(each, of) for each, of in extras]
            more = written[0] if len(written) == 1 else ast.Tuple(written, ast.Load())
            argument = ast.Tuple([argument, more], ast.Load())
        made_ = self.let(call(call("unleft", name(helper)), argument), round_(ended))
        if beside is None:
            return made_
        assert isinstance(made_, Atom)
        rest_ = item(made_, 1)
        found = [rest_] if len(types) == 1 else [item(rest_, place) for place in range(len(types))]  # type: ignore[arg-type]
        after_ = found[len(taken) :]
        if puts:
            self.state, *after_ = after_
        self.cells |= zip(labels, after_, strict=True)
        return item(made_, 0)

    def _type(self, index: int, inner: Node) -> Type[Any]:
        work = [(inner, index)]
        while work:
            node, at = work.pop()
            if node.is_variable(at):
                return node.output
            if at in node.free:
                if isinstance(node.term, Let):
                    work += [(node.parts[0], at), (node.parts[1], at + 1)]
                else:
                    work += [(each, at) for each in node.parts]
        raise AssertionError("a variable that is free is somewhere")

    def _returned(
        self, made: Unknown, type_: Type[Any], kept: list[Unknown], types: tuple[Type[Any], ...], beside: Any
    ) -> Block:
        """Return what a turn ends with: what it made, with what goes round inside of it."""

        def side(is_left: bool, value: Unknown) -> ast.stmt:
            written = self.written(value, type_.args[not is_left])
            if beside is not None:
                values = [self.written(each, of) for each, of in zip(kept, types, strict=True)]
                more = values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())
                written = ast.Tuple([written, more], ast.Load())
            return ast.Return(call("Left" if is_left else "Right", written))

        outer, self.block = self.block, []
        try:
            if isinstance(made, Side):
                last = side(made.is_left, made.value)
                return [*self.block, last]
            written = self.exact(made, type_)
            if beside is None:
                return [*self.block, ast.Return(written)]
            cases = []
            for is_left in (True, False):
                fresh = self.program.fresh()
                of = type_.args[not is_left]
                value: Unknown = NOTHING if of is Unit else Atom(name(fresh), of)
                before, self.block = self.block, []
                end = side(is_left, value)
                inside, self.block = [*self.block, end], before
                pattern = ast.MatchClass(name("Left" if is_left else "Right"), [ast.MatchAs(None, fresh)], [], [])
                cases.append(ast.match_case(pattern, None, inside))
            return [*self.block, ast.Match(written, cases)]
        finally:
            self.block = outer


def _sides(node: Node, value: Opened) -> list[Node] | None:
    """Return what is done for each of the ways in which something may be made, if that is said for each."""
    found: list[Node] = []
    for _ in range(1 if value.atom.type.head == "Maybe" else len(value.atom.type.args) - 1):
        if not isinstance(node.term, FanIn):
            return None
        found.append(node.parts[0])
        node = node.parts[1]
    return [*found, node]


def _declared(value: Unknown, type_: Type[Any]) -> Type[Any]:
    """Return the type of what is assigned to a name that is declared."""
    if not isinstance(value, Atom) or value.type is Unit:
        return type_
    return value.type


def uses(block: Block, known: str) -> bool:
    """Tell whether a name stands in some statements."""
    return any(isinstance(node, ast.Name) and node.id == known for each in block for node in ast.walk(each))


def _touched(node: Node, *, reads: bool = False) -> tuple[bool, list[str]]:
    """Tell whether a part changes the state, or reads it, and return the names of its cells."""
    puts, labels = False, []
    work = [node]
    while work:
        current = work.pop()
        puts = puts or isinstance(current.term, Put) or (reads and isinstance(current.term, Get))
        if isinstance(current.term, Loop):
            labels.append(str(current.term.name))
        work.extend(current.parts)
    return puts, labels
