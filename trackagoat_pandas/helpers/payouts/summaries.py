"""What was earned, paid and is owed: by group, as of a day, and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.base.types import DateLike, DatesLike, Granularity, Ints, Words
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.errors import ArgumentTypeError
from trackagoat_pandas.helpers.accounts import Accounts, known_accounts
from trackagoat_pandas.helpers.clocks import (
    NO_DAY,
    days_shown,
    first_days,
    is_instant,
    month_starts,
    parse_instant,
    past_day,
    period_numbers,
)
from trackagoat_pandas.helpers.columns import STRING, as_days, categories, instants_of, is_among
from trackagoat_pandas.helpers.cuts import cuts_of
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now, zone_of
from trackagoat_pandas.helpers.labels import Names, looked_up, named, read_names
from trackagoat_pandas.helpers.payouts.entries import days_of, ended_on
from trackagoat_pandas.helpers.payouts.ledger import (
    Ledger,
    amounts_left_out,
    earned_days,
    paid_days,
    read_ledger,
    read_payments,
    with_note,
)
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_frame,
    check_int,
    fact_instant,
    frame_params,
)
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES

By: TypeAlias = Literal["creator", "project", "structure", "method", "month", "status"]
_KEYS = {
    "creator": "creator_id",
    "project": "project_id",
    "structure": "structure_id",
    "method": "method",
    "month": "month",
    "status": "status",
}
Debtor: TypeAlias = Literal["creator", "method"]
NEVER_PAID = "never paid"
"""The ``method_name`` of what is owed to creators who have no recorded payment."""
NO_TAX_ADVICE = "A count of recorded payments, and no tax advice."
_US_THRESHOLDS = {2025: 60_000, 2026: 200_000}
"""Cents from which the US form 1099-NEC reports what was paid, by the last year they hold for.

