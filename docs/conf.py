"""How Sphinx makes a site of this folder: ``sphinx-build -W docs build/docs``, or ``nox -s docs``.

Every page can be read by itself as well; what is made of the program (`pages`) lies in ``made/``.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import pages  # noqa: E402 (beside this file)

import lpsim  # noqa: E402

project = "lpsim"
author = copyright = "The lpsim developers"
version = release = lpsim.__version__

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
root_doc = "index"

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
autosummary_generate = False  # `pages` has a page for every name
autodoc_typehints = "none"  # the docstrings say them
autodoc_member_order = "bysource"
default_role = "autolink"  # a name in a docstring, where it leads somewhere
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = f"lpsim {release}"
html_static_path = []
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "header_links_before_dropdown": 8,
    "navigation_with_keys": False,
    "navbar_align": "left",
    "footer_start": ["copyright"],
    "footer_end": ["sphinx-version"],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
}


def setup(app):
    """Have the pages that nobody writes made, and parts of others."""
    pages.write()
    app.connect("source-read", lambda _, __, source: source.__setitem__(0, pages.filled(source[0])))
    app.connect("html-page-context", name_buttons, priority=900)  # after the theme has made its navigation


def name_buttons(_app, _page, _template, context, _doctree):
    """Give the buttons that open parts of the navigation a name, for who does not see them."""
    made = context.get("generate_toctree_html")
    if made is not None:
        context["generate_toctree_html"] = lambda *asked, **more: str(made(*asked, **more)).replace(
            "<summary>", '<summary aria-label="Pages below this one">'
        )
