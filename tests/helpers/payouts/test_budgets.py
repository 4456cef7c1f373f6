from __future__ import annotations

import collections
import datetime as dt
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import examples
from tests.support.payout_frames import ZONE, accrual, accruals, payment, payments
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.helpers.payouts.budgets import plan_budget
from trackagoat_pandas.showing.captions import notes

TODAY = "2026-06-15"
PROJECTS = pd.DataFrame({"id": ["p", "q"], "name": ["Spring", "Autumn"]})


def plan(earned, paid=None, forecast=None, **options):
    paid = payments() if paid is None else paid
    given = {"as_of": TODAY, "timezone": ZONE, **options}
    return plan_budget(earned, paid, forecast, **given)


def week(number, cents, **values):
    """An accrual of the week that many weeks before June."""
    monday = pd.Timestamp("2026-06-01") - pd.Timedelta(weeks=number)
    period = {"period_start": monday, "period_end": monday + pd.Timedelta(days=6)}
    return accrual(f"w{number}", cents, **period, **values)


def expected(cents, **values):
    row = {
        "project_id": "p", "structure_id": "s", "creator_id": "nan", "currency": "USD",
        "period_start": pd.Timestamp("2026-06-01"), "expected_cents": cents, **values,
    }  # fmt: skip
    return pd.DataFrame([row]).astype({"expected_cents": "Int64"})


STEADY = accruals(*(week(number, 7_000) for number in range(1, 9)))
"""Ten dollars a day from 6 April to 31 May."""


def test_a_steady_burn_lasts_as_long_as_the_budget():
    # 56,000 are spent by 31 May, and 10 dollars a day since; 44,000 last to 14 July.
    found = plan(STEADY, budget_cents=100_000).iloc[0]
    assert found["daily_burn_cents"] == 1_000
    assert found["days_left"] == 29
    assert found["reason"] == "fewer than 4 whole months of pay"
    assert found[["runs_out", "burn_from", "burn_to"]].tolist() == [
        pd.Timestamp("2026-07-14"), pd.Timestamp("2026-04-06"), pd.Timestamp("2026-05-31"),
    ]  # fmt: skip


def test_what_is_left_today_lasts_the_days_left():
    # The forecast has the rest of June too, so less is left once it is paid.
    found = plan(STEADY, forecast=expected(30_000), budget_cents=100_000).iloc[0]
    assert found["left_today_cents"] // found["daily_burn_cents"] == found["days_left"] == 29
    assert (found["left_today_cents"], found["left_cents"]) == (29_000, 14_000)


def test_what_is_left_today_needs_no_forecast():
    found = plan(STEADY, budget_cents=100_000).iloc[0]
    assert found["left_today_cents"] == 29_000
    assert found[["committed_cents", "left_cents"]].isna().all()


@pytest.mark.parametrize(
    "facts", [{"params": {"project_id": "p"}}, {"path": "/projects/p/payouts", "params": {}}]
)
def test_a_project_has_the_name_by_which_a_frame_was_loaded(facts):
    earned = STEADY.copy()
    earned.attrs["trackagoat"] = {**facts, "project": "Spring"}
    found = plan(earned, budget_cents={"Spring": 100_000}).iloc[0]
    assert (found["project_name"], found["budget_cents"]) == ("Spring", 100_000)


def test_a_budget_that_is_used_up_has_no_days_left():
    found = plan(STEADY, budget_cents=50_000).iloc[0]
    assert found[["days_left_low", "days_left", "days_left_high"]].tolist() == [0, 0, 0]
    assert found["runs_out"] == pd.Timestamp(TODAY)


def test_without_any_burn_no_end_is_foreseen():
    old = accruals(week(30, 7_000))
    found = plan(old, budget_cents=50_000).iloc[0]
    assert found["daily_burn_cents"] == 0
    assert found[["days_left_low", "days_left", "days_left_high", "runs_out"]].isna().all()


