"""Gives the parts of a docstring anchors, and lists them as the parts of its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc, desc_content, desc_signature
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class Anchors(SphinxPostTransform):
    """Gives Parameters, Returns and Examples of a page's one name an anchor each."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Add those that aren't there."""
        for node in headings(self.document):
            if not node["ids"]:
                node["ids"].append(nodes.make_id(node.astext()))


def headings(document: nodes.document) -> Iterator[nodes.Element]:
    """Give what heads the parts of the page's one name; nothing where it has several."""
    outer = [node for node in document.findall(desc) if not isinstance(node.parent, desc_content)]
    if len(outer) != 1:
        return
    for child in outer[0].findall(desc_content).__next__().children:
        if isinstance(child, nodes.field_list):
            yield from (field[0] for field in child)
        elif isinstance(child, nodes.rubric):
            yield child
        elif isinstance(child, desc):
            yield from child.findall(desc_signature)


def list_parts(
    _app: Sphinx, page: str, _template: str, context: dict[str, Any], document: nodes.document
) -> None:
    """Hand the parts to the template."""
    found = headings(document) if document and page.startswith("reference/") else ()
    context["parts"] = [
        (node["fullname"].rpartition(".")[2], node["ids"][0])
        if isinstance(node, desc_signature)
        else (node.astext(), node["ids"][0])
        for node in found
        if node["ids"]
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Add both to Sphinx."""
    app.add_post_transform(Anchors)
    app.connect("html-page-context", list_parts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
