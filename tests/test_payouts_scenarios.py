from __future__ import annotations

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.payout_frames import (
    ZONE,
    assigned,
    assignments,
    daily,
    goal,
    goals,
    rule,
    structures,
    video,
    videos,
)
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    MissingColumnError,
    TrackaGoatWarning,
)
from trackagoat_pandas.helpers.formats import in_reading_order
from trackagoat_pandas.helpers.payouts.accrual import accrue
from trackagoat_pandas.helpers.payouts.scenarios import what_if

CENTS = ["now_cents", "then_cents", "change_cents"]
RETAINER = structures(rule(amount_cents=50_000) | {"name": "Retainer"})
SINCE_APRIL = assignments(assigned("2026-04-01", "2026-05-31"))


def outcome(rules, changes, assigned_=SINCE_APRIL, **options):
    return what_if(rules, assigned_, changes, **{"timezone": ZONE, **options})


def rows(found, *names):
    return found[[*names]].astype(object).where(found[[*names]].notna(), None).to_numpy().tolist()


@pytest.mark.parametrize("key", ["Retainer", "s"])
def test_a_structure_is_changed_by_its_name_or_id(key):
    found = outcome(RETAINER, {key: {"amount_cents": 60_000}})
    assert rows(found, "creator_id", *CENTS) == [["nan", 100_000, 120_000, 20_000]]


def test_only_periods_that_end_in_the_dates_count():
    found = outcome(RETAINER, {"s": {"amount_cents": 0}}, dates="2026-05")
    assert rows(found, *CENTS) == [[50_000, 0, -50_000]]
    assert outcome(RETAINER, {"s": {"amount_cents": 0}}, dates="2026-05-01..2026-05-30").empty


def test_goals_that_close_on_the_last_day_count_though_they_are_evaluated_later():
    bonus = structures(rule("goal", "weekly", amount_cents=700, goal_metric="posts"))
    posts = videos(video("v", "2026-05-29"))
    kept = {"videos": posts, "goals": goals(goal(1.0, "2026-05-01"))}
    found = outcome(bonus, {"s": {"amount_cents": 900}}, dates="2026-05-25..2026-05-31", **kept)
    assert rows(found, *CENTS) == [[700, 900, 200]]


def test_a_frame_of_the_changed_structures_is_another_way_to_say_it():
    two = structures(rule(amount_cents=50_000), rule(id="t", amount_cents=10_000))
    both = assignments(assigned("2026-05-01"), assigned("2026-05-01", id="b", structure_id="t"))
    other = two[two["id"] == "t"].assign(amount_cents=pd.array([20_000], "Int64"))
    found = outcome(two, other, both, dates="2026-05", by="structure")
    assert rows(found, "structure_id", *CENTS) == [
        ["t", 10_000, 20_000, 10_000], ["s", 50_000, 50_000, 0],
    ]  # fmt: skip
    assert rows(outcome(two, other, both, dates="2026-05"), *CENTS) == [[60_000, 70_000, 10_000]]


VIEWS = daily("2026-04-01", [1_000.0] * 61)
CPM = structures(rule("cpm", cpm_cents=100, cap_cents=2_000))


def test_a_cap_is_removed_by_none():
    found = outcome(CPM, {"s": {"cap_cents": None}}, analytics=VIEWS)
    assert rows(found, *CENTS) == [[4_000, 6_100, 2_100]]


def test_what_is_not_known_is_no_zero():
    gap = VIEWS.assign(value=VIEWS["value"].mask(VIEWS["date"] == "2026-05-05"))
    with pytest.warns(TrackaGoatWarning, match="1 of 2 amounts are unknown") as caught:
        found = outcome(CPM, {"s": {"cpm_cents": 50}}, analytics=gap)
    assert len(caught) == 1
    assert rows(found, *CENTS, "undecided") == [[2_000, 1_500, None, 1]]


