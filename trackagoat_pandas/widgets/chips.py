"""What is chosen, as chips that can be taken away one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import ipywidgets as ipw

from trackagoat_pandas.widgets.panel import show_if

MOST_CHIPS: Final = 8
"""How many choices have a chip of their own; the others are counted."""


class Pool(ipw.Box):  # type: ignore[misc]
    """A box that shows the first few of its parts, which are made once and used again and again.

    Parameters
    ----------
    parts
        The parts, which may share a layout and a style.
    """

    def __init__(self, parts: Sequence[ipw.DOMWidget]) -> None:
        self.parts = tuple(parts)
        super().__init__()

    def show(self, count: int) -> None:
        """Show as many parts."""
        self.children = self.parts[:count]

    def close(self) -> None:
        """Remove all parts from memory, including those that aren't shown."""
        for part in self.parts:
            for own in (part.layout, part.style, part):
                own.close()
        super().close()


class Chips(ipw.HBox):  # type: ignore[misc]
    """Choices side by side, each a button that takes it away.

    Parameters
    ----------
    take_away
        Called with the id of a chip that is clicked.

    Examples
    --------
    >>> chips = Chips(print)
    >>> chips.show([("@ben", "b"), ("@zoe", "z")])
    >>> chips.buttons[1].click()
    z
    """

    def __init__(self, take_away: Callable[[str], None]) -> None:
        self._take_away, self._ids = take_away, list[str]()
        first = ipw.Button(icon="times", layout=ipw.Layout(width="auto"))
        shared = {"icon": "times", "layout": first.layout, "style": first.style}
        self.buttons = [first, *(ipw.Button(**shared) for _ in range(MOST_CHIPS - 1))]
        for place, button in enumerate(self.buttons):
            button.on_click(lambda _, place=place: self._clicked(place))
        self.pool, self.more = Pool(self.buttons), ipw.Label()
        self.pool.add_class("trackagoat-chips")
        super().__init__([self.pool, self.more], layout=ipw.Layout(flex_flow="row wrap"))
        self.show([])

    def show(self, choices: Sequence[tuple[str, str]], count: int | None = None) -> None:
        """Show choices, given by label and id; ``count`` is how many there are, if not all are."""
        shown = choices[:MOST_CHIPS]
        self._ids = [id_ for _, id_ in shown]
        for button, (label, _) in zip(self.buttons, shown, strict=False):
            with button.hold_sync():
                button.description, button.tooltip = label, f"Remove {label}"
        self.pool.show(len(shown))
        rest = (len(choices) if count is None else count) - len(shown)
        self.more.value = f"and {rest:,} more" if rest else ""
        show_if(self.more, is_shown=rest > 0)
        show_if(self, is_shown=bool(shown))

    @property
    def shown(self) -> list[ipw.Button]:
        """The buttons of the choices that have one."""
        return list(self.pool.children)

    def _clicked(self, place: int) -> None:
        # A click may arrive after its chip was taken away by code.
        if place < len(self._ids):
            self._take_away(self._ids[place])
