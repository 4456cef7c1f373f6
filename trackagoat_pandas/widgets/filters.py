"""The filters of a board: dropdowns, and a picker of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import ipywidgets as ipw

from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.widgets.date_ranges import DateRangePicker
from trackagoat_pandas.widgets.panel import show_if
from trackagoat_pandas.widgets.picker import LABELS

ALL: Final = ""
"""The value of no filter; a stock dropdown shows nothing where its value is None."""
_GONE: Final = "(not found)"


class Filters(ipw.VBox):  # type: ignore[misc]
    """Dropdowns side by side, and below them a picker of days.

    Parameters
    ----------
    controls
        The dropdowns by name.
    changed
        Called with the control's name when its value changes, except while options are offered.
    dates
        The picker of days; hidden until :meth:`offer_days`.
    """

    def __init__(
        self,
        controls: Mapping[str, ipw.Widget],
        changed: Callable[[str], None],
        dates: DateRangePicker | None = None,
    ) -> None:
        self.controls, self.dates, self._changed = dict(controls), dates, changed
        self._is_offering = False
        self._span: DateRange | None = None
        row = ipw.HBox(list(controls.values()), layout=ipw.Layout(flex_flow="row wrap"))
        super().__init__([row, *([dates] if dates else [])])
        for name, control in self.controls.items():
            self._listen(name, control)
        if dates is not None:
            show_if(dates, is_shown=False)
            self._listen("dates", dates)

    def __getitem__(self, name: str) -> Any:
        """Return a control's value; None for all."""
        return self.controls[name].value or None

    @property
    def days(self) -> DateRange | None:
        """The selected days; None for all that were offered."""
        span = self._span
        if self.dates is None or span is None:
            return None
        chosen: DateRange = self.dates.value
        return None if chosen.first <= span.first and chosen.last >= span.last else chosen

    def offer(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        """Offer options. The selected one stays selected, marked as not found if it is gone."""
        control = self.controls[name]
        chosen = control.value
        is_gone = bool(chosen) and chosen not in [value for _, value in options]
        with self._offering():
            lost = [(f"{chosen[:8]} {_GONE}", chosen)] if is_gone else []
            control.options = [*options, *lost]
            control.value = chosen or options[0][1]

    def offer_days(self, span: DateRange | None) -> None:
        """Offer the days of a span; None hides the picker. Selected days stay selected."""
        self._span = span
        if self.dates is None:
            return
        show_if(self.dates, is_shown=span is not None)
        if span is not None:
            with self._offering():
                self.dates.offer(today=span.last, earliest=span.first)

    @property
    def is_set(self) -> bool:
        """Whether a filter narrows what is shown."""
        return self.days is not None or any(True for _ in self._set())

    def clear(self) -> None:
        """Choose all in each filter."""
        with self._offering():
            for control in self._set():
                control.value = ALL
            if self.days is not None:
                self.dates.value = self._span
        self._changed("")

    def _set(self) -> Iterator[ipw.Widget]:
        """Find the controls that narrow: those with another value where they could have all."""
        for control in self.controls.values():
            values = [value for _, value in getattr(control, "options", [("", ALL)])]
            if ALL in values and control.value != ALL:
                yield control

    def gone(self) -> dict[str, str]:
        """Return the ids that are selected but no longer found, by control."""
        return {
            name: str(control.value)
            for name, control in self.controls.items()
            if (getattr(control, "label", None) or "").endswith(_GONE)
        }

    def show(self, name: str, *, is_shown: bool) -> None:
        """Show or hide a control."""
        show_if(self.controls[name], is_shown=is_shown)

    def _listen(self, name: str, control: ipw.Widget) -> None:
        def handle_change(_: Any) -> None:
            if not self._is_offering:
                self._changed(name)

        control.observe(handle_change, "value")

    @contextmanager
    def _offering(self) -> Iterator[None]:
        was, self._is_offering = self._is_offering, True
        try:
            yield
        finally:
            self._is_offering = was


def picker_of_all_days() -> DateRangePicker:
    """Make a picker of days with all time selected; ``Filters`` says later what that is."""
    return DateRangePicker("all time", earliest=dt.datetime.now(dt.UTC).date())


def dropdown(name: str, options: Sequence[tuple[str, str]] = (("All", ALL),)) -> ipw.Dropdown:
    """Make a labelled dropdown."""
    return ipw.Dropdown(
        description=name, options=list(options), style=LABELS, layout=ipw.Layout(width="300px")
    )


def distinct(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """List (name, id) pairs in order, adding a part of the id where two share a name."""
    pairs = sorted((name, id_) for id_, name in names.items())
    all_names = [name for name, _ in pairs]
    shared = {name for name in all_names if all_names.count(name) > 1}
    return [(f"{name} ({id_[:8]})" if name in shared else name, id_) for name, id_ in pairs]
