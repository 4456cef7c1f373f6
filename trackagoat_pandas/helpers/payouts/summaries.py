"""What was earned, paid and is owed, by anything."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from trackagoat_pandas.checks import check_choice
from trackagoat_pandas.helpers.payouts.calendar import month_starts
from trackagoat_pandas.helpers.payouts.columns import STRING, Whole, as_days, known_zone, words
from trackagoat_pandas.helpers.payouts.days import earned_days
from trackagoat_pandas.helpers.payouts.ledger import Ledger, read_ledger
from trackagoat_pandas.tables.payouts import ACCRUAL_STATUSES

By: TypeAlias = Literal["creator", "project", "structure", "method", "month", "status"]
_KEYS = {
    "creator": "creator_id",
    "project": "project_id",
    "structure": "structure_id",
    "method": "method_id",
    "month": "month",
    "status": "status",
}
_NEEDED = {
    "month": ("last", "created_at"),
    "method": ("method_name", "paid_at", "creator_id"),
}
"""What each grouping reads besides its key."""


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
    recorded. In each row ``owed_cents`` is earned - paid, and the sums of cents over all rows are
    the same for any ``by``. Currencies are never added up. By creator and method a payment goes
    where its own creator and method are. Otherwise it goes where its accruals go: it is taken apart
    by the accruals that it lists, and what it is more or less than their sum goes where the first
    of them goes; one that lists none is in the row of NA, or by project in its own project.

    Parameters
    ----------
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. An id that
        stands twice counts once: the row with the latest ``fetched_at`` or ``updated_at``, where
        there is such a column, else the last. An NA amount adds nothing. An accrual whose status is
        NA or an unknown word counts as earned, a payment's as not paid, each with a warning.
    by
        ``"creator"``; ``"project"``, ``"structure"`` or ``"status"`` (of the accrual);
        ``"month"``: that in which an accrual's period ends, or without a period in which it was
        made, in the organization's time zone; so what is owed by month is what of that month's
        accruals no payment covers. For the months in which money was paid see
        :func:`payout_timeline`.
        ``"method"``: that of the last recorded payment that lists an accrual; for an accrual that
        none lists, the method its creator last used: that of the creator's last recorded payment
        with a method, in whatever currency. NA is for creators who were never paid by a known one.
    timezone
        The organization's, for months; by default that of the frames' attributes.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row for each group and currency: ``creator_id``, ``project_id``, ``structure_id``,
        ``method_id`` (str; with ``method_name``, as it was called last), ``month`` (its first day)
        or ``status`` (category; NA for unknown words, too); ``currency``; ``accruals`` and
        ``payments`` (Int64, how many that stand); ``earned_cents``, ``paid_cents``, ``owed_cents``
        (negative where more was paid than earned), and ``voided_cents`` of accruals (Int64). NA is
        the group of what has none. Months and statuses in their order, the others most earned
        first, currency by currency.

    Warns
    -----
    ContractWarning
        Statuses are none of the known words.

    Raises
    ------
    MissingColumnError
        A column is missing.
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
    needed = (_KEYS[by], *_NEEDED.get(by, ()))
    # By creator, a payment needs no accruals to find its group.
    ledger = read_ledger(accruals, payments, currency, linked=by != "creator", needed=needed)
    return _shown(_summed(ledger, by, zone), by, ledger)


def _summed(ledger: Ledger, by: By, zone: str) -> pd.DataFrame:
    """Sum by group; both frames' rows get the number of theirs."""
    accruals, parts = ledger.accruals, ledger.parts()
    payment = parts["payment"].to_numpy()
    own = [_accrual_key(ledger, by, zone), accruals["currency"]]
    paid_in = ledger.payments["currency"].take(payment)
    rows, groups = _numbered(own, [_payment_key(ledger, parts, by, zone), paid_in])
    earner, payee = np.split(rows, [len(accruals)])
    stands, cents = accruals["is_standing"].to_numpy(), accruals["cents"].to_numpy()
    pairs = pd.unique(payee * len(ledger.payments) + payment) // max(len(ledger.payments), 1)
    counts = {
        "accruals": _total(groups, earner, stands),
        "payments": _total(groups, pairs, np.ones(len(pairs))),
        "earned_cents": _total(groups, earner, np.where(stands, cents, 0)),
        "paid_cents": _total(groups, payee, parts["cents"].to_numpy()),
        "voided_cents": _total(groups, earner, np.where(stands, 0, cents)),
    }
    counts["owed_cents"] = counts["earned_cents"] - counts["paid_cents"]
    columns = dict(zip((_KEYS[by], "currency"), groups, strict=True))
    return pd.DataFrame(columns | {name: pd.array(sums) for name, sums in counts.items()})


