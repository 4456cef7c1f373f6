from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from tests.support.tiny_world import (
    ADA,
    BEN,
    CYD,
    EXCLUDED,
    FULL,
    OTHER,
    P1,
    P2,
    PENDING,
    SUBTREE,
    TREE,
    V1,
    V2,
    V3,
    V8,
    V9,
    Api,
    at_once,
    id_of,
    item,
    served,
    tiny_database,
    video,
)
from trackagoat_pandas.sandbox.clock import format_instant, parse_instant

api = pytest.fixture(scope="module")(served)


def ask(api, entity, entity_id, metric, from_="2026-06-10", **query):
    return api.data(
        "/analytics", entity=entity, entity_id=entity_id, metric=metric, from_=from_, **query
    )


def values(api, *arguments, **query):
    [series] = ask(api, *arguments, **query)["series"]
    return [point["value"] for point in series["points"]]


def refusal(api, **query):
    return api.refusal("/analytics", **{"entity": "creator", "entity_id": ADA} | query)


# On 10 June v1 brings 1,000 views at once; v2 brings 293, 354, 177 and 36 from the 12th on; the
# 500 of v3 were there before its first snapshot on the 11th and add nothing.
ADAS_VIEWS = [1_000, 0, 293, 354, 177, 36]


def test_views_are_what_came_on_each_day_of_the_organization(api):
    data = ask(api, "creator", ADA, "views")
    assert data["timezone"] == "America/New_York"
    [series] = data["series"]
    assert series["entity_ref"] == {"id": ADA, "label": "ada.tok"}
    days = [f"2026-06-{day}" for day in range(10, 16)]
    assert [point["date"] for point in series["points"]] == days
    assert [point["value"] for point in series["points"]] == ADAS_VIEWS
    assert [point["is_partial"] for point in series["points"]] == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("entity", "entity_id", "metric", "place"),
    [
        ("video", V3, "views", 1),  # its first snapshot showed 500
        ("video", V1, "views", None),  # it starts from nothing
        ("creator", ADA, "followers", 2),  # when tracking starts
    ],
)
def test_a_baseline_is_marked_where_a_first_snapshot_shows_something(
    api, entity, entity_id, metric, place
):
    [series] = ask(api, entity, entity_id, metric)["series"]
    flags = [point["is_baseline"] for point in series["points"]]
    assert flags == [at == place for at in range(6)]


TOTAL = {"mode": "cumulative"}


@pytest.mark.parametrize(
    ("metric", "query", "expected"),
    [
        ("views", TOTAL, [1_000, 1_500, 1_793, 2_147, 2_324, 2_360]),  # 500 at a first snapshot
        ("likes", {}, [100, 0, 29, 35, 18, 4]),  # whole likes of 293, 647, 824, 860 views
        ("comments", {}, [20, 0, 5, 7, 4, 1]),
        ("shares", {}, [30, 0, 8, 11, 5, 1]),
        ("saves", {}, [50, 0, 14, 18, 9, 2]),
        ("posts", {}, [1, 0, 1, 0, 0, 0]),
        ("posts", TOTAL, [2, 2, 3, 3, 3, 3]),  # one before the range
        ("followers", {}, [0, 0, 1_000, 2_000, 4_000, 2_079]),  # they double every day
        ("followers", TOTAL, [None, None, 2_000, 4_000, 8_000, 10_079]),
        (
            "engagement_rate_by_views",
            {},
            [20.0, None, 56 / 293 * 100, 71 / 354 * 100, 36 / 177 * 100, 8 / 36 * 100],
        ),
        (
            "engagement_rate_by_followers",
            {},
            [None, None, 56 / 2_000 * 100, 71 / 4_000 * 100, 36 / 8_000 * 100, 8 / 10_079 * 100],
        ),
        ("posts_per_week", {}, [7.0, 0.0, 7.0, 0.0, 0.0, 0.0]),
        ("avg_views_per_post", {}, [500.0, 0.0, 293 / 3, 118.0, 59.0, 12.0]),
    ],
)
def test_each_metric_counts_by_its_formula(api, metric, query, expected):
    found = values(api, "creator", ADA, metric, **query)
    assert found == pytest.approx(expected)
    assert type(found[0]) is type(expected[0])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            {},
            [
                None,
                -100.0,
                None,
                (354 - 293) / 293 * 100,
                (177 - 354) / 354 * 100,
                -141 / 177 * 100,
            ],
        ),
        # The first day is compared with the one before the range.
        ({"from_": "2026-06-13", "to": "2026-06-13"}, [(354 - 293) / 293 * 100]),
        ({"from_": "2026-06-14", "to": "2026-06-14", **TOTAL}, [177 / 2_147 * 100]),
    ],
)
def test_growth_compares_each_day_with_the_one_before(api, query, expected):
    found = values(api, "creator", ADA, "growth_rate_pop", base_metric="views", **query)
    assert found == pytest.approx(expected)


