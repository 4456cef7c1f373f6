from __future__ import annotations

import datetime as dt
import threading

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.waiting import PATIENCE_S, join, threads_named
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ClippedDatesWarning,
    MissingColumnError,
    PartialLoadError,
    RetentionExceededError,
    UnauthorizedError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.inputs.checks import loaded_at
from trackagoat_pandas.load.openapi import takes_several_entities
from trackagoat_pandas.load.query import Query
from trackagoat_pandas.load.series import count_requests

pytestmark = pytest.mark.filterwarnings(
    # How far the points reach is not what is tested here.
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
)

PROJECT = "Q1 Brand Program"
RAW = ("views", "likes", "comments", "shares", "saves", "followers", "posts")
ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "123")
COLUMNS = [
    "label", "metric", "date", "value", "series_kind", "entity", "is_partial", "is_baseline",
    "entity_id", "parent_id",
]  # fmt: skip


def series(*values, start="2026-05-01"):
    days = pd.date_range(start, periods=len(values)).strftime("%Y-%m-%d")
    return [{"date": day, "value": value} for day, value in zip(days, values, strict=True)]


def echo(query):
    """Series of each asked entity, with the reference that the contract assumes."""
    return {
        "timezone": "America/New_York",
        "series": [
            {
                "entity_ref": {"id": id_, "label": id_[:1]},
                "points": series(1, 2, start=query.get("from", "2026-05-01")),
            }
            for id_ in query["entity_id"].split(",")
        ],
    }


@pytest.fixture(scope="module")
def creators(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None) as client:
        return tgp.load_creators(PROJECT, client=client)


def test_many_entities_and_metrics_become_one_long_frame(client, creators):
    frame = tgp.load_analytics(
        "creator", creators, ["views", "likes"], dates="2026-05", client=client
    )
    assert list(frame.columns) == COLUMNS
    assert frame["date"].nunique() == 31
    assert set(frame["entity_id"]) == set(creators["id"])
    assert set(frame["metric"]) == {"views", "likes"}
    assert not frame.duplicated(["entity_id", "metric", "date", "series_kind"]).any()


def test_rows_come_by_entity_then_metric_then_day_as_given(client, creators):
    ids = creators["id"].tolist()[::-1]
    frame = tgp.load_analytics("creator", ids, ["likes", "views"], dates="2026-05", client=client)
    assert frame["entity_id"].drop_duplicates().tolist() == ids
    first = frame[frame["entity_id"] == ids[0]]
    assert first["metric"].drop_duplicates().tolist() == ["likes", "views"]
    assert first["date"].iloc[:31].is_monotonic_increasing


@pytest.mark.parametrize("shape", [str, list, pd.Series, pd.Index, pd.DataFrame])
def test_ids_are_taken_in_every_form(shape):
    given = {"id": [ONE]} if shape is pd.DataFrame else [ONE]
    with connect_to(Canned({"/analytics": echo})) as client:
        ids = ONE if shape is str else shape(given)
        frame = tgp.load_analytics("creator", ids, "views", client=client)
    assert frame["value"].tolist() == [1, 2]


def test_the_shape_does_not_depend_on_how_many_ids_there_are():
    with connect_to(Canned({"/analytics": echo})) as client:
        frames = [
            tgp.load_analytics("creator", ids, "views", client=client)
            for ids in ([], [ONE], [ONE, TWO, THREE])
        ]
    assert all(list(frame.columns) == COLUMNS for frame in frames)
    assert all(frame.dtypes.equals(frames[0].dtypes) for frame in frames)
    assert [len(frame) for frame in frames] == [0, 2, 6]


def test_no_ids_send_nothing():
    app = Canned({})
    with connect_to(app) as client:
        assert tgp.load_analytics("creator", [], "views", dates="2026", client=client).empty
    assert app.asked == []


def test_a_load_without_ids_knows_the_servers_time_as_others_do(client):
    creators = tgp.load_creators(PROJECT, client=client)
    nothing = tgp.load_analytics("creator", [], "views", dates="2026", client=client)
    assert loaded_at(nothing) - loaded_at(creators) < pd.Timedelta(minutes=5)


