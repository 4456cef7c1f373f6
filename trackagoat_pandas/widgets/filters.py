"""The filters of a board: dropdowns, and a picker of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import ipywidgets as ipw

from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.widgets.panel import show_if
from trackagoat_pandas.widgets.pickers import LABELS, DateRangePicker, Picker, all_text, distinct

NO_MATCH: Final = "No {} match these filters. Clear the filters to see all."
ALL: Final = ""
"""The value of no filter; a stock dropdown shows nothing where its value is None."""
_GONE: Final = "(not found)"


class Filters(ipw.VBox):  # type: ignore[misc]
    """Dropdowns and fields of text, and below them a picker of days and one of other things.

    Parameters
    ----------
    controls
        The dropdowns and fields by name.
    changed
        Called with the control's name when its value changes, except while options are offered;
        with an empty name once all are cleared.
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
        self._labels: dict[str, str] = {}
        self.picker: Picker | None = None
        row = ipw.HBox(list(controls.values()), layout=ipw.Layout(flex_flow="row wrap"))
        self._above = [row, *([dates] if dates else [])]
        super().__init__(self._above)
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
        self._labels |= {value: label for label, value in options}
        is_gone = bool(chosen) and chosen not in [value for _, value in options]
        with self._offering():
            called = self._labels.get(chosen, chosen[:ID_LETTERS]) if is_gone else ""
            control.options = [*options, *([(f"{called} {_GONE}", chosen)] if is_gone else [])]
            control.value = chosen or options[0][1]

    def place(self, picker: Picker | None) -> None:
        """Put a picker below, in place of an earlier one; nothing chosen in it means all."""
        self.picker = picker
        self.children = [*self._above, *([picker] if picker else [])]
        if picker is not None:
            self._listen("picker", picker)

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
        """Whether a filter narrows the view."""
        is_picked = self.picker is not None and bool(self.picker.value)
        return is_picked or self.days is not None or any(True for _ in self._set())

    def choose(self, values: Mapping[str, str]) -> None:
        """Choose a value in each of some controls, which is one change."""
        with self._offering():
            for name, value in values.items():
                self.controls[name].value = value
        self._changed("")

    def clear(self) -> None:
        """Choose all in each filter, which is one change."""
        with self._offering():
            for control in self._set():
                control.value = ALL
            if self.dates is not None and self.days is not None:
                self.dates.value = "all time" if self.dates.earliest else self._span
            if self.picker is not None:
                self.picker.value = ()
        self._changed("")

    def _set(self) -> Iterator[ipw.Widget]:
        """Find the controls that narrow: those with another value where they could have all."""
        for control in self.controls.values():
            values = [value for _, value in getattr(control, "options", [("", ALL)])]
            if ALL in values and control.value != ALL:
                yield control

    def gone(self) -> dict[str, str]:
        """Return the selected values that are no longer offered, named, by control."""
        return {
            name: self._labels.get(control.value, str(control.value))
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
    """Make a labelled dropdown, as wide as its column."""
    layout = ipw.Layout(width="auto", min_width="0", max_width="360px", flex="1 1 230px")
    return ipw.Dropdown(description=name, options=list(options), style=LABELS, layout=layout)


def all_of(names: Mapping[str, str], *facts: Mapping[str, str]) -> list[tuple[str, str]]:
    """List an option for all, such as "All 13", and those of :func:`distinct`."""
    return [(all_text(len(names)), ALL), *distinct(names, *facts)]
