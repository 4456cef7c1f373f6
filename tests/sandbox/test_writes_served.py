"""Writes over loopback and from several threads, and how /openapi.json describes them."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from urllib.parse import urlsplit

import pytest

from tests.support.tiny_world import ADA, P1, Api, tiny_database
from tests.support.waiting import PATIENCE_S
from tests.support.writer import Writer, opened
from trackagoat_pandas.sandbox.database import Database
from trackagoat_pandas.sandbox.routes.catalogue import WRITES

PATH = "/payout-methods"


api = pytest.fixture(opened)


def over_http(box, method, url, body, headers):
    """Status and JSON of a request over a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_S)
    try:
        connection.request(method, parts.path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def post(box, path, body, method="POST", **headers):
    given = {"Authorization": f"Bearer {box.key}", "Content-Type": "application/json", **headers}
    return over_http(box, method, box.base_url + path, json.dumps(body), given)


def test_a_receipt_goes_the_whole_way_over_loopback(api):
    payment = api.rows("/payout-payments")[0]["id"]
    body = {"payment_id": payment, "file_name": "x.png", "content_type": "image/png"}
    status, answer = post(api.box, "/payouts/payment-receipts/upload-url", body)
    assert status == 200
    url = answer["data"]["upload_url"]
    assert url.startswith(api.box.base_url.removesuffix("/api/v1") + "/uploads/")
    status, put = over_http(api.box, "PUT", url, b"\x89PNG", {"Content-Type": "image/png"})
    assert (status, put["data"]["receipt_url"]) == (200, answer["data"]["receipt_url"])


def test_one_key_from_many_threads_makes_one(api):
    def send(_):
        return post(api.box, PATH, {"name": "Barter"}, **{"Idempotency-Key": "k"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {status for status, _ in answers} == {201}
    assert len({answer["data"]["id"] for _, answer in answers}) == 1


def test_reads_and_writes_from_many_threads_are_all_answered(api):
    video, creator = api.rows("/videos", project_id=api.project)[0]["id"], api.creator

    def turn(number):
        if number % 3 == 1:
            return post(api.box, f"/videos/{video}/tracking-disable", None)[0]
        if number % 3 == 2:
            return post(api.box, f"/creators/{creator}", {"readme": "x"}, "PATCH")[0]
        return api.send("GET", "/creators").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(turn, range(60))) == {200}


class Waiting(Database):
    """A database whose reads for the cache of videos wait until a write is over."""

    def __init__(self):
        self.is_filling, self.is_written = Event(), Event()
        super().__init__()

    def rows(self, sql, parameters=()):
        if "FROM videos WHERE" in sql and "project_id = ?" in sql:
            self.is_filling.set()
            if not self.is_written.wait(PATIENCE_S):
                raise TimeoutError("the write waits for the cache")
        return super().rows(sql, parameters)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", f"/creators/{ADA}", {"readme": "x"}),
        ("POST", f"/projects/{P1}/creators", {"tiktok_handle": "new.goat"}),
    ],
)
def test_a_write_never_waits_for_the_cache_that_a_read_is_filling(method, path, body):
    # The read holds the cache and waits for the database, which the write holds: a write that
    # asked the cache would wait forever.
    with Waiting() as database, ThreadPoolExecutor(1) as pool:
        api = Api(tiny_database(database))
        read = pool.submit(api.open, "/creators")
        assert database.is_filling.wait(PATIENCE_S)
        assert api.send(method, path, body).status_code in {200, 201}
        database.is_written.set()
        assert read.result().status_code == 200


@pytest.fixture(scope="module")
def description():
    writer = Writer()
    yield writer.send("GET", "/openapi.json").json
    writer.close()


@pytest.fixture
def paths(description):
    return description["paths"]


def operation(paths, route):
    return paths[route.path][route.method.lower()]


def forms_of(description, method, path):
    """The schemas of the forms that a body may take."""
    body = description["paths"][path][method.lower()].get("requestBody")
    if body is None:
        return []
    schema = body["content"]["application/json"]["schema"]
    names = [form["$ref"].rpartition("/")[2] for form in schema.get("oneOf", [schema])]
    return [description["components"]["schemas"][name] for name in names]


def test_every_body_is_described_as_a_closed_object(description):
    for route in WRITES:
        forms = forms_of(description, route.method, route.path)
        assert len(forms) == len(route.body)
        assert all(form["additionalProperties"] is False for form in forms)


def test_an_edit_of_nothing_is_refused_and_described_so(description):
    for route in WRITES:
        if route.method == "PATCH" and route.path != "/payout-accruals/{id}":
            [form] = forms_of(description, route.method, route.path)
            assert (form["required"], form["minProperties"]) == ([], 1)


def test_posts_that_make_something_take_an_idempotency_key_and_others_dont(paths):
    creating = set()
    for route in WRITES:
        names = [one["name"] for one in operation(paths, route)["parameters"]]
        if "Idempotency-Key" in names:
            creating.add(route.path)
            assert "201" in operation(paths, route)["responses"]
            assert "409" in operation(paths, route)["responses"]
    assert creating == {
        route.path for route in WRITES if route.method == "POST" and 201 in route.successes
    }
    assert "/creators/{id}/scrape" not in creating


def test_writes_are_described_with_the_statuses_that_they_have(paths):
    found = set(paths["/projects/{id}/creators"]["post"]["responses"])
    expected = {"200", "201", "400", "401", "402", "403", "404", "409", "429", "500"}
    assert found == expected
    assert "402" not in paths["/creators/{id}"]["patch"]["responses"]


def test_the_forms_of_a_structure_name_what_each_kind_needs(description):
    needs = {
        form["properties"]["kind"]["enum"][0]: set(form["required"])
        for form in forms_of(description, "POST", "/payout-structures")
    }
    common = {"project_id", "name", "kind"}
    assert needs == {
        "recurring": common | {"amount_cents", "period"},
        "goal": common | {"amount_cents", "period", "goal_metric"},
        "cpm": common | {"cpm_cents"},
        "view_threshold": common | {"amount_cents", "threshold_views"},
    }


def test_the_data_model_describes_what_can_be_read_alone(api):
    names = {entity["name"] for entity in api.done("GET", "/schema")["entities"]}
    assert "creator" in names
    assert not names & {"results", "deleted", "api_key", "receipt_upload"}


def test_the_plans_have_the_limit_keys_of_the_contract(api):
    rows = api.box.database.rows("SELECT DISTINCT limit_key FROM plan_limits")
    assert {row["limit_key"] for row in rows} == {
        "max_creators_per_org",
        "max_projects_per_org",
        "max_members_per_org",
        "max_campaigns_per_project",
        "max_campaign_items_per_campaign",
        "max_api_keys_per_org",
        "max_payout_methods_per_org",
        "max_payout_structures_per_project",
        "max_manual_scrape_triggers_per_day",
    }
