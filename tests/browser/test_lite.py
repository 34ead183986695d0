"""The course in a browser that reaches nothing but the site: two notebooks, run whole, and a widget pressed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from website import course, lite
from website.places import LITE
from website.serving import Handler

pytestmark = pytest.mark.browser

BELOW = "some/path"  # the site need not be at the top of its host
PYTHON_RUNS = 600_000  # milliseconds for Python to start and all cells to run, on a machine that does much else


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the course in it, built now."""
    top = tmp_path_factory.mktemp("site")
    (top / BELOW).mkdir(parents=True)
    lite.build(top / BELOW / LITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(top))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{BELOW}/{LITE}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def run_notebook(page: Page, site: str) -> Iterator[Callable[[str], Locator]]:
    """`run_notebook(name)` opens a notebook, runs all of it and returns it; at the end no other host was asked."""
    others: list[str] = []

    def refuse(route: Route) -> None:
        others.append(route.request.url)
        route.abort()

    def run(name: str) -> Locator:
        page.context.route(lambda url: not url.startswith((site, "data:", "blob:")), refuse)
        page.goto(f"{site}notebooks/index.html?path={name}")
        page.get_by_role("menuitem", name="Run", exact=True).wait_for(timeout=PYTHON_RUNS)
        # Before there is a kernel that is idle, cells that are told to run only lose their numbers.
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=PYTHON_RUNS)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        # The numbers that are kept in the file give way to stars, and those to new ones.
        page.wait_for_function(f"() => {_PROMPTS}.some(text => text.includes('*'))", timeout=PYTHON_RUNS)
        # A folded cell shows no number.
        page.wait_for_function(
            f"() => {_PROMPTS}.length > 0 && {_PROMPTS}.every(text => /^(\\[\\d+\\]:)?$/.test(text))",
            timeout=PYTHON_RUNS,
        )
        return page.locator(".jp-Notebook")

    yield run
    assert others == []


_PROMPTS = "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(e => e.textContent.trim())"
# An error's traceback is red, and what is said in red; nothing in the course writes to that stream.
ERRORS = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"


def test_the_first_notebook_runs_and_its_stepper_steps(run_notebook: Callable[[str], Locator]) -> None:
    notebook = run_notebook("01_a_counter_that_changes.ipynb")
    expect(notebook.locator(ERRORS)).to_have_count(0)
    expect(notebook.locator(".jp-RenderedSVG").first).to_be_attached()
    stepper = notebook.locator(".sm-stepper").first
    stepper.scroll_into_view_if_needed()
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(4)
    stepper.get_by_role("button", name="Right ()", exact=True).click()
    expect(stepper.locator(".sm-stepper-table tbody tr")).to_have_count(5)
    expect(stepper.locator(".sm-stepper-table tr.sm-here")).to_have_text(re.compile("4.*Right.*3"))
    expect(stepper.locator(".sm-stepper-picture svg")).to_have_attribute(
        "aria-label", re.compile(re.escape("step(count_v1, Right(None), 2) == (Right(None), 3)"))
    )


def test_what_needs_threads_says_so_and_the_rest_of_the_notebook_runs(run_notebook: Callable[[str], Locator]) -> None:
    name = "05_pipelines.ipynb"
    notebook = run_notebook(name)
    expect(notebook.locator(ERRORS)).to_have_count(0)
    told = notebook.get_by_text("threads() needs threads, and Python in a browser has none")
    expect(told).to_have_count(len(course.CELLS_THAT_NEED_A_MACHINE[name]))
    warned = notebook.locator(".jp-RenderedMarkdown", has_text="it uses threads, which a page does not have")
    expect(warned).to_have_count(len(course.CELLS_THAT_NEED_A_MACHINE[name]))
