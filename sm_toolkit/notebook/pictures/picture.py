"""What `draw` gives: a picture that shows itself in a notebook, prints as text, is saved, and is at hand as
a graph.

A picture holds its scene, its words and its graph; how they came about is the business of the module that
made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from sm_toolkit.notebook.pictures.rules import require
from sm_toolkit.notebook.pictures.scene import Scene
from sm_toolkit.notebook.pictures.svg import scene_to_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the graph behind a picture; `kind` is "operation", "split", "join", "port" or "stage"."""

    name: str
    text: str
    kind: str = "operation"
    ran: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the graph behind a picture, with the type on it."""

    source: str
    target: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """What is joined to what, in drawing order; the same for the same picture."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A picture of a machine, a pipeline or an upgrade. The last value of a notebook cell shows itself."""

    scene: Scene
    text: str
    graph: Graph = field(default_factory=Graph)

    @property
    def svg(self) -> str:
        """The picture as SVG text: the same bytes every time."""
        return scene_to_svg(self.scene)

    def figure(self) -> Figure:
        """The picture as a matplotlib figure of the same layout and size."""
        from sm_toolkit.notebook.pictures.figure import scene_to_figure

        return scene_to_figure(self.scene)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture; the name ends in .svg, .png or .pdf.

        Raises:
            SceneError: the picture breaks the drawing rules.
            ValueError: the name ends otherwise.
        """
        name = fspath(path)
        kind = name.rpartition(".")[2].lower()
        if kind not in ("svg", "png", "pdf"):
            raise ValueError(f"a picture is saved as .svg, .png or .pdf, not as {name!r}")
        require(self.scene)
        if kind == "svg":
            with open(name, "w", encoding="utf-8", newline="\n") as file:
                file.write(self.svg)
        else:
            from sm_toolkit.notebook.pictures.figure import save_figure

            save_figure(self.figure(), name, kind)

    def to_networkx(self) -> Any:
        """The picture's graph as a `networkx.MultiDiGraph`; nodes and edges carry `text`."""
        import networkx

        graph: Any = networkx.MultiDiGraph(name=self.scene.title)
        for node in self.graph.nodes:
            graph.add_node(node.name, text=node.text, kind=node.kind, ran=node.ran)
        for edge in self.graph.edges:
            graph.add_edge(edge.source, edge.target, text=edge.text)
        return graph

    def to_mermaid(self) -> str:
        """The picture's graph as Mermaid text."""
        shapes = {"split": ("{", "}"), "join": ("{", "}"), "port": ("([", "])")}
        lines = ["flowchart LR"]
        for node in self.graph.nodes:
            opening, closing = shapes.get(node.kind, ("[", "]"))
            lines.append(f'  {node.name}{opening}"{_mermaid(node.text)}"{closing}')
        for edge in self.graph.edges:
            arrow = f'-- "{_mermaid(edge.text)}" -->' if edge.text else "-->"
            lines.append(f"  {edge.source} {arrow} {edge.target}")
        return "\n".join(lines) + "\n"

    def to_dot(self) -> str:
        """The picture's graph in the language of Graphviz."""
        shapes = {"split": "diamond", "join": "diamond", "port": "plaintext"}
        lines = [f"digraph {_dot(self.scene.title)} {{", "  rankdir=LR;"]
        for node in self.graph.nodes:
            lines.append(f"  {node.name} [label={_dot(node.text)}, shape={shapes.get(node.kind, 'box')}];")
        for edge in self.graph.edges:
            label = f" [label={_dot(edge.text)}]" if edge.text else ""
            lines.append(f"  {edge.source} -> {edge.target}{label};")
        return "\n".join([*lines, "}"]) + "\n"

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.text}


def _mermaid(text: str) -> str:
    for sign in '#&<>"':
        text = text.replace(sign, f"#{ord(sign)};")
    return text


def _dot(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
