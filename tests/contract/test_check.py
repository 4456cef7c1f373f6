from __future__ import annotations

import json

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.relays import JSON, Relay, refusal, serving
from trackagoat_pandas.cli import main
from trackagoat_pandas.contract.check import report
from trackagoat_pandas.errors import ArgumentTypeError, UnauthorizedError


def changed(app, changes) -> Relay:
    """An application with some answers changed on their way, or refused."""

    def answer(request, go_on):
        change = changes.get(request.path)
        if isinstance(change, int):
            return refusal(change)
        status, headers, body = go_on()
        if change is None:
            return status, headers, body
        document = json.loads(body)
        change(document)
        return 200, [JSON], json.dumps(document).encode()

    return Relay(app, answer)


@pytest.fixture
def check(box):
    """Compares the sandbox with some answers changed."""

    def run(changes) -> pd.DataFrame:
        relay = changed(box.app, changes)
        # Short of patience, so that a server that fails isn't asked again for ten seconds.
        settings = {"transport": relay, "rate_limit": None, "max_wait_s": 1}
        with tgp.connect(box.key, base_url="http://127.0.0.1/api/v1", **settings) as client:
            found = tgp.check_contract(client)
        run.asked = [(request.method, request.path) for request in relay.asked]
        return found

    return run


def in_rows(change):
    def run(document):
        for row in document["data"]:
            change(row)

    return run


def only(found: pd.DataFrame, field: str) -> dict[str, object]:
    rows = found[found["field"] == field]
    assert len(rows) == 1, found.to_string()
    return rows.iloc[0].to_dict()


def test_the_sandbox_is_as_the_tables_declare_in_at_most_20_gets(check):
    found = check({})
    assert found.empty
    assert found["severity"].dtype == "category"
    assert list(found) == [
        "where", "table", "field", "expected", "found", "severity", "meaning"
    ]  # fmt: skip
    assert {method for method, _ in check.asked} == {"GET"}
    assert len(check.asked) == found.goat.provenance["requests"] <= 20
    assert len(set(check.asked)) == len(check.asked)
    paths = {path for _, path in check.asked}
    assert {"/openapi.json", "/analytics/schema", "/schema"} <= paths


def renamed(**names):
    """A change of rows that gives fields other names."""

    def rename(row):
        for name, other in names.items():
            row[other] = row.pop(name)

    return in_rows(rename)


def test_added_missing_and_renamed_fields_are_distinguished(check):
    def change(row):
        row.update(is_duet=True, tracking_status="paused", comment_count="many")
        row["viewsCount"] = row.pop("view_count")
        row["likes_count"] = row.pop("like_count")
        row["saves_count"] = str(row.pop("save_count"))  # another kind is no new name

    found = check({"/videos": in_rows(change), "/creators": renamed(description="readme")})
    assert set(found["where"]) == {"GET /videos"}  # the loader reads readme as well
    added = only(found, "is_duet")
    assert (added["severity"], added["found"]) == ("added", "bool")
    assert "column after the declared ones of load_videos" in added["meaning"]
    missing = only(found, "save_count")
    assert missing["severity"] == "missing"
    assert missing["expected"] == "a whole number, assumed"
    assert missing["meaning"] == "save_count is NA in the frames of load_videos"
    assert only(found, "saves_count")["severity"] == "added"
    for name, other in (("like_count", "likes_count"), ("view_count", "viewsCount")):
        assert only(found, name)["severity"] == "renamed?"
        assert only(found, name)["found"] == other
    assert only(found, "comment_count")["severity"] == "type changed"
    assert "many" in only(found, "comment_count")["found"]
    assert only(found, "tracking_status")["severity"] == "added"
    assert only(found, "tracking_status")["found"] == "'paused'"


@pytest.mark.parametrize("status", [404, 410])
def test_a_path_that_is_gone_is_a_missing_endpoint(check, status):
    found = check({"/payout-methods": status})
    row = found[found["table"] == "payout_methods"].iloc[0]
    assert row["severity"] == "endpoint missing"
    assert f"HTTP {status}" in row["found"]
    assert row["meaning"] == "load_payout_methods raises an error"


def test_a_refused_page_is_not_checked(check):
    found = check({"/payout-methods": 403})
    assert found["severity"].tolist() == ["not checked"]


def test_an_answer_without_rows_is_not_taken_for_a_change(check):
    found = check({"/campaigns": lambda document: document.update(data=[])})
    assert found["severity"].tolist() == ["not checked"]
    assert found["found"].tolist() == ["there are no rows"]


def test_an_answer_in_a_shape_that_no_loader_reads_is_reported(check):
    def scramble(document):
        document["data"] = [{"series": 5}]

    found = check({"/analytics": scramble})
    row = found[found["table"] == "analytics"].iloc[0]
    assert row["severity"] == "type changed"
    assert row["meaning"] == "load_analytics raises UnreadableResponseError"


