"""The third law: whatever happens, the key is in nothing that anybody could print, log or keep."""

from __future__ import annotations

import json
import logging
import traceback
import types
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.leaping import leaping_client
from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.errors import (
    MalformedKeyError,
    PartialLoadError,
    SettingsError,
    StuckCursorError,
    TrackaGoatError,
)
from trackagoat_pandas.http.default import default_client, set_default
from trackagoat_pandas.load.reports import Report
from trackagoat_pandas.sandbox.server import Server

# No stretch of it repeats, so that the smallest part of it would be recognized.
KEY = "tga_d1b54a32d192ed03f39cc0605cedc834acb5a1f1c3fbc1b1cfa9d2b9a2a6e5f7"
SHORTEST_PART = 12
PARTS = {KEY[start : start + SHORTEST_PART] for start in range(4, len(KEY) - SHORTEST_PART + 1)}

PROJECT = "Q1 Brand Program"
CREATORS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(3)]


def parts_seen(text: str) -> set[str]:
    return {part for part in PARTS if part in text}


@pytest.fixture(scope="module")
def world():
    """A world whose organization has a second key, the one that nobody may see."""
    with tgp.sandbox(creators=4, days=30, rate_limit=None) as box:
        (row,) = box.database.rows("SELECT * FROM api_keys WHERE key = ?", [box.key])
        box.database.insert("api_keys", [{**dict(row), "id": "the key", "key": KEY}])
        yield box


class Indiscreet:
    """A server that repeats the key wherever it can, but for one path that it serves rightly."""

    def __init__(self, app, fault: str, spared: str = "") -> None:
        self.app, self.fault, self.spared, self.count = app, fault, spared, 0

    def __call__(self, environ, start_response):
        if self.fault == "none" or environ["PATH_INFO"] == f"/api/v1{self.spared}":
            return self.app(environ, start_response)
        self.count += 1
        bearer = environ["HTTP_AUTHORIZATION"]
        if self.fault == "reset":
            raise ConnectionResetError("as planned")
        status, kind, location, body = ANSWERS[self.fault](bearer, environ["PATH_INFO"])
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(f"{status} X", [*headers, *[("Location", to) for to in location]])
        return [body]


def envelope(bearer: str, **members) -> bytes:
    return json.dumps({"data": None, "error": None, "meta": None, **members}).encode()


def refused(status: int):
    def answer(bearer: str, path: str):
        meta = {"code": bearer, bearer: [bearer], "required": bearer, "limitKey": bearer}
        return status, "application/json", [], envelope(bearer, error=bearer, meta=meta)

    return answer


def stuck(bearer: str, path: str):
    meta = {"hasMore": True, "nextCursor": bearer, "total_count": 10**6}
    return 200, "application/json", [], envelope(bearer, data=[], meta=meta)


def cut(bearer: str, path: str):
    return 200, "application/json", [], envelope(bearer, data=bearer)[:-30]


def no_rows(bearer: str, path: str):
    return 200, "application/json", [], envelope(bearer, data=bearer)


def odd_rows(bearer: str, path: str):
    return 200, "application/json", [], envelope(bearer, data=[bearer])


def odd_values(bearer: str, path: str):
    row = {"id": "a", "view_count": bearer, "created_at": bearer, bearer: bearer}
    return 200, "application/json", [], envelope(bearer, data=[row])


ANSWERS = {
    "bad request": refused(400),
    "unauthorized": refused(401),
    "limit": refused(402),
    "forbidden": refused(403),
    "too many": refused(429),
    "failure": refused(500),
    "html": lambda bearer, path: (200, "text/html", [], f"<html>{bearer}".encode()),
    "proxy": lambda bearer, path: (502, "text/html", [], f"<html>{bearer}".encode()),
    "text": lambda bearer, path: (200, "text/plain", [], bearer.encode()),
    "away": lambda bearer, path: (308, "text/plain", [f"https://x.invalid/?k={bearer[7:]}"], b""),
    "along": lambda bearer, path: (307, "text/plain", [f"{path}?again={bearer[7:]}"], b""),
    "stuck": stuck,
    "cut": cut,
    "no rows": no_rows,
    "odd rows": odd_rows,
    "odd values": odd_values,
}

