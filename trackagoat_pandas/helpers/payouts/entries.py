"""Accruals and payments as one list of entries, and the payments for some accruals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DatesLike, Ints
from trackagoat_pandas.helpers.columns import STRING, as_days, day_numbers, is_among
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now
from trackagoat_pandas.helpers.granularity import buckets_text, day_text
from trackagoat_pandas.helpers.labels import Names, keep_order
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.payouts.ledger import (
    earned_days,
    paid_days,
    read_accruals,
    read_ledger,
)
from trackagoat_pandas.helpers.payouts.money import check_currency
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.inputs.dates import DateRange

_LONGER: Final = 32
"""Days: more than any month has."""
_TEXTS = ("entry", "creator_id", "structure_id", "method_name", "currency", "status", "id")
_ENTRY = (
    "day", "entry", "creator_id", "structure_id", "method_name", "amount_cents", "currency",
    "status", "id",
)  # fmt: skip


@derived(rows_of="payments", whole=("payments",))
def payments_for(
    part: pd.DataFrame,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    currency: str = "USD",
) -> pd.DataFrame:
    """Return the part of each payment that was for some accruals.

    Use it to summarize part of a ledger, such as one project, together with its payments.

    Parameters
    ----------
    part : DataFrame
        Some rows of ``accruals``.
    accruals, payments : DataFrame
        The complete frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        The recorded payments that list one of these accruals: the columns that the payout helpers
        need, ``accrual_ids`` with these alone, ``amount_cents`` with their part (Int64 cents).

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`summarize_payouts`; or ``part`` has no column ``id``.

    See Also
    --------
    load_payout_payments : Load recorded payments.
    summarize_payouts : Sum earned, paid and owed amounts.
    outstanding_balances : List who is owed what.
    payout_workbook : Save the books as a workbook.

    Notes
    -----
    For periods that end on some days, such as a month, the argument ``dates`` of
    :func:`summarize_payouts` and :func:`outstanding_balances` does this by itself.

    A payment is split as in :func:`summarize_payouts`: each accrual that it lists gets its own
    amount, and the first also gets any difference from their sum. So over all parts of a ledger the
    amounts add up to the recorded payments that list an accrual.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> may = accruals[accruals["period_end"].dt.strftime("%Y-%m") == "2026-05"]
    >>> part = tgp.payments_for(may, accruals, payments)
    >>> paid, earned = part["amount_cents"].sum() / 100, may["amount_cents"].sum() / 100
    >>> print(f"{paid:,.2f} of {earned:,.2f} USD are paid")
    675.00 of 17,164.80 USD are paid
    """
    require_columns(part, ["id"], loader="load_payout_accruals")
    check_currency(currency)
    ledger = read_ledger(accruals, payments, currency)
    ids = ledger.accruals["id"]
    # An unknown accrual has the place -1, which is never among them.
    places = ids.index[is_among(ids, part["id"])]
    parts = ledger.parts()
    parts = parts[parts["accrual"].isin(places)]
    lists: dict[int, dict[str, None]] = {}
    for payment, accrual in zip(parts["payment"], ids.loc[parts["accrual"]], strict=True):
        lists.setdefault(payment, {})[accrual] = None
    sums = parts.groupby("payment")["cents"].sum()
    paid = ledger.payments.drop(columns=["cents", "has_amount", "is_recorded"]).loc[sums.index]
    parts_paid = paid.assign(
        accrual_ids=pd.array([json.dumps([*lists[place]]) for place in sums.index], STRING),
        amount_cents=sums.astype("Int64"),
    ).reset_index(drop=True)
    return keep_order(parts_paid, payments)


def days_of(
    dates: DatesLike, frames: Sequence[pd.DataFrame | None], zone: str
) -> tuple[DateRange, str, str]:
    """Return days, their name, and a sentence if some are still to come."""
    today = server_now(frames).tz_convert(zone).date()
    days = DateRange.parse(dates, today=today)
    said = "" if days.last < today else f"These days are not over: it is {day_text(today)}."
    is_month = days.first.day == 1 and days.stop.day == 1 and days.days < _LONGER
    called = f"{days.first:%B %Y}" if is_month else buckets_text(days.first, days.last, "day")
    return days, called, said


def is_within(days: DateRange, numbers: Ints) -> Bools:
    """Mark the numbers of days that are in a range."""
    first, last = np.array([days.first, days.last], "datetime64[D]").astype(np.int64)
    within: Bools = (numbers >= first) & (numbers <= last)
    return within


def ended_on(
    days: DateRange, accruals: pd.DataFrame, payments: pd.DataFrame, zone: str, currency: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the accruals that count on some days, and the part of payments for them."""
    rows = latest_of(accruals, ["id"])
    chosen = rows[is_within(days, earned_days(read_accruals(rows, currency), zone))]
    return chosen, payments_for(chosen, accruals, payments, currency=currency)


