"""How a request is written, and what is refused before it is sent."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid

import numpy as np
import pandas as pd
import pytest

from tests.support.http_doubles import KEY, make_client
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError
from trackagoat_pandas.http.messages import call
from trackagoat_pandas.http.session import session_of


def sent(method="GET", path="/videos", **parts):
    client = make_client(base_url="https://api.example/api/v1")
    client.request(method, path, **parts)
    return session_of(client).transport.requests[0]


def query(value):
    return sent(params={"x": value}).url.params["x"]


def test_a_path_is_quoted_and_may_come_without_its_slash():
    for path in ("/videos", "videos"):
        assert str(sent(path=path).url) == "https://api.example/api/v1/videos"
    assert sent(path="/projects/été%/x").url.raw_path == b"/api/v1/projects/%C3%A9t%C3%A9%/x"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a&b=ü", "a&b=ü"),
        (5, "5"),
        (True, "true"),
        (False, "false"),
        (0.5, "0.5"),
        (np.int64(7), "7"),
        (np.bool_(True), "true"),
        (np.float64(0.5), "0.5"),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (dt.date(2026, 6, 1), "2026-06-01"),
        (pd.Timestamp("2026-06-01 12:00"), "2026-06-01T12:00:00"),
        (
            dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            "2026-06-01T10:00:00Z",
        ),
        (pd.Timestamp("2026-06-01", tz="UTC"), "2026-06-01T00:00:00Z"),
        (["a", "b"], "a,b"),
        (("a", 1, True), "a,1,true"),
        (pd.Series(["a", "b"]), "a,b"),
        (np.array([1, 2]), "1,2"),
        ([], ""),
    ],
)
def test_a_parameter_is_written_as_the_api_reads_it(value, text):
    assert query(value) == text


def test_none_is_left_out():
    assert str(sent(params={"a": None, "b": 1}).url).endswith("/videos?b=1")
    assert str(sent(params={"a": None}).url).endswith("/videos")


ELSEWHERE = [
    "https://evil.example/videos",
    "http://localhost/videos",
    "//evil.example/videos",
    "/\\evil.example",
    "/videos?limit=5",
    "/videos#x",
    "/videos\r\nX-Evil: 1",
    "/videos\x00",
    "/a b",
    "/..",
    "../organizations",
    "/videos/../keys",
    "/videos/./x",
    "/videos/%2e%2e/keys",
    "/videos/%2E./keys",
    "/videos/..%2fkeys",
    "/videos/%5c../keys",
]
NOT_CLEAR = [float("nan"), float("inf"), pd.NaT, pd.NA, ["a,b"], [pd.NaT]]
NO_HEADER = ["", "a b", "a\r\nX: 1", "é", "x" * 256]
NO_JSON = [{"n": float("nan")}, {"d": dt.date(2026, 6, 1)}, {"s": "\ud800"}]
LONG = [str(uuid.UUID(int=number)) for number in range(2000)]
REFUSED = [
    *(({"path": path}, ArgumentError, "path=") for path in ELSEWHERE),
    ({"path": 5}, ArgumentTypeError, "path can't be of type int"),
    ({"path": "/x\ud83d"}, ArgumentError, "unpaired surrogate"),
    ({"method": "get"}, ChoiceError, "'GET', 'POST'"),
    *(({"params": {"x": value}}, ArgumentError, "x=") for value in NOT_CLEAR),
    *(
        ({"params": {"x": value}}, ArgumentTypeError, r"x can't be (of type|None)")
        for value in ({"a": 1}, b"a", [None], [{"a": 1}])
    ),
    ({"params": {"q": "\ud83d"}}, ArgumentError, "unpaired surrogate"),
    ({"params": {"x": LONG}}, ArgumentError, r"the URL would have 7\d,\d{3} characters"),
    *(({"method": "POST", "json": body}, ArgumentError, "it must be JSON") for body in NO_JSON),
    *(({"idempotency_key": key}, ArgumentError, "idempotency_key=") for key in NO_HEADER),
]


@pytest.mark.parametrize(("parts", "kind", "problem"), REFUSED)
def test_what_cannot_be_sent_or_leads_elsewhere_is_refused_before_it_is(parts, kind, problem):
    client = make_client()
    with pytest.raises(kind, match=problem):
        client.request(**{"method": "GET", "path": "/videos", **parts})
    assert client.requests_sent == 0


def test_a_body_is_compact_utf8_json():
    request = sent("POST", json={"name": "Été", "n": [1, None]})
    assert request.content == '{"name":"Été","n":[1,null]}'.encode()
    assert request.headers["content-type"] == "application/json"


def test_a_call_knows_the_ids_that_its_query_and_body_name():
    one, other = (f"99999999-0000-4000-8000-00000000000{digit}" for digit in "AB")
    asked = call(
        "https://x.example/api/v1",
        "POST",
        f"/videos/{one}",
        params={"creator_id": [one, other], "limit": 5},
        body={"video_ids": [one, None, 7, "x"], "creator": {"id": one}, "name": "mia"},
    )
    assert asked.ids == {"creator_id": [one, other], "video_ids": [one]}
    assert call("https://x.example", "GET", "/videos").ids == {}


def test_a_request_carries_the_key_and_says_what_it_takes():
    headers = sent().headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == "api.example"
    assert headers["user-agent"] == "trackagoat-pandas"
    client = make_client(base_url="http://127.0.0.1:1/api")  # compressing costs more than it saves
    client.get("/videos")
    assert session_of(client).transport.requests[0].headers["accept-encoding"] == "identity"
