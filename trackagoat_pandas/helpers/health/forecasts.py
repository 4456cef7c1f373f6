"""Whether the forecasts that were kept come true as often as they say."""

from __future__ import annotations

from typing import Final

import numpy as np

from trackagoat_pandas.base.types import Bools, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import instants_of, nullable_flags
from trackagoat_pandas.helpers.health.losses import unless_worse
from trackagoat_pandas.helpers.health.statuses import Verdict, began, latched
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.inputs.checks import require_columns

_LATEST, _FEWEST = 100, 20
_LEVEL: Final = 0.8
"""What intervals of forecasts hold unless they were asked for another level."""
_BEGINS, _ENDS = 0.7, 0.75


def judge_forecasts(given: Supply) -> Verdict:
    """Count how many of the last 100 settled forecasts held, of intervals that should hold 0.8.

    It is bad once surely fewer than 0.7 held, by the interval, until 0.75 did; it is watched while
    surely fewer than 0.8 held.
    """
    if doubt := given.doubt("forecasts"):
        return doubt
    forecasts = given.frames["forecasts"]
    require_columns(forecasts, ["settles_at", "is_inside"], loader="score_forecasts")
    settles = instants_of(forecasts["settles_at"])
    moment = given.moment.tz_convert("UTC").tz_localize(None).to_datetime64()
    inside = nullable_flags(forecasts["is_inside"])
    is_settled, is_known = settles <= moment, inside.notna().to_numpy(bool)
    days = days_shown(settles, given.zone).astype(np.int64)
    order = np.argsort(settles, kind="stable")
    judged = order[(is_settled & is_known)[order]]
    if len(judged) < _FEWEST:
        return Verdict("unknown", f"Fewer than {_FEWEST} forecasts have settled.")
    verdict = _judge_settled(inside[judged].to_numpy(bool), days[judged])
    # The settled ones whose outcome isn't known may all have missed.
    every = order[is_settled[order]]
    worst = _judge_settled(inside.fillna(value=False)[every].to_numpy(bool), days[every])
    unknown = len(every) - len(judged)
    lost = f"The outcome of {number(unknown, 'settled forecast')} isn't known."
    return unless_worse(verdict, worst.status, lost, "Score the forecasts again.")


def _judge_settled(inside: Bools, days: Ints) -> Verdict:
    """Judge settled forecasts, in their order: whether each held, and the day it settled."""
    total = np.cumsum(inside)
    count = np.minimum(np.arange(1, len(inside) + 1), _LATEST)
    earlier = np.concatenate([np.zeros(min(_LATEST, len(total))), total[:-_LATEST]])
    held = total - earlier
    _, high = wilson_interval(held, count)
    is_enough = count >= _FEWEST
    bad = latched(is_enough & (high < _BEGINS), is_enough & (held >= _ENDS * count))
    watch = latched(is_enough & (high < _LEVEL), is_enough & (high >= _LEVEL))
    said = (
        f"{int(held[-1])} of the last {int(count[-1])} settled forecasts held, of intervals that "
    )
    said += f"should hold {_LEVEL:.0%}.".replace("%", " %")
    for status, state in (("bad", bad), ("watch", watch)):
        if state[-1] == 1.0:
            advice = "Use the adapted intervals, until forecasts hold again."
            return Verdict(status, said, advice, float(days[began(state)]))
    return Verdict("good", said)
