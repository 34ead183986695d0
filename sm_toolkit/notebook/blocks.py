"""How the blocks of HTML look that a cell shows: their ground, their edge, their words, and the colours of code.

In JupyterLab they are light or dark as its theme is, and code has the colours of its editor. Wherever else they are
read they are light, with dark words on a ground of their own, whatever the page is.
"""

from __future__ import annotations

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.style import Style
from pygments.token import Comment, Keyword, Name, Number, Operator, String

MONO = "font-family:'DejaVu Sans Mono',monospace;font-size:12px;line-height:1.5"
INSIDE = "color:inherit;background:transparent"
"""For all that is in a block: a notebook gives rows of tables grounds of their own."""

GOOD = "var(--jp-cell-editor-background,#f6f8fa)", "#2f6f4f"
WRONG = "linear-gradient(#ff98001a,#ff98001a),var(--jp-layout-color1,#ffffff)", "#b8480a"
"""The ground and the edge of what is well, and of an error."""

RAN = "color:#1c1c1c;background:#ffe9bd;font-weight:bold"
MARKED = "color:#1c1c1c;background:#ffd466;font-weight:bold;text-decoration:underline;text-underline-offset:3px"
"""Grounds that are light in any theme have dark words."""


def block_style(look: tuple[str, str] = GOOD) -> str:
    """Return the style of a block with a ground and an edge.

    >>> "background:#fff;border-left:4px solid #000" in block_style(("#fff", "#000"))
    True
    """
    ground, edge = look
    return (
        f"color:var(--jp-content-font-color1,#1c1c1c);background:{ground};border-left:4px solid {edge};"
        "padding:8px 12px;margin:4px 0;max-width:100%;overflow-x:auto"
    )


def coloured(source: str) -> str:
    """Return Python as HTML in colours: as many lines as it has, each whole by itself.

    >>> coloured("f(1)")
    'f(<span style="color:var(--jp-mirror-editor-number-color,#087A08)">1</span>)'
    """
    html = highlight(source, PythonLexer(stripnl=False), _FORMATTER)
    for name, colour in _COLOURS.items():
        html = html.replace(f"color: {colour}", f"color:var(--jp-mirror-editor-{name}-color,{colour})")
    return html if source.endswith("\n") else html.removesuffix("\n")


_COLOURS = {
    "comment": "#3D7B7B",
    "def": "#1034D0",
    "keyword": "#008000",
    "number": "#087A08",
    "operator": "#7800C2",
    "string": "#BA2121",
}
"""What JupyterLab calls a colour of its editor, and the colour where there is no JupyterLab."""


class _Colours(Style):
    styles = {  # noqa: RUF012, that is how a style is told
        Comment: f"italic {_COLOURS['comment']}",
        Keyword: f"bold {_COLOURS['keyword']}",
        Name.Builtin: _COLOURS["keyword"],
        Name.Class: _COLOURS["def"],
        Name.Decorator: _COLOURS["operator"],
        Name.Function: _COLOURS["def"],
        Number: _COLOURS["number"],
        Operator: f"bold {_COLOURS['operator']}",
        Operator.Word: f"bold {_COLOURS['keyword']}",
        String: _COLOURS["string"],
    }


_FORMATTER = HtmlFormatter(style=_Colours, noclasses=True, nowrap=True)
