"""Whether creators wait for their money for longer than usual."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import NO_DAY
from trackagoat_pandas.helpers.columns import day_numbers, is_word
from trackagoat_pandas.helpers.health.statuses import Verdict
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.payouts.ledger import (
    earned_days,
    paid_days,
    read_ledger,
    unknown_amounts,
)
from trackagoat_pandas.helpers.payouts.money import format_cents
from trackagoat_pandas.helpers.payouts.summaries import outstanding_balances

_FEWEST_PAID: Final = 10
_HALF_YEAR_DAYS: Final = 182
_USUAL: Final = 0.95
_GRACE_DAYS, _LATE_DAYS = 7, 14
_TERM_DAYS, _LONGEST_TERM_DAYS = 30, 60
"""Without a habit, the terms of Directive 2011/7/EU on late payment, articles 3(3) and 3(5)."""


def judge_payouts(given: Supply) -> Verdict:
    """Say whose money is late, by how long payments usually take in this program.

    It is watched a week after the days in which 95 % of the accruals of the last half year were
    paid, and bad two weeks after them. With fewer than ten paid accruals it is 30 and 60 days.
    """
    if doubt := given.doubt("accruals", "payments"):
        return doubt
    accruals, payments = given.frames["accruals"], given.frames["payments"]
    if unknown := unknown_amounts(accruals, payments):
        return Verdict("unknown", f"There is an unknown sum: {unknown}.", "Load them again.")
    undated = is_word(payments["status"], "recorded") & payments["paid_at"].isna().to_numpy(bool)
    if undated.any():
        said = (
            f"{number(int(undated.sum()), 'payment')} without a date: the usual delay isn't known."
        )
        return Verdict("unknown", said, "Load the payments again.")
    owed = outstanding_balances(
        accruals, payments, as_of=given.moment.to_pydatetime(), timezone=given.zone,
        currency=given.currency,
    )  # fmt: skip
    waits = owed[(owed["owed_cents"] > 0).to_numpy(bool) & (owed["unpaid_accruals"] > 0)]
    if waits["oldest_unpaid"].isna().any():
        return Verdict("unknown", "Of unpaid accruals it isn't known when they were earned.")
    if waits.empty:
        return Verdict("good", "No creator waits for money.")
    usual, said = _usual_days(given)
    limits = (usual + _GRACE_DAYS, usual + _LATE_DAYS)
    if np.isnan(usual):
        limits = (_TERM_DAYS, _LONGEST_TERM_DAYS)
    days = given.today - day_numbers(waits["oldest_unpaid"])
    longest = int(days.max())
    for status, limit in (("bad", limits[1]), ("watch", limits[0])):
        is_late = days > limit
        if is_late.any():
            late = waits[is_late]
            evidence = (
                f"{_amounts(late)} of {number(len(late), 'creator')} is unpaid for up to "
                f"{number(longest, 'day')}; {said}."
            )
            since = float(given.today - longest + np.floor(limit) + 1)
            return Verdict(status, evidence, "Pay what is oldest first.", since)
    evidence = f"{_amounts(waits)} is owed, for {number(longest, 'day')} at most; {said}."
    return Verdict("good", evidence)


def _amounts(owed: pd.DataFrame) -> str:
    sums = owed.groupby("currency")["owed_cents"].sum()
    return " and ".join(format_cents(int(cents), str(name)) for name, cents in sums.items())


def _usual_days(given: Supply) -> tuple[float, str]:
    """Return in how many days most accruals are paid, and say it; NaN where that isn't known."""
    ledger = read_ledger(given.frames["accruals"], given.frames["payments"], given.currency)
    links = ledger.recorded_links().drop_duplicates("accrual")
    ends = earned_days(ledger.accruals, given.zone)[links["accrual"].to_numpy()]
    paid = paid_days(ledger.payments, given.zone)[links["payment"].to_numpy()]
    known = (ends != NO_DAY) & (paid != NO_DAY) & (paid <= given.today)
    known &= paid > given.today - _HALF_YEAR_DAYS
    took = np.maximum((paid - ends)[known], 0)
    if len(took) < _FEWEST_PAID:
        return np.nan, f"fewer than {_FEWEST_PAID} accruals were paid in the last half year"
    usual = float(np.quantile(took, _USUAL))
    return usual, f"95 % are paid within {usual:.0f} days"
