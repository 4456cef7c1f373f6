"""Payouts: amounts due, accrued, paid, owed and forecast, in integer cents."""
