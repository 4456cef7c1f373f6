from __future__ import annotations

import pytest

from tests.support.tiny_world import MADE, ORG, OTHER, P1, P2, P_OTHER, project, served

api = pytest.fixture(scope="module")(served)


def test_a_list_runs_from_the_newest_row_to_the_oldest(api):
    made = [row["created_at"] for row in api.rows("/videos", limit=2)]
    assert made == sorted(made, reverse=True)


def test_a_full_last_page_says_that_it_is_the_last(api):
    assert api.open("/videos", limit=7).json["meta"] == {"hasMore": False, "nextCursor": None}


def test_a_cursor_looks_like_a_timestamp_and_is_each_rows_own(api):
    cursors = [page["meta"]["nextCursor"] for page in api.pages("/creators", limit=1)][:-1]
    assert all(cursor.startswith("2026-01-01T00:00:00.") for cursor in cursors)
    assert len(set(cursors)) == len(cursors) == 2


@pytest.mark.parametrize("cursor", ["x", MADE, "2026-01-01T00:00:00.000000000000000100000Z", "1"])
def test_a_garbled_cursor_is_400(api, cursor):
    assert api.refusal("/videos", cursor=cursor) == (400, "invalid_query")


def test_a_cursor_of_another_list_is_400(api):
    cursor = api.open("/creators", limit=1).json["meta"]["nextCursor"]
    response = api.open("/videos", cursor=cursor)
    assert (response.status_code, response.json["error"]) == (
        400,
        f"cursor={cursor!r} belongs to another list",
    )


def test_a_cursor_holds_whether_or_not_the_path_ends_in_a_slash(api):
    cursor = api.open("/videos/", limit=1).json["meta"]["nextCursor"]
    assert api.open("/videos", cursor=cursor).status_code == 200


def test_a_cursor_of_another_organization_is_400(api):
    cursor = api.open("/projects", limit=1).json["meta"]["nextCursor"]
    assert api.open("/projects", OTHER, cursor=cursor).status_code == 400


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", "9" * 30])
def test_a_limit_outside_1_to_100_is_400(api, limit):
    assert api.refusal("/videos", limit=limit) == (400, "invalid_query")


def test_the_default_limit_is_50(api):
    api.database.insert("projects", [project(f"more {number}", ORG) for number in range(60)])
    page = api.open("/projects").json
    assert (len(page["data"]), page["meta"]["hasMore"]) == (50, True)


def test_an_unknown_parameter_is_ignored(api):
    assert api.data("/projects", flavour="goat") == api.data("/projects")


def test_a_project_without_rows_is_an_empty_last_page(api):
    page = api.open("/videos", project_id=P2).json
    assert page == {"data": [], "error": None, "meta": {"hasMore": False, "nextCursor": None}}


@pytest.mark.parametrize("path", ["/creators", "/videos", "/campaigns", "/comments"])
def test_another_organization_sees_none_of_the_rows(api, path):
    assert api.open(path, project_id=P_OTHER).status_code == 404
    assert api.open(path).json["data"]
    assert api.open(path, OTHER).json["data"] == []
    assert api.open(path, OTHER, project_id=P1).status_code == 404
