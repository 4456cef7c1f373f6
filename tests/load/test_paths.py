from __future__ import annotations

import contextlib
import datetime as dt

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ContractWarning,
    GoneError,
    NotFoundError,
    TrackaGoatError,
    UnreadableResponseError,
)

pytestmark = pytest.mark.filterwarnings(
    # The rows here have no more fields than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
)

PAGED = {"hasMore": True, "nextCursor": "2"}


def test_any_list_is_loaded_over_all_its_pages(client):
    frame = tgp.load_path("/videos", limit=50, client=client)
    assert len(frame) == len(tgp.load_videos(client=client))
    assert str(frame["view_count"].dtype) == "Int64"
    assert frame["tiktok_video_id"].str.len().eq(19).all()


@pytest.mark.parametrize(
    ("answer", "rows"),
    [
        ([{"a": 1}, {"a": 2}], 2),
        ({"a": 1}, 1),
        ({"things": [{"a": 1}, {"a": 2}], "total": 2}, 2),
        ({"id": "x", "items": [{"a": 1}, {"a": 2}]}, 1),
        (["x", "y", "z"], 3),
        ([], 0),
    ],
)
def test_any_answer_becomes_rows(answer, rows):
    with connect_to(Canned({"/new": answer})) as client:
        assert len(tgp.load_path("/new", client=client)) == rows


def test_pages_of_rows_that_nothing_declares_become_one_frame():
    def pages(query):
        if "cursor" in query:
            return [{"a": 3.5, "b": "x"}]
        return {"data": [{"a": 1}, {"a": 2}], "error": None, "meta": PAGED}

    with connect_to(Canned({"/new": pages})) as client:
        frame = tgp.load_path("/new", client=client)
    assert frame["a"].tolist() == [1.0, 2.0, 3.5]
    assert frame["b"].isna().tolist() == [True, True, False]


def test_a_response_without_data_is_an_error():
    app = Canned({"/new": {"data": None, "error": None, "meta": None}})
    with (
        connect_to(app) as client,
        pytest.raises(UnreadableResponseError, match="/new: HTTP 200, but there is no data in it"),
    ):
        tgp.load_path("/new", client=client)


def test_a_list_that_fails_on_its_last_page_carries_the_rows_before_it():
    def answer(query):
        if "cursor" in query:
            return 400
        return {"data": [{"a": 1}, {"a": 2}], "error": None, "meta": PAGED}

    app = Canned({"/new": answer})
    with (
        connect_to(app) as client,
        pytest.raises(TrackaGoatError, match=r"`error\.partial`: 2 rows") as caught,
    ):
        tgp.load_path("/new", client=client)
    assert caught.value.partial["a"].tolist() == [1, 2]
    assert caught.value.partial.goat.provenance["complete"] is False


KNOWN = {
    "/videos": tgp.load_videos,
    "creators": tgp.load_creators,
    "/payout-accruals": tgp.load_payout_accruals,
    "/analytics/annotations": tgp.load_annotations,
}


@pytest.mark.parametrize("path", KNOWN)
def test_a_list_that_has_a_loader_comes_as_that_loaders_frame_in_as_few_requests(client, path):
    frame, other = tgp.load_path(path, client=client), KNOWN[path](client=client)
    pd.testing.assert_frame_equal(frame, other)
    assert frame.goat.provenance["requests"] == other.goat.provenance["requests"]


