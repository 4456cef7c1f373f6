"""Forecast the pay of open periods, with an interval; and backtest such forecasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import DateLike, Ints
from trackagoat_pandas.errors import ArgumentTypeError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import NO_DAY, past_day
from trackagoat_pandas.helpers.columns import STRING, as_days, categories, text
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.accrual import warn_of_missing
from trackagoat_pandas.helpers.payouts.ledger import MEDIANS, with_note
from trackagoat_pandas.helpers.payouts.measures import Measures
from trackagoat_pandas.helpers.payouts.money import check_currency, half_up
from trackagoat_pandas.helpers.payouts.outlook import (
    CHANCES,
    GROUPS,
    HIGH,
    LOW,
    OUTCOMES,
    PATHS,
    REASONS,
    SO_FAR,
    PayoutOutlook,
    open_periods,
    sums_of,
)
from trackagoat_pandas.helpers.payouts.rules import capped, earned_cents, with_open_caps
from trackagoat_pandas.helpers.payouts.terms import Changes, with_changes
from trackagoat_pandas.inputs.checks import check_between, check_choice, loaded_at
from trackagoat_pandas.inputs.dates import parse_day
from trackagoat_pandas.progress import calculating
from trackagoat_pandas.tables.payouts import RULE_KINDS

ForecastBy: TypeAlias = Literal["assignment", "creator", "structure", "project", "total"]
_IDS = ("assignment_id", "project_id", "creator_id", "structure_id")
_CENTS = ("so_far_cents", "expected_cents", "low_cents", "high_cents")


@derived("structures", "assignments", "videos", "analytics", "goals", whole=("videos",), by="by")
def forecast_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    as_of: DateLike | dt.datetime | None = None,
    until: DateLike | None = None,
    changes: Changes | None = None,
    by: ForecastBy = "assignment",
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Forecast what each assignment will have earned when its current period closes.

    The forecast continues the creator's own past: it adds to what was counted before today what the
    remaining days may bring, judged by as many days in earlier weeks. ``expected_cents`` is the
    middle of the outcomes; the interval from ``low_cents`` to ``high_cents`` holds the share
    ``level`` of them. As a median it can't be added up: ``by="total"`` gives the expected total.
    Recurring pay is certain, and a goal pays all or nothing, by its chance. What can't be forecast
    is NA, and ``reason`` says why. The frames are those of :func:`accrue`.

    Periods that have closed aren't in it, so it isn't all that a month costs: the bonuses of two
    weeks that ended in June are due already, and :func:`accrue` or :func:`what_if` count them.

    Parameters
    ----------
    structures : DataFrame
        The frame of :func:`load_payout_structures`. Repeated rows and versions are read as by
        :func:`accrue`.
    assignments : DataFrame
        The frame of :func:`load_payout_assignments`.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, loaded after the last period closed, for view
        thresholds and goals of posts.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, new counts by day, as for :func:`accrue`: of creators,
        or of videos for rules that count those (:func:`combine_loads` joins both). With up to 7
        days left it must reach back 4 weeks before the remaining days, with up to 14 days
        8 weeks, and so on; half as much again uses all six spans.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`, for goal pay.
    as_of : str, date or datetime, optional
        An instant, or a day, for a forecast that can be checked; by default now, as the frames'
        attributes say how the server's clock differs from this machine's. Required if no frame has
        attributes. The counts of that day may be partial, those of the days before may not.
    until : str or date, optional
        The last day of the periods to forecast: all that end from today to that day, also those
        that begin later, such as ``"2026-06-30"`` for what is still to come in June. A period
        counts where it ends: a week from 29 June to 5 July is one of July. By default the current
        periods, whenever they end.
    changes : dict or DataFrame, optional
        Other rules, as for :func:`what_if`: ``{"CPM": {"cpm_cents": "+10%"}}``.
    by : {'assignment', 'creator', 'structure', 'project', 'total'}, default 'assignment'
        ``"assignment"``, or ``"creator"``, ``"structure"``, ``"project"`` or ``"total"`` for sums
        whose expected amount and interval are those of the sum. Neither expected amounts, which are
        medians, nor ends of intervals can be added: for a total choose ``"total"``.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    level : float, default 0.8
        The chance that the interval holds the true amount, between 0 and 1.
    currency : str, default 'USD'
        The currency of the amounts.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of
        :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each assignment and period, of those that cover part of it, in the order of
        ``assignments``: names as in :func:`accrue`, ``rule_kind`` (category), ``period_start``,
        ``period_end`` (days), ``currency``, ``days_left`` (Int64, today included), ``so_far_cents``
        (what the present counts would earn), ``expected_cents``, ``low_cents``, ``high_cents``,
        ``structure_version`` (Int64), ``reason`` (category), ``assignment_id``, ``project_id``,
        ``creator_id`` and ``structure_id`` (str). ``reason`` says why the amounts are NA.
        ``no_start_date``, ``incomplete_rule``, ``missing_days`` and ``partial_days`` (in the
        current period, before today) are those of :func:`accrue`; ``short_history`` means that
        fewer than four spans are known, or for a goal fewer than 28 days or twice the days left;
        ``too_irregular`` is that of :func:`goal_odds`. An assignment without a start date, or by a
        rule without a known period, has no period; it is listed unless it ended before today. The
        provenance lists the ids of the structures' ``projects``.

        By anything else, one row for each group: its id, ``periods`` (Int64: how many are summed),
        ``currency``, the four amounts, ``undecided`` (Int64: how many of the periods have no
        amount), and ``reason``. A sum with undecided periods is NA, for the first one's reason:
        leave those out to sum the others.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`accrue`; ``as_of`` is after today, or ``level`` or ``as_of`` is not allowed.
    MissingArgumentError
        ``as_of`` isn't given, and no frame says when it was loaded.

    Warns
    -----
    TrackaGoatWarning
        Once, if amounts are NA because the analytics don't cover their days.

    See Also
    --------
    backtest_payouts : See how good past forecasts were.
    accrue : Work out what each rule owes.
    plan_budget : See how long a budget lasts.
    what_if : See what other rules would pay.

    Notes
    -----
    The remaining days, including today, are compared with spans of as many days in earlier weeks:
    whole weeks back, so that weekdays match, and far enough apart that no two overlap or reach into
    today. The newest six count (four of them must be known), each as one independent observation.
    Two models continue the logarithms of their totals (of total + 1 + a tenth of their mean total)
    by one span: a straight line over time, and a random walk with drift from the newest. Their
    predictions and variances are averaged; the width of the interval is that of Student's t, with
    two degrees of freedom fewer than there are spans. The result (or what today has brought
    already, if that is more) is added to what was counted before today, and the rule and its cap
    are applied as in :func:`accrue`. In simulations (steady, weekly rhythm, heavy-tailed, growing,
    a level that drifts by 5 % a day, posts by chance) 80 % intervals held 77 to 85 % of the true
    amounts with 1 to 28 days left. They hold more if whole numbers leave no choice: for a creator
    who posts on nine of ten Fridays, an interval of one post holds 90 %. The model doesn't foresee
    one-off events or seasons. :func:`backtest_payouts` counts how often they hold in your data.

    The interval of a sum is made the same way, of one series: what all its rows would have earned
    together if each of the six spans came again, with caps, so that creators who rise and fall
    together are seen to. Goals are met by their chances, each for itself. In simulated programs of
    1 to 30 creators, who rise and fall together or not, 80 % intervals of the total held 75 to 80 %
    of the true ones; in ten worlds of the sandbox those of a project held 82 %, and those of all
    projects together 73 % (of 122 that aren't independent). The middle of a sum isn't the sum of
    the middles.

    For ``expected_cents``, the middle outcome, the walk has no drift, and the line's slope is
    multiplied by F / (F + 2), where F is the squared ratio of the slope to its standard error, so
    that chance growth isn't mistaken for growth. It always lies within the interval.

    A goal pays all or nothing. Its chance is that of :func:`goal_odds` from the start of today,
    before past forecasts correct it, with the creators of these goals as the program. The expected
    amount is the amount times the chance (in 21sts); the low end is 0 unless the chance is above
    90 %, and the high end is the amount unless it is below 10 %.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> project = "Q1 Brand Program"
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures(project)
    ...     assignments = tgp.load_payout_assignments(structures)
    ...     creators, videos = tgp.load_creators(project), tgp.load_videos(project)
    ...     goals = tgp.load_goal_compliance(project)
    ...     days = "2025-12-20..2026-06-18"
    ...     of_creators = tgp.load_analytics("creator", creators, "views", dates=days)
    ...     of_videos = tgp.load_analytics("video", videos, "views", dates=days, clip=True)
    >>> views = tgp.combine_loads(of_creators, of_videos)
    >>> june = tgp.forecast_payouts(
    ...     structures, assignments, videos=videos, goals=goals, analytics=views,
    ...     until="2026-06-30", by="total")
    >>> cents = ["so_far_cents", "low_cents", "expected_cents", "high_cents"]
    >>> print(june[cents].to_string(index=False))
     so_far_cents  low_cents  expected_cents  high_cents
           471623     513595          553602      652275
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    check_choice("by", by, ["assignment", *GROUPS])
    frames = [analytics, goals, videos, assignments, structures]
    zone = known_zone(timezone, frames)
    today = _today(as_of, frames, zone)
    last = None if until is None else int(np.datetime64(parse_day(until, "until"), "D").astype(int))
    terms = structures if changes is None else with_changes(structures, changes)
    measures = Measures(videos, analytics, goals, zone)
    seen, cents, others = open_periods(
        terms, assignments, measures, today, zone, until=last, level=level
    )
    rows = seen.rows
    forecast = _result(rows, cents, today, currency)
    if not others.empty:
        nothing = np.zeros((len(others), PATHS.stop), np.int64)
        places = np.concatenate([rows["place"], others["place"]])
        both = pd.concat([forecast, _result(others, nothing, today, currency)], ignore_index=True)
        forecast = both.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)
    warn_of_missing(forecast)
    if by != "assignment":
        forecast = sums_of(seen, cents, others, GROUPS[by], level).assign(currency=currency)
    # A project without a row may have no open period, or have been left out.
    projects = text(structures["project_id"]).dropna().unique()
    return with_note(forecast, "" if by == "total" else MEDIANS, projects=sorted(projects.tolist()))


def _today(
    as_of: DateLike | dt.datetime | None, frames: Sequence[pd.DataFrame | None], zone: str
) -> int:
    """Return the day of a forecast; by default today, by the server's clock."""
    now = server_now(frames)
    if as_of is None and all(each is None or loaded_at(each) is None for each in frames):
        reason = "the frames don't say when they were loaded, e.g. '2026-06-18'"
        raise MissingArgumentError("as_of", reason)
    return past_day("as_of", now if as_of is None else as_of, zone, now)


