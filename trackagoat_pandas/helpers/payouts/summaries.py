"""What was earned, paid and is owed, by anything.

Knows ledgers. Must not know rules.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.helpers.payouts.columns import (
    NO_DAY,
    STRING,
    Whole,
    as_days,
    known_zone,
    local_days,
    words,
)
from trackagoat_pandas.helpers.payouts.ledger import Ledger, read_ledger

By: TypeAlias = Literal["creator", "project", "structure", "method", "month", "status"]
STATUSES = ("pending", "paid", "voided")
_KEYS = {
    "creator": "creator_id",
    "project": "project_id",
    "structure": "structure_id",
    "method": "method_id",
    "month": "month",
    "status": "status",
}
_NONE = -1
_SUMS = ["earned_cents", "paid_cents", "voided_cents"]


def summarize_payouts(
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    by: By = "creator",
    timezone: str | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """Sum what was earned, paid and is owed.

    Earned are all accruals and adjustments that are not voided, paid all payments that are
    recorded (contract section 8). The sums over all rows are the same for any ``by``: a payment is
    taken apart by the accruals that it lists, and what it is more or less than their sum goes where
    the first of them goes. Currencies are never added up.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. A row that came
        twice counts once; an NA amount adds nothing.
    by
        ``"creator"``; ``"project"``, ``"structure"`` or ``"status"`` (of the accrual); ``"method"``
        (of the payment); or ``"month"``: an accrual's is that in which its period ends, a payment's
        that in which it was paid, in the organization's time zone.
    timezone
        The organization's, for months; by default that of the frames' attributes.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each group and currency: ``creator_id``, ``project_id``, ``structure_id``,
        ``method_id`` (str; with ``method_name``, as it was called last), ``month`` (its first day)
        or ``status`` (category); ``currency``; ``accruals`` and ``payments`` (Int64, how many that
        stand); ``earned_cents``, ``paid_cents``, ``owed_cents`` = earned - paid, and
        ``voided_cents`` of accruals (Int64). NA is the group of what has none. Months and statuses
        in their order, the others most earned first, currency by currency.

    Raises
    ------
    MissingColumnError
        A frame lacks a column.
    ArgumentError
        ``by``, ``currency`` or ``timezone`` is not allowed, or an amount is no whole cents.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> owed = summarize_payouts(accruals, payments, by="status")
    >>> owed["status"].tolist()
    ['pending', 'paid', 'voided']
    """
    check_choice("by", by, list(_KEYS))
    zone = known_zone(timezone, [payments, accruals]) if by == "month" else "UTC"
    ledger = read_ledger(accruals, payments, currency)
    lines = pd.concat([_earned(ledger, by, zone), _paid(ledger, by, zone)], ignore_index=True)
    keys = [_KEYS[by], "currency"]
    groups = lines.groupby(keys, dropna=False, sort=False)
    summary = groups[["accruals", *_SUMS]].sum().astype("Int64")
    summary = summary.assign(
        payments=pd.array(_payments_in(groups.ngroup(), lines["payment"], len(summary)), "Int64"),
        owed_cents=summary["earned_cents"] - summary["paid_cents"],
    ).reset_index()
    return _shown(summary, by, ledger)


def month_starts(days: Whole) -> Whole:
    """Return the first day of the month of each day; NO_DAY stays."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


def earned_days(accruals: pd.DataFrame, zone: str) -> Whole:
    """Return the day on which each accrual counts: its period's last, else the one it was made."""
    last = accruals["last"].to_numpy(np.int64)
    return np.where(
        last == NO_DAY, local_days(pd.DatetimeIndex(accruals["created_at"]), zone), last
    )


def _payments_in(group: pd.Series, payment: pd.Series, groups: int) -> Whole:
    """Count the payments of each group; a payment's parts may be several lines of one."""
    pairs = pd.DataFrame({"group": group, "payment": payment})[payment != _NONE].drop_duplicates()
    return np.bincount(pairs["group"].to_numpy(np.int64), minlength=groups).astype(np.int64)


def _earned(ledger: Ledger, by: By, zone: str) -> pd.DataFrame:
    accruals = ledger.accruals
    stands = accruals["is_standing"]
    return pd.DataFrame(
        {
            _KEYS[by]: _accrual_key(ledger, by, zone),
            "currency": accruals["currency"],
            "accruals": stands.astype(np.int64),
            "payment": _NONE,
            "earned_cents": accruals["cents"].where(stands, 0),
            "paid_cents": 0,
            "voided_cents": accruals["cents"].mask(stands, 0),
        }
    )


def _paid(ledger: Ledger, by: By, zone: str) -> pd.DataFrame:
    parts = ledger.parts()
    currency = ledger.payments["currency"].iloc[parts["payment"]]
    return pd.DataFrame(
        {
            _KEYS[by]: _payment_key(ledger, parts, by, zone),
            "currency": currency.array,
            "accruals": 0,
            "payment": parts["payment"],
            "earned_cents": 0,
            "paid_cents": parts["cents"],
            "voided_cents": 0,
        }
    )


def _accrual_key(ledger: Ledger, by: By, zone: str) -> pd.Series:
    accruals = ledger.accruals
    if by == "month":
        return pd.Series(as_days(month_starts(earned_days(accruals, zone))))
    if by != "method":
        return accruals[_KEYS[by]]
    # The method of the last recorded payment that settles it.
    last = ledger.recorded_links().drop_duplicates("accrual", keep="last")
    methods = ledger.payments["method_id"].iloc[last["payment"]].set_axis(last["accrual"])
    return methods.reindex(accruals.index).astype(STRING)


def _payment_key(ledger: Ledger, parts: pd.DataFrame, by: By, zone: str) -> pd.Series:
    def own(name: str) -> pd.Series:
        return ledger.payments[name].iloc[parts["payment"]].reset_index(drop=True)

    if by == "month":
        paid = local_days(pd.DatetimeIndex(own("paid_at")), zone)
        return pd.Series(as_days(month_starts(paid)))
    if by in {"creator", "method"}:
        return own(_KEYS[by])
    settled = _accrual_key(ledger, by, zone).astype(STRING)
    payment, accrual = parts["payment"].to_numpy(), parts["accrual"].to_numpy()
    first = np.full(len(ledger.payments), -1)
    # Written backwards, so that the first one stays.
    first[payment[accrual >= 0][::-1]] = accrual[accrual >= 0][::-1]
    place = np.where(accrual >= 0, accrual, first[payment])
    key = settled.reindex(place).reset_index(drop=True)
    return key.fillna(own("project_id")) if by == "project" else key


def _shown(summary: pd.DataFrame, by: By, ledger: Ledger) -> pd.DataFrame:
    key = _KEYS[by]
    columns = [key, "currency", "accruals", "payments", "earned_cents", "paid_cents", "owed_cents"]
    if by == "method":
        names = ledger.payments.sort_values("paid_at", kind="stable")
        last = names.drop_duplicates("method_id", keep="last").set_index("method_id")
        summary = summary.assign(method_name=summary[key].map(last["method_name"]).astype(STRING))
        columns.insert(1, "method_name")
    if by == "status":
        summary = summary.assign(status=words(summary[key], STATUSES))
    order = [key] if by in {"month", "status"} else ["earned_cents", "paid_cents", key]
    ascending = [True, *(name == key for name in order)]
    ordered = summary.sort_values(["currency", *order], ascending=ascending, ignore_index=True)
    return ordered[[*columns, "voided_cents"]]
