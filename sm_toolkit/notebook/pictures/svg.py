"""Scene to SVG text, written by hand: the same bytes for the same scene, on any machine, with nothing
imported.

No layout belongs here. Class names carry a prefix and there are no ids, so that many pictures share a page.
The faces are asked for by name and are no wider than those the scene was measured with, so nothing needs to
be embedded.
"""

from __future__ import annotations

from html import escape

from sm_toolkit.notebook.pictures import palette
from sm_toolkit.notebook.pictures.outline import Path, Wires, arrow_head, head, text_places, wire_paths
from sm_toolkit.notebook.pictures.palette import border, columns_of, corner, on_column, painting_order
from sm_toolkit.notebook.pictures.scene import (
    Box,
    Dot,
    Face,
    Marker,
    Point,
    Rail,
    Scene,
    Shape,
    Span,
    Wire,
    line_width,
)

SANS_FACES = 'Inter,"DejaVu Sans",sans-serif'
MONO_FACES = '"JetBrains Mono","DejaVu Sans Mono",monospace'

# The prefix carries the edition of the style: a page may hold pictures of two editions of this package.
_ROOT = "smt1"
_FACE_CLASS: dict[Face, str] = {"sans": "s", "bold": "b", "mono": "m", "mono-bold": "n"}


def _style() -> str:
    p = _ROOT
    fonts = [
        f".{p} text{{white-space:pre;fill:{palette.INK}}}",
        f".{p} .s,.{p} .b{{font-family:{SANS_FACES}}}",
        f".{p} .m,.{p} .n{{font-family:{MONO_FACES};font-variant-ligatures:none}}",
        f".{p} .b{{font-weight:600}}",
        f".{p} .n{{font-weight:700}}",
    ]
    return "".join(fonts) + _light(f".{p}") + f"@media (prefers-color-scheme:dark){{{_dark(f'.{p}')}}}"


def _light(of: str) -> str:
    return _colours(of, palette.LINE, palette.ACCENT, palette.PAPER, palette.FILLS["column"][0], "fill:none;")


def _dark(of: str) -> str:
    colours = _colours(of, palette.DARK_LINE, palette.DARK_ACCENT, palette.DARK_PAPER, palette.DARK_COLUMN)
    return colours + f"{of} .t{{fill:{palette.DARK_INK}}}"


def _colours(of: str, line: str, accent: str, paper: str, column: str, of_wires: str = "") -> str:
    return "".join(
        (
            f"{of} .w{{{of_wires}stroke:{line}}}",
            f"{of} .a{{stroke:{accent}}}",
            f"{of} .h{{fill:{line}}}",
            f"{of} .g{{fill:{accent}}}",
            f"{of} .p{{fill:{paper}}}",
            f"{of} .c{{fill:{column};stroke:{accent}}}",
        )
    )


def _theme() -> str:
    """JupyterLab says on the page whether its theme is light, and means it, whatever the system is set to."""
    light, dark = (f'[data-jp-theme-light="{is_light}"] .{_ROOT}' for is_light in ("true", "false"))
    return _light(light) + f"{light} .t{{fill:{palette.INK}}}" + _dark(dark)


def style_element() -> str:
    """The looks of every picture, as an element."""
    return f"<style>{_style()}</style>"


def theme_element() -> str:
    """What makes the pictures in a page, which are no images, follow the theme of JupyterLab, as an element."""
    return f"<style>{_theme()}</style>"


def scene_to_svg(scene: Scene, *, styled: bool = True) -> str:
    """The scene as one SVG element (units are points), with its title as tooltip and accessible name.

    One that is not ``styled`` is for a page that has the ``style_element`` elsewhere: where pictures follow one
    another, a style that came and went with each would let the page look at all that is on it again.
    """
    width, height = _number(scene.width), _number(scene.height)
    title = escape(scene.title)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{_ROOT}" viewBox="0 0 {width} {height}" '
        f'width="{width}pt" height="{height}pt" role="img" aria-label="{title}" xml:space="preserve">',
        f"<title>{title}</title>",
        *([style_element()] if styled else []),
    ]
    wires, columns = Wires(scene), columns_of(scene)
    for shape in painting_order(scene):
        parts += _elements(scene, shape, wires, columns)
    parts.append("</svg>\n")
    return "\n".join(parts)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _points(points: list[Point]) -> str:
    return " ".join(f"{_number(p.x)},{_number(p.y)}" for p in points)


