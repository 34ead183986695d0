"""Formulas between dollars are formulas on the site, drawn by a script of its own, and only where there are some."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from website.places import ROOT, WEBSITE

FORMULAS = r"""# Formulas

If $m(s') = t$, at 5$ and 6$ and \$7, then

$$
(s, t) \in R
$$

\begin{align}
R &\subseteq S \times T
\end{align}
"""
PLAIN = "# Index\n\n```{toctree}\nformulas\n```\n\nNo `$formula$` here.\n\n```sh\n$ ls $HOME\n```\n"


@pytest.mark.machine
def test_formulas_are_drawn_by_the_site_itself(tmp_path: Path) -> None:
    pages, site = tmp_path / "pages", tmp_path / "site"
    pages.mkdir()
    (pages / "index.md").write_text(PLAIN, "utf-8")
    (pages / "formulas.md").write_text(FORMULAS, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "-E", "-c", str(WEBSITE)]
    subprocess.run([*command, str(pages), str(site)], cwd=ROOT, check=True, timeout=120)
    plain, formulas = (unescape((site / f"{name}.html").read_text("utf-8")) for name in ("index", "formulas"))
    assert "mathjax.js" not in plain
    assert 'src="_static/mathjax.js' in formulas
    for found in (r"\(m(s') = t\)", r"(s, t) \in R", r"R &\subseteq S \times T", "at 5$ and 6$ and $7, then"):
        assert found in formulas
    assert not [line for line in formulas.splitlines() if "<script" in line and "//" in line.partition("src=")[2]]
