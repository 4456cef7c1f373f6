"""A frame says which of the requested days, periods and fields are missing."""

from __future__ import annotations

import contextlib
import datetime as dt
import re

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import ContractWarning, NoDataWarning
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.load.coverage import warn_beyond_data
from trackagoat_pandas.showing.captions import notes

ONE, TWO = (f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "12")


def facts(frame):
    return frame.attrs["trackagoat"]


def points(days):
    return [{"date": day, "value": 1} for day in days]


def days_of(first, last, step=1):
    return pd.date_range(first, last, freq=f"{step}D").strftime("%Y-%m-%d").tolist()


def load(answer, ids=ONE, *, dates="2026-05", entity="creator", **options):
    app = Canned({"/analytics": answer})
    with connect_to(app) as client:
        return tgp.load_analytics(entity, ids, "views", dates=dates, client=client, **options)


# Days in the middle.


def test_a_server_that_sends_every_other_day_is_found_out():
    sent = {"granularity": "day", "series": points(days_of("2026-05-01", "2026-05-31", 2))}
    said = r"the server left 15 days out of the middle of a series: 2026-05-02, .* and 5 more\. The"
    with pytest.warns(ContractWarning, match=said) as warned:
        frame = load(sent)
    assert len(warned) == 1
    assert facts(frame)["complete"] is False
    assert facts(frame)["gaps"] == days_of("2026-05-02", "2026-05-30", 2)
    assert "NO: days are missing" in repr(frame.goat.provenance)
    assert "days missing" in repr(frame.goat.provenance)