# v8 came at 23:30 on the 13th in New York, which is the 14th in Berlin.
SATURDAY = {"from_": "2026-06-13", "to": "2026-06-14"}


@pytest.mark.parametrize(
    ("entity", "entity_id", "metric", "query", "expected"),
    [
        # v1, ben's v8 and v9; the tree holds itself and names ben twice.
        ("campaign", TREE, "views", {}, [1_000, 0, 0, 300, 50, 0]),
        ("campaign", SUBTREE, "views", {}, [1_000, 0, 0, 300, 50, 0]),
        # Those of the creators behind its videos.
        ("campaign", TREE, "followers", TOTAL | {"from_": "2026-06-15"}, [10_079 + 1_000]),
        ("project", P1, "views", {}, [1_000, 0, 293, 654, 227, 36]),
        ("project", P2, "views", {}, [0] * 6),
        ("project", P2, "engagement_rate_by_views", {}, [None] * 6),
        ("project", P2, "followers", TOTAL, [None] * 6),
        # A pending video counts in no other series: ada's has 0 on that day.
        ("video", PENDING, "views", {"to": "2026-06-11"}, [0, 7_000]),
        ("creator", ADA, "views", {"to": "2026-12-31"}, ADAS_VIEWS),
        ("creator", ADA, "views", {"from_": "2026-07-01", "to": "2026-07-02"}, []),
        ("creator", BEN, "views", SATURDAY, [300, 0]),
        ("creator", BEN, "views", SATURDAY | {"tz": "Europe/Berlin"}, [0, 300]),
        (
            "creator",
            ADA,
            "posts_per_week",
            {"granularity": "week", "from_": "2026-06-08", "to": "2026-06-14"},
            [2.0],
        ),
    ],
)
def test_an_entity_counts_what_belongs_to_it_on_the_days_asked_for(
    api, entity, entity_id, metric, query, expected
):
    assert values(api, entity, entity_id, metric, **query) == expected


def test_the_answer_has_the_contracts_members(api):
    data = ask(api, "creator", ADA, "views")
    assert list(data) == [
        "entity", "metric", "mode", "granularity", "timezone", "series", "comparison_series",
        "breakdown_series", "tier_retention_days", "annotations",
    ]  # fmt: skip
    assert data["tier_retention_days"] == 365
    assert data["comparison_series"] is None
    assert data["breakdown_series"] is None


@pytest.mark.parametrize(
    ("granularity", "dates", "expected"),
    [
        ("week", ["2026-06-08", "2026-06-15"], [1_824, 36]),
        ("month", ["2026-06-01"], [1_860]),
    ],
)
def test_weeks_start_on_monday_and_months_on_the_first(api, granularity, dates, expected):
    [series] = ask(api, "creator", ADA, "views", granularity=granularity)["series"]
    assert [point["date"] for point in series["points"]] == dates
    assert [point["value"] for point in series["points"]] == expected
    assert [point["is_partial"] for point in series["points"]][-1] is True


@pytest.mark.parametrize(
    ("day", "first", "hours"),
    [("2026-03-08", "2026-03-08T05:30:00Z", 23), ("2025-11-02", "2025-11-02T04:30:00Z", 25)],
)
def test_a_day_on_which_clocks_change_holds_its_own_hours_and_no_others(day, first, hours):
    api = Api(tiny_database())
    start = parse_instant(first)
    posted = [format_instant(start + timedelta(hours=hour)) for hour in range(-1, hours + 1)]
    api.database.insert("videos", [video(f"h{at}", BEN, at, at_once(1)) for at in posted])
    assert values(api, "creator", BEN, "posts", from_=day, to=day) == [hours]
    api.database.close()


