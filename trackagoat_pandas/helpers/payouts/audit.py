"""Compare amounts due, accruals and payments; every difference is a finding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Bools, DateLike, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import NO_DAY, InstantLike, parse_instant
from trackagoat_pandas.helpers.columns import (
    STRING,
    arrow,
    as_days,
    categories,
    instants_of,
    is_among,
    is_word,
    plain,
)
from trackagoat_pandas.helpers.facts import derived, zone_of
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.coverage import (
    is_late_for,
    read_due,
    until_days,
    warn_of_late,
    without_unknown_starts,
)
from trackagoat_pandas.helpers.payouts.findings import FINDINGS, STAGES, explained
from trackagoat_pandas.helpers.payouts.ledger import Ledger, read_ledger, split_ids, with_note
from trackagoat_pandas.helpers.payouts.money import half_up
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions
from trackagoat_pandas.inputs.checks import check_timezone, require_columns

_PERIOD = ["creator_id", "structure_id", "first", "currency"]
"""What an amount is for."""
_ABOUT = ["project_id", *_PERIOD, "last"]
"""What a finding is about."""
_OF_ACCRUAL = [*_ABOUT, "id", "cents"]
"""What a finding about an accrual says of it."""
_SLOT = ["period", "slot"]
"""The number of what an amount is for, and the number of the amount within it."""
_SET_ASIDE = ("undecided", "other_version", "not_covered", "adjusted")
_VIDEO_LIST = r'"video_ids"\s*:\s*(?P<ids>\[[^\]]*\])'
_IDS = ("project_id", "creator_id", "structure_id")
_CENTS = ("due_cents", "accrued_cents", "paid_cents", "wrong_cents", "difference_cents")
_EVIDENCE = ("accrual_id", "related_id", "payment_id", "video_ids")
_LAST = ("currency", *_CENTS, "reason", "advice", *_EVIDENCE)
_DTYPES = {name: "Int64" if name in _CENTS else STRING for name in (*_IDS, *_LAST)}


@derived("due", "accruals", "payments", "videos", whole=("due", "accruals", "payments"))
def audit_payouts(
    due: pd.DataFrame | None,
    accruals: pd.DataFrame,
    payments: pd.DataFrame,
    *,
    videos: pd.DataFrame | None = None,
    structures: pd.DataFrame | None = None,
    assignments: pd.DataFrame | None = None,
    until: DateLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
    currency: str = "USD",
    names: Names = None,
) -> pd.DataFrame:
    """List every difference between the amounts due, accrued and paid.

    Each row is one finding, and its ``wrong_cents`` is how much money is wrong: the sum of that
    column is the total error, too much and too little alike, and without any row the books agree.
    ``difference_cents`` is the same amount with its sign: what must be added to put it right. Pass
    the frames of :func:`accrue`, :func:`load_payout_accruals` and :func:`load_payout_payments`, all
    for the same structures; :func:`audit` loads all of them. Rows of stage ``accrued`` compare what
    is due with the accruals, rows of stage ``paid`` the accruals with the payments. Rows of stage
    ``set_aside`` can't be judged, or differ for a known reason such as an edited rule or an
    adjustment by hand; of these no money is known to be wrong, and both amounts are NA. Amounts
    that aren't due yet are left out, with a warning.

    Parameters
    ----------
    due : DataFrame or None
        The frame of :func:`accrue`, for the same structures and time as the other two: an accrual
        outside of them would be an orphan. An assignment's period that is there twice counts once.
        None to compare the accruals with the payments alone, which needs no rule.
    accruals, payments : DataFrame
        The frames of :func:`load_payout_accruals` and :func:`load_payout_payments`. A repeated id
        counts once: the row with the latest ``fetched_at`` or ``updated_at``, if there is such a
        column, else the last. An NA amount is 0. A status that is NA or an unknown word is
        warned of: such an accrual counts, but neither as marked paid nor as ``still_pending``; such
        a payment doesn't count as recorded.
    videos : DataFrame, optional
        The frame of :func:`load_videos` with all videos that still exist; without it no deleted
        video is found.
    structures, assignments : DataFrame, optional
        The frames of :func:`load_payout_structures` and :func:`load_payout_assignments`: where
        ``due`` is None, what was due by recurring rules is worked out from them, up to the newest
        accrual. Accruals of other rules are compared with the payments alone.
    until : str or date, optional
        The day that :func:`accrue` was given; by default as the attributes of ``due`` say.
        Accruals for later periods are set aside. Where neither says it, so are those for periods
        that ``due`` doesn't prove to be covered, with a warning.
    now : str or datetime, optional
        When accruals and payments were loaded; by default as the attributes of ``accruals`` say,
        else when the newest accrual was made. Amounts with a later ``due_at`` are left out.
    timezone : str, optional
        The organization's time zone, for what is worked out from ``assignments``; by default that
        of the frames.
    currency : str, default 'USD'
        The currency of a frame that has no column ``currency``.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row per finding: ``stage`` and ``finding`` (category), the names of creator, structure
        and project where a given frame knows them, ``period_start`` and ``period_end`` (days; of a
        payment, those of the first accrual that it lists), ``currency`` (str),
        ``due_cents``, ``accrued_cents``, ``paid_cents`` (NA where they don't apply),
        ``wrong_cents`` (Int64: how much is wrong; 0 where no money is, NA in stage ``set_aside``),
        ``difference_cents`` (Int64: what must be added, negative where it is too much), ``reason``
        and ``advice`` (str: why it is a finding, and what to do),
        ``project_id``, ``creator_id``, ``structure_id`` (str), and the evidence: ``accrual_id``,
        ``related_id`` (the accrual that a duplicate repeats), ``payment_id``, ``video_ids`` (the
        deleted ones, JSON). By stage, then period, creator, structure and currency.

        The provenance says in ``audited`` what was compared: the numbers of amounts due (``due``),
        of ``accruals`` and of ``payments``; of the amounts, those by an earlier version of a rule
        whose terms are not known, but that are as the version now gives them (``unchanged``), and
        those by terms that were ``inferred``. Its ``note`` says in how many findings money is
        wrong, and how many are set aside.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        ``currency``, ``until`` or ``now`` is not allowed, or an amount isn't whole cents; ``now``
        is missing where neither attributes nor accruals say it.

    Warns
    -----
    ContractWarning
        A status is an unknown word.
    TrackaGoatWarning
        Amounts in ``due`` weren't due when the accruals were loaded, and are left out; or accruals
        are of later periods than ``due`` covers, and are set aside.

    See Also
    --------
    audit : Load the books and audit them in one call.
    accrue : Work out what each rule owes.
    load_payout_payments : Load recorded payments.
    widgets.PayoutBoard : Click through the books.

    Notes
    -----
    Due and accrued amounts are compared for each creator, structure, period and currency; of
    several accruals the one of exactly the amount due counts, else the oldest, and the others are
    duplicates. If a creator had two assignments in a period, two accruals are right, one for each
    amount, and so is one for their sum. Payments are compared with the accruals that they list. To
    the cent, for each currency:

    - due = accrued + the ``difference_cents`` of stage ``accrued``, where the ``due_cents`` and
      ``accrued_cents`` of stage ``set_aside`` are left out on both sides;
    - accrued = paid + pending + the ``difference_cents`` of stage ``paid``,

    where "accrued" means the accruals and adjustments that are not voided, "paid" the recorded
    payments, and "pending" the accruals that are neither marked paid nor listed by a recorded
    payment.

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
    ``still_pending`` -                          paid, and not marked so: could be paid again
    ``misdirected``   -                          another creator's accrual
    ================= ========================== ===================================================

    Four findings are set aside, the first two unless the amount is hundredfold or rests on a
    deleted video:

    - ``other_version``: the rule was edited. The amount due was worked out with another version
      than the accrual, or with one that wasn't in force then (``version_in_force`` of
      :func:`accrue` is False), or nothing is due by the accrual's version in any period. Where
      both are equal to the cent the terms are unchanged, and it is no finding; where :func:`accrue`
      gets the earlier terms as ``rule_versions``, the amount is compared with them.
    - ``undecided``: ``accrue`` gave no amount; ``due_cents`` is NA, or that of the other
      assignments that the same accrual covers. Or the amount became due less than a day before the
      accruals were loaded, so that it may still accrue. Or the period ended before the first
      accrual of a rule whose start isn't known, which an edited rule doesn't say: pass a version 1
      with ``created_at`` as ``rule_versions`` to :func:`accrue`, or use a store that has it.
    - ``not_covered``: the period ended too late for the ``until`` that :func:`accrue` was given.
      Goals are due 48 hours after their period; a rule by which nothing is due may be for a goal.
    - ``adjusted``: an amount that was added or taken off by hand, which no rule explains; and the
      differences of its period, if it makes up for them exactly.

    Examples
    --------
    Accruals with payments; :func:`audit` has an example with what was due:

    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     accruals, payments = tgp.load_payout_accruals(), tgp.load_payout_payments()
    >>> findings = tgp.audit_payouts(None, accruals, payments)
    >>> print(findings[["stage", "finding", "difference_cents"]].to_string(index=False))
    stage   finding  difference_cents
     paid duplicate            -50000
    """
    if timezone is not None:  # also where no day needs it
        check_timezone("timezone", timezone)
    ledger = read_ledger(accruals, payments, currency)
    rules = None
    if due is None and structures is not None and assignments is not None and len(accruals):
        require_columns(structures, ["id", "kind"], loader="load_payout_structures")
        rules = structures[is_word(structures["kind"], "recurring")]
        due = _due_of(rules, assignments, accruals, timezone, currency)
    links = ledger.recorded_links()
    found = [_of_links(ledger, links), _of_accruals(ledger, links), _of_payments(ledger)]
    audited = {
        "accruals": int(ledger.accruals["is_standing"].sum()),
        "payments": int(ledger.payments["is_recorded"].sum()),
    }
    if due is not None:
        moment = None if now is None else parse_instant("now", now)
        lines = read_due(due, accruals, currency, now=moment)
        days = until_days(due, until)
        is_late = is_late_for(due, lines, ledger.accruals, days)
        lines = without_unknown_starts(lines, ledger.accruals)
        rows = _with_evidence(ledger, links, videos).assign(is_late=is_late)
        if rules is not None:
            rows = rows[is_among(rows["structure_id"], rules["id"])]
        compared, counts = _of_periods(lines, rows)
        warn_of_late(compared["finding"], days)
        found, audited = [compared, *found], audited | counts
    findings = _finish(pd.concat(found, ignore_index=True))
    # What a frame with other rows says of itself isn't said of these.
    findings.attrs = {}
    return with_note(findings, _counted_text(findings), audited=audited)


def _counted_text(findings: pd.DataFrame) -> str:
    """Say how many findings are of wrong money and how many are set aside; "" without any."""
    if findings.empty:
        return ""
    wrong = int((findings["wrong_cents"] > 0).sum())
    aside = int((findings["stage"] == "set_aside").sum())
    said = f"Money is wrong in {number(wrong, 'finding')}"
    return f"{said}; {aside:,} {'is' if aside == 1 else 'are'} set aside" if aside else said


def _due_of(
    rules: pd.DataFrame,
    assignments: pd.DataFrame,
    accruals: pd.DataFrame,
    timezone: str | None,
    currency: str,
) -> pd.DataFrame:
    """Compute the amounts due by rules that depend on days alone, up to the newest accrual."""
    require_columns(assignments, ["structure_id"], loader="load_payout_assignments")
    assigned = assignments[is_among(assignments["structure_id"], rules["id"])]
    newest = pd.Timestamp(instants_of(accruals["created_at"]).max())
    return accrue(
        rules, assigned, until=newest.tz_localize("UTC"),
        rule_versions=infer_rule_versions(rules, accruals),
        timezone=zone_of(timezone, [assignments, accruals]), currency=currency,
    )  # fmt: skip


def _finish(rows: pd.DataFrame) -> pd.DataFrame:
    """Explain findings, type their columns and sort them."""
    rows = rows.rename(columns={"id": "accrual_id", "cents": "accrued_cents"})
    needed = rows.columns.union([*_EVIDENCE, *_CENTS, "cause", "is_fresh"])
    rows = explained(rows.reindex(columns=needed))
    rows = rows.assign(wrong_cents=rows["difference_cents"].abs()).astype(_DTYPES)
    findings = pd.DataFrame(
        {
            "stage": categories(rows["stage"].astype(STRING), STAGES),
            "finding": categories(rows["finding"].astype(STRING), FINDINGS),
            **rows[[*_IDS]],
            "period_start": as_days(rows["first"].to_numpy("int64")),
            "period_end": as_days(rows["last"].fillna(NO_DAY).to_numpy("int64")),
            **rows[[*_LAST]],
        }
    )
    order = [
        "stage", "period_start", "creator_id", "structure_id", "currency", "finding",
        *_EVIDENCE[:3],
    ]  # fmt: skip
    return findings.sort_values(order, kind="stable", ignore_index=True)


def _of_links(ledger: Ledger, links: pd.DataFrame) -> pd.DataFrame:
    """Find accruals that were paid and shouldn't have been, or don't look paid."""
    payments = ledger.payments.iloc[links["payment"]].reset_index(drop=True)
    accruals = ledger.accruals.iloc[links["accrual"]].reset_index(drop=True)
    stands, is_again = accruals["is_standing"], links["accrual"].duplicated()
    is_other = accruals["creator_id"] != payments["creator_id"]
    wrong = {
        "voided": ~stands,
        "duplicate": stands & is_again,
        "still_pending": stands & ~is_again & (accruals["status"] == "pending"),
        "misdirected": is_other & payments["creator_id"].notna(),
    }
    rows = accruals[_OF_ACCRUAL].assign(
        stage="paid", payment_id=payments["id"], paid_cents=accruals["cents"]
    )
    found = pd.concat([rows[is_it].assign(finding=name) for name, is_it in wrong.items()])
    is_unearned = found["finding"].isin(["voided", "duplicate"])
    return found.assign(difference_cents=-found["cents"].where(is_unearned, 0))


def _of_accruals(ledger: Ledger, links: pd.DataFrame) -> pd.DataFrame:
    """Find accruals that are marked paid but that no recorded payment lists."""
    accruals = ledger.accruals
    is_marked = accruals["is_standing"] & (accruals["status"] == "paid")
    rows = accruals.loc[is_marked & ~accruals.index.isin(links["accrual"]), _OF_ACCRUAL]
    # Any payment that still lists them is voided, or of an unknown status.
    payment = ledger.links.drop_duplicates("accrual").set_index("accrual")["payment"]
    payments = ledger.payments.reindex(payment.reindex(rows.index)).set_axis(rows.index)
    return rows.assign(
        stage="paid",
        payment_id=payments["id"],
        paid_cents=0,
        finding=np.where(payments["status"] == "voided", "voided", "missing"),
        difference_cents=rows["cents"],
    )


def _of_payments(ledger: Ledger) -> pd.DataFrame:
    """Find payments of more or less than the accruals they list, or that list no known accrual."""
    payments = ledger.payments
    is_known = ledger.links["accrual"] >= 0
    known = ledger.links[is_known]
    listed = ledger.accruals.iloc[known["accrual"]].set_index(known["payment"])
    right = listed["cents"].groupby(level=0).sum().reindex(payments.index, fill_value=0)
    is_orphan = ~payments.index.isin(known["payment"])
    is_orphan |= payments.index.isin(ledger.links["payment"][~is_known])
    finding = np.select(
        [is_orphan, is_hundredfold(payments["cents"], right), payments["cents"] > right],
        ["orphan", "hundredfold", "overpaid"],
        default="underpaid",
    )
    # Payments don't have a project or a period; the first accrual that they list does.
    first = listed[~listed.index.duplicated()].reindex(payments.index)
    rows = first[["structure_id", "last"]].assign(
        stage="paid",
        first=first["first"].fillna(NO_DAY).astype(np.int64),
        project_id=payments["project_id"].fillna(first["project_id"]),
        creator_id=payments["creator_id"],
        currency=payments["currency"],
        cents=right,
        paid_cents=payments["cents"],
        payment_id=payments["id"],
        finding=finding,
        difference_cents=right - payments["cents"],
    )
    return rows[payments["is_recorded"] & (is_orphan | (rows["difference_cents"] != 0))]


def is_hundredfold(amount: pd.Series, right: pd.Series) -> pd.Series:
    """Whether an amount is 100 times the right one, or a hundredth of it, rounded."""
    hundredth = half_up(right.to_numpy(np.int64), 100)
    # A hundredth of a few cents rounds to 0 or to themselves, which says nothing.
    is_hundredth: pd.Series = (amount == hundredth) & (amount != 0) & (right > amount)
    return is_hundredth | ((amount == right * 100) & (right != 0))


def _with_evidence(
    ledger: Ledger, links: pd.DataFrame, videos: pd.DataFrame | None
) -> pd.DataFrame:
    """Add to each accrual the payment that lists it, and the deleted videos that it rests on."""
    accruals = ledger.accruals
    payment = links.drop_duplicates("accrual").set_index("accrual")["payment"]
    ids = payment.map(ledger.payments["id"]).reindex(accruals.index).astype(STRING)
    return accruals.assign(payment_id=ids, video_ids=_deleted_videos(accruals["basis"], videos))


def _deleted_videos(basis: pd.Series, videos: pd.DataFrame | None) -> pd.Series:
    """List the videos of each basis that are not in a frame, as JSON; NA for none."""
    deleted = pd.Series(None, basis.index, dtype=STRING)
    if videos is None:
        return deleted
    require_columns(videos, ["id"], loader="load_videos")
    # Found in the text, since a basis is free-form and needn't be JSON.
    lists = pc.struct_field(pc.extract_regex(arrow(basis), _VIDEO_LIST), "ids")
    place, ids = split_ids(plain(lists))
    is_gone = ~is_among(ids, videos["id"])
    gone = ('"' + ids[is_gone] + '"').groupby(place[is_gone]).agg(",".join)
    deleted.loc[gone.index] = ("[" + gone + "]").astype(STRING)
    return deleted


@dataclass(frozen=True, slots=True)
class _Books:
    """Amounts due and accruals, matched.

    Every row has its ``period``, the number of what it is for: a creator, a structure, a first day
    and a currency. ``due`` has a row for each amount, and ``kept`` the accrual that counts for it,
    under the same index; an index in only one of them is a difference. ``doubles`` are more
    accruals for an amount, with the kept one as ``related_id``, ``adjusted`` those made by hand,
    and ``voided`` the voided ones, the oldest first.
    """

    due: pd.DataFrame
    kept: pd.DataFrame
    doubles: pd.DataFrame
    adjusted: pd.DataFrame
    voided: pd.DataFrame


def _match(lines: pd.DataFrame, accruals: pd.DataFrame) -> _Books:
    of_rows, of_lines = _number_alike(_PERIOD, accruals, lines)
    rows = accruals.assign(period=of_rows)
    stands, is_by_hand = rows["is_standing"], rows["kind"] == "adjustment"
    due, earned = _with_slots(lines.assign(period=of_lines), rows[stands & ~is_by_hand])
    of_due, of_earned = _number_alike(_SLOT, due, earned)
    due, earned = due.set_index(of_due), earned.set_index(of_earned)
    is_exact = earned["cents"] == due["due_cents"].reindex(earned.index)
    order = pd.concat([_oldest_first(earned[is_exact]), _oldest_first(earned[~is_exact])])
    is_double = order.index.duplicated()
    kept, doubles = order[~is_double], order[is_double]
    return _Books(
        due=due,
        kept=kept,
        doubles=doubles.assign(related_id=kept["id"].reindex(doubles.index)),
        adjusted=rows[stands & is_by_hand],
        voided=_oldest_first(rows[~stands]),
    )


def _of_periods(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the findings of stages ``accrued`` and ``set_aside``, and how many amounts agree."""
    books = _match(lines, accruals)
    adjusted, doubles = books.adjusted, books.doubles
    found = pd.concat(
        [
            _compare(books),
            doubles.assign(finding="duplicate", difference_cents=-doubles["cents"]),
            adjusted.assign(finding="adjusted", difference_cents=-adjusted["cents"]),
        ],
        ignore_index=True,
    )
    orphans = found[found["finding"] == "orphan"]
    found.loc[orphans.index[_has_unused_version(orphans, lines)], "finding"] = "other_version"
    found = _with_adjusted(found)
    is_aside = found["finding"].isin(_SET_ASIDE)
    found = found.assign(
        stage=np.where(is_aside, "set_aside", "accrued"),
        difference_cents=found["difference_cents"].astype("Int64").mask(is_aside),
    )
    return found, {"due": len(lines)} | _counts(books)


