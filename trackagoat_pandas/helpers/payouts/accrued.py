"""Due against accrued: the findings of the audit's first stage.

Each ``difference_cents`` is what must be added to the accruals, so that together they make what was
due. What can't be judged, or has a known cause, is of stage ``set_aside`` and has none.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from trackagoat_pandas.checks import require_columns
from trackagoat_pandas.helpers.latest import latest_rows
from trackagoat_pandas.helpers.payouts.columns import STRING, arrow, day_numbers, plain, text
from trackagoat_pandas.helpers.payouts.ledger import Ledger, split_ids, versions
from trackagoat_pandas.helpers.payouts.money import currencies, half_up, read_cents
from trackagoat_pandas.helpers.payouts.pairing import oldest_first, paired
from trackagoat_pandas.helpers.series import firsts_of, numbered

PERIOD = ["creator_id", "structure_id", "first", "currency"]
"""What an amount is for."""
_KEYS = ["period", "slot"]
_DUE = ("project_id", "creator_id", "structure_id", "period_start", "amount_cents", "reason")
_SET_ASIDE = ("undecided", "other_version")
_VIDEO_LIST = r'"video_ids"\s*:\s*(?P<ids>\[[^\]]*\])'


def accrual_findings(
    due: pd.DataFrame, ledger: Ledger, videos: pd.DataFrame | None, currency: str
) -> pd.DataFrame:
    """Return the findings of stages ``accrued`` and ``set_aside``, with what each rests on."""
    rows, lines, periods = _numbered(_with_evidence(ledger, videos), _due_lines(due, currency))
    is_adjusted = (rows["kind"] == "adjustment").fillna(value=False)
    adjusted = rows[rows["is_standing"] & is_adjusted]
    regular = rows[rows["is_standing"] & ~is_adjusted]
    wanted, slots = paired(lines, regular)
    kept, doubles = _told_apart(regular.assign(slot=slots), wanted)
    voided = oldest_first(rows[~rows["is_standing"]])
    found = pd.concat(
        [
            _compared(wanted, kept, voided),
            doubles.assign(finding="duplicate", difference_cents=-doubles["cents"]),
            adjusted.assign(finding="adjusted", difference_cents=-adjusted["cents"]),
        ],
        ignore_index=True,
    ).rename(columns={"cents": "accrued_cents", "id": "accrual_id"})
    orphans = found[found["finding"] == "orphan"]
    found.loc[orphans.index[_is_foreign(orphans, lines, periods)], "finding"] = "other_version"
    is_aside = found["finding"].isin(_SET_ASIDE)
    found = found.assign(
        stage=np.where(is_aside, "set_aside", "accrued"),
        difference_cents=found["difference_cents"].astype("Int64").mask(is_aside),
    )
    return found.join(periods, on="period")


def is_hundredfold(amount: pd.Series, right: pd.Series) -> pd.Series:
    """Whether an amount is 100 times, or rounded a hundredth, of the right one."""
    hundredth = half_up(right.to_numpy(np.int64), 100)
    is_hundredth: pd.Series = (amount == hundredth) & (amount != 0) & (right > amount)
    return is_hundredth | ((amount == right * 100) & (right != 0))


def _due_lines(due: pd.DataFrame, currency: str) -> pd.DataFrame:
    """What is due, assignment by assignment: ``due_cents``, ``is_undecided`` and ``project_id``.

    An assignment's period that stands twice, as in two joined frames of accrue, counts once.
    """
    require_columns(due, _DUE, loader="accrue")
    if "assignment_id" in due.columns:
        is_one = latest_rows(due, ["assignment_id", "period_start"])
        due = due[is_one | due["assignment_id"].isna().to_numpy(bool)]
    in_force = due.get("version_in_force", pd.Series(None, due.index, dtype="boolean"))
    amounts = read_cents(due["amount_cents"], "amount_cents")
    return pd.DataFrame(
        {
            **{name: text(due[name]) for name in ("project_id", "creator_id", "structure_id")},
            "first": day_numbers(due["period_start"]),
            "currency": currencies(due, currency),
            "version": versions(due),
            "is_later": (in_force.astype("boolean") == False).fillna(value=False).array,  # noqa: E712
            "due_cents": amounts.fillna(0).astype(np.int64),
            "is_undecided": amounts.isna(),
        }
    )


def _with_evidence(ledger: Ledger, videos: pd.DataFrame | None) -> pd.DataFrame:
    """Accruals with the payment that lists each, and the deleted videos on which it rests."""
    links = ledger.recorded_links().drop_duplicates("accrual").set_index("accrual")["payment"]
    payment = links.map(ledger.payments["id"]).reindex(ledger.accruals.index)
    return ledger.accruals.assign(
        payment_id=payment.astype(STRING), video_ids=_deleted(ledger.accruals["basis"], videos)
    )


def _deleted(basis: pd.Series, videos: pd.DataFrame | None) -> pd.Series:
    """The videos that bases list and that are not in a frame, as JSON; NA for none."""
    deleted = pd.Series(None, basis.index, dtype=STRING)
    if videos is None:
        return deleted
    require_columns(videos, ["id"], loader="load_videos")
    lists = pc.struct_field(pc.extract_regex(arrow(basis), _VIDEO_LIST), "ids")
    place, ids = split_ids(plain(lists))
    is_gone = ~ids.isin(text(videos["id"]))
    gone = ('"' + ids[is_gone] + '"').groupby(place[is_gone]).agg(",".join)
    deleted.loc[gone.index] = ("[" + gone + "]").astype(STRING)
    return deleted


def _numbered(
    rows: pd.DataFrame, lines: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give both sides the number of what each row is for, ``period``; and what each number means.

    Whole numbers are matched in a fraction of the time that four columns take.
    """
    every = pd.concat([rows[PERIOD], lines[PERIOD]], ignore_index=True)
    numbers = numbered(every, PERIOD)
    own, due = np.split(numbers, [len(rows)])
    return (
        rows.drop(columns=PERIOD).assign(period=own),
        lines.drop(columns=PERIOD).assign(period=due),
        every.iloc[firsts_of(numbers)].reset_index(drop=True),
    )