def test_an_accrual_is_spread_over_its_period():
    june = {"period_start": pd.Timestamp("2026-05-25"), "period_end": pd.Timestamp("2026-06-07")}
    across = accruals(accrual("x", 1_401, **june))
    found = plan(across, budget_cents=1_000, weeks=2).iloc[0]
    # Half of it, rounded down, by the end of May.
    assert found["daily_burn_cents"] == 50
    assert plan(across, until="2026-06-07", weeks=2)["daily_burn_cents"].tolist() == [100]


def test_an_entry_without_a_period_counts_on_the_day_on_which_it_was_made():
    none = {"period_start": pd.NaT, "period_end": pd.NaT}
    bonus = accrual("x", 1_400, created_at=pd.Timestamp("2026-05-20 12:00", tz="UTC"), **none)
    assert plan(accruals(bonus), weeks=2)["daily_burn_cents"].tolist() == [100]


def test_an_entry_without_any_day_is_spent_but_not_burned_in_the_window():
    none = {"period_start": pd.NaT, "period_end": pd.NaT}
    bonus = accruals(accrual("x", 5_600, **none))
    bonus["created_at"] = bonus["created_at"].where([False])
    found = plan(bonus, budget_cents=10_000).iloc[0]
    assert (found["daily_burn_cents"], found["left_today_cents"]) == (0, 4_400)


CENTS = st.integers(-(10**6), 10**9)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("pq"), CENTS, st.integers(0, 90), st.integers(0, 40)),
        max_size=6,
    ),
    st.lists(st.tuples(st.integers(0, 5), CENTS), max_size=3),
    st.lists(st.tuples(st.sampled_from("pq"), CENTS), max_size=3),
)
def test_parts_add_up_to_the_cent(earned, paid, coming):
    rows = []
    for place, (project, cents, ago, length) in enumerate(earned):
        end = pd.Timestamp("2026-06-14") - pd.Timedelta(days=ago)
        period = {"period_start": end - pd.Timedelta(days=length), "period_end": end}
        rows.append(accrual(f"a{place}", cents, project_id=project, **period))
    made = [payment(f"y{n}", cents, f"a{place}") for n, (place, cents) in enumerate(paid)]
    open_ = [
        expected(cents, project_id=project, structure_id=f"s{n}")
        for n, (project, cents) in enumerate(coming)
    ]
    forecast = pd.concat(open_) if open_ else expected(1).head(0)
    found = plan(accruals(*rows), payments(*made), forecast)
    sums = found.set_index("project_id")
    for project in "pq":
        of_project = [cents for one, cents, *_ in earned if one == project]
        assert sums["settled_cents"].get(project, 0) == sum(of_project)
    assert found["paid_cents"].sum() == sum(cents for _, cents in paid)
    assert (found["settled_cents"] == found["paid_cents"] + found["owed_cents"]).all()
    assert found["accumulating_cents"].sum() == sum(cents for _, cents in coming)
    committed = found["settled_cents"] + found["accumulating_cents"]
    assert (found["committed_cents"] == committed).all()


