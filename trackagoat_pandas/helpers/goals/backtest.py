"""How well the odds of goals predicted periods that have closed."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import ONE_DAY, InstantLike
from trackagoat_pandas.helpers.columns import (
    as_instants,
    categories,
    floats,
    nullable_flags,
    read_columns,
    text,
    values_of,
)
from trackagoat_pandas.helpers.facts import derived, known_zone
from trackagoat_pandas.helpers.goals.calibration import PAST_DAYS
from trackagoat_pandas.helpers.goals.evaluation import (
    GOAL_COLUMNS,
    closed_periods,
    closed_rows,
    history_starts,
    judge,
    without_ends,
)
from trackagoat_pandas.helpers.goals.odds import (
    REASONS,
    inside,
    kinds_of,
    look_ahead,
    program_of,
)
from trackagoat_pandas.helpers.goals.replay import LOOKBACK_DAYS
from trackagoat_pandas.helpers.goals.standing import latest_instant
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_between, check_choice, check_int, require_columns
from trackagoat_pandas.tables import GOAL_COMPLIANCE
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_ORDER = {"metric": GOAL_METRICS, "period": GOAL_PERIODS}


@derived("goals", "videos", "analytics", whole=("videos",))
def backtest_goal_odds(
    goals: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    *,
    passed: float = 0.5,
    since: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Forecast every closed period as :func:`goal_odds` would have, and say how it ended.

    Each forecast is made at the start of a day and uses only the days before it: it is corrected
    by forecasts of periods that had ended by then, also by those before a goal's first day and
    before `since`. Repeated rows count once, as in :func:`evaluate_goals`.

    A moment takes about 10 ms of a processor for 300 creators, and two years of daily goals have
    730 of them for each metric, so that their forecasts take some 10 s on two processors, with a
    progress bar.

    Parameters
    ----------
    goals : DataFrame
        The frame of :func:`load_goal_compliance`. Of its columns only the definitions of the
        goals and the time of each creator's last scrape are used, not the counts.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, with all videos of the goals' creators. Without it
        posts are taken from the analytics, if these have them.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics` for ``"creator"``, by day, with the metrics that the
        goals need (engagement needs likes, comments, shares and saves), from the first day of
        the earliest period that is judged.
    passed : float, default 0.5
        The share of the period's days after which the forecast is made, rounded down to whole days:
        from 0 (the start of the period, which is always used for daily goals) to less than 1.
    since : str or date, optional
        The first day: the history begins with the period that contains it. None for the goal's
        first day, or for a goal without one, the first day in the frames.
    now : str or datetime, optional
        The instant up to which the frames have data, with its offset; None for that of the
        goals, known to 18 seconds from their ``hours_until_period_end``. It can't be after
        today, since days to come would count as days without posts. A later time of today is
        taken as now.
    timezone : str, optional
        The organization's IANA time zone; None for the one in the goals' provenance.

    Returns
    -------
    pandas.DataFrame
        One row for each goal and closed period: the goal's ``creator_id``, ``tiktok_handle``,
        ``goal_id``, ``project_id``, ``metric`` and ``period``; ``period_start``, ``period_end`` and
        ``made_at`` (instants in UTC: when the forecast was made); ``target`` and ``missing``
        (Float64, at ``made_at``); ``chance``, ``history_days``, ``required_days``,
        ``past_forecasts``, ``past_hit_rate`` and ``reason`` as in :func:`goal_odds`; and ``is_hit``
        (boolean: whether the target was reached; NA if that isn't known). A goal with an unknown
        period has one row, with that reason.

    Raises
    ------
    MissingColumnError, ArgumentError
        As in :func:`goal_history`, or ``passed`` is out of range.

    Warns
    -----
    NoDataWarning
        As in :func:`evaluate_goals`.

    See Also
    --------
    goal_odds : Estimate the chance of each goal.
    calibrate_goal_odds : Compare chances with outcomes.
    goal_odds_skill : Score the chances.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     goals = tgp.load_goal_compliance("Always-On UGC", period="weekly")
    ...     videos = tgp.load_videos("Always-On UGC")
    >>> test = tgp.backtest_goal_odds(goals[goals["metric"] == "posts"], videos)
    >>> print(test[["chance", "is_hit"]].dropna().round(2).tail(2).to_string(index=False))
     chance  is_hit
       0.23   False
       0.53    True
    """
    share = check_between("passed", passed, 0.0, 1.0, ends=True)
    if share == 1.0:
        raise ArgumentError("passed", passed, "it must be less than 1")
    goals = latest_of(goals, ["goal_id"])
    asked = read_columns(goals, GOAL_COMPLIANCE, GOAL_COLUMNS)
    zone = known_zone(timezone, [goals])
    latest = latest_instant(goals, now, zone, [videos, analytics])
    first = history_starts(asked, since, videos, analytics, zone)
    shown = closed_periods(asked, first, latest, zone)
    # The forecasts of the half year before also say how often such forecasts come true.
    lasting = without_ends(asked)
    begin = np.fmin.reduce(first, initial=np.datetime64("NaT", "D")) - PAST_DAYS * ONE_DAY
    places, numbers = closed_periods(lasting, np.full(len(asked), begin), latest, zone)
    taken = lasting.iloc[places].reset_index(drop=True)
    judged = judge(taken, numbers, latest, zone, videos, analytics, lookback=LOOKBACK_DAYS)
    days = (judged.after - judged.first).astype(np.int64)
    need = inside(judged, np.floor(days * share).astype(np.int64))
    outlook = look_ahead(need, judged, program_of(goals, videos, analytics))
    kinds = kinds_of(asked)[places]
    past = outlook.forecasts(kinds, judged)
    odds = outlook.corrected(kinds, need.at, past)
    reasons = np.where(np.isnan(need.needed), judged.reasons, odds.reasons)
    forecasts = closed_rows(goals, places, judged).assign(
        made_at=as_instants(need.at),
        target=floats(judged.standing.target),
        missing=floats(np.maximum(need.needed, 0.0)),
        chance=floats(odds.chance),
        **odds.columns(),
        reason=categories(reasons, REASONS),
        is_hit=pd.arrays.BooleanArray(past.hit == 1.0, np.isnan(past.hit)),
    )
    # A goal with an unknown period has one row, whatever its number.
    is_shown = np.isnat(judged.first) | pd.MultiIndex.from_arrays((places, numbers)).isin(
        pd.MultiIndex.from_arrays(shown)
    )
    return forecasts[is_shown].reset_index(drop=True)


