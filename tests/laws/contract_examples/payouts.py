"""Loads of payouts, comments, the data model and any path, with what the examples say of them."""

from __future__ import annotations

import trackagoat_pandas as tgp
from tests.laws.contract_examples.expected import DAY, NAME, UTC, Load, listed
from tests.laws.contract_examples.served import (
    CHARLI,
    CPM,
    FARM,
    GLOW_VIDEO,
    MILLION,
    PAYPAL,
    POSTS,
    PROJECT,
    RETAINER,
    SHAKEN,
    WIRE,
    uid,
)

PAYOUTS = {
    "load_payout_methods": Load(
        lambda: tgp.load_payout_methods(include_disabled=True),
        listed("/payout-methods", include_disabled="1"), {
        "id str": [PAYPAL, WIRE],
        "org_id str": [uid("0", 1)] * 2,
        "name str": ["PayPal", "Wire & cheque"],
        "icon_url str": ["https://example.com/icons/paypal.svg",
                         "https://example.com/icons/wire.svg"],
        "is_default boolean": [True, False],
        "is_active boolean": [True, False],
        "metadata str": [{}, {"fee_cents": 1500}],
        "readme str": [None, "Only above $500"],
        f"created_at {UTC}": ["2025-11-20 08:15:00+00:00", "2026-02-11 17:45:00+00:00"],
    }),
    "load_payout_methods of one": Load(
        lambda: tgp.load_payout_methods(method=WIRE), [(f"/payout-methods/{WIRE}", {})], {
        "id str": [WIRE],
        "name str": ["Wire & cheque"],
        "is_active boolean": [False],
        "metadata str": [{"fee_cents": 1500}],
    }),
    "load_payout_structures": Load(
        lambda: tgp.load_payout_structures(NAME), listed("/payout-structures", project=True), {
        "id str": [RETAINER, CPM, MILLION],
        "name str": ["Retainer", "$1.50 per 1,000 views, at most $250", "Million club"],
        "kind category": ["recurring", "cpm", "view_threshold"],
        "version Int64": [2, 1, 1],
        "amount_cents Int64": [50_000, None, 100_000],
        "period category": ["monthly"] * 3,
        "cpm_cents Int64": [None, 150, None],
        "threshold_views Int64": [None, None, 1_000_000],
        "cap_cents Int64": [None, 25_000, None],
        "proration category": ["daily", "none", "none"],
        "is_active boolean": [True, True, False],
    }),
    "load_payout_structures of one": Load(
        lambda: tgp.load_payout_structures(structure=POSTS),
        [(f"/payout-structures/{POSTS}", {})], {
        "id str": [POSTS],
        "kind category": ["goal"],
        "version Int64": [3],
        "amount_cents Int64": [30_000],
        "goal_metric str": ["posts"],
        f"created_at {UTC}": ["2026-01-06 09:15:00+00:00"],
    }),
    "load_payout_assignments": Load(
        lambda: tgp.load_payout_assignments([RETAINER, CPM]),
        listed(f"/payout-structures/{RETAINER}/assignments")
        + listed(f"/payout-structures/{CPM}/assignments"), {
        "id str": [uid("9", 1), uid("9", 2), uid("9", 3)],
        "structure_id str": [RETAINER, RETAINER, CPM],
        "creator_id str": [CHARLI, FARM, CHARLI],
        f"start_date {DAY}": ["2026-01-10 00:00:00", "2026-03-15 00:00:00", "2026-02-01 00:00:00"],
        f"end_date {DAY}": [None, "2026-06-30 00:00:00", None],
    }),
    "load_payout_accruals": Load(
        lambda: tgp.load_payout_accruals(NAME), listed("/payout-accruals", project=True), {
        "id str": [uid("a", 1), uid("a", 2), uid("a", 3)],
        "creator_id str": [CHARLI] * 3,
        "structure_id str": [CPM, RETAINER, RETAINER],
        "structure_version Int64": [1, 2, 1],
        f"period_start {DAY}": ["2026-02-01 00:00:00", "2026-03-01 00:00:00",
                                "2026-02-01 00:00:00"],
        f"period_end {DAY}": ["2026-02-28 00:00:00", "2026-03-31 00:00:00", "2026-02-28 00:00:00"],
        "amount_cents Int64": [12_550, 50_000, -999],
        "status category": ["paid", "pending", "voided"],
        "kind category": ["accrual", "accrual", "adjustment"],
        "basis str": [{"views": 83_667}, None, None],
    }),
    "load_payout_accruals of one": Load(
        lambda: tgp.load_payout_accruals(accrual=uid("a", 1)),
        [(f"/payout-accruals/{uid('a', 1)}", {})], {
        "id str": [uid("a", 1)],
        "amount_cents Int64": [12_550],
        "basis str": [{"views": 83_667}],
    }),
    "load_payout_payments": Load(
        lambda: tgp.load_payout_payments(dates="2026-03"),
        listed("/payout-payments", **{"from": "2026-03-01", "to": "2026-03-31"}), {
        "id str": [uid("b", 1), uid("b", 2)],
        "creator_id str": [CHARLI, FARM],
        "accrual_ids str": [[uid("a", 1)], []],
        "amount_cents Int64": [12_550, 3_000_000_000],
        "method_id str": [PAYPAL, WIRE],
        "method_name str": ["PayPal", "Wire"],
        "status category": ["recorded", "voided"],
        f"paid_at {UTC}": ["2026-03-05 15:20:00+00:00", "2026-03-04 23:00:00+00:00"],
        "note str": ["February, thanks! 💸", None],
        "receipt_url str": ["https://example.com/receipts/1.pdf", None],
    }),
    "load_payout_payments of one": Load(
        lambda: tgp.load_payout_payments(payment=uid("b", 1)),
        [(f"/payout-payments/{uid('b', 1)}", {})], {
        "id str": [uid("b", 1)],
        "accrual_ids str": [[uid("a", 1)]],
        "amount_cents Int64": [12_550],
    }),
    "load_data_model": Load(tgp.load_data_model, [("/schema", {})], {
        "entity str": ["project"] * 7 + ["campaign"] * 9,
        "field str": [
            "id", "org_id", "name", "description", "timezone", "created_at", "updated_at",
            "id", "project_id", "name", "readme", "metadata", "created_at", "target_views",
            "target_at", "items"],
        "type str": [
            "uuid", "uuid", "string", "string", "string", "datetime", "datetime",
            "uuid", "uuid", "string", "string", "object", "datetime", "integer", "datetime",
            "array"],
        "nullable boolean": [
            False, False, False, True, False, False, False,
            False, False, False, True, False, False, True, True, False],
    }),
    "load_data_model of analytics": Load(
        lambda: tgp.load_data_model(part="analytics"), [("/analytics/schema", {})], {
        "entity str": ["point", "point"],
        "field str": ["date", "value"],
        "description str": ["The bucket's first day", "Null at 0 views"],
    }),
    "load_path": Load(
        lambda: tgp.load_path("/campaigns", project_id=PROJECT),
        listed("/campaigns", project_id=PROJECT), {
        "name str": ["Glow 2026", "Glow teaser"],
        "readme str": ["Everything with the glow hashtag", None],
        "metadata str": [{"brand": "Glow"}, {}],
        "target_views Int64": [5_000_000, None],
        f"created_at {UTC}": ["2026-02-01 10:00:00+00:00", "2026-01-15 10:00:00+00:00"],
    }),
    "load_comments": Load(
        lambda: tgp.load_comments(PROJECT),
        [("/openapi.json", {}), *listed("/comments", project_id=PROJECT)], {
        "id str": [uid("c", 1), uid("c", 2), uid("c", 3)],
        "video_id str": [GLOW_VIDEO, GLOW_VIDEO, SHAKEN],
        "text str": ["LOVE it!!! 😍 <3", None, "not good\nreally"],
        f"posted_at {UTC}": ["2026-03-10 01:02:03+00:00", "2026-03-11 00:00:00+00:00", None],
    }),
}  # fmt: skip
