"""Earlier versions of rules: given, or inferred from what accrued by them."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.payout_frames import (
    NOON,
    ZONE,
    accrual,
    accruals,
    assigned,
    assignments,
    payments,
    rule,
    structures,
)
from trackagoat_pandas.helpers.payouts.versions import infer_rule_versions

MADE = pd.Timestamp("2025-11-19T12:00Z")
NOW = structures(rule(version=2, amount_cents=62_500, proration="daily"))
NOW["created_at"] = pd.Timestamp("2026-04-18T18:00Z")
LEAVER = assignments(assigned("2026-02-01", "2026-04-27"))


def month(number, cents, days=None, **values):
    first = pd.Timestamp(2026, number, 1)
    last = first + pd.offsets.MonthEnd()
    basis = {"days_assigned": days or last.day, "days_in_period": last.day}
    return accrual(
        f"a{number}{values.get('creator_id', '')}", cents, period_start=first, period_end=last,
        basis=json.dumps(basis), **values,
    )  # fmt: skip


def by_first(*rows):
    return accruals(*rows).assign(structure_version=pd.array([1] * len(rows), "Int64"))


PAID = by_first(month(2, 50_000), month(3, 50_000), month(4, 45_000, 27))


def audited(rule_versions):
    wanted = tgp.accrue(NOW, LEAVER, rule_versions=rule_versions, until="2026-05-31", timezone=ZONE)
    return wanted, tgp.audit_payouts(wanted, PAID, payments())


@pytest.mark.parametrize(
    "versions",
    [
        lambda: pd.DataFrame({"id": ["s"], "version": [1], "amount_cents": [50_000]}),
        lambda: NOW.assign(
            version=1, amount_cents=50_000, created_at=pd.Timestamp("2025-11-19T12:00Z")
        ),
        lambda: infer_rule_versions(NOW, PAID),
    ],
    ids=["by hand", "an older load", "inferred"],
)
def test_the_pay_of_a_leaver_is_judged_by_the_version_then(versions):
    wanted, findings = audited(versions())
    assert wanted["amount_cents"].tolist() == [50_000, 50_000, 45_000]
    assert findings.empty


def test_without_the_earlier_terms_it_is_set_aside():
    _, findings = audited(None)
    assert findings["finding"].tolist() == ["other_version"] * 3
    assert findings["advice"].str.contains("rule_versions=").all()


def test_a_version_of_another_name_alone_judges_alike():
    renamed = NOW.assign(version=1, amount_cents=62_500, created_at=pd.NaT, name="Old")
    wanted = tgp.accrue(NOW, LEAVER, rule_versions=renamed, until="2026-05-31", timezone=ZONE)
    assert wanted["amount_cents"].tolist() == [62_500, 62_500, 56_250]
    assert wanted["rule_source"].tolist() == ["given"] * 3


def test_a_version_is_in_force_from_the_day_after_it_was_made():
    daily = structures(rule(version=2, period="daily", amount_cents=5))
    daily["created_at"] = pd.Timestamp("2026-04-18T18:00Z")
    wanted = tgp.accrue(
        daily,
        assignments(assigned("2026-04-17", "2026-04-20")),
        rule_versions=pd.DataFrame({"id": ["s"], "version": [1], "amount_cents": [3]}),
        until="2026-04-30",
        timezone=ZONE,
    )
    assert wanted["amount_cents"].tolist() == [3, 3, 5, 5]


@pytest.mark.parametrize(
    ("rows", "terms"),
    [
        ([month(2, 500), month(3, 500), month(4, 450, 27)], [(500, 3, 3)]),
        # One of four is wrong, and found by the terms of the others.
        ([month(1, 500), month(2, 500), month(3, 500), month(4, 5)], [(500, 4, 3)]),
        ([month(2, 500), month(3, 400)], []),
        ([month(2, 500)], []),
        ([month(4, 450, 27), month(5, 450, 27)], []),
        ([month(2, 500), month(3, 500, kind="adjustment"), month(4, 500, status="voided")], []),
    ],
)
def test_terms_are_what_three_quarters_of_the_accruals_agree_on(rows, terms):
    found = infer_rule_versions(NOW, by_first(*rows))
    columns = ["amount_cents", "accruals", "agreeing"]
    assert [tuple(row) for row in found[columns].to_numpy().tolist()] == terms


def test_accruals_of_no_structure_say_nothing_of_a_structure_without_an_id():
    nobodys = NOW.assign(id=None)
    paid = by_first(*(month(number, 50_000, structure_id=None) for number in (2, 3, 4)))
    assert infer_rule_versions(pd.concat([NOW, nobodys]), paid).empty


def test_a_basis_that_states_nothing_leaves_views_and_videos_unknown():
    rows = by_first(month(2, 500), month(3, 500)).assign(basis="free text")
    assert infer_rule_versions(NOW, rows)["amount_cents"].tolist() == [500]
    for kind in ("cpm", "view_threshold"):
        assert infer_rule_versions(NOW.assign(kind=kind), rows).empty


def test_a_rate_that_the_accruals_state_is_taken_if_half_of_them_follow_from_it():
    basis = [json.dumps({"views": views, "cpm_cents": 120}) for views in (16_015, 942)]
    rows = by_first(month(2, 1_922), month(3, 114)).assign(basis=basis)
    found = infer_rule_versions(NOW.assign(kind="cpm"), rows)
    assert found[["cpm_cents", "accruals", "agreeing"]].to_numpy().tolist() == [[120, 2, 1]]


def test_a_rate_is_stated_if_three_quarters_of_the_accruals_state_it():
    stated = ((16_015, 120), (942, 120), (1_000, 120), (1_000, 110))
    basis = [json.dumps({"views": views, "cpm_cents": rate}) for views, rate in stated]
    cents = (1_922, 114, 120, 110)
    rows = by_first(*(month(place, each) for place, each in enumerate(cents, 2)))
    found = infer_rule_versions(NOW.assign(kind="cpm"), rows.assign(basis=basis))
    assert found[["cpm_cents", "accruals", "agreeing"]].to_numpy().tolist() == [[120, 4, 2]]


@pytest.mark.parametrize("seed", list(range(1, 21))[:: every(10)])
def test_each_inferred_version_has_the_terms_that_the_rule_had(seed):
    sql = "SELECT id, version, amount_cents, cpm_cents FROM payout_structures"
    with (
        tgp.sandbox(rate_limit=None, seed=seed, creators=12, now=str(NOON)) as box,
        tgp.connect(
            box.key, base_url="http://127.0.0.1/api/v1", transport=box.app, rate_limit=None,
            progress=False,
        ) as client,
    ):  # fmt: skip
        rules = tgp.load_payout_structures(client=client)
        found = infer_rule_versions(rules, tgp.load_payout_accruals(client=client))
        terms = {tuple(row) for row in box.database.rows(sql)}
    assert len(found) >= 2
    columns = found[["id", "version", "amount_cents", "cpm_cents"]].astype(object)
    assert {tuple(row) for row in columns.where(columns.notna(), None).to_numpy()} <= terms
