"""How well chances matched what happened."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, check_int, holding, require_columns
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.goals.arrays import (
    Codes,
    Flags,
    Numbers,
    as_category,
    as_counts,
    as_numbers,
    index_of,
    ratio,
    read_codes,
    read_numbers,
)
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.tables.analytics import GOAL_METRICS, GOAL_PERIODS

_ORDER = {"metric": GOAL_METRICS, "period": GOAL_PERIODS}


def calibrate_goal_odds(forecasts: pd.DataFrame, *, bins: int = 5) -> pd.DataFrame:
    """Compare chances with how often the targets were reached.

    Forecasts without a chance or outcome, and those of targets that were reached already (chance
    1), are left out.

    Parameters
    ----------
    forecasts
        The frame of :func:`backtest_goal_odds`, or any with ``chance`` and ``is_hit``.
    bins
        Into how many equal parts the range of chances is cut.

    Returns
    -------
    pandas.DataFrame
        One row a bin: ``chance_from`` and ``chance_to`` (Float64, the upper end not included but
        for the last bin), ``forecasts`` (Int64), ``mean_chance``, ``hit_rate`` and its 95 % Wilson
        score interval ``hit_rate_low`` to ``hit_rate_high`` (Float64, 0 to 1; NA for an empty bin).

    Raises
    ------
    MissingColumnError, ArgumentError
        A column is missing or holds something else, or ``bins`` is less than 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from trackagoat_pandas.helpers.goals.calibration import calibrate_goal_odds
    >>> made = pd.DataFrame({"chance": [0.2, 0.3, 0.8], "is_hit": [False, True, True]})
    >>> calibrate_goal_odds(made, bins=2)["hit_rate"].tolist()
    [0.5, 1.0]
    """
    check_int("bins", bins, minimum=1)
    chance, hit, _ = _scored(forecasts)
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges, chance, "right") - 1
    number = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=hit, minlength=bins)
    low, high = wilson_interval(hits, number)
    return pd.DataFrame(
        {
            "chance_from": as_numbers(edges[:-1]),
            "chance_to": as_numbers(edges[1:]),
            "forecasts": as_counts(number),
            "mean_chance": as_numbers(
                ratio(np.bincount(place, weights=chance, minlength=bins), number)
            ),
            "hit_rate": as_numbers(ratio(hits, number)),
            "hit_rate_low": as_numbers(low),
            "hit_rate_high": as_numbers(high),
        }
    )


def score_goal_odds(
    forecasts: pd.DataFrame, *, by: Literal["metric", "period"] | None = None
) -> pd.DataFrame:
    """Score chances against what happened.

    The Brier score is the mean squared difference of chance and outcome (1 or 0): 0 is perfect, 1/4
    is what always saying 1/2 gets. The same forecasts are left out as in
    :func:`calibrate_goal_odds`.

    Parameters
    ----------
    forecasts
        The frame of :func:`backtest_goal_odds`.
    by
        ``"metric"`` or ``"period"`` for a row each; None for one row of all.

    Returns
    -------
    pandas.DataFrame
        ``metric`` or ``period`` if asked for; ``forecasts`` (Int64); as Float64 ``mean_chance``,
        ``hit_rate``, ``brier``, ``base_brier`` (of always saying the hit rate, which can't be
        known beforehand) and ``skill``: 1 - brier / base_brier, 0 where the odds are no better and
        NA where all outcomes are the same.

    Raises
    ------
    MissingColumnError, ArgumentError, ChoiceError
        A column is missing or holds something else, or ``by`` is another word.

    Examples
    --------
    >>> import pandas as pd
    >>> from trackagoat_pandas.helpers.goals.calibration import score_goal_odds
    >>> made = pd.DataFrame({"chance": [0.2, 0.9], "is_hit": [False, True]})
    >>> score_goal_odds(made)["brier"].round(3).tolist()
    [0.025]
    """
    if by is not None:
        check_choice("by", by, list(_ORDER))
        require_columns(forecasts, [by], loader="backtest_goal_odds")
    chance, hit, kept = _scored(forecasts)
    words = _ORDER[by] if by else ("all",)
    group = np.zeros(len(chance), np.int64)
    if by:
        group = read_codes(forecasts[by], index_of(words))[kept]
        chance, hit, group = chance[group >= 0], hit[group >= 0], group[group >= 0]
    scores = _scores(chance, hit, group, len(words))
    if by is None:
        return scores
    scores.insert(0, by, as_category(np.array(words, dtype=object), words))
    return scores[scores["forecasts"] > 0].reset_index(drop=True)


def _scores(chance: Numbers, hit: Numbers, group: Codes, size: int) -> pd.DataFrame:
    number = np.bincount(group, minlength=size)
    mean, rate, brier = (
        ratio(np.bincount(group, weights=values, minlength=size), number)
        for values in (chance, hit, (chance - hit) ** 2)
    )
    base = rate * (1.0 - rate)
    return pd.DataFrame(
        {
            "forecasts": as_counts(number),
            "mean_chance": as_numbers(mean),
            "hit_rate": as_numbers(rate),
            "brier": as_numbers(brier),
            "base_brier": as_numbers(base),
            "skill": as_numbers(1.0 - ratio(brier, base)),
        }
    )


def _scored(forecasts: pd.DataFrame) -> tuple[Numbers, Numbers, Flags]:
    """Take chance and outcome of the forecasts that can be scored, and which these are."""
    require_columns(forecasts, ["chance", "is_hit"], loader="backtest_goal_odds")
    chance = read_numbers(forecasts["chance"])
    wrong = chance[(chance < 0.0) | (chance > 1.0)]
    if wrong.size:
        raise ArgumentError("chance", float(wrong[0]), "the column must hold chances from 0 to 1")
    with holding(forecasts["is_hit"], "True and False"):
        hit = read_numbers(forecasts["is_hit"].astype("boolean"))
    kept = (chance < 1.0) & ~np.isnan(hit)
    return chance[kept], hit[kept], kept