GAPS = {
    "one day": ("day", [*days_of("2026-05-01", "2026-05-09"), *days_of("2026-05-11", "2026-05-31")],
                ["2026-05-10"]),
    "two runs": ("day", ["2026-05-01", "2026-05-02", "2026-05-10", "2026-05-11", "2026-05-31"],
                 ["2026-05-03..2026-05-09", "2026-05-12..2026-05-30"]),
    "a week": ("week", ["2026-05-04", "2026-05-18", "2026-05-25"], ["2026-05-11..2026-05-17"]),
    "a week after one that is cut": (
        "week", ["2026-05-01", "2026-05-11", "2026-05-18", "2026-05-25"],
        ["2026-05-04..2026-05-10"]),
    "weeks from Sunday": ("week", ["2026-05-03", "2026-05-17", "2026-05-24", "2026-05-31"],
                          ["2026-05-10..2026-05-16"]),
    "months": ("month", ["2026-01-15", "2026-04-01", "2026-05-01"], ["2026-02-01..2026-03-31"]),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*weeks begin on Sunday")
@pytest.mark.parametrize("case", GAPS)
def test_what_is_missing_between_the_first_and_last_bucket_is_named_as_days(case):
    granularity, days, gaps = GAPS[case]
    first = "2026-01-15" if granularity == "month" else "2026-05-01"
    with pytest.warns(ContractWarning, match="left .* out of the middle"):
        frame = load({"series": points(days)}, dates=(first, "2026-05-31"), granularity=granularity)
    assert facts(frame)["gaps"] == gaps


@pytest.mark.parametrize(
    ("granularity", "days"),
    [
        ("day", days_of("2026-05-01", "2026-05-31")),
        ("week", ["2026-05-01", *days_of("2026-05-04", "2026-05-25", 7)]),
        ("week", days_of("2026-04-27", "2026-05-25", 7)),
        ("month", ["2026-05-01"]),
    ],
)
def test_a_series_of_all_buckets_is_complete(granularity, days):
    frame = load({"series": points(days)}, granularity=granularity)
    assert facts(frame)["complete"] is True
    assert not facts(frame).keys() & {"gaps", "data_since", "data_until"}


def test_a_day_that_a_time_zone_never_had_is_no_gap():
    days = ["2011-12-28", "2011-12-29", "2011-12-31"]
    sent = {"timezone": "Pacific/Apia", "series": points(days)}
    assert facts(load(sent, dates=("2011-12-28", "2011-12-31")))["complete"] is True
    with pytest.warns(ContractWarning, match="1 day out of the middle .*: 2011-12-30"):
        load({**sent, "timezone": "Pacific/Auckland"}, dates=("2011-12-28", "2011-12-31"))


def test_each_series_has_its_own_days():
    """One that begins later has no gap, and one that has days can't stand for another."""

    def answer(query):
        days = {ONE: days_of("2026-05-01", "2026-05-31"), TWO: ["2026-05-29", "2026-05-31"]}
        return {"series": points(days[query["entity_id"]])}

    with (
        pytest.warns(ContractWarning, match="1 day out of the middle of a series: 2026-05-30"),
        pytest.warns(NoDataWarning, match=r"the data of 1 of 2 creators begin on 2026-05-29\."),
    ):
        frame = load(answer, [ONE, TWO])
    assert facts(frame)["gaps"] == ["2026-05-30"]


def test_gaps_of_a_load_are_filled_by_another_one():
    gappy = {"series": points([*days_of("2026-05-01", "2026-05-10"), "2026-05-31"])}
    with pytest.warns(ContractWarning, match="20 days out of the middle"):
        first = load(gappy)
    second = load(
        {"series": points(days_of("2026-05-11", "2026-05-30"))}, dates=("2026-05-11", "2026-05-30")
    )
    joined = tgp.combine_loads(first, second)
    assert "gaps" not in facts(joined)
    assert facts(joined)["complete"] is True
    with pytest.warns(NoDataWarning, match="no load covers 2026-05-11..2026-05-30"):
        tgp.combine_loads(first, first)


# Days at the ends.

JUNE_15 = dt.date(2026, 6, 15)


@pytest.mark.parametrize(
    ("span", "known", "said"),
    [
        (("2026-06-01", "2026-06-17"), {}, "the server's today is 2026-06-15"),
        (("2025-10-01", "2026-06-30"), {}, None),
        (("2026-06-09", "2026-06-16"), {}, None),
        (("2026-06-01", "2026-06-30"), {}, None),
        (("2026-06-15", "2026-06-21"), {}, None),
        (("2026-06-14", "2026-06-20"), {}, "today is"),
        (("2026-04-01", "2026-06-30"), {}, None),
        (("2026-05-01", "2026-07-31"), {}, "today is"),
        (("2026-01-01", "2026-12-31"), {}, None),
        (("2026-04-15", "2027-12-31"), {}, "today is"),
        (("2026-05-01", "2026-05-31"), {"first": "2026-05-03"}, "first day .* is 2026-05-03"),
        (("2026-05-01", "2026-05-31"), {"first": "2026-05-02"}, None),
        (("2026-05-01", "2026-05-31"), {"first": "2026-04-27"}, None),
        (("2026-05-01", "2026-05-31"), {"last": "2026-05-30"}, "last day with data is 2026-05-30"),
        (("2026-05-01", "2026-05-31"), {"last": "2026-05-31"}, None),
        (("2026-05-17", "2026-06-15"), {"last": "2026-06-14"}, None),
        (("2026-05-17", "2026-06-15"), {"last": "2026-06-13"}, "last day .* is 2026-06-13"),
        (("2026-05-17", "2026-07-15"), {"first": "2026-06-01", "last": "2026-06-10"},
         "first day with data is 2026-06-01, the server's today is 2026-06-15"),
    ],
)  # fmt: skip
def test_only_dates_that_reach_clearly_beyond_the_data_are_a_warning(span, known, said):
    days = {name: dt.date.fromisoformat(day) for name, day in known.items()}
    said = said and f"^analytics: .* reaches beyond the data: .*{said}"
    with pytest.warns(NoDataWarning, match=said) if said else contextlib.nullcontext():
        warn_beyond_data("analytics", DateRange(*span), JUNE_15, **days)


@pytest.mark.parametrize("load_days", [
    lambda **given: tgp.load_analytics("project", tgp.load_projects()["id"].iloc[-1], "views",
                                       **given),
    lambda **given: tgp.load_report("posting-heatmap", "Q1 Brand Program", **given),
    lambda **given: tgp.load_report("video-leaderboard", "Q1 Brand Program", **given),
])  # fmt: skip
def test_an_end_after_tomorrow_is_one_warning(load_days, client):
    with pytest.warns(NoDataWarning, match="reaches .*: the server's today is 2026-06-15") as said:
        load_days(dates=("2026-06-01", "2026-08-31"))
    assert len(said) == 1
    for natural in ("last 30 days", "this month", "2026-06", "2026", ("2026-06-01", "2026-06-16")):
        load_days(dates=natural)


@pytest.mark.parametrize(
    ("first", "last", "end", "fact"),
    [
        ("2026-05-01", "2026-05-20", "the last day with data is 2026-05-20", "data_until"),
        ("2026-05-11", "2026-05-31", "the first day with data is 2026-05-11", "data_since"),
    ],
)
def test_data_for_fewer_days_than_the_dates_are_a_warning(first, last, end, fact):
    with pytest.warns(NoDataWarning, match=end):
        frame = load({"series": points(days_of(first, last))})
    assert facts(frame)[fact] == end[-10:]
    assert fact.replace("_", " ") in repr(frame.goat.provenance)


def test_data_that_begin_one_day_late_are_noted_only_if_that_day_has_a_row_without_a_value():
    late = load({"series": points(days_of("2026-05-02", "2026-05-31"))})
    assert "data_since" not in facts(late)
    zero = {
        "series": [{"date": "2026-05-01", "value": 0}, *points(days_of("2026-05-02", "2026-05-31"))]
    }
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [pd.Timestamp("2026-05-02")]})
    blank = load(zero, creators)
    assert facts(blank)["data_since"] == "2026-05-02"
    assert blank["value"].isna().tolist() == [True] + 30 * [False]