def test_creators_by_handle_address_and_id_give_the_same_frame(client, creators):
    two = creators["tiktok_handle"].head(2)
    by_id = tgp.load_analytics(
        "creator", creators["id"].head(2), "views", dates="2026-05", client=client
    )
    mixed = [f"https://www.tiktok.com/@{two.iloc[0]}?lang=en", f"@{two.iloc[1].upper()}"]
    for given in (mixed, two, pd.DataFrame({"tiktok_handle": two.array})):
        frame = tgp.load_analytics("creator", given, "views", dates="2026-05", client=client)
        pd.testing.assert_frame_equal(frame, by_id)


def test_a_project_may_be_given_by_its_name(client):
    frame = tgp.load_analytics("project", "summer launch", "views", dates="2026-05", client=client)
    assert frame["label"].unique().tolist() == ["Summer Launch"]


def test_a_handle_is_not_looked_up_while_the_dates_cannot_be_read():
    app = Canned({})
    with connect_to(app), pytest.raises(ArgumentError, match="dates='soon' is not allowed"):
        tgp.load_analytics("creator", "goat", "views", dates="soon")
    assert app.asked == []


def test_a_frame_of_videos_gives_its_creators(client):
    creators = tgp.load_creators("Summer Launch", client=client)
    videos = tgp.load_videos("Summer Launch", client=client)
    videos = videos[videos["creator_id"].isin(creators["id"])]
    frame = tgp.load_analytics("creator", videos, "views", dates="2026-05", client=client)
    assert set(frame["entity_id"]) == set(videos["creator_id"])