ADA, BEN = "2" * 8 + "-0000-4000-8000-000000000000", "2" * 8 + "-0000-4000-8000-000000000001"
STRUCTURE = "3" * 8 + "-0000-4000-8000-000000000000"
ACCRUALS = [
    {"id": "a", "creator_id": ADA, "status": "pending", "period_start": "2026-05-01",
     "period_end": "2026-05-07"},
    {"id": "b", "creator_id": BEN, "status": "paid", "period_start": "2026-05-08",
     "period_end": "2026-05-14"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said", "kept"),
    [
        ({"status": "pending"}, "ignored status='pending'", ["a"]),
        ({"creator_id": f"{ADA},{BEN}"}, None, ["a", "b"]),
        ({"creator_id": BEN.upper()}, "ignored creator_id=", ["b"]),
        ({"from": "2026-05-01", "to": "2026-05-02"}, "ignored dates='2026-05-01..", ["a"]),
        ({"from": dt.date(2026, 5, 8), "to": dt.date(2026, 5, 9)}, "ignored dates=", ["b"]),
    ],
)
def test_a_filter_of_a_known_list_that_the_server_ignores_is_found_out(asked, said, kept):
    warned = pytest.warns(ContractWarning, match=said) if said else contextlib.nullcontext()
    with connect_to(Canned({"/payout-accruals": ACCRUALS})) as client, warned:
        frame = tgp.load_path("/payout-accruals", client=client, **asked)
    assert frame["id"].tolist() == kept
    facts = frame.goat.provenance
    assert facts.get("dropped", {}) == ({} if not said else {next(iter(facts["dropped"])): 1})
    assert "unverified" not in facts


def test_an_assignment_of_another_structure_is_found_out():
    rows = [{"id": "a", "structure_id": STRUCTURE}, {"id": "b", "structure_id": ADA}]
    path = f"/payout-structures/{STRUCTURE}/assignments"
    with (
        connect_to(Canned({path: rows})) as client,
        pytest.warns(ContractWarning, match="ignored structure_id="),
    ):
        assert tgp.load_path(path, client=client)["id"].tolist() == ["a"]


def test_a_handle_may_be_searched_with_its_at_sign(client):
    found = tgp.load_path("/creators", search="@goat", client=client)
    pd.testing.assert_frame_equal(found, tgp.load_creators(search="goat", client=client))


@pytest.mark.parametrize(
    ("path", "asked", "unverified"),
    [
        ("/new", {"status": "paid", "limit": 9}, ["status"]),
        ("/videos", {"min_views": 5}, ["min_views"]),
        ("/payout-accruals", {"from": "2026-05-01"}, ["from"]),
        ("/analytics/aggregate/outliers", {"project_id": ADA}, ["project_id"]),
    ],
)
def test_what_no_column_shows_is_unverified(path, asked, unverified):
    with connect_to(Canned({path: [{"id": "a"}]})) as client:
        frame = tgp.load_path(path, client=client, **asked)
    assert len(frame) == 1
    assert frame.goat.provenance["unverified"] == unverified


def test_days_that_cant_be_read_are_refused_before_anything_is_sent():
    app = Canned({"/payout-accruals": ACCRUALS})
    with connect_to(app) as client, pytest.raises(ArgumentError, match="must not come after"):
        tgp.load_path(
            "/payout-accruals", client=client, **{"from": "2026-05-02", "to": "2026-05-01"}
        )
    assert app.asked == []


def test_parameters_reach_the_server():
    app = Canned({"/new": []})
    with connect_to(app) as client:
        tgp.load_path("new", client=client, a=1, b=None, c=True)
    assert app.asked == [("/new", {"a": "1", "c": "true"})]


@pytest.mark.parametrize("path", ["https://elsewhere.example/x", "/../x", "/x?y=1", "//x", ""])
def test_a_path_that_leads_away_is_refused(path):
    app = Canned({})
    with connect_to(app) as client, pytest.raises(ArgumentError, match="path="):
        tgp.load_path(path, client=client)
    assert app.asked == []


def test_a_removed_path_says_so(client):
    creator = tgp.load_creators(client=client)["id"].iloc[0]
    with pytest.raises(GoneError, match="410"):
        tgp.load_path(f"/creators/{creator}/stats", client=client)


def test_an_unknown_path_says_so(client):
    with pytest.raises(NotFoundError, match="/tomorrow: HTTP 404"):
        tgp.load_path("/tomorrow", client=client)


def test_the_data_model_has_every_field(client):
    model = tgp.load_data_model(client=client)
    videos = model[model["entity"].str.startswith("video")]
    assert {"view_count", "tiktok_video_id"} <= set(videos["field"])
    assert model["description"].notna().all()


def test_the_analytics_part_of_the_model(client):
    assert len(tgp.load_data_model(part="analytics", client=client)) > 0


FIELDS = [{"name": "views", "type": "integer", "nullable": False, "description": "Views."}]


@pytest.mark.parametrize(
    "answer",
    [
        {"entities": [{"name": "video", "fields": FIELDS}]},
        {"entities": {"video": {"fields": FIELDS}}},
        [{"entity": "video", "fields": FIELDS}],
        {"video": {"fields": {"views": FIELDS[0]}}},
        {"version": "1", "models": {"video": {"properties": {"views": FIELDS[0]}}}},
    ],
)
def test_the_data_model_is_read_in_any_reasonable_shape(answer):
    with connect_to(Canned({"/schema": answer})) as client:
        model = tgp.load_data_model(client=client)
    assert model.to_numpy().tolist() == [["video", "views", "integer", False, "Views."]]


def test_a_field_described_by_a_sentence_or_by_json_schema_is_read():
    answer = {"video": {"fields": {"a": "A text.", "b": {"type": ["string", "null"]}}}}
    with connect_to(Canned({"/schema": answer})) as client:
        model = tgp.load_data_model(client=client).set_index("field")
    assert model.loc["a", "description"] == "A text."
    assert model.loc["b", "type"] == "string"
    assert model.loc["b", "nullable"]
