"""The board of alerts: what fires, since when and why, and until when an alert is silenced."""

from __future__ import annotations

import datetime as dt
import os
from functools import cached_property
from typing import Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.base.html import Kind, escape, note
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Recorder, Traced
from trackagoat_pandas.store.scope import read_moment
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.watching.memory import Place, memory_place, read_memory, silence_alert
from trackagoat_pandas.widgets.board import Board, Tile, View, without_picture
from trackagoat_pandas.widgets.panel import show_if, style_of

PAGE: Final = "Alerts"
_COLUMNS: Final = ("state", "rule", "since", "sentence")
_NEEDED: Final = (*_COLUMNS, "evidence", "key", "is_new")
WIDE_STYLE: Final = style_of("home.css")
_LONGEST: Final = 80
_LONGEST_CODE: Final = 400
_EMPTY: Final = "Nothing fires."


class SeenAlerts:
    """The alerts of a run of the watch, and what a page shows of them.

    Parameters
    ----------
    alerts
        The frame of :func:`watch`.
    recorder
        The code of the frame.
    zone
        The time zone in which instants are written.

    Raises
    ------
    MissingColumnError
        It is another frame.
    """

    def __init__(self, alerts: Traced, recorder: Recorder, zone: str) -> None:
        require_columns(alerts.value, [*_NEEDED], loader="watch")
        self.alerts, self.recorder, self.zone = alerts, recorder, zone

    @cached_property
    def firing(self) -> pd.DataFrame:
        """The alerts that fire."""
        return self._of("firing")

    def view(self) -> View:
        """List the alerts: those that fire, then those that may, then those that are over."""
        recorder = self.recorder.branch()
        frame = recorder.let("frame", self.alerts)
        return View(
            recorder, frame, without_picture, [*_COLUMNS], zone=self.zone, pick="key",
            empty=_EMPTY,
        )  # fmt: skip

    def tiles(self) -> dict[str, str | Tile]:
        """Count the alerts that fire, are new, may fire soon, and are over."""
        pending, over = (len(self._of(state)) for state in ("pending", "resolved"))
        new = int(self.firing["is_new"].sum())
        return {
            "Firing": self.tile()._replace(act=""),
            "New": Tile(f"{new:,}", "since the run before"),
            "Pending": Tile(f"{pending:,}", "not long enough to fire"),
            "Over": Tile(f"{over:,}", "since the run before"),
        }

    def tile(self) -> Tile:
        """Say how many fire, and for how long one has."""
        first = self.firing["since"].min()
        since = "" if pd.isna(first) else f"the oldest since {self._day(first)}"
        count = len(self.firing)
        return Tile(f"{count:,}", since, act=f"page:{PAGE}", is_alarm=count > 0)

    def _of(self, state: str) -> pd.DataFrame:
        alerts: pd.DataFrame = self.alerts.value
        return alerts[(alerts["state"].astype("str") == state).to_numpy(bool)]

    def _day(self, moment: pd.Timestamp) -> str:
        return day_text(moment.tz_convert(self.zone))


class Silences(ipw.VBox):  # type: ignore[misc]
    """An alert in full, and the choice of a day until which nothing of it is announced.

    Parameters
    ----------
    place
        The store or the file in which the watch remembers its alerts; None for no silences.
    zone
        The time zone of what is said.

    Attributes
    ----------
    alert, until : ipywidgets.Dropdown, ipywidgets.DatePicker
        The alert by its key, and the day.
    button, end_button : ipywidgets.Button
        Silence the alert, and end its silence.
    """

    def __init__(self, place: Place | None, zone: str) -> None:
        self._place, self._zone = place, zone
        self._texts, self._evidence = dict[str, str](), dict[str, str]()
        wide = ipw.Layout(width="auto", max_width="min(40em, 100%)")
        named = {"style": {"description_width": "auto"}}
        self.alert = ipw.Dropdown(description="Alert", layout=wide, **named)
        self.until = ipw.DatePicker(description="Silence until", **named)
        self.button = ipw.Button(description="Silence", icon="bell-slash")
        self.end_button = ipw.Button(description="Announce again", icon="bell")
        for button in (self.button, self.end_button):
            button.layout.width = "auto"
        self._chosen, self._verdict, self._list = ipw.HTML(), ipw.HTML(), ipw.HTML()
        self.button.on_click(lambda _: self._silence())
        self.end_button.on_click(lambda _: self._end())
        self.alert.observe(lambda _: self._offer(), "value")
        act = ipw.HBox([self.until, self.button, self.end_button])
        for row in (choice := ipw.HBox([self.alert]), act):
            row.layout.flex_flow = "row wrap"
        show_if(act, is_shown=place is not None)
        super().__init__([choice, self._chosen, act, self._verdict, self._list])

    def offer(self, seen: SeenAlerts) -> None:
        """Offer the alerts that fire."""
        rows = seen.firing[["key", "sentence", "evidence"]].astype("str").to_numpy(object)
        self._texts = {key: one_line(sentence) for key, sentence, _ in rows}
        # One that lists many posts would push the buttons off the screen.
        self._evidence = {key: cut(one_line(code), _LONGEST_CODE) for key, _, code in rows}
        self.alert.options = [(cut(text, _LONGEST), key) for key, text in self._texts.items()]
        self.alert.value = next(iter(self._texts), None)
        self._offer()

    def show(self, *, is_shown: bool) -> None:
        """Show or hide it; if no alert fires, there is nothing to show."""
        show_if(self, is_shown=is_shown and bool(self._texts))

    def choose(self, key: str) -> None:
        """Choose an alert, if it fires."""
        if key in self._texts:
            self.alert.value = key

    def _offer(self) -> None:
        key = self.alert.value
        chosen = "" if key is None else note(self._texts[key]) + _folded_code(self._evidence[key])
        self._chosen.value = _low(chosen) if chosen else ""
        silenced = self._silences()
        show_if(self.end_button, is_shown=self.alert.value in silenced)
        said = [
            f"Silent until {self._moment(until)}: {cut(self._texts[key], _LONGEST)}"
            for key, until in silenced.items() if key in self._texts
        ]  # fmt: skip
        self._list.value = _low(note("\n".join(said))) if said else ""

    def _silences(self) -> dict[str, pd.Timestamp]:
        if self._place is None:
            return {}
        try:
            return dict(read_memory(self._place).silenced)
        except TrackaGoatError as error:
            self._say(str(error), "error")
            return {}

    def _silence(self) -> None:
        if self.until.value is None:
            self._say("Choose the last day of the silence first.", "warning")
        else:
            self._write(self.until.value)

    def _end(self) -> None:
        self._write(None)

    def _write(self, until: dt.date | None) -> None:
        key, is_store = self.alert.value, isinstance(self._place, Store)
        where = {"store" if is_store else "state": self._place}
        try:
            # The end of the day where the board's instants are, also for a file without a zone.
            end = None if until is None else read_moment(until, self._zone, "until")
            moment = silence_alert(key, end, **where)  # type: ignore[arg-type]
        except TrackaGoatError as error:
            self._say(str(error), "error")
            return
        self._offer()
        ends = "from now on" if moment is None else f"again after {self._moment(moment)}"
        self._say(f"It is announced {ends}, if it fires.")

    def _moment(self, moment: pd.Timestamp) -> str:
        local = moment.tz_convert(self._zone)
        return f"{day_text(local)}, {local:%H:%M}"

    def _say(self, text: str, kind: Kind = "info") -> None:
        self._verdict.value = _low(note(text, kind))


