"""Sphinx's settings: notebooks as committed, the reference from docstrings, whose examples import as people do."""

from __future__ import annotations

from typing import Any

from sm_toolkit import __version__
from website.places import STATIC
from website.reference import as_imported

project = "sm_toolkit"
copyright = "the sm_toolkit authors"
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon"]
exclude_patterns = ["README.md"]

# Notebooks are shown with the outputs that they have; of a widget, its picture and its table.
nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
myst_heading_anchors = 4

# Formulas as JupyterLab knows them, drawn by a script of the site's own: pages without any load nothing for it.
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_dmath_double_inline = True
myst_dmath_allow_digits = False  # so that 5$ and 6$ are two prices
mathjax_path = "mathjax.js"
mathjax3_config = {"options": {"enableMenu": False}}  # whose menu would load more, from elsewhere

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 110
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "sm_toolkit"
html_static_path = ["static", *([str(STATIC)] if STATIC.exists() else [])]
html_css_files = ["site.css"]
html_favicon = "static/icon.svg"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"sidebar_hide_name": False, "top_of_page_buttons": []}


def setup(app: Any) -> None:
    """Let examples in docstrings import as people do."""

    def examples(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
        lines[:] = as_imported(lines)

    app.connect("autodoc-process-docstring", examples)
