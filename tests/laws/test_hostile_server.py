"""A server that lies, by malice or mistake: one clear error of ours, or the right frame."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from contextlib import contextmanager
from functools import partial

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned
from tests.support.hostile import loads_of, outcome_of
from tests.support.http_doubles import KEY
from tests.support.leaping import leaping_client
from tests.support.relays import JSON, Relay, answering, serving
from trackagoat_pandas.errors import (
    ArgumentError,
    CutShortError,
    PartialLoadError,
    ServerError,
    StuckCursorError,
    TrackaGoatError,
    UnauthorizedError,
    UnknownProjectError,
    UnreadableResponseError,
)
from trackagoat_pandas.http.paging import MOST_REPEATS
from trackagoat_pandas.http.session import session_of

IDS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(2)]
PROJECT = IDS[0]


@contextmanager
def lying(answer, **headers):
    """A client of a loopback server: of one body for all, or of a function of the request."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]

    def told(request, _):
        body = answer(request) if callable(answer) else answer
        return 200, [JSON, *named], body

    with serving(Relay(None, told)) as url, leaping_client(KEY, base_url=url) as client:
        yield client


def envelope(data, **meta) -> bytes:
    return json.dumps({"data": data, "error": None, "meta": meta or None}).encode()


LOADS = {
    **loads_of(PROJECT, IDS),
    "project by name": partial(tgp.load_videos, "Q1"),
    "relative dates": partial(tgp.load_annotations, dates="last 7 days"),
}

# Of these the contract tells so little that anything is kept, under the name "value".
WITHOUT_CONTRACT = {"path", *(name for name in LOADS if name.startswith("report "))}

NO_OBJECTS = {
    "a number": 7,
    "a text": "seven",
    "true": True,
    "numbers": [1, 2.5],
    "texts": ["a"],
    "lists": [[1], []],
    "nulls": [None],
    "rows and others": [{"id": "a"}, 7],
}
ODD_ROWS = {
    "a list of lists": {"rows": [[1]]},
    "an empty object": {},
    "empty objects": [{}],
    "ids of other types": [{"id": {"a": 1}}, {"id": [1]}, {"id": True}, {"id": 1.5}],
    "fields of the wrong type": [
        dict.fromkeys(
            ["name", "view_count", "posted_at", "timezone", "points", "goal", "amount_cents"], odd
        )
        for odd in ({}, [], "x", 1e300, True)
    ],
    "members of the wrong type": dict.fromkeys(
        ["series", "breakdown_series", "entity_ref", "points", "creator", "compliance", "paths"], 7
    ),
    "half of a series": {"series": [7, {"points": 7}, {"entity_ref": 7, "points": [7, {}]}]},
    "half of a goal": [{"creator": 7, "compliance": 7}, {"creator": {}, "compliance": [7, {}]}],
    "half of a model": {"entities": {"video": 7, "creator": {"fields": 7}}},
}


@pytest.fixture(scope="module")
def liar():
    """One client whose server answers with ``liar.body``, whatever is asked."""
    told = {}
    with lying(lambda request: told["body"]) as client:
        client.told = told
        yield client


def ask_anew(liar, body: bytes, load):
    liar.told["body"] = body
    session_of(liar).drop("organization")
    session_of(liar).drop("openapi")
    return outcome_of(load, liar)


@pytest.mark.parametrize("name", LOADS)
def test_data_without_objects_is_an_error(liar, name):
    for shape, given in NO_OBJECTS.items():
        outcome = ask_anew(liar, envelope(given), LOADS[name])
        if name in WITHOUT_CONTRACT and isinstance(outcome, pd.DataFrame):
            assert len(outcome) == len(given if isinstance(given, list) else [given]), shape
            assert "value" in outcome.columns, shape
        else:
            kinds = UnreadableResponseError | PartialLoadError | ArgumentError
            assert isinstance(outcome, kinds), shape


@pytest.mark.parametrize("name", LOADS)
def test_odd_rows_are_a_frame_or_an_error(liar, name):
    for shape, given in ODD_ROWS.items():
        outcome = ask_anew(liar, envelope(given), LOADS[name])
        if isinstance(outcome, pd.DataFrame):
            assert outcome.goat.provenance["rows"] == len(outcome), shape
        else:
            kinds = UnreadableResponseError | PartialLoadError | ArgumentError | UnknownProjectError
            assert isinstance(outcome, kinds), shape