def test_zeros_before_tracking_began_are_no_data():
    sent = {"series": [{**point, "value": int(point["date"] >= "2026-05-11")}
                       for point in points(days_of("2026-05-01", "2026-05-31"))]}  # fmt: skip
    creators = pd.DataFrame({"id": [ONE], "tracking_start_date": [pd.Timestamp("2026-05-11")]})
    with pytest.warns(NoDataWarning, match="the first day with data is 2026-05-11"):
        load(sent, creators)
    # There was something before it: a value is never taken away, nor is what follows it.
    creators["tracking_start_date"] = pd.Timestamp("2026-05-12")
    with pytest.warns(NoDataWarning, match="the first day with data is 2026-05-11"):
        frame = load(sent, creators)
    assert frame["value"].sum() == 21


def test_nothing_is_missing_before_a_video_was_posted():
    videos = pd.DataFrame({"id": [ONE], "posted_at": [pd.Timestamp("2026-05-11", tz="UTC")]})
    sent = {"series": points(days_of("2026-05-11", "2026-05-31"))}
    assert "data_since" not in facts(load(sent, videos, entity="video"))


NOON = "Mon, 15 Jun 2026 12:00:00 GMT"


def test_words_such_as_last_30_days_say_where_the_data_begin_but_not_where_they_end():
    some = days_of("2026-06-06", "2026-06-10")
    app = Canned({"/analytics": {"timezone": "UTC", "series": points(some)}}, date=NOON)
    said = rf"beyond the data: the first day with data is {some[0]}\. Earlier days are NA"
    # Relative dates are read by the server's clock, of which GET /projects gives the time.
    app.rules["/projects"] = []
    with connect_to(app, timezone="UTC") as client, pytest.warns(NoDataWarning, match=said):
        frame = tgp.load_analytics("creator", ONE, "views", dates="last 30 days", client=client)
    assert facts(frame)["data_since"] == some[0]
    assert facts(frame)["data_until"] == some[-1]