def _result(rows: pd.DataFrame, cents: Ints, today: int, currency: str) -> pd.DataFrame:
    """Name and type the columns; ``cents`` are those of an outlook."""
    amounts = {"so_far_cents": cents[:, SO_FAR], **_expectations(cents)}
    is_known = rows["reason"].isna()
    first, after = rows["first"].to_numpy(np.int64), rows["after"].to_numpy(np.int64)
    has_period = first != NO_DAY
    left = pd.Series(0, rows.index, dtype="Int64").mask(~has_period)
    if has_period.all():
        left += (rows["assigned_after"] - np.maximum(rows["assigned_first"], today)).clip(lower=0)
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in _IDS},
            "structure_version": rows["version"].astype("Int64").where(has_period),
            "rule_kind": categories(rows["kind"], RULE_KINDS),
            "period_start": as_days(first),
            "period_end": as_days(np.where(has_period, after - 1, NO_DAY)),
            "days_left": left,
            "currency": pd.Series(currency, rows.index, dtype=STRING),
            **{
                name: pd.Series(amounts[name], rows.index, dtype="Int64").where(is_known)
                for name in _CENTS
            },
            "reason": categories(rows["reason"], REASONS),
        }
    )


def _expectations(cents: Ints) -> dict[str, Ints]:
    """Return the expected amount of each row of an outlook, and the ends of its interval."""
    # The ends are sorted: of two assignments that share a cap one may earn less if the other earns
    # more.
    ends = cents[:, [LOW, HIGH]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    expected = np.clip(half_up(cents[:, OUTCOMES].sum(axis=1), CHANCES), low, high)
    return {"expected_cents": expected, "low_cents": low, "high_cents": high}


_OF_BACKTEST = ("expected_cents", "low_cents", "high_cents", "amount_cents")


@derived("structures", "assignments", "videos", "analytics", "goals", by="by")
def backtest_payouts(
    structures: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    days: Iterable[DateLike],
    by: ForecastBy = "assignment",
    videos: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    goals: pd.DataFrame | None = None,
    timezone: str | None = None,
    level: float = 0.8,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """Forecast from past days, and compare with the amounts earned.

    This shows how often the intervals of :func:`forecast_payouts` hold in your program. Each
    forecast uses what was known at the end of its day. A day takes about 0.1 s for 300 creators,
    with a progress bar.

    Parameters
    ----------
    structures : DataFrame
        The frame of :func:`load_payout_structures`. Repeated rows and versions are read as by
        :func:`accrue`.
    assignments : DataFrame
        The frame of :func:`load_payout_assignments`.
    days : list of str
        The days from which to forecast, such as ``pd.date_range("2026-03-01", "2026-05-31")``.
    by : {'assignment', 'creator', 'structure', 'project', 'total'}, default 'assignment'
        What a row is of, as for :func:`forecast_payouts`.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, loaded after the last period closed, for view
        thresholds and goals of posts.
    analytics : DataFrame, optional
        The frame of :func:`load_analytics`, new counts by day, up to now, as for
        :func:`forecast_payouts`.
    goals : DataFrame, optional
        The frame of :func:`load_goal_compliance`, for goal pay.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    level : float, default 0.8
        The share of true amounts that an interval should hold, between 0 and 1.
    currency : str, default 'USD'
        The currency of the amounts.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of
        :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each day and assignment whose period of that day has closed, or each day and
        group all of whose periods have: ``as_of`` (day), the ids, ``rule_kind``, ``period_start``
        and ``period_end`` (of assignments) or ``periods`` (of groups), ``currency``,
        ``expected_cents``, ``low_cents``, ``high_cents``, ``amount_cents`` (what was earned; Int64)
        and ``is_within`` (boolean: whether the interval holds it; NA where one isn't known).
        ``is_within.mean()`` should be about `level`, by chance more or less: neighbouring days
        aren't independent. Amounts that are certain, such as recurring pay, always are within.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`forecast_payouts`; ``days`` are missing, or one is after today.

    See Also
    --------
    forecast_payouts : Forecast what this period will cost.
    accrue : Work out what each rule owes.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures("Summer Launch")
    ...     cpm = structures[structures["kind"] == "cpm"]
    ...     assignments = tgp.load_payout_assignments(cpm)
    ...     views = tgp.load_analytics("creator", assignments["creator_id"], "views",
    ...                                dates="2025-12-20..2026-06-18")
    >>> tried = tgp.backtest_payouts(cpm, assignments, analytics=views, timezone="America/New_York",
    ...                              days=pd.date_range("2026-03-10", "2026-05-25", freq="5D"))
    >>> round(float(tried["is_within"].mean()), 2)
    0.85
    """
    check_currency(currency)
    check_between("level", level, 0, 1)
    check_choice("by", by, ["assignment", *GROUPS])
    frames = [analytics, goals, videos, assignments, structures]
    zone, now = known_zone(timezone, frames), server_now(frames)
    today = past_day("now", now, zone, now)
    if isinstance(days, str | bytes) or not isinstance(days, Iterable):
        raise ArgumentTypeError("days", days, "days, in a list or an index")
    days = list(days)
    if not days:
        raise MissingArgumentError("days", "pass the days from which to forecast")
    measures, tried = Measures(videos, analytics, goals, zone), list[pd.DataFrame]()
    with calculating("forecasts", len(days)) as step:
        for day in days:
            as_of = past_day("days", day, zone, now)
            seen, cents, _ = open_periods(
                structures, assignments, measures, as_of, zone, until=None, level=level
            )
            is_over = seen.rows["after"].to_numpy(np.int64) <= today
            seen, cents = seen.where(is_over), cents[is_over]
            earned = _earnings(seen, measures)
            if by == "assignment":
                rows = _of_assignments(seen, cents, earned)
            else:
                rows = _of_groups(seen, cents, earned, GROUPS[by], level)
            tried.append(rows.assign(as_of=as_days(np.full(len(rows), as_of))))
            step()
    found = pd.concat(tried, ignore_index=True).assign(currency=currency)
    within = found["amount_cents"].between(found["low_cents"], found["high_cents"])
    is_known = found[list(_OF_BACKTEST)].notna().all(axis=1)
    found["is_within"] = within.astype("boolean").where(is_known)
    return found


def _earnings(seen: PayoutOutlook, measures: Measures) -> pd.Series:
    """Return the final earnings of each row; NA where they aren't known."""
    rows = measures.of(seen.rows.drop(columns="reason"))
    uncapped = earned_cents(rows, rows["quantity"].to_numpy(np.int64))
    rows = with_open_caps(rows, uncapped != 0)
    is_known = rows["reason"].isna()
    return pd.Series(capped(rows, np.where(is_known, uncapped, 0)), dtype="Int64").where(is_known)


def _of_assignments(seen: PayoutOutlook, cents: Ints, earned: pd.Series) -> pd.DataFrame:
    rows = seen.rows
    is_known = rows["reason"].isna()
    return pd.DataFrame(
        {
            **{name: rows[name].astype(STRING) for name in _IDS},
            "rule_kind": categories(rows["kind"], RULE_KINDS),
            "period_start": as_days(rows["first"].to_numpy(np.int64)),
            "period_end": as_days(rows["after"].to_numpy(np.int64) - 1),
            **{
                name: pd.Series(values, dtype="Int64").where(is_known)
                for name, values in _expectations(cents).items()
            },
            "amount_cents": earned,
        }
    )


def _of_groups(
    seen: PayoutOutlook, cents: Ints, earned: pd.Series, keys: list[str], level: float
) -> pd.DataFrame:
    sums = sums_of(seen, cents, seen.rows.iloc[:0], keys, level)
    owners = [seen.rows[name] for name in keys] or [pd.Series(0, earned.index)]
    groups = earned.groupby(owners, dropna=False, sort=False)
    is_known = groups.count() == groups.size()
    totals = groups.sum().where(is_known).astype("Int64")
    return sums[[*keys, "periods", *_OF_BACKTEST[:-1]]].assign(amount_cents=totals.array)
