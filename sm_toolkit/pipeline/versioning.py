"""What a change does to the versions of a pipeline's interface: whether it makes one, and who is still served."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.checking.inference import check, elaborate
from sm_toolkit.language.compiler import Program, compile_typed
from sm_toolkit.language.data.types import Pair, Type, Unit, match
from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.limits import DEFAULT_LIMITS, Limits
from sm_toolkit.language.syntax.machines import Machine
from sm_toolkit.pipeline.interfaces import Interface
from sm_toolkit.pipeline.messages import Downgrade, Rewire
from sm_toolkit.pipeline.plans import Admitted, Deployed
from sm_toolkit.pipeline.versions import Link, Log


def version_made(running: Deployed, admitted: Admitted) -> int | None:
    """Return the interface version that an upgrade would make, if it makes one."""
    request = admitted.request
    if isinstance(request, Downgrade | Rewire):
        return None
    plan = running.plans[request.stage]
    old = plan.typing.scheme
    same = (old.input, old.output) == (request.input_type, request.output_type)
    return None if same and request.adapter is None else running.log.next_number()


def undone_version(running: Deployed, admitted: Admitted) -> int | None:
    """Return the version before the newest one if a downgrade undoes that; else None."""
    if not isinstance(admitted.request, Downgrade):
        return None
    history = running.plans[admitted.request.stage].history
    made = history[-1].made if history else None
    return history[-1].version if made is not None and running.log.makers[-1:] == (made,) else None


def next_log(
    log: Log,
    types: Interface,
    admitted: Admitted,
    undoes: int | None,
    reasons: list[str],
    limits: Limits = DEFAULT_LIMITS,
) -> Log:
    """Return the versions after a change that gives a pipeline these types; say in ``reasons`` why there can be none.

    ``undoes`` is the version before the newest one, where that is undone.
    """
    request = admitted.request
    if request.adapter is None and undoes is None and (types.input, types.output) == (log.input, log.output):
        return log
    links: dict[int, Link] = {}
    number = log.next_number()
    if request.adapter is not None:
        up = _half("up", request.adapter.up, admitted, log.input, types.input, reasons, limits)
        down = _half("down", request.adapter.down, admitted, types.output, log.output, reasons, limits)
        links[log.current] = Link(number, up, down)
    if undoes is not None:
        # Clients of the version before the upgrade speak what runs again: they must not pass through both.
        links[undoes] = Link(number)
    left_out = log.left_out(links, request.spoken)
    if left_out and not request.force:
        reasons.append(
            f"clients of interface version {', '.join(map(str, left_out))} are connected and would be cut off: "
            "give an adapter, or say force"
        )
    return log.extended(types.input, types.output, links, request.spoken, undoes=undoes is not None)


def _half(
    name: str,
    machine: Machine[Any, Any, Any],
    admitted: Admitted,
    gets: Type[Any],
    gives: Type[Any],
    reasons: list[str],
    limits: Limits,
) -> Program[Any, Any, Any]:
    """Return half of an adapter, which takes these types; if it does not, say so.

    It was looked at in the types of the stage that changes. Where these are not those of the pipeline, since others
    stand between the stage and that end, a half that fits any types (`ident()`) is taken in the pipeline's.
    """
    program, found = admitted.parts[name]
    if match(Pair(found.input, found.output), Pair(gets, gives)):
        return program
    try:
        check(machine, Unit, gets, gives, limits)
        return compile_typed(elaborate(machine, Unit, gets, gives, limits), limits)
    except ToolkitError:
        reasons.append(
            f"the adapter's `{name}` should take {gets} to {gives}, and takes {found.input} to {found.output}"
        )
        return program