def test_the_servers_description_is_compared_where_there_are_no_rows(check):
    def change(document):
        video = document["components"]["schemas"]["Video"]["properties"]
        video["view_count"] = {"type": "string"}
        del document["paths"]["/payout-payments"]

    found = check({"/openapi.json": change})
    assert only(found, "view_count")["where"] == "openapi GET /videos"
    gone = found[found["severity"] == "endpoint missing"]
    assert gone["table"].tolist() == ["payout_payments"]


def test_a_schema_that_names_entities_is_compared(check):
    def change(document):
        for entity in document["data"]["entities"]:
            if entity["name"] == "creator":
                entity["fields"] = [
                    field for field in entity["fields"] if field["name"] != "avatar_url"
                ]

    assert only(check({"/schema": change}), "avatar_url")["where"] == "schema creator"


@pytest.mark.parametrize("status", [404, 403, 500])
def test_the_check_goes_on_without_a_description_of_the_api(check, status):
    found = check(dict.fromkeys(["/openapi.json", "/analytics/schema", "/schema"], status))
    assert set(found["table"]) == {"data_model"}
    severities = dict(zip(found["where"], found["severity"], strict=True))
    described = "/openapi.json, /analytics/schema"
    assert severities == (
        {"/schema": "endpoint missing", described: "not checked"}  # load_data_model needs it
        if status == 404
        else {f"{described}, /schema": "not checked"}
    )


def test_an_analytics_schema_may_be_an_openapi_document(check):
    def replace(document):
        note = {"type": "object", "properties": {"id": {"type": "integer"}}}
        answer = {"type": "object", "properties": {"data": {"type": "array", "items": note}}}
        content = {"application/json": {"schema": answer}}
        document.clear()
        document["openapi"] = "3.1.0"
        document["paths"] = {
            "/analytics/annotations": {"get": {"responses": {"200": {"content": content}}}}
        }

    found = check({"/analytics/schema": replace})
    changed = found[found["severity"] == "type changed"]
    assert changed["where"].tolist() == ["analytics schema GET /analytics/annotations"]
    assert changed["field"].tolist() == ["id"]
    assert set(found["table"]) == {"annotations"}


def test_one_difference_seen_in_several_places_is_one_row(check):
    def without(document):
        del document["components"]["schemas"]["Video"]["properties"]["save_count"]

    found = check({"/videos": in_rows(lambda row: row.pop("save_count")), "/openapi.json": without})
    assert only(found, "save_count")["where"] == "openapi GET /videos, GET /videos"


def test_a_description_that_refers_to_itself_ends(check):
    def loop(document):
        document["components"]["schemas"]["Video"] = {"$ref": "#/components/schemas/Video"}

    assert check({"/openapi.json": loop}).empty


@pytest.mark.parametrize("document", [[], {"paths": []}, {"paths": {"/videos": None}}, "text"])
def test_the_check_goes_on_with_a_description_of_any_shape(check, document):
    def replace(given):
        given.clear()
        given["paths"] = document

    assert "endpoint missing" in set(check({"/openapi.json": replace})["severity"])


def test_the_most_severe_differences_come_first(check):
    found = check(
        {
            "/payout-methods": 404,
            "/campaigns": lambda document: document.update(data=[]),
            "/videos": in_rows(lambda row: row.update(duet_count=5)),
        }
    )
    assert found["severity"].tolist() == ["endpoint missing", "added", "not checked"]


@pytest.mark.parametrize("path", ["/openapi.json", "/schema", "/creators"])
def test_a_refused_key_is_an_error(path):
    refusing = Canned({path: (401, {"code": "invalid_api_key"})})
    with connect_to(refusing) as client, pytest.raises(UnauthorizedError, match="401"):
        tgp.check_contract(client)


def test_something_else_than_a_client_is_refused():
    with pytest.raises(ArgumentTypeError, match="client"):
        tgp.check_contract("tga")


def test_the_report_lists_every_difference(check):
    text = report(check({"/videos": in_rows(lambda row: row.pop("save_count"))}))
    assert "missing: videos.save_count (GET /videos)" in text
    assert text.endswith("1 in all: 1 missing.")


@pytest.mark.parametrize(
    ("change", "options", "code", "said"),
    [
        (None, [], 0, "The API is as expected.\n"),
        (lambda row: row.update(duet_count=5), [], 0, "added: videos.duet_count"),
        (lambda row: row.update(duet_count=5), ["--strict"], 1, "added: videos.duet_count"),
        (lambda row: row.pop("save_count"), [], 1, "missing: videos.save_count"),
    ],
    ids=["nothing", "an addition", "an addition, strictly", "a missing field"],
)
def test_the_command_fails_if_frames_lose_something(
    box, monkeypatch, capsys, change, options, code, said
):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", box.key)
    with serving(changed(box.app, {"/videos": in_rows(change)} if change else {})) as url:
        monkeypatch.setenv("TRACKAGOAT_BASE_URL", url)
        assert main(["check", *options]) == code
    assert capsys.readouterr().out.startswith(said)
