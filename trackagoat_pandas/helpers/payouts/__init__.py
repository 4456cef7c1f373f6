"""Payouts: what is due, accrued, paid, owed and to be expected, in integer cents."""

from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.balances import outstanding_balances
from trackagoat_pandas.helpers.payouts.costs import cost_per_engagement, effective_cpm
from trackagoat_pandas.helpers.payouts.forecast import forecast_payouts
from trackagoat_pandas.helpers.payouts.money import to_money
from trackagoat_pandas.helpers.payouts.summaries import summarize_payouts
from trackagoat_pandas.helpers.payouts.timeline import payout_timeline

__all__ = [
    "accrue",
    "audit_payouts",
    "cost_per_engagement",
    "effective_cpm",
    "forecast_payouts",
    "outstanding_balances",
    "payout_timeline",
    "summarize_payouts",
    "to_money",
]
