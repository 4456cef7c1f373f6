"""The way of a request, and that every endpoint of the contract is there and described."""

from __future__ import annotations

import logging
import re
from functools import partial

import pytest
from werkzeug.test import Client

from tests.support.tiny_world import ADA, FULL, P1, Api, goal, id_of, served, tiny_database
from tests.support.writer import Writer
from trackagoat_pandas.sandbox.declare import Route, fields_of
from trackagoat_pandas.sandbox.routes.catalogue import READS, SERVED

CONTRACT = {
    "/projects",
    "/creators",
    "/videos",
    "/campaigns",
    "/projects/{id}/goal-compliance",
    "/analytics",
    "/analytics/annotations",
    "/analytics/schema",
    "/analytics/aggregate/video-leaderboard",
    "/analytics/aggregate/posting-heatmap",
    "/analytics/aggregate/view-distribution",
    "/analytics/aggregate/outliers",
    "/analytics/aggregate/creator-leaderboard",
    "/analytics/aggregate/posting-consistency",
    "/analytics/aggregate/creator-scatter",
    "/analytics/aggregate/goal-compliance",
    "/analytics/aggregate/campaign-leaderboard",
    "/analytics/aggregate/member-overlap",
    "/payout-methods",
    "/payout-methods/{id}",
    "/payout-structures",
    "/payout-structures/{id}",
    "/payout-structures/{id}/assignments",
    "/payout-accruals",
    "/payout-accruals/{id}",
    "/payout-payments",
    "/payout-payments/{id}",
    "/schema",
    "/openapi.json",
    "/comments",
}


HEATMAP_DAYS = {"from": "2026-06-01", "to": "2026-06-15"}


api = pytest.fixture(scope="module")(served)


@pytest.fixture(scope="module")
def demo():
    """Ask the demo world."""
    writer = Writer(creators=24, days=180)
    yield partial(writer.send, "GET")
    writer.close()


def test_every_endpoint_of_the_contract_is_served():
    assert {route.path for route in READS} == CONTRACT


def address(demo, route: Route) -> tuple[str, dict[str, str]]:
    """A path and a query that a route answers, from what the lists hold."""
    project = demo("/creators").json["data"][0]["project_id"]
    listed = route.path.partition("/{id}")[0]
    first = project if listed == "/projects" else None
    if "{id}" in route.path and first is None:
        first = demo(listed).json["data"][0]["id"]
    query = {"project_id": project} if "aggregate" in route.path else {}
    if route.path.endswith("/posting-heatmap"):
        query |= HEATMAP_DAYS
    if route.path == "/analytics":
        query = {"entity": "project", "entity_id": project, "metric": "views"}
    return route.path.replace("{id}", str(first)), query


@pytest.mark.parametrize("route", READS, ids=lambda route: route.path)
def test_every_endpoint_answers_from_the_demo_world(demo, route):
    path, query = address(demo, route)
    response = demo(path, **query)
    assert response.status_code == 200, response.text
    body = response.json
    if route.shape == "document":
        return
    assert list(body) == ["data", "error", "meta"]
    assert body["error"] is None
    assert body["data"]


LISTED = [route for route in READS if route.rows and not route.path.startswith("/analytics")]


@pytest.mark.parametrize("route", LISTED, ids=lambda route: route.path)
def test_rows_have_the_declared_fields_and_types(demo, route):
    path, query = address(demo, route)
    data = demo(path, limit=100, **query).json["data"]
    for row in data if isinstance(data, list) else [data]:
        assert list(row) == [field.name for field in fields_of(route.rows)]
        for field in fields_of(route.rows):
            assert fits(row[field.name], field), (field.name, row[field.name])


def fits(value, field) -> bool:
    if value is None:
        return field.nullable
    patterns = {
        "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "date": r"\d{4}-\d\d-\d\d",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z",
    }
    if field.type in patterns:
        return re.fullmatch(patterns[field.type], value) is not None
    types = {"string": str, "integer": int, "number": float, "boolean": bool}
    return type(value) is (types | {"object": dict, "array": list})[field.type]


def test_the_reports_rows_are_as_described(api):
    for route in READS:
        if route.shape == "offset":
            rows = api.data(route.path, project_id=P1, **HEATMAP_DAYS)
            names = [field.name for field in fields_of(route.rows)]
            assert all(list(row) == names for row in rows)


@pytest.fixture(scope="module")
def openapi(api):
    return api.open("/openapi.json").json


def test_the_description_lists_every_route_that_is_served(openapi):
    described = {
        (method.upper(), path) for path, item in openapi["paths"].items() for method in item
    }
    assert described == {(route.method, route.path) for route in SERVED}
    assert openapi["openapi"] == "3.1.0"


def test_the_description_names_the_parameters_that_are_read(openapi):
    for route in SERVED:
        described = openapi["paths"][route.path][route.method.lower()]["parameters"]
        in_query = {one["name"] for one in described if one["in"] == "query"}
        assert in_query == {parameter.name for parameter in route.parameters}


