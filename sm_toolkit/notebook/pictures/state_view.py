"""The states of a machine and the steps between them as they are shown: merged where they are many, and in words.

No place on a page belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sm_toolkit.language.checking.inference import Scheme
from sm_toolkit.language.data.equality import opened
from sm_toolkit.language.data.types import Type, Unit, is_record_head, record_words
from sm_toolkit.language.exploring import StateGraph, Transition
from sm_toolkit.language.text.plain import shorten
from sm_toolkit.notebook.pictures.picture import Edge, Graph, Node
from sm_toolkit.notebook.pictures.scene import clean
from sm_toolkit.notebook.pictures.wording import type_text, value_text

MOST_STATES = 12
"""How many states are drawn if nobody says otherwise; more are merged."""

LONGEST_STATE = 120
LONGEST_INPUT, LONGEST_OUTPUT = 40, 60
MOST_WORDS = 3
"""How many of the steps between two states are written out."""


@dataclass(frozen=True, slots=True)
class StateNode:
    """A state, or ``members`` merged ones; ``beyond`` says that there are steps from it which are not here."""

    words: str
    members: int = 1
    beyond: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of it below its words."""
        merged = (f"{self.members:,} states",) if self.members > 1 else ()
        return (*merged, *(("and on",) if self.beyond else ()))


