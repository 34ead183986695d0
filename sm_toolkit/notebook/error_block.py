"""What a notebook shows of an error: the same as its text, with the wrong part marked and the rest as a table."""

from __future__ import annotations

from html import escape

from sm_toolkit.language.errors import Excerpt, RecordedError, Report, ToolkitError
from sm_toolkit.language.text.plain import plain
from sm_toolkit.notebook.blocks import INSIDE, MARKED, MONO, WRONG, block_style


def error_html(error: ToolkitError) -> str:
    """Return an error as an element.

    >>> from sm_toolkit.language.errors import StepError
    >>> "StepError: no &lt;number&gt;" in error_html(StepError("no <number>"))
    True
    """
    report = error.report() if isinstance(error, RecordedError) else Report(str(error))
    name, rows = type(error).__name__, "".join(_row(name, text) for name, text in report.rows)
    parts = (
        f'<div style="{_HEADLINE}">{escape(plain(f"{name}: {report.headline}"))}</div>',
        "" if report.source is None else _marked(report.source),
        f'<table style="{_TABLE}"><tbody>{rows}</tbody></table>' if rows else "",
    )
    return f'<div class="sm-error" role="note" style="{block_style(WRONG)}">{"".join(parts)}</div>'


_HEADLINE = f"{INSIDE};font-size:13px;line-height:1.5;font-weight:bold;white-space:pre-wrap"
_SOURCE = f"{INSIDE};{MONO};margin:8px 0;padding:0;border:0;white-space:pre"
_TABLE = f"{INSIDE};border-collapse:collapse;border:0;margin:4px 0"
_CELL = f"{INSIDE};{MONO};text-align:left;vertical-align:top;padding:1px 16px 1px 0;border:0"


def _marked(source: Excerpt) -> str:
    before, part, after = (
        escape(plain(source.text[begin:end]))
        for begin, end in ((0, source.begin), (source.begin, source.end), (source.end, len(source.text)))
    )
    return f'<pre style="{_SOURCE}">{before}<mark style="{MARKED}">{part}</mark>{after}</pre>'


def _row(name: str, text: str) -> str:
    head = f'<th scope="row" style="{_CELL};font-weight:normal;white-space:nowrap">{escape(name)}</th>'
    return f'<tr style="{INSIDE}">{head}<td style="{_CELL};white-space:pre-wrap">{escape(plain(text))}</td></tr>'
