"""What a notebook shows of an error: the same as its text, with the wrong part marked and the rest as a table.

The block has a light ground of its own and dark text on it, so that it reads alike in a light and in a dark theme.
"""

from __future__ import annotations

from html import escape

from sm_toolkit.language.errors import Excerpt, RecordedError, Report, ToolkitError
from sm_toolkit.language.text.plain import plain


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
    return f'<div class="sm-error" role="note" style="{_BLOCK}">{"".join(parts)}</div>'


_TEXT = "color:#1c1c1c;background:#fff6e8"
_MONO = "font-family:'DejaVu Sans Mono',monospace;font-size:12px;line-height:1.5"
_BLOCK = f"{_TEXT};border-left:4px solid #a33b00;padding:8px 12px;margin:4px 0;max-width:100%;overflow-x:auto"
_HEADLINE = f"{_TEXT};font-size:13px;line-height:1.5;font-weight:bold;white-space:pre-wrap"
_SOURCE = f"{_TEXT};{_MONO};margin:8px 0;padding:0;border:0;white-space:pre"
_MARK = "color:#1c1c1c;background:#ffd466;font-weight:bold;text-decoration:underline;text-underline-offset:3px"
_TABLE = f"{_TEXT};border-collapse:collapse;border:0;margin:4px 0"
_CELL = f"{_TEXT};{_MONO};text-align:left;vertical-align:top;padding:1px 16px 1px 0;border:0"


def _marked(source: Excerpt) -> str:
    before, part, after = (
        escape(plain(source.text[begin:end]))
        for begin, end in ((0, source.begin), (source.begin, source.end), (source.end, len(source.text)))
    )
    return f'<pre style="{_SOURCE}">{before}<mark style="{_MARK}">{part}</mark>{after}</pre>'


def _row(name: str, text: str) -> str:
    head = f'<th scope="row" style="{_CELL};font-weight:normal;white-space:nowrap">{escape(name)}</th>'
    return f'<tr style="{_TEXT}">{head}<td style="{_CELL};white-space:pre-wrap">{escape(plain(text))}</td></tr>'