@derived("forecasts")
def calibrate_goal_odds(forecasts: pd.DataFrame, *, bins: int = 5) -> pd.DataFrame:
    """Compare chances with how often the targets were reached.

    Forecasts without a chance or an outcome are left out, and so are those with a chance of 1,
    whose target had already been reached.

    Parameters
    ----------
    forecasts : DataFrame
        The frame of :func:`backtest_goal_odds`, or any with ``chance`` and ``is_hit``.
    bins : int, default 5
        The number of equal parts into which the range from 0 to 1 is cut.

    Returns
    -------
    pandas.DataFrame
        One row for each bin: ``chance_from`` (Float64, included) and ``chance_to`` (Float64, not
        included), ``forecasts`` (Int64), ``mean_chance``, ``hit_rate`` and the ends of its 95 %
        Wilson score interval, ``hit_rate_low`` and ``hit_rate_high`` (Float64, 0 to 1; NA for an
        empty bin).

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing or holds other values, or ``bins`` is less than 1.

    See Also
    --------
    backtest_goal_odds : See how past odds came true.
    goal_odds_skill : Score the chances.
    plots.goal_odds : Draw the odds.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> made = pd.DataFrame({"chance": [0.2, 0.3, 0.8], "is_hit": [False, True, True]})
    >>> tgp.calibrate_goal_odds(made, bins=2)["hit_rate"].tolist()
    [0.5, 1.0]
    """
    check_int("bins", bins, minimum=1)
    scored = _scorable(forecasts)
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges, scored["chance"], "right") - 1
    kinds = {"hits": ("hit", "sum"), "number": ("hit", "size"), "chance": ("chance", "mean")}
    found = scored.groupby(place).agg(**kinds).reindex(range(bins))
    number, hits = found["number"].fillna(0).astype(np.int64), found["hits"].fillna(0.0)
    low, high = wilson_interval(hits.to_numpy(), number.to_numpy())
    return pd.DataFrame(
        {
            "chance_from": floats(edges[:-1]),
            "chance_to": floats(edges[1:]),
            "forecasts": number.astype("Int64"),
            "mean_chance": floats(found["chance"].to_numpy()),
            "hit_rate": floats((found["hits"] / found["number"]).to_numpy()),
            "hit_rate_low": floats(low),
            "hit_rate_high": floats(high),
        }
    )


