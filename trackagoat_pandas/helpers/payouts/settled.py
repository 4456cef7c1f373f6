"""Accrued against paid: the findings of the audit's second stage.

Each ``difference_cents`` is what must be added to the payments, so that together with what is
pending they make what was accrued. Must not know what was due.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.payouts.accrued import is_hundredfold
from trackagoat_pandas.helpers.payouts.columns import NO_DAY
from trackagoat_pandas.helpers.payouts.ledger import Ledger


def payment_findings(ledger: Ledger) -> pd.DataFrame:
    """Return the findings of stage ``paid``, with what each rests on."""
    return pd.concat([_of_links(ledger), _of_accruals(ledger), _of_payments(ledger)])


def _of_links(ledger: Ledger) -> pd.DataFrame:
    """Accruals that were paid and should not have been, or look as if they had not been."""
    links = ledger.recorded_links()
    accruals = ledger.accruals.iloc[links["accrual"]].reset_index(drop=True)
    payments = ledger.payments.iloc[links["payment"]].reset_index(drop=True)
    rows = _about(accruals).assign(payment_id=payments["id"], paid_cents=accruals["cents"])
    stands = accruals["is_standing"]
    is_again = stands & (links.groupby("accrual").cumcount() > 0)
    is_pending = stands & ~is_again & (accruals["status"] == "pending").fillna(value=False)
    is_other = (accruals["creator_id"] != payments["creator_id"]) & payments["creator_id"].notna()
    chosen = {
        "voided": (~stands, -1),
        "duplicate": (is_again, -1),
        "still_pending": (is_pending, 0),
        "misdirected": (is_other, 0),
    }
    return pd.concat(
        rows.assign(finding=finding, difference_cents=sign * accruals["cents"])[is_chosen]
        for finding, (is_chosen, sign) in chosen.items()
    )


def _of_accruals(ledger: Ledger) -> pd.DataFrame:
    """Accruals that are marked paid and that no recorded payment lists."""
    accruals = ledger.accruals
    is_marked = accruals["is_standing"] & (accruals["status"] == "paid").fillna(value=False)
    lost = accruals[is_marked & ~accruals.index.isin(ledger.recorded_links()["accrual"])]
    # Whatever lists them now is voided.
    voided = ledger.links.drop_duplicates("accrual").set_index("accrual")["payment"]
    payment_id = pd.Series(lost.index, lost.index).map(voided).map(ledger.payments["id"])
    return _about(lost).assign(
        payment_id=payment_id,
        paid_cents=0,
        finding=np.where(payment_id.notna(), "voided", "missing"),
        difference_cents=lost["cents"],
    )


def _of_payments(ledger: Ledger) -> pd.DataFrame:
    """Payments that are more or less than what they list, or list nothing that is known."""
    payments = ledger.payments
    is_lost = ledger.links["accrual"] < 0
    known = ledger.links[~is_lost]
    listed = np.zeros(len(payments), np.int64)
    np.add.at(
        listed, known["payment"].to_numpy(), ledger.accruals["cents"].to_numpy()[known["accrual"]]
    )
    right = pd.Series(listed)
    is_orphan = payments.index.isin(ledger.links["payment"][is_lost]) | ~payments.index.isin(
        ledger.links["payment"]
    )
    finding = np.select(
        [is_orphan, is_hundredfold(payments["cents"], right), payments["cents"] > right],
        ["orphan", "hundredfold", "overpaid"],
        default="underpaid",
    )
    rows = payments[["project_id", "creator_id", "currency"]].assign(
        first=NO_DAY,
        accrued_cents=right,
        paid_cents=payments["cents"],
        payment_id=payments["id"],
        finding=finding,
        difference_cents=right - payments["cents"],
    )
    return rows[payments["is_recorded"] & (is_orphan | (rows["difference_cents"] != 0))]


def _about(accruals: pd.DataFrame) -> pd.DataFrame:
    names = ["project_id", "creator_id", "structure_id", "first", "currency"]
    return accruals[names].assign(accrual_id=accruals["id"], accrued_cents=accruals["cents"])
