"""What payout rules would owe if they were others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DatesLike, Ints
from trackagoat_pandas.helpers.clocks import (
    InstantLike,
    day_starts,
    last_started_day,
)
from trackagoat_pandas.helpers.columns import STRING
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_of
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.accrual import due_by, not_in_force, warn_of_missing
from trackagoat_pandas.helpers.payouts.ledger import MEDIANS, undecided_amounts, with_note
from trackagoat_pandas.helpers.payouts.measures import Measures
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.helpers.payouts.outlook import PayoutOutlook, open_periods, sums_of
from trackagoat_pandas.helpers.payouts.rules import GOAL_DELAY
from trackagoat_pandas.helpers.payouts.terms import Changes, with_changes
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_choice,
    require_columns,
)
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.tables.results import RESULTS

ScenarioBy: TypeAlias = Literal["creator", "structure", "total"]
_KEYS: Final = {
    "creator": ["creator_id"],
    "structure": ["creator_id", "structure_id"],
    "total": list[str](),
}
_OF_ROWS: Final = {
    "creator": {"tiktok_handle", "creator_id"},
    "structure": {"tiktok_handle", "structure_name", "creator_id", "structure_id"},
    "total": set[str](),
}
_AMOUNTS: Final = ("now_cents", "then_cents", "then_low_cents", "then_high_cents")
_COUNTS: Final = ("open_periods", "undecided_now", "undecided")


@derived("structures", "assignments", "videos", "analytics", "goals", whole=("videos",), by="by")
def what_if(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    changes: Changes,
    *,
    dates: DatesLike | None = None,
    by: ScenarioBy = "creator",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    creators: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Work out what each creator would earn under other rules.

    :func:`accrue` is applied twice to the same achievements: by the structures as they are, and by
    the changed ones. Periods of `dates` that are still open count with what
    :func:`forecast_payouts` expects of them. Nobody is assumed to behave differently.

    So ``now_cents`` of a month that isn't over is more than :func:`forecast_payouts` expects of its
    open periods, by what its closed periods have earned, such as the bonuses of weeks that ended
    in it.

    Parameters
    ----------
    structures : DataFrame
        The frame of :func:`load_payout_structures`. Repeated rows and versions are read as by
        :func:`accrue`.
    assignments : DataFrame
        The frame of :func:`load_payout_assignments`.
    changes : dict or DataFrame
        The other rules: a dict such as ``{"CPM": {"cpm_cents": "+10%"}}``, by the name or id of a
        structure (a name means all structures of that name), with new values of ``amount_cents``,
        ``cpm_cents``, ``threshold_views``, ``cap_cents``, ``period``, ``goal_metric`` or
        ``proration``; None removes a value, such as a cap. A number is whole, or exact: ``"159.5"``
        (a Decimal or a Fraction will do), or a percentage of the present one, such as ``"+10%"`` or
        ``"-5 %"``. Rates are never rounded; what they pay is, once, half up to a cent. A cap is
        rounded half up to a cent, a threshold up to a whole view. A change applies to all versions
        of a structure. Or a frame of the changed structures, like `structures`.
    dates : str, tuple or DateRange, optional
        Which periods: those whose last day is in it, closed or still open, even those that begin
        later. So each period counts in one month, the one in which it ends. By default all that
        have closed.
    by : {'creator', 'structure', 'total'}, default 'creator'
        ``"creator"``; ``"structure"`` for a row for each creator and structure; or ``"total"``.
        Open periods count with medians, which don't add up: for a total choose ``"total"``.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, loaded after the last period closed, for view
        thresholds and goals of posts.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, new counts by day, as for :func:`accrue`; for open
        periods as for :func:`forecast_payouts`.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`, for goal pay.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles; the same as in ``names``. Otherwise they
        come from `goals`.
    now : str or datetime, optional
        The instant by which periods have closed; by default now, as the frames' attributes say how
        the server's clock differs from this machine's. Required if no frame has attributes.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    level : float, default 0.8
        The chance that the interval holds the true sum, between 0 and 1.
    currency : str, default 'USD'
        The currency of the amounts.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator (and structure) who earns anything under either rules, the biggest
        rise first: ``tiktok_handle``, ``structure_name``, ``currency`` (str); ``now_cents`` and
        ``then_cents`` (Int64: the sums of the known amounts, with the structures as they are and
        with the changed ones), ``change_cents`` (NA if any amount isn't known, since it doesn't
        count as zero), ``then_low_cents`` and ``then_high_cents`` (the interval of the sum with the
        changed rules, as for :func:`forecast_payouts`; NA as the change), ``open_periods`` (how
        many are forecast), ``undecided`` (how many amounts aren't known, of that side that has
        more; :func:`accrue` and :func:`forecast_payouts` give the reasons), ``creator_id`` and
        ``structure_id``. With open periods neither these amounts, which are medians there, nor ends
        of intervals can be added: choose ``by="total"``. The provenance says in its ``note`` how
        many amounts aren't known, and how many are by a version of a rule that wasn't in force
        then, as for :func:`accrue`.

    Raises
    ------
    MissingColumnError, MissingArgumentError
        A column, a frame or `now` is missing.
    ArgumentError
        No structure has that name or id, a value isn't allowed, or as in :func:`accrue`.

    Warns
    -----
    TrackaGoatWarning
        Once, as :func:`accrue` does for the structures as they are.

    See Also
    --------
    accrue : Work out what each rule owes.
    forecast_payouts : Forecast what this period will cost.
    payout_luck : Split earnings into level and luck.
    actions.update_payout_structure : Change a rule of pay.

    Notes
    -----
    Goals whose period ended less than 48 hours ago are neither closed nor open, and count only when
    they have been evaluated.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Q1 Brand Program")
    ...     retainers = structures[structures["kind"] == "recurring"]
    ...     assignments = tgp.load_payout_assignments(retainers)
    ...     creators = tgp.load_creators("Q1 Brand Program")
    >>> raised = tgp.what_if(retainers, assignments, {"Base retainer": {"amount_cents": "+12%"}},
    ...                      dates="2026-05", creators=creators, timezone="America/New_York")
    >>> raised[["now_cents", "then_cents", "change_cents"]].sum().tolist()
    [375000, 420000, 45000]
    """
    check_choice("by", by, list(_KEYS))
    check_between("level", level, 0, 1)
    check_currency(currency)
    changed = with_changes(structures, changes)
    if creators is not None:
        require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")
    frames = [analytics, goals, videos, assignments, structures]
    zone = known_zone(timezone, frames)
    moment = moment_of(now, frames, unknown="it isn't known which periods have closed")
    today = last_started_day(moment, zone)
    span, closed = None, moment
    if dates is not None:
        span = DateRange.parse(dates, today=np.datetime64(today, "D").item())
        end = day_starts(np.array([span.stop], "datetime64[D]"), zone)
        # Goals that close on the last day are evaluated later.
        closed = min(moment, pd.Timestamp(end[0], tz="UTC") + GOAL_DELAY)
    measures, keys = Measures(videos, analytics, goals, zone), _KEYS[by]
    lines, unknown, later = [], [], ""
    for side, rules in (("now", structures), ("then", changed)):
        due = due_by(rules, assignments, measures, closed, zone, currency=currency, dates=span)
        later = later or not_in_force(due)
        lines.append(_closed_lines(due, keys, side))
        unknown.append(due[["rule_kind", "reason"]])
        if span is not None and _number(span.last) >= today:
            seen, cents = _open(rules, assignments, measures, today, zone, span=span, level=level)
            lines.append(_open_lines(seen, cents, keys, side, level).assign(currency=currency))
            unknown.append(seen.rows[["kind", "reason"]].rename(columns={"kind": "rule_kind"}))
    # The first half is of the rules as they are; the other rules have the same gaps.
    half = len(unknown) // 2
    warn_of_missing(pd.concat([each.astype(object) for each in unknown[:half]]))
    sums = _compare(pd.concat(lines), keys)
    return with_note(_result(sums, by), *_notes(sums, by), later)


