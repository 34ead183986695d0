"""Whether all links of the built site lead somewhere, and nothing is asked of another host. Reads HTML files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself; of an <a> and of a few <link>s, only what a reader asks for.
NOT_FETCHED = {"author", "canonical", "next", "prev", "search", "index", "help"}


@dataclass
class Page(HTMLParser):
    """What a page names: the places in it, what it fetches and where its links go."""

    names: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        said = {name: value or "" for name, value in attrs}
        self.names |= {said[name] for name in ("id", "name") if name in said}
        if "src" in said:
            self.fetched.append(said["src"])
        if "href" in said:
            on_its_own = tag == "link" and said.get("rel") not in NOT_FETCHED
            (self.fetched if on_its_own else self.links).append(said["href"])


def problems(site: Path, skip: str = "") -> Iterator[str]:
    """Yield what is wrong with the links of a site's pages, but for those in the folder ``skip``."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html")) if not skip or site / skip not in path.parents}
    for path, page in pages.items():
        told = path.relative_to(site)
        for link in page.fetched:
            if urlsplit(link).netloc:
                yield f"{told}: fetches {link} from another host"
        for link in dict.fromkeys([*page.links, *page.fetched]):
            if wrong := _problem(site, pages, path, link):
                yield f"{told}: {link}: {wrong}"


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def _problem(site: Path, pages: dict[Path, Page], path: Path, link: str) -> str | None:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    if parts.path.startswith("/"):
        return "is no link of a site below a path"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if site.resolve() not in target.parents and target != site.resolve():
        return "leads out of the site"
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return "there is no such file"
    fragment = unquote(parts.fragment)
    if fragment and target in pages and fragment not in pages[target].names:
        return f"there is no place {fragment!r} in it"
    return None