@settings(max_examples=10, deadline=None)
@given(
    before=st.tuples(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 10**6)),
    after=st.tuples(st.integers(0, 10**6), st.integers(0, 10**4), st.none()),
    unknown=st.sets(st.integers(0, 60), max_size=2),
)
def test_sums_are_those_of_accrue(before, after, unknown):
    amount, cpm, cap = before
    rules = structures(rule(amount_cents=amount), rule("cpm", id="t", cpm_cents=cpm, cap_cents=cap))
    people = assignments(
        assigned("2026-04-01"), assigned("2026-04-10", id="b", structure_id="t"),
        assigned("2026-04-10", id="c", structure_id="t", creator_id="bo"),
    )  # fmt: skip
    views = pd.concat([VIEWS, VIEWS.assign(entity_id="bo")], ignore_index=True)
    views.loc[[*unknown], "value"] = pd.NA
    changes = {"s": {"amount_cents": after[0]}, "t": {"cpm_cents": after[1], "cap_cents": after[2]}}
    changed = structures(
        rule(amount_cents=after[0]), rule("cpm", id="t", cpm_cents=after[1], cap_cents=after[2])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrackaGoatWarning)
        found = outcome(rules, changes, people, analytics=views, dates="2026-04..2026-05")
        kept = {"analytics": views, "until": "2026-06-02", "timezone": ZONE}
        now, then = accrue(rules, people, **kept), accrue(changed, people, **kept)
    for side, due in (("now", now), ("then", then)):
        sums = due.groupby("creator_id")["amount_cents"].sum()
        own = found.set_index("creator_id")[f"{side}_cents"]
        assert {name: int(cents) for name, cents in own.items() if cents} == {
            name: int(cents) for name, cents in sums.items() if cents
        }
    decided = found[found["undecided"] == 0]
    assert (decided["change_cents"] == decided["then_cents"] - decided["now_cents"]).all()
    assert found.loc[found["undecided"] > 0, "change_cents"].isna().all()


def test_creators_and_structures_are_named():
    creators = pd.DataFrame({"id": ["nan"], "tiktok_handle": ["nan.bakes"]})
    found = outcome(RETAINER, {"s": {}}, creators=creators, by="structure")
    assert rows(found, "tiktok_handle", "structure_name") == [["nan.bakes", "Retainer"]]
    of_goals = goals(goal(1.0, "2026-05-01", tiktok_handle="nan.of.goals"))
    of_goals["tiktok_handle"] = "nan.of.goals"
    assert outcome(RETAINER, {"s": {}}, goals=of_goals)["tiktok_handle"].tolist() == [
        "nan.of.goals"
    ]


def test_the_structures_stay_as_they_were():
    before = RETAINER.copy()
    outcome(RETAINER, {"s": {"amount_cents": 1}})
    pd.testing.assert_frame_equal(RETAINER, before)


@pytest.mark.parametrize("by", ["creator", "structure"])
def test_columns_are_in_the_order_in_which_people_read(by):
    found = outcome(RETAINER, {"s": {}}, by=by)
    assert [*found] == in_reading_order(found)
    empty = outcome(RETAINER, {"s": {}}, by=by, dates="2026-01")
    assert empty.dtypes.to_dict() == found.dtypes.to_dict()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"Bonus": {}}, ArgumentError, "no structure has the name or id 'Bonus'; .* Retainer"),
        ({"Retainr": {}}, ArgumentError, r"Retainer\. Did you mean 'Retainer'\?"),
        ({"s": {"cents": 5}}, ChoiceError, "changes='cents' is not allowed"),
        ({"s": {"amount_cents": 1.5}}, ArgumentTypeError, "amount_cents can't be of type float"),
        ({"s": {"amount_cents": -1}}, ArgumentError, "amount_cents=-1 is not allowed"),
        ({"s": {"period": "yearly"}}, ChoiceError, "period='yearly' is not allowed"),
        ({"s": 5}, ArgumentTypeError, "it takes new values in a dict by column"),
        ([5], ArgumentTypeError, "it takes a dict by structure, or a frame of structures"),
        (pd.DataFrame({"id": ["x"]}), ArgumentError, "no structure has the name or id 'x'"),
        (pd.DataFrame({"x": ["x"]}), MissingColumnError, "no column 'id'"),
    ],
)
def test_changes_that_cannot_be_made_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        outcome(RETAINER, changes)