BODIES = {
    "nothing but depth": b"[" * 10_000 + b"]" * 10_000,
    "a byte order mark": b"\xef\xbb\xbf" + envelope([{"id": "a"}]),
    "utf-16": envelope([{"id": "a"}]).decode().encode("utf-16"),
    "latin-1": b'{"data": [{"id": "\xe9"}]}',
    "nan": b'{"data": [{"id": "a", "view_count": NaN}]}',
    "infinity": b'{"data": [{"id": "a", "view_count": -Infinity}]}',
    "two envelopes": envelope([]) + envelope([]),
    "a list": b"[]",
    "null": b"null",
    "control characters": b'{"data": [{"id": "a\x00\x01"}]}',
}


@pytest.mark.parametrize("name", ["videos", "goal_compliance", "analytics", "data_model", "path"])
def test_a_body_that_is_no_json_of_ours_is_an_error(liar, name):
    for shape, body in BODIES.items():
        outcome = ask_anew(liar, body, LOADS[name])
        assert isinstance(outcome, UnreadableResponseError | PartialLoadError), shape


def test_of_a_member_that_comes_twice_the_last_counts(liar):
    body = b'{"data": [], "data": [{"id": "a", "title": "old", "title": "new"}]}'
    outcome = ask_anew(liar, body, LOADS["videos"])
    assert outcome[["id", "title"]].to_dict("records") == [{"id": "a", "title": "new"}]


def test_half_an_emoji_becomes_a_replacement_character(liar):
    row = (
        rb'{"display_name": "goat \ud83d", "description": "\ud83d\udc10 \\ud83d",'
        rb'"metadata": {"cut": "\ud83d"}, "novel": "\udc10"}'
    )
    outcome = ask_anew(liar, b'{"data": [%s]}' % row, LOADS["creators"])
    columns = ["display_name", "description", "metadata", "novel"]
    whole = ["goat \ufffd", "🐐 \\ud83d", r'{"cut":"\ufffd"}', "\ufffd"]
    assert outcome[columns].to_numpy().tolist() == [whole]


def test_a_long_text_is_kept_whole(liar):
    body = envelope([{"id": "a", "title": "x" * 10_000_000}])
    outcome = ask_anew(liar, body, LOADS["videos"])
    assert outcome["title"].str.len().tolist() == [10_000_000]
    assert outcome.goat.provenance["rows"] == 1


def test_a_long_error_message_is_cut(liar):
    body = json.dumps({"data": None, "error": "x" * 10_000_000}).encode()
    outcome = ask_anew(liar, body, LOADS["videos"])
    assert isinstance(outcome, TrackaGoatError)
    assert len(str(outcome)) < 10_000


@pytest.mark.parametrize("pages", [1, 2, 5])
def test_repeated_pages_under_fresh_cursors_are_an_error(pages):
    numbers = itertools.count()

    def answer(request) -> bytes:
        number = next(numbers)
        row = {"id": f"a{number % pages}"}
        return envelope([row], hasMore=True, nextCursor=str(number))

    with lying(answer) as client:
        outcome = outcome_of(LOADS["creators"], client)
        assert client.requests_sent == MOST_REPEATS + 1 + pages
    assert isinstance(outcome, UnreadableResponseError)
    assert "the list has no end" in str(outcome)


@pytest.mark.parametrize("total", [10**18, 10**30, 5, -1, "five", 2.5, None, True, [5]])
def test_a_total_that_lies_gives_the_rows_there_are_or_an_error(total):
    rows = [{"video_id": f"v{number}", "view_count": number} for number in range(150)]

    def answer(request) -> bytes:
        offset = int(request.query["offset"])
        meta = {"total_count": total, "nonce": f"{offset}"}
        return envelope(rows[offset : offset + 100], **meta)

    with lying(answer) as client:
        outcome = outcome_of(LOADS["report video-leaderboard"], client)
        assert client.requests_sent <= 4
    if isinstance(outcome, pd.DataFrame):
        assert outcome["video_id"].tolist() == [row["video_id"] for row in rows]
    else:
        assert isinstance(outcome, UnreadableResponseError)


def test_a_report_that_ignores_its_offset_is_found_out():
    rows = [{"video_id": f"v{number}", "view_count": number} for number in range(100)]
    nonces = itertools.count()

    def answer(request) -> bytes:
        return envelope(rows, total_count=10**9, nonce=next(nonces))

    with lying(answer) as client:
        outcome = outcome_of(LOADS["report video-leaderboard"], client)
    assert isinstance(outcome, StuckCursorError)


