"""A list of rows with check boxes, a page at a time, and chips of those that are chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

import ipywidgets as ipw
import traitlets

from trackagoat_pandas.base.html import escape
from trackagoat_pandas.showing.cells import web_address
from trackagoat_pandas.widgets.panel import parts_of, show_if, style_of

WIDE: Final = {"width": "auto", "min_width": "0", "max_width": "560px"}
"""The layout of a control that is as wide as its column."""
_STYLE: Final = style_of("checklist.css")
_DRAWN_COVER: Final = re.compile(r"data:image/svg\+xml,[^\0-\x1f\x7f]{,1000}")
MOST_CHIPS: Final = 8
"""How many choices have a chip of their own; the others are counted."""


class Pool(ipw.Box):  # type: ignore[misc]
    """A box that shows some of its parts, which are made once and used again and again.

    Parameters
    ----------
    parts
        The parts, which may share a layout and a style.
    """

    def __init__(self, parts: Sequence[ipw.DOMWidget]) -> None:
        self.parts = tuple(parts)
        super().__init__()

    def close(self) -> None:
        """Remove all parts from memory, including those that aren't shown."""
        for part in self.parts:
            for own in (*parts_of(part), part):
                own.close()
        super().close()


class Chips(Pool):
    """Choices side by side, each a button that takes it away.

    Parameters
    ----------
    take_away
        Called with the id of a chip that is clicked.

    Attributes
    ----------
    buttons : list of ipywidgets.Button
        The chips; the first of them are shown, as many as ``ids`` has.
    ids : list of str
        The ids of the choices that have a chip.

    Examples
    --------
    >>> chips = Chips(print)
    >>> chips.show([("@ben", "b"), ("@zoe", "z")])
    >>> chips.buttons[1].click()
    z
    """

    def __init__(self, take_away: Callable[[str], None]) -> None:
        self._take_away, self.ids = take_away, list[str]()
        first = ipw.Button(icon="times", layout=ipw.Layout(width="auto"))
        # Shared, since each layout and each style is a widget of its own in the browser.
        shared = {"icon": "times", "layout": first.layout, "style": first.style}
        self.buttons = [first, *(ipw.Button(**shared) for _ in range(MOST_CHIPS - 1))]
        for place, button in enumerate(self.buttons):
            button.on_click(lambda _, place=place: self._click(place))
        self.more = ipw.Label()
        super().__init__([*self.buttons, self.more])
        self.add_class("trackagoat-chips")
        self.show([])

    def show(self, choices: Sequence[tuple[str, str]], count: int | None = None) -> None:
        """Show choices, given by label and id; ``count`` is how many there are, if not all are."""
        shown = choices[:MOST_CHIPS]
        self.ids = [id_ for _, id_ in shown]
        for button, (label, _) in zip(self.buttons, shown, strict=False):
            # One message to the browser for both.
            with button.hold_sync():
                button.description, button.tooltip = label, f"Remove {label}"
        rest = (len(choices) if count is None else count) - len(shown)
        self.more.value = f"and {rest:,} more" if rest else ""
        self.children = [*self.buttons[: len(shown)], *([self.more] if rest else [])]
        show_if(self, is_shown=bool(shown))

    def _click(self, place: int) -> None:
        # A click may arrive after its chip was taken away by code.
        if place < len(self.ids):
            self._take_away(self.ids[place])


def cover_html(url: object, name: str) -> str:
    """Return the HTML of a video's cover: a tile with a letter, under the picture if it loads.

    The picture is a web address or a small SVG as a data URI. A browser runs no script in a
    background image and loads nothing for it.

    Examples
    --------
    >>> cover_html(None, "@ben")
    "<span class='trackagoat-cover'><i>B</i></span>"
    """
    address, picture = web_address(url), ""
    if address is None and isinstance(url, str) and _DRAWN_COVER.fullmatch(url):
        address = url
    if address is not None:
        # Escaping leaves characters alone that end a string in CSS, so quote them.
        quoted = escape(quote(address, safe=":/?#[]@!$&*+,;=%~-._"))
        picture = f'<em style="background-image: url(&quot;{quoted}&quot;)"></em>'
    letter = escape(name.lstrip("@")[:1].upper())
    return f"<span class='trackagoat-cover'><i>{letter}</i>{picture}</span>"


