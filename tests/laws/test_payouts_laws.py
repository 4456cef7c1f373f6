"""Not a cent is lost: laws of payouts that hold for all inputs."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import HEAVY
from tests.support import payout_frames as made
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.audit import audit_payouts
from trackagoat_pandas.helpers.payouts.money import half_up, to_money
from trackagoat_pandas.helpers.payouts.summaries import (
    outstanding_balances,
    paid_by_year,
    payout_timeline,
    summarize_payouts,
)

bounded = settings(max_examples=25 if HEAVY else 8, deadline=None)
ONE_DAY = pd.Timedelta(days=1)
CENTS = st.one_of(
    st.integers(-500, 500), st.sampled_from([5, 500, 50_000]), st.integers(-(10**13), 10**13)
)
CREATORS = st.sampled_from(["nan", "mia", None])
PERIODS = st.sampled_from([pd.Timestamp("2026-04-01"), pd.Timestamp("2026-05-01"), pd.NaT])
VERSIONS = st.sampled_from([1, 2, None])
CURRENCIES = st.sampled_from(["USD", "EUR"])


@st.composite
def worlds(draw):
    """What is due, accrued and paid, with every flaw there may be."""
    wanted = [
        made.owed(draw(st.one_of(CENTS, st.none())), creator_id=draw(CREATORS), period_start=period)
        | {"currency": draw(CURRENCIES)}
        for period in draw(st.lists(PERIODS, max_size=4))
    ]
    names = [f"a{place}" for place in range(draw(st.integers(0, 6)))]
    earned = [
        made.accrual(
            name,
            draw(st.one_of(CENTS, st.none())),
            creator_id=draw(CREATORS),
            period_start=draw(PERIODS),
            structure_id=draw(st.sampled_from(["s", "t", None])),
            status=draw(st.sampled_from(["pending", "paid", "voided"])),
            kind=draw(st.sampled_from(["accrual", "accrual", "adjustment"])),
            currency=draw(CURRENCIES),
        )
        for name in names
    ]
    paid = [
        made.payment(
            f"p{place}",
            draw(CENTS),
            *draw(st.lists(st.sampled_from([*names, "gone"]), max_size=3)),
            creator_id=draw(CREATORS),
            method_id=draw(st.sampled_from(["m", None])),
            status=draw(st.sampled_from(["recorded", "voided"])),
            currency=draw(CURRENCIES),
        )
        for place in range(draw(st.integers(0, 4)))
    ]
    frame = made.due(*wanted).assign(
        currency=[row["currency"] for row in wanted],
        structure_version=pd.array([draw(VERSIONS) for _ in wanted], "Int64"),
        version_in_force=pd.array([draw(st.booleans()) for _ in wanted], "boolean"),
    )
    versions = pd.array([draw(VERSIONS) for _ in earned], "Int64")
    return frame, made.accruals(*earned).assign(structure_version=versions), made.payments(*paid)


def total(rows, column="amount_cents"):
    """Sum by currency in Python's own whole numbers, without what is nothing."""
    sums: dict[str, int] = {}
    currency = rows["currency"] if "currency" in rows else pd.Series("USD", rows.index)
    for name, cents in zip(currency, rows[column], strict=True):
        if not pd.isna(cents):
            sums[name] = sums.get(name, 0) + int(cents)
    return {name: cents for name, cents in sums.items() if cents}


def net(rows):
    """Sum what is owed, less what other creators were overpaid."""
    overpaid = {name: -cents for name, cents in total(rows, "overpaid_cents").items()}
    return added(total(rows, "owed_cents"), overpaid)


def added(*parts):
    sums = {name: sum(part.get(name, 0) for part in parts) for name in ("USD", "EUR")}
    return {name: cents for name, cents in sums.items() if cents}


@bounded
@given(worlds())
def test_findings_are_what_is_between_due_and_accrued_and_between_accrued_and_paid(world):
    wanted, earned, paid = world
    findings = audit_payouts(wanted, earned, paid)
    accrued, settled, aside = (
        findings[findings["stage"] == stage] for stage in ("accrued", "paid", "set_aside")
    )
    assert aside["difference_cents"].isna().all()
    assert not accrued["difference_cents"].isna().any()
    stands, recorded = earned[earned["status"] != "voided"], paid[paid["status"] == "recorded"]
    left = {name: -cents for name, cents in total(aside, "accrued_cents").items()}
    assert total(wanted) == added(
        total(stands), total(accrued, "difference_cents"), total(aside, "due_cents"), left
    )
    listed = {
        (name, currency)
        for ids, currency in zip(recorded["accrual_ids"], _currency(recorded), strict=True)
        for name in ids.strip("[]").replace('"', "").split(", ")
    }
    is_listed = [pair in listed for pair in zip(earned["id"], _currency(earned), strict=True)]
    pending = earned[(earned["status"] == "pending") & ~np.array(is_listed, dtype=bool)]
    assert total(stands) == added(
        total(recorded), total(pending), total(settled, "difference_cents")
    )


def _currency(rows):
    return rows["currency"] if "currency" in rows else ["USD"] * len(rows)