def test_days_since_a_named_one_are_a_warning_if_the_data_begin_later():
    some = days_of("2026-06-06", "2026-06-15")
    answers = {"/analytics": {"timezone": "UTC", "series": points(some)}, "/projects": []}
    app = Canned(answers, date=NOON)
    asked = "since 2026-05-16"
    with (
        connect_to(app, timezone="UTC") as client,
        pytest.warns(NoDataWarning, match=f"the first day with data is {some[0]}"),
    ):
        tgp.load_analytics("creator", ONE, "views", dates=asked, client=client)


# Another reference date than the one asked for.


def goal(number, first, last, **own):
    return {
        "creator": {"id": ONE, "tiktok_handle": "goat"},
        "compliance": [{
            "goal": {"id": f"{number:08x}-0000-4000-8000-000000000000", "creator_id": ONE,
                     "project_id": TWO, "metric": "posts", "period": "weekly", "target_value": 1,
                     "start_date": None, "end_date": None, "is_active": True, **own},
            "target": 1, "actual": 1, "percentage": 100, "status": "completed",
            "advisory": {"period_start": first, "period_end": last},
        }],
    }  # fmt: skip


def load_goals(*goals, timezone=None, **options):
    app = Canned({f"/projects/{TWO}/goal-compliance": list(goals)})
    with connect_to(app, timezone=timezone) as client:
        return tgp.load_goal_compliance(
            TWO, reference_date="2026-05-13", client=client, **options
        )  # fmt: skip


NOW = ("2026-06-15T00:00:00Z", "2026-06-22T00:00:00Z")
ASKED = ("2026-05-11T00:00:00Z", "2026-05-18T00:00:00Z")


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_server_that_ignores_the_reference_date_is_found_out(backend):
    said = (
        r"ignored reference_date='2026-05-13': 1 of 2 goals are of other periods, such as "
        r"2026-06-15\.\.2026-06-22"
    )
    with pytest.warns(ContractWarning, match=said):
        frame = load_goals(goal(1, *ASKED), goal(2, *NOW), dtype_backend=backend)
    assert len(frame) == 2
    assert facts(frame)["unverified"] == ["reference_date"]


@pytest.mark.parametrize(
    ("timezone", "period", "own"),
    [
        (None, ASKED, {}),
        (None, ("2026-05-04T04:00:00Z", "2026-05-11T04:00:00Z"), {}),  # it has ended before
        (None, NOW, {"start_date": "2026-06-15"}),  # it has not begun yet
        (None, ("2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z"), {"end_date": "2026-01-11"}),
        (None, ("2026-05-13T22:00:00Z", "2026-05-14T22:00:00Z"), {}),  # the 13th in New York
        ("America/New_York", ("2026-05-14T03:59:59Z", "2026-05-15T03:59:59Z"), {}),
    ],
)
def test_a_goal_that_may_be_of_the_day_asked_for_is_no_surprise(timezone, period, own):
    frame = load_goals(goal(1, *period, **own), timezone=timezone)
    assert "unverified" not in facts(frame)


@pytest.mark.parametrize(
    ("timezone", "period"),
    [
        (None, ("2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z")),
        ("America/New_York", ("2026-05-14T04:00:00Z", "2026-05-15T04:00:00Z")),
    ],
)
def test_a_period_long_over_or_of_the_next_day_is_of_another_date(timezone, period):
    with pytest.warns(ContractWarning, match="ignored reference_date"):
        load_goals(goal(1, *period), timezone=timezone)


def test_goals_without_a_period_leave_the_reference_date_unverified():
    assert facts(load_goals(goal(1, None, None)))["unverified"] == ["reference_date"]


def test_the_sandbox_obeys_the_reference_date(client):
    for day in ("2026-06-15", "2026-05-13", "2026-03-01"):
        frame = tgp.load_goal_compliance("Q1 Brand Program", reference_date=day, client=client)
        assert len(frame) > 0
        assert "unverified" not in facts(frame)


# Fields that no row has.