@derived("forecasts", by="by")
def goal_odds_skill(
    forecasts: pd.DataFrame, *, by: Literal["metric", "period"] | None = None
) -> pd.DataFrame:
    """Score chances against outcomes, by the Brier score and the skill.

    The Brier score is the mean squared difference of chance and outcome (1 or 0): 0 is perfect, and
    a constant chance of 1/2 scores 1/4. Forecasts are left out as in :func:`calibrate_goal_odds`.

    Parameters
    ----------
    forecasts : DataFrame
        The frame of :func:`backtest_goal_odds`.
    by : {'metric', 'period'}, optional
        ``"metric"`` or ``"period"`` for one row each; None for one row over all forecasts.

    Returns
    -------
    pandas.DataFrame
        ``metric`` or ``period`` if given as ``by``; ``forecasts`` (Int64); and as Float64
        ``mean_chance``, ``hit_rate``, ``brier``, ``base_brier`` (the score of always forecasting
        the hit rate, which can't be known beforehand) and ``skill``: 1 - brier / base_brier, which
        is 0 where the odds are no better than that and NA where all outcomes are the same.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
        A column is missing or holds other values, or ``by`` is neither of its words.

    See Also
    --------
    backtest_goal_odds : See how past odds came true.
    calibrate_goal_odds : Compare chances with outcomes.
    goal_odds : Estimate the chance of each goal.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> made = pd.DataFrame({"chance": [0.2, 0.9], "is_hit": [False, True]})
    >>> tgp.goal_odds_skill(made)["brier"].round(3).tolist()
    [0.025]
    """
    if by is not None:
        check_choice("by", by, list(_ORDER))
        require_columns(forecasts, [by], loader="backtest_goal_odds")
    scored = _scorable(forecasts)
    groups: Any = np.zeros(len(scored), np.int64)
    if by is not None:
        groups = categories(text(forecasts[by]).iloc[scored.index], _ORDER[by])
    scored = scored.assign(brier=(scored["chance"] - scored["hit"]) ** 2)
    of_group = scored.groupby(groups, observed=True)
    means = of_group[["chance", "hit", "brier"]].mean()
    if by is None:
        means = means.reindex([0])
    base = means["hit"] * (1.0 - means["hit"])
    scores = {
        "forecasts": of_group.size().reindex(means.index, fill_value=0),
        "mean_chance": means["chance"],
        "hit_rate": means["hit"],
        "brier": means["brier"],
        "base_brier": base,
        "skill": 1.0 - means["brier"] / base.where(base > 0),
    }
    return pd.DataFrame(scores).rename_axis(by).reset_index(drop=by is None)


def _scorable(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return ``chance`` and ``hit`` (0 or 1) of the forecasts that can be scored.

    The index is the forecast's place in the frame.
    """
    require_columns(forecasts, ["chance", "is_hit"], loader="backtest_goal_odds")
    chance = values_of(forecasts["chance"])
    wrong = chance[(chance < 0.0) | (chance > 1.0)]
    if wrong.size:
        raise ArgumentError("chance", float(wrong[0]), "the column must hold chances from 0 to 1")
    # A chance of 1 is of a target that had been reached already, which is no forecast.
    hit = values_of(nullable_flags(forecasts["is_hit"]))
    return pd.DataFrame({"chance": chance, "hit": hit})[(chance < 1.0) & ~np.isnan(hit)]
