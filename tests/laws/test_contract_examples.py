"""The contract's answers, written by hand and served by a plain server, read by every loader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.laws.contract_examples.expected import Load
from tests.laws.contract_examples.payouts import PAYOUTS
from tests.laws.contract_examples.programs import PROGRAMS
from tests.laws.contract_examples.reports import REPORTS
from tests.laws.contract_examples.served import (
    CHARLI,
    CURSOR,
    EXAMPLES,
    FARM,
    FOLDER,
    GLOW_VIDEO,
    PROJECT,
    body,
    routes,
)
from tests.support import plain_server as plain_server_module
from tests.support.plain_server import KEY, plain_server
from trackagoat_pandas.errors import (
    ArgumentError,
    NoDataWarning,
    NotFoundError,
    UnauthorizedError,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.reports import Report

LOADS = {**PROGRAMS, **PAYOUTS, **{f"load_report of {name}": REPORTS[name] for name in REPORTS}}
ANOTHER_SERVERS = "openapi_with_comments"
"""The description of a server that lists comments, which the contract doesn't document."""


@pytest.fixture(scope="module")
def server():
    with plain_server(routes()) as running:
        yield running


@pytest.fixture(scope="module")
def server_with_comments():
    with plain_server({**routes(), "/openapi.json": [({}, body(ANOTHER_SERVERS))]}) as running:
        yield running


def connect_to(server, **settings: Any) -> tgp.Client:
    server.asked.clear()
    settings = {"rate_limit": None, "progress": False, **settings}
    return tgp.connect(KEY, base_url=server.base_url, **settings)


@pytest.fixture
def client(server):
    with connect_to(server) as connected:
        yield connected


@pytest.fixture(params=LOADS)
def load(request) -> Load:
    return LOADS[request.param]


@pytest.fixture
def listening(request, load, server, server_with_comments):
    """The server that a load is for, with a client of it as the default one."""
    running = server_with_comments if load is LOADS["load_comments"] else server
    with connect_to(running):
        yield running


