"""Whether a program's creators still post."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import instants_of
from trackagoat_pandas.helpers.health.losses import unless_worse
from trackagoat_pandas.helpers.health.statuses import (
    FALSE_A_MONTH,
    MONTH_DAYS,
    Verdict,
    by_share,
    listed,
    rare,
)
from trackagoat_pandas.helpers.health.supply import Supply

_FEWEST_DAYS: Final = 5
"""Days with a post by which a creator's habit is known."""
_HABIT_DAYS: Final = 182
_SHORTEST_DAYS: Final = 7
"""No silence of less than a week is one."""
_MOST_OFTEN: Final = 0.95
"""A creator who posted every day so far may skip one: at a rate of 1 none could be skipped."""
_NEWCOMER_DAYS: Final = 28
_BACK_DAYS: Final = 4
_WATCHED: Final = 10 * FALSE_A_MONTH
"""How often a month chance alone may make one creator look nearly silent."""


def judge_cadence(given: Supply) -> Verdict:
    """Find the active creators who are silent for longer than fits their habits."""
    if doubt := given.doubt("videos", "creators"):
        return doubt
    active = given.active
    if active.empty:
        return Verdict("unknown", "There is no active creator.")
    if given.posts.empty:
        return Verdict("unknown", "There is no post that counts.", "Ask them to begin.")
    habits, before = _habits(given)
    if habits["last"].isna().all():
        return Verdict("unknown", "No active creator has posted yet.", "Ask them to begin.")
    silent_days = given.today - habits["last"].to_numpy() - 1
    gaps = np.nansum(habits["rate"]) * MONTH_DAYS
    limits = {chance: _limit(habits, rare(gaps, chance)) for chance in (FALSE_A_MONTH, _WATCHED)}
    is_silent = silent_days > limits[FALSE_A_MONTH]
    is_close = (silent_days > limits[_WATCHED]) & ~is_silent
    # Whoever is back is watched for some days, so that the status doesn't flap.
    was_silent = habits["gap"].to_numpy() > _limit(before, rare(gaps, _WATCHED))
    is_back = (was_silent & (silent_days < _BACK_DAYS)).sum()
    handles = active["tiktok_handle"].to_numpy(object)
    has_none = habits["last"].isna().to_numpy(bool)
    tracked_days = active["tracked_days"].to_numpy(np.float64)
    never = int((has_none & (tracked_days > _NEWCOMER_DAYS)).sum())
    watch = int(is_close.sum() + is_back) + never
    status = by_share(int(is_silent.sum()), len(active), watch=watch)
    chance = FALSE_A_MONTH if is_silent.any() else _WATCHED
    shown = is_silent if is_silent.any() else is_close
    if not shown.any():
        verdict = Verdict(status, _said_of_none(len(active), never, int(is_back)),
                          "Ask them to begin." if never else "")  # fmt: skip
        undated = int((has_none & np.isnan(tracked_days)).sum())
        lost = f"{number(undated, 'creator')} without a post may have been tracked for long."
        worst = "watch" if undated else status
        return unless_worse(verdict, worst, lost, "Load the creators again.")
    order = np.argsort(-(silent_days - limits[FALSE_A_MONTH])[shown], kind="stable")
    names = listed(handles[shown][order])
    longest = int(silent_days[shown][order[0]])
    evidence = (
        f"{number(int(shown.sum()), 'active creator')} of {len(active):,} "
        f"{'is' if shown.sum() == 1 else 'are'} silent for longer than ever: {names}, the first "
        f"for {longest:,} days, after {_habit_text(habits[shown].iloc[order[0]])}."
    )
    since = habits["last"].to_numpy() + np.floor(limits[chance]) + 2
    began = float(since[shown].min())
    return Verdict(status, evidence, f"Ask {names} whether they still take part.", began)


def _said_of_none(active: int, never: int, back: int) -> str:
    """Say that nobody is silent, and who never posted or has just come back."""
    if never:
        return f"{number(never, 'active creator')} of {active:,} never posted."
    said = f"None of {number(active, 'active creator')} is silent for longer than fits the "
    said += "creator's habits"
    return f"{said}; {back:,} posted again in the last {_BACK_DAYS} days." if back else f"{said}."


def _habits(given: Supply) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the habits of creators, and those before the last day on which each posted."""
    posts = given.posts.dropna(subset="posted_at")
    days = days_shown(instants_of(posts["posted_at"]), given.zone).astype(np.int64)
    active = pd.DataFrame({"creator_id": posts["creator_id"], "day": days}).drop_duplicates()
    active = active[active["day"] <= given.today].sort_values(["creator_id", "day"])
    by_creator = active.groupby("creator_id")["day"]
    active["gap"] = by_creator.diff() - 1
    age = by_creator.transform("max") - active["day"]
    recent = active[(age < _HABIT_DAYS).to_numpy(bool)]
    before = active[((age > 0) & (age < _HABIT_DAYS)).to_numpy(bool)]
    ids = given.active["id"]
    return _habits_by(recent).reindex(ids), _habits_by(before).reindex(ids)


def _habits_by(active: pd.DataFrame) -> pd.DataFrame:
    """Return each creator's last day, rate of days with a post, last gap and longest gap."""
    by_creator = active.groupby("creator_id")
    number_of, gaps, days = by_creator.size(), by_creator["gap"], by_creator["day"]
    # The last day ends the habit that is looked at, and isn't one of its chances.
    rate = (number_of - 1) / (days.max() - days.min())
    return pd.DataFrame(
        {
            "last": days.max(),
            "rate": rate.where(number_of >= _FEWEST_DAYS).clip(upper=_MOST_OFTEN),
            "gap": gaps.last(),
            "longest": gaps.max(),
        }
    )


def _limit(habits: pd.DataFrame, chance: float) -> Floats:
    """Return the longest silence that fits each creator's habits; NaN where these aren't known.

    A creator who posts on a share of the days at random is silent for n days with the chance
    (1 - share) ** n. A silence isn't unusual as long as there was a longer one before.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        lasting = np.log(chance) / np.log1p(-habits["rate"].to_numpy(np.float64))
    limit = np.fmax(lasting, habits["longest"].to_numpy(np.float64))
    return np.where(np.isnan(lasting), np.nan, np.fmax(limit, _SHORTEST_DAYS))


def _habit_text(habit: pd.Series) -> str:
    longest = 0 if np.isnan(habit["longest"]) else int(habit["longest"])
    return (
        f"at most {number(longest, 'day')} before, posting on {7 * habit['rate']:.1f} days a week"
    )
