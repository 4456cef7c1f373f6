"""What views and engagement cost."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.helpers.clocks import NO_DAY, month_starts
from trackagoat_pandas.helpers.columns import STRING, as_days
from trackagoat_pandas.helpers.counted import shared_accounts_note
from trackagoat_pandas.helpers.facts import check_daily, derived, zone_of
from trackagoat_pandas.helpers.gains import KNOWN, Gains
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.ledger import read_accruals
from trackagoat_pandas.inputs.checks import check_choice

CostBy: TypeAlias = Literal["creator", "project", "structure", "month"]
_KEYS = {
    "creator": "creator_id",
    "project": "project_id",
    "structure": "structure_id",
    "month": "month",
}


@derived("accruals", "analytics", whole=("accruals",), by="by")
def effective_cpm(
    accruals: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: CostBy = "creator",
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Work out what 1,000 views cost, whatever rule paid for them.

    The cost is the sum of all accruals and adjustments that are not voided, each id once. The views
    are those that the same creators gained on the days of these accruals' periods; each day counts
    once, however many rules paid for it. A day that was incomplete when it was loaded counts as
    unknown. Of repeated rows one counts, as in :func:`accrue`.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`.
    analytics : DataFrame
        The frame of :func:`load_analytics`: daily new ``views`` of the creators, on all the days of
        the accruals' periods.
    by : {'creator', 'project', 'structure', 'month'}, default 'creator'
        What a row is of; ``"month"`` is the one in which a period ends.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each group and currency, most expensive first, months in their order: the
        group's name where a given frame knows it, or ``month`` (its first day), ``currency``,
        ``earned_cents``, ``views`` (Int64; NA if a creator's day is missing from ``analytics`` or
        incomplete, or no period is known), ``effective_cpm_cents`` (Float64: cents per 1,000 views;
        NA at 0 views), ``reason`` (string: why it is NA), and ``creator_id``, ``project_id`` or
        ``structure_id``.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``by`` or ``currency`` is not allowed, an amount isn't whole cents, or the analytics are not
        new counts by day.

    Warns
    -----
    ContractWarning
        Accruals have an unknown status; they count as earned.

    See Also
    --------
    cost_per_engagement : The cost of one like, comment, share or save.
    load_payout_accruals : Load what creators earned.
    load_analytics : Load time series.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     dates = "2025-12-20..2026-06-17"
    ...     views = tgp.load_analytics("creator", creators, "views", dates=dates)
    ...     accruals = tgp.load_payout_accruals("Summer Launch", dates="2026-01..2026-05")
    >>> months = tgp.effective_cpm(accruals, views, by="month")
    >>> months[["earned_cents", "views"]].iloc[-1].tolist()
    [89457, 761475]
    >>> round(float(months["effective_cpm_cents"].iloc[-1]), 2)
    117.48
    """
    costs = _cost(accruals, analytics, "views", by, currency, per=1_000)
    return costs.rename(columns={"count": "views", "rate": "effective_cpm_cents"})