Source: 26 U.S.C. 6041(a), before and after Public Law 119-21, § 70433.
"""
_FEWEST_PAID, _HALF_YEAR_DAYS, _USUAL = 10, 182, 0.95
"""The accruals from which there is a usual delay, since when they were paid, and its quantile."""
_OWNER = ["creator_id", "currency"]
_PERIODS = {"day": "daily", "week": "weekly", "month": "monthly"}
_LAST_DAY = np.iinfo(np.int64).max
"""Stands for no day where the oldest is sought, since NO_DAY is older than all."""
_CENTS = ("earned_cents", "paid_cents", "owed_cents", "overpaid_cents")
_NO_BUCKET = np.iinfo(np.int64).min
"""Stands for the bucket of entries without a day: they come before all others."""
_BOOKS = ("accruals", "payments")
IN_ALL, PAYABLE = "owed_over_all_days_cents", "payable_cents"
"""Beside what is owed for some days: what is owed over all, and what to pay."""


@derived("accruals", "payments", whole=("accruals", "payments"), by="by", dates="dates")
def summarize_payouts(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: By = "creator",
    dates: DatesLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> pd.DataFrame:
    """Sum earned, paid and owed amounts.

    All accruals and adjustments that are not voided count as earned, all recorded payments as paid.
    In each row ``owed_cents`` is earned - paid, and the sums of cents over all rows are the same
    for any ``by``: a sum of ``owed_cents`` is less what others were overpaid. Currencies are never
    added together. By creator or method, a payment counts in the group of its own creator or
    method. Otherwise it is split among the groups of the accruals that it lists; any difference
    from their sum goes to the first of them. A payment that lists none is in the NA row, or by
    project in its own project.

    Parameters
    ----------
    accruals, payments : DataFrame
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. A repeated id
        counts once: the row with the latest ``fetched_at`` or ``updated_at``, if there is such a
        column, else the last. An NA amount adds nothing; the provenance has a ``note`` of how many
        there are. A status that is NA or an unknown word is warned of: such an accrual counts as
        earned, such a payment doesn't count as paid.
    by : {'creator', 'project', 'structure', 'method', 'month', 'status'}, default 'creator'
        ``"creator"``; ``"project"``, ``"structure"`` or ``"status"`` (of the accrual); ``"month"``:
        the one in which an accrual's period ends, or without a period the one in which it was made,
        in the organization's time zone. So what is owed for a month is the part of that month's
        accruals that no payment covers; for the months in which money was paid see
        :func:`payout_timeline`. ``"method"``: the one of the last recorded payment that lists the
        accrual; if none does, the method of the creator's last recorded payment that has one, in
        any currency. A payment without a ``method_id`` has the method of its ``method_name``. NA is
        for creators who were never paid by a known method.
    dates : str, tuple or DateRange, optional
        A month such as ``"2026-05"``, or other days as :meth:`DateRange.parse` reads them: only
        accruals for a period that ends on these days, and the part of each payment that was for
        them, as :func:`payments_for` splits it, whenever it was made. A creator's last method of
        payment is that of all payments. The ``note`` says how many creators are owed less over all
        days, since more was paid than earned for others. None counts everything.
    timezone : str, optional
        The organization's time zone, for months and ``dates``; by default the one in the frames'
        attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, and so one row: the frame of :func:`accounts`; True
        for creators of different projects with equal handles, where the given frames have their
        handles and projects; False for none, so that each creator id has a row. The ids of an
        account are replaced by the first of them in alphabetical order. The ``note`` counts the
        merged accounts, and the creators without a known handle or project.

    Returns
    -------
    pandas.DataFrame
        One row for each group and currency: its name where a given frame knows it (a method's
        latest), ``month`` (its first day) or ``status`` (category; NA for unknown words, too);
        ``currency``; ``accruals`` and ``payments`` (Int64, without voided ones);
        ``earned_cents``, ``paid_cents``, ``owed_cents`` (negative if more was paid than earned),
        and ``voided_cents`` of accruals (Int64); then ``creator_id``, ``project_id``,
        ``structure_id`` or ``method_id`` (str). NA is the group of rows without one. Months and
        statuses are in their own order, others by most earned, within each currency.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``by``, ``currency`` or ``timezone`` is not allowed, or an amount isn't whole cents.

    Warns
    -----
    ContractWarning
        A status is an unknown word.

    See Also
    --------
    plots.payout_summary : Draw what is paid and owed.
    outstanding_balances : List who is owed what.
    payments_for : The part of payments for some accruals.
    payout_workbook : Save the books as a workbook.
    payout_timeline : Sum earned and paid amounts over time.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> owed = tgp.summarize_payouts(accruals, payments, by="status")
    >>> print(owed[["status", "earned_cents", "owed_cents"]].to_string(index=False))
     status  earned_cents  owed_cents
    pending       1728980     1728980
       paid       3957748      -50000
     voided             0           0
    """
    check_choice("by", by, list(_KEYS))
    # Only months depend on a time zone, so for other groups it needn't be known.
    if by == "month" or dates is not None:
        zone = known_zone(timezone, [payments, accruals])
    else:
        zone = zone_of(timezone, []) or "UTC"
    known = known_accounts(accounts, read_names(names), accruals, payments)
    accruals, payments = known.merge(accruals), known.merge(payments)
    ledger, note = _ledger_of(accruals, payments, dates, zone, currency)
    # All payments, since a creator's last method may be from other days.
    every = read_payments(payments, currency)
    shown = _result(summed(ledger, by, zone, every), by, every)
    less = ""
    if dates is not None:
        with kept_warnings():  # the same again
            balances = outstanding_balances(
                accruals, payments, dates=dates, timezone=zone, currency=currency, accounts=False
            )
        less = _less_text(balances)
    told = known.note if by == "creator" else ""
    noted = with_note(shown, note, less, amounts_left_out(ledger.accruals, ledger.payments), told)
    return known.name(named(noted, names))


@derived("accruals", "payments", whole=("accruals", "payments"), by="by", dates="dates")
def outstanding_balances(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: Debtor = "creator",
    dates: DatesLike | None = None,
    as_of: DateLike | dt.datetime | None = None,
    settled: bool = False,
    delays: bool = False,
    within: Sequence[pd.DataFrame] | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> pd.DataFrame:
    """List what creators are owed, now or as of a day, by creator or by method of payment.

    A balance is what was earned less what was paid: all accruals and adjustments that are not
    voided, less all recorded payments. With ``as_of`` it is the balance at the end of that day: an
    accrual counts if its period ended by then, even if it was recorded later, and a payment if it
    was made by then. :func:`payout_timeline` and :func:`creator_statement` count the same days.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Repeated ids and missing amounts are read as
        by :func:`summarize_payouts`.
    payments : DataFrame
        The frame of :func:`load_payout_payments`.
    by : {'creator', 'method'}, default 'creator'
        ``"creator"``; or ``"method"``: what is owed is summed by the method that each creator was
        last paid with, in any currency, by a recorded payment that names one.
    dates : str, tuple or DateRange, optional
        A month such as ``"2026-05"``, or other days: as for :func:`summarize_payouts`, only what
        was earned for periods that end on them, and what was paid for that. ``payable_cents`` then
        says what to pay. None counts everything.
    as_of : str, date or datetime, optional
        A day of the organization's time zone, or an instant. Accruals count from the end of their
        period's last day, or without a period from when they were recorded; payments from when
        they were made. An entry without any time always counts. Voided entries never count, since
        the API doesn't say when they were voided. For what had been recorded by an earlier day,
        load a store as of that day. Not after today, by the server's clock. None counts everything.
        The provenance has a ``note`` of it, and of entries without an amount.
    settled : bool, default False
        Whether creators who are owed nothing have rows, too.
    delays : bool, default False
        Whether to add ``usual_days``, by creator.
    within : list of DataFrame, optional
        All accruals and payments, if the others are a part of them, such as those of one rule. The
        result then says what to pay, as with ``dates``, and the methods are those of all payments.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes. Required with
        ``as_of`` or ``dates``; without them, days are those of UTC if no time zone is known.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of
        :func:`load_creators`.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, and so one row: the frame of :func:`accounts`; True
        for creators of different projects with equal handles, where the given frames have their
        handles and projects; False for none, so that each creator id has a row. The ids of an
        account are replaced by the first of them in alphabetical order. The ``note`` counts the
        merged accounts, and the creators without a known handle or project.

    Returns
    -------
    pandas.DataFrame
        One row for each account and currency that is not settled (with ``settled``, for each),
        most owed first:
        ``tiktok_handle`` where a given frame knows it, ``currency`` (str), ``earned_cents``,
        ``paid_cents``, ``owed_cents`` (Int64; negative where too much was paid; the ``note`` says
        to how many, since a sum of the column deducts that from what others are owed), with
        ``dates`` or ``within`` ``owed_over_all_days_cents`` and ``payable_cents`` (Int64: what to
        pay, which is what is owed for these entries, but at most what is owed over all),
        ``unpaid_accruals`` (Int64: those that no counted payment lists), ``oldest_unpaid`` (the
        last day of the oldest one's period, or without a period the local day on which it was
        made), ``days_outstanding``
        (Int64: days from there to the day of ``as_of``, or without it to the day on which the
        frames were loaded, by the server's clock; NA if they don't say it) and ``creator_id``
        (str). ``method_name`` (its latest name) and ``method_id`` (str) are the method that the
        creator was last paid with; ``"never paid"`` and NA for creators without a recorded payment.
        Both are NA for creators whose payments name no method, for entries without a creator, and
        where ``payments`` are a part of those that were loaded, or of some days, for creators
        without a payment among them; ``method_id`` is NA for a method of which only the name is
        known. With ``delays``, ``usual_days`` (Float64: the days in which 95 % of the accruals were
        paid that were first paid in the last 182 days; the same for all creators, NA with fewer
        than ten). By method, ``owed_cents`` is the sum of the amounts owed, and ``overpaid_cents``
        that of the amounts overpaid to other creators, so earned - paid = owed - overpaid. In place
        of ``creator_id`` is ``creators`` (Int64).

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`summarize_payouts`; ``by`` or ``as_of`` is not allowed.

    See Also
    --------
    payout_file : Write the file that pays balances.
    payout_workbook : Save the books as a workbook.
    summarize_payouts : Sum earned, paid and owed amounts.
    payments_for : The part of payments for some accruals.
    to_money : Turn cents into amounts for people.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> owed = tgp.outstanding_balances(accruals, payments, by="method")
    >>> owed = owed.assign(owed=tgp.to_money(owed["owed_cents"], as_text=True))
    >>> print(owed[["method_name", "owed"]].to_string(index=False))
      method_name      owed
    Wise Business $7,163.38
           PayPal $4,350.00
         Cash App $3,181.85
            Venmo $2,094.57
    """
    check_choice("by", by, ["creator", "method"])
    check_bool("settled", settled)
    check_bool("delays", delays)
    if isinstance(as_of, str) and "T" in as_of:
        as_of = pd.Timestamp(parse_instant("as_of", as_of), tz="UTC")
    if within is not None:
        _check_books(within)
    frames = [payments, accruals]
    needs_zone = as_of is not None or dates is not None
    zone = known_zone(timezone, frames) if needs_zone else zone_of(timezone, frames) or "UTC"
    known = known_accounts(accounts, read_names(names), accruals, payments)
    accruals, payments = known.merge(accruals), known.merge(payments)
    books = (accruals, payments) if within is None else tuple(map(known.merge, within))
    ledger, note = _ledger_of(accruals, payments, dates, zone, currency)
    every = read_payments(books[1], currency)
    today = (
        past_day("as_of", as_of, zone, server_now(frames))
        if as_of is not None
        else _loading_day(frames, zone)
    )
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid, ever = (each[each["is_recorded"]] for each in (ledger.payments, every))
    if as_of is not None:
        earned = earned[_is_earned(earned, as_of, today, zone)]
        paid, ever = (each[_is_made(each["paid_at"], as_of, today, zone)] for each in (paid, ever))
    sums = _by_owner(ledger, earned, paid, zone)
    balances = _balances(sums, today, settled=settled)
    left_out = _settled_text(len(sums) - len(balances))
    balances = with_methods(balances, ever, every, is_whole=not _is_part(books[1]))
    less = ""
    if dates is not None or within is not None:
        with kept_warnings():  # the same again
            overall = outstanding_balances(
                *books, as_of=as_of, timezone=zone, currency=currency, accounts=False
            )
        balances = with_payable(balances, overall)
        less = _less_text(balances)
    overpaid = _overpaid_text(balances)
    if by == "method":
        balances = balances_by_method(balances)
    elif delays:
        balances = balances.assign(usual_days=_usual_days(ledger, today, zone)).astype(
            {"usual_days": "Float64"}
        )
    moment = ""
    if as_of is not None:
        moment = f"As of {as_of}: earned in periods that ended by then, less what was paid by then."
    told = known.note if by == "creator" else ""
    notes = (note, less, moment, left_out, overpaid, amounts_left_out(earned, paid), told)
    noted = with_note(balances, *notes)
    return known.name(named(noted, names))


def _check_books(within: object) -> None:
    """Check that all accruals and payments are two frames."""
    if not isinstance(within, list | tuple) or len(within) != len(_BOOKS):
        raise ArgumentTypeError("within", within, "the frames of all accruals and payments")
    for name, frame in zip(_BOOKS, within, strict=True):
        check_frame("within", frame, f"load_payout_{name}")


@derived("payments", whole=("payments",))
def paid_by_year(
    payments: pd.DataFrame,
    *,
    threshold_cents: int | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
    accounts: Accounts = True,
) -> pd.DataFrame:
    """Sum what each creator was paid in each calendar year, and compare it with a threshold.

    Somebody who is tracked in several projects has one row: see ``accounts``.

    This is a count of recorded payments and no tax advice. Which payments must be reported, from
    which amount, and by whom depends on the country, the year and the method of payment.

    Parameters
    ----------
    payments : DataFrame
        The frame of :func:`load_payout_payments`. Only recorded payments count; a repeated id
        counts once, as in :func:`summarize_payouts`.
    threshold_cents : int, optional
        The amount from which ``over_threshold`` is True, in cents of each row's own currency. None
        takes that of the US form 1099-NEC for the year: 60_000 through 2025, 200_000 in 2026
        (Public Law 119-21). For later years, in which it is adjusted for inflation, and for other
        currencies than USD, both columns are NA then.
    timezone : str, optional
        The organization's time zone, in which years begin; by default the one in the frame's
        attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, and so one row: the frame of :func:`accounts`; True
        for creators of different projects with equal handles, where the given frames have their
        handles and projects; False for none, so that each creator id has a row. The ids of an
        account are replaced by the first of them in alphabetical order. The ``note`` counts the
        merged accounts, and the creators without a known handle or project.

    Returns
    -------
    pandas.DataFrame
        One row for each year, currency and account, the latest year first, and in each currency the
        highest sum first: ``tiktok_handle`` where a given frame knows it, ``year`` (Int64),
        ``currency`` (str), ``payments``, ``paid_cents`` and ``threshold_cents`` (Int64),
        ``over_threshold`` (boolean: whether at least that was paid) and ``creator_id`` (str).
        Payments without a time are in rows of their own, whose ``year``, ``threshold_cents`` and
        ``over_threshold`` are NA. The provenance has a ``note``: this is no tax advice.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError, ArgumentTypeError
        ``threshold_cents``, ``timezone`` or ``currency`` is not allowed, or an amount isn't whole
        cents.

    See Also
    --------
    load_payout_payments : Load recorded payments.
    payout_timeline : Sum earned and paid amounts over time.
    payout_workbook : Save the books as a workbook.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators, payments = tgp.load_creators(), tgp.load_payout_payments()
    >>> years = tgp.paid_by_year(payments, timezone="America/New_York", names=creators)
    >>> years = years[["tiktok_handle", "year", "paid_cents", "threshold_cents", "over_threshold"]]
    >>> print(years.tail(3).to_string(index=False))
     tiktok_handle  year  paid_cents  threshold_cents  over_threshold
      honest.gloss  2026       51329           200000           False
    pantry.by.wild  2026       20000           200000           False
        mossy_reef  2026        5075           200000           False
    """
    if threshold_cents is not None:
        check_int("threshold_cents", threshold_cents, minimum=1)
    zone = known_zone(timezone, [payments])
    known = known_accounts(accounts, read_names(names), payments)
    payments = known.merge(payments)
    rows = read_payments(payments, currency)
    paid = rows[rows["is_recorded"]]
    days = paid_days(paid, zone)
    year = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    dated = paid.assign(year=pd.Series(year, paid.index, dtype="Int64").mask(days == NO_DAY))
    groups = dated.groupby(["creator_id", "year", "currency"], dropna=False)["cents"]
    years = groups.agg(payments="size", paid_cents="sum").astype("Int64").reset_index()
    least = _thresholds(years, threshold_cents)
    over = (years["paid_cents"] >= least).astype("boolean")
    ordered = years.assign(threshold_cents=least, over_threshold=over).sort_values(
        ["year", "currency", "paid_cents", "creator_id"], ascending=[False, True, False, True],
        ignore_index=True,
    )  # fmt: skip
    rule = "" if threshold_cents is not None else "Thresholds are those of the US form 1099-NEC."
    left_out = amounts_left_out(None, rows)
    noted = with_note(ordered, rule, NO_TAX_ADVICE, left_out, known.note)
    return known.name(named(noted, names))


def _thresholds(years: pd.DataFrame, given: int | None) -> pd.Series:
    """Return the threshold of each row in cents; NA without a year, or where none is known."""
    if given is not None:
        return pd.Series(given, years.index, dtype="Int64").mask(years["year"].isna())
    least = pd.Series(pd.NA, years.index, dtype="Int64")
    # From the last year back, so that of several thresholds the earliest that holds is set last.
    for last, cents in sorted(_US_THRESHOLDS.items(), reverse=True):
        least = least.mask((years["year"] <= last).fillna(value=False), cents)
    return least.mask(years["currency"] != "USD")


@derived("accruals", "payments", whole=("accruals", "payments"))
def payout_timeline(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    granularity: Granularity = "month",
    timezone: str | None = None,
    currency: str = "USD",
    accounts: Accounts = True,
) -> pd.DataFrame:
    """Sum the earned and paid amounts of each bucket of time, with the balance at its end.

    An accrual that is not voided counts on the last day of its period (without a period, on the
    day it was made), a recorded payment on the day it was paid, both in the organization's time
    zone. Every bucket from the first to the last has a row; an empty one holds 0, since a ledger
    lists every entry. Entries without any day are in no bucket, and count in every balance.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`. Repeated ids and missing amounts are read as
        by :func:`summarize_payouts`.
    payments : DataFrame
        The frame of :func:`load_payout_payments`.
    granularity : {'day', 'week', 'month'}, default 'month'
        The length of the buckets; weeks begin on Monday.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    accounts : DataFrame or bool, default True
        Which creators are one TikTok account, and so have one balance: the frame of
        :func:`accounts`; True for creators of different projects with equal handles, where the
        frames have their handles and projects; False for none.

    Returns
    -------
    pandas.DataFrame
        One row for each currency and bucket, oldest first: ``date`` (the bucket's first day),
        ``currency`` (str), ``earned_cents`` and ``paid_cents`` of the bucket, and the balance at
        its end: ``owed_cents`` to creators who had been paid less than they earned, and
        ``overpaid_cents`` to those who had been paid more (Int64). Earned - paid over all buckets
        is owed - overpaid. An accrual is earned when its period ends, even if it is recorded later,
        so :func:`outstanding_balances` of the same accounts gives the same with ``as_of`` the
        bucket's last day.

    Raises
    ------
    MissingColumnError, ArgumentError
        As :func:`summarize_payouts`; ``granularity`` is not allowed.

    See Also
    --------
    plots.payout_timeline : Draw earnings and payments over time.
    summarize_payouts : Sum earned, paid and owed amounts.
    plan_budget : See how long a budget lasts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> months = tgp.payout_timeline(accruals, payments, timezone="America/New_York")
    >>> print(months.iloc[-3:].to_string(index=False))
          date currency  earned_cents  paid_cents  owed_cents  overpaid_cents
    2026-04-01      USD        934034      931847     1790402               0
    2026-05-01      USD       1716480      931368     2575514               0
    2026-06-01      USD         30000      926534     1678980               0
    """
    check_choice("granularity", granularity, list(_PERIODS))
    zone = known_zone(timezone, [payments, accruals])
    known = known_accounts(accounts, [], accruals, payments)
    ledger = read_ledger(known.merge(accruals), known.merge(payments), currency)
    earned = ledger.accruals[ledger.accruals["is_standing"]]
    paid = ledger.payments[ledger.payments["is_recorded"]]
    moves = pd.concat(
        [
            _moves("earned_cents", earned, earned_days(earned, zone), granularity),
            _moves("paid_cents", paid, paid_days(paid, zone), granularity),
        ],
        ignore_index=True,
    ).sort_values("bucket", kind="stable")
    # How each entry changes what its creator is owed, or was overpaid. Within a bucket the order
    # of entries makes no difference to the sums.
    change = moves["earned_cents"] - moves["paid_cents"]
    after = change.groupby([moves[name] for name in _OWNER], dropna=False).cumsum()
    moves = moves.assign(
        owed_cents=owed_part(after) - owed_part(after - change),
        overpaid_cents=overpaid_part(after) - overpaid_part(after - change),
    )
    sums = moves.groupby(["currency", "bucket"])[[*_CENTS]].sum().reset_index()
    buckets = [_buckets_of(part.set_index("bucket")) for _, part in sums.groupby("currency")]
    found = pd.concat(buckets or [sums], ignore_index=True)
    days = first_days(_period_of(granularity), found["bucket"].to_numpy(np.int64))
    timeline = pd.DataFrame(
        {
            "date": days.astype("datetime64[us]"),
            "currency": found["currency"].astype(STRING),
            **{name: found[name].astype("Int64") for name in _CENTS},
        }
    )
    return with_note(timeline, amounts_left_out(earned, paid), known.note)


def _buckets_of(sums: pd.DataFrame) -> pd.DataFrame:
    """Fill the gaps between a currency's buckets, and add up its balances."""
    balances = ["owed_cents", "overpaid_cents"]
    is_dated = sums.index != _NO_BUCKET
    before, dated = sums.loc[~is_dated, balances].sum(), sums[is_dated]
    if dated.empty:
        return dated.reset_index()
    # A ledger has no gaps: every bucket from the first to the last has a row.
    whole = dated.drop(columns="currency").reindex(
        range(dated.index.min(), dated.index.max() + 1), fill_value=0
    )
    whole[balances] = whole[balances].cumsum() + before
    return whole.assign(currency=sums["currency"].iloc[0]).rename_axis("bucket").reset_index()


def owed_part(balances: Any) -> Any:
    """Return what is owed of balances: earned less paid where that is positive, else 0.

    A sum of balances would deduct what some creators were overpaid from what others are owed.
    Series may be traced.
    """
    return balances.clip(lower=0)


def overpaid_part(balances: Any) -> Any:
    """Return what was overpaid of balances: paid less earned where that is positive, else 0."""
    return balances.clip(upper=0).abs()


def balance_totals(balances: pd.DataFrame) -> pd.DataFrame:
    """Sum what creators earned, were paid, are owed and were overpaid, by currency.

    Parameters
    ----------
    balances
        The creators' rows of :func:`outstanding_balances` or :func:`summarize_payouts`.

    Returns
    -------
    pandas.DataFrame
        A row for each currency, the index: ``earned_cents``, ``paid_cents``, ``owed_cents``,
        ``overpaid_cents``, ``creditors`` and ``overpaid`` (how many creators are owed something,
        and how many were overpaid). Earned - paid = owed - overpaid.
    """
    net = balances["owed_cents"]
    counts = {
        "creditors": (net > 0).astype("Int64"), "overpaid": (net < 0).astype("Int64"),
    }  # fmt: skip
    columns = ["currency", *_CENTS, *counts]
    split = split_balances(balances).assign(**counts)[columns]
    totals: pd.DataFrame = split.groupby("currency", sort=False, observed=True).sum()
    return totals


def split_balances(balances: pd.DataFrame) -> pd.DataFrame:
    """Move negative balances to a column ``overpaid_cents``, so each column can be summed."""
    net = balances["owed_cents"]
    split = balances.assign(owed_cents=owed_part(net))
    place = split.columns.tolist().index("owed_cents") + 1
    split.insert(place, "overpaid_cents", overpaid_part(net))
    if IN_ALL in split.columns:
        split[IN_ALL] = owed_part(split[IN_ALL])
    return split


def _ledger_of(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    dates: DatesLike | None,
    zone: str,
    currency: str,
) -> tuple[Ledger, str]:
    """Read the ledger of some days, or of all, and say in a sentence which days."""
    if dates is None:
        return read_ledger(accruals, payments, currency), ""
    days, called, said = days_of(dates, [accruals, payments], zone)
    with kept_warnings():  # of entries that don't count on these days
        accruals, payments = ended_on(days, accruals, payments, zone, currency)
    ledger = read_ledger(accruals, payments, currency)
    note = f"For periods that end in {called}, and what was paid for them, whenever that was."
    return ledger, f"{note} {said}".strip()


def _less_text(balances: pd.DataFrame) -> str:
    """Say of how many creators more is owed for some days than over all; "" for none."""
    count = int((balances[IN_ALL] < balances["owed_cents"]).sum())
    if not count:
        return ""
    who = "1 creator is" if count == 1 else f"{count:,} creators are"
    return f"Over all days {who} owed less, since more was paid than earned for other days."


def _overpaid_text(balances: pd.DataFrame) -> str:
    """Count the overpaid creators, whose balances a sum would deduct; "" for none."""
    count = int((balances["owed_cents"] < 0).sum())
    if not count:
        return ""
    who = "1 creator was" if count == 1 else f"{count:,} creators were"
    return f"{who} overpaid: a sum of owed_cents deducts that from what others are owed."


def _settled_text(number: int) -> str:
    """Say how many balances of creators who are owed nothing aren't listed; "" for none."""
    if not number:
        return ""
    who = "creator who is" if number == 1 else "creators who are"
    return f"Without {number:,} {who} owed nothing; settled=True lists all."


def _is_part(payments: pd.DataFrame) -> bool:
    """Whether a frame says that it has only a part of the payments."""
    params = frame_params(payments)
    return bool(cuts_of({"": payments})) or any(params.get(name) for name in ("from", "to"))


def summed(ledger: Ledger, by: By, zone: str, every: pd.DataFrame | None = None) -> pd.DataFrame:
    """Sum earned, paid and owed amounts by group and currency.

    `every` has the payments that say with which method each creator was paid last, if they are
    more than the ledger's.
    """
    every = ledger.payments if every is None else every
    accruals, parts, key = ledger.accruals, ledger.parts(), _KEYS[by]
    stands, cents = accruals["is_standing"], accruals["cents"]
    earned = pd.DataFrame(
        {
            key: _accrual_key(ledger, by, zone, every),
            "currency": accruals["currency"],
            "accruals": stands.astype(np.int64),
            "earned_cents": cents.where(stands, 0),
            "voided_cents": cents.mask(stands, 0),
        }
    ).assign(payments=0, paid_cents=0)
    paid = pd.DataFrame(
        {
            key: _payment_key(ledger, parts, by, zone, every),
            "currency": ledger.payments["currency"].iloc[parts["payment"]].array,
            "paid_cents": parts["cents"],
        }
    ).assign(accruals=0, earned_cents=0, voided_cents=0)
    # A payment with several parts in a group is counted once, at the first.
    is_again = paid.assign(payment=parts["payment"]).duplicated([key, "currency", "payment"])
    lines = pd.concat([earned, paid.assign(payments=(~is_again).astype(np.int64))])
    sums = lines.groupby([key, "currency"], dropna=False).sum().astype("Int64")
    return sums.assign(owed_cents=sums["earned_cents"] - sums["paid_cents"]).reset_index()


def _accrual_key(ledger: Ledger, by: By, zone: str, every: pd.DataFrame) -> pd.Series:
    accruals = ledger.accruals
    if by == "month":
        return pd.Series(as_days(month_starts(earned_days(accruals, zone))))
    if by == "status":  # an unknown word has no group of its own
        return accruals["status"].where(accruals["status"].isin(ACCRUAL_STATUSES))
    if by != "method":
        return accruals[_KEYS[by]]
    # A paid accrual counts under the method of its payment, others under the creator's last one.
    last = ledger.recorded_links().drop_duplicates("accrual", keep="last")
    methods: pd.Series = accruals["creator_id"].map(_last_used(every)).astype(STRING)
    settled = _methods(ledger.payments).iloc[last["payment"]].to_numpy(object)
    methods.iloc[last["accrual"].to_numpy(np.int64)] = settled
    return methods


def _methods(payments: pd.DataFrame) -> pd.Series:
    """Return each payment's method: its id, or without one its name; NA if it has neither."""
    return payments["method_id"].fillna(payments["method_name"])


def _last_used(payments: pd.DataFrame) -> pd.Series:
    """Return the method of each creator's last recorded payment, by creator."""
    recorded = payments[payments["is_recorded"]]
    used = recorded.assign(method=_methods(recorded)).dropna(subset=["creator_id", "method"])
    ordered = used.sort_values("paid_at", kind="stable", na_position="first")
    return ordered.drop_duplicates("creator_id", keep="last").set_index("creator_id")["method"]


def _with_method_names(rows: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """Put the id and the latest name of each row's method in the place of ``method``."""
    ordered = payments.sort_values("paid_at", kind="stable", na_position="first")
    names = ordered.groupby("method_id")["method_name"].last()
    methods = rows["method"]
    is_id = methods.isin(names.index)
    return rows.drop(columns="method").assign(
        method_name=methods.map(names).where(is_id, methods).astype(STRING),
        method_id=methods.where(is_id).astype(STRING),
    )


def _payment_key(
    ledger: Ledger, parts: pd.DataFrame, by: By, zone: str, every: pd.DataFrame
) -> pd.Series:
    def own(values: pd.Series) -> pd.Series:
        return values.iloc[parts["payment"]].reset_index(drop=True)

    if by == "creator":
        return own(ledger.payments["creator_id"])
    if by == "method":
        return own(_methods(ledger.payments))
    key = _accrual_key(ledger, by, zone, every).reindex(parts["accrual"]).reset_index(drop=True)
    return key.fillna(own(ledger.payments["project_id"])) if by == "project" else key


def _result(summary: pd.DataFrame, by: By, every: pd.DataFrame) -> pd.DataFrame:
    key = _KEYS[by]
    if by == "status":
        summary = summary.assign(status=categories(summary[key], ACCRUAL_STATUSES))
    order = [key] if by in {"month", "status"} else ["earned_cents", "paid_cents", key]
    ascending = [True, *(name == key for name in order)]
    ordered = summary.sort_values(["currency", *order], ascending=ascending, ignore_index=True)
    keys = [key]
    if by == "method":
        ordered, keys = _with_method_names(ordered, every), ["method_name", "method_id"]
    counts = ["accruals", "payments", "earned_cents", "paid_cents", "owed_cents", "voided_cents"]
    return ordered[[*keys, "currency", *counts]]


def _loading_day(frames: list[pd.DataFrame], zone: str) -> int:
    """Return the day on which the first of some frames was loaded, NO_DAY if one doesn't say it."""
    known = [fact_instant(frame, "server_time") for frame in frames]
    loaded = [each for each in known if each is not None]
    if len(loaded) < len(frames):
        return NO_DAY
    return past_day("as_of", min(loaded), zone, min(loaded))


def _is_earned(accruals: pd.DataFrame, as_of: Any, today: int, zone: str) -> NDArray[np.bool_]:
    """Mark accruals for periods that were over at an instant, or at the end of a day.

    Those without a period count from when they were made, and those without any time always.
    """
    last = accruals["last"].to_numpy(np.int64)
    is_over = last < today if is_instant(as_of) else last <= today
    is_made = _is_made(accruals["created_at"], as_of, today, zone)
    return np.where(last == NO_DAY, is_made, is_over)


def _is_made(made: pd.Series, as_of: Any, today: int, zone: str) -> NDArray[np.bool_]:
    """Whether each entry was made by an instant, or by the end of a day; True where unknown."""
    if is_instant(as_of):
        return ~np.asarray(made > pd.Timestamp(as_of))
    return days_shown(instants_of(made), zone).astype(np.int64) <= today


def _by_owner(ledger: Ledger, earned: pd.DataFrame, paid: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Sum the entries that count, and find those that no payment lists.

    Those who have only entries that don't count have a row of zeros.
    """
    accruals, payments = ledger.accruals, ledger.payments
    stands, is_paid = accruals.index.isin(earned.index), payments.index.isin(paid.index)
    listed = ledger.links["accrual"][is_paid[ledger.links["payment"]]]
    is_unpaid, last = stands & ~accruals.index.isin(listed), earned_days(accruals, zone)
    lines = pd.concat(
        [
            accruals[_OWNER].assign(
                earned_cents=np.where(stands, accruals["cents"], 0),
                paid_cents=0,
                unpaid_accruals=is_unpaid.astype(np.int64),
                oldest_unpaid=np.where(is_unpaid & (last != NO_DAY), last, _LAST_DAY),
            ),
            payments[_OWNER].assign(
                earned_cents=0,
                paid_cents=np.where(is_paid, payments["cents"], 0),
                unpaid_accruals=0,
                oldest_unpaid=_LAST_DAY,
            ),
        ]
    )
    owners = lines.groupby(_OWNER, dropna=False)
    sums: pd.DataFrame = owners[["earned_cents", "paid_cents", "unpaid_accruals"]].sum()
    oldest = owners["oldest_unpaid"].min()
    return sums.assign(oldest_unpaid=oldest.mask(oldest == _LAST_DAY, NO_DAY)).astype("Int64")


def _usual_days(ledger: Ledger, today: int, zone: str) -> float:
    """Return in how many days most accruals were paid lately; NaN where that isn't known."""
    links = ledger.recorded_links().drop_duplicates("accrual")
    ends = earned_days(ledger.accruals, zone)[links["accrual"].to_numpy()]
    paid = paid_days(ledger.payments, zone)[links["payment"].to_numpy()]
    is_recent = (ends != NO_DAY) & (paid != NO_DAY) & (paid <= today)
    is_recent &= paid > today - _HALF_YEAR_DAYS
    took = np.maximum((paid - ends)[is_recent], 0)
    return float(np.quantile(took, _USUAL)) if len(took) >= _FEWEST_PAID else np.nan


def _balances(sums: pd.DataFrame, today: int, *, settled: bool) -> pd.DataFrame:
    counts = sums[["earned_cents", "paid_cents", "unpaid_accruals"]]
    oldest: Ints = sums["oldest_unpaid"].to_numpy(np.int64)
    waiting = pd.Series(today - oldest, sums.index, dtype="Int64")
    balances = counts.assign(
        owed_cents=counts["earned_cents"] - counts["paid_cents"],
        oldest_unpaid=as_days(oldest),
        days_outstanding=waiting.where((oldest != NO_DAY) & (today != NO_DAY)),
    ).reset_index()
    is_open = (balances["owed_cents"] != 0) | (balances["unpaid_accruals"] > 0) | settled
    columns = [*_OWNER, "earned_cents", "paid_cents", "owed_cents", "unpaid_accruals"]
    # Ties stand as in the picture of summarize_payouts, whose rows are by what was earned.
    ordered = balances[is_open].sort_values(
        ["currency", "owed_cents", "earned_cents", "creator_id"],
        ascending=[True, False, False, True],
        ignore_index=True,
    )
    return ordered[[*columns, "oldest_unpaid", "days_outstanding"]]


def with_methods(
    balances: pd.DataFrame, paid: pd.DataFrame, payments: pd.DataFrame, *, is_whole: bool = True
) -> pd.DataFrame:
    """Add the method that each creator was last paid with, ``method_name`` and ``method_id``.

    Parameters
    ----------
    balances
        What each creator is owed, by ``creator_id``.
    paid
        The recorded payments that count for who was last paid with what.
    payments
        All payments, of which each method has its latest name.
    is_whole
        Whether no other payments were loaded, so that who isn't among them was never paid.
    """
    last = _last_used(paid)
    methods = looked_up(balances["creator_id"], last.index.to_series(), last)
    is_known = balances["creator_id"].notna().to_numpy(bool)
    is_never = is_known & ~is_among(balances["creator_id"], paid["creator_id"])
    named = _with_method_names(balances.assign(method=methods), payments)
    return named.assign(method_name=named["method_name"].mask(is_never & is_whole, NEVER_PAID))


def with_payable(balances: pd.DataFrame, overall: pd.DataFrame) -> pd.DataFrame:
    """Add to balances of some days the amounts owed over all days, and the payable ones.

    That is what is owed for these days, but at most what is owed over all: money that was paid
    wrongly for other days isn't paid again.
    """
    # A creator who isn't there is settled.
    owed = balances[_OWNER].merge(overall[[*_OWNER, "owed_cents"]], how="left", on=_OWNER)
    in_all = owed["owed_cents"].fillna(0).astype("Int64").set_axis(balances.index)
    payable = in_all.where(in_all < balances["owed_cents"], balances["owed_cents"]).clip(lower=0)
    place = balances.columns.tolist().index("owed_cents") + 1
    added = balances.copy()
    added.insert(place, IN_ALL, in_all)
    added.insert(place + 1, PAYABLE, payable)
    return added


def balances_by_method(balances: pd.DataFrame) -> pd.DataFrame:
    """Sum what each creator is owed by the method that each was last paid with."""
    keys = ["method_name", "method_id", "currency"]
    rows = split_balances(balances)
    rows["creators"] = balances["creator_id"].notna().astype(np.int64)
    added = rows.columns.intersection([IN_ALL, PAYABLE])
    summed_up = ["creators", *_CENTS, *added, "unpaid_accruals"]
    sums = rows.groupby(keys, dropna=False).agg(
        **{name: (name, "sum") for name in summed_up},
        oldest_unpaid=("oldest_unpaid", "min"),
        days_outstanding=("days_outstanding", "max"),
    )
    sums = sums.astype({"creators": "Int64"}).reset_index()
    return sums.sort_values(
        ["currency", "owed_cents", *keys[:2]], ascending=[True, False, True, True],
        ignore_index=True,
    )  # fmt: skip


def _moves(name: str, rows: pd.DataFrame, days: Ints, granularity: Granularity) -> pd.DataFrame:
    """Return the owner, bucket and cents of entries; `name` is the column of their cents."""
    # There are few different days, and many rows of each.
    places, different = pd.factorize(days)
    bucket = period_numbers(_period_of(granularity), different)[places]
    bucket = np.where(days == NO_DAY, _NO_BUCKET, bucket)
    moves = rows[_OWNER].assign(bucket=bucket, earned_cents=0, paid_cents=0)
    return moves.assign(**{name: rows["cents"]})


def _period_of(granularity: Granularity) -> Words:
    return np.array([_PERIODS[granularity]], dtype=object)
