"""Principal types: what types a machine can have, whether it has the ones asked for, and where it fails.

Types are found by unification (Damas and Milner, "Principal type-schemes for functional programs", POPL
1982, without its let-polymorphism: a term has no names to generalise). The input's type is pushed forward
and the output's type comes back, so that a mismatch shows where a value is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.checking.explaining import explain, explain_ambiguous, explain_misfit
from sm_toolkit.language.checking.solving import Solving
from sm_toolkit.language.checking.unification import Resolver, find, parts
from sm_toolkit.language.data.records import NEWEST, Classes
from sm_toolkit.language.data.types import Int, Substitution, Type, Unit, expect_types, misfit, never_unit
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.primitives import FAMILIES, PRIMITIVES, primitive_record
from sm_toolkit.language.syntax.cells import named, split_state
from sm_toolkit.language.syntax.machines import Machine, expect_machine
from sm_toolkit.language.syntax.passes import rebuild
from sm_toolkit.language.syntax.terms import (
    Const,
    Get,
    Id,
    Loop,
    Primitive,
    Put,
    Read,
    Show,
    Term,
    has_form,
    size,
    walk,
)


@dataclass(frozen=True)
class Scheme:
    """The types of a machine: state, input, output. Variables in them stand for any type.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put
    >>> print(infer(get() | get() >> incr >> put()))
    Machine[Int, Either[Unit, Unit], Either[Int, Unit]]
    """

    state: Type[Any]
    input: Type[Any]
    output: Type[Any]
    never_unit: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """The variables that do not become Unit where nothing fixes them, but Int: a Maybe or a Map does not take Unit."""

    def __str__(self) -> str:
        """Print as an annotation would be written."""
        return f"Machine[{self.state}, {self.input}, {self.output}]"

    def grounded(self) -> Scheme:
        """Return the types with every open variable made Unit, or Int where Unit may not be."""
        grounded = self.grounding()
        return Scheme(grounded(self.state), grounded(self.input), grounded(self.output))

    def grounding(self) -> Substitution:
        """Return what makes every open variable Unit, or Int where Unit may not be."""
        return Substitution(dict.fromkeys(self.never_unit, Int), Unit)


@dataclass(frozen=True)
class Typing:
    """A typed term: its scheme, and each node's input and output type in the order of ``terms.walk``."""

    term: Term
    scheme: Scheme
    inputs: tuple[Type[Any], ...]
    outputs: tuple[Type[Any], ...]
    classes: Classes = field(default_factory=lambda: NEWEST, compare=False, repr=False)
    """The classes of the records that it makes, as far as its machine names them."""


def infer(machine: Machine[Any, Any, Any]) -> Scheme:
    """Return the principal types of a machine.

    >>> from sm_toolkit.language.vocabulary.combinators import fst, ident
    >>> print(infer(ident()), infer(fst()))
    Machine[s, a, a] Machine[s, (a, b), a]

    Raises:
        MachineTypeError: the parts do not fit.
        AmbiguousTypeError: a `read()` or `show()` works on a type that nothing fixes, even from outside.
        LimitError: it is larger than the default limits allow.
        TypeError: it is no machine.
    """
    expect_machine(machine, "infer(machine)")
    return check(machine)