def _numbered(*sides: list[pd.Series]) -> tuple[Whole, list[Any]]:
    """Number the groups of rows of several sides, and return each group's key and currency."""
    (key, keys), (currency, currencies) = (
        pd.factorize(pd.concat(column), use_na_sentinel=False)
        for column in zip(*sides, strict=True)
    )
    numbers, pairs = pd.factorize(key * len(currencies) + currency)
    places, names = np.divmod(pairs, max(len(currencies), 1))
    return numbers, [keys.take(places), currencies.take(names)]


def _total(groups: list[Any], group: Whole, amounts: NDArray[Any]) -> Whole:
    total = np.zeros(len(groups[0]), np.int64)
    np.add.at(total, group, amounts.astype(np.int64))
    return total


def _accrual_key(ledger: Ledger, by: By, zone: str) -> pd.Series:
    accruals = ledger.accruals
    if by == "month":
        return pd.Series(as_days(month_starts(earned_days(accruals, zone))))
    if by == "status":  # an unknown word has no group of its own
        return accruals["status"].where(accruals["status"].isin(ACCRUAL_STATUSES))
    if by != "method":
        return accruals[_KEYS[by]]
    last = ledger.recorded_links().drop_duplicates("accrual", keep="last")
    methods: pd.Series = accruals["creator_id"].map(_last_used(ledger.payments)).astype(STRING)
    settled = ledger.payments["method_id"].iloc[last["payment"]].to_numpy(object)
    methods.iloc[last["accrual"].to_numpy(np.int64)] = settled
    return methods


def _last_used(payments: pd.DataFrame) -> pd.Series:
    """Return the method of each creator's last recorded payment, by creator."""
    used = payments[payments["is_recorded"]].dropna(subset=["creator_id", "method_id"])
    ordered = used.sort_values("paid_at", kind="stable", na_position="first")
    return ordered.drop_duplicates("creator_id", keep="last").set_index("creator_id")["method_id"]


def _payment_key(ledger: Ledger, parts: pd.DataFrame, by: By, zone: str) -> pd.Series:
    def own(name: str) -> pd.Series:
        return ledger.payments[name].iloc[parts["payment"]].reset_index(drop=True)

    if by in {"creator", "method"}:
        return own(_KEYS[by])
    key = _accrual_key(ledger, by, zone).reindex(parts["accrual"]).reset_index(drop=True)
    return key.fillna(own("project_id")) if by == "project" else key


def _shown(summary: pd.DataFrame, by: By, ledger: Ledger) -> pd.DataFrame:
    key = _KEYS[by]
    columns = [key, "currency", "accruals", "payments", "earned_cents", "paid_cents", "owed_cents"]
    if by == "method":
        names = ledger.payments.sort_values("paid_at", kind="stable", na_position="first")
        last = names.drop_duplicates("method_id", keep="last").set_index("method_id")
        summary = summary.assign(method_name=summary[key].map(last["method_name"]).astype(STRING))
        columns.insert(1, "method_name")
    if by == "status":
        summary = summary.assign(status=words(summary[key], ACCRUAL_STATUSES))
    order = [key] if by in {"month", "status"} else ["earned_cents", "paid_cents", key]
    ascending = [True, *(name == key for name in order)]
    ordered = summary.sort_values(["currency", *order], ascending=ascending, ignore_index=True)
    return ordered[[*columns, "voided_cents"]]