@bounded
@given(worlds(), st.sampled_from(["creator", "project", "structure", "method", "month", "status"]))
def test_every_grouping_sums_to_the_whole(world, by):
    _, earned, paid = world
    summary = summarize_payouts(earned, paid, by=by, timezone=made.ZONE)
    assert total(summary, "earned_cents") == total(earned[earned["status"] != "voided"])
    assert total(summary, "paid_cents") == total(paid[paid["status"] == "recorded"])
    assert total(summary, "voided_cents") == total(earned[earned["status"] == "voided"])


@bounded
@given(worlds())
def test_the_years_of_all_creators_are_what_was_paid(world):
    paid = world[2]
    years = paid_by_year(paid, timezone=made.ZONE)
    assert total(years, "paid_cents") == total(paid[paid["status"] == "recorded"])


@bounded
@given(worlds())
def test_balances_and_the_end_of_the_timeline_are_what_is_owed(world):
    _, earned, paid = world
    owed_now = total(summarize_payouts(earned, paid), "owed_cents")
    assert total(outstanding_balances(earned, paid), "owed_cents") == owed_now
    timeline = payout_timeline(earned, paid, timezone=made.ZONE)
    assert net(timeline.drop_duplicates("currency", keep="last")) == owed_now


@bounded
@given(worlds())
def test_balances_by_method_are_those_by_creator(world):
    _, earned, paid = world
    methods = outstanding_balances(earned, paid, by="method")
    creators = outstanding_balances(earned, paid)
    for name in ("earned_cents", "paid_cents", "unpaid_accruals"):
        assert total(methods, name) == total(creators, name)
    assert net(methods) == total(creators, "owed_cents")
    named = creators[creators["creator_id"].notna()]
    assert total(methods, "creators") == total(named.assign(creators=1), "creators")


@bounded
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_sum(world, dice):
    _, earned, paid = world
    order = list(range(len(earned)))
    dice.shuffle(order)
    pd.testing.assert_frame_equal(
        outstanding_balances(earned.iloc[order], paid), outstanding_balances(earned, paid)
    )


@bounded
@given(st.integers(-(10**15), 10**15), st.integers(1, 10**4))
def test_rounding_is_half_up(numerator, denominator):
    rounded = int(half_up(np.array([numerator]), denominator)[0])
    # The only whole number with rounded - 1/2 <= quotient < rounded + 1/2.
    assert (2 * rounded - 1) * denominator <= 2 * numerator < (2 * rounded + 1) * denominator


@bounded
@given(st.lists(st.one_of(st.none(), st.integers(-(10**13), 10**13)), max_size=8))
def test_money_is_the_cents_and_reads_back(cents):
    series = pd.Series(cents, dtype="Int64")
    exact, text = to_money(series), to_money(series, as_text=True)
    for amount, money, written in zip(cents, exact, text, strict=True):
        if amount is None:
            assert pd.isna(money)
            assert pd.isna(written)
            continue
        assert money == Decimal(amount) / 100
        assert Decimal(written.replace("$", "").replace(",", "")) == money
        assert f"{abs(Decimal(amount)) / 100:,.2f}" == written.lstrip("-$")


@bounded
@given(
    st.integers(0, 10**6),
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from(["daily", "weekly", "monthly"]),
)
def test_prorated_parts_of_a_period_miss_the_whole_by_less_than_a_cent_each(
    cents, begin, length, period
):
    start = pd.Timestamp("2026-03-01") + pd.Timedelta(days=begin)
    flat = made.structures(made.rule(period=period, amount_cents=cents, proration="daily"))
    end, middle = (start + pd.Timedelta(days=days) for days in (length, length // 2))
    spans = ("whole", start, end), ("parts", start, middle), ("parts", middle + ONE_DAY, end)
    rows = [
        made.assigned(f"{first:%F}", f"{last:%F}", creator_id=who) for who, first, last in spans
    ]
    rows = [row | {"id": str(place)} for place, row in enumerate(rows)]
    earned = accrue(flat, made.assignments(*rows), until="2026-06-30", timezone=made.ZONE)
    sums = earned.groupby(["creator_id", "period_start"])["amount_cents"].sum()
    whole, parts = (sums[sums.index.get_level_values(0) == who] for who in ("whole", "parts"))
    difference = whole.droplevel(0).sub(parts.droplevel(0), fill_value=0)
    assert (difference.abs() <= 1).all()


@bounded
@given(
    st.lists(st.integers(0, 10**9), min_size=61, max_size=61),
    st.integers(1, 10**5),
    st.one_of(st.none(), st.integers(0, 10**7)),
)
def test_cpm_is_python_arithmetic(views, cpm, cap):
    terms = made.rule("cpm", cpm_cents=cpm, cap_cents=cap)
    earned = accrue(
        made.structures(terms),
        made.assignments(made.assigned("2026-04-01")),
        analytics=made.daily("2026-04-01", views),
        until="2026-05-31",
        timezone=made.ZONE,
    )
    months = [sum(views[:30]), sum(views[30:])]
    exact = [(2 * cpm * total + 1_000) // 2_000 for total in months]
    expected = [cents if cap is None else min(cents, cap) for cents in exact]
    assert earned["amount_cents"].tolist() == [cents for cents in expected if cents]
