"""Interface versions: which edition of a pipeline's input and output type a client speaks, and the log of
links by which the older ones are still served. Values only; what makes a new version is in ``upgrades``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sm_toolkit.language.compiler import Program
from sm_toolkit.language.data.types import Type

FIRST_VERSION = 1
"""The number of the version that a pipeline is deployed with."""


@dataclass(frozen=True)
class Link:
    """How items of one version pass to a later one; None where nothing has to be done to them."""

    to: int
    up: Program[Any, Any, Any] | None = None
    down: Program[Any, Any, Any] | None = None


@dataclass(frozen=True)
class Log:
    """The versions of a pipeline's interface: the current one, the types of each, and the links onwards.

    Every version that is still served has one link, and following links ends at the current version. ``makers`` are the
    versions whose making can still be undone, the newest last: undoing it makes a version that speaks as the one
    before it did.
    """

    input: Type[Any]
    output: Type[Any]
    current: int = FIRST_VERSION
    links: dict[int, Link] = field(default_factory=dict)
    interfaces: dict[int, tuple[Type[Any], Type[Any]]] = field(default_factory=dict)
    makers: tuple[int, ...] = ()

    def route(self, version: int) -> tuple[list[Program[Any, Any, Any]], list[Program[Any, Any, Any]]] | None:
        """Return what takes inputs of a version up, in order, and outputs down; None if it is not served."""
        ups: list[Program[Any, Any, Any]] = []
        downs: list[Program[Any, Any, Any]] = []
        while version != self.current:
            link = self.links.get(version)
            if link is None:
                return None
            if link.up is not None and link.down is not None:
                ups.append(link.up)
                downs.insert(0, link.down)
            version = link.to
        return ups, downs

    def served(self) -> frozenset[int]:
        """Return every version that an item may be written against."""
        return frozenset({self.current, *self.links})

    def types(self, version: int | None) -> tuple[Type[Any], Type[Any]] | None:
        """Return the input and output type of a version, or None if it is not served."""
        if version is None or version == self.current:
            return self.input, self.output
        return self.interfaces.get(version)

    def extended(
        self,
        input: Type[Any],
        output: Type[Any],
        links: dict[int, Link],
        spoken: frozenset[int] | None,
        *,
        undoes: bool = False,
    ) -> Log:
        """Return the log with a new version of that interface, reached by the new links.

        ``undoes`` says that it is the newest version that is undone by it. Links that nobody needs go: those that no
        spoken version passes. ``None`` keeps them all.
        """
        number = self.next_number()
        joined = {**self.links, **links}
        if spoken is not None:
            needed: set[int] = set()
            for version in (*spoken, *links):
                while version != number and version in joined and version not in needed:
                    needed.add(version)
                    version = joined[version].to
            joined = {version: link for version, link in joined.items() if version in needed}
        joined = {version: link for version, link in joined.items() if arrives(version, number, joined)}
        # A version that speaks what runs again may have been forgotten before: its types are the new ones.
        again = {version: (input, output) for version, link in links.items() if link.up is None}
        known = {**again, **self.interfaces, self.current: (self.input, self.output)}
        interfaces = {version: types for version, types in known.items() if version in joined}
        return replace(
            self,
            input=input,
            output=output,
            current=number,
            links=joined,
            interfaces=interfaces,
            makers=self.makers[:-1] if undoes else (*self.makers, number),
        )

    def left_out(self, links: dict[int, Link], spoken: frozenset[int] | None) -> list[int]:
        """Return the spoken versions that would not be served by the next version with these links to it."""
        joined = {**self.links, **links}
        return sorted(version for version in spoken or () if not arrives(version, self.next_number(), joined))

    def next_number(self) -> int:
        """Return the number that the next version gets: numbers are never used again."""
        return self.current + 1


def arrives(version: int, goal: int, links: dict[int, Link]) -> bool:
    """Tell whether following links from one version ends at another."""
    while version != goal:
        if version not in links:
            return False
        version = links[version].to
    return True