def lasting(earned, budget_cents, today=dt.date(2026, 6, 15), weeks=8):
    """How many days a budget lasts after today: by a walk from day to day, in fractions."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    a_day = collections.Counter()
    for cents, start, end in earned:
        days = [start + dt.timedelta(days=each) for each in range((end - start).days + 1)]
        a_day.update(dict.fromkeys(days, Fraction(cents, len(days))))
    window = [last - dt.timedelta(days=each) for each in range(7 * weeks)]
    burn = sum(a_day[day] for day in window) / Fraction(len(window))
    left = budget_cents - sum(cents for day, cents in a_day.items() if day <= last)
    day, days_left = last, 0
    if burn <= 0:
        return None
    while left >= burn and days_left < 40_000:
        day += dt.timedelta(days=1)
        left -= burn
        days_left += day > today
    return days_left if days_left < 36_525 else None


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([1_000, 7_000, 12_345, 99_999]), st.integers(1, 90), st.integers(0, 40)
        ),
        max_size=6,
    ),
    st.sampled_from([10_000, 99_999, 1_000_000]),
)
@example([(1_000, 16 + 7 * week, 6) for week in range(5)], 10_000)
def test_days_are_those_of_a_walk_from_day_to_day(periods, budget_cents):
    earned = []
    for cents, ago, length in periods:
        end = dt.date(2026, 6, 15) - dt.timedelta(days=ago)
        earned.append((cents, end - dt.timedelta(days=length), end))
    rows = [
        accrual(f"a{n}", cents, period_start=pd.Timestamp(start), period_end=pd.Timestamp(end))
        for n, (cents, start, end) in enumerate(earned)
    ]
    found = plan(accruals(*rows), projects=PROJECTS, budget_cents={"p": budget_cents}).iloc[0]
    days = None if pd.isna(found["days_left"]) else int(found["days_left"])
    assert days == lasting(earned, budget_cents)
    if pd.notna(found["days_left_low"]):
        assert found["days_left_low"] <= days
        assert pd.isna(found["days_left_high"]) or days <= found["days_left_high"]


def test_what_has_been_accrued_is_not_also_accumulating():
    again = expected(500, period_start=pd.Timestamp("2026-05-25"))
    found = plan(STEADY, forecast=pd.concat([again, expected(900)]), budget_cents=100_000)
    assert found["accumulating_cents"].tolist() == [900]
    assert found["left_cents"].tolist() == [100_000 - 56_000 - 900]


def test_a_forecast_that_is_not_known_is_counted_apart():
    found = plan(STEADY, forecast=pd.concat([expected(None), expected(900, structure_id="t")]))
    assert found[["accumulating_cents", "undecided"]].to_numpy().tolist() == [[900, 1]]
    assert notes(found) == ["1 unknown amount is left out of the sums: see the column undecided."]


def test_without_a_forecast_what_accumulates_is_unknown():
    found = plan(STEADY, budget_cents=100_000)
    unknown = ["accumulating_cents", "undecided", "committed_cents", "left_cents"]
    assert found[unknown].isna().all(axis=None)


def test_a_project_that_only_accumulates_has_a_row():
    found = plan(STEADY, forecast=expected(900, project_id="q"))
    assert found[["project_id", "settled_cents", "accumulating_cents"]].to_numpy().tolist() == [
        ["p", 56_000, 0], ["q", 0, 900],
    ]  # fmt: skip


def test_what_accumulates_in_a_project_that_was_not_forecast_is_unknown():
    forecast = expected(900, project_id="q")
    forecast.attrs["trackagoat"] = {"projects": ["q"]}
    found = plan(STEADY, forecast=forecast, budget_cents={"p": 100_000}).set_index("project_id")
    unknown = ["accumulating_cents", "undecided", "committed_cents", "left_cents"]
    assert found.loc["p", unknown].isna().all()
    assert found.loc["q", "accumulating_cents"] == 900
    assert found.loc["p", "settled_cents"] == 56_000


def test_a_forecast_says_which_projects_it_covers(client):
    structures = tgp.load_payout_structures("Summer Launch", client=client)
    retainers = structures[structures["kind"] == "recurring"]
    assignments = tgp.load_payout_assignments(retainers, client=client)
    noon = "2026-06-15"
    forecast = tgp.forecast_payouts(retainers, assignments, as_of=noon, timezone=ZONE)
    own = retainers["project_id"].unique().tolist()
    assert forecast.goat.provenance["projects"] == own
    ledger = tgp.load_payout_accruals(client=client), tgp.load_payout_payments(client=client)
    found = tgp.plan_budget(*ledger, forecast, as_of=noon, timezone=ZONE).set_index("project_id")
    assert found["committed_cents"].dropna().index.tolist() == own
    assert len(found) > 1


def test_budgets_are_given_by_id_or_name():
    earned = accruals(week(1, 500), accrual("x", 900, project_id="q"))
    found = plan(earned, projects=PROJECTS, budget_cents={"Spring": 1_000, "q": 2_000})
    assert found[["project_name", "budget_cents"]].to_numpy().tolist() == [
        ["Autumn", 2_000], ["Spring", 1_000],
    ]  # fmt: skip


def test_currencies_are_apart_and_the_budget_is_in_one():
    earned = accruals(
        {**week(1, 500), "currency": "EUR"}, {**week(2, 700), "currency": "USD"}
    )  # fmt: skip
    found = plan(earned, budget_cents=1_000, currency="EUR")
    shown = found[["currency", "settled_cents", "budget_cents"]].astype(object)
    assert shown.where(shown.notna(), None).to_numpy().tolist() == [
        ["EUR", 500, 1_000], ["USD", 700, None],
    ]  # fmt: skip


def test_what_is_of_no_known_project_has_a_row_of_its_own():
    earned = accruals(week(1, 560), week(2, 1_120, project_id=None))
    ahead = pd.concat([expected(60), expected(7, project_id=None)], ignore_index=True)
    found = plan(earned, forecast=ahead)
    found.index = found["project_id"].fillna("none")
    columns = ["settled_cents", "accumulating_cents", "daily_burn_cents"]
    assert found.loc["p", columns].tolist() == [560, 60, 10]
    assert found.loc["none", columns].tolist() == [1_120, 7, 20]
    assert len(found) == 2


TWO = accruals(week(1, 500), accrual("x", 900, project_id="q"))


@pytest.mark.parametrize(
    ("budget_cents", "error", "message"),
    [
        (5, ArgumentError, "one number is given for 2 projects: pass a dict by project"),
        ({"Winter": 5}, ArgumentError, "no project has the id or name 'Winter'; .* Autumn, Spring"),
        ({"spring ": 5}, ArgumentError, r"Autumn, Spring\. Did you mean 'Spring'\?"),
        ({"p": 1.5}, ArgumentTypeError, "budget_cents can't be of type float"),
        ({"p": -1}, ArgumentError, "budget_cents=-1 is not allowed"),
    ],
)
def test_a_budget_must_be_whole_cents_of_one_project(budget_cents, error, message):
    with pytest.raises(error, match=message):
        plan(TWO, projects=PROJECTS, budget_cents=budget_cents)


def test_without_names_the_projects_are_asked_for():
    with pytest.raises(ArgumentError, match=r"there are p, q\. Pass `projects` for their names\."):
        plan(TWO, budget_cents={"Spring": 5})


def test_a_project_that_has_only_a_budget_has_spent_nothing():
    found = plan(accruals(), projects=PROJECTS, budget_cents={"Spring": 5_000}).iloc[0]
    sums = ["settled_cents", "paid_cents", "owed_cents", "left_today_cents", "daily_burn_cents"]
    assert found[["project_name", "budget_cents", *sums]].tolist() == [
        "Spring", 5_000, 0, 0, 0, 5_000, 0,
    ]  # fmt: skip
    both = plan(STEADY, projects=PROJECTS, budget_cents={"Spring": 5_000, "q": 7_000})
    assert both[["project_id", "budget_cents"]].to_numpy().tolist() == [["p", 5_000], ["q", 7_000]]
    assert both.dtypes.to_dict() == plan(STEADY).dtypes.to_dict()


def test_one_budget_is_for_the_only_known_project():
    empty = accruals()
    empty.attrs["trackagoat"] = {
        "path": "/projects/p/accruals", "project": "Spring", "params": {"project_id": "p"}
    }  # fmt: skip
    found = plan(empty, budget_cents=5_000)
    assert found[["project_name", "budget_cents"]].to_numpy().tolist() == [["Spring", 5_000]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weeks": 1}, "weeks=1"),
        ({"level": 1.0}, "level=1.0"),
        ({"until": "2999-01-01"}, "2999-01-01 is in the future"),
    ],
)
def test_a_window_that_cannot_be_measured_is_refused(options, message):
    with pytest.raises(ArgumentError, match=message):
        plan(STEADY, **options)


def test_a_forecast_needs_its_columns():
    with pytest.raises(MissingColumnError, match=r"expected_cents.*forecast_payouts"):
        plan(STEADY, forecast=expected(1).drop(columns="expected_cents"))


def test_an_empty_ledger_gives_an_empty_frame_of_the_same_dtypes():
    empty, full = plan(accruals()), plan(STEADY)
    assert len(empty) == 0
    assert [*full] == in_reading_order(full) == [*empty]
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
