"""Where things are that the site is made of, and where they are put. Nothing else."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEBSITE = ROOT / "website"
NOTEBOOKS = ROOT / "notebooks"
DOCS = ROOT / "docs"

# All that is made lies in a folder that git does not see. Downloads outlive a build.
BUILD = ROOT / "build"
DOWNLOADS = BUILD / "downloads"
STATIC = BUILD / "static"  # what the pages load beside what is in website/static
SITE = BUILD / "site"

# Where the browser's Jupyter is, below the site.
LITE = "lite"
