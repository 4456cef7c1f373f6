"""The board of a program's health: a tile for each part, one click from its evidence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import ipywidgets as ipw
import pandas as pd

from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.columns import days_of, flags_of
from trackagoat_pandas.helpers.facts import mismatch_of, server_now, zone_of
from trackagoat_pandas.helpers.goals.standing import rank_goals
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.health.program import PARTS, program_health
from trackagoat_pandas.helpers.payouts.summaries import outstanding_balances
from trackagoat_pandas.helpers.posting import find_overposting, posting_consistency
from trackagoat_pandas.helpers.sentiment.summaries import find_negative_alerts
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.analytics import load_analytics
from trackagoat_pandas.load.comments import load_comments
from trackagoat_pandas.load.payouts import load_payout_accruals, load_payout_payments
from trackagoat_pandas.load.resources import load_creators, load_goal_compliance, load_videos
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.health import health as plot_health
from trackagoat_pandas.plots.leaderboard import leaderboard as plot_leaderboard
from trackagoat_pandas.plots.waterfall import waterfall as plot_waterfall
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, given
from trackagoat_pandas.store.store import Store
from trackagoat_pandas.widgets.alerts_board import PAGE as ALERTS
from trackagoat_pandas.widgets.alerts_board import (
    WIDE_STYLE,
    SeenAlerts,
    silences_of,
    with_silences,
)
from trackagoat_pandas.widgets.board import (
    HEIGHT_IN,
    MOST_BARS,
    Tile,
    View,
    asked_timezone,
    height_of,
)
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.pickers import Picker
from trackagoat_pandas.widgets.project_load import FrameLoad, ProjectLoad, StepwiseBoard

_PROGRAM: Final = "Program"
_METRICS: Final = ("views", "likes", "comments", "shares", "saves", "followers")
"""The metrics of goals other than posts."""
_LOADS: Final = (
    FrameLoad("creators", load_creators),
    FrameLoad("goals", load_goal_compliance),
    FrameLoad("payments", load_payout_payments),
    FrameLoad("accruals", load_payout_accruals),
    FrameLoad(
        "analytics", load_analytics,
        lambda _, frames: ["creator", frames["creators"], list(_METRICS)],
        {"dates": "last 150 days", "clip": True}, owners="creators",
    ),
    FrameLoad("videos", load_videos),
    FrameLoad("comments", load_comments, options={"dates": "last 28 days"}),
)  # fmt: skip
"""What the board loads: all that a part needs, but for forecasts, which only a store has."""
_COLUMNS: Final = ("status", "part", "since", "advice", "evidence")
_TWO_WEEKS: Final = pd.Timedelta(days=13)
_SHORT: Final = 48


class SeenHealth:
    """The health of a program, and the evidence of each part, worked out once.

    Parameters
    ----------
    frames
        The frames of the program, by the names of the arguments of :func:`program_health`.
    recorder
        The code of these frames.
    zone, currency
        The time zone of days, and the currency of amounts.
    """

    def __init__(
        self, frames: Mapping[str, Traced], recorder: Recorder, zone: str, currency: str
    ) -> None:
        self.frames, self.recorder, self.zone, self.currency = frames, recorder, zone, currency
        values = [frame.value for frame in frames.values()]
        # Time goes on, so that the code says until when: else it would give another health.
        self._now = server_now(values)
        is_said = bool(values) and all(zone_of(None, [one]) == zone for one in values)
        self.named: dict[str, Any] = {} if is_said else {"timezone": zone}
        self.priced: dict[str, Any] = {} if currency == "USD" else {"currency": currency}

    @cached_property
    def health(self) -> Traced:
        """The parts with their status."""
        return call(
            program_health, **self.frames, now=f"{self._now:%Y-%m-%dT%H:%M:%SZ}", **self.named,
            **self.priced,
        )  # fmt: skip

    def given(self, *names: str) -> list[Traced]:
        """Return some frames that there are."""
        return [self.frames[name] for name in names]

    @cached_property
    def cadence(self) -> Traced:
        """The creators by the day of their last post."""
        videos, creators = self.given("videos", "creators")
        rows = call(posting_consistency, videos, creators=creators, **self.named)
        return rows.sort_values("last_day")

    @cached_property
    def views(self) -> Traced | None:
        """What moved the views of the last two weeks that are known; None if too few days are."""
        analytics, creators = self.given("analytics", "creators")
        is_over = ~flags_of(analytics.value, "is_partial")
        last = pd.Series(days_of(analytics.value["date"]))[is_over].max()
        if pd.isna(last):
            return None
        days = DateRange((last - _TWO_WEEKS).date(), last.date())
        try:
            return call(explain_change, analytics, creators=creators, dates=f"{days}", **self.named)
        except ArgumentError:
            return None

    @cached_property
    def overposting(self) -> Traced:
        """The days on which a creator over-posted."""
        return call(find_overposting, *self.given("videos"), **self.named)

    @cached_property
    def goals(self) -> Traced:
        """The goals, the worst first."""
        return call(rank_goals, *self.given("goals"))

    @cached_property
    def alerts(self) -> Traced:
        """The videos with many negative comments."""
        has_titles = "videos" in self.frames and "title" in self.frames["videos"].value.columns
        names = {"names": self.frames["videos"]} if has_titles else {}
        return call(find_negative_alerts, *self.given("comments"), **names)

    @cached_property
    def owed(self) -> Traced:
        """What creators are owed."""
        names = {"names": self.frames["creators"]} if "creators" in self.frames else {}
        return call(
            outstanding_balances, *self.given("accruals", "payments"), **names, **self.named,
            **self.priced,
        )  # fmt: skip


class HealthBoard(StepwiseBoard):
    """Show how a program does on one page: a tile for each part, one click from its evidence.

    Parameters
    ----------
    videos : DataFrame, optional
        The frame of :func:`load_videos`. A part whose frames aren't given is unknown. Without
        any frame, those of one project are loaded in the background, except forecasts, with at
        most 30 requests. If that doesn't suffice, the button "Load" loads the rest.
    creators : DataFrame, optional
        The frame of :func:`load_creators`.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`.
    comments : DataFrame, optional
        The frame of :func:`load_comments`.
    accruals : DataFrame, optional
        The frame of :func:`load_payout_accruals`.
    payments : DataFrame, optional
        The frame of :func:`load_payout_payments`.
    forecasts : DataFrame, optional
        The result of :func:`score_forecasts`.
    alerts : DataFrame, optional
        The frame of :func:`watch`, for a page of what fires.
    store : Store, optional
        The store in which the watch remembers its alerts. With it, or with `state`, alerts can
        be silenced until a day.
    state : str or path, optional
        The file in which the watch remembers its alerts, if it isn't the store's own.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone : str, optional
        The organization's time zone; by default that of the frames' attributes, or else UTC.
    currency : str, default 'USD'
        The currency of amounts whose frame has no column ``currency``.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table: the parts, or the rows behind one of them.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Program"``, ``"Alerts"``, or a part that has rows of its own. A click on a tile, a row
        or a block turns to the part's page.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    program_health : Judge a program part by part.
    widgets.Home : See the program on one screen.
    watch : List what began, goes on and ended.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> board = tgp.widgets.HealthBoard(videos=videos)
    >>> board.page.options
    ('Program', 'Over-posting')
    """

    what, needs_project, page_rows, loads = "the program", True, len(PARTS), _LOADS

    @takes_arrow
    def __init__(
        self,
        *,
        videos: pd.DataFrame | None = None,
        creators: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        goals: pd.DataFrame | None = None,
        comments: pd.DataFrame | None = None,
        accruals: pd.DataFrame | None = None,
        payments: pd.DataFrame | None = None,
        forecasts: pd.DataFrame | None = None,
        alerts: pd.DataFrame | None = None,
        store: Store | None = None,
        state: str | os.PathLike[str] | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        currency: str = "USD",
        client: Client | None = None,
    ) -> None:
        check_client(client)
        frames = given(
            videos=videos, creators=creators, analytics=analytics, goals=goals, comments=comments,
            accruals=accruals, payments=payments, forecasts=forecasts,
        )  # fmt: skip
        self._timezone, self._currency = asked_timezone(timezone, frames, client), currency
        self._all: SeenHealth | None = None
        zone = zone_of(self._timezone, [frame.value for frame in frames.values()]) or "UTC"
        self.silences = silences_of(store, state, zone)
        self._watched = None
        if alerts is not None:
            self._watched = SeenAlerts(Traced(alerts, "alerts"), Recorder(), zone)
            self.silences.offer(self._watched)
        self.page = ipw.ToggleButtons(options=[_PROGRAM], style={"button_width": "auto"})
        self._listen(self.page, lambda _: self._draw())
        super().__init__(
            "Health", "health", [], tabs=[self.page], is_given=bool(frames), project=project,
            client=client,
        )  # fmt: skip
        self.body.children = [ipw.HTML(WIDE_STYLE), *with_silences(self, self.silences)]
        self.add_class("trackagoat-wide")
        self.reload() if not frames else self._open(self._seen(frames, Recorder()))

    def _seen(self, frames: Mapping[str, Traced], recorder: Recorder) -> SeenHealth:
        zone = zone_of(self._timezone, [frame.value for frame in frames.values()])
        return SeenHealth(frames, recorder, zone or "UTC", self._currency)

    def _open(self, loaded: Any) -> None:
        if isinstance(loaded, ProjectLoad):
            lines = [line for name in loaded.frames for line in loaded.lines[name]]
            if not loaded.is_complete:
                self._ask_for_rest(loaded, "The unknown parts take {}")
            if not loaded.frames:
                return
            loaded = self._seen(loaded.frames, Recorder(lines))
        self._all = loaded
        with self._showing():
            page = self.page.value
            watched = [] if self._watched is None else [ALERTS]
            self.page.options = [_PROGRAM, *watched, *pages_of(loaded)]
            self.page.value = page if page in self.page.options else _PROGRAM
        self._draw()

    def _pick(self, column: str, id_: str) -> None:
        if column == "key":
            self.silences.choose(id_)
        page = _page_called(id_)
        if column == "part" and page in self.page.options:
            self.page.value = page

    def _draw(self) -> None:
        if self._all is None:
            return
        page, seen = self.page.value, self._all
        tiles, watched = tiles_of(seen, self.page.options), self._watched
        if watched is not None:
            tiles = {ALERTS: watched.tile(), **tiles}
        if page == ALERTS and watched is not None:
            view = watched.view()
        else:
            view = program_page(seen) if page == _PROGRAM else PAGES[page](seen)
        self._notice(*_said_of(page, seen), *self._notes(seen))
        self.show(view, tiles)
        self.silences.show(is_shown=page == ALERTS)

    def _notes(self, seen: SeenHealth) -> Iterable[str]:
        """List the caveats of the frames."""
        frames = {name: traced.value for name, traced in seen.frames.items()}
        yield from self._caveats_of(frames)
        if problem := mismatch_of(frames):
            yield f"{problem}."


def _said_of(page: str, seen: SeenHealth) -> list[str]:
    """Say the finding of a page's part, and the advice."""
    health = seen.health.value
    rows = health[health["part"].astype(str).map(_page_called) == page]
    said = rows[["evidence", "advice"]].to_numpy(object).ravel()
    return [one for one in said if isinstance(one, str)]


def _page_called(part: str) -> str:
    """Return the page of a part."""
    return part[:1].upper() + part[1:]


def pages_of(seen: SeenHealth) -> list[str]:
    """Return the pages of the parts whose frames there are."""
    return [
        page for page in (_page_called(part) for part in PARTS)
        if page in PAGES and {*_NEEDS[page]} <= {*seen.frames}
    ]  # fmt: skip


def tiles_of(seen: SeenHealth, pages: Iterable[str]) -> dict[str, str | Tile]:
    """Return a tile for each part: its status, and since when or why."""
    made: dict[str, str | Tile] = {}
    for row in seen.health.value.to_dict("records"):
        page, status = _page_called(row["part"]), row["status"]
        said = cut(row["evidence"].replace("`", ""), _SHORT)
        if pd.notna(row["since"]):
            said = f"since {day_text(row['since'])}"
        act = f"page:{page}" if page in pages else "page:" + _PROGRAM
        is_good = True if status == "good" else None
        made[page] = Tile(
            status, said, is_good, act, is_alarm=status == "bad", is_grey=status == "unknown"
        )
    return made


