from __future__ import annotations

import pytest

import trackagoat_pandas as tgp
from tests.canned import Canned, connect_to
from trackagoat_pandas.errors import (
    ArgumentError,
    ChoiceError,
    GoneError,
    NotFoundError,
    TrackaGoatError,
    UnreadableResponseError,
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


def test_an_answer_that_says_nothing_is_an_error():
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


def test_the_data_model_tells_every_field(client):
    model = tgp.load_data_model(client=client)
    videos = model[model["entity"].str.startswith("video")]
    assert {"view_count", "tiktok_video_id"} <= set(videos["field"])
    assert model["description"].notna().all()


def test_the_analytics_part_of_the_model(client):
    assert len(tgp.load_data_model(part="analytics", client=client)) > 0


def test_an_unknown_part_is_refused(client):
    with pytest.raises(ChoiceError, match="'all', 'analytics'"):
        tgp.load_data_model(part="payouts", client=client)


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
    assert model.values.tolist() == [["video", "views", "integer", False, "Views."]]


def test_a_field_told_by_a_sentence_or_by_json_schema_is_read():
    answer = {"video": {"fields": {"a": "A text.", "b": {"type": ["string", "null"]}}}}
    with connect_to(Canned({"/schema": answer})) as client:
        model = tgp.load_data_model(client=client).set_index("field")
    assert model.loc["a", "description"] == "A text."
    assert model.loc["b", "type"] == "string"
    assert model.loc["b", "nullable"]