def _told_apart(regular: pd.DataFrame, wanted: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose the accrual that stands for each key; the others repeat it: ``related_id``."""
    known = regular.merge(wanted[[*_KEYS, "due_cents"]], on=_KEYS, how="left")
    known = known.assign(is_inexact=(known["cents"] != known["due_cents"]).astype(bool))
    created_at = pd.DatetimeIndex(known["created_at"]).to_numpy("datetime64[us]")
    order = known.iloc[np.lexsort((created_at, known["is_inexact"]))]
    is_double = order.duplicated(_KEYS)
    kept = order[~is_double].drop(columns="due_cents")
    first = kept[[*_KEYS, "id"]].rename(columns={"id": "related_id"})
    return kept, order[is_double].drop(columns="due_cents").merge(first, on=_KEYS, how="left")


def _is_foreign(
    accruals: pd.DataFrame, lines: pd.DataFrame, periods: pd.DataFrame
) -> NDArray[np.bool_]:
    """Whether each accrual is by a version of its structure by which nothing at all is due."""
    structure = periods["structure_id"]
    due = lines[["period", "version"]].drop_duplicates()
    versions = due["version"].groupby(due["period"].map(structure)).agg(set)
    known = accruals["period"].map(structure).map(versions)
    pairs = zip(known, accruals["version"].notna(), accruals["version"], strict=True)
    return np.array(
        [
            isinstance(some, set) and is_known and version not in some
            for some, is_known, version in pairs
        ],
        dtype=bool,
    )


def _lost(rows: pd.DataFrame, voided: pd.DataFrame) -> pd.Series:
    """The voided accrual of each key: one of what was due, else the period's first."""
    first = voided.drop_duplicates("period").set_index("period")["id"]
    first = first.reindex(rows["period"]).set_axis(rows.index)
    of_size = voided.drop_duplicates(["period", "cents"])
    exact = rows[["period", "due_cents"]].merge(
        of_size[["period", "cents", "id"]], how="left",
        left_on=["period", "due_cents"], right_on=["period", "cents"],
    )["id"].set_axis(rows.index)  # fmt: skip
    return exact.fillna(first.where(rows["slot"] == 0))


def _differing(wanted: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Join each key's due amount with its accrual, and keep where they differ or one is open."""
    due_names = {"project_id": "due_project_id", "version": "due_version"}
    rows = wanted.rename(columns=due_names).merge(
        kept.drop(columns="is_inexact"), on=_KEYS, how="outer", indicator="origin"
    )
    due, accrued = (rows[name].astype("Int64").fillna(0) for name in ("due_cents", "cents"))
    is_undecided = rows["is_undecided"].astype("boolean").fillna(value=False)
    rows = rows.assign(due_cents=due, cents=accrued, is_undecided=is_undecided)
    return rows[is_undecided | (due != accrued)]


def _compared(wanted: pd.DataFrame, kept: pd.DataFrame, voided: pd.DataFrame) -> pd.DataFrame:
    """Compare each key's due amount with its accrual: one row where they differ."""
    rows = _differing(wanted, kept)
    rows = rows.assign(voided_id=_lost(rows, voided))
    is_due, is_accrued = rows["origin"] != "right_only", rows["origin"] != "left_only"
    due, accrued = rows["due_cents"], rows["cents"]
    is_more = accrued > due
    is_edit = (rows["version"] - rows["due_version"]).fillna(0) != 0
    is_edit |= rows["is_later"].astype("boolean").fillna(value=False).astype(bool)
    conditions = {
        "undecided": rows["is_undecided"],
        "deleted_video": is_accrued & is_more & rows["video_ids"].notna(),
        "hundredfold": is_hundredfold(accrued, due),
        "other_version": is_edit,
        "orphan": ~is_due,
        "voided": ~is_accrued & rows["voided_id"].notna(),
        "missing": ~is_accrued,
        "overpaid": is_more,
        "underpaid": accrued < due,
    }
    choices = [condition.to_numpy(bool) for condition in conditions.values()]
    finding = np.select(choices, list(conditions), default="")
    return rows.assign(
        finding=finding,
        due_cents=due.mask(rows["is_undecided"] & (due == 0)),
        difference_cents=due - accrued,
        id=rows["id"].where(is_accrued, rows["voided_id"]),
        project_id=rows["project_id"].fillna(rows["due_project_id"]),
        video_ids=rows["video_ids"].where(finding == "deleted_video"),
    )