def program_page(seen: SeenHealth) -> View:
    """List the parts with their status, below their picture."""
    recorder = seen.recorder.branch()
    frame = recorder.let("frame", seen.health.sort_values("status", kind="stable"))
    plot = recorder.plot(plot_health, frame)
    height = height_of(len(frame.value))
    return View(recorder, frame, plot, [*_COLUMNS], height, seen.zone, pick="part")


def cadence_page(seen: SeenHealth) -> View:
    """List the creators, those without a post for longest first."""
    return _rank_view(seen, seen.cadence, by="posts")


def views_page(seen: SeenHealth) -> View:
    """List what moved the views of the last two weeks."""
    if seen.views is None:
        return program_page(seen)
    recorder = seen.recorder.branch()
    frame = recorder.let("frame", seen.views)
    plot = recorder.plot(plot_waterfall, frame)
    return View(recorder, frame, plot, height_in=HEIGHT_IN, zone=seen.zone)


def overposting_page(seen: SeenHealth) -> View:
    """List the days on which a creator over-posted, the last one first."""
    return _rank_view(seen, seen.overposting, by="low_posts")


def goals_page(seen: SeenHealth) -> View:
    """List the goals, the worst first."""
    recorder = seen.recorder.branch()
    frame = recorder.let("frame", seen.goals)
    plot = recorder.plot(plot_goals, frame, n=MOST_BARS)
    height = height_of(min(len(frame.value), MOST_BARS))
    return View(recorder, frame, plot, height_in=height, zone=seen.zone)


