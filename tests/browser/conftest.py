"""A real JupyterLab with copies of the notebooks, and a Chromium that opens them.

JupyterLab gets empty settings and a folder of its own, so that nothing of the user's is seen or touched.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SECONDS_TO_START = 60
SIZE: ViewportSize = {"width": 1300, "height": 1000}
MILLISECONDS = 30_000  # the longest wait for anything in the page


SCREENSHOTS = "SM_TOOLKIT_SCREENSHOTS"
"""The environment variable that names the folder for pictures of pages, which CI keeps."""


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """The folder for pictures of pages: ``build/screenshots``, unless the environment names another."""
    folder = Path(os.environ.get(SCREENSHOTS) or ROOT / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Lab:
    """A JupyterLab that runs: where it is, and the folder that it shows."""

    address: str
    token: str
    folder: Path
    log: Path

    def url(self, notebook: str) -> str:
        return f"{self.address}/doc/tree/{notebook}?token={self.token}&reset"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    base = tmp_path_factory.mktemp("lab")
    folder = base / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    places = {
        name: str(base / name.lower()) for name in (*names, "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    }
    settings = base / "jupyter_config_dir" / "labconfig"
    settings.mkdir(parents=True)
    # It would ask whether to fetch news, over the page.
    off = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "page_config.json").write_text(json.dumps(off), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    log = base / "jupyterlab.log"
    with log.open("wb") as written:
        server = subprocess.Popen(command, env={**os.environ, **places}, cwd=folder, stdout=written, stderr=written)
    try:
        made = Lab(f"http://127.0.0.1:{port}", token, folder, log)
        _wait_until_it_answers(made, server)
        yield made
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_it_answers(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{lab.address}/api/status?token={lab.token}", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{lab.log.read_text('utf-8', 'replace')[-3000:]}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_notebook(tab: Tab, lab: Lab) -> Callable[[str], Notebook]:
    """`open_notebook(name)` opens one of the notebooks with a kernel of its own, in the place of the one before it."""

    def open_(name: str) -> Notebook:
        tab.notebook = Notebook(tab.page, lab, name)
        return tab.notebook

    return open_


@dataclass
class Tab:
    """The page in which JupyterLab is open: it takes seconds to load, so one is for all tests until one of them fails.

    Each test finds it light and of the same size.
    """

    browser: Browser
    now: Page | None = None
    notebook: Notebook | None = None

    @property
    def page(self) -> Page:
        if self.now is None:
            self.now = _new_page(self.browser)
        self.now.set_viewport_size(SIZE)
        self.now.emulate_media(color_scheme="light")
        return self.now

    def close(self) -> None:
        if self.now is not None:
            self.now.evaluate("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.shutdown()")
            self.now.context.close()
            self.now = self.notebook = None


def _new_page(browser: Browser) -> Page:
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(MILLISECONDS)
    return context.new_page()


def _kept(page: Page, request: pytest.FixtureRequest) -> None:
    """Save what a page shows when its test failed, and print where."""
    file, path = tempfile.mkstemp(prefix=f"{request.node.name}_", suffix=".png")
    os.close(file)
    page.screenshot(path=path)
    print(f"the page as it was: {path}")


@pytest.fixture(scope="session")
def shared_tab(browser: Browser, lab: Lab) -> Iterator[Tab]:
    made = Tab(browser)
    yield made
    made.close()


@pytest.fixture
def tab(shared_tab: Tab, request: pytest.FixtureRequest) -> Iterator[Tab]:
    yield shared_tab
    if request.node.stash.get(FAILED, False) and shared_tab.now is not None:
        _kept(shared_tab.now, request)
        shared_tab.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own, in which nothing is open."""
    opened = _new_page(browser)
    yield opened
    if request.node.stash.get(FAILED, False):
        _kept(opened, request)
    opened.context.close()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


class Notebook:
    """A notebook that is open in JupyterLab: a copy of its own, with a kernel of its own."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page = page
        self.name = name
        self.has_run = False
        copy = f"{secrets.token_hex(4)}_{name}"
        shutil.copyfile(lab.folder / name, lab.folder / copy)
        if page.url == "about:blank":
            page.goto(lab.url(copy))
        else:
            page.evaluate(_OPEN_ANOTHER, copy)
        # The mark of the kernel says "idle" before there is one, too.
        page.wait_for_function(
            "() => { const w = window.jupyterapp?.shell.currentWidget; return w?.sessionContext?.isReady"
            " && w.sessionContext.session?.kernel?.status === 'idle' && w.content?.model?.cells.length > 0 }"
        )

    def run_all(self) -> None:
        """Run every cell, and wait until each has its number."""
        self.has_run = True
        self.page.evaluate(f"() => {{ {_CELLS}.forEach(c => c.model.executionCount = null) }}")
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
        self.page.wait_for_function(
            f"() => {_CELLS}.filter(c => c.model.type === 'code' && c.model.sharedModel.source.trim())"
            ".every(c => c.model.executionCount !== null && c.model.executionState !== 'running')"
        )

    def executed(self) -> list[int]:
        """The numbers of the cells that ran, in order."""
        found: list[int] = self.page.evaluate(
            f"() => {_CELLS}.filter(c => c.model.type === 'code').map(c => c.model.executionCount)"
        )
        return found

    def errors(self) -> list[str]:
        """What every cell that failed says."""
        found: list[str] = self.page.evaluate(
            f"() => {_CELLS}.filter(c => c.model.type === 'code').flatMap(c => c.model.outputs.toJSON())"
            ".filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue)"
        )
        return found

    def start(self, name: str) -> Locator:
        """Run a cell as Ctrl+Enter does, and return it at once."""
        found = self.cell(name)
        self.page.evaluate(f"(name) => {{ {_NAMED}.model.executionCount = null }}", name)
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-cell') }")
        return found

    def run(self, name: str) -> Locator:
        """Run a cell and wait until it is done; return it."""
        found = self.start(name)
        self.wait(name)
        return found

    def wait(self, name: str) -> None:
        """Wait until a cell is done, and the kernel would take another."""
        self.page.wait_for_function(
            f"""(name) => {{
                const cell = {_NAMED};
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                return cell.model.executionCount !== null && cell.model.executionState !== 'running'
                    && kernel.status === 'idle';
            }}""",
            arg=name,
            timeout=4 * MILLISECONDS,  # the first cell loads the package, on a machine that may be busy
        )

    def cell(self, name: str) -> Locator:
        """Go to a cell (only what is near the window is in the page) and return it."""
        number: int = self.page.evaluate(
            """async (name) => {
                const content = window.jupyterapp.shell.currentWidget.content;
                const number = content.widgets.findIndex(c => c.model.id === name);
                content.activeCellIndex = number;
                await content.scrollToItem(number, 'start');
                return number;
            }""",
            name,
        )
        assert number >= 0, f"there is no cell {name}"
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{number}"]')


_OPEN_ANOTHER = """async (path) => {
    const app = window.jupyterapp;
    const before = app.shell.currentWidget;
    await before?.sessionContext?.shutdown();
    before?.dispose();
    await app.commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' });
    await app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
}"""
_CELLS: Any = "window.jupyterapp.shell.currentWidget.content.widgets"
_NAMED: Any = f"{_CELLS}.find(one => one.model.id === name)"
