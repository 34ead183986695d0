"""The drawing rules see what is wrong, and a picture that breaks one is not saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_toolkit.notebook.pictures import palette
from sm_toolkit.notebook.pictures.outline import visible_pieces
from sm_toolkit.notebook.pictures.picture import Picture
from sm_toolkit.notebook.pictures.rules import SceneError, check_scene, require
from sm_toolkit.notebook.pictures.scene import (
    Box,
    Dot,
    Point,
    Rail,
    Scene,
    Shape,
    Wire,
    chip,
    clean,
    fitted,
    label,
    line,
    measured,
    operation,
    pill,
)


def broken_rules(*shapes: Shape) -> set[str]:
    return {violation.rule for violation in check_scene(fitted(shapes, "test"))}


def wire(*points: tuple[float, float], arrow: bool = False, under: bool = False) -> Wire:
    return Wire(tuple(Point(x, y) for x, y in points), arrow=arrow, under=under)


def test_a_good_scene_breaks_nothing() -> None:
    shapes: list[Shape] = [
        wire((0, 20), (100, 20), arrow=True),
        pill(["Int"], Point(40, 20)),
        chip(["41"], Point(40, 36)),
        operation("incr", centre=Point(120, 20)),
        Rail(0, 140, 60),
        wire((120, 60), (120, 33), arrow=True, under=True),
        Dot(120, 60),
    ]
    assert check_scene(fitted(shapes, "test")) == ()


BAD: list[tuple[str, list[Shape]]] = [
    ("the page is at most 640 pt wide", [wire((0, 0), (700, 0))]),
    ("type is at least 8 pt", [label("small", size=7.5)]),
    ("a label fits in its box", [Box(0, 0, 20, 20, (line("much too long"),))]),
    ("a label fits in its box", [Box(0, 0, 90, 20, (line("two"), line("lines")))]),
    ("boxes and labels do not overlap", [operation("incr"), label("x", centre=Point(15, 0))]),
    ("boxes and labels do not overlap", [operation("incr"), Dot(0, 0)]),
    ("no line crosses a label or a box", [label("x", centre=Point(0, 0)), wire((-20, 3), (20, 3))]),
    ("no line crosses a label or a box", [pill(["Int"], Point(0, 0)), wire((-20, 4), (20, 4))]),
    ("no line crosses a label or a box", [operation("incr"), wire((0, -30), (0, 30))]),
    ("lines that cross leave a gap, away from arrow heads", [wire((0, 0), (40, 0)), wire((20, -20), (20, 20))]),
    (
        "lines that cross leave a gap, away from arrow heads",
        [wire((0, 0), (40, 0), arrow=True), wire((36, -20), (36, 20), under=True)],
    ),
    ("lines that cross leave a gap, away from arrow heads", [wire((0, 0), (40, 0)), wire((10, 1), (50, 1))]),
    (
        "the stub before an arrow head is at least 9 pt",
        [wire((0, 0), (30, 0), arrow=True), pill(["Int"], Point(12, 0))],
    ),
]


@pytest.mark.parametrize(("rule", "shapes"), BAD)
def test_a_breach_is_named(rule: str, shapes: list[Shape]) -> None:
    assert broken_rules(*shapes) == {rule}


def test_what_leaves_the_page_is_clipped() -> None:
    scene = Scene(20, 20, (label("left of it", left=-5),), "test")
    assert "nothing is clipped by the page" in {violation.rule for violation in check_scene(scene)}


def test_wires_that_part_may_share_a_trunk_and_a_column_holds_boxes() -> None:
    assert broken_rules(wire((0, 0), (0, 50), (40, 50)), wire((0, 0), (0, 90), (40, 90))) == set()
    assert broken_rules(Box(0, 0, 100, 100, look="column"), label("in it", left=10, top=10)) == set()
    assert broken_rules(Box(0, 0, 100, 100, look="column"), label("half in it", left=80, top=10)) != set()


def test_a_wire_that_passes_under_is_cut_there() -> None:
    link, over = wire((20, 40), (20, 0), under=True), wire((0, 20), (40, 20))
    first, second = visible_pieces(fitted([link, over], "test", margin=0), link)
    assert (first[0], second[-1]) == ((20, 40), (20, 0))
    assert first[-1].y > 20 > second[0].y


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_bad_picture_is_not_saved(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bad.{kind}"
    bad = Picture(fitted([operation("incr"), label("x")], "bad"), "bad")
    with pytest.raises(SceneError, match="do not overlap: box 'incr' and label 'x'"):
        bad.save(path)
    assert not path.exists()


def test_require_gives_a_good_scene_back() -> None:
    scene = fitted([operation("incr")], "good")
    assert require(scene) is scene


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.svg, \.png or \.pdf"):
        Picture(fitted([operation("incr")], "good"), "good").save(tmp_path / "good.gif")


def test_text_is_one_printable_line() -> None:
    assert clean("a\nb\x00c\u2028") == "a\\nb\\x00c\\u2028"
    box = measured([line("a\tb")], "label")
    assert box.lines[0][0].text == "a\\tb"


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_text_and_lines_can_be_seen() -> None:
    for look, fills in palette.FILLS.items():
        if look != "fill":
            assert all(contrast(palette.INK, fill) >= 10 for fill in fills), look
    assert contrast(palette.DARK_INK, palette.DARK_PAPER) >= 10
    assert contrast(palette.DARK_INK, palette.DARK_COLUMN) >= 10
    # WCAG asks 3:1 of graphics; a page that does not say it is dark must do too.
    for page in ("#ffffff", "#111111"):
        assert contrast(palette.LINE, page) >= 3
        assert contrast(palette.ACCENT, page) >= 3
    for page in (palette.DARK_PAPER, palette.DARK_COLUMN):
        assert contrast(palette.DARK_LINE, page) >= 3
        assert contrast(palette.DARK_ACCENT, page) >= 3