def check(
    machine: Machine[Any, Any, Any],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Scheme:
    """Return the types of a machine once the given ones are asked of it; what is not given is found.

    >>> from sm_toolkit.language.vocabulary.combinators import ident
    >>> from sm_toolkit.language.data.types import Str
    >>> print(check(ident(), input=Str))
    Machine[s, Str, Str]

    Raises:
        MachineTypeError: the machine does not fit together, or not the types given.
        AmbiguousTypeError: see ``infer``.
        LimitError: the term is larger than the limits allow.
        TypeError: it is no machine, or what is given is no type.
    """
    expect_machine(machine, "check(machine, state, input, output)")
    return typing(machine.term, state, input, output, limits, each_node=False).scheme


def elaborate(
    machine: Machine[Any, Any, Any],
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Typing:
    """Return the machine as it runs and travels: typed, with every type that has to be known written in.

    ``read``, ``show``, constants and the primitives that are ``typed`` carry their types, no other form does, and what
    nothing fixes is Unit. Every loop has a name for its cell, as no other has.

    >>> from sm_toolkit.language.vocabulary.combinators import incr, read
    >>> elaborate(read() >> incr).term
    read(Int) >> incr

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError: see ``check``; here a `read()` or `show()` is
            ambiguous unless its type is fixed, also where only the input or output could fix it.
        TypeError: see ``check``.
    """
    expect_machine(machine, "elaborate(machine, state, input, output)")
    typed = typing(machine.term, state, input, output, limits)
    grounded = typed.scheme.grounding()
    fixed: list[tuple[Type[Any], ...]] = []
    for position, node in enumerate(walk(typed.term)):
        if isinstance(node, Read | Show):
            type_ = typed.outputs[position] if isinstance(node, Read) else typed.inputs[position]
            if type_.has_variables:
                raise explain_ambiguous(typed.term, position)
            fixed.append((type_,))
        elif isinstance(node, Primitive) and (record := primitive_record(node.name, node.types)).typed:
            fixed.append(record.types_at(typed.inputs[position], typed.outputs[position]))
            if any(type_.has_variables for type_ in fixed[-1]):
                raise explain_ambiguous(typed.term, position)
        elif isinstance(node, Const):
            fixed.append((grounded(typed.outputs[position]),))
    # ``rebuild`` changes leaves in the same left-to-right order in which ``walk`` meets them.
    waiting = iter(fixed)

    def written(node: Term) -> Term:
        match node:
            case Read():
                return Read(*next(waiting))
            case Show():
                return Show(*next(waiting))
            case Const(value):
                return Const(value, *next(waiting))
            case Primitive(name) if name in FAMILIES:
                return node
            case Primitive(name) if PRIMITIVES[name].typed:
                return Primitive(name, next(waiting))
            case Primitive(name, types) if types:
                return Primitive(name)
            case Id(type_) | Get(type_) | Put(type_) if type_ is not None:
                return type(node)()
            case _:
                return node

    inputs, outputs = (tuple(map(grounded, side)) for side in (typed.inputs, typed.outputs))
    scheme, term = typed.scheme.grounded(), rebuild(typed.term, written)
    halves = split_state(scheme.state)
    if halves is not None and has_form(term, Loop):
        term = named(term, halves[1].args)
    return Typing(term, scheme, inputs, outputs, machine.classes)


def elaborated(machine: Machine[Any, Any, Any]) -> Typing:
    """Return ``elaborate(machine)``, found once and kept with the machine."""
    expect_machine(machine, "elaborated(machine)")
    return machine.remember("elaborated", lambda: elaborate(machine))


def erase(machine: Machine[Any, Any, Any]) -> Term:
    """Return the untyped term that goes over the wire.

    >>> from sm_toolkit.language.vocabulary.combinators import get, incr, put, read, show
    >>> erase(read() >> (get() | get() >> incr >> put()) >> show())
    read(Either(Unit, Unit)) >> (get() | get() >> incr >> put()) >> show(Either(Int, Unit))

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``elaborate``.
    """
    expect_machine(machine, "erase(machine)")
    return elaborated(machine).term


def typing(
    term: Term,
    state: Type[Any] | None = None,
    input: Type[Any] | None = None,
    output: Type[Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    each_node: bool = True,
) -> Typing:
    """Return the types of a term, and with ``each_node`` those of all its parts (pictures want them).

    Raises:
        MachineTypeError, AmbiguousTypeError, LimitError, TypeError: see ``check``.
    """
    wanted = (state, input, output)
    expect_types("check(machine, state, input, output)", *(type_ for type_ in wanted if type_ is not None))
    run = Solving(term, wanted, each_node=each_node, most_nodes=limits.term_nodes)
    if run.stop is not None or run.unbound is not None or run.too_large or not run.is_finite():
        limits.allow("term_nodes", size(term), "a term")
        raise explain(term, wanted, run)
    resolve = Resolver(state_name=find(run.state).head is None)
    scheme = Scheme(resolve(run.whole_state()), resolve(run.input), resolve(run.output))
    _refuse_ambiguous(term, run, resolve)
    if run.restricted:
        scheme = replace(scheme, never_unit=_restricted(term, run, resolve))
    return Typing(term, scheme, tuple(map(resolve, run.inputs)), tuple(map(resolve, run.outputs)))


def _restricted(term: Term, run: Solving, resolve: Resolver) -> frozenset[str]:
    """Refuse a Maybe or a Map of what it may not hold; return the variables that may not become Unit."""
    types, seen = [], set[Type[Any]]()
    for position, node in run.restricted:
        types.append(resolve(node))
        wrong = misfit(types[-1], seen)
        if wrong is not None:
            raise explain_misfit(term, position, wrong)
    return frozenset(never_unit(types))


def _refuse_ambiguous(term: Term, run: Solving, resolve: Resolver) -> None:
    """Refuse a `read` or `show` whose type no context could fix: it has a variable that the scheme lacks."""
    fixable = set(resolve.names)  # the holes in the scheme; and whatever has no others
    for position, node in run.texts:
        work = [node]
        while work:
            current = find(work.pop())
            if current.ground is None and current not in fixable:
                if current.head is None:
                    raise explain_ambiguous(term, position)
                fixable.add(current)  # or this raises before it is asked again
                work.extend(parts(current))
