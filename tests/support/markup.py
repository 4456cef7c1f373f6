"""Texts that are markup, and a check that HTML obeys none of them."""

from __future__ import annotations

from html.parser import HTMLParser

IDS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(3)]
MARKUP = [
    "<goat onload=alert(1)>",
    "\"><goat src=x onerror='alert(1)'>",
    "'><goat>",
    "</td></tr></table><goat>",
    "</pre></div></option><goat>",
    "</style><goat>",
    "--><goat>",
    "&lt;goat&gt;",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'><goat></a>",
    "\u202e<goat>\u202c",
    "\x00<goat>\x1b[31m",
    "<goat>" + "x" * 5_000,
]


_TEXTS = {"alt", "aria-label", "data-goat", "title"}
"""Attributes that a browser reads out or hands on, and never obeys."""


class Seen(HTMLParser):
    """The tags, attributes and texts of HTML, as a browser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def check_harmless(html: str) -> None:
    seen = Seen(html)
    assert not {"goat", "script", "img", "iframe"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name in _TEXTS or "javascript:" not in (value or "")
