"""Frames of payouts for tests: small ones in the dtypes of the loaders, and the sandbox's.

The zone is New York; the days are those of spring 2026.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp

ZONE = "America/New_York"
NOON = pd.Timestamp("2026-06-15T12:00:00Z")
MEASURES = ["views", "likes", "comments", "shares", "saves", "followers"]
PROJECTS = ("Q1 Brand Program", "Summer Launch", "Always-On UGC")
# By the kind of a planted mistake: the stage at which an audit finds it, and as what.
PLANTED = {
    "cap_ignored": ("accrued", "overpaid"),
    "off_by_a_cent": ("accrued", "overpaid"),
    "a_hundredth": ("accrued", "hundredfold"),
    "counted_twice": ("accrued", "duplicate"),
    "paid_twice": ("paid", "duplicate"),
    "wrong_sum": ("paid", "overpaid"),
}
Findings = list[tuple[str, str, str, int | None]]
ACHIEVED = ("structures", "assignments", "videos", "analytics", "goals")


def rule(kind: str = "recurring", period: str = "monthly", **values: Any) -> dict[str, Any]:
    return {
        "id": "s", "project_id": "p", "kind": kind, "version": 1, "period": period,
        "amount_cents": None, "cpm_cents": None, "threshold_views": None, "cap_cents": None,
        "goal_metric": None, "proration": "none", **values,
    }  # fmt: skip


def structures(*rules: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rules), columns=list(rules[0]) if rules else list(rule()))
    cents = ["version", "amount_cents", "cpm_cents", "threshold_views", "cap_cents"]
    return frame.astype(dict.fromkeys(cents, "Int64"))


def assigned(start: str | None, end: str | None = None, **values: Any) -> dict[str, Any]:
    return {
        "id": values.pop("id", f"a-{start}-{end}"), "structure_id": "s", "creator_id": "nan",
        "start_date": pd.Timestamp(start) if start else pd.NaT,
        "end_date": pd.Timestamp(end) if end else pd.NaT, **values,
    }  # fmt: skip


def assignments(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(assigned("2026-05-01")))
    return frame.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"})


def daily(
    first: str,
    values: Sequence[float | None],
    *,
    entity: str = "creator",
    entity_id: str = "nan",
    metric: str = "views",
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "entity": entity,
            "entity_id": entity_id,
            "metric": metric,
            "date": pd.date_range(first, periods=len(values)),
            "value": pd.array(list(values), "Float64"),
            "series_kind": "main",
        }
    )


def video(name: str, posted: str, view_count: int = 0, **values: Any) -> dict[str, Any]:
    return {
        "id": name, "creator_id": "nan", "posted_at": pd.Timestamp(posted, tz=ZONE),
        "tracking_status": "auto_tracked", "is_tracking_disabled": False,
        "view_count": view_count, **values,
    }  # fmt: skip


def videos(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(video("v", "2026-05-01")))
    return frame.astype({"view_count": "Int64", "posted_at": f"datetime64[us, {ZONE}]"})


def posted_on(
    days: Iterable[pd.Timestamp], hour: str = "12:00", view_count: int = 0
) -> pd.DataFrame:
    """Videos, one on each day, whose ids are the days."""
    return videos(*(video(str(day), f"{day:%Y-%m-%d} {hour}", view_count) for day in days))


def weekly_bonus(days: Iterable[pd.Timestamp], target: float = 1.0) -> dict[str, pd.DataFrame]:
    """Videos of days, and a weekly goal of the last week of May, with a rule that pays for it."""
    return {
        "structures": structures(rule("goal", "weekly", amount_cents=2_100, goal_metric="posts")),
        "assignments": assignments(assigned("2026-05-25")),
        "goals": goals(goal(target, "2026-05-25")),
        "videos": posted_on(days),
    }


def goal(target: float | None, start: str, end: str | None = None, **values: Any) -> dict[str, Any]:
    return {
        "goal_id": "g", "creator_id": "nan", "metric": "posts", "period": "weekly",
        "target_value": target, "start_date": pd.Timestamp(start),
        "end_date": pd.Timestamp(end) if end else pd.NaT, "is_active": True, **values,
    }  # fmt: skip


def goals(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(goal(1.0, "2026-05-01")))
    return frame.astype({"end_date": "datetime64[us]", "target_value": "Float64"})


def accrual(name: str, cents: int | None, **values: Any) -> dict[str, Any]:
    return {
        "id": name, "project_id": "p", "creator_id": "nan", "structure_id": "s",
        "period_start": pd.Timestamp("2026-05-01"), "period_end": pd.Timestamp("2026-05-31"),
        "amount_cents": cents, "status": "pending", "kind": "accrual", "basis": "{}",
        "created_at": pd.Timestamp("2026-06-01 05:00", tz="UTC"), **values,
    }  # fmt: skip


def accruals(*rows: dict[str, Any]) -> pd.DataFrame:
    extra = [name for row in rows for name in row if name == "currency"][:1]
    frame = pd.DataFrame(list(rows), columns=[*accrual("x", 1), *extra])
    return frame.astype({"amount_cents": "Int64", "created_at": "datetime64[us, UTC]"})


def payment(
    name: str, cents: int | None, *accrual_ids: str, paid: str = "2026-06-05 15:00", **values: Any
) -> dict[str, Any]:
    return {
        "id": name, "project_id": None, "creator_id": "nan",
        "accrual_ids": json.dumps(list(accrual_ids)), "amount_cents": cents, "method_id": "m",
        "method_name": "PayPal", "status": "recorded", "paid_at": pd.Timestamp(paid, tz="UTC"),
        **values,
    }  # fmt: skip


def payments(*rows: dict[str, Any]) -> pd.DataFrame:
    extra = [name for row in rows for name in row if name == "currency"][:1]
    frame = pd.DataFrame(list(rows), columns=[*payment("x", 1), *extra])
    return frame.astype({"amount_cents": "Int64", "paid_at": "datetime64[us, UTC]"})


def due(*rows: dict[str, Any]) -> pd.DataFrame:
    """What an audit reads of accrue: its columns, and up to when it goes."""
    columns = ["project_id", "creator_id", "structure_id", "period_start", "amount_cents", "reason"]
    frame = pd.DataFrame(list(rows), columns=columns)
    frame = frame.astype({"amount_cents": "Int64", "period_start": "datetime64[us]"})
    frame.attrs["trackagoat"] = {"until": "2026-06-30", "goals_until": "2026-06-28"}
    return frame


def owed(cents: int | None, **values: Any) -> dict[str, Any]:
    return {
        "project_id": "p", "creator_id": "nan", "structure_id": "s",
        "period_start": pd.Timestamp("2026-05-01"), "amount_cents": cents,
        "reason": None if cents is not None else "missing_days", **values,
    }  # fmt: skip


@functools.cache
def load_world(box: Any, backend: Any = "numpy_nullable") -> dict[str, pd.DataFrame]:
    """Load all the demo organization's payouts up to now, with every version of its structures."""
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False) as client:
        options = {"client": client, "dtype_backend": backend}
        assignments = tgp.load_payout_assignments(tgp.load_payout_structures(**options), **options)
        videos, creators = tgp.load_videos(**options), tgp.load_creators(**options)
        today = pd.Timestamp(box.now).tz_convert(ZONE).date()
        span = (str(assignments["start_date"].min())[:10], str(today))
        big = videos[videos["view_count"] >= 100_000]
        analytics = [
            tgp.load_analytics("creator", creators, MEASURES, dates=span, **options),
            tgp.load_analytics("video", big, "views", dates=span, **options),
        ]
        sql = (
            "SELECT * FROM payout_structures WHERE project_id IN (SELECT id FROM projects "
            "WHERE name IN (?, ?, ?))"
        )
        return {
            "structures": pd.DataFrame([dict(row) for row in box.database.rows(sql, PROJECTS)]),
            "assignments": assignments,
            "videos": videos,
            "analytics": tgp.combine_loads(*analytics),
            "goals": pd.concat([tgp.load_goal_compliance(name, **options) for name in PROJECTS]),
            "accruals": tgp.load_payout_accruals(**options),
            "payments": tgp.load_payout_payments(**options),
        }


