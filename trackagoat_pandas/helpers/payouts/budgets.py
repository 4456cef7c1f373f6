"""How much of a project's budget is used, and how long the rest lasts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.types import DateLike
from trackagoat_pandas.errors import ArgumentError, listing
from trackagoat_pandas.helpers.clocks import NO_DAY, month_starts, past_day
from trackagoat_pandas.helpers.columns import STRING, as_days, day_numbers, text, whole
from trackagoat_pandas.helpers.facts import derived, known_projects, known_zone, server_now
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.payouts.burn import (
    GROUP,
    WEEK,
    known_months,
    lasting,
    record_of,
    spending,
)
from trackagoat_pandas.helpers.payouts.ledger import (
    amounts_left_out,
    read_ledger,
    undecided_amounts,
    with_note,
)
from trackagoat_pandas.helpers.payouts.money import (
    MOST_CENTS,
    check_cents,
    currencies,
    half_up_exact,
)
from trackagoat_pandas.helpers.payouts.summaries import summed
from trackagoat_pandas.helpers.records import with_record
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_bool,
    check_int,
    frame_facts,
    is_null,
    require_columns,
)
from trackagoat_pandas.tables.results import RESULTS

_LASTING = (
    "left_today_cents", "daily_burn_cents", "days_left", "days_left_low", "days_left_high",
)  # fmt: skip
_PERIOD = ["structure_id", "creator_id"]
_FORECAST = (*_PERIOD, "project_id", "period_start", "expected_cents")


@derived("accruals", "payments", "forecast", whole=("accruals", "payments"))
def plan_budget(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    forecast: pd.DataFrame | None = None,
    *,
    budget_cents: int | Mapping[str, int] | None = None,
    projects: pd.DataFrame | None = None,
    as_of: DateLike | None = None,
    until: DateLike | None = None,
    weeks: int = 8,
    level: float = 0.8,
    backtest: bool = False,
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """Say how much of each project's budget is committed, and how many days the rest lasts.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Repeated ids and missing amounts are read as
        by :func:`summarize_payouts`.
    payments : DataFrame
        The frame of :func:`load_payout_payments`.
    forecast : DataFrame, optional
        The frame of :func:`forecast_payouts`, for what the open periods will owe. Forecasts of
        periods that have an accrual are left out.
    budget_cents : int or dict, optional
        The budget in cents of `currency`: a number where there is one project, else a dict by
        project, whose keys are ids or names.
    projects : DataFrame, optional
        The frame of :func:`load_projects`, for names, and for projects that have a budget but no
        entries yet. Without it, only that of a project is known for which another frame was loaded
        by its name.
    as_of : str or date, optional
        The day after which days are counted; by default today by the server's clock. It doesn't
        leave out later entries.
    until : str or date, optional
        The last day of the window over which the burn is measured; by default the last day of the
        month before `as_of`, since what monthly rules owe isn't known before a month is over.
    weeks : int, default 8
        The length of that window, at least 2.
    level : float, default 0.8
        The chance that the interval of days holds the true number, between 0 and 1.
    backtest : bool, default False
        Whether to find out how often such intervals held in these accruals: in the middle of each
        of the last 24 months, from what was entered by then, each project gets a budget for 30 more
        days. Of fewer than 10 such budgets, two months later, it isn't known.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each project and currency that has entries or a budget, most settled first:
        ``project_name``, ``currency`` (str); as Int64 ``budget_cents`` and

        - ``committed_cents``: settled and accumulating together; NA without `forecast`
        - ``settled_cents``: what was earned (accruals that aren't voided); it is
          ``paid_cents`` + ``owed_cents``, as in :func:`summarize_payouts`
        - ``accumulating_cents``: what the open periods are expected to owe; NA without
          `forecast`, and for a project that it doesn't cover (its provenance names the ``projects``
          of the structures; a frame without that is taken to cover all). ``undecided`` counts the
          forecasts that are NA and so aren't in it
        - ``left_cents``: the budget less what is committed, so also less what open periods will owe
          for the days until they end; NA if either isn't known
        - ``left_today_cents``: the budget less what was earned up to ``burn_to`` and what has been
          burned since
        - ``daily_burn_cents``: what was earned a day from ``burn_from`` to ``burn_to`` (days), with
          each accrual spread evenly over its period
        - ``days_left``: the whole days that ``left_today_cents`` last at this burn; NA beyond a
          century. They are counted before the amounts are rounded to cents
        - ``days_left_low``, ``days_left_high``: the interval; only the second is NA if the budget
          may last for any time

        then ``runs_out`` (the last of these days; the first is tomorrow, since today's burn counts
        as spent), ``reason`` (str: why there is no interval) and ``project_id``.

        With `backtest`, ``attrs["trackagoat"]`` has ``record`` and says it in ``note``.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError, ArgumentTypeError
        A budget names no project, or one number is given for several; a day, ``weeks``, ``level``
        or ``timezone`` is not allowed, or an amount isn't whole cents.

    See Also
    --------
    plots.budget : Draw how long budgets last.
    forecast_payouts : Forecast what this period will cost.
    outstanding_balances : List who is owed what.

    Notes
    -----
    Days are counted from what had been earned by the end of the window: that counts as spent, and
    the days since then burn as those of the window did. So no forecast is needed for them.

    The interval comes from the burn a day of whole months, since most pay is by the month: spread
    evenly over it, its weeks are alike and say nothing of how months differ. The newest six months
    before the end of the window count, without that of the first entry; four of them must be known.
    A month is taken as a level, which moves from month to month, and chance beside it: the level
    has three fifths of S, the mean square of the steps between them. So the burn of the b months of
    the window and that of the a months ahead differ by a standard error of
    sqrt(S * (b + a + 1 / b + 1 / a) / 5), where b and a are at least 1; t of it (Student's t with
    two degrees of freedom fewer than there are months) to either side gives the ends.

    In 24 worlds of the sandbox of 500 days, whose rules are raised once, 80 % intervals held 80 %
    of 360 budgets for 14 more days, 78 % of those for 30, 76 % of 288 for 60, and 75 % of 144 for
    90; half of those for 30 days were off by 4 days or more. Windows of 2 to 26 weeks held as often
    in other worlds. In simulated months whose level drifts by 10 % a month 75 to 83 % of budgets
    for 30 days held, and 72 to 80 % of those for 90. Where months differ by chance alone intervals
    are too wide: 86 to 89 % held, and 94 % of those for 90 days. Budgets that last longer have no
    interval, since it would hold less often than it says. A new rule, or one that ends, isn't
    foreseen.

    Goals that closed less than 48 hours ago are neither settled nor accumulating.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    ...     projects = tgp.load_projects()
    >>> plan = tgp.plan_budget(accruals, payments, projects=projects, timezone="America/New_York",
    ...                        budget_cents={"Q1 Brand Program": 40_000_00})
    >>> days = ["left_today_cents", "days_left_low", "days_left", "days_left_high"]
    >>> print(plan.loc[plan["project_name"] == "Q1 Brand Program", days].to_string(index=False))
     left_today_cents  days_left_low  days_left  days_left_high
               935456             36         46              59
    """
    check_int("weeks", weeks, minimum=2)
    check_between("level", level, 0, 1)
    check_bool("backtest", backtest)
    _check_given(budget_cents, forecast, projects)
    frames = [payments, accruals, forecast]
    zone = known_zone(timezone, frames)
    now, named = server_now(frames), known_projects(frames)
    today = past_day("as_of", now if as_of is None else as_of, zone, now)
    month_end = int(month_starts(np.array([today]))[0]) - 1
    last = month_end if until is None else past_day("until", until, zone, now)
    ledger = read_ledger(accruals, payments, currency)
    earned = ledger.accruals
    settled = summed(ledger, "project", zone).rename(columns={"earned_cents": "settled_cents"})
    settled = settled[[*GROUP, "settled_cents", "paid_cents", "owed_cents"]]
    standing = earned[earned["is_standing"]]
    burned = spending(standing, zone, last, weeks)
    rows = _with_unspent(settled, budget_cents, projects, named, currency)
    rows = _with_open(rows, earned, forecast, currency).merge(burned, how="left", on=GROUP)
    rows["project_name"] = rows["project_id"].map(named).astype(STRING)
    rows = rows if projects is None else with_names(rows, projects=projects)
    rows["budget_cents"] = _budgets(rows, budget_cents, currency)
    rows["left_cents"] = rows["budget_cents"] - rows["committed_cents"]
    rows = rows.join(_days_left(rows, today - last, weeks, level))
    runs_out = rows["days_left"].to_numpy(np.int64, na_value=0) + today
    rows["runs_out"] = as_days(np.where(rows["days_left"].isna(), NO_DAY, runs_out))
    rows["burn_from"], rows["burn_to"] = as_days(np.array([last + 1 - WEEK * weeks, last]))
    ordered = rows[[*RESULTS["plan_budget"].names]].sort_values(
        ["currency", "settled_cents"], ascending=[True, False], kind="stable", ignore_index=True
    )
    undecided = undecided_amounts(int(ordered["undecided"].sum()))
    noted = with_note(ordered, amounts_left_out(earned, ledger.payments), undecided)
    if backtest:
        record = record_of(standing, zone, last, weeks, level)
        with_record(noted, record, note=str(frame_facts(noted).get("note", "")))
    return noted


def _check_given(
    budget_cents: object, forecast: pd.DataFrame | None, projects: pd.DataFrame | None
) -> None:
    """Check the budget, if it is one number, and the frames that may be left out.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        The budget is no whole number of cents.
    MissingColumnError
        A column is missing.
    """
    if not isinstance(budget_cents, Mapping) and budget_cents is not None:
        check_int("budget_cents", budget_cents, minimum=0, maximum=MOST_CENTS)
    if forecast is not None:
        require_columns(forecast, _FORECAST, loader="forecast_payouts")
    if projects is not None:
        require_columns(projects, ["id", "name"], loader="load_projects")


def _with_unspent(
    settled: pd.DataFrame,
    given: Any,
    projects: pd.DataFrame | None,
    named: Mapping[str, str],
    currency: str,
) -> pd.DataFrame:
    """Add the known projects that have a budget but no entries in its currency."""
    if projects is not None:
        known = projects[["id", "name"]].dropna().astype(STRING)
        named = {**named, **dict(known.itertuples(index=False, name=None))}
    there = {*settled.loc[settled["currency"] == currency, "project_id"]}
    keys = given if isinstance(given, Mapping) else {}
    if given is not None and not there and not keys and len(named) == 1:
        # One number is for the only project.
        keys = named
    new = [id_ for id_, name in named.items() if id_ not in there and (id_ in keys or name in keys)]
    if not new:
        return settled
    nothing = dict.fromkeys(settled.columns.drop(["project_id", "currency"]), 0)
    rows = [{"project_id": id_, "currency": currency, **nothing} for id_ in new]
    more = pd.DataFrame(rows, columns=settled.columns).astype(settled.dtypes.to_dict())
    return pd.concat([settled, more], ignore_index=True) if len(settled) else more


def _with_open(
    rows: pd.DataFrame, earned: pd.DataFrame, forecast: pd.DataFrame | None, currency: str
) -> pd.DataFrame:
    """Add the expected pay of each group's open periods; NA without a forecast."""
    if forecast is None:
        unknown = pd.Series(pd.NA, rows.index, dtype="Int64")
        return rows.assign(accumulating_cents=unknown, undecided=unknown, committed_cents=unknown)
    days = day_numbers(forecast["period_start"])
    of_period = pd.DataFrame({name: text(forecast[name]) for name in _PERIOD}).assign(first=days)
    own = earned[earned["kind"] != "adjustment"]
    accrued = pd.MultiIndex.from_frame(own[["structure_id", "creator_id", "first"]])
    # A period that has accrued since the forecast is in the settled amounts already.
    is_open = ~pd.MultiIndex.from_frame(of_period).isin(accrued)
    cents = check_cents(whole(forecast["expected_cents"]))
    lines = pd.DataFrame(
        {
            "project_id": text(forecast["project_id"]),
            "currency": currencies(forecast, currency),
            "accumulating_cents": cents.fillna(0),
            "undecided": cents.isna().astype("Int64"),
        }
    )
    sums = lines[is_open].groupby(GROUP, dropna=False).sum().reset_index()
    joined = rows.merge(sums, how="outer", on=GROUP)
    counts = joined.columns.difference(GROUP)
    joined[counts] = joined[counts].astype("Int64").fillna(0)
    covered = frame_facts(forecast).get("projects")
    if covered is not None:
        # That a project wasn't forecast doesn't mean that it will owe nothing.
        is_left_out = ~joined["project_id"].isin(covered)
        joined.loc[is_left_out, ["accumulating_cents", "undecided"]] = pd.NA
    return joined.assign(committed_cents=joined["settled_cents"] + joined["accumulating_cents"])