@derived("accruals")
def accrual_days(accruals: pd.DataFrame, *, timezone: str | None = None) -> pd.Series:
    """Return the day on which each accrual counts: its period's last, else when it was made.

    Parameters
    ----------
    accruals : DataFrame
        The frame of :func:`load_payout_accruals`.
    timezone : str, optional
        The organization's time zone; by default the one in the frame's attributes.

    Returns
    -------
    pandas.Series
        A day for each row (datetime64[us], no time zone), under the same index; NaT where neither
        is known.

    Raises
    ------
    MissingColumnError, ArgumentTypeError
        There is no column ``period_end`` or ``created_at``, or ``accruals`` isn't a frame.
    ArgumentError
        The time zone is missing or unknown, or a column doesn't hold days or instants.

    See Also
    --------
    payout_entries : List accruals and payments together.
    payout_timeline : Sum earned and paid amounts over time.
    load_payout_accruals : Load what creators earned.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals = tgp.load_payout_accruals("Summer Launch")
    >>> days = tgp.accrual_days(accruals, timezone="America/New_York")
    >>> print(accruals["amount_cents"].groupby(days).sum().tail(3).to_string())
    2026-03-31    157743
    2026-04-30     83038
    2026-05-31     89457
    """
    require_columns(accruals, ["period_end", "created_at"], loader="load_payout_accruals")
    zone = known_zone(timezone, [accruals])
    days = earned_days(accruals.assign(last=day_numbers(accruals["period_end"])), zone)
    return pd.Series(as_days(days), accruals.index)


@derived("accruals", "payments")
def payout_entries(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """List accruals and payments together, newest first.

    Parameters
    ----------
    accruals, payments : DataFrame
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`.
    timezone : str, optional
        The organization's time zone; by default the one in the frames' attributes.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row per accrual or payment, each once: ``tiktok_handle`` and ``structure_name`` where a
        given frame knows them, ``method_name``, ``entry`` (``accrual``, ``adjustment`` or
        ``payment``), ``day`` (datetime64[us]: for an accrual as in :func:`accrual_days`, for a
        payment the day it was made), ``currency``, ``amount_cents`` (Int64), ``status``,
        ``creator_id``, ``structure_id``, ``id`` (str).

    Raises
    ------
    MissingColumnError, ArgumentError, ArgumentTypeError
        As in :func:`payout_timeline`.

    See Also
    --------
    payout_timeline : Sum earned and paid amounts over time.
    accrual_days : The day on which each accrual counts.
    creator_statement : Write a page for one creator.
    load_payout_accruals : Load what creators earned.
    load_payout_payments : Load recorded payments.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> entries = tgp.payout_entries(accruals, payments, timezone="America/New_York")
    >>> print(entries[["entry", "day", "amount_cents"]].iloc[-3:].to_string(index=False))
      entry        day  amount_cents
    accrual 2025-12-31         14516
    accrual 2025-12-28          9999
    accrual 2025-12-28          9999
    """
    check_currency(currency)
    zone = known_zone(timezone, [payments, accruals])
    ledger = read_ledger(accruals, payments, currency)
    earned, paid = ledger.accruals, ledger.payments
    entries = pd.concat(
        [
            _entries(earned, earned_days(earned, zone), earned["kind"].fillna("accrual")),
            _entries(paid, paid_days(paid, zone), pd.Series("payment", paid.index)),
        ],
        ignore_index=True,
    )
    return entries.sort_values(["day", "entry", "id"], ascending=False, ignore_index=True)


def _entries(rows: pd.DataFrame, days: Ints, kind: pd.Series) -> pd.DataFrame:
    """Make entries of accruals or of payments; a column that they don't have is NA."""
    known = rows.assign(day=as_days(days), entry=kind, amount_cents=rows["cents"].astype("Int64"))
    return known.reindex(columns=_ENTRY).astype(dict.fromkeys(_TEXTS, STRING))
