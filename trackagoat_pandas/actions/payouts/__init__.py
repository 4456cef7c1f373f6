"""Payouts: structures, assignments, methods, accruals, payments and receipts."""
