"""The pages of the board of goals: which frame, plot and code each one shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas._warning import kept_warnings
from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.helpers.goals.compliance import summarize_compliance
from trackagoat_pandas.helpers.goals.nudges import who_to_nudge
from trackagoat_pandas.helpers.goals.odds import goal_odds
from trackagoat_pandas.helpers.goals.standing import (
    NOT_STARTED,
    STANDINGS,
    mark_not_started,
    read_standings,
)
from trackagoat_pandas.plots.goal_board import WORST_FIRST
from trackagoat_pandas.plots.goal_board import goal_board as plot_goals
from trackagoat_pandas.plots.goal_odds import goal_odds as plot_odds
from trackagoat_pandas.plots.style import ROW_IN
from trackagoat_pandas.widgets.project_board import View

PAGES: Final = ("Goals", "Creators", "Nudge", "Odds")
FILTERS: Final = {
    "creator": "creator_id",
    "metric": "metric",
    "period": "period",
    "status": "status",
}
"""Each filter and the column that it looks at."""

_RANKS: Final = {status: rank for rank, status in enumerate(WORST_FIRST)}
_MOST: Final = 14
"""Bars that a board's picture has room for."""
_LOWEST_IN, _HIGHEST_IN, _EDGES_IN = 2.2, 4.5, 1.2
_PLOT: Final = f"ax = tgp.plots.goal_board(goals, most={_MOST})"


class Odds(NamedTuple):
    """The odds of goals, the lines that compute them, and the warnings that came with them."""

    frame: pd.DataFrame
    lines: tuple[str, ...]
    warnings: tuple[str, ...]


def marked(frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Mark the goals that have not started, with the lines that do so; none without such goals."""
    found = mark_not_started(frame)
    if found is frame:
        return frame, ()
    imported = f"from {mark_not_started.__module__} import mark_not_started"
    return found, (imported, f"{name} = mark_not_started({name})")


def odds_of(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
    timezone: str | None,
) -> Odds | None:
    """Compute the odds once; None without something to go by."""
    known_zone = timezone or frame_facts(goals).get("timezone")
    if (videos is None and analytics is None) or known_zone is None:
        return None
    given = {"videos": videos, "analytics": analytics}
    names = [f"{name}={name}" for name, frame in given.items() if frame is not None]
    zone = [] if timezone is None else [f"timezone={timezone!r}"]
    with kept_warnings() as warned:
        odds = goal_odds(goals, videos=videos, analytics=analytics, timezone=timezone)
    odds, lines = marked(odds, "odds")
    first = f"odds = tgp.goal_odds({', '.join(['goals', *names, *zone])})"
    return Odds(odds, (first, *lines), tuple(warned))


def narrowed(frame: pd.DataFrame, chosen: Mapping[str, str]) -> pd.DataFrame:
    """Keep the rows that have what is chosen."""
    for name, value in chosen.items():
        frame = frame[frame[FILTERS[name]] == value]
    return frame


def narrowing_lines(chosen: Mapping[str, str], name: str = "goals") -> list[str]:
    """Write what is chosen as Python."""
    return [
        f'{name} = {name}[{name}["{FILTERS[filter_]}"] == {json.dumps(value)}]'
        for filter_, value in chosen.items()
    ]


def tiles(goals: pd.DataFrame) -> dict[str, str]:
    """The figures above every page."""
    counts = pd.Series(np.bincount(read_standings(goals), minlength=len(STANDINGS)), STANDINGS)
    known = int(counts.drop([NOT_STARTED, "unknown"]).sum())
    on_pace = int(counts["on_track"] + counts["completed"])
    waiting = counts[NOT_STARTED]
    return {
        "creators": f"{goals['creator_id'].nunique():,}",
        "goals": f"{len(goals):,}",
        "on pace": f"{100 * on_pace / known:.0f} %" if known else "n/a",
        "behind pace": f"{counts['behind_pace']:,}",
        "at risk": f"{counts['at_risk']:,}",
        "missed": f"{counts['missed']:,}",
        **({"not started": f"{waiting:,}"} if waiting else {}),
    }


def goals(frame: pd.DataFrame) -> View:
    """Every goal, the worst first, as they are drawn."""
    columns = ["tiktok_handle", "metric", "period", "status", "target", "actual", "percentage"]
    rows = frame.sort_values("percentage", kind="stable")
    rows = rows.sort_values("status", kind="stable", key=_ranks)
    return View(
        rows,
        lambda ax: plot_goals(frame, most=_MOST, ax=ax),
        (
            f"ranks = {json.dumps(_RANKS)}",
            'frame = goals.sort_values("percentage", kind="stable")',
            'key = lambda words: words.astype(object).map(ranks).astype("float64")',
            'frame = frame.sort_values("status", kind="stable", key=key)',
            _PLOT,
        ),
        columns=[*columns, "period_end"],
        height_in=_height_in(frame),
    )


def _height_in(drawn: pd.DataFrame) -> float:
    """How high a picture of these goals is: a few would look odd on a high one."""
    return min(_HIGHEST_IN, max(_LOWEST_IN, _EDGES_IN + ROW_IN * len(drawn)))


def _ranks(words: pd.Series) -> pd.Series:
    return words.astype(object).map(_RANKS).astype("float64")


def creators(frame: pd.DataFrame) -> View:
    """A row a creator, those with the smallest share on pace first."""
    return View(
        summarize_compliance(frame, by="creator"),
        lambda ax: plot_goals(frame, most=_MOST, ax=ax),
        ('frame = tgp.summarize_compliance(goals, by="creator")', _PLOT),
        columns=[
            "tiktok_handle",
            "goals",
            "on_track",
            "behind_pace",
            "at_risk",
            "completed",
            "missed",
            "not_started",
            "on_pace_percentage",
        ],
        height_in=_height_in(frame),
    )


def nudges(frame: pd.DataFrame) -> View:
    """What can still be saved, in the order in which to write to people."""
    rows = who_to_nudge(frame)
    shown = frame.set_index("goal_id").loc[rows["goal_id"]]
    return View(
        rows,
        lambda ax: plot_goals(shown, most=_MOST, worst_first=False, ax=ax),
        (
            "frame = tgp.who_to_nudge(goals)",
            'goals = goals.set_index("goal_id").loc[frame["goal_id"]]',
            f"ax = tgp.plots.goal_board(goals, most={_MOST}, worst_first=False)",
        ),
        columns=[
            "tiktok_handle",
            "metric",
            "period",
            "status",
            "urgency",
            "target",
            "done",
            "due",
            "missing",
            "hours_left",
            "needed_per_day",
        ],
        height_in=_height_in(shown),
    )


def odds(frame: pd.DataFrame, chosen: Mapping[str, str]) -> View:
    """The chance that each goal is reached, the smallest first."""
    rows = frame.sort_values("chance", kind="stable")
    return View(
        rows,
        lambda ax: plot_odds(rows, most=_MOST, ax=ax),
        (
            *narrowing_lines(chosen, "odds"),
            'frame = odds.sort_values("chance", kind="stable")',
            f"ax = tgp.plots.goal_odds(frame, most={_MOST})",
        ),
        columns=[
            "tiktok_handle",
            "metric",
            "period",
            "target",
            "actual",
            "missing",
            "days_left",
            "chance",
            "reason",
        ],
        writers={"chance": lambda chance: f"{100 * chance:.0f} %"},
        height_in=_height_in(rows),
    )
