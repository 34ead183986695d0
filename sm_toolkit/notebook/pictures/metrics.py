"""How wide text is: a table of advance widths, so that a picture is measured without a font or a display.

Only widths and their sums belong here; where text is put does not. The numbers are thousandths of the type
size, of DejaVu Sans (regular and bold) and DejaVu Sans Mono. The pictures ask for narrower faces first, so
that text which fits by this table also fits on a screen that has the other faces.
`tests/notebook/pictures/test_metrics.py` holds the table against the fonts that matplotlib carries.
"""

import unicodedata
from functools import lru_cache

# The characters of the table: printable ASCII, and the few signs that pictures use.
CHARACTERS = "".join(map(chr, range(32, 127))) + "…→←↔≠≤≥×·–—‘’“”∘λΔ✓✗≡∞∈µ"

_SANS = (
    "318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 "
    "636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 "
    "695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 "
    "579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838 1000 838 838 838 838 "
    "838 838 838 318 500 1000 318 318 518 518 626 592 684 838 838 838 833 871 636 "
)

_BOLD = (
    "348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 "
    "696 400 400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 "
    "770 720 682 812 774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716 712 343 343 "
    "665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838 1000 838 838 838 "
    "838 838 838 838 380 500 1000 380 380 657 657 626 633 774 838 838 838 833 896 736 "
)

MONO_ADVANCE = 602


def _table(widths: str) -> dict[str, int]:
    return dict(zip(CHARACTERS, map(int, widths.split()), strict=True))


_ADVANCES = {
    "sans": _table(_SANS),
    "bold": _table(_BOLD),
    "mono": dict.fromkeys(CHARACTERS, MONO_ADVANCE),
    "mono-bold": dict.fromkeys(CHARACTERS, MONO_ADVANCE),
}


@lru_cache(maxsize=8192)  # a layout measures the same words over and over
def text_width(text: str, face: str, size: float) -> float:
    """The width of `text` in points; `face` is one of "sans", "bold", "mono", "mono-bold"."""
    table = _ADVANCES[face]
    return sum(table.get(character) or _unlisted(character) for character in text) * size / 1000


def _unlisted(character: str) -> int:
    """Return a cautious width outside the table: a mark adds nothing, a wide sign takes more than an em."""
    if unicodedata.combining(character):
        return 0
    return 1220 if unicodedata.east_asian_width(character) in "WF" else 1000
