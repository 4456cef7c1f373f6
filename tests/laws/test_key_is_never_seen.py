"""The third law: whatever happens, the key is in nothing that anybody could print, log or keep."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path

import pytest

import trackagoat_pandas as tgp
from tests.heavy import every
from tests.support.hostile import loads_of
from tests.support.http_doubles import traceback_of
from tests.support.leaping import leaping_client
from tests.support.relays import serving
from tests.support.telltale import (
    ANSWERS,
    KEY,
    all_that_is_said_of,
    everything_about,
    parts_seen,
    telltale,
)
from trackagoat_pandas.base.secrets import Secret
from trackagoat_pandas.errors import (
    MalformedKeyError,
    SettingsError,
    StuckCursorError,
)
from trackagoat_pandas.http.client import default_client, set_default

PROJECT = "Q1 Brand Program"
CREATORS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(3)]


@pytest.fixture(scope="module")
def world():
    """A world whose organization has a second key, the one that nobody may see."""
    with tgp.sandbox(creators=4, days=30, rate_limit=None) as box:
        (row,) = box.database.rows("SELECT * FROM api_keys WHERE key = ?", [box.key])
        box.database.insert("api_keys", [{**dict(row), "id": "the key", "key": KEY}])
        yield box


LOADS = loads_of(PROJECT, CREATORS)
ROADS = [
    "creators",  # pages by cursor
    "report video-leaderboard",  # pages by offset
    "goal_compliance",  # one answer
    "analytics",  # many series at once
    "payout_assignments",  # a list for each id
    "comments",  # a path that the server's description names
]


EVERY_FAULT = [*ANSWERS, "reset", "none"]


def indiscreet(app, fault, spared=""):
    """A server that repeats the key wherever it can, but for one path that it serves rightly."""
    return telltale(app, fault, lambda request: request.path == spared)


def loading(name):
    """A function that loads, and gives what is said of the frame beside its values."""
    return lambda client: [repr(LOADS[name](client=client).attrs)]


FAILURES = ("odd values", "unauthorized", "failure", "stuck")
# Each load's own provenance, each way of failing on each way of asking, and every fault on one.
CASES = [
    *((name, "none", "/projects") for name in LOADS if name != "projects"),
    *itertools.product(ROADS, FAILURES, ["/projects"]),
    *itertools.product(["videos"], EVERY_FAULT, ["", "/projects"]),
    ("projects", "none", ""),
]


@pytest.mark.parametrize(("name", "fault", "spared"), CASES[:: every(3)])
def test_no_load_shows_anything_of_the_key(world, caplog, capfd, name, fault, spared):
    app = indiscreet(world.app, fault, spared)
    seen = everything_about(loading(name), leaping_client(KEY, app), caplog, capfd)
    assert parts_seen(KEY, seen) == set()
    assert {request.path for request in app.asked} - {spared} or fault == "none"


# Headers are the HTTP libraries' to log and keep, so a Location is left out here.
@pytest.mark.parametrize("fault", [name for name in EVERY_FAULT if name not in {"away", "along"}])
def test_no_load_over_a_socket_shows_anything_of_the_key(world, caplog, capfd, fault):
    with serving(indiscreet(world.app, fault)) as url:
        client = leaping_client(KEY, base_url=url)
        seen = everything_about(loading("videos"), client, caplog, capfd)
    assert client.requests_sent > 0
    assert parts_seen(KEY, seen) == set()


def test_the_search_would_find_the_key():
    client = leaping_client(KEY, indiscreet(None, "unauthorized"))
    assert parts_seen(KEY, all_that_is_said_of(client)) == set()
    vars(client)["careless"] = {"headers": [("Authorization", f"Bearer {KEY}".encode())]}
    assert len(parts_seen(KEY, all_that_is_said_of(client))) == 53


def test_a_stuck_cursor_is_told_without_the_key_in_it(world):
    client = leaping_client(KEY, indiscreet(world.app, "stuck"))
    with pytest.raises(StuckCursorError, match="repeated the cursor") as caught:
        tgp.load_videos(client=client)
    assert parts_seen(KEY, str(caught.value)) == set()


def in_argument(monkeypatch, key):
    return Secret(key)


def in_environment(monkeypatch, key):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", key)


def in_dotenv(monkeypatch, key):
    Path(".env").write_text(f'TRACKAGOAT_API_KEY="{key}"\n', encoding="utf-8")
    Path(".env").chmod(0o600)


SOURCES = [in_argument, in_environment, in_dotenv]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("key", [KEY[:-1], KEY + "0", KEY.upper(), " " + KEY, f"'{KEY}'"])
def test_no_traceback_shows_a_key_that_is_refused(monkeypatch, source, key):
    given = source(monkeypatch, key)
    del key
    with pytest.raises(MalformedKeyError, match="Nothing was sent") as caught:
        tgp.connect(given)
    assert parts_seen(KEY, frames_of_ours(caught.value).lower()) == set()


@pytest.mark.parametrize("source", [*SOURCES, lambda monkeypatch, key: key])
def test_no_traceback_shows_the_key_when_another_setting_is_refused(monkeypatch, source):
    given = source(monkeypatch, KEY)
    for setting in ({"timezone": "Mars"}, {"base_url": "ftp://x"}, {"max_workers": 0}):
        with pytest.raises(SettingsError, match=f"^{next(iter(setting))}: ") as caught:
            tgp.connect(given, **setting)
        assert parts_seen(KEY, frames_of_ours(caught.value)) == set()


def test_no_traceback_shows_the_key_that_the_default_client_found(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "http://somewhere.invalid")
    set_default(None)
    with pytest.raises(SettingsError, match="plain http") as caught:
        default_client()
    assert parts_seen(KEY, frames_of_ours(caught.value)) == set()


def frames_of_ours(error: BaseException) -> str:
    """The traceback with all variables of the package's frames, without the test's own."""
    begin = error.__traceback__
    while begin.tb_next is not None and "trackagoat_pandas" not in str(
        begin.tb_frame.f_globals.get("__name__")
    ):
        begin = begin.tb_next
    return traceback_of(error.with_traceback(begin))


def test_an_embedded_sandbox_shows_nothing_of_its_key(caplog, capfd):
    caplog.set_level(logging.DEBUG)
    with tgp.connect(sandbox=True, progress=False) as client:
        key = client.settings.api_key
        texts = [all_that_is_said_of(client), *capfd.readouterr()]
        texts += [repr(tgp.load_videos(client=client).attrs), caplog.text]
    assert key.reveal() not in "\n".join(texts)
