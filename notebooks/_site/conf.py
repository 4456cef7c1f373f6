"""Settings of Sphinx. ``build.py`` collects the pages and then runs it over them."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from numpydoc.xref import DEFAULT_LINKS
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate.names import OBJECTS, public_names
from generate.pictures import LIST
from generate.reference import as_returned, signature_of

import trackagoat_pandas

FOREIGN = ("pandas", "numpy", "matplotlib", "ipywidgets", "pyarrow", "polars", "duckdb", "dask")

RETURNED = {name.full: name for name in public_names() if name.last in OBJECTS}
"""The classes of what functions return, by their full names."""

project = "trackagoat_pandas"
version = release = trackagoat_pandas.__version__
html_title = project
language = "en"
root_doc = "index"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_autosummary_accessors",
    "links",
    "parts",
]
myst_enable_extensions = ["colon_fence", "deflist", "attrs_block"]
myst_heading_anchors = 3
exclude_patterns = ["guide/files"]  # the notebooks as they are, to be downloaded
suppress_warnings: list[str] = []

# The notebooks are shown as they were checked, and no page runs anything.
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # its scripts would come from elsewhere

# Other packages' names can't be looked up without a network; all of our own must be found.
nitpick_ignore_regex = [
    (r"py:.*", rf"({'|'.join(FOREIGN)})(\..*)?"),
]
add_module_names = False
autodoc_typehints = "none"  # the parameters' types are in the docstrings
autodoc_member_order = "bysource"
autosummary_generate = False
default_role = "code"
highlight_language = "none"  # a block says if it is Python
DEFAULT_LINKS.clear()  # they lead to Python's documentation, which isn't at hand
numpydoc_xref_param_type = True
numpydoc_xref_ignore = "all"  # but those that are ours
numpydoc_xref_aliases = {
    name: f"{trackagoat_pandas.__name__}.{name}" for name in ("Client", "DateRange")
}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
toc_object_entries = False

html_theme = "pydata_sphinx_theme"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_search_scorer = str(HERE / "scorer.js")
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_context = {"default_mode": "auto"}
html_sidebars: dict[str, list[str]] = {"*": []}  # of pages that have none below them
html_theme_options = {
    "logo": {"text": project},
    "navbar_end": ["theme-switcher"],
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "primary_sidebar_end": [],
    "show_nav_level": 1,
    "navigation_depth": 2,
    "collapse_navigation": True,
    "show_toc_level": 2,
    "header_links_before_dropdown": 7,
    "search_bar_text": "Search",
    "back_to_top_button": False,
}


def front_page(_app: Sphinx, page: str, _template: str, *_: Any) -> str | None:
    """Give the first page a template of its own."""
    return "front.html" if page == root_doc else None


def bare_signature(
    _app: Sphinx, kind: str, name: str, target: object, *_: Any
) -> tuple[str, None] | None:
    """Write how a class is called; a widget's own way hides behind that of its metaclass."""
    if kind == "class" and name in RETURNED:
        return ("", None)  # functions make it
    return (signature_of(target), None) if isinstance(target, type) and kind == "class" else None


def bare_docstring(
    _app: Sphinx, kind: str, name: str, _target: object, _options: object, lines: list[str]
) -> None:
    """Leave out how a class is made that functions return, before numpydoc reads its sections."""
    if kind == "class" and name in RETURNED:
        lines[:] = as_returned(RETURNED[name], lines)


def with_picture(
    app: Sphinx, _kind: str, name: str, _target: object, _options: object, lines: list[str]
) -> None:
    """Put the picture of a plot or board below the first paragraph of its docstring."""
    address, text = pictures_in(str(app.srcdir)).get(name, ("", ""))
    if address:
        after = lines.index("") if "" in lines else len(lines)
        shown = [f".. image:: {address}", "   :class: result", f"   :alt: {text}"]
        lines[after:after] = ["", *shown, ""]


@cache
def pictures_in(folder: str) -> dict[str, tuple[str, str]]:
    """Read which picture a name has, and what that says."""
    listed = Path(folder, "pictures", LIST)
    return json.loads(listed.read_text("utf-8")) if listed.exists() else {}


def shorten_names(app: Sphinx) -> list[str]:
    """Name in the search what functions return as people do, not by a module of the package."""
    objects = app.env.domains.python_domain.objects
    for full, name in RETURNED.items():
        for one in [one for one in objects if one == full or one.startswith(f"{full}.")]:
            objects[name.last + one.removeprefix(full)] = objects.pop(one)
    return []


def setup(app: Sphinx) -> None:
    """Connect all."""
    app.connect("html-page-context", front_page)
    app.connect("autodoc-process-docstring", bare_docstring, priority=100)
    app.connect("autodoc-process-docstring", with_picture, priority=900)
    app.connect("html-collect-pages", shorten_names)
    app.connect("autodoc-process-signature", bare_signature)