def put_right(box: Any, rows: pd.DataFrame) -> pd.DataFrame:
    """Take planted mistakes back that are in the amounts of accruals or payments."""
    wrong = {
        error.accrual_id or error.payment_id: error.right_cents for error in box.truth.ledger_errors
    }
    is_wrong = rows["id"].isin(list(wrong))
    right = rows["amount_cents"].where(~is_wrong, rows["id"].map(wrong).astype("Int64"))
    return rows.assign(amount_cents=right)[right != 0]


def achieved_in_world(box: Any, backend: Any = "numpy_nullable") -> dict[str, pd.DataFrame]:
    """The frames of that world that accrue and forecast_payouts take."""
    world = load_world(box, backend)
    return {name: world[name] for name in ACHIEVED}


@functools.cache
def due_in_world(box: Any, backend: Any) -> pd.DataFrame:
    return tgp.accrue(**achieved_in_world(box, backend), until=pd.Timestamp(box.now), timezone=ZONE)


def planted_findings(box: Any) -> Findings:
    """What an audit of that world should find.

    That is adjustments by hand, planted mistakes, and what was paid for videos that are gone now.
    """
    sql = "SELECT id FROM payout_accruals WHERE kind = 'adjustment'"
    own = set(load_world(box)["accruals"]["id"])
    found: Findings = [
        ("set_aside", "adjusted", row["id"], None)
        for row in box.database.rows(sql) if row["id"] in own
    ]  # fmt: skip
    found += [
        (*PLANTED[error.kind], error.accrual_id or error.payment_id,
         error.right_cents - error.amount_cents)
        for error in box.truth.ledger_errors
    ]  # fmt: skip
    return sorted(found + [row for row in _gone_findings(box) if row[2] in own])


def _gone_findings(box: Any) -> Findings:
    gone = {row[0] for row in box.database.rows("SELECT id FROM videos WHERE deleted_at > ''")}
    sql = "SELECT id, amount_cents, basis FROM payout_accruals WHERE kind = 'accrual'"
    found = []
    for accrual_id, cents, text in box.database.rows(sql):
        basis = json.loads(text)
        video_ids = basis.get("video_ids", [])
        # Each video brings the same; a cap may have cut their sum.
        uncapped = basis.get("uncapped_cents", cents)
        lost = uncapped * len(gone.intersection(video_ids)) // max(len(video_ids), 1)
        if uncapped - lost < cents:
            found.append(("accrued", "deleted_video", accrual_id, uncapped - lost - cents))
    return found


def named_findings(findings: pd.DataFrame) -> Findings:
    """Stage, finding, the accrual's or payment's id, and the difference of each finding."""
    return sorted(
        (row.stage, row.finding, row.payment_id if row.stage == "paid" else row.accrual_id,
         None if pd.isna(row.difference_cents) else row.difference_cents)
        for row in findings.itertuples()
    )  # fmt: skip