def _number_alike(keys: list[str], one: pd.DataFrame, other: pd.DataFrame) -> list[Ints]:
    """Number the values of some columns alike in two frames, by first appearance."""
    both = pd.concat([one[keys], other[keys]])
    numbers = both.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    return np.split(numbers, [len(one)])


def _with_slots(lines: pd.DataFrame, accruals: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number the amounts due in a period, and match each accrual with one of them.

    An accrual matches an amount of exactly its size. The amounts left over are summed into one if
    fewer accruals are left, or if one is of that sum; else each accrual matches the next amount.

    Parameters
    ----------
    lines
        One row per assignment and ``period``, the number of what it is for: ``due_cents``,
        ``is_undecided``, and columns that are the same in all rows of a period.
    accruals
        The ledger's accruals that aren't voided: ``period``, ``cents``, ``created_at``.

    Returns
    -------
    tuple of two pandas.DataFrame
        The amounts and the accruals with their ``slot``, from 0. Accruals in excess of the amounts
        have the first slot.
    """
    lines, accruals = lines.assign(slot=0), accruals.assign(slot=0)
    is_shared = lines.duplicated("period", keep=False)
    if not is_shared.any():
        return lines, accruals
    amounts = lines.assign(slot=_rank(lines)).reset_index(drop=True)
    several = amounts[is_shared.to_numpy()]
    rows = _oldest_first(accruals[accruals["period"].isin(several["period"])])
    slot = _slots_of_equals(several, rows)
    rest = rows[slot.isna()]
    is_answered = _keys(several).isin(_keys(rows.assign(slot=slot)))
    open_ = several[~is_answered]
    if not open_.empty:
        is_summed = open_["period"].isin(_periods_to_sum(open_, rest))
        first = open_.groupby("period")["slot"].transform("min")
        open_ = open_.assign(slot=open_["slot"].where(~is_summed, first))
        amounts.loc[open_.index, "slot"] = open_["slot"]
        slot = slot.fillna(_next_slots(open_, is_summed, rest))
    accruals.loc[rows.index, "slot"] = slot.fillna(0).astype(np.int64)
    return _sum_slots(amounts), accruals


def _oldest_first(accruals: pd.DataFrame) -> pd.DataFrame:
    """Sort accruals by ``created_at``; those without one come last."""
    return accruals.sort_values("created_at", kind="stable")


def _slots_of_equals(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the slot of each accrual that equals an amount due; NA for the others."""
    due = lines.assign(cents=lines["due_cents"], nth=_rank(lines, "due_cents"))
    keys = ["period", "cents", "nth"]
    found = (
        accruals.drop(columns="slot")
        .assign(nth=_rank(accruals, "cents"))
        .merge(due[[*keys, "slot"]], on=keys, how="left")
    )
    return found["slot"].astype("Int64").set_axis(accruals.index)


def _periods_to_sum(lines: pd.DataFrame, accruals: pd.DataFrame) -> pd.Series:
    """Find the periods whose remaining amounts are summed into one."""
    groups = lines.groupby("period")
    periods = groups["due_cents"].agg(["sum", "size"])
    of_sum = accruals["cents"] == accruals["period"].map(periods["sum"])
    counts = accruals.groupby("period").size().reindex(periods.index, fill_value=0)
    # If nothing was accrued, an undecided amount must not hide another that is missing.
    is_answered = (counts > 0) | ~groups["is_undecided"].any()
    is_summed = ((counts < periods["size"]) & is_answered) | periods.index.isin(
        accruals["period"][of_sum]
    )
    return periods.index[is_summed].to_series()


def _next_slots(lines: pd.DataFrame, is_summed: pd.Series, accruals: pd.DataFrame) -> pd.Series:
    """Give each accrual the summed amount's slot, else the next slot that none matches."""
    whole = lines[is_summed].drop_duplicates("period").set_index("period")["slot"]
    each = lines[~is_summed].assign(nth=_rank(lines[~is_summed]))
    keys = ["period", "nth"]
    found = (
        accruals.drop(columns="slot")
        .assign(nth=_rank(accruals))
        .merge(each[[*keys, "slot"]], on=keys, how="left")
    )
    slots = found["slot"].astype("Int64").fillna(found["period"].map(whole).astype("Int64"))
    return slots.set_axis(accruals.index)


def _sum_slots(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum the lines of each slot, so that each amount has one row."""
    groups = lines.groupby(_SLOT, sort=False)
    sums = groups[["due_cents", "is_undecided"]].sum()
    shared = groups.first().drop(columns=[*sums])
    return shared.assign(
        due_cents=sums["due_cents"], is_undecided=sums["is_undecided"] > 0
    ).reset_index()


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_SLOT])


def _rank(rows: pd.DataFrame, *further: str) -> pd.Series:
    return rows.groupby(["period", *further]).cumcount()


def _compare(books: _Books) -> pd.DataFrame:
    """Compare each amount due with its accrual; keep those that differ or are undecided."""
    due, kept = books.due, books.kept
    keys = due.index.union(kept.index)
    right = due["due_cents"].reindex(keys, fill_value=0)
    cents = kept["cents"].reindex(keys, fill_value=0)
    is_undecided = due["is_undecided"].reindex(keys, fill_value=False)
    keys = keys[is_undecided | (right != cents)]
    right, cents, is_undecided = right[keys], cents[keys], is_undecided[keys]
    wanted, rows = due.reindex(keys), kept.reindex(keys)
    rows = rows.assign(**{name: rows[name].fillna(wanted[name]) for name in (*_ABOUT, *_SLOT)})
    is_due = pd.Series(keys.isin(due.index), keys)
    is_accrued = pd.Series(keys.isin(kept.index), keys)
    lost = _voided_accrual(rows.assign(cents=right), books.voided)
    is_more = cents > right
    is_later = due["is_later"].reindex(keys, fill_value=False)
    is_fresh = due["is_fresh"].reindex(keys, fill_value=False) & ~is_accrued
    # The first that holds counts: a decimal point in the wrong place is one by any version.
    conditions = {
        "not_covered": ~is_due & kept["is_late"].reindex(keys, fill_value=False),
        "undecided": is_undecided | is_fresh,
        "deleted_video": is_accrued & is_more & rows["video_ids"].notna(),
        "hundredfold": is_hundredfold(cents, right),
        "other_version": is_later | ((rows["version"] - wanted["version"]).fillna(0) != 0),
        "orphan": ~is_due,
        "voided": ~is_accrued & lost.notna(),
        "missing": ~is_accrued,
        "overpaid": is_more,
    }
    choices = [condition.to_numpy(bool) for condition in conditions.values()]
    finding = np.select(choices, list(conditions), default="underpaid")
    return rows.assign(
        finding=finding,
        cause=wanted["cause"],
        cents=cents,
        is_fresh=is_fresh & ~is_undecided,
        due_cents=right.astype("Int64").mask(is_undecided & (right == 0)),
        difference_cents=right - cents,
        id=rows["id"].where(is_accrued, lost),
        video_ids=rows["video_ids"].where(finding == "deleted_video"),
    )


def _voided_accrual(amounts: pd.DataFrame, voided: pd.DataFrame) -> pd.Series:
    """Find the voided accrual of each amount: one of its size, else the period's first."""
    of_period = voided.drop_duplicates("period").set_index("period")["id"]
    of_size = voided.drop_duplicates(["period", "cents"])[["period", "cents", "id"]]
    first = amounts["period"].map(of_period).astype(STRING).where(amounts["slot"] == 0)
    exact = amounts[["period", "cents"]].merge(of_size, on=["period", "cents"], how="left")["id"]
    return exact.set_axis(amounts.index).fillna(first)


def _has_unused_version(rows: pd.DataFrame, lines: pd.DataFrame) -> Bools:
    """Mark accruals by a version of their rule for which nothing is due."""
    by = ["structure_id", "version"]
    used = lines[by].drop_duplicates()
    is_known = rows["structure_id"].isin(used["structure_id"]) & rows[by].notna().all(axis=1)
    is_used = pd.MultiIndex.from_frame(rows[by]).isin(pd.MultiIndex.from_frame(used))
    has_unused: Bools = is_known.to_numpy(bool) & ~is_used
    return has_unused


def _with_adjusted(found: pd.DataFrame) -> pd.DataFrame:
    """Call the differences adjusted that adjustments of the same period make up for exactly."""
    is_by_hand = found["finding"] == "adjusted"
    is_judged = is_by_hand | ~found["finding"].isin(_SET_ASIDE)
    left = found["difference_cents"].where(is_judged, 0).groupby(found["period"]).transform("sum")
    has_one = is_by_hand.groupby(found["period"]).transform("any")
    is_closed = is_judged & has_one & (left == 0)
    return found.assign(finding=found["finding"].mask(is_closed, "adjusted"))


def _counts(books: _Books) -> dict[str, int]:
    """Count the amounts by inferred terms, and those of unknown terms that equal those now."""
    due, kept = books.due, books.kept
    made = kept["version"].reindex(due.index)
    is_same = kept["cents"].reindex(due.index) == due["due_cents"]
    is_other = made.notna() & due["version"].notna() & (made != due["version"])
    return {
        "unchanged": int((is_other & is_same & ~due["is_undecided"]).sum()),
        "inferred": int((due["source"] == "inferred").sum()),
    }
