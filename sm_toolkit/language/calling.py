"""A machine is called as the function that it was made of: by place or by name, and with what it lacks told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from sm_toolkit.language.checking.inference import infer
from sm_toolkit.language.compiler import step_compiled
from sm_toolkit.language.data.types import Unit
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.language.syntax.state_passing import works_on_a_state

LONGEST = 60  # signs of a machine that has no name, where it is told which one is meant


def called(machine: Machine[Any, Any, Any], given: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """Run one step: give the output and the new state if a state is given, and else the output.

    Raises:
        TypeError: there is too much or too little; the error says what it takes.
        StepError, ValueMismatchError, MachineTypeError, AmbiguousTypeError, LimitError: see ``interpreter.step``.
    """
    if named or machine.origin is not None:
        given = _in_order(machine, given, named)
    if len(given) == 2:
        return step_compiled(machine, given[0], given[1])
    if len(given) != 1:
        _refuse(machine, f"takes an input, and a state if it works on one, and gets {len(given)} arguments")
    if machine.remember("needs_state", lambda: works_on_a_state(machine.term) and infer(machine).state is not Unit):
        _refuse(machine, "works on a state, and gets none")
    return step_compiled(machine, given[0], None)[0]


def _in_order(machine: Machine[Any, Any, Any], given: Sequence[Any], named: Mapping[str, Any]) -> Sequence[Any]:
    """Return what is given for each parameter of a function, and a state even if it has no parameter for one."""
    if machine.origin is None:
        _refuse(machine, "takes its input and its state without names")
    labels = [label for label, _ in machine.origin.callee.parameters]
    takes = f"takes {' and '.join(f'`{label}`' for label in labels)}"
    if len(given) + len(named) > 2:
        _refuse(machine, f"{takes}, and gets {len(given) + len(named)} arguments")
    values = dict(zip(labels, given, strict=False))
    for label in named:
        if label not in labels or label in values:
            _refuse(machine, f"{takes}, and gets `{label}`{' twice' if label in labels else ''}")
    values.update(named)
    missing = [label for label in labels if label not in values]
    if missing:
        _refuse(machine, f"{takes}, and lacks {' and '.join(f'`{label}`' for label in missing)}")
    return [*(values[label] for label in labels), *given[len(labels) :]]


def _refuse(machine: Machine[Any, Any, Any], problem: str) -> NoReturn:
    name, labels = machine.name or "machine", ["x", "state"]
    if machine.origin is not None:
        labels = [label for label, _ in machine.origin.callee.parameters]
    call = f"{name}({', '.join(labels)})"
    shown = repr(machine)
    what = f"`{name}`" if machine.name else f"`{shown}`" if len(shown) <= LONGEST else "this machine"
    if shown == "replace":  # two words of Python that people import beside ours
        problem += " (for a message, import `replace` from `dataclasses`)"
    raise TypeError(f"{what} {problem}; write {f'output, {labels[1]} = {call}' if len(labels) == 2 else call}")
