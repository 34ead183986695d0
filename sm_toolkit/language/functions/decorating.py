"""`@machine` and `@function`: what people write above a function, or give its text to."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, FunctionType
from typing import Any, TypeVar, overload

from sm_toolkit.language.checking.inference import check
from sm_toolkit.language.data.types import Type
from sm_toolkit.language.errors import FunctionError, LimitError
from sm_toolkit.language.functions.names import Definition, TypedConstant
from sm_toolkit.language.functions.places import Places
from sm_toolkit.language.functions.refusals import head_of
from sm_toolkit.language.functions.scopes import then
from sm_toolkit.language.functions.sources import Source, calling
from sm_toolkit.language.functions.taking import Taking, defined, parameters
from sm_toolkit.language.functions.texts import program_of
from sm_toolkit.language.functions.translating import Callee
from sm_toolkit.language.functions.words import counted, written
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.terms import Get, Id, Let, Primitive, Put, Second, Term

S = TypeVar("S")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Origin:
    """The function that a machine was made of: as others call it, itself (unless it is of a text), and its text.

    Its definition is there, and by themselves (in a text, their nodes) the ``definitions`` of what it calls, with
    what their names stood for. ``places`` knows where the parts of the machine's term come from.
    """

    callee: Callee
    function: Any
    name: str
    text: str
    file: str
    line: int
    definition: Definition
    definitions: Mapping[Any, Definition]
    places: Places = field(compare=False, repr=False)


@overload
def machine(function: Callable[[A, S], tuple[B, S]], /) -> Machine[S, A, B]: ...
@overload
def machine(
    *, source: str, name: str | None = None, namespace: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Machine[Any, Any, Any]: ...
@overload
def machine(*, limits: Limits) -> Callable[[Callable[[A, S], tuple[B, S]]], Machine[S, A, B]]: ...
def machine(
    function: Callable[[Any, Any], tuple[Any, Any]] | None = None,
    /,
    *,
    source: str | None = None,
    name: str | None = None,
    namespace: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Any:
    """Return the machine that a plain typed function of an input and a state is; the function is read, and not run.

    Above a function it is a decorator. With ``source`` it takes the text of a program, of frozen dataclasses, constants
    and functions, and ``name`` is that of the function (the last one, if none is given); what the text does not
    define is looked up in ``namespace``.

    Records are known by their name and fields, so any class of that shape is taken. What a machine gives is of the
    classes that its function names: where one is declared again (a cell that is run again), make the machine again too.

    >>> from sm_toolkit.language.interpreter import step
    >>> counter = machine(source='''
    ... def counter(by: int, state: int) -> tuple[int, int]:
    ...     return state, state + by
    ... ''')
    >>> step(counter, 3, 4)
    (4, 7)

    Raises:
        FunctionError: something in it is not of the language, or does not fit; the error says where, and what to write.
    """
    if source is not None:
        return _told_shortly(lambda: _of_text(source, name, namespace or {}, limits))
    if function is None:
        frame = sys._getframe(1)
        return lambda given: _told_shortly(lambda: _machine(_plain(given, "machine", frame), limits))
    frame = sys._getframe(1)
    return _told_shortly(lambda: _machine(_plain(function, "machine", frame), limits))


def function(function: Callable[[A], B], /) -> Machine[Any, A, B]:
    """Return the machine without a state that a plain typed function of one argument is: a migration, half an adapter.

    Raises:
        FunctionError: see ``machine``.
    """
    frame = sys._getframe(1)
    return _told_shortly(lambda: _function(_plain(function, "function", frame), DEFAULT_LIMITS))


def _told_shortly(make: Callable[[], Machine[Any, Any, Any]]) -> Machine[Any, Any, Any]:
    """Return what is made; an error comes without the frames in which it was found, which nobody wants to read."""
    try:
        return make()
    except FunctionError as error:
        raise error.with_traceback(None) from None


def _plain(given: Any, name: str, frame: FrameType) -> Definition:
    """Return the definition of what is given in a call."""
    if isinstance(given, FunctionType) and not hasattr(given, "__wrapped__"):
        return defined(given, frame)
    kind = "class" if isinstance(given, type) else f"value of {type(given).__name__}"
    problem, advice = f"`@{name}` is for a function, and gets a {kind}", "write it above a `def` with annotations"
    if isinstance(given, Machine):
        problem, advice = f"`@{name}` is for a function, and gets a machine", "leave it out"
    elif hasattr(given, "__wrapped__") or hasattr(given, "__func__"):
        problem, advice = f"`@{name}` is not taken beside other decorators", "leave the others out"
    raise calling(frame, problem, advice)


def _of_text(text: str, name: str | None, namespace: Mapping[str, Any], limits: Limits) -> Machine[Any, Any, Any]:
    if text.__class__ is not str:
        raise FunctionError(f"`machine(source=...)` takes a text, and gets {type(text).__name__}", "give it a str")
    source = Source(text, "the text")
    functions = _functions(source, namespace, {})
    if not functions or (name is not None and name not in functions):
        wanted = "no function" if name is None else f"no function `{name}`"
        advice = (
            f"there are: {', '.join(functions)}" if functions else "write `def step(event: ..., state: ...) -> ...`"
        )
        raise source.error(None, f"there is {wanted} in this text", advice)
    definition = functions[name] if name is not None else [*functions.values()][-1]
    count = len(parameters(definition.node, source))
    return (_function if count == 1 else _machine)(definition, limits)


def _functions(source: Source, namespace: Mapping[str, Any], own: dict[str, Any]) -> dict[str, Definition]:
    try:
        return program_of(source, namespace, own)
    except RecursionError:
        raise source.error(None, "something in this text is nested too deep", "give parts of it names") from None


class ProgramText:
    """The text of a program, read and never run: the names that it defines, and the machines that its functions are.

    ``functions`` are the names of its functions in order, ``others`` its dataclasses, constants and imported names.

    Raises:
        FunctionError: there is something else in it than dataclasses, constants and functions.
    """

    def __init__(
        self, text: str, namespace: Mapping[str, Any], called: str = "the text", limits: Limits = DEFAULT_LIMITS
    ) -> None:
        own: dict[str, Any] = {}
        self._limits = limits
        self._definitions = _functions(Source(text, called), namespace, own)
        self.functions = tuple(self._definitions)
        self.others = {
            name: value.value if isinstance(value, TypedConstant) else value
            for name, value in own.items()
            if name not in self._definitions
        }

    def arity(self, name: str) -> int:
        """Return how many parameters a function has: a machine has two, a migration or half an adapter one."""
        definition = self._definitions[name]
        return len(parameters(definition.node, definition.source))

    def is_stateful(self, name: str) -> bool:
        """Tell whether a function has the annotations of a machine: what it returns ends in its second parameter."""
        definition = self._definitions[name]
        if self.arity(name) != 2 or definition.node.returns is None:
            return False
        state = parameters(definition.node, definition.source)[1].annotation
        if state is None:
            return False
        held = definition.names.annotation(state, definition.source)
        given = definition.names.annotation(definition.node.returns, definition.source)
        return given.head == "Pair" and given.args[1] is held

    def machine(self, name: str) -> Machine[Any, Any, Any]:
        """Return the machine that a function is; without a state if it has one parameter.

        Raises:
            FunctionError: see ``machine``.
        """
        make = _function if self.arity(name) == 1 else _machine
        return _told_shortly(lambda: make(self._definitions[name], self._limits))


def _machine(definition: Definition, limits: Limits) -> Machine[Any, Any, Any]:
    callee, taking = _taken(definition, limits, 2, "an input and a state, in this order")
    (_, input_), (_, state) = callee.parameters
    ending = then(callee.body, Second(Put(state)), Primitive("fst"))
    term = Let(Id(input_), then(Primitive("consume"), Let(Get(state), ending)))
    return _finished(term, definition, callee, taking, (state, input_, callee.result.args[0]), limits)


def _function(definition: Definition, limits: Limits) -> Machine[Any, Any, Any]:
    callee, taking = _taken(definition, limits, 1, "one argument")
    ((_, input_),) = callee.parameters
    term = Let(Id(input_), then(Primitive("consume"), callee.body))
    return _finished(term, definition, callee, taking, (None, input_, callee.result), limits)


def _taken(definition: Definition, limits: Limits, count: int, what: str) -> tuple[Callee, Taking]:
    node, source = definition.node, definition.source
    found = len(parameters(node, source))
    kind = "machine" if count == 2 else "function"
    if found != count:
        place = parameters(node, source)[count] if found > count else head_of(node)
        advice = "take what belongs together in a tuple or a dataclass"
        if found < count:
            advice = f"write def {node.name}(event: ..., state: ...) -> tuple[..., ...]"
            if found == 1:
                advice += ", or @function above it"
        problem = f"`@{kind}` takes a function of {what}, and this has {counted(found, 'parameter')}"
        source.refuse(place, problem, advice)
    if len(node.decorator_list) > 1:
        others = [each for each in node.decorator_list if not ast.unparse(each).startswith(kind)]
        place = (others or node.decorator_list)[0]
        source.refuse(place, f"`@{written(place)}` is not taken beside `@{kind}`", "leave it out")
    try:
        taking = Taking(limits)
        return taking.callee(definition, id(node), is_machine=count == 2), taking
    except RecursionError:
        raise source.error(
            head_of(node), f"`{node.name}` is nested too deep", "give parts of it names, or write helper functions"
        ) from None


def _finished(
    term: Term,
    definition: Definition,
    callee: Callee,
    taking: Taking,
    types: tuple[Type[Any] | None, ...],
    limits: Limits,
) -> Machine[Any, Any, Any]:
    node, source = definition.node, definition.source
    state, input_, output = types
    made: Machine[Any, Any, Any] = Machine(term, node.name)
    try:
        check(made, state, input_, output, limits=limits)
    except LimitError as error:
        raise source.error(
            head_of(node), f"`{node.name}` is too large: {error}", "make it smaller; what is called stands in it"
        ) from None
    made.classes = taking.classes
    line = node.lineno + source.first - 1
    definitions = taking.definitions
    own = definitions[id(node)]
    made.origin = Origin(
        callee, own.function, node.name, source.text, source.file, line, own, definitions, taking.places
    )
    return made