def sentiment_page(seen: SeenHealth) -> View:
    """List the videos with many negative comments."""
    return _rank_view(seen, seen.alerts, by="negative")


def payouts_page(seen: SeenHealth) -> View:
    """List what creators are owed, the most first."""
    view = _rank_view(seen, seen.owed, by="owed_cents")
    return view._replace(currency=seen.currency)


def forecasts_page(seen: SeenHealth) -> View:
    """List the forecasts, below the picture of the part."""
    recorder = seen.recorder.branch()
    health = recorder.let("health", seen.health)
    frame = recorder.let("frame", seen.frames["forecasts"])
    plot = recorder.plot(plot_health, health[health["part"] == "forecasts"])
    return View(recorder, frame, plot, height_in=height_of(1), zone=seen.zone)


def _rank_view(seen: SeenHealth, rows: Traced, *, by: str) -> View:
    recorder = seen.recorder.branch()
    frame = recorder.let("frame", rows)
    bars = min(int(frame.value[by].notna().sum()), MOST_BARS)
    plot = recorder.plot(plot_leaderboard, frame, by=by, n=MOST_BARS)
    return View(recorder, frame, plot, height_in=height_of(bars), zone=seen.zone)


PAGES: Final[Mapping[str, Callable[[SeenHealth], View]]] = {
    "Cadence": cadence_page,
    "Views": views_page,
    "Over-posting": overposting_page,
    "Goals": goals_page,
    "Sentiment": sentiment_page,
    "Payouts": payouts_page,
    "Forecasts": forecasts_page,
}
"""What the page of each part shows that has rows of its own."""
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Cadence": ("videos", "creators"),
    "Views": ("analytics", "creators"),
    "Over-posting": ("videos",),
    "Goals": ("goals",),
    "Sentiment": ("comments",),
    "Payouts": ("accruals", "payments"),
    "Forecasts": ("forecasts",),
}
