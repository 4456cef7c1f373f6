"""Accrued against paid: the findings of the audit's second stage.

Each ``difference_cents`` is what must be added to the payments, so that together with what is
pending they make what was accrued.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.helpers.payouts.accrued import is_hundredfold
from trackagoat_pandas.helpers.payouts.columns import NO_DAY
from trackagoat_pandas.helpers.payouts.ledger import Ledger
from trackagoat_pandas.helpers.series import is_word


def payment_findings(ledger: Ledger) -> pd.DataFrame:
    """Return the findings of stage ``paid``, with what each rests on."""
    links = ledger.recorded_links()
    found = [_of_links(ledger, links), _of_accruals(ledger, links), _of_payments(ledger)]
    return pd.concat(found, ignore_index=True).assign(stage="paid")


def _of_links(ledger: Ledger, links: pd.DataFrame) -> pd.DataFrame:
    """Accruals that were paid and should not have been, or look as if they had not been."""
    accrual, payment = links["accrual"].to_numpy(), links["payment"].to_numpy()
    stands = ledger.accruals["is_standing"].to_numpy()[accrual]
    is_again = stands & links["accrual"].duplicated().to_numpy()
    is_pending = stands & ~is_again & is_word(ledger.accruals["status"], "pending")[accrual]
    owner, payee = (
        side["creator_id"].iloc[places].reset_index(drop=True)
        for side, places in ((ledger.accruals, accrual), (ledger.payments, payment))
    )
    is_other = ((owner != payee) & payee.notna()).to_numpy(bool)
    wrong = {
        "voided": ~stands, "duplicate": is_again, "still_pending": is_pending,
        "misdirected": is_other,
    }  # fmt: skip
    places = [np.flatnonzero(is_wrong) for is_wrong in wrong.values()]
    found = _about(ledger.accruals.iloc[accrual[np.concatenate(places)]]).reset_index(drop=True)
    finding = pd.Series(np.repeat(list(wrong), [len(some) for some in places]))
    is_unearned = finding.isin(["voided", "duplicate"])
    return found.assign(
        payment_id=ledger.payments["id"].iloc[payment[np.concatenate(places)]].array,
        paid_cents=found["accrued_cents"],
        finding=finding,
        difference_cents=-found["accrued_cents"].where(is_unearned, 0),
    )


def _of_accruals(ledger: Ledger, links: pd.DataFrame) -> pd.DataFrame:
    """Accruals that are marked paid and that no recorded payment lists."""
    accruals = ledger.accruals
    is_marked = accruals["is_standing"] & (accruals["status"] == "paid").fillna(value=False)
    is_listed = np.zeros(len(accruals), dtype=bool)
    is_listed[links["accrual"]] = True
    lost = accruals[is_marked & ~is_listed]
    # What lists them now is voided, or of an unknown status.
    lists = ledger.links.drop_duplicates("accrual").set_index("accrual")["payment"]
    payment = pd.Series(lost.index, lost.index).map(lists)
    is_voided = payment.map(ledger.payments["status"]) == "voided"
    return _about(lost).assign(
        payment_id=payment.map(ledger.payments["id"]),
        paid_cents=0,
        finding=np.where(is_voided.fillna(value=False), "voided", "missing"),
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
    right, is_orphan = pd.Series(listed), np.ones(len(payments), dtype=bool)
    is_orphan[known["payment"]] = False
    is_orphan[ledger.links["payment"][is_lost]] = True
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
