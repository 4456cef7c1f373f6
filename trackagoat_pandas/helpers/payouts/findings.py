"""The findings of an audit: their names, reasons and advice."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.helpers.columns import STRING

STAGES: Final = ("accrued", "paid", "set_aside")
FINDINGS: Final = (
    "missing", "orphan", "duplicate", "overpaid", "underpaid", "hundredfold", "other_version",
    "deleted_video", "voided", "adjusted", "undecided", "not_covered", "still_pending",
    "misdirected",
)  # fmt: skip
_DEDUCTED: Final = "It is already deducted from what is owed: pay no more than that."
_WORDS: Final = {
    ("accrued", "missing"): (
        "It is due, and there is no accrual.",
        "Find out why nothing accrued, and pay it.",
    ),
    ("accrued", "orphan"): (
        "It accrued, and by the rules nothing is due.",
        "Void the accrual, or correct the assignment.",
    ),
    ("accrued", "duplicate"): (
        "The period already has an accrual.",
        "Void one of the two; if both were paid, take it off the next payment.",
    ),
    ("accrued", "overpaid"): (
        "More accrued than is due.",
        "Correct the accrual; if it was paid, take the difference off the next payment.",
    ),
    ("accrued", "underpaid"): (
        "Less accrued than is due.",
        "Correct the accrual; if it was paid, add the difference to the next payment.",
    ),
    ("accrued", "hundredfold"): (
        "It accrued 100 times what is due, or a hundredth.",
        "Correct the accrual: the decimal point is in the wrong place.",
    ),
    ("accrued", "deleted_video"): (
        "It is for a video that was deleted since.",
        "Decide whether deleted videos count; if not, take it off the next payment.",
    ),
    ("accrued", "voided"): (
        "It is due, and its only accrual is voided.",
        "Restore the accrual, unless it was voided on purpose.",
    ),
    ("paid", "missing"): (
        "The accrual is marked as paid, and no payment lists it.",
        "Record the payment, or mark the accrual as pending.",
    ),
    ("paid", "orphan"): (
        "The payment lists no accrual, or one that isn't there.",
        "Find out what it was for, or void it.",
    ),
    ("paid", "duplicate"): (
        "An earlier payment lists the same accrual.",
        _DEDUCTED,
    ),
    ("paid", "overpaid"): (
        "The payment is more than the accruals that it lists.",
        "The difference is already deducted from what is owed: pay no more than that.",
    ),
    ("paid", "underpaid"): (
        "The payment is less than the accruals that it lists.",
        "Add the difference to the next payment.",
    ),
    ("paid", "hundredfold"): (
        "The payment is 100 times the accruals that it lists, or a hundredth.",
        "Look up what was really paid: the decimal point is in the wrong place.",
    ),
    ("paid", "still_pending"): (
        "It was paid, and is still marked as pending: it could be paid again.",
        "Mark the accrual as paid.",
    ),
    ("paid", "misdirected"): (
        "The accrual is another creator's than the payment.",
        "Find out who got the money.",
    ),
    ("set_aside", "other_version"): (
        "The rule was edited, and the terms at that time aren't known.",
        "Pass rule_versions= with the earlier terms of the rule.",
    ),
    ("set_aside", "adjusted"): ("It was adjusted by hand.", "Nothing, if the adjustment is right."),
    ("set_aside", "not_covered"): (
        "The period ended too late for what `due` covers.",
        "Give accrue a later until.",
    ),
}
"""For each stage and finding: why it is one, and what to do."""
_PAID_IN_VAIN: Final = (
    "A voided accrual was paid.",
    _DEDUCTED,
)
_PAYMENT_VOIDED: Final = (
    "The accrual is marked as paid, and its payment is voided.",
    "Pay it again, or mark the accrual as pending.",
)
_NOT_YET: Final = (
    "It became due less than a day before the accruals were loaded.",
    "Audit again tomorrow.",
)
_UNDECIDED: Final = {
    "no_start_date": (
        "What is due isn't known: the assignment has no first day.",
        "Add its start_date.",
    ),
    "incomplete_rule": (
        "What is due isn't known: the rule's terms are incomplete.",
        "Complete the rule.",
    ),
    "unknown_start": (
        "The rule may not have existed yet: it was edited, and nothing accrued by it before.",
        "Check when the rule was made. A client with a store synced before the edit knows it.",
    ),
    "missing_days": (
        "What is due isn't known: the analytics don't have all of its days.",
        "Load the missing days.",
    ),
    "partial_days": (
        "What is due isn't known: a day wasn't over when it was loaded.",
        "Load its days again.",
    ),
    "removed_creator": (
        "What is due isn't known: the creator has left, and the API has no data any more.",
        "Check it by hand. A client with a store that was synced before they left has their goals.",
    ),
}
"""Why an amount isn't known, by the reason that accrue gives."""
_UNKNOWN: Final = ("What is due isn't known.", "Check it by hand.")


def explained(rows: pd.DataFrame) -> pd.DataFrame:
    """Say why each row is a finding, and what to do: its ``reason`` and ``advice``.

    ``rows`` has ``stage``, ``finding`` and ``difference_cents``, ``cause`` (the reason of an amount
    that isn't known) and ``is_fresh``.
    """
    kinds = pd.DataFrame(
        {
            "stage": rows["stage"],
            "finding": rows["finding"],
            "cause": rows["cause"].astype(STRING).fillna(""),
            "is_fresh": rows["is_fresh"].isin([True]).to_numpy(bool),
            "gets_more": (rows["difference_cents"].fillna(0) > 0).to_numpy(bool),
        }
    )
    # A few kinds of findings are explained, not each of what may be many.
    number = kinds.groupby([*kinds], sort=False).ngroup()
    words = []
    for stage, finding, cause, is_fresh, gets_more in kinds.drop_duplicates().to_numpy():
        if (stage, finding) == ("paid", "voided"):
            words.append(_PAYMENT_VOIDED if gets_more else _PAID_IN_VAIN)
        elif finding == "undecided":
            words.append(_NOT_YET if is_fresh else _UNDECIDED.get(cause, _UNKNOWN))
        else:
            words.append(_WORDS[stage, finding])
    of_kind = pd.DataFrame(words, columns=["reason", "advice"], dtype=STRING)
    return rows.assign(**of_kind.iloc[number].set_axis(rows.index))
