"""The pages of the board of goals: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas._warning import kept_warnings
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import (
    NOT_STARTED,
    STANDINGS,
    mark_not_started,
    read_standings,
)
from trackagoat_pandas.helpers.latest import combine_loads, latest_of
from trackagoat_pandas.plots.goal_board import WORST_FIRST
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_odds
from trackagoat_pandas.plots.style import ROW_IN
from trackagoat_pandas.widgets.board import View
from trackagoat_pandas.widgets.recorder import Recorder, Traced

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
_MOST: Final = 14
"""The most bars that a picture has room for."""
_LOWEST_IN, _HIGHEST_IN, _EDGES_IN = 2.2, 4.5, 1.2
_GOAL: Final = ("tiktok_handle", "metric", "period")
_COUNTS: Final = ("on_track", "behind_pace", "at_risk", "completed", "missed", "not_started")


class Odds(NamedTuple):
    """The odds of goals, with the code, source frames and warnings of their computation."""

    frame: Traced
    recorder: Recorder
    sources: Mapping[str, pd.DataFrame]
    warnings: tuple[str, ...]


class Goals(NamedTuple):
    """Each goal once, marked where it has not started; and the odds, if they can be computed.

    Tables write instants in the time zone ``zone``.
    """

    frame: Traced
    recorder: Recorder
    odds: Odds | None
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
        return Goals(goals, recorder, None, zone or "UTC")
    named = {} if timezone is None else {"timezone": timezone}
    branch = recorder.branch()
    with kept_warnings() as warned:
        odds = branch.step("odds", goal_odds, goals, **others, **named)
    odds = branch.step("odds", mark_not_started, odds)
    sources = {name: other.value for name, other in others.items()}
    return Goals(goals, recorder, Odds(odds, branch, sources, tuple(warned)), zone)


def narrowed(frame: Traced, chosen: Mapping[str, str], recorder: Recorder) -> Traced:
    """Keep the rows that match the filters."""
    name = frame.code
    for filter_, word in chosen.items():
        frame = recorder.let(name, frame[frame[FILTERS[filter_]] == word])
    return frame


def tiles(goals: pd.DataFrame) -> dict[str, str]:
    """Count goals by status, for the tiles above every page."""
    counts = pd.Series(np.bincount(read_standings(goals), minlength=len(STANDINGS)), STANDINGS)
    known = int(counts.drop([NOT_STARTED, "unknown"]).sum())
    on_pace = int(counts["on_track"] + counts["completed"])
    waiting = counts[NOT_STARTED]
    return {
        "Creators": f"{goals['creator_id'].nunique():,}",
        "Goals": f"{len(goals):,}",
        "On pace": f"{100 * on_pace / known:.0f} %" if known else "n/a",
        "Behind pace": f"{counts['behind_pace']:,}",
        "At risk": f"{counts['at_risk']:,}",
        "Missed": f"{counts['missed']:,}",
        **({"Not started": f"{waiting:,}"} if waiting else {}),
    }


def goals(frame: Traced, recorder: Recorder, zone: str) -> View:
    """List the goals, the worst first, in the picture's order."""
    ranks = recorder.let("ranks", frame["status"].astype("object").map(_RANKS))
    ranked = frame.assign(_rank=ranks).sort_values(["_rank", "percentage"])
    shown = recorder.let("frame", ranked.drop(columns="_rank"))
    columns = [*_GOAL, "status", "target", "actual", "percentage", "period_end"]
    return _drawn(recorder, shown, frame, columns)._replace(zone=zone)


def creators(frame: Traced, recorder: Recorder) -> View:
    """Summarize goals by creator, the smallest share on pace first."""
    shown = recorder.step("frame", summarize_compliance, frame, by="creator")
    columns = ["tiktok_handle", "goals", *_COUNTS, "on_pace_percentage"]
    return _drawn(recorder, shown, frame, columns)


def nudges(frame: Traced, recorder: Recorder) -> View:
    """List the goals that can still be reached, the most urgent first."""
    shown = recorder.step("frame", who_to_nudge, frame)
    ordered = recorder.let("goals", frame.set_index("goal_id").loc[shown["goal_id"]])
    columns = [*_GOAL, "status", "urgency", "target", "done", "due", "missing", "hours_left"]
    return _drawn(recorder, shown, ordered, [*columns, "needed_per_day"], worst_first=False)


def _drawn(
    recorder: Recorder, shown: Traced, goals: Traced, columns: list[str], **options: Any
) -> View:
    plot = recorder.plot(plot_goals, goals, most=_MOST, **options)
    return View(recorder, shown, plot, columns, height_in=_height_in(goals.value))


def odds(frame: Traced, goals: Traced, recorder: Recorder) -> View:
    """List the chance that each goal is reached, the smallest first."""
    chosen = frame[frame["goal_id"].isin(goals["goal_id"])]
    shown = recorder.let("frame", chosen.sort_values("chance", kind="stable"))
    return View(
        recorder,
        shown,
        recorder.plot(plot_odds, shown, most=_MOST),
        columns=[*_GOAL, "target", "actual", "missing", "days_left", "chance", "reason"],
        writers={"chance": lambda chance: f"{100 * chance:.0f} %"},
        height_in=_height_in(shown.value),
    )


def _height_in(drawn: pd.DataFrame) -> float:
    """Choose the height of a picture of goals, since a few bars look odd in a high one."""
    return min(_HIGHEST_IN, max(_LOWEST_IN, _EDGES_IN + ROW_IN * len(drawn)))
