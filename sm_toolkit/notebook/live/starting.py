"""A live cell that runs nowhere yet: its machine is deployed, as a pipeline of one stage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from sm_toolkit.deploying import Deployment, deploy
from sm_toolkit.language.checking.inference import elaborate
from sm_toolkit.language.data.types import Unit
from sm_toolkit.language.data.value_samples import default_value
from sm_toolkit.language.errors import MachineTypeError, ToolkitError, ValueMismatchError
from sm_toolkit.language.syntax.printing import print_value
from sm_toolkit.notebook.live.cell import CellProgram
from sm_toolkit.notebook.live.outcomes import Outcome, Part, Types
from sm_toolkit.pipeline.pipelines import stage
from sm_toolkit.pipeline.ports import Engine

STATE = "<--state>"
"""What the text of the option is called where something goes wrong in it."""


def deploy_cell(
    name: str, program: CellProgram, namespace: Mapping[str, Any], state: str | None, engine: Engine
) -> tuple[Deployment[Any, Any], Outcome]:
    """Deploy what a cell defines, as a pipeline of one stage in the state that an expression gives.

    Raises:
        ToolkitError: there is no such expression, and the state has no value that goes without saying; or it does not
            fit.
    """
    wanted = elaborate(program.machine).scheme
    if state is None and wanted.state is not Unit:
        example = print_value(default_value(wanted.state))
        raise ToolkitError(
            f"{name!r} runs nowhere yet, and would begin in a state of type {wanted.state}: say which, "
            f"for example --state {_quoted(example)}; or say where it runs, --on VARIABLE or --on HOST:PORT"
        )
    initial = None if state is None else eval(compile(state, STATE, "eval"), {**namespace, **program.names})
    try:
        pipeline = stage(name, initial, program.machine)
    except (MachineTypeError, ValueMismatchError):
        given = f"{state} gives {print_value(initial):.200}"
        raise ToolkitError(f"--state {given}, and the state should be of type {wanted.state}") from None
    running = _started(lambda: deploy(pipeline, engine))
    (only,) = running.stages()
    part = Part(name, ("", only.plan.hash), None, Types.of(only.plan.typing.scheme), only.state)
    return running, Outcome("deployed", name, (part,))


def _started(start: Callable[[], Deployment[Any, Any]]) -> Deployment[Any, Any]:
    """Start on a thread of its own, so that no engine takes the kernel's event loop, which a cell holds up."""
    made: list[Deployment[Any, Any]] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            made.append(start())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work, name="starts a deployment", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # a browser has no threads
        return start()
    thread.join()
    if failures:
        raise failures[0]
    return made[0]


def _quoted(text: str) -> str:
    return text if text.isalnum() else f'"{text}"'
