"""The pages of the board of goals: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Words
from trackagoat_pandas._warning import kept_warnings
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.formats import heading
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.evaluation import goal_history
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import (
    NOT_STARTED,
    STANDINGS,
    judged_at,
    mark_not_started,
    read_standings,
)
from trackagoat_pandas.helpers.latest import combine_loads, latest_of
from trackagoat_pandas.plots.goal_board import WORST_FIRST
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_odds
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
_PICK: Final = "creator_id"
_WITHOUT: Final = {
    "period_over": ("has a period that is over", "have periods that are over"),
    "unknown_period": ("has an unknown period", "have unknown periods"),
    "unknown_metric": ("has an unknown metric", "have unknown metrics"),
    "unknown_target": ("has no target", "have no target"),
    "unknown_actual": ("needs data on {}", "need data on {}"),
    "not_started": ("has not started", "have not started"),
    "too_little_history": ("has too short a history", "have too short a history"),
    "too_irregular": ("is too irregular", "are too irregular"),
}
"""Why one goal or several have no odds, by the reasons of ``goal_odds``."""


class Odds(NamedTuple):
    """The odds of goals, with the code, source frames and warnings of their computation."""

    frame: Traced
    recorder: Recorder
    sources: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]


class Goals(NamedTuple):
    """Each goal once, marked where it has not started; and the odds, if they can be computed.

    ``was_reached`` says by goal whether the last period that was over before this one reached its
    target, as far as that is known. Tables write instants in the time zone ``zone``.
    """

    frame: Traced
    recorder: Recorder
    odds: Odds | None
    was_reached: pd.Series
    zone: str


def open_goals(
    recorder: Recorder, goals: Traced, others: Mapping[str, Traced], timezone: str | None
) -> Goals:
    """Prepare goals for all pages; with videos or analytics, compute the odds, too."""
    frame = goals.value
    require_columns(frame, _NEEDED, loader="load_goal_compliance")
    if len(latest_of(frame, ["goal_id", "period_start"])) < len(frame):
        goals = recorder.step("goals", combine_loads, goals)
    goals = recorder.step("goals", mark_not_started, goals)
    zone = zone_of(timezone, [frame])
    if not others or zone is None:
        return Goals(goals, recorder, None, pd.Series(dtype=bool), zone or "UTC")
    named = {} if timezone is None else {"timezone": timezone}
    branch = recorder.branch()
    with kept_warnings() as warned:
        odds = branch.step("odds", goal_odds, goals, **others, **named)
    odds = branch.step("odds", mark_not_started, odds)
    sources = {name: other.value for name, other in others.items()}
    judged = Odds(odds, branch, sources, tuple(warned))
    return Goals(goals, recorder, judged, _was_reached(goals.value, sources, zone), zone)


def _was_reached(goals: pd.DataFrame, sources: Mapping[str, pd.DataFrame], zone: str) -> pd.Series:
    """Judge the last period of each goal that was over before the period that it is in."""
    instants = judged_at(goals)
    known = instants[~np.isnat(instants)]
    if not known.size:
        return pd.Series(dtype=bool)
    day = pd.Timestamp(known.max(), tz="UTC").tz_convert(zone)
    # A goal whose period ended last month is judged in it, so the one before began earlier.
    since = (day.tz_localize(None).to_period("M") - 2).start_time.date()
    with kept_warnings():  # goal_odds has given the same
        history = goal_history(
            goals,
            sources.get("videos"),
            sources.get("analytics"),
            since=since,
            timezone=zone,
        )
    current = goals.drop_duplicates("goal_id", keep="last").set_index("goal_id")["period_start"]
    is_before = history["period_start"] < history["goal_id"].map(current)
    judged = history[is_before & history["status"].notna()]
    last = judged.drop_duplicates("goal_id", keep="last").set_index("goal_id")
    return last["status"] == "completed"


def narrowed(frame: Traced, chosen: Mapping[str, str], recorder: Recorder) -> Traced:
    """Keep the rows that match the filters."""
    name = frame.code
    for filter_, word in chosen.items():
        frame = recorder.let(name, frame[frame[FILTERS[filter_]] == word])
    return frame


def tiles(goals: pd.DataFrame, was_reached: pd.Series) -> dict[str, str | Tile]:
    """Count goals by status, for the tiles above every page."""
    standings = np.array(STANDINGS, dtype=object)[read_standings(goals)]
    counts = pd.Series(standings).value_counts().reindex(STANDINGS, fill_value=0)
    more = [status for status in (NOT_STARTED, "unknown") if counts[status]]
    shown = ("completed", "on_track", "behind_pace", "at_risk", "missed", *more)
    return {
        "Creators": f"{goals['creator_id'].nunique():,}",
        "Goals": f"{len(goals):,}",
        "On pace": _on_pace(goals["goal_id"], standings, was_reached),
        **{heading(status): f"{counts[status]:,}" for status in shown},
    }


def _on_pace(ids: pd.Series, standings: Words, was_reached: pd.Series) -> str | Tile:
    """Give the share on pace, and how it differs from the share that the last periods reached."""
    is_rated = ~np.isin(standings, [NOT_STARTED, "unknown"])
    is_on_pace = np.isin(standings, ["on_track", "completed"])
    if not is_rated.any():
        return "n/a"
    value = f"{100 * is_on_pace[is_rated].mean():.0f} %"
    is_both = is_rated & ids.isin(was_reached.index).to_numpy(bool)
    if not is_both.any():
        return value
    before = was_reached[ids[is_both]].mean()
    points = round(100 * (is_on_pace[is_both].mean() - before))
    rated, both = int(is_rated.sum()), int(is_both.sum())
    of = f" ({both:,} of {rated:,} goals)" if both < rated else ""
    change = f"{points:+d} points on the last period{of}".replace("-", "\N{MINUS SIGN}", 1)
    return Tile(value, change, is_good=points > 0 if points else None)


def goals(frame: Traced, recorder: Recorder, zone: str) -> View:
    """List the goals, the worst first, in the picture's order."""
    ranks = recorder.let("ranks", frame["status"].astype("object").map(_RANKS))
    ranked = frame.assign(_rank=ranks).sort_values(["_rank", "percentage"])
    shown = recorder.let("frame", ranked.drop(columns="_rank"))
    columns = [*_GOAL, "status", "target", "actual", "percentage", "period_end"]
    if len(frame.value) <= _MOST_GOALS:
        view = _drawn(recorder, shown, frame, columns, len(frame.value), by="goal")
    else:
        groups = len(frame.value[["metric", "period"]].drop_duplicates())
        view = _drawn(recorder, shown, frame, columns, groups, by="metric")
    return view._replace(zone=zone)