def test_a_range_across_a_change_of_clocks_loses_no_hour(api):
    daily = values(api, "creator", BEN, "followers", from_="2026-03-01", mode="cumulative")
    assert len(daily) == 107


def test_the_default_is_the_last_30_days_up_to_today(api):
    [series] = api.data("/analytics", entity="creator", entity_id=ADA, metric="views")["series"]
    points = series["points"]
    assert (points[0]["date"], points[-1]["date"], len(points)) == ("2026-05-17", "2026-06-15", 30)


def test_to_alone_asks_for_the_30_days_before_it(api):
    query = {"entity": "creator", "entity_id": ADA, "metric": "views", "to": "2026-06-10"}
    [series] = api.data("/analytics", **query)["series"]
    assert (series["points"][0]["date"], len(series["points"])) == ("2026-05-12", 30)


def test_the_prior_period_is_equally_long_and_ends_the_day_before(api):
    data = ask(
        api, "creator", ADA, "views", from_="2026-06-13", to="2026-06-15", compare="prior_period"
    )
    [series] = data["comparison_series"]
    assert [point["date"] for point in series["points"]] == [
        "2026-06-10", "2026-06-11", "2026-06-12",
    ]  # fmt: skip
    assert [point["value"] for point in series["points"]] == ADAS_VIEWS[:3]


def test_several_entities_come_in_the_order_in_which_they_were_asked_for(api):
    data = ask(api, "creator", f"{BEN},{ADA}", "views")
    assert [series["entity_ref"]["id"] for series in data["series"]] == [BEN, ADA]
    assert [point["value"] for point in data["series"][1]["points"]] == ADAS_VIEWS


def test_a_breakdown_of_few_videos_has_no_rest(api):
    data = ask(api, "campaign", TREE, "views", breakdown="video")
    refs = [series["entity_ref"] for series in data["breakdown_series"]]
    assert refs == [
        {"id": V1, "label": "title of v1"},
        {"id": V8, "label": "title of v8"},
        {"id": V9, "label": "title of v9"},
    ]


@pytest.fixture(scope="module")
def crowded():
    api = Api(tiny_database())
    posted = "2026-06-11T10:00:00Z"
    videos = [video(f"big {n}", None, posted, at_once(2_000 + n)) for n in range(12)]
    api.database.insert("videos", videos)
    api.database.insert("campaign_items", [item(TREE, "video", row["id"]) for row in videos])
    yield api
    api.database.close()


def test_a_breakdown_names_the_ten_biggest_and_sums_up_the_rest(crowded):
    data = ask(crowded, "campaign", TREE, "views", breakdown="video")
    refs = [series["entity_ref"] for series in data["breakdown_series"]]
    assert [ref["id"] for ref in refs[:10]] == [id_of(f"big {n}") for n in range(11, 1, -1)]
    assert refs[10:] == [{"id": "__other__", "label": "Other"}]


def test_the_parts_of_a_breakdown_add_up_to_the_campaign(crowded):
    data = ask(crowded, "campaign", TREE, "views", breakdown="video")
    parts = zip(*(series["points"] for series in data["breakdown_series"]), strict=True)
    sums = [sum(point["value"] for point in points) for points in parts]
    assert sums == [point["value"] for point in data["series"][0]["points"]]


def test_the_rest_has_a_rate_of_its_own(crowded):
    query = {"breakdown": "video", "to": "2026-06-12"}
    data = ask(crowded, "campaign", TREE, "engagement_rate_by_views", **query)
    assert data["breakdown_series"][-1]["points"][0]["value"] == 20.0  # v1 alone


def test_notes_are_those_on_the_range_about_the_entity_or_everybody(api):
    labels = [row["label"] for row in ask(api, "creator", ADA, "views")["annotations"]]
    assert labels == ["everybody", "about ada"]


def test_csv_is_an_attachment_of_flat_rows(api):
    query = {"entity": "campaign", "entity_id": TREE, "metric": "engagement_rate_by_views"}
    dates = {"from_": "2026-06-10", "to": "2026-06-11"}
    extras = {"compare": "prior_period", "breakdown": "video", "format": "csv"}
    response = api.open("/analytics", **query, **dates, **extras)
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    kinds = ["main"] * 2 + ["prior_period"] * 2 + ["breakdown"] * 6
    assert [row["series_kind"] for row in rows] == kinds
    assert rows[0] == {
        "series_kind": "main",
        "entity_id": TREE,
        "label": "tree",
        "date": "2026-06-10",
        "value": "20.0",
        "is_partial": "false",
        "is_baseline": "false",
    }
    assert rows[1]["value"] == ""


