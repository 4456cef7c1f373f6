from __future__ import annotations

import datetime as dt
import gc
import http.client
import socket
import threading
import types
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import trackagoat_pandas as tgp
from tests.support.http_doubles import KEY
from tests.support.waiting import join, threads_named
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    BaseUrlWarning,
    ClosedClientError,
    ConnectionFailedError,
    MissingKeyError,
    SettingsError,
)
from trackagoat_pandas.http.client import set_default
from trackagoat_pandas.http.session import Session, session_of

PROJECT = "Q1 Brand Program"


@pytest.fixture(autouse=True)
def _no_default_client():
    set_default(None)
    yield
    set_default(None)


def answers(base_url: str) -> bool:
    """Whether anybody listens at an address."""
    url = urlsplit(base_url)
    try:
        socket.create_connection((url.hostname, url.port), timeout=2).close()
    except ConnectionRefusedError:
        return False
    return True


def test_the_sandbox_takes_no_notice_of_the_environment_and_ends_with_its_client(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "https://api.invalid/v1")
    before = threads_named("sandbox:")
    for _ in range(2):
        with tgp.connect(sandbox=True, progress=False) as client:
            assert client.base_url.startswith("http://127.0.0.1:")
            assert client.settings.key_source == "argument"
            assert PROJECT in set(tgp.load_projects()["name"])
            assert answers(client.base_url)
        assert not answers(client.base_url)
        client.close()
    assert threads_named("sandbox:") <= before


OWN = "it brings its own api_key, base_url and transport"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"api_key": KEY}, OWN),
        ({"base_url": "https://api.invalid/v1"}, OWN),
        ({"transport": object()}, OWN),
        ({"timezone": "Mars"}, "timezone"),
        ({"max_workers": 0}, "max_workers"),
        *(({"rate_limit": limit}, "rate_limit") for limit in ((0, 60.0), (60, 0.0), (1, -1.0))),
    ],
)
def test_settings_that_are_refused_leave_no_sandbox_running(given, problem):
    before = threads_named("sandbox:")
    with pytest.raises((ArgumentError, SettingsError), match=problem):
        tgp.connect(sandbox=True, **given)
    assert threads_named("sandbox:") <= before


def test_a_key_and_an_address_are_taken_from_where_they_are_found(monkeypatch):
    with pytest.raises(MissingKeyError, match="no key was found"):
        tgp.connect()
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    with tgp.connect() as client:
        assert client.settings.key_source == "TRACKAGOAT_API_KEY"
        assert client.base_url == "https://www.trackagoat.com/api/v1"
    apex = "https://trackagoat.com/api/v1"
    with (
        pytest.warns(BaseUrlWarning, match=r"www\.trackagoat\.com is used"),
        tgp.connect(KEY, base_url=apex) as client,
    ):
        assert client.base_url == "https://www.trackagoat.com/api/v1"


def test_the_latest_client_is_the_default_one(box):
    with (
        tgp.connect(box.key, base_url=box.base_url, progress=False) as first,
        tgp.connect(box.key, base_url=box.base_url, progress=False) as second,
    ):
        tgp.load_projects()
        assert (first.requests_sent, second.requests_sent) == (0, 1)
        tgp.load_projects(client=first)
        assert (first.requests_sent, second.requests_sent) == (1, 1)


def test_a_client_that_was_refused_leaves_the_default_alone(box):
    with tgp.connect(box.key, base_url=box.base_url, progress=False) as client:
        with pytest.raises(SettingsError, match="Mars"):
            tgp.connect(box.key, timezone="Mars")
        tgp.load_projects()
        assert client.requests_sent == 1


def test_a_closed_default_client_is_not_replaced_silently(box):
    tgp.connect(box.key, base_url=box.base_url).close()
    with pytest.raises(ClosedClientError, match="make a new one"):
        tgp.load_projects()


def test_a_forgotten_client_ends_its_sandbox():
    client = tgp.connect(sandbox=True)
    tgp.load_projects()
    base_url = client.base_url
    set_default(None)
    del client
    gc.collect()
    assert not answers(base_url)


def test_a_fan_out_leaves_no_thread(box):
    with tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False):
        tgp.load_analytics("creator", tgp.load_creators(PROJECT), "views", dates="2026-05")
        # A worker that found nothing left to do may be on its way out.
        join(*threads_named("trackagoat-load"))
        assert threads_named("trackagoat-load") == set()


def test_the_limit_holds_on_the_side_of_the_sandbox():
    with tgp.connect(sandbox=True, rate_limit=(3, 60.0), progress=False) as client:
        url = urlsplit(client.base_url)
        connection = http.client.HTTPConnection(url.hostname, url.port)
        statuses = []
        for _ in range(4):
            bearer = f"Bearer {client.settings.api_key.reveal()}"
            connection.request("GET", f"{url.path}/projects", headers={"Authorization": bearer})
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
    assert statuses == [200, 200, 200, 429]


def test_a_limit_of_both_sides_is_kept_without_a_refusal():
    with tgp.connect(sandbox=True, rate_limit=(5, 0.2), progress=False) as client:
        pages = [client.get("/projects") for _ in range(11)]
        assert {page.attempts for page in pages} == {1}


def test_without_a_limit_neither_side_has_one():
    with tgp.connect(sandbox=True, rate_limit=None, progress=False) as client:
        assert all(client.get("/projects").attempts == 1 for _ in range(70))
        assert client.estimate_seconds(10**6) == 0.0


def load_over(box, transport):
    with tgp.connect(
        box.key,
        base_url="http://127.0.0.1/api/v1",
        transport=transport,
        rate_limit=None,
        progress=False,
    ) as client:
        return tgp.load_videos(PROJECT, client=client)


