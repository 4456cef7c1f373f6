"""The board of goals: their status, whom to nudge, and the chance that each is reached."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial, reduce
from operator import and_
from typing import Any, Final, NamedTuple

import ipywidgets as ipw
import numpy as np
import pandas as pd

from trackagoat_pandas.asking.goals import GOALS
from trackagoat_pandas.asking.kernel import answer_from
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.facts import mismatch_of, zone_of
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import UNJUDGED
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import (
    NOT_STARTED,
    STANDINGS,
    mark_not_started,
    rank_goals,
    read_standings,
)
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.helpers.loads import combine_loads, latest_of
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.http.session import Session
from trackagoat_pandas.inputs.arrow import takes_arrow
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.load.resources import load_goal_compliance, load_videos
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_odds
from trackagoat_pandas.plots.goal_odds import listed, reasons_of
from trackagoat_pandas.progress import quiet
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, given
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS, GOAL_STATUSES
from trackagoat_pandas.widgets.board import (
    MOST_BARS,
    ProjectBoard,
    Tile,
    View,
    asked_timezone,
    height_of,
)
from trackagoat_pandas.widgets.filters import ALL, NO_MATCH, Filters, all_of, dropdown
from trackagoat_pandas.widgets.grid import Curves, daily_curves
from trackagoat_pandas.widgets.panel import check_client
from trackagoat_pandas.widgets.pickers import Picker, options_of

PAGES: Final = ("Goals", "Creators", "Nudge", "Odds")
FILTERS: Final = {
    "creator": "creator_id",
    "metric": "metric",
    "period": "period",
    "status": "status",
}
"""Each filter and its column."""

_NEEDED: Final = (
    "goal_id", "creator_id", "tiktok_handle", "metric", "period", "status", "target", "actual",
    "percentage", "period_start", "period_end",
)  # fmt: skip
_MOST_GOALS: Final = 30
"""More goals than these have a bar for each metric and period."""
_GOAL: Final = ("tiktok_handle", "metric", "period")
_COUNTS: Final = ("on_track", "behind_pace", "at_risk", "completed", "missed", "not_started")
_OPEN: Final = ("on_track", "behind_pace", "at_risk")
"""The statuses of goals whose period runs."""
_OFF_PACE: Final = ("behind_pace", "at_risk", "missed")
_ODDS: Final = ("chance", "missing", "period_end", "actual", "target", "reason")
_PICK: Final = "creator_id"
_NO_SOURCE: Final = "Odds need videos or analytics: GoalBoard(goals, videos=...)."
_NO_ZONE: Final = "Odds need the organization's time zone: GoalBoard(goals, ..., timezone=...)."


class Odds(NamedTuple):
    """The odds of goals, with the code, source frames and warnings of their computation."""

    frame: Traced
    recorder: Recorder
    sources: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]


class Goals(NamedTuple):
    """Each goal once, marked where it has not started; and the odds, if they can be computed.

    Tables write instants in the time zone ``zone``. ``no_odds`` says what odds would need.
    ``curves`` are the daily views of creators, where they are known; ``finding`` answers who will
    miss a goal.
    """

    frame: Traced
    recorder: Recorder
    odds: Odds | None
    zone: str
    no_odds: str = ""
    curves: Curves | None = None
    finding: str = ""


class SeenGoals:
    """The goals that a choice leaves, and what pages and tiles show of them, worked out once.

    Parameters
    ----------
    opened
        All goals.
    choice
        The value that each column must have.
    """

    def __init__(self, opened: Goals, choice: Mapping[str, str]) -> None:
        self.choice, self.zone = choice, opened.zone
        self.recorder = opened.recorder.branch()
        self.goals = narrow(opened.frame, choice, self.recorder)

    @cached_property
    def ranked(self) -> Traced:
        """The goals, the worst first."""
        return call(rank_goals, self.goals)

    @cached_property
    def creators(self) -> Traced:
        """Their creators, the one with the most goals off pace first."""
        return call(summarize_compliance, self.goals, by="creator")

    @cached_property
    def nudges(self) -> Traced:
        """The goals that can still be reached, the most urgent first."""
        return call(who_to_nudge, self.goals)

    @cached_property
    def tiles(self) -> dict[str, str | Tile]:
        """The key figures."""
        return tiles_of(self.goals.value, self.zone)


class GoalBoard(ProjectBoard):
    """Show goals by status and by creator, whom to nudge, and the odds.

    Parameters
    ----------
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance` or :func:`evaluate_goals`. By default goals and
        videos are loaded in the background, for one project.
    videos, analytics : DataFrame, optional
        The frames of :func:`load_videos` and :func:`load_analytics`. :func:`goal_odds` computes
        the odds from either or both. With daily views, creators have a line of the last 28 days.
    project : str or ProjectPicker, optional
        A project's id or exact name, or a :class:`ProjectPicker` to follow.
    timezone : str, optional
        The organization's time zone; by default that of the goals' attributes.
    client : Client, optional
        The client to load with; by default the picker's, or the one that ``connect`` made last.

    Attributes
    ----------
    frame : pandas.DataFrame or None
        The page's table.
    figure : matplotlib.figure.Figure
        The page's picture.
    code : str
        Python that rebuilds both from the given frames, under the names above.
    page : ipywidgets.ToggleButtons
        ``"Goals"``, ``"Creators"``, ``"Nudge"`` or ``"Odds"``.
    creator, metric, period, status : ipywidgets.Dropdown
        The filters; ``""`` for all. On every page a goal that has not started has the status
        ``not_started``.
    filters : Filters
        All filters.

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        A column is missing, or an argument is not allowed.

    See Also
    --------
    load_goal_compliance : Load goals and their progress.
    who_to_nudge : List goals that are behind.
    goal_odds : Estimate the chance of each goal.
    plots.goal_board : Draw the progress of goals.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     board = tgp.widgets.GoalBoard(tgp.load_goal_compliance("Summer Launch"))
    >>> board.status.value = "at_risk"
    >>> set(board.frame["status"])
    {'at_risk'}
    """

    what, needs_project = "goals", True

    @takes_arrow
    def __init__(
        self,
        goals: pd.DataFrame | None = None,
        *,
        videos: pd.DataFrame | None = None,
        analytics: pd.DataFrame | None = None,
        project: str | Picker | None = None,
        timezone: str | None = None,
        client: Client | None = None,
    ) -> None:
        check_client(client)
        others = given(goals=goals, videos=videos, analytics=analytics)
        self._timezone = asked_timezone(timezone, others, client)
        opened: Goals | None = None
        if goals is not None:
            opened = _with_finding(
                open_goals(Recorder(), others.pop("goals"), others, self._timezone),
                {"goals": Traced(goals, "goals"), **others},
            )
        self._opened: Goals | None = None
        self._seen: SeenGoals | None = None
        self._make_controls()
        super().__init__(
            "Goals",
            "goals",
            [self.filters],
            tabs=[self.page],
            is_given=opened is not None,
            project=project,
            client=client,
        )
        self.reload() if opened is None else self._open(opened)

    def _make_controls(self) -> None:
        self.page = ipw.ToggleButtons(options=list(PAGES), style={"button_width": "auto"})
        self._listen(self.page, lambda _: self._draw())
        self.creator = dropdown("Creator")
        statuses = options_of([*GOAL_STATUSES, NOT_STARTED])
        self.metric = dropdown("Metric", [("All", ALL), *options_of(GOAL_METRICS)])
        self.period = dropdown("Period", [("All", ALL), *options_of(GOAL_PERIODS)])
        self.status = dropdown("Status", [("All", ALL), *statuses])
        controls = {name: getattr(self, name) for name in FILTERS}
        self.filters = Filters(controls, lambda _: self._redraw())

    def _load_all(self, view: Session, project: str | None) -> Goals:
        recorder = Recorder()
        goals = recorder.step("goals", partial(load_goal_compliance, client=view), project)
        videos = recorder.step("videos", partial(load_videos, client=view), project)
        opened = open_goals(recorder, goals, {"videos": videos}, self._timezone)
        return _with_finding(opened, {"goals": goals, "videos": videos})

    def _open(self, loaded: Goals) -> None:
        self._opened, self._seen = loaded, None
        goals = loaded.frame.value
        handles = goals.dropna(subset=["creator_id"]).drop_duplicates("creator_id")
        called = "@" + handles["tiktok_handle"]
        if "display_name" in handles:
            called = called.fillna(handles["display_name"])
        called = called.fillna(handles["creator_id"])
        names = dict(zip(handles["creator_id"], called, strict=True))
        self.filters.offer("creator", all_of(names))
        self._title("Goals", loaded.finding)
        self._draw()

    def _see(self, opened: Goals) -> SeenGoals:
        """Return the goals that match the filters; those of the last choice are kept."""
        chosen = {column: self.filters[name] for name, column in FILTERS.items()}
        choice = {column: value for column, value in chosen.items() if value}
        if self._seen is None or self._seen.choice != choice:
            self._seen = SeenGoals(opened, choice)
        return self._seen

    def _draw(self) -> None:
        if self._opened is None:
            return
        opened, page = self._opened, self.page.value
        seen, odds = self._see(opened), opened.odds if page == "Odds" else None
        if odds is not None:
            view = odds_page(odds, opened, seen.choice)
        elif page == "Creators":
            view = creators_page(seen)._replace(curves=opened.curves)
        elif page == "Nudge":
            view = nudge_page(seen)
        else:
            view = goals_page(seen)
        warned = odds.warnings if odds else [opened.no_odds] * (page == "Odds")
        to_load = data_to_load(view.frame.value) if odds else ""
        sources = odds.sources if odds else {}
        frames = {"goals": opened.frame.value, **sources}
        mismatch = [f"{problem}." for problem in [mismatch_of(frames)] if problem]
        lost = self.filters.gone().values()
        lost_said = [f"The selected creator {id_} has no goals here." for id_ in lost]
        self._notice(to_load, *warned, *self._caveats_of(frames), *mismatch, *lost_said)
        if len(seen.goals.value):  # the other pages have rows then
            empty = "Nobody to nudge: none of these goals is behind and can still be reached."
        else:
            empty = NO_MATCH.format("goals") if self.filters.is_set else self._no_rows()
        self.show(view._replace(empty=empty), seen.tiles)


def open_goals(
    recorder: Recorder, goals: Traced, others: Mapping[str, Traced], timezone: str | None
) -> Goals:
    """Prepare goals for all pages; with videos or analytics, compute the odds, too."""
    frame = goals.value
    require_columns(frame, _NEEDED, loader="load_goal_compliance")
    # Only if it changes something, so that the code that is shown has no idle step.
    if len(latest_of(frame, ["goal_id", "period_start"])) < len(frame):
        goals = recorder.step("goals", combine_loads, goals)
    goals = recorder.step("goals", mark_not_started, goals)
    of_goals = zone_of(timezone, [frame])
    zone = of_goals or zone_of(None, [other.value for other in others.values()])
    if not others:
        return Goals(goals, recorder, None, zone or "UTC", _NO_SOURCE)
    curves = daily_curves(others["analytics"].value, "views") if "analytics" in others else None
    if zone is None:
        return Goals(goals, recorder, None, "UTC", _NO_ZONE, curves)
    named = {} if timezone is None and of_goals else {"timezone": zone}
    # The other pages don't show how the odds were computed.
    branch = recorder.branch()
    with kept_warnings() as warned, quiet():
        odds = branch.step("odds", goal_odds, goals, **others, **named)
    odds = branch.step("odds", mark_not_started, odds)
    sources = {name: other.value for name, other in others.items()}
    # The board says in words what to load.
    others_warned = tuple(text for text in warned if UNJUDGED not in text)
    judged = Odds(odds, branch, sources, others_warned)
    return Goals(goals, recorder, judged, zone, curves=curves)


def _with_finding(opened: Goals, frames: Mapping[str, Traced]) -> Goals:
    """Answer who will miss a goal; evaluated past periods have no answer."""
    if frames["goals"].value["goal_id"].duplicated().any():
        return opened
    return opened._replace(finding=answer_from(GOALS, frames, opened.zone).finding)


def tiles_of(goals: pd.DataFrame, zone: str) -> dict[str, str | Tile]:
    """Count goals, those on pace, the creators off pace, and the goals that end next.

    How many have which status is said by the picture's title.
    """
    standings = np.array(STANDINGS, dtype=object)[read_standings(goals)]
    # Goals that have not started, or have no status, are neither on pace nor off it.
    is_rated = ~np.isin(standings, [NOT_STARTED, "unknown"])
    is_off_pace, is_open = np.isin(standings, _OFF_PACE), np.isin(standings, _OPEN)
    started, on_pace = int(is_rated.sum()), int((is_rated & ~is_off_pace).sum())
    creators = goals["creator_id"]
    about = f"of {number(creators.nunique(), 'creator')}"
    if waiting := int((standings == NOT_STARTED).sum()):
        about += f", {waiting:,} not started"
    made: dict[str, str | Tile] = {
        "Goals": Tile(f"{len(goals):,}", about),
        "On pace": "n/a",
        "Creators off pace": Tile(
            f"{creators[is_off_pace].nunique():,}",
            f"of {creators.nunique():,}",
            act="page:Creators",
        ),
    }
    if started:
        share = f"{100 * on_pace / started:.0f} %"
        made["On pace"] = Tile(share, f"{on_pace:,} of {started:,} that have started")
    if len(ends := goals["period_end"][is_open].dropna()):
        # An end at midnight is that of the day before.
        days = (ends - pd.Timedelta(1, "s")).dt.tz_convert(zone).dt.date
        first, count = days.min(), int((days == days.min()).sum())
        made["Next end"] = Tile(f"{first:%a} {day_text(first)}", number(count, "goal"))
    return made


def narrow(goals: Traced, choice: Mapping[str, str], recorder: Recorder) -> Traced:
    """Keep the goals whose columns have the chosen values."""
    masks = [goals[column] == value for column, value in choice.items()]
    return recorder.let("goals", goals[reduce(and_, masks)]) if masks else goals


def goals_page(seen: SeenGoals) -> View:
    """List the goals, the worst first, in the picture's order."""
    recorder, goals = seen.recorder.branch(), seen.goals
    shown = recorder.let("frame", seen.ranked)
    columns = [*_GOAL, "status", "reached_pct", "actual", "target", "period_end"]
    if len(goals.value) <= _MOST_GOALS:
        view = _page(recorder, shown, goals, columns, len(goals.value), by="goal")
    else:
        groups = len(goals.value[["metric", "period"]].drop_duplicates())
        view = _page(recorder, shown, goals, columns, groups, by="metric")
    return view._replace(zone=seen.zone)


def creators_page(seen: SeenGoals) -> View:
    """Summarize goals by creator, the one with the most off pace first."""
    recorder = seen.recorder.branch()
    shown = recorder.let("frame", seen.creators)
    columns = ["tiktok_handle", "goals", *_COUNTS, "on_pace_percentage"]
    return _page(recorder, shown, seen.goals, columns, len(shown.value), by="creator")


def nudge_page(seen: SeenGoals) -> View:
    """List the goals that can still be reached, the most urgent first."""
    recorder = seen.recorder.branch()
    shown = recorder.let("frame", seen.nudges)
    ordered = recorder.let("goals", seen.goals.set_index("goal_id").loc[shown["goal_id"]])
    urgency = ["urgency"] * (len(shown.value["urgency"].unique()) > 1)
    columns = [*_GOAL, *urgency, "needed_per_day", "missing", "hours_left", "done", "target"]
    order = "late ones and then the easiest to save first"
    options = {"worst_first": False, "order": order}
    return _page(recorder, shown, ordered, columns, len(shown.value), **options)


def _page(
    recorder: Recorder, shown: Traced, goals: Traced, columns: list[str], bars: int, **options: Any
) -> View:
    plot = recorder.plot(plot_goals, goals, n=MOST_BARS, **options)
    height_in = height_of(min(bars, MOST_BARS))
    return View(recorder, shown, plot, columns=columns, height_in=height_in, pick=_PICK)


def odds_page(odds: Odds, opened: Goals, choice: Mapping[str, str]) -> View:
    """List the chance that each goal is reached, the smallest first."""
    # Odds depend on no filter, so that the goals are narrowed after them.
    recorder, frame = odds.recorder.branch(), odds.frame
    goals = narrow(opened.frame, choice, recorder)
    chosen = frame[frame["goal_id"].isin(goals["goal_id"])]
    shown = recorder.let("frame", chosen.sort_values("chance", kind="stable"))
    return View(
        recorder,
        shown,
        recorder.plot(plot_odds, shown, n=MOST_BARS),
        columns=[*_GOAL, *_ODDS],
        zone=opened.zone,
        height_in=height_of(min(int(shown.value["chance"].notna().sum()), MOST_BARS)),
        pick=_PICK,
    )


def data_to_load(odds: pd.DataFrame) -> str:
    """Say what to load for the goals without odds; empty if no data is missing."""
    without = odds[odds["chance"].isna()]
    metrics = without.loc[reasons_of(without) == "unknown_actual", "metric"].astype(str).unique()
    needs = {
        "videos": [name for name in metrics if name == "posts"],
        "analytics": sorted(name for name in metrics if name != "posts"),
    }
    return " ".join(
        f"Load {load} to get odds for {listed(names)}." for load, names in needs.items() if names
    )
