"""The table of widths is that of the fonts which matplotlib carries."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from matplotlib.ft2font import FT2Font, LoadFlags

from sm_toolkit.notebook.pictures.metrics import CHARACTERS, text_width

FONTS = {
    "sans": "DejaVuSans.ttf",
    "bold": "DejaVuSans-Bold.ttf",
    "mono": "DejaVuSansMono.ttf",
    "mono-bold": "DejaVuSansMono-Bold.ttf",
}


@pytest.mark.parametrize("face", FONTS)
def test_the_table_is_what_the_font_says(face: str) -> None:
    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / FONTS[face]))
    for character in CHARACTERS:
        glyph = font.load_char(ord(character), flags=LoadFlags.NO_SCALE)
        advance = round(glyph.horiAdvance * 1000 / font.units_per_EM)
        assert text_width(character, face, 1000) == pytest.approx(advance), character


def test_a_character_outside_the_table_is_measured_cautiously() -> None:
    assert text_width("語", "mono", 10) == pytest.approx(12.2)
    assert text_width("e\u0301", "sans", 10) == text_width("e", "sans", 10)
    assert text_width("\U0001f600", "sans", 10) >= 10
