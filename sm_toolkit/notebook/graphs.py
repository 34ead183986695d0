"""What is drawn, as a graph of networkx, whose algorithms are then at hand; the language itself knows nothing of it."""

from __future__ import annotations

from typing import Any

from sm_toolkit.language.exploring import StateGraph
from sm_toolkit.notebook.drawing import draw


def to_networkx(thing: Any, **options: Any) -> Any:
    """Return a ``networkx.MultiDiGraph`` of what ``draw`` draws; of the states of a machine every one, none merged.

    The nodes of states are their places; they carry ``state``, ``distance`` (in steps) and ``unfinished``, and their
    edges ``input``, ``output`` and ``failure``. Nodes and edges of everything else carry the ``text`` of its picture.

    >>> from sm_toolkit.language.exploring import explore
    >>> from sm_toolkit.language.vocabulary.combinators import get, not_, put
    >>> graph = to_networkx(explore(get() >> not_ >> put(), False))
    >>> graph.nodes[1]["state"], list(graph.successors(1))
    (True, [0])

    Raises:
        TypeError: there is no picture of such a thing.
    """
    if not isinstance(thing, StateGraph):
        return draw(thing, **options).to_networkx()
    import networkx

    graph: Any = networkx.MultiDiGraph(name=thing.machine.name or "machine")
    unfinished = set(thing.unfinished)
    for place, (state, distance) in enumerate(zip(thing.states, thing.distances, strict=True)):
        graph.add_node(place, state=state, distance=distance, unfinished=place in unfinished)
    for source, target, x, y, failure in thing.transitions:
        graph.add_edge(source, target, input=x, output=y, failure=failure)
    return graph
