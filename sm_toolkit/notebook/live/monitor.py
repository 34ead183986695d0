"""The monitor's looks: a table that keeps itself up to date, and a change by a button. What it knows is ``watching``'s.

It looks on a thread of its own, and asks for changes on another: so it holds up neither the kernel nor itself.
"""

from __future__ import annotations

import atexit
import contextvars
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from sm_toolkit.language.errors import ToolkitError
from sm_toolkit.language.text.plain import plain
from sm_toolkit.notebook.controls import ErrorLine, button, column, looks, mimebundle, page, row
from sm_toolkit.notebook.live.watching import MonitorModel, Preview, Snapshot
from sm_toolkit.notebook.one_a_cell import one_a_cell
from sm_toolkit.notebook.tables import block, paragraph
from sm_toolkit.pipeline.messages import Change

INTERVAL = 0.5
"""How often (seconds) a monitor looks, if nothing else is said."""

PATIENCE = 5.0
"""How many seconds ``stop`` waits for a look that is under way."""


class Monitor:
    """Watch a deployment or a server while it runs, and upgrade it by a button.

    ``change`` is what the button makes: an ``Upgrade``, a ``Downgrade``, a ``Rewire``, or the name of a variable that
    has one when the button is pressed. It is tried in a dry run first, and made once that is confirmed. A table is
    brought up to date each ``interval`` seconds, from when the monitor is first shown until ``stop()`` or until what it
    watches ends; running its cell again, so that it shows another, stops it too. ``model`` is the monitor without its
    looks (see ``MonitorModel``), ``view`` the widget.

    Of a server elsewhere, which a client or a ``HOST:PORT`` says, it shows the same, through a connection of its own
    that is in no change's way. One that is gone is looked for until ``stop()``. One of an older sm_toolkit tells no
    counts: of it the states are shown.

    Raises:
        TypeError: this cannot be watched.
        ValueError: the interval is not above 0.
    """

    def __init__(self, watched: Any, change: Change | str | None = None, interval: float = INTERVAL) -> None:
        if not interval > 0:
            raise ValueError(f"a monitor looks each so many seconds: interval has to be above 0, and is {interval!r}")
        wanted = _named(change) if isinstance(change, str) else change
        self.model = MonitorModel(watched, wanted)
        self.interval = interval
        self.errors = ErrorLine("sm-monitor-error")
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._asking: threading.Thread | None = None
        self._showing = threading.RLock()
        self._words, self._table, self._preview = map(
            page, ("sm-monitor-words", "sm-monitor-table", "sm-monitor-change")
        )
        self._upgrade = button(
            "Upgrade", "sm-monitor-upgrade", self._press(self.look), self.errors, "See what the change would do"
        )
        self._confirm = button(
            "Confirm", "sm-monitor-confirm", self._press(self.confirm), self.errors, "Make the change that is shown"
        )
        self._cancel = button(
            "Cancel", "sm-monitor-cancel", self.cancel, self.errors, "Forget the change that is shown"
        )
        self._stop = button(
            "Stop watching", "sm-monitor-stop", self.stop, self.errors, "Stop looking; what runs runs on"
        )
        ways = [self._upgrade, self._confirm, self._cancel] if self.model.can_change else []
        self.view = column(
            self._words,
            self._table,
            row(*ways, self._stop, name="sm-monitor-ways"),
            self.errors.view,
            self._preview,
            looks("sm-monitor-looks", ""),
            name="sm-monitor",
        )
        self._show(self.model.snapshot())

    # -- what people call ---------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return what runs now, as data."""
        return self.model.snapshot()

    def look(self) -> Preview:
        """Try the change in a dry run and show what it would do, as the button does.

        Raises:
            ToolkitError: there is no change, or it cannot be sent.
        """
        return self._asked(self.model.look)

    def confirm(self) -> Preview:
        """Make the change that was looked at, as the button does.

        Raises:
            ToolkitError: nothing was looked at, or it cannot be sent.
        """
        return self._asked(self.model.confirm)

    def cancel(self) -> None:
        """Forget the change that was looked at, as the button does."""
        self.model.cancel()
        self._show_change()

    @property
    def is_watching(self) -> bool:
        """Whether it keeps itself up to date."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Keep the table up to date from here on; showing the monitor does so by itself."""
        if self.is_watching or self._over.is_set():
            return
        # In the context of the cell, which says where messages to the page belong.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._watch,), name="monitor looks", daemon=True)
        _WATCHING.add(self)
        self.model.target.stay()
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and wait until that is so. What is watched runs on."""
        self._over.set()
        _WATCHING.discard(self)
        self.model.target.leave()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(PATIENCE)
        with self._showing:
            self._stop.disabled = True
            self._words.value = paragraph(self._last.last_words)

    close = make_way = stop

    # -- how it shows -------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        """Print what runs now, without what is different each time one looks."""
        shown = self.model.snapshot()
        parts = [shown.words, *([shown.table(moving=False).text] if shown.stages else [])]
        preview = self.model.preview
        return "\n".join([*parts, *([preview.text] if preview is not None else [])])

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> Mapping[str, Any]:
        shown = self.model.snapshot()
        parts = [paragraph(shown.words), *([shown.table(moving=False).html] if shown.stages else [])]
        if self.model.preview is not None:
            parts.append(preview_html(self.model.preview))
        one_a_cell(self)
        self.start()
        return mimebundle(self.view, block("sm-monitor-static", parts), repr(self))

    def _watch(self) -> None:
        while not self._over.wait(self.interval):
            shown = self.model.snapshot()
            with self._showing:
                if self._over.is_set():
                    return
                self._show(shown)
            if shown.ended:
                _WATCHING.discard(self)
                self.model.target.leave()
                return

    def _show(self, shown: Snapshot) -> None:
        with self._showing:
            self._last = shown
            self._words.value = paragraph(shown.last_words if self._over.is_set() else shown.words)
            if shown.stages:
                self._table.value = shown.table().html
            if shown.ended:
                self._stop.disabled = True
            self._show_change(nobody=bool(shown.ended or shown.gone))

    def _show_change(self, *, nobody: bool = False) -> None:
        with self._showing:
            phase, preview = self.model.phase, self.model.preview
            busy = phase in ("looking", "changing")
            self._upgrade.disabled = nobody or busy
            for each in (self._confirm, self._cancel):
                each.layout.display = None if phase == "looked" and not nobody else "none"
            told = "" if preview is None else preview_html(preview)
            if self._preview.value != told:
                self._preview.value = told

    # -- a change -----------------------------------------------------------------------------------------

    def _asked(self, ask: Callable[[], Preview]) -> Preview:
        try:
            return ask()
        finally:
            self._show(self.model.snapshot())

    def _press(self, ask: Callable[[], Preview]) -> Callable[[], None]:
        """Return what a button does: ask on a thread of its own, since the answer may take a while."""

        def asking() -> None:
            with self.errors.watching():
                ask()

        def pressed() -> None:
            if self._asking is not None and self._asking.is_alive():
                return
            self._upgrade.disabled = True
            context = contextvars.copy_context()
            self._asking = threading.Thread(target=context.run, args=(asking,), name="monitor asks", daemon=True)
            self._asking.start()

        return pressed


def preview_html(preview: Preview) -> str:
    """Return what a change would do, or did, as an element."""
    reasons = "".join(f"<li>{escape(plain(reason))}</li>" for reason in preview.reasons)
    parts = [
        f'<p style="margin:6px 4px;font-size:13px;font-weight:bold">{escape(plain(preview.headline))}</p>',
        f'<ul style="margin:2px 4px;font-size:13px;line-height:1.4">{reasons}</ul>' if reasons else "",
        preview.table.html if preview.rows else "",
        f'<pre style="margin:6px 4px;font-size:12px;line-height:1.5">{escape(plain(preview.differs))}</pre>'
        if preview.differs
        else "",
    ]
    return f'<div class="sm-monitor-preview" role="status">{"".join(parts)}</div>'


def _named(name: str) -> Callable[[], Any]:
    """Return what finds a variable of the kernel when it is wanted."""

    def find() -> Any:
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        if shell is None or name not in shell.user_ns:
            raise ToolkitError(f"there is no variable {name!r} that has a change")
        return shell.user_ns[name]

    return find


_WATCHING: weakref.WeakSet[Monitor] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    for each in list(_WATCHING):
        each.stop()