@pytest.mark.parametrize(
    ("arguments", "options", "error", "match"),
    [
        (("creators", ONE, "views"), {}, ChoiceError, "entity='creators'.*'creator', 'campaign'"),
        (("creator", ONE, "view"), {}, ChoiceError, "metrics='view'.*'views', 'likes'"),
        (("creator", ONE, []), {}, ArgumentError, "name at least one"),
        (("creator", "x y", "views"), {}, ArgumentError, "an id is a UUID"),
        (("creator", [7], "views"), {}, ArgumentTypeError, "ids as strings"),
        (("creator", [ONE, None], "views"), {}, ArgumentError, "can't be null"),
        (("creator", pd.DataFrame({"a": [1]}), "views"), {}, MissingColumnError, "creator_id"),
        (("creator", ONE, "views"), {"dates": ("2026-02-01", "2026-01-01")}, ArgumentError,
         "must not come after"),
        (("creator", ONE, "views"), {"dates": pd.Timestamp("2026-01-01 05:00")}, ArgumentError,
         "midnight without a time zone"),
        (("creator", ONE, "views"), {"granularity": "hour"}, ChoiceError, "'day', 'week', 'month'"),
        (("creator", ONE, "views"), {"mode": "total"}, ChoiceError, "'new', 'cumulative'"),
        (("creator", ONE, "views"), {"compare": True}, ChoiceError, "'prior_period'"),
        (("creator", ONE, "views"), {"breakdown": "video"}, ArgumentError, "only a campaign"),
        (("campaign", ONE, "views"), {"breakdown": "creator"}, ChoiceError, "allowed.*'video'"),
        (("video", ONE, "posts_per_week"), {}, ArgumentError, "a video has no such metric"),
        (("creator", ONE, "growth_rate_pop"), {}, ChoiceError, "base_metric=None"),
        (("creator", ONE, "views"), {"base_metric": "views"}, ArgumentError, "only growth_rate"),
        (("creator", ONE, "views"), {"timezone": "New York"}, ArgumentError, "IANA"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_before_anything_is_sent(arguments, options, error, match):
    app = Canned({"/analytics": echo})
    with connect_to(app) as client, pytest.raises(error, match=match):
        tgp.load_analytics(*arguments, client=client, **options)
    assert app.asked == []


def test_a_prior_period_has_its_own_series_kind(client, creators):
    frame = tgp.load_analytics(
        "creator", creators.head(2), "views", dates="2026-05", compare="prior_period", client=client
    )
    prior = frame[frame["series_kind"] == "prior_period"]
    assert prior["date"].max() == pd.Timestamp("2026-04-30")
    assert (frame["series_kind"] == "main").sum() == len(prior)


def test_a_breakdown_names_its_campaign(client):
    campaigns = tgp.load_campaigns(PROJECT, client=client)
    frame = tgp.load_analytics(
        "campaign", campaigns, "views", dates="2026-05", breakdown="video", client=client
    )
    parts = frame[frame["series_kind"] == "breakdown"]
    assert set(parts["parent_id"]) <= set(campaigns["id"])
    assert "__other__" in set(parts["entity_id"])
    main = frame[frame["series_kind"] == "main"].groupby("entity_id")["value"].sum()
    assert (
        parts.groupby("parent_id")["value"]
        .sum()
        .equals(main[parts["parent_id"].unique()].sort_index().rename_axis("parent_id"))
    )


def test_failed_entities_are_named_and_the_others_carried():
    def answer(query):
        return 400 if query["entity_id"] == TWO else echo(query)

    with (
        connect_to(Canned({"/analytics": answer})) as client,
        pytest.raises(PartialLoadError, match=f"1 of 3 .*{TWO}") as caught,
    ):
        tgp.load_analytics("creator", [ONE, TWO, THREE], "views", client=client)
    assert caught.value.frame["entity_id"].unique().tolist() == [ONE, THREE]
    assert caught.value.frame.goat.provenance["complete"] is False
    assert caught.value.__cause__.status == 400


def test_a_refused_key_stops_the_load_at_once():
    app = Canned({"/analytics": 401})
    ids = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(200)]
    with connect_to(app, max_workers=2) as client, pytest.raises(UnauthorizedError, match="401"):
        tgp.load_analytics("creator", ids, "views", client=client)
    assert len(app.asked) < 10


PROJECTS = [{"id": ONE, "name": "x", "timezone": "UTC"}]


NOON, TODAY = "Mon, 15 Jun 2026 12:00:00 GMT", dt.date(2026, 6, 15)


def kept_since(first):
    """A server that says it keeps 30 days, and refuses dates before one."""

    def answer(query):
        if query.get("from", "9999") < str(first):
            return (402, {"code": "retention_exceeded"})
        return echo(query) | {"tier_retention_days": 30}

    return Canned({"/analytics": answer, "/projects": PROJECTS}, date=NOON)


def test_dates_past_the_plan_name_the_earliest_day():
    earliest = TODAY - dt.timedelta(days=30)
    dates = (earliest - dt.timedelta(days=5), TODAY)
    with connect_to(kept_since(earliest)) as client:
        with pytest.raises(RetentionExceededError, match=f"earliest day .* {earliest}") as caught:
            tgp.load_analytics("creator", [ONE, TWO], "views", dates=dates, client=client)
        assert {ONE, TWO} & {id_ for ids in caught.value.asked.values() for id_ in ids}
        with pytest.warns(ClippedDatesWarning, match=f"cut to {earliest}") as warned:
            frame = tgp.load_analytics(
                "creator", [ONE, TWO], "views", dates=dates, clip=True, client=client
            )
    assert {each.filename for each in warned} == {__file__}
    assert len(frame) == 4
    assert frame.goat.provenance["params"]["from"] == str(earliest)
    assert frame.goat.provenance["kept_since"] == str(earliest)


def test_the_limit_itself_may_be_a_day_later_than_counted():
    first = TODAY - dt.timedelta(days=29)
    dates = (TODAY - dt.timedelta(days=90), TODAY)
    with (
        connect_to(kept_since(first)) as client,
        pytest.warns(ClippedDatesWarning, match=f"cut to {first}"),
    ):
        tgp.load_analytics("creator", ONE, "views", dates=dates, clip=True, client=client)


def test_nothing_is_left_of_dates_that_end_too_early(client, creators):
    with pytest.raises(RetentionExceededError, match="earliest day that the plan keeps is 2025"):
        tgp.load_analytics("creator", creators, "views", dates="2020-01", clip=True, client=client)


@pytest.mark.parametrize("days", [None, True, -1, "many", 3650])
def test_a_retention_without_a_number_does_not_prove_that_all_is_kept(days):
    def answer(query):
        if "from" in query:
            return (402, {"code": "retention_exceeded"})
        return echo(query) | {"tier_retention_days": days}

    app = Canned({"/analytics": answer, "/projects": PROJECTS})
    with (
        connect_to(app) as client,
        pytest.raises(RetentionExceededError, match=r"HTTP 402 retention_exceeded: refused"),
    ):
        tgp.load_analytics("creator", ONE, "views", dates="2020", clip=True, client=client)


@pytest.mark.parametrize("days", [None, 0, 30])
def test_dates_are_cut_only_where_the_server_refuses_them(days):
    def answer(query):
        return echo(query) | {"tier_retention_days": days}

    with connect_to(Canned({"/analytics": answer})) as client:
        frame = tgp.load_analytics("creator", ONE, "views", dates="2020", clip=True, client=client)
    assert frame["date"].min() == pd.Timestamp("2020-01-01")


@pytest.mark.parametrize("failing", ["/analytics", "/projects"])
@pytest.mark.parametrize("status", [401, 403, 404])
def test_if_the_request_for_the_earliest_day_fails_the_refusal_is_raised(failing, status):
    def answer(query):
        if "from" in query:
            return (402, {"code": "retention_exceeded"})
        return status if failing == "/analytics" else echo(query)

    app = Canned({"/analytics": answer, "/projects": status})
    with (
        connect_to(app) as client,
        pytest.raises(RetentionExceededError, match="HTTP 402 retention_exceeded") as caught,
    ):
        tgp.load_analytics("creator", ONE, "views", dates="2020", client=client)
    assert caught.value.__cause__.status == status
    [note] = caught.value.__notes__
    assert note.startswith(f"The request for the earliest day failed too: {failing}: HTTP {status}")


def openapi(kind):
    parameter = {"name": "entity_id", "in": "query", "schema": {"type": kind}}
    return {"openapi": "3.1.0", "paths": {"/analytics": {"get": {"parameters": [parameter]}}}}


IDS = [f"{number:08x}-1111-4111-8111-111111111111" for number in range(50)]


@pytest.mark.parametrize("rate_limit", [None, (60, 60.0)])
@pytest.mark.parametrize(("kind", "calls"), [("array", 2 * 2), ("string", 2 * 25)])
def test_several_entities_go_into_one_call_where_the_server_says_so(rate_limit, kind, calls):
    app = Canned({"/analytics": echo, "/openapi.json": openapi(kind)})
    with connect_to(app, rate_limit=rate_limit) as client:
        frame = tgp.load_analytics("creator", IDS[:25], ["views", "likes"], client=client)
    assert len(app.asked) == 1 + calls
    assert frame["entity_id"].drop_duplicates().tolist() == IDS[:25]


@pytest.mark.parametrize("kind", ["array", "string"])
@pytest.mark.parametrize(("ids", "metrics"), [(1, 1), (2, 3), (20, 1), (21, 2), (50, 7)])
@pytest.mark.parametrize("breakdown", [None, "video"])
def test_the_price_of_a_load_is_what_it_sends(kind, ids, metrics, breakdown):
    def answer(query):
        parts = [{"entity_ref": {"id": "v"}, "points": series(1)}] if breakdown else None
        return echo(query) | {"breakdown_series": parts}

    query = Query("campaign", RAW[:metrics], "day", "new", breakdown=breakdown)
    app = Canned({"/analytics": answer, "/openapi.json": openapi(kind)})
    with connect_to(app) as client:
        is_known = ids == 1 or breakdown is not None
        assert (count_requests(session_of(client), query, IDS[:ids]) is not None) == is_known
        takes_several_entities(session_of(client))
        price, asked = count_requests(session_of(client), query, IDS[:ids]), len(app.asked)
        tgp.load_analytics("campaign", IDS[:ids], RAW[:metrics], breakdown=breakdown, client=client)
    assert len(app.asked) - asked == price


@pytest.mark.parametrize(
    "answer",
    [
        lambda query: 400 if "," in query["entity_id"] else echo(query),
        lambda query: echo({"entity_id": query["entity_id"].split(",")[0]}),
    ],
    ids=["refused", "for the first one only"],
)
def test_entities_of_a_call_that_fails_are_requested_one_by_one(answer):
    app = Canned({"/analytics": answer, "/openapi.json": openapi("array")})
    with connect_to(app, rate_limit=(60, 60.0)) as client:
        frame = tgp.load_analytics("creator", IDS[:3], "views", client=client)
    assert frame["entity_id"].drop_duplicates().tolist() == IDS[:3]


def test_calls_run_at_the_same_time():
    together = threading.Barrier(4, timeout=PATIENCE_S)

    def meet(query):
        together.wait()
        return echo(query)

    with connect_to(Canned({"/analytics": meet}), max_workers=4) as client:
        frame = tgp.load_analytics("creator", IDS[:4], "views", client=client)
    assert len(frame) == 8


def test_no_thread_is_left_behind(client, creators):
    tgp.load_analytics("creator", creators, "views", client=client)
    join(*threads_named("trackagoat-load"))
    assert threads_named("trackagoat-load") == set()