LOADS = {
    "projects": tgp.load_projects,
    "creators": lambda **options: tgp.load_creators(PROJECT, **options),
    "videos": lambda **options: tgp.load_videos(PROJECT, **options),
    "campaigns": lambda **options: tgp.load_campaigns(PROJECT, **options),
    "goal_compliance": lambda **options: tgp.load_goal_compliance(PROJECT, **options),
    "analytics": lambda **options: tgp.load_analytics("creator", CREATORS, "views", **options),
    "annotations": lambda **options: tgp.load_annotations(PROJECT, dates="2026", **options),
    "comments": lambda **options: tgp.load_comments(PROJECT, **options),
    "payout_methods": tgp.load_payout_methods,
    "payout_method": lambda **options: tgp.load_payout_methods(method=CREATORS[0], **options),
    "payout_structures": lambda **options: tgp.load_payout_structures(PROJECT, **options),
    "payout_assignments": lambda **options: tgp.load_payout_assignments(CREATORS, **options),
    "payout_accruals": lambda **options: tgp.load_payout_accruals(PROJECT, **options),
    "payout_payments": lambda **options: tgp.load_payout_payments(PROJECT, **options),
    "data_model": tgp.load_data_model,
    "path": lambda **options: tgp.load_path("/videos", **options),
    **{
        f"report {name}": lambda name=name, **options: tgp.load_report(name, PROJECT, **options)
        for name in get_args(Report)
    },
}


def reachable(root: object) -> list[object]:
    """Everything that attributes, items and slots of an object lead to."""
    found: list[object] = []
    seen: set[int] = set()
    left = [root]
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, type | types.ModuleType | logging.Logger):
            continue
        seen.add(id(thing))
        found.append(thing)
        if isinstance(thing, Mapping):
            left += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset):
            left += thing
        slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
        left += [getattr(thing, name) for name in slots if hasattr(thing, name)]
        left += getattr(thing, "__dict__", {}).values()
    return found


def all_that_is_said_of(thing: object) -> str:
    """The texts in an object, and the ways to print it."""
    texts = [repr(thing), str(thing)]
    for part in reachable(thing):
        if isinstance(part, str | int):
            texts.append(str(part))
        elif isinstance(part, bytes | bytearray):
            texts.append(part.decode("latin-1"))
        elif isinstance(part, pd.DataFrame):
            texts += [part.to_json(), repr(part.attrs)]
        elif not isinstance(part, Mapping | list | tuple | set | frozenset):
            texts.append(repr(part))
    return "\n".join(texts)


def traceback_of(error: BaseException) -> str:
    """What the most talkative traceback prints."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())


def everything_about(load, client, caplog, capfd) -> str:
    """Load, and gather all that can be read of it afterwards, but for the frame's own values."""
    texts = []
    with warnings.catch_warnings(record=True) as warned, client:
        warnings.simplefilter("always")
        try:
            frame = load(client=client)
            texts.append(repr(frame.attrs))
        except TrackaGoatError as error:
            texts += [traceback_of(error), all_that_is_said_of(error)]
            if isinstance(error, PartialLoadError):
                texts += [repr(error.frame), repr(error.frame.attrs)]
        texts += [all_that_is_said_of(client), client._repr_html_(), repr(client.settings)]
    texts += [str(warning.message) for warning in warned]
    texts += [record.getMessage() + str(vars(record)) for record in caplog.records]
    return "\n".join([*texts, *capfd.readouterr()])


EVERY_FAULT = [*ANSWERS, "reset", "none"]


@pytest.mark.parametrize("fault", ["none", "unauthorized", "failure", "stuck", "odd values"])
@pytest.mark.parametrize("name", LOADS)
def test_no_load_shows_anything_of_the_key(world, caplog, capfd, name, fault):
    caplog.set_level(logging.DEBUG)
    app = Indiscreet(world.app, fault, spared="" if name == "projects" else "/projects")
    seen = everything_about(LOADS[name], leaping_client(KEY, app), caplog, capfd)
    assert parts_seen(seen) == set()
    assert app.count > 0 or fault == "none"