class CheckList(ipw.VBox):  # type: ignore[misc]
    """Rows with check boxes, a page at a time; checking one leaves the others as they are.

    Parameters
    ----------
    options
        Pairs of a label and an id.
    value
        The ids that are checked at first. Ids that aren't among the options stay checked.
    description
        The heading.
    page_rows
        The number of check boxes, which are used again for each page.
    beneath
        What to show between the heading and the rows, such as a search.
    picture
        Returns the HTML of a small picture of an id, which stands beside its row.

    Attributes
    ----------
    options : tuple of (str, str)
        As above; new ones are shown from the first page.
    value : tuple of str
        The ids that are checked, in the order in which they were.
    boxes : list of ipywidgets.Checkbox
        The check boxes; ``page`` has the options that the first of them show.

    Examples
    --------
    >>> rows = CheckList([("Ben", "b"), ("Mia", "m"), ("Zoe", "z")], ["z"], page_rows=2)
    >>> rows.boxes[0].value = True
    >>> rows.value
    ('z', 'b')
    >>> rows.next.click()
    >>> rows.page, rows.boxes[0].value
    ([('Zoe', 'z')], True)
    """

    options: Any = traitlets.Any(())
    value: Any = traitlets.Any(())

    def __init__(
        self,
        options: Sequence[tuple[str, str]] = (),
        value: Sequence[str] = (),
        *,
        description: str = "",
        page_rows: int = 8,
        beneath: Sequence[ipw.Widget] = (),
        picture: Callable[[str], str] | None = None,
    ) -> None:
        self.description, self._first, self._picture = description, 0, picture
        self._make_controls(page_rows)
        parts = [self.counts, *beneath, self.pool, self.pager, self._all]
        super().__init__(parts, options=options, value=value, layout=ipw.Layout(**WIDE))
        self.observe(self._start_again, "options")
        self.observe(self._refresh, "value")
        self.describe("")
        self._refresh()

    @traitlets.validate("options", "value")
    def _as_tuple(self, proposal: Any) -> tuple[Any, ...]:
        return tuple(proposal["value"])

    @property
    def page(self) -> list[tuple[str, str]]:
        """The options that are shown."""
        return list(self.options[self._first : self._first + len(self.boxes)])

    def describe(self, text: str) -> None:
        """Write a text beside the heading."""
        self.counts.value = (
            f"{_STYLE}<div class='trackagoat-counts'><span class='trackagoat-name'>"
            f"{escape(self.description)}</span>{escape(text)}</div>"
        )

    def check_all(self) -> None:
        """Check all options, and keep the other checks."""
        checked = set(self.value)
        self.value = (*self.value, *(id_ for _, id_ in self.options if id_ not in checked))

    def _make_controls(self, page_rows: int) -> None:
        first = ipw.Checkbox(indent=False, layout=ipw.Layout(width="auto"))
        shared = {"indent": False, "layout": first.layout, "style": first.style}
        self.boxes = [first, *(ipw.Checkbox(**shared) for _ in range(page_rows - 1))]
        for place, box in enumerate(self.boxes):
            box.observe(lambda change, place=place: self._tick(place, change), "value")
        self.pictures = [] if self._picture is None else [ipw.HTML() for _ in self.boxes]
        self._rows: list[ipw.DOMWidget] = [
            ipw.HBox(pair) for pair in zip(self.pictures, self.boxes, strict=False)
        ]
        self._rows = self._rows or self.boxes
        self.pool, self.counts, self.place = Pool(self._rows), ipw.HTML(), ipw.Label()
        self.pool.add_class("trackagoat-rows")
        self.select_all, self.clear, self.previous, self.next = (
            ipw.Button(description=word, icon=icon, layout=ipw.Layout(width="auto"))
            for word, icon in (
                ("Select all", ""), ("Clear", ""), ("Previous", "chevron-left"),
                ("Next", "chevron-right"),
            )
        )  # fmt: skip
        self.select_all.on_click(lambda _: self.check_all())
        self.clear.on_click(lambda _: self.set_trait("value", ()))
        self.previous.on_click(lambda _: self._turn(-1))
        self.next.on_click(lambda _: self._turn(1))
        self.pager, self._all = (
            ipw.HBox(parts, layout=ipw.Layout(flex_flow="row wrap", align_items="center"))
            for parts in ([self.previous, self.next, self.place], [self.select_all, self.clear])
        )
        for row in (self.pager, self._all):
            row.add_class("trackagoat-buttons")

    def _start_again(self, _: Any) -> None:
        self._first = 0
        self._refresh()

    def _turn(self, pages: int) -> None:
        self._first += pages * len(self.boxes)
        self._refresh()

    def _refresh(self, _: Any = None) -> None:
        rows, total, checked = len(self.boxes), len(self.options), set(self.value)
        self._first = max(0, min(self._first, (total - 1) // rows * rows))
        page = self.page
        for box, (label, id_) in zip(self.boxes, page, strict=False):
            with box.hold_sync():
                box.description, box.value = label, id_ in checked
        if self._picture is not None:
            for picture, (_, id_) in zip(self.pictures, page, strict=False):
                picture.value = self._picture(id_)
        self.pool.children = self._rows[: len(page)]
        last = self._first + len(page)
        self.place.value = f"{self._first + 1:,} to {last:,} of {total:,}"
        self.previous.disabled, self.next.disabled = self._first == 0, last >= total
        self.select_all.description = f"Select all {total:,}"
        self.select_all.disabled = not total
        self.clear.disabled = not checked
        show_if(self.pager, is_shown=total > rows)
        show_if(self._all, is_shown=total > 1 or bool(checked))

    def _tick(self, place: int, change: Any) -> None:
        """Handle a click; a box that follows ``value`` has nothing to add."""
        page, is_checked = self.page, change["new"]
        if place >= len(page):
            return
        id_ = page[place][1]
        if is_checked != (id_ in self.value):
            kept = tuple(other for other in self.value if other != id_)
            self.value = (*kept, id_) if is_checked else kept
