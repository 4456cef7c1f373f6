"""Payouts: what is due, accrued, paid, owed and to be expected, in integer cents."""