def creators(frame: Traced, recorder: Recorder) -> View:
    """Summarize goals by creator, the smallest share on pace first."""
    shown = recorder.step("frame", summarize_compliance, frame, by="creator")
    columns = ["tiktok_handle", "goals", *_COUNTS, "on_pace_percentage"]
    return _drawn(recorder, shown, frame, columns, len(shown.value), by="creator")


def nudges(frame: Traced, recorder: Recorder) -> View:
    """List the goals that can still be reached, the most urgent first."""
    shown = recorder.step("frame", who_to_nudge, frame)
    ordered = recorder.let("goals", frame.set_index("goal_id").loc[shown["goal_id"]])
    columns = [
        *_GOAL, "status", "urgency", "target", "done", "due", "missing", "hours_left",
        "needed_per_day",
    ]  # fmt: skip
    return _drawn(recorder, shown, ordered, columns, len(shown.value), worst_first=False)


def _drawn(
    recorder: Recorder,
    shown: Traced,
    goals: Traced,
    columns: list[str],
    bars: int,
    **options: Any,
) -> View:
    plot = recorder.plot(plot_goals, goals, most=_MOST, **options)
    height_in = height_of(min(bars, _MOST))
    return View(recorder, shown, plot, columns=columns, height_in=height_in, pick=_PICK)


def odds(frame: Traced, goals: Traced, recorder: Recorder) -> View:
    """List the chance that each goal is reached, the smallest first."""
    chosen = frame[frame["goal_id"].isin(goals["goal_id"])]
    shown = recorder.let("frame", chosen.sort_values("chance", kind="stable"))
    return View(
        recorder,
        shown,
        recorder.plot(plot_odds, shown, most=_MOST),
        columns=[*_GOAL, "target", "actual", "missing", "days_left", "chance", "reason"],
        height_in=height_of(min(int(shown.value["chance"].notna().sum()), _MOST)),
        pick=_PICK,
    )


def without_odds(odds: pd.DataFrame) -> str:
    """Count the goals without odds by the reason; empty if all have odds."""
    lacking = odds[odds["chance"].isna()]
    reasons = lacking["reason"].astype(object).fillna("unknown_actual")
    # Without analytics, `actual` is that of the goals frame, and the history has no day at all.
    has_none = reasons.eq("too_little_history") & lacking["history_days"].eq(0)
    reasons = reasons.mask(has_none.fillna(value=False), "unknown_actual")
    parts = []
    for reason, count in reasons.value_counts().items():
        metrics = sorted(lacking.loc[reasons == reason, "metric"].astype(str).unique())
        one, several = _WITHOUT[str(reason)]
        parts.append(f"{count:,} {(one if count == 1 else several).format(' and '.join(metrics))}")
    return f"{len(lacking):,} of {len(odds):,} goals without odds: {', '.join(parts)}." * bool(
        parts
    )
