from __future__ import annotations

from functools import partial
from typing import get_args

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    ChoiceError,
    ContractWarning,
    NotFoundError,
    RequestBudgetError,
    TrackaGoatError,
    UnreadableResponseError,
)
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.tables import TABLES

pytestmark = pytest.mark.filterwarnings(
    # The rows here have no more fields than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
)

PROJECT = "Q1 Brand Program"
ID = "11111111-1111-4111-8111-111111111111"
STRING = pd.StringDtype(na_value=float("nan"))

LOADS = {
    "projects": tgp.load_projects,
    "creators": partial(tgp.load_creators, PROJECT),
    "videos": partial(tgp.load_videos, PROJECT),
    "campaigns": partial(tgp.load_campaigns, PROJECT),
    "annotations": partial(tgp.load_annotations, PROJECT, dates="2026"),
    "comments": partial(tgp.load_comments, PROJECT),
    "payout_methods": tgp.load_payout_methods,
    "payout_structures": partial(tgp.load_payout_structures, PROJECT),
    "payout_accruals": partial(tgp.load_payout_accruals, PROJECT),
    "payout_payments": partial(tgp.load_payout_payments, PROJECT),
    "goal_compliance": partial(tgp.load_goal_compliance, PROJECT),
    "data_model": tgp.load_data_model,
    **{name: partial(tgp.load_report, name, PROJECT) for name in get_args(Report)},
}


@pytest.mark.parametrize("name", LOADS)
def test_each_loader_gives_the_declared_columns_in_full_and_says_where_from(client, name):
    frame = LOADS[name](client=client)
    assert list(frame.columns) == list(TABLES[name].names)
    assert len(frame) > 0
    assert not frame.duplicated(list(TABLES[name].key)).any()
    facts = frame.goat.provenance
    assert facts["complete"] is True
    assert facts["requests"] >= 1
    assert facts["rows"] == len(frame)
    assert set(facts) >= {"path", "params", "fetched_at", "timezone"}
    assert facts["server_time"] == "2026-06-15T12:00:00+00:00"


@pytest.mark.parametrize("name", LOADS)
def test_each_loader_takes_the_arrow_backend(client, name):
    frame = LOADS[name](client=client, dtype_backend="pyarrow")
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)