def test_the_description_says_that_analytics_takes_several_ids(openapi):
    [ids] = [
        one
        for one in openapi["paths"]["/analytics"]["get"]["parameters"]
        if one["name"] == "entity_id"
    ]
    assert ids["schema"]["type"] == "array"
    assert ids["explode"] is False


def test_every_reference_of_the_description_leads_somewhere(api, openapi):
    text = api.open("/openapi.json").text
    names = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert names
    assert names <= set(openapi["components"]["schemas"])


def test_operation_ids_are_unique(openapi):
    ids = [one["operationId"] for item in openapi["paths"].values() for one in item.values()]
    assert len(set(ids)) == len(ids)


def test_the_schema_describes_every_field_of_every_resource(api):
    entities = {entity["name"]: entity for entity in api.data("/schema")["entities"]}
    assert {"project", "creator", "video", "campaign", "goal", "comment"} <= set(entities)
    for entity in entities.values():
        for field in entity["fields"]:
            assert list(field) == ["name", "type", "nullable", "description"]
            assert field["description"]


def test_the_analytics_schema_lists_the_metrics_with_their_units(api):
    metrics = {metric["name"]: metric for metric in api.data("/analytics/schema")["metrics"]}
    assert metrics["views"]["kind"] == "raw"
    assert metrics["engagement_rate_by_views"]["kind"] == "derived"
    assert metrics["engagement_rate_by_views"]["unit"] == "percent"
    assert metrics["engagement_rate_by_followers"]["entities"] == ["creator", "campaign", "project"]


@pytest.mark.parametrize("path", ["/creators", "/campaigns"])
def test_removed_endpoints_are_410(api, path):
    response = api.open(f"{path}/{ADA}/stats")
    assert response.status_code == 410
    assert response.json["data"] is None
    assert "removed" in response.json["error"]


@pytest.mark.parametrize("path", ["/nothing", "//videos", f"/goals/{ADA}", "/Videos"])
def test_an_unknown_path_is_a_404_envelope(api, path):
    response = api.open(path)
    assert response.status_code == 404
    assert response.json == {"data": None, "error": "Endpoint not found", "meta": None}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_a_method_that_a_path_does_not_have_is_405_and_says_what_is_allowed(api, method):
    response = api.send(method, "/analytics/schema")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.json["data"] is None


def test_a_slash_at_the_end_makes_no_difference(api):
    assert api.open("/videos/").json == api.open("/videos").json


def test_head_is_answered_without_a_body(api):
    response = api.send("HEAD", "/projects")
    assert (response.status_code, response.data) == (200, b"")


def test_an_unhandled_error_is_a_500_envelope_and_is_logged(caplog):
    api = Api(tiny_database())
    broken = goal("broken", ADA, "posts", "weekly", 1, start_date="not a day")
    api.database.insert("goals", [broken])
    with caplog.at_level(logging.ERROR, logger="trackagoat_pandas.sandbox"):
        response = api.open(f"/projects/{P1}/goal-compliance")
    assert response.status_code == 500
    assert response.json == {
        "data": None,
        "error": "Internal server error",
        "meta": {"code": "internal_error"},
    }
    assert "goal-compliance failed" in caplog.text
    api.database.close()


def test_requests_are_counted_and_logged_with_their_query_and_status():
    api = Api(tiny_database())
    api.open("/projects", limit=5)
    api.open("/nothing", None)
    assert api.app.requests == 2
    assert list(api.app.log) == [
        ("GET", "/api/v1/projects?limit=5", 200),
        ("GET", "/api/v1/nothing", 404),
    ]
    assert FULL not in repr(api.app.log)
    api.database.close()


def test_an_id_in_capitals_is_the_same_id(api):
    assert api.open(f"/projects/{P1.upper()}/goal-compliance").status_code == 200
    assert (
        api.open("/videos", project_id=P1.upper()).json == api.open("/videos", project_id=P1).json
    )


def test_a_missing_row_is_a_404_envelope(api):
    response = api.open(f"/payout-accruals/{id_of('nothing')}")
    assert response.json == {"data": None, "error": "Payout accrual not found", "meta": None}


def test_a_host_that_is_none_is_an_envelope_too(api):
    headers = {"Host": "x" * 300, "Authorization": f"Bearer {FULL}"}
    response = Client(api.app).get("/api/v1/projects", headers=headers)
    assert (response.status_code, response.json["meta"]) == (400, {"code": "invalid_params"})


def test_a_parameter_that_is_given_twice_is_an_invalid_query(api):
    response = api.open("/projects", limit=[1, 2])
    assert (response.status_code, response.json["meta"]) == (400, {"code": "invalid_query"})
    assert response.json["error"] == "limit is given more than once"


@pytest.mark.parametrize(
    ("path", "name"),
    [("/videos", "project_id"), ("/videos", "limit"), ("/payout-accruals", "status")],
)
def test_an_empty_parameter_is_not_taken_for_a_missing_one(api, path, name):
    assert api.open(path, **{name: ""}).status_code == 400


def test_an_empty_search_or_cursor_is_taken_for_a_missing_one(api):
    assert api.rows("/creators", search="") == api.rows("/creators")
    assert api.open("/videos", cursor="").json == api.open("/videos").json