def _budgets(rows: pd.DataFrame, given: Any, currency: str) -> pd.Series:
    """Return the budget of each row that has one.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It isn't clear which row a budget is for, or one is no whole number of cents.
    """
    budgets = pd.Series(pd.NA, rows.index, dtype="Int64")
    if given is None:
        return budgets
    is_in = (rows["currency"] == currency) & rows["project_id"].notna()
    if not isinstance(given, Mapping):
        if is_in.sum() != 1:
            problem = f"one number is given for {is_in.sum()} projects: pass a dict by project"
            raise ArgumentError("budget_cents", given, problem=problem)
        given = {rows.loc[is_in, "project_id"].iloc[0]: given}
    for project, cents in given.items():
        is_meant = is_in & ((rows["project_id"] == project) | (rows["project_name"] == project))
        if is_meant.sum() != 1:
            known = sorted(rows["project_name"].fillna(rows["project_id"])[is_in])
            found = "no project has" if not is_meant.any() else f"{is_meant.sum()} projects have"
            problem = f"{found} the id or name {project!r}; there are {listing(known) or 'none'}"
            if rows["project_name"][is_in].isna().any():
                problem += ". Pass `projects` for their names"
            problem += f".{did_you_mean(project, known)}"
            raise ArgumentError("budget_cents", project, problem=problem)
        budgets[is_meant] = check_int("budget_cents", cents, minimum=0, maximum=MOST_CENTS)
    return budgets


def _days_left(rows: pd.DataFrame, elapsed: int, weeks: int, level: float) -> pd.DataFrame:
    """Return the amounts and days of ``_LASTING`` of each row, and the ``reason``."""
    found = list[tuple[int | str | None, ...]]()
    for row in rows.to_dict("records"):
        # A group without entries has no sums.
        is_new = is_null(row["spent"])
        spent, before = (Fraction(0 if is_new else row[name]) for name in ("spent", "before"))
        burn = (spent - before) / (WEEK * weeks)
        if is_null(row["budget_cents"]):
            found.append((None, half_up_exact(burn), None, None, None, "no budget"))
            continue
        left = Fraction(int(row["budget_cents"])) - spent
        monthly = known_months({"months": 0} if is_new else row)
        amounts = half_up_exact(left - burn * elapsed), half_up_exact(burn)
        found.append((*amounts, *lasting(left, burn, monthly, elapsed, weeks, level)))
    table = pd.DataFrame(found, rows.index, columns=[*_LASTING, "reason"], dtype=object)
    return table.astype({**dict.fromkeys(_LASTING, "Int64"), "reason": STRING})