def cell(value: Any, wanted: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(wanted, list | dict):
        return json.loads(value)
    return str(value) if isinstance(value, pd.Timestamp) else value


def test_every_loader_and_every_report_has_an_example():
    named = {name.split()[0] for name in LOADS}
    assert named == {name for name in tgp.__all__ if name.startswith("load_")}
    assert set(REPORTS) == set(get_args(Report))


def test_every_example_is_served():
    written = {path.stem for path in FOLDER.glob("*.json")}
    assert written == {name for name, *_ in EXAMPLES} | {ANOTHER_SERVERS}


def test_the_plain_server_knows_nothing_of_the_package():
    assert "trackagoat_pandas" not in Path(plain_server_module.__file__).read_text()


def loaded(load: Load) -> pd.DataFrame:
    if not load.warning:
        return load.call()
    with pytest.warns(NoDataWarning) as caught:
        frame = load.call()
    assert [str(one.message) for one in caught] == [load.warning]
    return frame


def test_each_loader_gives_what_is_written_there_and_asks_no_more(listening, load):
    before = pd.Timestamp.now("UTC").floor("s")
    frame = loaded(load)
    asked = list(listening.asked)
    wanted = {column.split(" ", 1)[0]: cells for column, cells in load.cells.items()}
    found = {
        name: [cell(value, one) for value, one in zip(frame[name], cells, strict=True)]
        for name, cells in wanted.items()
    }
    assert found == wanted
    assert [f"{name} {frame[name].dtype}" for name in wanted] == list(load.cells)
    assert sorted(asked, key=str) == sorted(load.asks, key=str)
    facts = frame.goat.provenance
    assert before <= pd.Timestamp(facts["fetched_at"]) <= pd.Timestamp.now("UTC")
    assert facts["complete"] is True
    assert facts["rows"] == len(frame) > 0
    assert facts["requests"] == len(load.own_asks)
    assert set(facts) - {"percentiles", "project", "unverified", *load.facts} == {
        "path", "params", "fetched_at", "complete", "requests", "timezone", "rows"
    }  # fmt: skip
    assert {name: facts.get(name) for name in load.facts} == load.facts
    path, query = load.own_asks[0]
    is_joined = load in (LOADS["load_analytics"], LOADS["load_payout_assignments"])
    if not is_joined:  # these send several requests, and list their ids together
        assert facts["path"] == path
        assert {key: str(value) for key, value in facts["params"].items()} == {
            key: value for key, value in query.items() if key not in ("limit", "cursor", "offset")
        }


def test_a_frame_of_several_entities_names_them_all(client):
    facts = loaded(LOADS["load_analytics"]).goat.provenance
    assert facts["params"]["entity_id"] == f"{CHARLI},{FARM}"
    assert facts["timezone"] == "America/New_York"


def test_days_are_in_the_time_zone_of_the_projects(client):
    campaigns = tgp.load_campaigns("Q1 Brand Program")
    assert campaigns.goat.provenance["timezone"] == "America/New_York"


def test_percentiles_stand_beside_the_distribution(client):
    facts = REPORTS["view-distribution"].call().goat.provenance
    assert facts["percentiles"] == {
        "p25": 49.5, "p50": 99, "p75": 1_500_000_049.5, "p90": 2_400_000_019.8,
        "p99": 2_940_000_001.98,
    }  # fmt: skip


@pytest.mark.parametrize("day", ["bucket", "day", "t", "bucket_start"])
@pytest.mark.parametrize("value", ["value", "views"])
def test_the_days_and_values_of_points_are_read_under_each_allowed_name(day, value):
    answer = body("analytics_flat_points")
    answer = answer.replace(b'"date"', f'"{day}"'.encode())
    answer = answer.replace(b'"value"', f'"{value}"'.encode())
    with plain_server({"/analytics": [({}, answer)]}) as server, connect_to(server):
        frame = tgp.load_analytics("video", GLOW_VIDEO, "views")
    assert frame["date"].dt.strftime("%d").tolist() == ["25", "26", "27"]
    assert frame["value"].tolist() == [0, 700, 250]
    assert list(frame.columns)[-1] == "parent_id"


def test_notes_of_a_campaign_are_read_under_their_older_name_too():
    answer = body("campaigns").replace(b'"readme"', b'"description"')
    with plain_server({"/campaigns": [({}, answer)]}) as server, connect_to(server):
        campaigns = tgp.load_campaigns()
    assert campaigns["readme"][0] == "Everything with the glow hashtag"
    assert "description" not in campaigns


def test_entities_are_asked_singly_where_the_description_names_one_id(server):
    with connect_to(server, rate_limit=(60, 60.0)):
        tgp.load_analytics("creator", [CHARLI, FARM], "views")
    assert sorted(query.get("entity_id", path) for path, query in server.asked) == [
        "/openapi.json", CHARLI, FARM
    ]  # fmt: skip


def test_a_server_that_lists_no_comments_has_none(client):
    with pytest.raises(ArgumentError, match="this server lists no comments"):
        tgp.load_comments(PROJECT)


def test_get_gives_one_envelope(client):
    page = client.get("/creators")
    assert [creator["tiktok_handle"] for creator in page.data] == ["charlidamelio", "goat.farm_01"]
    assert (page.meta.has_more, page.meta.next_cursor) == (True, CURSOR)


def test_pages_go_on_until_there_are_no_more(client):
    assert [len(page.records) for page in client.pages("/creators")] == [2, 1]


def test_pages_by_offset_go_on_until_the_total_is_reached(client):
    pages = session_of(client).offset_pages("/analytics/aggregate/video-leaderboard")
    assert [len(page.records) for page in pages] == [2, 1]


def test_records_are_the_rows_of_all_pages(client):
    handles = [creator["tiktok_handle"] for creator in client.records("/creators")]
    assert handles == ["charlidamelio", "goat.farm_01", "007"]


def test_a_key_that_the_server_does_not_know_is_refused(server):
    with (
        tgp.connect("tga_" + "0" * 64, base_url=server.base_url, rate_limit=None) as stranger,
        pytest.raises(UnauthorizedError, match="401") as caught,
    ):
        tgp.load_projects(client=stranger)
    assert caught.value.code == "invalid_api_key"
    assert isinstance(caught.value, PermissionError)


def test_what_is_not_there_is_not_found(client):
    with pytest.raises(NotFoundError, match="404"):
        tgp.load_path("/creators/stats")


def test_the_examples_are_what_the_package_expects(client, server):
    found = tgp.check_contract(client)
    # The contract lists a note's fields only in the body of a POST, which has neither.
    assert found[["table", "field", "severity"]].to_numpy().tolist() == [
        ["annotations", "created_at", "missing"],
        ["annotations", "project_id", "missing"],
    ]
    assert found.goat.provenance["requests"] == len(server.asked) <= 20


def test_a_field_that_is_renamed_in_an_example_is_noticed():
    answer = body("payout_accruals").replace(b'"amount_cents"', b'"sum_cents"')
    with (
        plain_server({**routes(), "/payout-accruals": [({}, answer)]}) as server,
        connect_to(server) as client,
    ):
        found = tgp.check_contract(client)
    assert ["payout_accruals", "amount_cents"] in found[["table", "field"]].to_numpy().tolist()
