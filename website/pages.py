"""The pages of the site, by Sphinx: the course as committed, the reference, guides, figures. Warnings are errors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from website import course
from website.downloads import mathjax
from website.lite import SiteError
from website.places import BUILD, LITE, ROOT, STATIC, WEBSITE
from website.reference import written_out

# The repository as Sphinx sees it: links between its files work as they do there, and what is linked comes along.
SOURCE = BUILD / "pages"
TAKEN = ["benchmarks", "docs"]

ABOUT_THE_COURSE = f"""
The notebooks as they are in the repository, with the outputs that they have there. Each can be run in the browser, and
<a href="../{LITE}/lab/index.html">all of them can be opened there</a>; what you change stays in your browser. On a
machine `sm-toolkit lab` opens them in JupyterLab.
""".strip()


def build(place: Path) -> None:
    """Build the pages into a folder.

    Raises:
        SiteError: Sphinx warns of something; its words are in the error.
        DownloadError: what draws formulas cannot be fetched.
    """
    _lay_out(SOURCE)
    shutil.rmtree(STATIC, ignore_errors=True)
    STATIC.mkdir(parents=True)
    shutil.copyfile(mathjax(), STATIC / "mathjax.js")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-E", "-j", "auto"]
    command += ["-c", str(WEBSITE), "-d", str(BUILD / "doctrees"), str(SOURCE), str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(f"Sphinx does not build the pages:\n{done.stdout}{done.stderr}")


def _lay_out(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    for name in TAKEN:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "CHANGELOG.md", place / "CHANGELOG.md")
    shutil.copyfile(WEBSITE / "index.md", place / "index.md")
    for page in place.rglob("*.md"):
        # An example of Python's prompt ends, for doctest, in an empty line, which nobody needs to see.
        page.write_text(written_out(page.read_text("utf-8").replace("\n\n```\n", "\n```\n")), "utf-8")
    (place / "notebooks").mkdir()
    (place / "notebooks" / "index.md").write_text(_contents(), "utf-8")
    for path in course.notebooks():
        made = json.dumps(_as_page(path), ensure_ascii=False)
        (place / "notebooks" / path.name).write_text(made, "utf-8")


def _contents() -> str:
    """Return the page that lists the notebooks; one that is an index of the course itself stands first."""
    listed = "\n".join(path.stem for path in course.notebooks())
    return f"# The course\n\n{ABOUT_THE_COURSE}\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"


def _as_page(path: Path) -> Any:
    """Return a notebook that says under its title where it can be run."""
    notebook = course.read(path)
    title, _, rest = notebook["cells"][0]["source"].partition("\n")
    where = f"../{LITE}/notebooks/index.html?path={path.name}"
    verb = "Open" if course.needs_a_machine(path) else "Run"
    note = f'<p class="run-it"><a href="{where}">{verb} this notebook in the browser</a>, with nothing installed</p>'
    notebook["cells"][0]["source"] = f"{title}\n\n{note}\n{rest}"
    return notebook