@derived("accruals", "analytics", whole=("accruals",), by="by")
def cost_per_engagement(
    accruals: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: CostBy = "creator",
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Work out what one like, comment, share or save costs, whatever rule paid for it.

    Works like :func:`effective_cpm`, over likes + comments + shares + saves, the API's definition
    of engagement. A day on which one of the four is unknown counts as unknown.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`.
    analytics : DataFrame
        The frame of :func:`load_analytics`: daily new ``likes``, ``comments``, ``shares`` and
        ``saves`` of the creators, on all the days of the accruals' periods.
    by : {'creator', 'project', 'structure', 'month'}, default 'creator'
        What a row is of; ``"month"`` is the one in which a period ends.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of
        :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        As for :func:`effective_cpm`, with ``engagements`` (Int64) and ``cost_per_engagement_cents``
        (Float64) in place of views and their cost.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`effective_cpm`.

    See Also
    --------
    effective_cpm : The cost of 1,000 views.
    load_payout_accruals : Load what creators earned.
    summarize_campaigns : Summarize campaigns.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Summer Launch")
    ...     parts, dates = ["likes", "comments", "shares", "saves"], "2025-12-20..2026-06-17"
    ...     gained = tgp.load_analytics("creator", creators, parts, dates=dates)
    ...     accruals = tgp.load_payout_accruals("Summer Launch", dates="2026-01..2026-05")
    >>> costs = tgp.cost_per_engagement(accruals, gained, names=creators)
    >>> print(costs.iloc[:3, :4].to_string(index=False))
         tiktok_handle currency  earned_cents  engagements
    its_alpine_wander_      USD        262500         3946
          urban.closet      USD         72957        22861
          mossy.runner      USD         79996        83661
    """
    costs = _cost(accruals, analytics, "engagement", by, currency, per=1)
    return costs.rename(columns={"count": "engagements", "rate": "cost_per_engagement_cents"})


def _cost(
    accruals: pd.DataFrame,
    analytics: pd.DataFrame,
    metric: str,
    by: CostBy,
    currency: str,
    *,
    per: int,
) -> pd.DataFrame:
    check_choice("by", by, list(_KEYS))
    gains = Gains(None, analytics, zone_of(None, [check_daily(analytics)]) or "UTC")
    rows = read_accruals(accruals, currency)
    rows = rows[rows["is_standing"]].reset_index(drop=True)
    if by == "month":
        rows = rows.assign(month=as_days(month_starts(rows["last"].to_numpy(np.int64))))
    keys = [_KEYS[by], "currency"]
    rows = rows.assign(group=rows.groupby(keys, dropna=False, sort=False).ngroup())
    spans = _merge(rows[(rows["first"] != NO_DAY) & (rows["last"] != NO_DAY)])
    total, gaps = gains.between(
        metric, spans["creator_id"], spans["first"].to_numpy(), spans["after"].to_numpy()
    )
    costs = rows.drop_duplicates("group")[keys].reset_index(drop=True)
    count = _count(spans["group"].to_numpy(), total, gaps == KNOWN, len(costs))
    earned = rows.groupby("group")["cents"].sum().astype("Int64")
    rate = (earned * per / count.where(count > 0)).astype("Float64")
    has_period = costs.index.isin(spans["group"])
    gap, undated = f"{metric} unknown on some days of the periods", "no period is known"
    reasons = np.where(has_period, gap, undated)
    reason = (
        pd.Series(reasons, dtype=STRING)
        .mask(count.eq(0).fillna(value=False), f"no {metric}")
        .where(rate.isna())
    )
    costs = costs.assign(earned_cents=earned, count=count, rate=rate, reason=reason)
    if by == "month" and (note := shared_accounts_note(analytics)):
        costs.attrs["trackagoat"] = {"note": note}
    order = [_KEYS[by]] if by == "month" else ["rate", _KEYS[by]]
    ascending = [True, *(name != "rate" for name in order)]
    return costs.sort_values(["currency", *order], ascending=ascending, ignore_index=True)


def _count(
    group: NDArray[np.int64], total: Ints, is_known: NDArray[np.bool_], number: int
) -> pd.Series:
    """Add up the spans of each group; NA if it has none, or one that isn't known."""
    sums, is_summed = np.zeros(number, np.int64), np.zeros(number, dtype=bool)
    np.add.at(sums, group, total)
    is_summed[group] = True
    # One unknown span makes the sum unknown.
    is_summed[group[~is_known]] = False
    return pd.Series(sums, dtype="Int64").where(is_summed)


def _merge(rows: pd.DataFrame) -> pd.DataFrame:
    """Join periods of one group and creator that overlap, so that no day counts twice."""
    group, last = rows["group"].to_numpy(), rows["last"].to_numpy()
    # An unknown creator is numbered too: -1 would be the last one of the group before.
    creator, known = pd.factorize(rows["creator_id"], use_na_sentinel=False)
    order = np.lexsort((rows["first"].to_numpy(), creator, group))
    owner, last = (group * len(known) + creator)[order], last[order]
    reached = pd.Series(last).groupby(owner).cummax().to_numpy()
    before = np.where(np.diff(owner, prepend=-1) != 0, NO_DAY, np.roll(reached, 1))
    starts = np.flatnonzero(rows["first"].to_numpy()[order] > before)
    after = np.maximum.reduceat(last, starts) + 1 if len(starts) else last
    spans = rows[["group", "creator_id", "first"]].iloc[order[starts]]
    return spans.reset_index(drop=True).assign(after=after)
