"""The pages of the board of goals: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Words
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import UNJUDGED
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import (
    NOT_STARTED,
    STANDINGS,
    mark_not_started,
    read_standings,
)
from trackagoat_pandas.helpers.loads import combine_loads, latest_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.plots.goal_board import WORST_FIRST
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_odds
from trackagoat_pandas.plots.goal_odds import listed, reasons_of
from trackagoat_pandas.progress import quiet
from trackagoat_pandas.widgets.board import View
from trackagoat_pandas.widgets.picture import height_of
from trackagoat_pandas.widgets.recorder import Recorder, Traced
from trackagoat_pandas.widgets.tiles import Tile

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
_RANKS: Final = {status: rank for rank, status in enumerate(WORST_FIRST)}
_MOST: Final = 24
"""The most bars in a picture."""
_MOST_GOALS: Final = 30
"""More goals than these have a bar for each metric and period."""
_GOAL: Final = ("tiktok_handle", "metric", "period")
_COUNTS: Final = ("on_track", "behind_pace", "at_risk", "completed", "missed", "not_started")
_ODDS: Final = ("chance", "reason", "missing", "days_left", "actual", "target", "period_end")
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
    """

    frame: Traced
    recorder: Recorder
    odds: Odds | None
    zone: str
    no_odds: str = ""


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
    if zone is None:
        return Goals(goals, recorder, None, "UTC", _NO_ZONE)
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
    return Goals(goals, recorder, judged, zone)


def narrowed(frame: Traced, chosen: Mapping[str, str], recorder: Recorder) -> Traced:
    """Keep the rows that match the filters."""
    name = frame.code
    for filter_, word in chosen.items():
        frame = recorder.let(name, frame[frame[FILTERS[filter_]] == word])
    return frame


def tiles(goals: pd.DataFrame) -> dict[str, str | Tile]:
    """Count goals by status, for the tiles above every page."""
    standings = np.array(STANDINGS, dtype=object)[read_standings(goals)]
    counts = pd.Series(standings).value_counts().reindex(STANDINGS, fill_value=0)
    more = [status for status in (NOT_STARTED, "unknown") if counts[status]]
    shown = ("completed", "on_track", "behind_pace", "at_risk", "missed", *more)
    return {
        "Creators": f"{goals['creator_id'].nunique():,}",
        "Goals": f"{len(goals):,}",
        "On pace": _on_pace(standings),
        **{heading(status): _status_tile(counts[status], status) for status in shown},
    }


def _status_tile(count: int, status: str) -> Tile:
    """Return the tile of a status; a click on one that goals have narrows to them."""
    is_offered = bool(count) and status != "unknown"
    return Tile(f"{count:,}", act=f"filter:status={status}" if is_offered else "")


def _on_pace(standings: Words) -> str:
    """Give the share on pace of the goals that have started and have a status."""
    is_rated = ~np.isin(standings, [NOT_STARTED, "unknown"])
    is_on_pace = np.isin(standings, ["on_track", "completed"])
    return f"{100 * is_on_pace[is_rated].mean():.0f} %" if is_rated.any() else "n/a"


def goals(frame: Traced, recorder: Recorder, zone: str) -> View:
    """List the goals, the worst first, in the picture's order."""
    ranks = recorder.let("ranks", frame["status"].astype("object").map(_RANKS))
    ranked = frame.assign(_rank=ranks).sort_values(["_rank", "percentage"])
    shown = recorder.let("frame", ranked.drop(columns="_rank"))
    columns = [*_GOAL, "status", "percentage", "actual", "target", "period_end"]
    if len(frame.value) <= _MOST_GOALS:
        view = _page(recorder, shown, frame, columns, len(frame.value), by="goal")
    else:
        groups = len(frame.value[["metric", "period"]].drop_duplicates())
        view = _page(recorder, shown, frame, columns, groups, by="metric")
    return view._replace(zone=zone)


def creators(frame: Traced, recorder: Recorder) -> View:
    """Summarize goals by creator, the one with the most off pace first."""
    shown = recorder.step("frame", summarize_compliance, frame, by="creator")
    columns = ["tiktok_handle", "goals", *_COUNTS, "on_pace_percentage"]
    return _page(recorder, shown, frame, columns, len(shown.value), by="creator")


def nudges(frame: Traced, recorder: Recorder) -> View:
    """List the goals that can still be reached, the most urgent first."""
    shown = recorder.step("frame", who_to_nudge, frame)
    ordered = recorder.let("goals", frame.set_index("goal_id").loc[shown["goal_id"]])
    urgency = ["urgency"] * (len(shown.value["urgency"].unique()) > 1)
    columns = [*_GOAL, *urgency, "needed_per_day", "missing", "hours_left", "done", "target"]
    return _page(
        recorder,
        shown,
        ordered,
        columns,
        len(shown.value),
        worst_first=False,
        order="late ones and then the easiest to save first",
    )


def _page(
    recorder: Recorder,
    shown: Traced,
    goals: Traced,
    columns: list[str],
    bars: int,
    **options: Any,
) -> View:
    plot = recorder.plot(plot_goals, goals, n=_MOST, **options)
    height_in = height_of(min(bars, _MOST))
    return View(recorder, shown, plot, columns=columns, height_in=height_in, pick=_PICK)


def odds(frame: Traced, goals: Traced, recorder: Recorder, zone: str) -> View:
    """List the chance that each goal is reached, the smallest first."""
    chosen = frame[frame["goal_id"].isin(goals["goal_id"])]
    shown = recorder.let("frame", chosen.sort_values("chance", kind="stable"))
    return View(
        recorder,
        shown,
        recorder.plot(plot_odds, shown, n=_MOST),
        columns=[*_GOAL, *_ODDS],
        zone=zone,
        height_in=height_of(min(int(shown.value["chance"].notna().sum()), _MOST)),
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
