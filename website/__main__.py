"""`python -m website` builds the site into `build/site`; with `--serve` it shows it, at http://127.0.0.1:8000/.

Parts can be named: `python -m website pages` or `python -m website lite`; the rest is left as it was.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from website import lite, pages
from website.downloads import DownloadError
from website.links import problems
from website.places import LITE, SITE
from website.serving import Handler


def _lite() -> None:
    shutil.rmtree(SITE / LITE, ignore_errors=True)
    lite.build(SITE / LITE)


def _pages() -> None:
    for path in SITE.glob("*"):
        if path.name != LITE:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    pages.build(SITE)


def _links() -> None:
    if found := list(problems(SITE, skip=LITE)):
        raise lite.SiteError("\n".join(["links that lead nowhere, or to another host:", *found]))


PARTS: dict[str, Callable[[], None]] = {"lite": _lite, "pages": _pages, "links": _links}


def main(arguments: list[str]) -> int:
    """Build what is asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--serve", type=int, nargs="?", const=8000, metavar="PORT", help="then show the site")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    SITE.mkdir(parents=True, exist_ok=True)
    for name in chosen.parts or PARTS:
        start = time.perf_counter()
        try:
            PARTS[name]()
        except (DownloadError, lite.SiteError) as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{name:<8}{time.perf_counter() - start:6.1f} s", flush=True)
    print(f"the site is in {SITE.relative_to(Path.cwd()) if SITE.is_relative_to(Path.cwd()) else SITE}")
    if chosen.serve is not None:
        print(f"http://127.0.0.1:{chosen.serve}/", flush=True)
        ThreadingHTTPServer(("127.0.0.1", chosen.serve), partial(Handler, directory=str(SITE))).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
