"""What makes names into links: in docstrings, and as code in any text."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

PACKAGE = "trackagoat_pandas"
PLACES = ("", "errors.", "widgets.", "sandbox.", "actions.", "plots.")
"""Where a name is sought that a docstring gives without its module, in this order."""
CALLED = re.compile(r"(?:tgp\.)?([A-Za-z_][\w.]*)(?:\(.*\))?")


def target_of(env: BuildEnvironment, name: str) -> str | None:
    """Return the full name of a public name, as the reference has it."""
    objects = env.domains.python_domain.objects
    bare = name.removeprefix("tgp.").removeprefix(f"{PACKAGE}.")
    for place in PLACES:
        if (full := f"{PACKAGE}.{place}{bare}") in objects:
            return full
    # A class that functions return, such as Store, or one of its methods.
    ends = [full for full in objects if full.endswith(f".{bare}") and full.startswith(PACKAGE)]
    return ends[0] if len(ends) == 1 else None


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.reference | None:
    """Find what a docstring means by a name without its module."""
    if node.get("refdomain") != "py":
        return None
    full = target_of(env, node["reftarget"])
    return linked(app, env, node["refdoc"], full, shown) if full else None


def linked(
    app: Sphinx, env: BuildEnvironment, page: str, full: str, shown: nodes.Node
) -> nodes.reference | None:
    """Make a link to a name of the reference."""
    found = env.domains.python_domain.objects[full]
    address = app.builder.get_relative_uri(page, found.docname)
    made = nodes.reference("", "", shown, internal=True, refuri=f"{address}#{found.node_id}")
    made["reftitle"] = full
    return made


class CodeLinks(SphinxPostTransform):
    """Links names in running text, such as ``tgp.goal_odds``, to their pages."""

    default_priority = 200

    def run(self, **_: Any) -> None:
        """Replace each."""
        for node in list(self.document.findall(nodes.literal)):
            inside = node.parent
            text = node.astext()
            if isinstance(inside, nodes.reference) and text.startswith(f"{PACKAGE}."):
                node[:] = [nodes.Text(text.removeprefix(f"{PACKAGE}."))]
            named = CALLED.fullmatch(text)
            if named is None or isinstance(inside, nodes.reference | nodes.title | pending_xref):
                continue
            is_word = "." not in named[1] and "_" not in named[1] and not named[1][0].isupper()
            if is_word and not text.startswith("tgp."):
                continue  # such as the parameter `report`
            full = target_of(self.env, named[1])
            page = self.env.docname
            if full and self.env.domains.python_domain.objects[full].docname != page:
                link = linked(self.app, self.env, page, full, node.deepcopy())
                node.replace_self(link)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add both to Sphinx."""
    app.connect("missing-reference", resolve)
    app.add_post_transform(CodeLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
