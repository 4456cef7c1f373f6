"""The rules of the data: whether they are fresh, and whether forecasts come true."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import last_started_day
from trackagoat_pandas.helpers.columns import days_of, flags_of, is_word
from trackagoat_pandas.helpers.granularity import day_text
from trackagoat_pandas.program.frames import ProgramData
from trackagoat_pandas.watching.evidence import doubt_of
from trackagoat_pandas.watching.rules import Rule
from trackagoat_pandas.watching.states import Judgement, Signal

_FEWEST: Final = 20
_SURE: Final = 0.99
_STEPS: Final = 40
"""Halvings, after which the share is known to 12 digits."""


def judge_freshness(data: ProgramData, rule: Rule, now: pd.Timestamp) -> Judgement:  # noqa: ARG001
    """Say how many days ago the data ended.

    They end when the store was last filled, or with the last day of the daily views that is over
    before that.
    """
    today = last_started_day(now, data.zone)
    ends = {"synced": last_started_day(data.moment, data.zone)}
    if (last := _last_day(data)) is not None:
        # The day that goes on has no whole numbers yet.
        ends["views"] = last + 1
    which = min(ends, key=lambda name: ends[name])
    age = max(today - ends[which], 0)
    day = day_text(np.datetime64(ends[which] - (which == "views"), "D").item())
    if which == "synced":
        said, code = f"The data were last loaded on {day}, {number(age, 'day')} ago", "store.info()"
    else:
        said, code = f"The daily views end on {day}", 'analytics["date"].max()'
        said += f": {number(age, 'day')} {'is' if age == 1 else 'are'} missing"
    said += ". Nothing else is judged until newer data are loaded."
    return Judgement((Signal("program", data.project_id, float(age), said, code),))


def _last_day(data: ProgramData) -> int | None:
    """Return the number of the last day of the daily views that is over; None without any."""
    if "analytics" not in data.frames:
        return None
    analytics = data.frames["analytics"].value
    is_used = is_word(analytics["entity"], "creator") & is_word(analytics["metric"], "views")
    is_used &= ~flags_of(analytics, "is_partial") & analytics["value"].notna().to_numpy(bool)
    days = days_of(analytics["date"])[is_used]
    days = days[days < np.datetime64(last_started_day(data.moment, data.zone), "D")]
    return int(days.max().astype("datetime64[D]").astype(np.int64)) if len(days) else None


def judge_forecasts(data: ProgramData, rule: Rule) -> Judgement:
    """Say whether forecasts miss their intervals too often.

    The level is the share of misses that is sure: the lower end of the exact one-sided 99 %
    interval (Clopper and Pearson 1934) over the last forecasts that have settled, of each post,
    goal or payout rule only the last one.
    """
    if doubt := doubt_of(data, "forecasts"):
        return Judgement(unknown=doubt)
    forecasts = data.frames["forecasts"].value
    settled = forecasts[
        (forecasts["is_inside"].notna() & (forecasts["settles_at"] <= data.moment)).to_numpy(bool)
    ]
    if "about_id" in settled.columns:
        settled = settled.drop_duplicates(["forecast_kind", "about_id", "settles_at"], keep="last")
    last = settled.sort_values("settles_at", kind="stable").tail(rule.options["last"])
    missed, count = int((~last["is_inside"].astype(bool)).sum()), len(last)
    code = 'forecasts["is_inside"].dropna().value_counts()'
    if count < _FEWEST:
        said = f"Fewer than {_FEWEST} forecasts have settled."
        one = Signal("program", data.project_id, 0.0, said, code, is_known=False)
    else:
        said = f"{missed} of the last {count} settled forecasts missed their interval; one in five "
        one = Signal("program", data.project_id, least_share(missed, count), f"{said}may.", code)
    return Judgement((one,))


def least_share(hits: int, trials: int) -> float:
    """Return the smallest share that makes this number of hits no surprise, by the exact binomial.

    Examples
    --------
    >>> round(least_share(20, 100), 3), round(least_share(40, 100), 3), least_share(0, 100)
    (0.116, 0.287, 0.0)
    """
    if not hits:
        return 0.0
    low, high = 0.0, hits / trials
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if _at_least(hits, trials, middle) > 1 - _SURE else (middle, high)
    return low


def _at_least(hits: int, trials: int, share: float) -> float:
    """Return the chance of at least this number of hits."""
    return sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k)
        for k in range(hits, trials + 1)
    )