@dataclass(frozen=True, slots=True)
class StateEdge:
    """The steps from one state to another: a line in words for each, of many the first; ``steps`` counts them all."""

    source: int
    target: int
    words: tuple[str, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class StateView:
    """States, the first of which is where the machine starts, the steps between them, and what is said of it all."""

    name: str
    types: str
    nodes: tuple[StateNode, ...]
    edges: tuple[StateEdge, ...]
    notes: tuple[str, ...]


def state_view(graph: StateGraph, most: int = MOST_STATES, by: Callable[[Any], object] | None = None) -> StateView:
    """Look at what was found of a machine; states are merged ``by`` what a function says of them.

    Without such a function, where there are more than ``most`` of them, those are merged that are alike but for numbers
    and texts, or else all but those that were found first.

    Raises:
        ValueError: ``most`` is less than 2, or ``by`` tells more states apart than ``most``.
    """
    if most < 2:
        raise ValueError(f"at least 2 states are drawn, and not {most}")
    group, words = _groups(graph, most, by)
    members = [0] * len(words)
    for each in group:
        members[each] += 1
    beyond = {group[place] for place in graph.unfinished}
    nodes = tuple(
        StateNode(text, count, place in beyond) for place, (text, count) in enumerate(zip(words, members, strict=True))
    )
    edges = _edges(graph, group)
    notes = [f"{str(graph)[0].upper()}{str(graph)[1:]}."]
    if len(nodes) < len(graph.states):
        alone = sum(count == 1 for count in members)
        told = f"{len(graph.states) - alone:,} of the states are merged into {len(nodes) - alone}"
        how = "" if by is None else ", by what was asked for"
        notes.append(f"{told}{how}: a box with a number stands for so many.")
    name = shorten(clean(graph.machine.name or "machine"), 40)
    scheme = graph.scheme
    types = f"{type_text(scheme.input, 40)} -> {type_text(scheme.output, 40)}, state {type_text(scheme.state, 40)}"
    return StateView(name, types, nodes, edges, tuple(notes))


def _groups(graph: StateGraph, most: int, by: Callable[[Any], object] | None) -> tuple[list[int], list[str]]:
    """Return to which group each state belongs, and the words of each group."""
    if by is not None:
        group, words = _by_words([shorten(clean(str(by(state))), LONGEST_STATE) for state in graph.states])
        if len(words) > most:
            raise ValueError(
                f"`by` tells {len(words)} states apart, and {most} are drawn: draw(graph, most={len(words)})"
            )
        return group, words
    if len(graph.states) <= most:
        return list(range(len(graph.states))), [state_text(graph, place) for place in range(len(graph.states))]
    for booleans in (True, False):
        group, words = _by_words(_shape(state, graph.scheme.state, booleans) for state in graph.states)
        if 1 < len(words) <= most:
            return group, _alone(graph, group, words)
    group = [min(place, most - 1) for place in range(len(graph.states))]
    return group, [*(state_text(graph, place) for place in range(most - 1)), "the others"]


def _by_words(told: Iterable[str]) -> tuple[list[int], list[str]]:
    places: dict[str, int] = {}
    group = [places.setdefault(words, len(places)) for words in told]
    return group, list(places)


def _alone(graph: StateGraph, group: list[int], words: list[str]) -> list[str]:
    """Word a state that was not merged with another as itself."""
    found: dict[int, list[int]] = {}
    for place, each in enumerate(group):
        found.setdefault(each, []).append(place)
    return [state_text(graph, found[each][0]) if len(found[each]) == 1 else text for each, text in enumerate(words)]


def state_text(graph: StateGraph, place: int) -> str:
    """Word the state at a place; where all states are of one record its name is left out."""
    text = value_text(graph.states[place], LONGEST_STATE, graph.scheme.state)
    return text[text.index("{") :] if is_record_head(graph.scheme.state.head) and "{" in text else text


def _shape(value: Any, type_: Type[Any], booleans: bool, depth: int = 0) -> str:
    """Word what a value is but for its numbers, texts, lists and maps."""
    if type_ is Unit:
        return "()"
    if type_.head == "Bool" and booleans:
        return str(value)
    if depth > 8 or not (type_.args or is_record_head(type_.head)) or type_.head in ("List", "Map"):
        return "…"
    if type_.head == "Either":
        side = type(value).__name__
        return f"{side} {_shape(value.value, type_.args[side == 'Right'], booleans, depth + 1)}"
    if type_.head == "Maybe":
        return "Nothing" if value is None else f"Just {_shape(value, type_.args[0], booleans, depth + 1)}"
    if type_.head == "Variant":
        name = type(value).__name__
        inner = next(part for part in type_.args if record_words(part.head)[0] == name)
        return _shape(value, inner, booleans, depth + 1)
    found = opened(value)
    assert found is not None  # a tuple or a record
    parts = [_shape(part, inner, booleans, depth + 1) for part, inner in zip(found[1], type_.args, strict=True)]
    if not is_record_head(type_.head):
        return f"({', '.join(parts)})"
    name, labels = record_words(type_.head)
    told = [f"{label} = {part}" for label, part in zip(labels, parts, strict=True) if part != "…"]
    rest = ["…"] if len(told) < len(parts) else []
    return f"{name} {{{', '.join([*told, *rest])}}}" if parts else name


def _edges(graph: StateGraph, group: list[int]) -> tuple[StateEdge, ...]:
    """Return the steps between groups, those of one state in the order of its inputs."""
    words: dict[tuple[int, int], dict[str, None]] = {}
    steps: dict[tuple[int, int], int] = {}
    for one in graph.transitions:
        ends = group[one.source], group[one.target]
        steps[ends] = steps.get(ends, 0) + 1
        found = words.setdefault(ends, {})
        if len(found) <= 10 * MOST_WORDS:  # of very many only the first are looked at
            found.setdefault(step_text(one, graph.scheme))
    return tuple(StateEdge(*ends, _few(list(told), steps[ends]), steps[ends]) for ends, told in words.items())


def step_text(step: Transition, scheme: Scheme) -> str:
    """Word a step by its input and output; an output that says nothing is left out."""
    told = value_text(step.input, LONGEST_INPUT, scheme.input)
    if step.failure is not None:
        return f"{told} fails"
    return told if scheme.output is Unit else f"{told} / {value_text(step.output, LONGEST_OUTPUT, scheme.output)}"


def _few(told: list[str], steps: int) -> tuple[str, ...]:
    if len(told) <= MOST_WORDS:
        return tuple(told) if steps == len(told) or len(told) > 1 else (*told, f"{steps:,} steps")
    shown = told[: MOST_WORDS - 1]
    return (*shown, f"… {steps - len(shown):,} more")


# -- text and graph -----------------------------------------------------------------------------------------


def title_text(view: StateView) -> str:
    """Say in one sentence what the picture shows, for those who do not see it."""
    return f"the states of {view.name}: {view.types}. {' '.join(view.notes)}"


def state_lines(view: StateView) -> str:
    """Return the picture as lines of text."""
    lines = [f"the states of {view.name}: {view.types}"]
    for place, node in enumerate(view.nodes):
        notes = f" ({', '.join(node.notes)})" if node.notes else ""
        lines.append(f"{'start: ' if not place else ''}{node.words}{notes}")
        for edge in view.edges:
            if edge.source == place:
                target = "itself" if edge.target == place else view.nodes[edge.target].words
                lines.append(f"  {'; '.join(edge.words)} -> {target}")
    return "\n".join([*lines, *view.notes])


def graph_of(view: StateView) -> Graph:
    """Return the graph as it is drawn, merged states as one node."""
    nodes = [Node("start", "start", "port")]
    for place, node in enumerate(view.nodes):
        nodes.append(Node(f"q{place}", ", ".join((node.words, *node.notes)), "state"))
    edges = [Edge("start", "q0")]
    edges += [Edge(f"q{edge.source}", f"q{edge.target}", "; ".join(edge.words)) for edge in view.edges]
    return Graph(tuple(nodes), tuple(edges))
