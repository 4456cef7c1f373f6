"""The picker of a range of days."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any, Final

import ipywidgets as ipw
import pandas as pd
import traitlets

from trackagoat_pandas.base.types import DateLike, DatesLike
from trackagoat_pandas.errors import (
    ArgumentError,
    ClosedClientError,
    MissingArgumentError,
    MissingKeyError,
)
from trackagoat_pandas.helpers.granularity import buckets_text
from trackagoat_pandas.http.client import Client, default_client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.checks import check_between
from trackagoat_pandas.inputs.dates import DateRange, is_relative, parse_day
from trackagoat_pandas.load.resources import load_projects
from trackagoat_pandas.names.organization import server_day
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.picker import LABELS, Picker
from trackagoat_pandas.widgets.recorder import literal

_PRESETS: Final = ("last 7 days", "last 30 days", "last 90 days", "this month")
_ALL, _OWN = "all time", "own"
_LONGEST_S: Final = 600
_UNKNOWN: Final = (
    "The organization's day is not known yet; until it is, days end on this machine's day in UTC."
)


class DateRangePicker(Picker):
    """Pick a range of days: one of the product's, or any other by its first and last day.

    Parameters
    ----------
    value
        The initial range: anything that :meth:`DateRange.parse` reads, or ``"all time"``.
    today
        The organization's day now. By default, with a client, it is loaded, by the server's clock
        and in the organization's time zone; without one it is this machine's day in UTC.
    earliest
        The first day of ``"all time"``, which the list then calls "All loaded days". By default,
        with a client, it is the day on which the oldest project was created; without either, all
        time isn't offered.
    client
        The client to load both with. By default it is the one that ``connect`` made last, or that
        of the key in the settings; there may be none, and none is used if ``today`` or
        ``earliest`` is given.
    timeout_s
        How long to wait for the organization's day where the initial range depends on it. If it
        isn't there by then, the range ends on this machine's day, as the status line says, and
        moves when the organization's day comes.

    Attributes
    ----------
    value : DateRange
        The selected days, as loaders take them. It can be set to anything that ``value`` above
        may be.
    code : str
        The Python line for the selection: a preset by its name, so that a later run of the cell
        gives later days; any other range by its first and last day.

    Notes
    -----
    The list has a preset for a range of the same days, and otherwise the range itself in words.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The value isn't a range of days, or ``today`` or ``earliest`` isn't a day.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> picker = tgp.widgets.DateRangePicker("last 7 days", today="2026-06-15")
    >>> picker.value
    DateRange('2026-06-09', '2026-06-15')
    >>> picker.code
    'dates = "last 7 days"'
    """

    value: Any = traitlets.TraitType(None)

    def __init__(
        self,
        value: DatesLike = "last 30 days",
        *,
        today: DateLike | None = None,
        earliest: DateLike | None = None,
        client: Client | None = None,
        timeout_s: float = 5.0,
    ) -> None:
        check_client(client)
        check_between("timeout_s", timeout_s, 0, _LONGEST_S, ends=True)
        if client is None and today is None and earliest is None:
            client = _client_if_any()
        is_loaded = client is not None and earliest is None
        self._all_words = "All time" if is_loaded else "All loaded days"
        self._is_day_known = today is not None or client is None
        self._today = dt.datetime.now(dt.UTC).date() if today is None else parse_day(today, "today")
        self.earliest = None if earliest is None else parse_day(earliest, "earliest")
        self._preset: str | None = None
        super().__init__()
        self._make_controls()
        wrapped = {"flex_flow": "row wrap", "min_width": "0"}
        ends = ipw.HBox([self.begin, self.end], layout=ipw.Layout(**wrapped, flex="2 1 460px"))
        days = ipw.HBox([self.choice, ends], layout=ipw.Layout(**wrapped))
        self._arrange(days, self._status)
        self.value = value
        if client is not None and (today is None or earliest is None):

            def deliver(loaded: tuple[dt.date, dt.date | None]) -> None:
                self._is_day_known = True
                self.offer(
                    today=loaded[0] if today is None else self._today,
                    earliest=loaded[1] if earliest is None else self.earliest,
                )

            self._load(client, "days", _days_of_organization, deliver)
            # The next cell may read the value before the front end has shown anything.
            if today is None and self._is_relative:
                self._job.wait(timeout_s)

    @property
    def _is_relative(self) -> bool:
        """Whether the range moves with the day."""
        return self._preset is not None

    def offer(self, *, today: dt.date, earliest: dt.date | None) -> None:
        """Take over today and the first day of all time; a relative range moves with them.

        Without a first day, all time isn't offered any more; if it was selected, its days are.
        """
        self._today, self.earliest = today, earliest
        if self._preset == _ALL and earliest is None:
            self._preset = None
        if self._preset is not None:
            self.value = self._preset
        self._follow_value()

    def _make_controls(self) -> None:
        layout = ipw.Layout(width="auto", min_width="0", max_width="320px", flex="1 1 230px")
        self.choice = ipw.Dropdown(description="Dates", style=LABELS, layout=layout)
        self.begin, self.end = (
            ipw.DatePicker(description=word, style=LABELS, layout=layout) for word in ("From", "To")
        )
        self._listen(self.choice, self._preset_chosen)
        self._listen(self.begin, lambda _: self._days_chosen())
        self._listen(self.end, lambda _: self._days_chosen())

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> DateRange:
        given = proposal["value"]
        word = given.strip().lower() if isinstance(given, str) else None
        if word == _ALL:
            if self.earliest is None:
                raise MissingArgumentError("earliest", "'all time' has no first day without it")
            chosen = self._all_time(self.earliest)
        else:
            chosen = DateRange.parse(given, today=self._today)
        self._preset = word if word == _ALL or is_relative(given) else None
        return chosen

    def _all_time(self, earliest: dt.date) -> DateRange:
        return DateRange(earliest, max(earliest, self._today))

    def _follow_value(self, _: Any = None) -> None:
        is_open = self._is_relative and not self._is_day_known
        self._notice(_UNKNOWN if is_open else "")
        super()._follow_value()

    def _show_value(self) -> None:
        presets = {word: DateRange.parse(word, today=self._today) for word in _PRESETS}
        if self.earliest is not None:
            presets[_ALL] = self._all_time(self.earliest)
        if self._preset is not None:
            presets[self._preset] = self.value
        same = [word for word, days in presets.items() if days == self.value]
        chosen = self._preset or next(iter(same), _OWN)
        options = [
            (self._all_words if word == _ALL else word.capitalize(), word) for word in presets
        ]
        if chosen == _OWN:
            options.append((buckets_text(self.value.first, self.value.last, "day"), _OWN))
        self.choice.options, self.choice.value = options, chosen
        self.begin.value, self.end.value = self.value.first, self.value.last

    def _preset_chosen(self, word: str) -> None:
        self.value = word
        self._follow_value()

    def _days_chosen(self) -> None:
        begin, end = self.begin.value, self.end.value
        if begin is None or end is None:
            self._notice("Choose both a first and a last day.")
            return
        try:
            self.value = DateRange(begin, end)
        except ArgumentError as error:
            self._notice(str(error))
        else:
            self._follow_value()

    def _line(self) -> str:
        is_named = self._preset is not None and self._preset != _ALL
        return f"dates = {literal(self._preset if is_named else self.value)}"


def _client_if_any() -> Client | None:
    """Return the default client; None where there is no key for one, or it was closed."""
    with suppress(MissingKeyError, ClosedClientError):
        return default_client()
    return None


def _days_of_organization(view: Session) -> tuple[dt.date, dt.date | None]:
    """Load the organization's day now, and the day on which its oldest project was created."""
    created = load_projects(client=view)["created_at"].min()
    return server_day(view), None if pd.isna(created) else created.date()