def _notes(sums: pd.DataFrame, by: ScenarioBy) -> Iterator[str]:
    """Say which amounts are unknown, and which can't be added up."""
    yield undecided_amounts(int(sums["undecided"].sum()))
    if by != "total" and sums["open_periods"].any():
        yield MEDIANS


def _number(day: dt.date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _open(
    rules: pd.DataFrame,
    assignments: pd.DataFrame,
    measures: Measures,
    today: int,
    zone: str,
    *,
    span: DateRange,
    level: float,
) -> tuple[PayoutOutlook, Ints]:
    """Forecast the open periods that end in a range of days, and their pay."""
    seen, cents, _ = open_periods(
        rules, assignments, measures, today, zone, until=_number(span.last), level=level
    )
    # `after` is the day after a period's last one.
    is_within = seen.rows["after"].to_numpy(np.int64) > _number(span.first)
    return seen.where(is_within), cents[is_within]


def _lines(keys: pd.DataFrame, side: str, **values: pd.Series) -> pd.DataFrame:
    """Return amounts and counts of one side; those of the other are 0."""
    names = {"amount": f"{side}_cents", "low": "then_low_cents", "high": "then_high_cents"}
    names["undecided"] = "undecided_now" if side == "now" else "undecided"
    own = {names.get(name, name): values[name] for name in values}
    if side == "now":
        own = {name: own[name] for name in ("now_cents", "undecided_now")}
    return keys.assign(**{name: own.get(name, 0) for name in (*_AMOUNTS, *_COUNTS)})


def _closed_lines(due: pd.DataFrame, keys: list[str], side: str) -> pd.DataFrame:
    """Return the amounts of periods that have closed."""
    cents = due["amount_cents"]
    known = cents.fillna(0)
    undecided = cents.isna().astype("Int64")
    return _lines(
        due[["currency", *keys]], side, amount=known, low=known, high=known, undecided=undecided
    )


def _open_lines(
    seen: PayoutOutlook, cents: Ints, keys: list[str], side: str, level: float
) -> pd.DataFrame:
    """Return the amounts that are expected of open periods, a line for each group."""
    is_known = seen.rows["reason"].isna().to_numpy(bool)
    sums = sums_of(seen.where(is_known), cents[is_known], seen.rows.iloc[:0], keys, level)
    # Of all these rows together too few earlier weeks may be known.
    undecided = sums["periods"].where(sums["expected_cents"].isna(), 0)
    known = _lines(
        sums[keys], side, amount=sums["expected_cents"].fillna(0), low=sums["low_cents"].fillna(0),
        high=sums["high_cents"].fillna(0), undecided=undecided, open_periods=sums["periods"],
    )  # fmt: skip
    lost = seen.rows.loc[~is_known, keys]
    one = pd.Series(1, lost.index, dtype="Int64")
    unknown = _lines(lost, side, amount=0 * one, undecided=one, open_periods=one)
    return pd.concat([known, unknown], ignore_index=True)


def _compare(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum the amounts of both sides by group; an unknown amount isn't zero."""
    sums = lines.groupby(["currency", *keys], dropna=False)[[*_AMOUNTS, *_COUNTS]].sum()
    sums = sums.astype("Int64").reset_index()
    sums["undecided"] = sums[["undecided", "undecided_now"]].max(axis=1)
    is_unknown = sums["undecided"] > 0
    sums["change_cents"] = sums["then_cents"] - sums["now_cents"]
    for name in ("change_cents", "then_low_cents", "then_high_cents"):
        sums[name] = sums[name].mask(is_unknown)
    order = ["change_cents", "now_cents"]
    return sums.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _result(sums: pd.DataFrame, by: str) -> pd.DataFrame:
    """Select the columns of a grouping, with those of names even if no name is known."""
    nothing = pd.Series(None, sums.index, dtype=STRING)
    shown = sums.assign(tiktok_handle=nothing, structure_name=nothing)
    absent = {"tiktok_handle", "structure_name", "creator_id", "structure_id"} - _OF_ROWS[by]
    return shown[[name for name in RESULTS["what_if"].names if name not in absent]]