class Duck:
    """No relative of httpx's transports, but it quacks."""

    def __init__(self, app) -> None:
        self._inner, self.closed = httpx.WSGITransport(app=app), 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)

    def close(self) -> None:
        self.closed += 1


TRANSPORTS = {
    "a WSGI application": lambda app: app,
    "a function": lambda app: lambda environ, start_response: app(environ, start_response),
    "one of httpx": lambda app: httpx.WSGITransport(app=app),
    "a duck": Duck,
    "a namespace": lambda app: types.SimpleNamespace(
        handle_request=httpx.WSGITransport(app=app).handle_request
    ),
}


@pytest.mark.parametrize("kind", TRANSPORTS)
def test_whatever_can_answer_gives_the_same_frame(box, client, kind):
    transport = TRANSPORTS[kind](box.app)
    there = load_over(box, transport)
    assert there.equals(tgp.load_videos(PROJECT, client=client))
    assert len(there) > 100
    assert getattr(transport, "closed", 1) == 1


def test_a_sandbox_in_process_opens_no_port():
    before = threads_named("sandbox:")
    with tgp.sandbox(creators=3, days=30) as box:
        assert len(load_over(box, box.app)) > 0
        assert threads_named("sandbox:") <= before
        assert "not served" in repr(box)


def test_a_sandbox_that_was_closed_under_a_client_is_an_error_of_ours():
    box = tgp.sandbox(creators=3, days=30)
    client = tgp.connect(box.key, base_url=box.base_url, rate_limit=None, max_wait_s=0.2)
    client.get("/projects")
    box.close()
    with client, pytest.raises(ConnectionFailedError, match="/projects: no answer"):
        client.get("/projects")


def test_a_store_is_made_in_a_folder_and_closed_with_the_client(tmp_path):
    with tgp.connect(KEY, store=tmp_path / "program", max_age="90min") as client:
        assert session_of(client).archive.path == tmp_path / "program"
        assert session_of(client).max_age == dt.timedelta(minutes=90)
        assert session_of(client).offline is False
        assert Session(client, stop=threading.Event()).archive is session_of(client).archive
    assert session_of(client).archive.ledger._connection is None


@pytest.mark.parametrize("given", ["1d", "1 d", "1D", "24h", dt.timedelta(days=1)])
def test_a_day_is_written_small_or_large(given, tmp_path):
    with tgp.connect(KEY, store=tmp_path / "program", max_age=given) as client:
        assert session_of(client).max_age == dt.timedelta(days=1)


def test_a_store_is_closed_again_if_no_client_can_be_made(tmp_path):
    with pytest.raises(ArgumentTypeError, match="transport can't be of type object") as caught:
        tgp.connect(KEY, store=tmp_path, transport=object())
    # SQLite deletes it with the last connection, which the traceback would keep open.
    assert caught.tb is not None
    assert not (tmp_path / "ledger.sqlite-wal").exists()


def test_a_store_that_was_opened_stays_open(tmp_path):
    with tgp.open_store(tmp_path) as store:
        with tgp.connect(KEY, store=store, offline=True) as client:
            assert session_of(client).archive is store.archive
            assert session_of(client).offline is True
        assert store.archive.ledger._connection is not None


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"store": 5}, ArgumentTypeError, "store can't be of type int: it takes a folder's path"),
        ({"store": ""}, ArgumentError, "store='' is not allowed: give the path of a folder"),
        ({"store": "a\0b"}, ArgumentError, "is not allowed: give the path of a folder"),
        ({"store": "~nobody of this name"}, ArgumentError, "no folder can be there: .* home"),
        ({"store": "half of an emoji \ud83d"}, ArgumentError, "no folder can be there: .* encode"),
        ({"store": __file__}, ArgumentError, "give the path of a folder; a file is there"),
        ({"max_age": "1h"}, ArgumentError, "max_age='1h' is not allowed: it needs a store"),
        ({"offline": True}, ArgumentError, "offline=True is not allowed: it needs a store"),
        ({"offline": "yes"}, ArgumentTypeError, "offline can't be of type str"),
        ({"store": "new", "max_age": "soon"}, ArgumentError, "max_age='soon' is not allowed"),
        ({"store": "new", "max_age": "60"}, ArgumentError, "max_age='60' is not allowed"),
        ({"store": "new", "max_age": "-1h"}, ArgumentError, "max_age='-1h' is not allowed"),
        ({"store": "new", "max_age": "0h"}, ArgumentError, "max_age='0h' is not allowed"),
        ({"store": "new", "max_age": 60}, ArgumentTypeError, "max_age can't be of type int"),
        ({"store": "new", "max_workers": 0}, SettingsError, "max_workers"),
    ],
)
def test_what_cannot_be_is_refused_before_a_store_or_a_sandbox_is_made(given, error, said):
    before = threads_named("sandbox:")
    with pytest.raises(error, match=said):
        tgp.connect(sandbox=True, **given)
    assert not Path("new").exists()
    assert threads_named("sandbox:") <= before


def test_a_sandbox_that_is_passed_stays_open_and_lives_on():
    with tgp.sandbox(creators=3, days=30, rate_limit=None) as box:
        with tgp.connect(sandbox=box, progress=False):
            before = tgp.load_videos()
            box.advance(dt.timedelta(days=10))
            assert len(tgp.load_videos()) > len(before)
        with tgp.connect(sandbox=box, progress=False):
            assert len(tgp.load_videos()) > len(before)


def test_what_is_no_sandbox_is_refused():
    with pytest.raises(TypeError, match="sandbox"):
        tgp.connect(sandbox="demo")