def test_every_page_of_a_list_is_loaded(box, client):
    (count,) = box.database.rows(
        "SELECT count(*) FROM videos WHERE deleted_at IS NULL AND tracking_status != 'excluded'"
        " AND project_id IN (SELECT id FROM projects WHERE org_id ="
        " (SELECT org_id FROM api_keys WHERE key = ?))",
        [box.key],
    )[0]
    videos = tgp.load_videos(client=client)
    assert len(videos) == count
    assert videos.goat.provenance["requests"] == -(-count // 100)


def test_nineteen_digit_ids_survive(box, client):
    videos = tgp.load_videos(client=client)
    assert videos["tiktok_video_id"].dtype == STRING
    assert videos["tiktok_video_id"].str.fullmatch(r"\d{19}").all()
    kept = {row[0] for row in box.database.rows("SELECT tiktok_video_id FROM videos")}
    assert set(videos["tiktok_video_id"]) <= kept


def test_one_creators_videos(client):
    creators = tgp.load_creators(PROJECT, client=client)
    creator = creators["id"].iloc[0]
    videos = tgp.load_videos(creator=creator, client=client)
    assert set(videos["creator_id"]) == {creator}


@pytest.mark.parametrize("wrap", ["@{}", "{}", "https://www.tiktok.com/@{}?lang=en"])
def test_one_creators_videos_by_handle_are_those_by_id(client, wrap):
    goat = tgp.load_creators(PROJECT, client=client).iloc[0]
    by_id = tgp.load_videos(creator=goat["id"], client=client)
    by_handle = tgp.load_videos(
        PROJECT, creator=wrap.format(goat["tiktok_handle"].upper()), client=client
    )
    pd.testing.assert_frame_equal(by_handle, by_id)


@pytest.mark.parametrize(
    ("entity", "load", "column"),
    [
        ("creator", tgp.load_creators, "tiktok_handle"),
        ("campaign", tgp.load_campaigns, "name"),
    ],
)
def test_notes_on_one_thing_by_its_name_are_those_by_its_id(client, entity, load, column):
    notes = tgp.load_annotations(entity=entity, dates="2026", client=client).iloc[[0]]
    project, id_ = notes[["project_id", "entity_id"]].iloc[0]
    name = load(project, client=client).set_index("id")[column][id_]
    for given in (id_, name):
        found = tgp.load_annotations(
            project, entity=entity, entity_id=given, dates="2026", client=client
        )
        assert notes["id"].iloc[0] in set(found["id"])
        assert set(found["entity_id"]) == {id_}


def test_several_creators_lists_are_one_frame(client):
    creators = tgp.load_creators(PROJECT, client=client).head(2)
    mixed = ["@" + creators["tiktok_handle"].iloc[0], creators["id"].iloc[1]]
    for given in (creators, mixed, pd.Series(mixed), creators[["tiktok_handle"]]):
        videos = tgp.load_videos(PROJECT, creator=given, client=client)
        assert set(videos["creator_id"]) == set(creators["id"])
        goals = tgp.load_goal_compliance(PROJECT, creator=given, client=client)
        assert set(goals["creator_id"]) <= set(creators["id"])
    assert videos.goat.provenance["params"]["creator_id"] == ",".join(creators["id"])


def test_no_creators_have_no_videos(client):
    before = client.requests_sent
    assert tgp.load_videos(creator=[], client=client).empty
    assert client.requests_sent == before


def test_a_search_finds_part_of_a_handle(client):
    handle = tgp.load_creators(PROJECT, client=client)["tiktok_handle"].iloc[0]
    found = tgp.load_creators(PROJECT, search=f"@{handle[1:-1]}", client=client)
    assert handle in set(found["tiktok_handle"])


@pytest.mark.parametrize(
    ("load", "given", "error", "match"),
    [
        (tgp.load_creators, {"search": ""}, ArgumentError, "part of a handle"),
        (tgp.load_creators, {"search": "  "}, ArgumentError, "part of a handle"),
        (tgp.load_creators, {"search": "@"}, ArgumentError, "part of a handle"),
        (
            tgp.load_videos,
            {"creator": "the goat"},
            ArgumentError,
            "an id is a UUID; a handle has 1",
        ),
        (
            tgp.load_videos,
            {"creator": ["goat", 7]},
            ArgumentTypeError,
            "creator can't be of type in",
        ),
        (tgp.load_videos, {"creator": ""}, ArgumentError, "an id is a UUID"),
        (tgp.load_payout_methods, {"method": "paypal"}, ArgumentError, "an id is a UUID"),
        (tgp.load_payout_methods, {"include_disabled": 1}, ArgumentTypeError, "include_disabled"),
        (tgp.load_payout_accruals, {"status": "owed"}, ChoiceError, "'pending', 'paid', 'voided'"),
        (tgp.load_payout_payments, {"status": "paid"}, ChoiceError, "'recorded', 'voided'"),
        (tgp.load_data_model, {"part": "payouts"}, ChoiceError, "'all', 'analytics'"),
        (tgp.load_annotations, {"entity": "team"}, ChoiceError, "'creator', 'campaign'"),
        (partial(tgp.load_goal_compliance, ID), {"period": "yearly"}, ChoiceError, "'monthly'"),
        (tgp.load_projects, {"dtype_backend": "numpy"}, ChoiceError, "'numpy_nullable', 'pyarrow'"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_sent(load, given, error, match):
    app = Canned({})
    with connect_to(app) as client, pytest.raises(error, match=match):
        load(client=client, **given)
    assert app.asked == []


def test_a_renamed_container_and_an_unknown_field_are_kept():
    app = Canned({"/campaigns": {"campaigns": [{"id": "a", "name": "x", "mood": "good"}]}})
    with connect_to(app) as client, pytest.warns(ContractWarning, match="mood"):
        campaigns = tgp.load_campaigns(client=client)
    assert campaigns["mood"].tolist() == ["good"]


def test_the_default_client_serves_a_loader_without_one(client):
    assert len(tgp.load_projects()) == len(tgp.load_projects(client=client))


LAST_PAGES = {
    "a refusal": 400,
    "HTML": {"data": "<html>", "error": None, "meta": None},
    "null": {"data": None, "error": None, "meta": None},
    "rows that are none": {"data": [5], "error": None, "meta": None},
    "more pages without a cursor": {"data": [], "error": None, "meta": {"hasMore": True}},
}


@pytest.mark.parametrize("last", LAST_PAGES.values(), ids=LAST_PAGES)
@pytest.mark.parametrize("pages", [2, 40, 130])
def test_a_list_that_fails_on_its_last_page_carries_the_typed_rows_before_it(pages, last):
    def answer(query):
        number = int(query.get("cursor", 0))
        if number == pages:
            return last
        rows = [{"id": f"{number}-{row}", "view_count": row} for row in range(3)]
        meta = {"hasMore": True, "nextCursor": str(number + 1)}
        return {"data": rows, "error": None, "meta": meta}

    said = f"The rows loaded before it are in `error.partial`: {3 * pages} rows"
    with (
        connect_to(Canned({"/videos": answer})) as client,
        pytest.raises(TrackaGoatError, match=said) as caught,
    ):
        tgp.load_videos(client=client)
    partial = caught.value.partial
    assert partial["id"].tolist() == [f"{page}-{row}" for page in range(pages) for row in range(3)]
    assert str(partial["view_count"].dtype) == "Int64"
    assert partial.goat.provenance["complete"] is False
    assert said in caught.value._repr_html_()


def endless_pages(query):
    start = int(query.get("cursor") or query.get("offset") or 0)
    name = "video_id" if "offset" in query else "id"
    rows = [{name: str(start + row)} for row in range(2)]
    return {"data": rows, "meta": {"hasMore": True, "nextCursor": str(start + 2)}}


ENDLESS = {
    "/videos": partial(tgp.load_videos),
    "/analytics/aggregate/video-leaderboard": partial(
        tgp.load_report, "video-leaderboard", ID, dates="2026-05"
    ),
    "/new": partial(tgp.load_path, "/new"),
}


@pytest.mark.parametrize("path", ENDLESS)
def test_list_without_end_stops_at_the_default_number_of_pages(monkeypatch, path):
    monkeypatch.setattr("trackagoat_pandas.http.paging.MOST_PAGES", 5)
    said = rf"{path}: more rows follow after 5 pages, .* pass max_requests=10 or more"
    with (
        connect_to(Canned({path: endless_pages})) as client,
        pytest.raises(RequestBudgetError, match=said) as caught,
    ):
        ENDLESS[path](client=client)
    assert client.requests_sent == 5
    assert len(caught.value.partial) == 10
    assert caught.value.partial.goat.provenance["complete"] is False


@pytest.mark.parametrize("path", ENDLESS)
def test_max_requests_replaces_the_default_number_of_pages(monkeypatch, path):
    monkeypatch.setattr("trackagoat_pandas.http.paging.MOST_PAGES", 5)
    with (
        connect_to(Canned({path: endless_pages})) as client,
        pytest.raises(RequestBudgetError, match="max_requests=8: they are used up") as caught,
    ):
        ENDLESS[path](client=client, max_requests=8)
    assert len(caught.value.partial) == 16


def test_list_of_the_default_number_of_pages_is_whole(monkeypatch):
    monkeypatch.setattr("trackagoat_pandas.http.paging.MOST_PAGES", 5)
    answer = endless_pages({"cursor": "8"})

    def pages(query):
        if query.get("cursor") == "8":
            return {**answer, "meta": {"hasMore": False}}
        return endless_pages(query)

    with connect_to(Canned({"/videos": pages})) as client:
        assert len(tgp.load_videos(client=client)) == 10


def test_a_list_that_fails_on_its_first_page_has_nothing_to_hand_over():
    with (
        connect_to(Canned({"/videos": 400})) as client,
        pytest.raises(TrackaGoatError, match=r"no message|refused with 400\.$") as caught,
    ):
        tgp.load_videos(client=client)
    assert caught.value.partial is None


@pytest.mark.parametrize("name", LOADS)
def test_an_answer_of_nothing_but_nulls_is_an_error_not_an_empty_frame(name):
    path = TABLES[name].path.format(id=ID)
    openapi = {"openapi": "3.1.0", "paths": {"/comments": {"get": {}}}}
    projects = [{"id": ID, "name": PROJECT, "timezone": "America/New_York"}]
    nothing = {"data": None, "error": None, "meta": None}
    app = Canned({"/openapi.json": openapi, "/projects": projects, path: nothing})
    with (
        connect_to(app) as client,
        pytest.raises(UnreadableResponseError, match=r"^/.*: HTTP 200, but ."),
    ):
        LOADS[name](client=client)


@pytest.mark.parametrize("name", ["videos", "payout_accruals", "goal_compliance"])
def test_an_empty_list_is_an_empty_frame_of_the_same_columns_and_dtypes(client, name):
    path = TABLES[name].path.format(id=ID)
    projects = [{"id": ID, "name": PROJECT, "timezone": "America/New_York"}]
    with connect_to(Canned({"/projects": projects, path: []})) as nobody:
        frame = LOADS[name](client=nobody)
    assert frame.empty
    dtypes = {column: str(dtype) for column, dtype in LOADS[name](client=client).dtypes.items()}
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dtypes


@pytest.mark.parametrize("count", [50, 100])
def test_goals_of_as_many_creators_as_a_page_holds_are_whole(count):
    grouped = [
        {
            "creator": {"id": f"22222222-0000-4000-8000-{number:012d}"},
            "compliance": [{"goal": {"id": str(number)}, "percentage": 40.0}],
        }
        for number in range(count)
    ]
    with connect_to(Canned({f"/projects/{ID}/goal-compliance": grouped})) as client:
        goals = tgp.load_goal_compliance(ID, client=client)
    assert len(goals) == count
    assert goals.goat.provenance["complete"]


UNKNOWN = "99999999-0000-4000-8000-000000000000"
NAMED = rf"HTTP 404: .* not found\. .*Asked for .*{UNKNOWN}"


@pytest.mark.parametrize(
    "load",
    [
        lambda client: tgp.load_creators(UNKNOWN, client=client),
        lambda client: tgp.load_videos(PROJECT, creator=UNKNOWN, client=client),
        lambda client: tgp.load_goal_compliance(PROJECT, creator=UNKNOWN, client=client),
        lambda client: tgp.load_payout_accruals(PROJECT, creator=UNKNOWN, client=client),
        lambda client: tgp.load_comments(PROJECT, video=UNKNOWN, client=client),
        lambda client: tgp.load_report("outliers", UNKNOWN, client=client),
        lambda client: tgp.load_analytics("creator", UNKNOWN, "views", client=client),
    ],
)
def test_an_id_that_the_server_does_not_know_is_named(client, load):
    with pytest.raises(TrackaGoatError, match=NAMED):
        load(client)


def test_of_many_unknown_ids_a_few_are_named():
    ids = ",".join(f"99999999-0000-4000-8000-{number:012d}" for number in range(20))
    said = r"Asked for creator_id 9{8}-\S+0, 9{8}-\S+1, 9{8}-\S+2 and 17 more\.$"
    with connect_to(Canned({})) as client, pytest.raises(NotFoundError, match=said) as caught:
        tgp.load_path("/new", client=client, creator_id=ids, search="x")
    assert caught.value.asked == {"creator_id": ids.split(",")}


def test_what_is_no_client_is_refused():
    with pytest.raises(ArgumentTypeError, match=r"what connect\(\) returns"):
        tgp.load_projects(client="x")


def test_creators_need_no_more_than_the_documented_fields():
    row = {"id": ID, "project_id": ID, "tiktok_handle": "goat", "display_name": None}
    with connect_to(Canned({"/creators": [{**row, "description": "x"}]})) as client:
        creators = tgp.load_creators(client=client)
    assert creators["tiktok_handle"].tolist() == ["goat"]
    rest = set(creators.columns) - {*row, "description"}
    assert creators[sorted(rest)].isna().all(axis=None)


def test_a_goal_may_be_passed_and_have_no_first_or_last_day():
    goal = {"id": ID, "creator_id": ID, "project_id": ID, "start_date": None, "end_date": None}
    entry = {"goal": goal, "target": 5, "actual": 7, "percentage": 140, "status": "on_track"}
    group = {"creator": {"id": ID}, "compliance": [entry]}
    with connect_to(Canned({f"/projects/{ID}/goal-compliance": [group]})) as client:
        goals = tgp.load_goal_compliance(ID, client=client)
    assert goals["percentage"].tolist() == [140]
    assert goals[["start_date", "end_date"]].isna().all(axis=None)