@pytest.mark.parametrize(
    "document",
    [
        {"paths": 7},
        {"paths": {"/api/v1/analytics": 7}},
        {"paths": {"/api/v1/analytics": {"get": 7}}},
        {"paths": {"/api/v1/analytics": {"get": {"parameters": None}}}},
        {"paths": {"/api/v1/analytics": {"get": {"parameters": ["x", {"name": "entity_id"}]}}}},
        {"data": {"paths": {"/api/v1/comments": {"get": None}}}},
        [],
    ],
)
def test_an_odd_description_of_the_server_does_no_harm(document):
    def answer(request) -> bytes:
        if "openapi" in request.path:
            return json.dumps(document).encode()
        asked = request.query["entity_id"]
        point = {"date": "2026-05-01", "value": 1}
        return envelope({"series": [{"entity_ref": {"id": asked}, "points": [point]}]})

    with lying(answer) as client:
        paced = leaping_client(KEY, base_url=client.base_url, rate_limit=(60, 60.0))
        assert len(outcome_of(LOADS["analytics"], paced)) == 2
        paced.close()
        assert isinstance(outcome_of(LOADS["comments"], client), ArgumentError)


@pytest.mark.parametrize(
    ("answer", "kind"), [(401, UnauthorizedError), (500, ServerError), (b"", CutShortError)]
)
def test_a_server_that_cannot_describe_itself_is_not_said_to_list_no_comments(answer, kind):
    canned = answering(answer) if answer == b"" else Canned({"/openapi.json": answer})
    with leaping_client(KEY, canned) as client, pytest.raises(kind, match=r"/openapi\.json"):
        tgp.load_comments(PROJECT, client=client)


def test_a_server_that_cannot_describe_itself_is_asked_for_one_series_at_a_time():
    app = Canned(
        {"/openapi.json": 500, "/analytics": {"series": [{"date": "2026-05-01", "value": 1}]}}
    )
    with leaping_client(KEY, app, rate_limit=(60, 60.0)) as client:
        tgp.load_analytics("creator", IDS, "views", client=client)
    asked = [query["entity_id"] for path, query in app.asked if path == "/analytics"]
    assert sorted(asked) == IDS


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc", "America", "", 7, ["UTC"], {"a": 1}])
def test_an_odd_time_zone_is_as_good_as_none(zone):
    def answer(request) -> bytes:
        projects = [{"id": IDS[0], "name": "Q1", "timezone": zone}]
        return envelope(projects if request.path == "/projects" else [])

    with lying(answer) as client, pytest.warns(tgp.errors.ContractWarning, match="read in UTC"):
        tgp.load_annotations(dates="last 7 days", client=client)


BEFORE_ALL_DATES = dt.date(2026, 6, 15).toordinal()
"""How many days the day before the first of Python's dates is ago."""


@pytest.mark.parametrize(
    ("days", "earliest"),
    [
        *((odd, None) for odd in (True, -1, 10**30, BEFORE_ALL_DATES, "many", None)),
        (0, dt.date(2026, 6, 15)),
        (30, dt.date(2026, 5, 16)),
    ],
)
def test_the_first_day_that_a_plan_keeps_is_known_unless_its_retention_is_odd(days, earliest):
    def answer(request) -> bytes:
        if "from" in request.query:
            meta = {"code": "retention_exceeded"}
            return json.dumps({"data": None, "error": "too early", "meta": meta}).encode()
        return envelope({"series": [], "tier_retention_days": days})

    with lying(answer, Date="Mon, 15 Jun 2026 12:00:00 GMT") as client:
        outcome = outcome_of(
            lambda client: tgp.load_analytics(
                "creator", IDS[0], "views", dates="2026-01", clip=True, client=client
            ),
            client,
        )
    assert isinstance(outcome, tgp.errors.RetentionExceededError)
    assert outcome.earliest == earliest


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 -2300", "x" * 60_000, "", "Mon, 01 Jan 0150 00:00:00 +2300"]
)
@pytest.mark.filterwarnings("ignore:.* that every row should have")
def test_an_odd_date_does_no_harm(date):
    with lying(envelope([{"id": "a"}]), Date=date, Retry_After=date) as client:
        assert tgp.load_videos(client=client)["id"].tolist() == ["a"]