CREATOR = {"id": ONE, "project_id": TWO, "tiktok_handle": "goat"}
ACCRUAL = {"id": ONE, "amount_cents": 5}


@pytest.mark.parametrize(
    ("path", "row", "missing"),
    [
        ("/creators", {"project_id": TWO, "tiktok_handle": "goat"}, ["id"]),
        ("/creators", {"id": ONE}, ["tiktok_handle", "project_id"]),
        ("/creators", {**CREATOR, "tiktok_handle": None}, ["tiktok_handle"]),
        ("/payout-accruals", {"id": ONE}, ["amount_cents"]),
        ("/payout-accruals", {"amount_cents": 5}, ["id"]),
    ],
)
def test_a_field_that_every_row_should_have_and_none_has_is_named(path, row, missing):
    named = ", ".join(missing)
    said = f"left out (a field|fields) that every row should have: {named}\\. .* NA"
    with connect_to(Canned({path: [row, row]})) as client, pytest.warns(
        ContractWarning, match=said
    ) as warned:  # fmt: skip
        frame = tgp.load_path(path, client=client)
    assert len(warned) == 1
    assert facts(frame)["missing"] == missing
    assert re.search(f"fields missing +{named}", repr(frame.goat.provenance))


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/creators", [CREATOR]),  # the other documented fields may be null, the rest is assumed
        ("/creators", [CREATOR, {"id": TWO}]),
        ("/payout-accruals", [ACCRUAL]),
        ("/creators", []),
    ],
)
def test_a_field_that_may_be_null_or_is_only_assumed_may_be_left_out(path, rows):
    with connect_to(Canned({path: rows})) as client:
        assert "missing" not in facts(tgp.load_path(path, client=client))


def test_a_field_that_can_not_be_read_is_not_missing_too():
    with (
        connect_to(Canned({"/payout-accruals": [{"id": ONE, "amount_cents": "many"}]})) as client,
        pytest.warns(ContractWarning, match="can't be read are NA") as warned,
    ):
        frame = tgp.load_payout_accruals(client=client)
    assert len(warned) == 1
    assert "missing" not in facts(frame)


def test_a_prior_period_that_begins_before_the_data_is_not_compared(client):
    creators = tgp.load_creators("Q1 Brand Program", client=client)
    dates = ("2025-12-25", "2026-01-25")
    with pytest.warns(NoDataWarning, match=r"prior period .* first day with data is 2025-12-17,"):
        views = tgp.load_analytics(
            "creator", creators, "views", dates=dates, compare="prior_period", client=client
        )
    assert views.goat.provenance["data_since"] == "2025-12-17"
    said = tgp.plots.trend(views).get_xlabel().replace("\n", " ")
    assert "Not compared with the period before: 8 of 32 days have values in both periods." in said
    assert "Data since 17 Dec 2025" in said


# Inactive creators.


def test_inactive_creators_of_whom_nothing_is_counted_are_named(client):
    creators = tgp.load_creators("Summer Launch", client=client)
    (idle,) = creators.loc[~creators["is_active"], "tiktok_handle"]
    asked = {"dates": "2026-05", "client": client}
    for ids in (creators, creators["id"].tolist()):
        views = tgp.load_analytics("creator", ids, "views", **asked)
        assert facts(views)["inactive"] == [idle]
        assert facts(views)["complete"] is True
        assert f"Inactive, so that nothing of theirs is counted: {idle}." in notes(views)
    assert not any("Inactive" in said for said in notes(views[views["label"] != idle]))
    active = tgp.load_analytics("creator", creators[creators["is_active"]], "views", **asked)
    assert "inactive" not in facts(active)


def test_answers_that_are_mostly_of_inactive_creators_are_warned_of(client):
    creators = tgp.load_creators("Summer Launch", client=client)
    idle = creators[~creators["is_active"]]
    with pytest.warns(NoDataWarning, match="nothing is counted of 1 of 1 creators, which are inac"):
        tgp.load_analytics("creator", idle, "views", dates="2026-05", client=client)
