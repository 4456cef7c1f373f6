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


class Table(Seen):
    """The rows of a table with their cells, and its buttons, as a browser finds them."""

    def __init__(self, html: str) -> None:
        self.rows, self.acts, self.caption, self.sorted = [], [], "", {}
        super().__init__(html)

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        known = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
            if "aria-sort" in known:
                self.sorted[len(self.rows[-1]) - 1] = known["aria-sort"]
        if "data-goat" in known:
            self.acts.append(known["data-goat"])

    def handle_data(self, data):
        super().handle_data(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data
        elif self.tags[-1] in ("caption", "b"):
            self.caption += data

    @property
    def headings(self) -> list[str]:
        """The words of the headings, without the arrow of the one that sorts."""
        return [heading.partition("\xa0")[0] for heading in self.rows[0]]

    @property
    def body(self) -> list[list[str]]:
        return self.rows[1:-1] if "tfoot" in self.tags else self.rows[1:]

    @property
    def total(self) -> list[str]:
        return self.rows[-1] if "tfoot" in self.tags else []

    def first(self) -> list[str]:
        return [row[0] for row in self.body]


def check_harmless(html: str) -> None:
    seen = Seen(html)
    assert not {"goat", "script", "img", "iframe"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name in _TEXTS or "javascript:" not in (value or "")