def _folded_code(code: str) -> str:
    """Fold the code that shows an alert's numbers."""
    return (
        "<details class='mathjax_ignore tex2jax_ignore'><summary>Code</summary>"
        f"<code>{escape(code)}</code></details>"
    )


def _low(html: str) -> str:
    """Set lines as close as elsewhere; ipywidgets sets those of HTML as far apart as controls."""
    return f"<div style='line-height: 1.4'>{html}</div>"


def silences_of(store: Store | None, state: str | os.PathLike[str] | None, zone: str) -> Silences:
    """Return the silences of the watch of a store or a file, or without a choice.

    Raises
    ------
    ArgumentTypeError
        The store isn't one.
    """
    has_place = store is not None or state is not None
    return Silences(memory_place(store, state) if has_place else None, zone)


def with_silences(board: Board, silences: Silences) -> list[ipw.Widget]:
    """Return the parts of a board's body with silences below its table."""
    parts = [*board.body.children]
    place = parts.index(board.grid) + 1
    return [*parts[:place], silences, *parts[place:]]


class AlertsBoard(Board):
    """Show what fires, since when and why, and silence alerts until a day.

    Parameters
    ----------
    alerts : DataFrame
        The frame of :func:`watch`.
    store : Store, optional
        The store in which the watch remembers its alerts. With it, or with `state`, alerts can
        be silenced until a day: a click on a row chooses one.
    state : str or path, optional
        The file in which the watch remembers its alerts, if it isn't the store's own.
    timezone : str, optional
        The time zone in which instants are written, by default that of the alerts, or UTC for a
        frame without one.

    Attributes
    ----------
    frame : pandas.DataFrame
        The alerts.
    code : str
        Python that gives them.
    silences : Silences
        The choice of an alert and a day.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    watch : List what began, goes on and ended.
    silence_alert : Silence an alert for a time.
    widgets.HealthBoard : Click through the parts of a program.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> alerts = pd.DataFrame(
    ...     {
    ...         "state": ["firing"], "rule": ["breakouts"], "key": ["breakouts-0123456789ab"],
    ...         "since": pd.to_datetime(["2026-06-18T19:00Z"]), "is_new": [True],
    ...         "sentence": ["“Pasta” breaks out."], "evidence": ["tgp.find_outliers(videos)"],
    ...     }
    ... )
    >>> tgp.widgets.AlertsBoard(alerts)
    <AlertsBoard: 1 rows>
    """

    @takes_arrow
    def __init__(
        self,
        alerts: pd.DataFrame,
        *,
        store: Store | None = None,
        state: str | os.PathLike[str] | None = None,
        timezone: str | None = None,
    ) -> None:
        zone = zone_of(timezone, [alerts] if isinstance(alerts, pd.DataFrame) else []) or "UTC"
        seen = SeenAlerts(Traced(alerts, "alerts"), Recorder(), zone)
        self.silences = silences_of(store, state, zone)
        super().__init__(PAGE, "alerts", [])
        self.add_class("trackagoat-wide")
        self.body.children = [ipw.HTML(WIDE_STYLE), *with_silences(self, self.silences)]
        self.show(seen.view(), seen.tiles())
        self.silences.offer(seen)
        self.silences.show(is_shown=True)

    def _pick(self, column: str, id_: str) -> None:
        if column == "key":
            self.silences.choose(id_)