@pytest.mark.parametrize("spared", ["", "/projects"])
@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_no_fault_makes_a_load_show_anything_of_the_key(world, caplog, capfd, fault, spared):
    caplog.set_level(logging.DEBUG)
    app = Indiscreet(world.app, fault, spared)
    seen = everything_about(LOADS["videos"], leaping_client(KEY, app), caplog, capfd)
    assert parts_seen(seen) == set()
    assert app.count > 0 or fault == "none"


# Headers are the HTTP libraries' to log and keep, so a Location is left out here.
@pytest.mark.parametrize("fault", [name for name in EVERY_FAULT if name not in {"away", "along"}])
@pytest.mark.parametrize("proxied", [False, True])
def test_no_load_over_a_socket_shows_anything_of_the_key(
    world, caplog, capfd, monkeypatch, fault, proxied
):
    caplog.set_level(logging.DEBUG)
    server = Server(Indiscreet(world.app, fault), "127.0.0.1", 0)
    url = "http://{}:{}/api/v1".format(*server.address)
    if proxied:  # the server is its own proxy
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("NO_PROXY", "")
    client = leaping_client(KEY, base_url=url)
    try:
        seen = everything_about(LOADS["videos"], client, caplog, capfd)
    finally:
        server.close()
    assert client.requests_sent > 0
    assert parts_seen(seen) == set()


def test_the_search_would_find_the_key():
    client = leaping_client(KEY, Indiscreet(None, "unauthorized"))
    assert parts_seen(all_that_is_said_of(client)) == set()
    vars(client)["careless"] = {"headers": [("Authorization", f"Bearer {KEY}".encode())]}
    assert parts_seen(all_that_is_said_of(client)) == PARTS


def test_a_stuck_cursor_is_told_without_the_key_in_it(world):
    client = leaping_client(KEY, Indiscreet(world.app, "stuck"))
    with pytest.raises(StuckCursorError, match="repeated the cursor") as caught:
        tgp.load_videos(client=client)
    assert parts_seen(str(caught.value)) == set()


def in_argument(monkeypatch, key):
    return Secret(key)


def in_environment(monkeypatch, key):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", key)


def in_dotenv(monkeypatch, key):
    Path(".env").write_text(f'TRACKAGOAT_API_KEY="{key}"\n', encoding="utf-8")


SOURCES = [in_argument, in_environment, in_dotenv]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("key", [KEY[:-1], KEY + "0", KEY.upper(), " " + KEY, f"'{KEY}'"])
def test_no_traceback_shows_a_key_that_is_refused(monkeypatch, source, key):
    given = source(monkeypatch, key)
    del key
    with pytest.raises(MalformedKeyError, match="Nothing was sent") as caught:
        tgp.connect(given)
    assert parts_seen(frames_of_ours(caught.value).lower()) == set()


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "setting",
    [{"timezone": "Mars"}, {"base_url": "ftp://x"}, {"timeout_s": -1}, {"max_workers": 0}],
)
def test_no_traceback_shows_the_key_when_another_setting_is_refused(monkeypatch, source, setting):
    given = source(monkeypatch, KEY)
    with pytest.raises(SettingsError, match=f"^{next(iter(setting))}: ") as caught:
        tgp.connect(given, **setting)
    assert parts_seen(frames_of_ours(caught.value)) == set()


def test_no_traceback_shows_a_key_that_was_given_as_text():
    with pytest.raises(SettingsError, match="Mars") as caught:
        tgp.connect(KEY, timezone="Mars")
    assert parts_seen(frames_of_ours(caught.value)) == set()


def test_no_traceback_shows_the_key_that_the_default_client_found(monkeypatch):
    monkeypatch.setenv("TRACKAGOAT_API_KEY", KEY)
    monkeypatch.setenv("TRACKAGOAT_BASE_URL", "http://somewhere.invalid")
    set_default(None)
    with pytest.raises(SettingsError, match="plain http") as caught:
        default_client()
    assert parts_seen(frames_of_ours(caught.value)) == set()


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
