"""What is chosen, as chips that can be taken away one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import ipywidgets as ipw

from trackagoat_pandas.widgets.panel import show_if

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
            for own in (part.layout, part.style, part):
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
        shared = {"icon": "times", "layout": first.layout, "style": first.style}
        self.buttons = [first, *(ipw.Button(**shared) for _ in range(MOST_CHIPS - 1))]
        for place, button in enumerate(self.buttons):
            button.on_click(lambda _, place=place: self._clicked(place))
        self.more = ipw.Label()
        super().__init__([*self.buttons, self.more])
        self.add_class("trackagoat-chips")
        self.show([])

    def show(self, choices: Sequence[tuple[str, str]], count: int | None = None) -> None:
        """Show choices, given by label and id; ``count`` is how many there are, if not all are."""
        shown = choices[:MOST_CHIPS]
        self.ids = [id_ for _, id_ in shown]
        for button, (label, _) in zip(self.buttons, shown, strict=False):
            with button.hold_sync():
                button.description, button.tooltip = label, f"Remove {label}"
        rest = (len(choices) if count is None else count) - len(shown)
        self.more.value = f"and {rest:,} more" if rest else ""
        self.children = [*self.buttons[: len(shown)], *([self.more] if rest else [])]
        show_if(self, is_shown=bool(shown))

    def _clicked(self, place: int) -> None:
        # A click may arrive after its chip was taken away by code.
        if place < len(self.ids):
            self._take_away(self.ids[place])