def _path(path: Path) -> str:
    return "".join(letter + " ".join(f"{_number(p.x)} {_number(p.y)}" for p in points) for letter, points in path)


def _stroke(path: str, accent: bool, weight: float) -> str:
    kind = "w a" if accent else "w"
    return f'<path class="{kind}" stroke-width="{_number(weight)}" d="{path}"/>'


def _elements(scene: Scene, shape: Shape, wires: Wires, columns: list[Box]) -> list[str]:
    match shape:
        case Box():
            return _box(shape, plate=not on_column(columns, shape))
        case Wire():
            strokes = [_stroke(_path(path), shape.accent, shape.thickness) for path in wire_paths(scene, shape, wires)]
            return strokes + ([_head(arrow_head(shape), shape.accent)] if shape.arrow else [])
        case Rail():
            return _rail(shape)
        case Dot():
            return [_dot(shape)]
        case Marker():
            x = _number(shape.x)
            return [
                _stroke(f"M{x} {_number(shape.stem_top)}L{x} {_number(shape.top)}", True, 1.4),
                _stroke(f"M{x} {_number(shape.top)}L{x} {_number(shape.bottom)}", True, 4.0),
            ]


def _head(points: list[Point], accent: bool) -> str:
    return f'<polygon class="{"g" if accent else "h"}" points="{_points(points)}"/>'


def _rail(rail: Rail) -> list[str]:
    end = rail.right - 5 if rail.arrow else rail.right
    parts = [(rail.left, end, False)]
    if rail.accent_from is not None:
        parts = [(rail.left, rail.accent_from, False), (rail.accent_from, end, True)]
    strokes = [
        _stroke(
            f"M{_number(left)} {_number(rail.y + side)}L{_number(right)} {_number(rail.y + side)}",
            accent,
            1.2,
        )
        for left, right, accent in parts
        if right > left
        for side in (-1.6, 1.6)
    ]
    if rail.arrow:
        strokes.append(
            _head(
                head(Point(rail.left, rail.y), Point(rail.right, rail.y), 4.6, 8.5),
                rail.accent_from is not None,
            )
        )
    return strokes


def _dot(dot: Dot) -> str:
    place = f'cx="{_number(dot.x)}" cy="{_number(dot.y)}" r="{_number(dot.radius)}"'
    if dot.item or dot.hollow:
        kind, weight = ("w a", "1.6") if dot.accent else ("w", "1.1")
        fill = palette.ITEM_FILLS[dot.accent] if dot.item else palette.PAPER
        return f'<circle class="{kind}" style="fill:{fill}" stroke-width="{weight}" {place}/>'
    return f'<circle class="{"g" if dot.accent else "h"}" {place}/>'


def _box(box: Box, *, plate: bool) -> list[str]:
    parts = []
    sizes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": corner(box)}
    place = " ".join(f'{name}="{_number(size)}"' for name, size in sizes.items())
    fill = palette.FILLS[box.look][box.accent]
    if box.look == "label":
        if plate:
            parts.append(f'<rect class="p" {place}/>')
    elif box.look == "column":
        parts.append(f'<rect class="c" stroke-width="{_number(border(box))}" {place}/>')
    elif box.look == "frame":
        kind = "w p a" if box.accent else "w p"
        parts.append(f'<rect class="{kind}" stroke-width="{_number(border(box))}" {place}/>')
    elif box.look == "fill":
        parts.append(f'<rect class="{"g" if box.accent else "h"}" {place}/>')
    elif weight := border(box):
        kind = "w a" if box.accent else "w"
        parts.append(f'<rect class="{kind}" style="fill:{fill}" stroke-width="{_number(weight)}" {place}/>')
    else:
        parts.append(f'<rect fill="{fill}" {place}/>')
    for line, left, baseline in text_places(box):
        x = {"start": left, "middle": box.centre.x, "end": left + line_width(line)}[box.align]
        anchor = "" if box.align == "start" else f' text-anchor="{box.align}"'
        tone = ' class="t"' if box.look == "label" else ""
        spans = "".join(_span(span) for span in line)
        parts.append(f'<text{tone} x="{_number(x)}" y="{_number(baseline)}"{anchor}>{spans}</text>')
    return [f"<g><title>{escape(box.tip)}</title>", *parts, "</g>"] if box.tip else parts


def _span(span: Span) -> str:
    face, size = _FACE_CLASS[span.face], _number(span.size)
    return f'<tspan class="{face}" font-size="{size}">{escape(span.text)}</tspan>'