def test_the_plans_last_kept_day_is_counted_back_from_the_organizations_today(api):
    query = {"entity": "creator", "entity_id": ADA, "metric": "views"}
    assert api.open("/analytics", from_="2025-06-15", **query).status_code == 200
    response = api.open("/analytics", from_="2025-06-14", **query)
    assert response.status_code == 402
    assert response.json["meta"] == {"code": "retention_exceeded", "earliestDate": "2025-06-15"}


def test_an_unlimited_plan_keeps_every_day():
    api = Api(tiny_database(retention_days=None))
    data = ask(api, "creator", ADA, "views", from_="2020-01-01", granularity="month")
    assert data["tier_retention_days"] is None
    assert len(data["series"][0]["points"]) == 78
    api.database.close()


def test_the_longest_range_and_the_one_before_it_can_be_asked_for():
    api = Api(tiny_database(retention_days=None))
    span = {"from_": "1971-01-01", "to": "2100-12-31"}
    query = {"granularity": "month", "compare": "prior_period"}
    data = ask(api, "creator", ADA, "views", **span, **query)
    assert data["series"][0]["points"][-1]["date"] == "2026-06-01"
    assert data["comparison_series"][0]["points"][-1]["date"] == "1970-12-01"
    api.database.close()


@pytest.mark.parametrize(
    "query",
    [
        {"metric": "loves"},
        {"metric": None},
        {"metric": "views", "entity": "planet"},
        {"metric": "views", "entity_id": "ada"},
        {"metric": "views", "entity_id": ""},
        {"metric": "views", "from_": "2026-06-02", "to": "2026-06-01"},
        {"metric": "views", "from_": "06/01/2026"},
        {"metric": "views", "from_": "2026-02-30"},
        {"metric": "views", "to": "9999-12-31"},
        {"metric": "views", "tz": "Mars/Olympus"},
        {"metric": "views", "tz": "../etc/passwd"},
        {"metric": "views", "granularity": "hour"},
        {"metric": "views", "mode": "total"},
        {"metric": "views", "compare": "last_year"},
        {"metric": "views", "breakdown": "video"},
        {"metric": "growth_rate_pop"},
        {"metric": "growth_rate_pop", "base_metric": "posts_per_week"},
        {"metric": "engagement_rate_by_views", "mode": "cumulative"},
        {"metric": "followers", "entity": "video", "entity_id": V1},
        {"metric": "posts", "entity": "campaign", "entity_id": TREE, "breakdown": "video"},
    ],
)
def test_a_bad_query_is_400(api, query):
    query = {name: value for name, value in query.items() if value is not None}
    assert refusal(api, **query) == (400, "invalid_query")


@pytest.mark.parametrize(
    ("key", "entity", "entity_id"),
    [
        (FULL, "creator", CYD),
        (FULL, "creator", V1),
        (FULL, "video", EXCLUDED),
        (FULL, "campaign", P1),
        (FULL, "project", TREE),
        (OTHER, "creator", ADA),
        (OTHER, "video", V2),
        (OTHER, "campaign", TREE),
        (OTHER, "project", P1),
    ],
)
def test_an_entity_that_is_absent_or_another_organizations_is_404(api, key, entity, entity_id):
    query = {"entity": entity, "entity_id": entity_id, "metric": "views"}
    assert api.open("/analytics", key, **query).status_code == 404


def test_more_than_50_entities_are_too_many(api):
    ids = ",".join(id_of(f"x{number}") for number in range(51))
    assert refusal(api, entity_id=ids, metric="views") == (400, "invalid_query")


def test_new_rows_are_counted_at_once():
    api = Api(tiny_database())
    assert values(api, "creator", BEN, "views")[4] == 0
    api.database.insert("videos", [video("late", BEN, "2026-06-14T13:00:00Z", at_once(40))])
    assert values(api, "creator", BEN, "views")[4] == 40
    api.database.close()
