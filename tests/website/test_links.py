"""Links that lead nowhere, or to another host for what a page is made of, are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.links import problems

GOOD = """<!doctype html><html><head><link rel="stylesheet" href="style.css"><link rel="next" href="a/other.html">
</head><body><h1 id="top">Here</h1><a href="#top">up</a> <a href="a/other.html#there">there</a> <a href="a/">folder</a>
<img src="data:image/svg+xml;base64,AAAA"><a href="https://example.org/">elsewhere</a></body></html>"""
OTHER = '<html><body><p id="there">There</p><a href="../index.html?x=1">back</a></body></html>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(GOOD, "utf-8")
    (tmp_path / "style.css").write_text("", "utf-8")
    for name in ("other", "index"):
        (tmp_path / "a" / f"{name}.html").write_text(OTHER, "utf-8")
    return tmp_path


def test_a_whole_site_has_none(site: Path) -> None:
    assert list(problems(site)) == []


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("a/other.html#there", "a/another.html", "a/another.html: there is no such file"),
        ("a/other.html#there", "a/other.html#here", "a/other.html#here: there is no place 'here' in it"),
        ("#top", "#bottom", "#bottom: there is no place 'bottom' in it"),
        ('href="a/"', 'href="/a/"', "/a/: is no link of a site below a path"),
        ('href="a/"', 'href="../a/"', "../a/: leads out of the site"),
        ("style.css", "https://fonts.example.org/style.css", "fetches https://fonts.example.org/style.css"),
        ("data:image/svg+xml;base64,AAAA", "//example.org/a.png", "fetches //example.org/a.png from another host"),
    ],
)
def test_each_kind_is_told(site: Path, was: str, becomes: str, problem: str) -> None:
    page = site / "index.html"
    page.write_text(GOOD.replace(was, becomes), "utf-8")
    found = list(problems(site))
    assert len(found) == 1
    assert found[0].startswith("index.html: ")
    assert problem in found[0]


def test_a_folder_may_be_left_out(site: Path) -> None:
    (site / "a" / "other.html").write_text('<p id="there"></p><a href="gone.html">gone</a>', "utf-8")
    assert len(list(problems(site))) == 1
    assert list(problems(site, skip="a")) == []
