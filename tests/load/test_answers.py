"""A response to /analytics for something else is an error or a warning."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import KEY, Canned, connect_to
from trackagoat_pandas.errors import (
    ContractWarning,
    MismatchedResponseError,
    PartialLoadError,
)

pytestmark = pytest.mark.filterwarnings(
    # How far the points reach is not what is tested here.
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
)

ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "123")
MAY = ("2026-05-01", "2026-05-10")
SEVERAL = {
    "openapi": "3.1.0",
    "paths": {
        "/analytics": {"get": {"parameters": [{"name": "entity_id", "schema": {"type": "array"}}]}}
    },
}


def series(*values, start="2026-05-01", freq="D"):
    days = pd.date_range(start, periods=len(values), freq=freq).strftime("%Y-%m-%d")
    return [{"date": day, "value": value} for day, value in zip(days, values, strict=True)]


def of(id_, points):
    return {"entity_ref": {"id": id_, "label": id_[:1]}, "points": points}


def load(answer, ids=ONE, *, entity="creator", metrics="views", dates=MAY, **options):
    app = Canned({"/analytics": answer, "/openapi.json": SEVERAL})
    with connect_to(app) as client:
        return tgp.load_analytics(entity, ids, metrics, dates=dates, client=client, **options)


def facts(frame):
    return frame.attrs["trackagoat"]


SAID = [
    ({"granularity": "week"}, {}, "granularity 'week' instead of 'day'"),
    ({"granularity": "Monthly"}, {}, "granularity 'month' instead of 'day'"),
    ({"mode": "cumulative"}, {}, "mode 'cumulative' instead of 'new'"),
    ({"entity": "video"}, {}, "entity 'video' instead of 'creator'"),
    ({"metric": "likes"}, {}, "metric 'likes' instead of 'views'"),
    ({"timezone": "Asia/Tokyo"}, {"timezone": "Europe/Berlin"},
     "tz 'Asia/Tokyo' instead of 'Europe/Berlin'"),
    # The same offset today, and another one in May.
    ({"timezone": "Africa/Algiers"}, {"timezone": "Europe/Berlin"}, "'Africa/Algiers' instead of"),
    ({"base_metric": "likes"}, {"metrics": "growth_rate_pop", "base_metric": "views"},
     "base_metric 'likes' instead of 'views'"),
    ({"entity_id": TWO}, {}, f"entity_id '{TWO}' instead of '{ONE}'"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "options", "match"), SAID, ids=str)
def test_a_response_that_says_it_answers_something_else_is_refused(said, options, match):
    with pytest.raises(MismatchedResponseError, match=match):
        load({**said, "series": series(1, 2)}, **options)


def test_a_server_that_answers_something_else_is_not_asked_any_further():
    ids = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(200)]
    app = Canned({"/analytics": {"granularity": "week", "series": []}, "/openapi.json": SEVERAL})
    with (
        connect_to(app, max_workers=1) as client,
        pytest.raises(MismatchedResponseError, match="granularity 'week'"),
    ):
        tgp.load_analytics("creator", ids, "views", client=client)
    assert len(app.asked) == 2


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ({"granularity": "daily", "mode": "New", "entity": "Creator", "metric": "views"}, {}),
        ({"timezone": "Asia/Calcutta"}, {"timezone": "Asia/Kolkata"}),
        ({"timezone": "Europe/Berlin"}, {"timezone": "Europe/Paris"}),
        ({"timezone": "Etc/UTC"}, {"timezone": "UTC"}),
        ({"entity_id": f"{TWO}, {ONE.upper()}"}, {}),
        ({"granularity": None, "mode": 5, "timezone": ""}, {}),
    ],
    ids=str,
)
def test_another_spelling_of_what_was_asked_is_no_other_answer(said, options):
    frame = load({**said, "series": series(1, 2)}, **options)
    assert frame["value"].tolist() == [1, 2]
    assert facts(frame)["complete"] is True


@pytest.mark.parametrize(
    ("said", "options", "match"),
    [
        ({"mode": "delta"}, {}, "mode 'delta', an unknown word, instead of 'new'"),
        ({"granularity": "hour"}, {}, "granularity 'hour', an unknown word, instead"),
        (
            {"timezone": "Mars/Base"},
            {"timezone": "UTC"},
            "tz 'Mars/Base', an unknown time zone, instead",
        ),
    ],
)
def test_an_unknown_word_for_what_was_asked_is_a_warning(said, options, match):
    with pytest.warns(ContractWarning, match=match):
        frame = load({**said, "series": series(1, 2)}, **options)
    assert facts(frame)["unverified"] == [next(iter(said)).replace("timezone", "tz")]


@pytest.mark.parametrize("name", ["mode", "granularity", "timezone", "entity"])
def test_what_a_server_says_is_shown_short_on_one_line_and_without_a_key(name):
    with pytest.warns(ContractWarning, match="an unknown") as said:
        load({name: f"{KEY}\n\u202e" * 5_000, "series": series(1, 2)}, timezone="UTC")
    text = str(said[0].message)
    assert len(text) < 250
    assert text.isprintable()
    assert KEY[:12] not in text


def test_responses_of_several_time_zones_are_a_warning():
    def answer(query):
        zone = {"views": "UTC", "likes": "Asia/Tokyo"}[query["metric"]]
        return {"timezone": zone, "series": series(1)}

    with pytest.warns(ContractWarning, match=r"several time zones: .Asia/Tokyo., .UTC."):
        frame = load(answer, metrics=["views", "likes"])
    assert facts(frame)["unverified"] == ["tz"]
    assert facts(frame)["timezone"] is None


NOT_ANSWERED = [
    {"series": None},
    {"series": []},
    {"series": {}},
    {"timeseries": []},
    {"comparison_series": [], "breakdown_series": None},
    [],
]


@pytest.mark.parametrize("data", NOT_ANSWERED, ids=str)
def test_an_entity_without_a_series_is_named(data):
    with pytest.raises(PartialLoadError, match=f"1 of 1 series failed: {ONE} .views") as caught:
        load(data)
    assert "has no series of the creator" in str(caught.value.failures[ONE, "views"])
    assert caught.value.partial.empty


@pytest.mark.parametrize("of_two", [{"series": [of(ONE, series(1, 2))]}, {"series": series(1, 2)}])
def test_an_entity_of_several_without_a_series_is_asked_once_more_and_named(of_two):
    asked = []

    def answer(query):
        asked.append(query["entity_id"])
        return {"series": None} if query["entity_id"] == TWO else of_two

    with pytest.raises(PartialLoadError, match="1 of 2 series failed") as caught:
        load(answer, [ONE, TWO])
    assert list(caught.value.failures) == [(TWO, "views")]
    assert asked[0] == f"{ONE},{TWO}"
    assert sorted(asked[1:]) == [ONE, TWO]
    assert caught.value.partial["entity_id"].tolist() == [ONE, ONE]


@pytest.mark.parametrize(
    "data",
    [
        {"series": [of(ONE, [])]},
        {"series": [of(ONE, None)]},
        {"series": [{"entity_id": ONE, "values": []}]},
        {"series": {ONE: []}},
        {"points": []},
        {"series": {"views": {"points": []}}},
    ],
    ids=str,
)
def test_an_entity_without_points_is_answered(data):
    with pytest.warns(tgp.errors.NoDataWarning, match="no data"):
        frame = load(data)
    assert frame.empty
    assert facts(frame)["complete"] is True


def test_an_entity_without_points_beside_one_with_some_needs_no_second_request():
    asked = []

    def answer(query):
        asked.append(query["entity_id"])
        return {"series": [of(ONE, series(1)), of(TWO, [])]}

    assert load(answer, [ONE, TWO])["entity_id"].tolist() == [ONE]
    assert len(asked) == 1


def test_ids_in_capitals_are_the_ones_that_were_asked_for():
    frame = load({"series": [of(ONE.upper(), series(1))]}, ONE.upper())
    assert frame["entity_id"].tolist() == [ONE]
    letters = "abcdefab-1111-4111-8111-abcdefabcdef"
    frame = load({"series": [of(letters.upper(), series(1))]}, letters)
    assert frame["entity_id"].tolist() == [letters]


def test_points_outside_the_dates_are_left_out_and_counted():
    with pytest.warns(
        ContractWarning,
        match=r"2 points of 2026-04-30..2026-05-11, outside the dates 2026-05-01..2026-05-10",
    ) as said:
        frame = load({"series": series(*range(12), start="2026-04-30")})
    assert len(said) == 1
    assert frame["value"].tolist() == list(range(1, 11))
    assert facts(frame)["dropped"] == {"dates": 2}
    assert facts(frame)["complete"] is True


def test_one_warning_counts_the_points_of_all_series():
    def answer(query):
        points = series(*range(11), start="2026-04-30")
        return {"series": [of(id_, points) for id_ in query["entity_id"].split(",")]}

    with pytest.warns(ContractWarning, match="6 points of 2026-04-30..2026-04-30") as said:
        frame = load(answer, [ONE, TWO, THREE], metrics=["views", "likes"])
    assert len(said) == 1
    assert facts(frame)["dropped"] == {"dates": 6}


def test_a_server_that_ignores_the_dates_is_refused():
    with pytest.raises(
        MismatchedResponseError,
        match=r"the dates 2026-06-01..2026-06-03 instead of 2026-05-01..2026-05-10",
    ):
        load({"series": series(1, 2, 3, start="2026-06-01")})


@pytest.mark.parametrize(
    ("granularity", "dates", "points"),
    [
        ("week", ("2026-05-06", "2026-05-20"), series(1, 2, 3, start="2026-05-04", freq="7D")),
        ("week", ("2026-05-06", "2026-05-20"),
         series(1, start="2026-05-06") + series(2, 3, start="2026-05-11", freq="7D")),
        ("month", ("2026-03-15", "2026-05-20"), series(1, 2, 3, start="2026-03-01", freq="MS")),
        ("month", ("2026-03-15", "2026-05-20"),
         series(1, start="2026-03-15") + series(2, 3, start="2026-04-01", freq="MS")),
        ("day", ("2026-05-01", "2026-05-31"), series(1, 2, start="2026-05-04")),
    ],
)  # fmt: skip
def test_a_bucket_that_is_cut_by_the_range_belongs_to_it(granularity, dates, points):
    frame = load({"series": points}, dates=dates, granularity=granularity)
    assert frame["value"].tolist() == [point["value"] for point in points]
    assert not facts(frame).keys() & {"dropped", "unverified"}


@pytest.mark.parametrize(
    ("granularity", "points"),
    [
        ("week", series(1, 2, 3, start="2026-05-04")),
        ("week", series(1, 2, 3, start="2026-03-01", freq="MS")),
        ("month", series(1, 2, 3, start="2026-05-04", freq="7D")),
        ("month", series(1, 2, 3, start="2026-05-04")),
    ],
)
def test_buckets_of_another_length_are_refused(granularity, points):
    with pytest.raises(
        MismatchedResponseError, match=f"buckets of .*, which are no whole {granularity}s"
    ):
        load({"series": points}, dates="2026", granularity=granularity)


def test_weeks_that_begin_on_sundays_are_a_warning():
    with pytest.warns(ContractWarning, match="weeks begin on Sunday, not Monday"):
        frame = load(
            {"series": series(1, 2, 3, start="2026-05-03", freq="7D")},
            dates="2026-05", granularity="week",
        )  # fmt: skip
    assert facts(frame)["unverified"] == ["granularity"]


@pytest.mark.parametrize(
    ("length", "start", "freq"), [("weeks", "2026-05-04", "7D"), ("months", "2026-03-01", "MS")]
)
def test_days_as_far_apart_as_weeks_are_a_warning_unless_the_response_says_days(
    length, start, freq
):
    points = {"series": series(1, 2, 3, start=start, freq=freq)}
    with pytest.warns(ContractWarning, match=f"3 days in the response .* may be {length}"):
        load(points, dates="2026")
    with pytest.warns(ContractWarning, match="days out of the middle"):
        frame = load({**points, "granularity": "day"}, dates="2026")
    assert len(frame) == 3
    assert "unverified" not in facts(frame)


@pytest.mark.parametrize(
    ("points", "match"),
    [
        (series(1, 2) + series(5), f"two values of {ONE} for 2026-05-01"),
        (series(1, 2) + series(None), f"two values of {ONE} for 2026-05-01"),
        ([*series(1), {"date": "2026-05-01T00:00:00Z", "value": "2"}], "two values"),
    ],
)
def test_two_values_for_one_day_are_refused(points, match):
    with pytest.raises(PartialLoadError, match=match):
        load({"series": points})


def test_the_same_value_twice_is_there_once_and_counted():
    frame = load({"series": [*series(1, 2), {"date": "2026-05-02T00:00:00Z", "value": "2.0"}]})
    assert frame["value"].tolist() == [1, 2]
    assert facts(frame)["duplicates"] == 1


def test_two_series_of_one_entity_are_refused():
    halves = [of(ONE, series(1, 2)), of(ONE, series(3, start="2026-05-03"))]
    with pytest.raises(PartialLoadError, match=f"two series of {ONE}"):
        load({"series": halves})
    prior = [of(ONE, series(n, start="2026-04-25")) for n in (1, 2)]
    with pytest.raises(PartialLoadError, match=rf"two series of {ONE} \(prior_period\)"):
        load({"series": [of(ONE, series(1))], "comparison_series": prior}, compare="prior_period")


def test_one_series_sent_twice_is_there_once():
    frame = load({"series": [of(ONE, series(1, 2))] * 2})
    assert frame["value"].tolist() == [1, 2]


COMPARED = {"dates": MAY, "compare": "prior_period"}


@pytest.mark.parametrize("sent", [{}, {"comparison_series": None}, {"comparison_series": []}])
def test_a_comparison_that_does_not_come_is_a_warning_and_the_frame_is_incomplete(sent):
    with pytest.warns(
        ContractWarning, match=f"`compare` was given, but .* no comparison_series for {ONE}"
    ):
        frame = load({"series": series(1, 2), **sent}, **COMPARED)
    assert facts(frame)["complete"] is False
    assert frame["value"].tolist() == [1, 2]


def test_a_comparison_for_some_of_several_names_the_others():
    answer = {
        "series": [of(ONE, series(1)), of(TWO, series(2))],
        "comparison_series": [of(ONE, series(3, start="2026-04-21"))],
    }
    with pytest.warns(ContractWarning, match="no comparison_series for @2; the frame is"):
        frame = load(answer, [ONE, TWO], **COMPARED)
    assert facts(frame)["complete"] is False


def test_an_entity_without_a_comparison_is_named_as_in_the_given_frame():
    creators = pd.DataFrame({"id": [ONE], "tiktok_handle": ["mia"]})
    with pytest.warns(ContractWarning, match="no comparison_series for @mia; the frame is"):
        load({"series": series(1, 2)}, creators, **COMPARED)


def test_a_comparison_without_points_is_one():
    answer = {"series": [of(ONE, series(1))], "comparison_series": [of(ONE, [])]}
    assert facts(load(answer, **COMPARED))["complete"] is True


def test_days_of_a_comparison_that_are_not_of_the_period_before_are_left_out():
    prior = series(*range(12), start="2026-04-20")  # the period is 2026-04-21 to 30
    with pytest.warns(ContractWarning, match=r"2 points of 2026-04-20..2026-05-01"):
        frame = load({"series": series(1), "comparison_series": prior}, **COMPARED)
    assert frame["value"].tolist() == [1, *range(1, 11)]


def test_a_comparison_with_the_same_days_is_none():
    answer = {"series": series(1, 2), "comparison_series": series(1, 2)}
    with pytest.warns(ContractWarning, match="2 points|no comparison_series") as said:
        frame = load(answer, **COMPARED)
    assert sum(one.category is ContractWarning for one in said) == 2
    assert facts(frame)["complete"] is False
    assert set(frame["series_kind"]) == {"main"}


@pytest.mark.parametrize("kind", ["prior_period", "breakdown"])
def test_series_that_were_not_asked_for_are_left_out_and_counted(kind):
    name = {"prior_period": "comparison_series", "breakdown": "breakdown_series"}[kind]
    answer = {"series": series(1, 2), name: [of(TWO if kind == "breakdown" else ONE, series(9))]}
    with pytest.warns(ContractWarning, match=f"1 point of the series kind '{kind}'"):
        frame = load(answer, entity="campaign")
    assert frame["value"].tolist() == [1, 2]
    assert facts(frame)["dropped"] == {"compare" if kind == "prior_period" else kind: 1}


@pytest.mark.parametrize(
    ("sent", "values"), [({}, (1, 2)), ({}, (0, 0)), ({"breakdown_series": []}, (1, 2))]
)
def test_a_breakdown_that_does_not_come_is_a_warning_and_the_frame_is_incomplete(sent, values):
    with pytest.warns(ContractWarning, match=f"`breakdown` was given, .* for {ONE}; the"):
        frame = load({"series": series(*values), **sent}, entity="campaign", breakdown="video")
    assert facts(frame)["complete"] is False


def test_a_campaign_in_which_nothing_counts_has_no_parts():
    answer = {"series": series(0, 0, None), "breakdown_series": []}
    frame = load(answer, entity="campaign", breakdown="video")
    assert facts(frame)["complete"] is True


def test_compare_and_breakdown_of_several_campaigns_keep_their_owners():
    def answer(query):
        id_ = query["entity_id"]
        assert "," not in id_
        return {
            "series": [of(id_, series(1, 2))],
            "comparison_series": [of(id_, series(3, 4, start="2026-04-21"))],
            "breakdown_series": [of("7234567890123456789", series(1, 1)), of("__other__", [])],
        }

    frame = load(answer, [ONE, TWO], entity="campaign", breakdown="video", **COMPARED)
    assert facts(frame)["complete"] is True
    parts = frame[frame["series_kind"] == "breakdown"]
    assert parts["parent_id"].tolist() == [ONE, ONE, TWO, TWO]
    assert frame.groupby(["entity_id", "series_kind"], observed=True)["value"].sum().to_dict() == {
        ("7234567890123456789", "breakdown"): 4,
        (ONE, "main"): 3, (ONE, "prior_period"): 7, (TWO, "main"): 3, (TWO, "prior_period"): 7,
    }  # fmt: skip


@pytest.mark.parametrize("value", [True, "many", "1e999", [], {"a": 1}, "NaN", "0x10", "1_000"])
def test_a_value_that_is_no_number_is_refused(value):
    with pytest.raises(PartialLoadError, match=r"HTTP 200, but .*(read|no series|neither)"):
        load({"series": [*series(1), {"date": "2026-05-02", "value": value}]})


@pytest.mark.parametrize("value", ["7", " 7.5 ", "-3", -3, "1e3", 10**15, "12345678901234567"])
def test_a_number_is_read_as_it_is_sent(value):
    frame = load({"series": [{"date": "2026-05-01", "value": value}]})
    assert frame["value"].tolist() == [float(value)]


# Days around a change of clocks, and one that never was, by the instants at which they begin.
@pytest.mark.parametrize(
    ("zone", "days", "instants"),
    [
        ("Pacific/Apia", "2011-12-29 2011-12-31", "2011-12-29T10:00Z 2011-12-30T10:00Z"),
        ("Australia/Lord_Howe", "2026-04-04 2026-04-05 2026-04-06",
         "2026-04-03T13:00Z 2026-04-04T13:00Z 2026-04-05T13:30Z"),
        ("Australia/Lord_Howe", "2026-10-03 2026-10-04 2026-10-05",
         "2026-10-02T13:30Z 2026-10-03T13:30Z 2026-10-04T13:00Z"),
        ("Asia/Kathmandu", "2026-05-01 2026-05-02", "2026-04-30T18:15Z 2026-05-01T18:15Z"),
        ("America/Havana", "2026-03-07 2026-03-08 2026-03-09",
         "2026-03-07T05:00Z 2026-03-08T05:00Z 2026-03-09T04:00Z"),
        ("America/Havana", "2026-10-31 2026-11-01 2026-11-02",
         "2026-10-31T04:00Z 2026-11-01T04:00Z 2026-11-02T05:00Z"),
        ("America/Santiago", "2026-04-04 2026-04-05 2026-04-06",
         "2026-04-04T03:00Z 2026-04-05T04:00Z 2026-04-06T04:00Z"),
        ("America/Santiago", "2026-09-05 2026-09-06 2026-09-07",
         "2026-09-05T04:00Z 2026-09-06T04:00Z 2026-09-07T03:00Z"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("says_zone", [True, False])
def test_days_as_instants_are_those_of_the_time_zone(zone, days, instants, says_zone):
    points = [{"date": at, "value": number} for number, at in enumerate(instants.split())]
    said = {"timezone": zone} if says_zone else {}
    beginnings = days.split()
    dates = (beginnings[0], beginnings[-1])
    frame = load({**said, "series": points}, timezone=zone, dates=dates)
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == beginnings
