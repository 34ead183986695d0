"""What a change does to the versions of a pipeline's interface: whether it makes one, and who is still served."""

from __future__ import annotations

from sm_toolkit.language.data.types import Pair, match
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


def next_log(log: Log, types: Interface, admitted: Admitted, undoes: int | None, reasons: list[str]) -> Log:
    """Return the versions after a change that gives a pipeline these types; say in ``reasons`` why there can be none.

    ``undoes`` is the version before the newest one, where that is undone.
    """
    request = admitted.request
    if request.adapter is None and undoes is None and (types.input, types.output) == (log.input, log.output):
        return log
    links: dict[int, Link] = {}
    number = log.next_number()
    if request.adapter is not None:
        up, up_types = admitted.parts["up"]
        down, down_types = admitted.parts["down"]
        for name, found, gets, gives in (
            ("up", up_types, log.input, types.input),
            ("down", down_types, types.output, log.output),
        ):
            if not match(Pair(found.input, found.output), Pair(gets, gives)):
                reasons.append(
                    f"the adapter's `{name}` should take {gets} to {gives}, and takes {found.input} to {found.output}"
                )
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
