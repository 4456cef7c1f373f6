"""The audit: each finding by hand, and none that should not be on the sandbox."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy
from tests.support.payout_frames import (
    NOON,
    PLANTED,
    ZONE,
    accrual,
    accruals,
    achieved_in_world,
    assigned,
    assignments,
    due,
    due_in_world,
    load_world,
    named_findings,
    owed,
    payment,
    payments,
    planted_findings,
    rule,
    structures,
    video,
    videos,
)
from trackagoat_pandas.errors import (
    ContractWarning,
    MissingArgumentError,
    MissingColumnError,
    TrackaGoatWarning,
)
from trackagoat_pandas.helpers.payouts.accrual import REASONS
from trackagoat_pandas.helpers.payouts.audit import audit_payouts


def found(wanted, earned, paid=None, **options):
    findings = audit_payouts(wanted, earned, payments() if paid is None else paid, **options)
    columns = ["stage", "finding", "difference_cents"]
    return [tuple(row) for row in findings[columns].astype(object).to_numpy().tolist()]


UNDECIDED = ("set_aside", "undecided", pd.NA)


@pytest.mark.parametrize(
    ("wanted", "earned", "paid", "findings"),
    [
        ([500], [accrual("a", 500, status="paid")], [payment("x", 500, "a")], []),
        ([500], [accrual("a", 500)], [], []),
        ([200, 300], [accrual("a", 500)], [], []),
        ([500], [], [], [("accrued", "missing", 500)]),
        ([], [accrual("a", 500)], [], [("accrued", "orphan", -500)]),
        (
            [500], [accrual("a", 500), accrual("b", -20, kind="adjustment")], [],
            [("set_aside", "adjusted", pd.NA)],
        ),
        (
            [500], [accrual("a", 500, currency="EUR")], [],
            [("accrued", "orphan", -500), ("accrued", "missing", 500)],
        ),
        ([None], [accrual("a", 500)], [], [UNDECIDED]),
        ([None], [], [], [UNDECIDED]),
        # What is undecided hides no other amount that is missing.
        ([None, 500], [], [], [("accrued", "missing", 500), UNDECIDED]),
        ([500], [accrual("a", 500, status="paid")], [], [("paid", "missing", 500)]),
        (
            [500], [accrual("a", 500, status="paid")], [payment("x", 500, "a", status="voided")],
            [("paid", "voided", 500)],
        ),
        (
            [500], [accrual("a", 500, status="paid"), accrual("b", 500, status="voided")],
            [payment("x", 500, "a"), payment("y", 500, "b")], [("paid", "voided", -500)],
        ),
        (
            [500], [accrual("a", 500, status="paid")],
            [payment("x", 500, "a"), payment("y", 70), payment("z", 8, "gone")],
            [("paid", "orphan", -70), ("paid", "orphan", -8)],
        ),
        (
            [500], [accrual("a", 500)], [payment("x", 500, "a")], [("paid", "still_pending", 0)],
        ),
        (
            [500], [accrual("a", 500, status="paid")],
            [payment("x", 500, "a", creator_id="mia")], [("paid", "misdirected", 0)],
        ),
    ],
)  # fmt: skip
def test_each_difference_is_a_finding_and_says_what_must_be_added(wanted, earned, paid, findings):
    assert found(due(*map(owed, wanted)), accruals(*earned), payments(*paid)) == findings


@pytest.mark.parametrize(
    ("wanted", "accrued", "finding"),
    [
        (500, 499, "underpaid"),
        (500, 501, "overpaid"),
        (500, 50_000, "hundredfold"),
        (12_350, 124, "hundredfold"),
        (40, 0, "underpaid"),
    ],
)
def test_an_accrual_that_is_not_what_is_due(wanted, accrued, finding):
    assert found(due(owed(wanted)), accruals(accrual("a", accrued))) == [
        ("accrued", finding, wanted - accrued)
    ]


def test_the_voided_accrual_of_a_due_amount_is_named():
    earned = accruals(accrual("a", 100), accrual("b", 200, status="voided"))
    findings = audit_payouts(due(owed(100), owed(200)), earned, payments())
    columns = ["finding", "accrual_id", "difference_cents"]
    assert findings[columns].astype(object).to_numpy().tolist() == [["voided", "b", 200]]
    # Of another size than is due it is named, too.
    findings = audit_payouts(due(owed(500)), earned[1:], payments())
    assert findings[columns].astype(object).to_numpy().tolist() == [["voided", "b", 500]]


def test_of_several_accruals_the_exact_one_stands_and_names_the_others():
    earned = accruals(accrual("a", 499), accrual("b", 500), accrual("c", 500))
    findings = audit_payouts(due(owed(500)), earned, payments())
    assert findings["finding"].tolist() == ["duplicate", "duplicate"]
    assert findings[["accrual_id", "related_id"]].to_numpy().tolist() == [["a", "b"], ["c", "b"]]


@pytest.mark.parametrize(
    ("wanted", "accrued", "findings"),
    [
        ([200, 300], [300, 200], []),
        ([300, 300], [300, 300], []),
        ([300, 300], [300, 300, 300], [("accrued", "duplicate", -300)]),
        ([200, 300], [300, 250], [("accrued", "overpaid", -50)]),
        ([200, 300], [10, 20], [("accrued", "underpaid", 190), ("accrued", "underpaid", 280)]),
        ([200, 300, 400], [400, 500], []),
        ([100, 200], [300, 300], [("accrued", "duplicate", -300)]),
        ([100, 200, 300], [100, 200], [("accrued", "missing", 300)]),
        ([100, 200, 400], [150, 200], [("accrued", "underpaid", 350)]),
        ([100, 200], [100, 200, 300], [("accrued", "duplicate", -300)]),
    ],
)
def test_two_assignments_in_a_period_may_have_an_accrual_each(wanted, accrued, findings):
    earned = accruals(*(accrual(f"a{place}", cents) for place, cents in enumerate(accrued)))
    assert found(due(*map(owed, wanted)), earned) == findings


def by_version(made, current, accrued, **values):
    earned = accruals(accrual("a", accrued)).assign(structure_version=pd.array([made], "Int64"))
    return due(owed(500)).assign(structure_version=current, **values), earned


@pytest.mark.parametrize(
    ("made", "current", "accrued", "finding"),
    [
        (1, 2, 400, ("set_aside", "other_version")), (1, 2, 600, ("set_aside", "other_version")),
        (2, 2, 400, ("accrued", "underpaid")), (None, 2, 400, ("accrued", "underpaid")),
        (1, 2, 50_000, ("accrued", "hundredfold")),
    ],
)  # fmt: skip
def test_what_another_version_of_the_rule_brought_stands_apart(made, current, accrued, finding):
    findings = audit_payouts(*by_version(made, current, accrued), payments())
    assert findings[["stage", "finding"]].to_numpy().tolist() == [list(finding)]
    wrong = 0 if finding[0] == "set_aside" else 500 - accrued
    assert findings["difference_cents"].sum() == wrong
    assert findings[["due_cents", "accrued_cents"]].to_numpy().tolist() == [[500, accrued]]


def test_known_edits_and_undecided_amounts_add_nothing_to_what_must_be_added():
    wanted = due(*(owed(500, creator_id=f"c{n}") for n in range(48)), owed(None))
    wanted = wanted.assign(structure_version=2)
    earned = accruals(*(accrual(f"a{n}", 413, creator_id=f"c{n}") for n in range(48)),
                      accrual("u", 190))  # fmt: skip
    findings = audit_payouts(wanted, earned.assign(structure_version=1), payments())
    assert findings["stage"].tolist() == ["set_aside"] * 49
    assert findings["difference_cents"].sum() == 0


def test_what_a_version_that_was_not_in_force_would_have_paid_is_not_missing():
    wanted = due(owed(500)).assign(structure_version=2, version_in_force=False)
    assert found(wanted, accruals()) == [("set_aside", "other_version", pd.NA)]
    assert found(wanted.assign(version_in_force=True), accruals()) == [("accrued", "missing", 500)]
    assert found(*by_version(1, 2, 500)) == []


def edited_rule():
    """A weekly rule made on 1 June, assigned from 18 May and edited on 22 June."""
    edited = {"created_at": pd.Timestamp("2026-06-22T12:00Z")}
    rules = structures(rule(period="weekly", amount_cents=9_000, version=2)).assign(**edited)
    earned = accruals(
        *(
            accrual(
                f"a{place}",
                7_000,
                period_start=monday,
                period_end=monday + pd.Timedelta(6, "D"),
                created_at=monday.tz_localize("UTC") + pd.Timedelta(180, "h"),
            )
            for place, monday in enumerate(pd.date_range("2026-06-01", periods=4, freq="7D"))
        )
    )
    return rules, assignments(assigned("2026-05-18")), earned.assign(structure_version=1)


def test_periods_before_an_edited_rule_accrued_are_undecided():
    rules, assigned_from, earned = edited_rule()
    findings = audit_payouts(
        None, earned, payments(), structures=rules, assignments=assigned_from, timezone=ZONE
    )
    undecided = findings[findings["finding"] == "undecided"]
    assert undecided["period_start"].dt.strftime("%m-%d").tolist() == ["05-18", "05-25"]
    assert undecided["due_cents"].isna().all()
    assert undecided["reason"].str.startswith("The rule may not have existed yet").all()
    assert findings["wrong_cents"].fillna(0).sum() == 0


def test_a_missing_accrual_after_the_first_is_wrong_money():
    rules, assigned_from, earned = edited_rule()
    findings = audit_payouts(
        None, earned.drop(index=1), payments(), structures=rules, assignments=assigned_from,
        timezone=ZONE,
    )  # fmt: skip
    missing = findings[findings["finding"] == "missing"]
    assert missing["period_start"].dt.strftime("%m-%d").tolist() == ["06-08"]
    assert missing["difference_cents"].tolist() == [7_000]


@pytest.mark.parametrize(
    ("made", "missing"), [("2026-06-01T12:00Z", []), ("2026-05-20T12:00Z", ["05-18", "05-25"])]
)
def test_a_known_first_version_decides_which_periods_are_missing(made, missing):
    rules, assigned_from, earned = edited_rule()
    first = rules.assign(version=1, amount_cents=7_000, created_at=pd.Timestamp(made))
    wanted = tgp.accrue(
        rules, assigned_from, rule_versions=first.astype({"amount_cents": "Int64"}),
        until="2026-06-28", timezone=ZONE,
    )  # fmt: skip
    findings = audit_payouts(wanted, earned, payments(), timezone=ZONE)
    assert findings["finding"].tolist() == ["missing"] * len(missing)
    assert findings["period_start"].dt.strftime("%m-%d").tolist() == missing


def test_an_accrual_by_a_version_by_which_nothing_is_due_is_no_orphan():
    wanted = due(owed(500)).assign(structure_version=2)
    april = {"period_start": pd.Timestamp("2026-04-01")}
    earned = accruals(accrual("a", 500), accrual("b", 300, **april))
    assert found(wanted, earned.assign(structure_version=[2, 1])) == [
        ("set_aside", "other_version", pd.NA)
    ]
    assert found(wanted, earned.assign(structure_version=2)) == [("accrued", "orphan", -300)]


def test_due_amounts_that_stand_twice_count_once():
    wanted = due(owed(500)).assign(assignment_id="x")
    assert found(pd.concat([wanted, wanted]), accruals(accrual("a", 500))) == []


def test_accruals_without_a_time_are_in_the_order_of_their_rows():
    earned = accruals(accrual("a", 10, created_at=None), accrual("b", 20, created_at=None))
    for rows in (earned, earned.assign(created_at=pd.NaT)):
        findings = audit_payouts(due(owed(200), owed(300)), rows, payments())
        assert findings["accrual_id"].tolist() == ["a", "b"]


def test_what_is_undecided_has_no_due_amount():
    findings = audit_payouts(due(owed(None)), accruals(accrual("a", 500)), payments())
    assert findings["due_cents"].isna().all()
    assert findings["accrued_cents"].tolist() == [500]


@pytest.mark.parametrize("status", ["approved", None])
def test_an_unknown_status_is_neither_paid_nor_pending_nor_recorded(status):
    earned, paid = accruals(accrual("a", 500, status=status)), payments(payment("x", 500, "a"))
    with pytest.warns(ContractWarning, match="1 of 1 accruals have a status other than"):
        assert found(due(owed(500)), earned, paid) == []
    with pytest.warns(ContractWarning, match="1 of 1 payments .* not counted as paid"):
        findings = audit_payouts(*SETTLED, paid.assign(status=status))
    assert findings[["finding", "payment_id"]].to_numpy().tolist() == [["missing", "x"]]


def test_an_accrual_for_a_video_that_is_gone():
    basis = json.dumps({"video_ids": ["v", "gone"], "threshold_views": 9})
    earned = accruals(accrual("a", 1_400, basis=basis, status="paid"))
    findings = audit_payouts(
        due(owed(700)),
        earned,
        payments(payment("x", 1_400, "a")),
        videos=videos(video("v", "2026-05-01")),
    )
    assert findings["finding"].tolist() == ["deleted_video"]
    assert findings["video_ids"].tolist() == ['["gone"]']
    assert findings["payment_id"].tolist() == ["x"]
    assert found(due(owed(700)), earned, payments(payment("x", 1_400, "a"))) == [
        ("accrued", "overpaid", -700)
    ]


SETTLED = due(owed(500)), accruals(accrual("a", 500, status="paid"))


def test_the_second_payment_of_an_accrual_is_a_duplicate():
    paid = payments(
        payment("late", 500, "a", paid="2026-06-09"), payment("x", 500, "a", paid="2026-06-05")
    )
    findings = audit_payouts(*SETTLED, paid)
    assert findings[["finding", "payment_id"]].to_numpy().tolist() == [["duplicate", "late"]]


@pytest.mark.parametrize(
    ("amount", "finding"),
    [(501, "overpaid"), (499, "underpaid"), (50_000, "hundredfold"), (5, "hundredfold")],
)
def test_a_payment_that_is_not_what_it_lists(amount, finding):
    assert found(*SETTLED, payments(payment("x", amount, "a"))) == [("paid", finding, 500 - amount)]


def test_an_amount_that_is_not_due_yet_is_not_missing():
    wanted = due(owed(500), owed(500, period_start=pd.Timestamp("2026-06-01")))
    wanted["due_at"] = pd.to_datetime(["2026-06-01T04:00Z", "2026-07-01T04:00Z"])
    earned = accruals()
    earned.attrs["trackagoat"] = {
        "fetched_at": pd.Timestamp.now("UTC").isoformat(),
        "server_time": "2026-06-15T12:00:00+00:00",
    }
    with pytest.warns(TrackaGoatWarning, match="^1 of 2 amounts in `due` aren't due yet at 2026"):
        assert found(wanted, earned) == [("accrued", "missing", 500)]


def covering(wanted, until, goals_until):
    wanted.attrs["trackagoat"] = {"until": until, "goals_until": goals_until}
    return wanted


@pytest.mark.parametrize(
    ("kind", "until", "finding"),
    [
        ("recurring", "2026-05-31", "orphan"), ("recurring", "2026-05-30", "not_covered"),
        ("goal", "2026-05-31", "not_covered"), ("goal", "2026-06-02", "orphan"),
    ],
)  # fmt: skip
def test_an_accrual_of_a_later_period_than_due_covers_is_no_orphan(kind, until, finding):
    april = pd.Timestamp("2026-04-01")
    wanted = due(owed(500, period_start=april)).assign(rule_kind=kind)
    goals_until = str((pd.Timestamp(until) - pd.Timedelta(days=2)).date())
    earned = accruals(
        accrual("a", 500, period_start=april, period_end=pd.Timestamp("2026-04-30")),
        accrual("b", 300),
    )
    wanted = covering(wanted, until, goals_until)
    if finding == "orphan":
        assert found(wanted, earned) == [("accrued", "orphan", -300)]
        return
    with pytest.warns(TrackaGoatWarning, match=f"^1 accrual is for .* after {until} .*goals"):
        assert found(wanted, earned) == [("set_aside", "not_covered", pd.NA)]


def plain(frame):
    """A frame as it comes from a CSV, Polars or DuckDB: without attributes."""
    frame = frame.copy()
    frame.attrs = {}
    return frame


def test_without_attributes_nothing_is_an_orphan_that_due_does_not_prove_to_cover():
    june = {"period_start": pd.Timestamp("2026-06-01"), "period_end": pd.Timestamp("2026-06-30")}
    april = {"period_start": pd.Timestamp("2026-04-01"), "period_end": pd.Timestamp("2026-04-30")}
    earned = accruals(accrual("a", 500), accrual("b", 300, **june), accrual("c", 70, **april))
    wanted = plain(due(owed(500)))
    with pytest.warns(TrackaGoatWarning, match="1 accrual is .* Pass the `until` that `accrue`"):
        assert found(wanted, earned) == [
            ("accrued", "orphan", -70), ("set_aside", "not_covered", pd.NA),
        ]  # fmt: skip
    assert found(wanted, earned, until="2026-07-02") == [
        ("accrued", "orphan", -70), ("accrued", "orphan", -300),
    ]  # fmt: skip


def test_a_world_without_attributes_has_the_findings_that_it_has_with_them(box):
    world, wanted = load_world(box), due_in_world(box, "numpy_nullable")
    frames = [plain(frame) for frame in (wanted, world["accruals"], world["payments"])]
    findings = audit_payouts(*frames, videos=plain(world["videos"]))
    judged = findings[(findings["stage"] != "set_aside") | (findings["finding"] == "adjusted")]
    assert named_findings(judged) == planted_findings(box)
    day = str(pd.Timestamp(box.now).tz_convert(ZONE).date())
    whole = audit_payouts(*frames, videos=world["videos"], until=day, now=box.now)
    assert named_findings(whole) == planted_findings(box)


def due_at(moment):
    return due(owed(500)).assign(due_at=pd.to_datetime([moment], utc=True))


def test_an_amount_that_became_due_after_the_newest_accrual_is_asked_about():
    wanted = due_at("2026-06-03T04:00Z")
    earned = accruals(accrual("a", 70, creator_id="mia"))
    with pytest.warns(TrackaGoatWarning, match="after the newest accrual, of 2026-06-01 05:00"):
        assert found(wanted, earned) == [("accrued", "orphan", -70)]
    assert found(wanted, earned, now="2026-07-01T00:00Z") == [
        ("accrued", "orphan", -70), ("accrued", "missing", 500),
    ]  # fmt: skip
    with pytest.raises(MissingArgumentError, match="`now` is required: the accruals don't say"):
        found(wanted, accruals())


def test_what_became_due_within_a_day_of_the_load_may_still_accrue():
    fresh, settled = ("2026-06-02T03:00Z", "2026-06-02T05:00Z")
    for moment, finding in ((fresh, UNDECIDED), (settled, ("accrued", "missing", 500))):
        assert found(due_at("2026-06-01T04:00Z"), accruals(), now=moment) == [finding]
    findings = audit_payouts(due_at("2026-06-01T04:00Z"), accruals(), payments(), now=fresh)
    assert findings["reason"].tolist() == [
        "It became due less than a day before the accruals were loaded."
    ]


def test_accruals_and_payments_are_compared_without_any_rule():
    earned = accruals(
        accrual("a", 500, status="paid"), accrual("b", 200, status="voided"),
        accrual("c", 70, structure_id="t"),
    )  # fmt: skip
    paid = payments(
        payment("x", 500, "a"), payment("y", 500, "a", paid="2026-06-07"), payment("z", 200, "b"),
        payment("w", 9), payment("v", 80, "c"),
    )  # fmt: skip
    findings = audit_payouts(None, earned, paid)
    assert sorted(findings["finding"]) == [
        "duplicate", "orphan", "overpaid", "still_pending", "voided",
    ]  # fmt: skip
    assert set(findings["stage"]) == {"paid"}
    over = findings[findings["finding"] == "overpaid"].iloc[0]
    # A payment has neither project, rule nor period: these are those of what it lists.
    assert (over["project_id"], over["structure_id"]) == ("p", "t")
    assert over["period_start"] == pd.Timestamp("2026-05-01")
    assert findings.attrs["trackagoat"]["audited"] == {"accruals": 2, "payments": 5}


def test_an_amount_that_is_as_the_version_now_gives_it_is_right_and_counted():
    findings = audit_payouts(*by_version(1, 2, 500), payments())
    assert findings.empty
    assert findings.attrs["trackagoat"]["audited"]["unchanged"] == 1


def test_amounts_by_inferred_terms_are_counted():
    wanted = due(*(owed(500, creator_id=one) for one in "abc"))
    wanted["rule_source"] = ["server", "inferred", "store"]
    earned = accruals(*(accrual(one, 500, creator_id=one) for one in "abc"))
    audited = audit_payouts(wanted, earned, payments()).attrs["trackagoat"]["audited"]
    assert audited == {"due": 3, "accruals": 3, "payments": 0, "unchanged": 0, "inferred": 1}


def test_each_finding_says_why_and_what_to_do(box):
    world, wanted = load_world(box), due_in_world(box, "numpy_nullable")
    findings = audit_payouts(wanted, world["accruals"], world["payments"], videos=world["videos"])
    assert findings[["reason", "advice"]].notna().all(axis=None)
    unknown = audit_payouts(
        due(*(owed(None, reason=reason, creator_id=reason) for reason in REASONS)),
        accruals(),
        payments(),
    )
    assert unknown["reason"].nunique() == len(REASONS)


def test_a_rule_of_which_nothing_is_due_waits_as_a_goal_does():
    with pytest.warns(TrackaGoatWarning, match="set aside"):
        findings = found(covering(due(), "2026-05-31", "2026-05-29"), accruals(accrual("a", 300)))
    assert findings == [("set_aside", "not_covered", pd.NA)]


@pytest.mark.parametrize("until", ["2026-05-31", "2026-06-01", "2026-06-07"])
def test_accruals_newer_than_until_accuse_nobody(box, until):
    world = load_world(box)
    wanted = tgp.accrue(**achieved_in_world(box), until=until, timezone=ZONE)
    with pytest.warns(TrackaGoatWarning, match="Give `accrue` a later `until`"):
        findings = audit_payouts(wanted, world["accruals"], world["payments"])
    planted = [error.accrual_id for error in box.truth.ledger_errors]
    others = findings[~findings["accrual_id"].isin(planted) & (findings["stage"] != "paid")]
    assert set(others["finding"]) - {"adjusted"} == {"not_covered"}
    assert set(others["stage"]) == {"set_aside"}


def test_an_adjustment_that_makes_up_for_a_difference_exactly_puts_it_right():
    by_hand = accrual("b", 20, kind="adjustment")
    closed = found(due(owed(500)), accruals(accrual("a", 480), by_hand))
    assert closed == [("set_aside", "adjusted", pd.NA)] * 2
    short = found(due(owed(500)), accruals(accrual("a", 470), by_hand))
    assert short == [("accrued", "underpaid", 30), ("set_aside", "adjusted", pd.NA)]


def test_what_is_wrong_adds_up_too_much_and_too_little():
    wanted = due(owed(500), owed(300, structure_id="t"))
    earned = accruals(accrual("a", 450), accrual("b", 370, structure_id="t"))
    findings = audit_payouts(wanted, earned, payments())
    assert findings["difference_cents"].tolist() == [50, -70]
    assert findings["wrong_cents"].sum() == 120


def test_a_frame_that_is_not_accrues_names_it():
    with pytest.raises(MissingColumnError, match="accrue"):
        audit_payouts(accruals(), accruals(), payments())


def check_findings(box, backend):
    """Check that the audit finds the adjustment and the planted mistakes, and nothing else."""
    world, wanted = load_world(box, backend), due_in_world(box, backend)
    findings = audit_payouts(wanted, world["accruals"], world["payments"], videos=world["videos"])
    expected = planted_findings(box)
    assert len(expected) == 3
    assert named_findings(findings) == expected
    return {error.kind for error in box.truth.ledger_errors}


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_the_sandboxs_findings_are_its_adjustment_and_its_planted_mistakes(box, backend):
    check_findings(box, backend)


@heavy
def test_every_mistake_is_found_that_a_seed_may_plant():
    kinds = set()
    for seed in (1, 5, 7, 11):
        with tgp.sandbox(rate_limit=None, seed=seed, creators=10, now=str(NOON)) as box:
            kinds |= check_findings(box, "numpy_nullable")
    assert kinds == set(PLANTED)
