"""How a request is written, and what is refused before it is sent."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid

import numpy as np
import pandas as pd
import pytest

from tests.http_doubles import KEY, make_client
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, ChoiceError
from trackagoat_pandas.http.messages import call


def sent(method="GET", path="/videos", **parts):
    client = make_client(base_url="https://api.example/api/v1")
    client.request(method, path, **parts)
    return client.transport.requests[0]


def query(value):
    return sent(params={"x": value}).url.params["x"]


@pytest.mark.parametrize("path", ["/videos", "videos"])
def test_a_path_may_lack_its_slash(path):
    assert str(sent(path=path).url) == "https://api.example/api/v1/videos"


def test_a_path_is_quoted():
    assert sent(path="/projects/été%/x").url.raw_path == b"/api/v1/projects/%C3%A9t%C3%A9%/x"


@pytest.mark.parametrize(
    "path",
    [
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
    ],
)
def test_a_path_that_leads_elsewhere_is_refused_before_anything_is_sent(path):
    client = make_client()
    with pytest.raises(ArgumentError, match="path="):
        client.get(path)
    assert client.requests_sent == 0


def test_a_path_that_is_no_text_is_refused():
    with pytest.raises(ArgumentTypeError, match="path can't be of type int"):
        make_client().get(5)


def test_an_unknown_method_is_refused():
    with pytest.raises(ChoiceError, match="'GET', 'POST'"):
        make_client().request("get", "/videos")


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


@pytest.mark.parametrize("value", [float("nan"), float("inf"), pd.NaT, pd.NA, ["a,b"], [pd.NaT]])
def test_a_parameter_that_says_nothing_clear_is_refused(value):
    with pytest.raises(ArgumentError, match="x="):
        query(value)


@pytest.mark.parametrize("value", [{"a": 1}, b"a", [None], [{"a": 1}]])
def test_a_parameter_of_another_type_is_refused(value):
    with pytest.raises(ArgumentTypeError, match=r"x can't be (of type|None)"):
        query(value)


@pytest.mark.parametrize("parts", [{"params": {"q": "\ud83d"}}, {"path": "/x\ud83d"}])
def test_half_a_character_is_refused(parts):
    with pytest.raises(ArgumentError, match="unpaired surrogate"):
        sent(**parts)


def test_a_url_longer_than_can_be_sent_is_refused():
    ids = [str(uuid.UUID(int=number)) for number in range(2000)]
    with pytest.raises(ArgumentError, match=r"the URL would have 7\d,\d{3} characters"):
        sent(params={"entity_id": ids})


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


@pytest.mark.parametrize("body", [{"n": float("nan")}, {"d": dt.date(2026, 6, 1)}, {"s": "\ud800"}])
def test_a_body_that_is_no_json_is_refused(body):
    with pytest.raises(ArgumentError, match="it must be JSON"):
        make_client().request("POST", "/videos", json=body)


@pytest.mark.parametrize("key", ["", "a b", "a\r\nX: 1", "é", "x" * 256])
def test_an_idempotency_key_that_no_header_can_hold_is_refused(key):
    with pytest.raises(ArgumentError, match="idempotency_key="):
        make_client().request("POST", "/videos", json={}, idempotency_key=key)


def test_a_request_carries_the_key_and_says_what_it_takes():
    headers = sent().headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == "api.example"
    assert headers["user-agent"] == "trackagoat-pandas"


def test_nothing_is_compressed_on_loopback():
    client = make_client(base_url="http://127.0.0.1:1/api")
    client.get("/videos")
    assert client.transport.requests[0].headers["accept-encoding"] == "identity"
