"""What was due, accrued and paid, compared: every difference is a finding."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas._warning import warn
from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.errors import TrackaGoatWarning
from trackagoat_pandas.helpers.payouts.accrued import accrual_findings
from trackagoat_pandas.helpers.payouts.columns import STRING, as_days, instants, now_of, words
from trackagoat_pandas.helpers.payouts.ledger import read_ledger
from trackagoat_pandas.helpers.payouts.settled import payment_findings

STAGES = ("accrued", "paid", "set_aside")
FINDINGS = (
    "missing", "orphan", "duplicate", "overpaid", "underpaid", "hundredfold", "other_version",
    "deleted_video", "voided", "adjusted", "undecided", "still_pending", "misdirected",
)  # fmt: skip
_TEXTS = ("project_id", "creator_id", "structure_id")
_CENTS = ("due_cents", "accrued_cents", "paid_cents", "difference_cents")
_EVIDENCE = ("accrual_id", "related_id", "payment_id", "video_ids")


def audit_payouts(
    due: pd.DataFrame,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    currency: str = "USD",
) -> pd.DataFrame:
    """List every difference between what was due, what was accrued and what was paid.

    Each row is one finding, and its ``difference_cents`` is what must be added to put it right: the
    sum of that column is what is wrong, and an empty frame means that the books agree. Pass the
    frames of :func:`accrue`, :func:`load_payout_accruals` and :func:`load_payout_payments`, all for
    the same structures. Rows of stage ``accrued`` compare what is due with the accruals, rows of
    stage ``paid`` the accruals with the payments. Rows of stage ``set_aside`` can't be judged, or
    differ for a known reason such as an edited rule; they have no ``difference_cents``. Amounts
    that aren't due yet are left out, with a warning.

    Due and accrued amounts are compared for each creator, structure, period and currency; of
    several accruals the one that is exactly due counts, else the oldest, and the others are
    duplicates. Where a creator had two assignments in a period, two accruals are right, each for
    its own amount, and so is one for their sum. Payments are compared with the accruals that they
    list. To the cent, for each currency:

    - due = accrued + the ``difference_cents`` of stage ``accrued``, where the ``due_cents`` and
      ``accrued_cents`` of stage ``set_aside`` are left out on both sides;
    - accrued = paid + pending + the ``difference_cents`` of stage ``paid``,

    where accrued are the accruals and adjustments that are not voided, paid the recorded payments,
    and pending the accruals that are neither marked paid nor listed by a recorded payment.

    ================= ========================== ===================================================
    finding           stage ``accrued``          stage ``paid``
    ================= ========================== ===================================================
    ``missing``       due, and no accrual        marked paid, and no payment lists it
    ``orphan``        accrued, and nothing due   lists no accrual, or one that is not there
    ``duplicate``     one more for the period    one more payment for an accrual
    ``overpaid``      more than due              more than the accruals it lists
    ``underpaid``     less than due              less than the accruals it lists
    ``hundredfold``   100 times, or a hundredth  100 times, or a hundredth
    ``deleted_video`` too much, and rests on a   -
                      video that is gone
    ``voided``        due, and only a voided     a voided accrual is paid, or only a voided payment
                      accrual                    lists one that is marked paid
    ``adjusted``      put right by hand          -
    ``still_pending`` -                          paid, and not marked so: could be paid again
    ``misdirected``   -                          another creator's accrual
    ================= ========================== ===================================================

    Set aside are, unless the amount is hundredfold or rests on a deleted video:

    - ``other_version``: the rule was edited. What was due is known by another version than the one
      that the accrual was made by, or by one that wasn't in force then (``version_in_force`` of
      :func:`accrue` is False), or nothing is due by the accrual's version in any period.
    - ``undecided``: ``accrue`` gave no amount; ``due_cents`` is NA, or that of the other
      assignments which the same accrual answers.

    Parameters
    ----------
    due
        The frame of :func:`accrue`, for the same structures and time as the other two: what lies
        outside would be an orphan. An assignment's period that stands twice counts once. A row
        whose ``due_at``, where there is that column, is in the future is left out: now is the
        server's time, as in :func:`accrue`.
    accruals, payments
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. An id that
        stands twice counts once: the row with the latest ``fetched_at`` or ``updated_at``, where
        there is such a column, else the last. An NA amount is 0. An accrual whose status is NA or
        an unknown word stands, but is neither marked paid nor ``still_pending``; a payment's is not
        recorded; each with a warning.
    videos
        The frame of :func:`load_videos` with all videos that there still are; without it no
        deleted video is found.
    currency
        The currency of a frame that has no column ``currency``.

    Returns
    -------
    pandas.DataFrame
        One row a finding: ``stage`` and ``finding`` (category), ``project_id``, ``creator_id``,
        ``structure_id`` (str), ``period_start`` (day), ``currency`` (str), ``due_cents``,
        ``accrued_cents``, ``paid_cents`` (NA where they don't apply), ``difference_cents`` (Int64:
        what must be added; 0 where no money is wrong, NA in stage ``set_aside``), and the evidence:
        ``accrual_id``, ``related_id`` (the accrual that a duplicate repeats), ``payment_id``,
        ``video_ids`` (the deleted ones, JSON). By stage, then period, creator, structure and
        currency.

    Warns
    -----
    ContractWarning
        Statuses are none of the known words.
    TrackaGoatWarning
        Amounts in ``due`` aren't due yet, and are left out.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``currency`` is not allowed, or an amount is no whole cents.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> from trackagoat_pandas.helpers.payouts.accrual import accrue
    >>> from trackagoat_pandas.helpers.payouts.audit import audit_payouts
    >>> with tgp.connect(sandbox=True):
    ...     structures = tgp.load_payout_structures()
    ...     weekly = structures[structures["name"] == "Flat weekly"]
    ...     assignments = tgp.load_payout_assignments(weekly)
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> due = accrue(weekly, assignments, until="2026-06-14", timezone="America/New_York")
    >>> accruals = accruals[accruals["structure_id"].isin(weekly["id"])]
    >>> findings = audit_payouts(due, accruals, payments)
    >>> bool((findings["stage"] == "accrued").any())
    False
    """
    ledger = read_ledger(accruals, payments, currency)
    found = [
        accrual_findings(_due_by_now(due, accruals, payments), ledger, videos, currency),
        payment_findings(ledger),
    ]
    rows = pd.concat(found, ignore_index=True)
    findings = pd.DataFrame(
        {
            "stage": words(rows["stage"].astype(STRING), STAGES),
            "finding": words(rows["finding"].astype(STRING), FINDINGS),
            **{name: rows[name].astype(STRING) for name in _TEXTS},
            "period_start": as_days(rows["first"].to_numpy("int64")),
            "currency": rows["currency"].astype(STRING),
            **{name: rows[name].astype("Int64") for name in _CENTS},
            **{name: rows[name].astype(STRING) for name in _EVIDENCE},
        }
    )
    order = [
        "stage", "period_start", "creator_id", "structure_id", "currency", "finding",
        *_EVIDENCE[:3],
    ]  # fmt: skip
    return findings.sort_values(order, kind="stable", ignore_index=True)


def _due_by_now(due: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """Leave out what isn't due yet: no accrual of it can be missing."""
    require_columns(due, [])
    if "due_at" not in due.columns:
        return due
    now = now_of([due, *others])
    is_later = np.asarray(instants(due["due_at"]) > now)
    if is_later.any():
        warn(
            f"{is_later.sum():,} of {len(due):,} amounts in `due` aren't due yet at "
            f"{now:%Y-%m-%d %H:%M} UTC and are left out of the audit.",
            TrackaGoatWarning,
        )
    return due[~is_later]
