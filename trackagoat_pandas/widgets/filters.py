"""The filters of a board: lists to choose one thing from, and days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import ipywidgets as ipw

from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.widgets.date_ranges import DateRangePicker
from trackagoat_pandas.widgets.panel import show_if
from trackagoat_pandas.widgets.picker import LABELS

ALL: Final = ""
"""The value that lets everything pass; stock lists show nothing at all where the value is None."""
_GONE: Final = "(not there)"


class Filters(ipw.VBox):  # type: ignore[misc]
    """Controls side by side, over a picker of days.

    Parameters
    ----------
    controls
        By name.
    changed
        Called with the control's name when a person changes it, not when the code does.
    """

    def __init__(self, controls: Mapping[str, ipw.Widget], changed: Callable[[str], None]) -> None:
        self.controls, self._changed = dict(controls), changed
        self._is_offering = False
        self.dates: DateRangePicker | None = None
        self._span: DateRange | None = None
        row = ipw.HBox(list(controls.values()), layout=ipw.Layout(flex_flow="row wrap"))
        self._row, self._days = row, ipw.VBox([])
        super().__init__([row, self._days])
        for name, control in self.controls.items():
            self._hear(name, control)

    def __getitem__(self, name: str) -> Any:
        """Return what is chosen; None for all."""
        return self.controls[name].value or None

    @property
    def days(self) -> DateRange | None:
        """The days chosen; None for all."""
        span = self._span
        if self.dates is None or span is None:
            return None
        chosen: DateRange = self.dates.value
        return None if chosen.first <= span.first and chosen.last >= span.last else chosen

    def offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Offer options; what was chosen stays chosen, and says so where it is gone."""
        control = self.controls[name]
        chosen = control.value
        is_gone = bool(chosen) and chosen not in [value for _, value in options]
        with self._offering():
            lost = [(f"{chosen[:8]} {_GONE}", chosen)] if is_gone else []
            control.options = [*options, *lost]
            control.value = chosen or options[0][1]

    def offer_days(self, span: DateRange | None) -> None:
        """Offer the days of a span; days that were chosen stay chosen."""
        old, chosen = self.dates, self.days
        self._span, self.dates = span, None
        if span is not None:
            self.dates = DateRangePicker(chosen or span, today=span.last, earliest=span.first)
            self._hear("dates", self.dates)
        self._days.children = [self.dates] if self.dates else []
        if old is not None:
            old.close()

    def gone(self) -> dict[str, str]:
        """Name the things chosen that are no longer there, by control."""
        return {
            name: str(control.value)
            for name, control in self.controls.items()
            if (getattr(control, "label", None) or "").endswith(_GONE)
        }

    def show(self, name: str, *, is_shown: bool) -> None:
        """Show a control, or hide it."""
        show_if(self.controls[name], is_shown=is_shown)

    def _hear(self, name: str, control: ipw.Widget) -> None:
        def heard(_: Any) -> None:
            if not self._is_offering:
                self._changed(name)

        control.observe(heard, "value")

    @contextmanager
    def _offering(self) -> Iterator[None]:
        was, self._is_offering = self._is_offering, True
        try:
            yield
        finally:
            self._is_offering = was


def dropdown(name: str, options: Sequence[tuple[str, str]] = (("All", ALL),)) -> ipw.Dropdown:
    """Make a labelled list to choose one thing from."""
    return ipw.Dropdown(
        description=name, options=list(options), style=LABELS, layout=ipw.Layout(width="300px")
    )


def distinct(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """List (name, id) pairs in order, with a part of the id where two share a name."""
    pairs = sorted((name, id_) for id_, name in names.items())
    all_names = [name for name, _ in pairs]
    shared = {name for name in all_names if all_names.count(name) > 1}
    return [(f"{name} ({id_[:8]})" if name in shared else name, id_) for name, id_ in pairs]
