"""The third law for actions: no write shows the key, a key that it made, or a signed address."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import re
import warnings
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import trackagoat_pandas as tgp
from tests.acting import acting
from tests.canned import Canned
from tests.leaping import leaping_client
from tests.test_actions_routes import CALLS, ONE, ORG, PROJECT
from tests.test_key_is_never_seen import (
    ANSWERS,
    KEY,
    SHORTEST_PART,
    all_that_is_said_of,
    envelope,
    traceback_of,
)
from trackagoat_pandas import actions
from trackagoat_pandas._secrets import Secret
from trackagoat_pandas.errors import PartialWriteError, TrackaGoatError
from trackagoat_pandas.sandbox.server import Server

NEW_KEY = "tga_7be0c93f51d8264aa0f3b9e4c7125d86ef90a1b3c28d4e567f1832ab9d04c6e5"
SIGNATURE = "4c1fa87e03d95b62e8b7d0a9135fc246d1e09f8a7b35c4620e9d8f71a2b3c5d4"
ADDRESS = f"https://bucket.invalid/r.pdf?X-Signature={SIGNATURE}"
PLACE = "https://cdn.invalid/r.pdf"
JSON = ("Content-Type", "application/json")
HEADERS = ("Content-Type", "Retry-After", "Date", "Location", "ETag", "Set-Cookie")


def parts_seen(secret: str, text: str) -> set[str]:
    """The stretches of a secret's digits that a text holds, in any case."""
    digits, folded = secret.removeprefix("tga_"), text.casefold()
    starts = range(len(digits) - SHORTEST_PART + 1)
    parts = {digits[start : start + SHORTEST_PART] for start in starts}
    return {part for part in parts if part in folded}


def echoed(fault: str, secret: str, path: str):
    """The status, headers and body of an answer that repeats a secret."""
    if fault not in ANSWERS:
        return FURTHER[fault](secret, path)
    status, kind, locations, body = ANSWERS[fault](secret, path)
    return status, [("Content-Type", kind), *(("Location", to) for to in locations)], body


def made(secret: str, path: str):
    row = {"item": None, "status": secret, "code": secret, "error": secret}
    data = {"id": ONE, "name": secret, "metadata": {secret: [secret]}, secret: 1, "results": [row]}
    return 201, [JSON], envelope(secret, data=data, meta={secret: secret})


def in_headers(status: int, *, cut: int = 0):
    def answer(secret: str, path: str):
        body = envelope(secret, error=None if status < 300 else "no", data={"id": ONE})
        return status, [(name, secret) for name in HEADERS], body[: len(body) - cut]

    return answer


FURTHER = {
    "made": made,
    **{f"headers of a {status}": in_headers(status) for status in (201, 400, 429, 502)},
    "headers of a cut answer": in_headers(200, cut=9),
}
FAULTS = [*ANSWERS, *FURTHER]


class Telltale:
    """Answers GETs rightly and writes with a fault that repeats a secret: the key, or another."""

    def __init__(self, fault: str, secret: str | None = None) -> None:
        # Out of reach of the search, which goes through the client to its server.
        self.fault, self.secret, self.count = fault, secret and Secret(secret), 0
        self.reads = Canned({"/projects": [{"id": PROJECT, "name": "One", "org_id": ORG}]})

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "GET":
            return self.reads(environ, start_response)
        self.count += 1
        secret = self.secret.reveal() if self.secret else environ["HTTP_AUTHORIZATION"]
        if self.fault == "reset":
            raise ConnectionResetError("as planned")
        status, headers, body = echoed(self.fault, secret, environ["PATH_INFO"])
        start_response(f"{status} X", [*headers, ("Content-Length", str(len(body)))])
        return [body]


def said_of_frame(frame: pd.DataFrame) -> list[str]:
    """Every way to print a frame, with its attributes."""
    written = frame.to_json(date_format="iso", default_handler=str)
    shown = [repr(frame), frame.to_string(), frame.to_csv(), frame.to_html(), str(frame.attrs)]
    return [*shown, written, str(frame.to_dict("records"))]


def said_of_error(error: BaseException, *, html: bool = True) -> list[str]:
    """Every way to print an error, with all that led to it and the variables on the way."""
    texts, links, seen = [], [error], set()
    while links:
        link = links.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        texts += [traceback_of(link), all_that_is_said_of(link)]
        links += [link.__cause__, link.__context__]
    if isinstance(error, PartialWriteError):
        texts += said_of_frame(error.frame)
    return [*texts, error._repr_html_()] if html else texts


def everything_about(name, call, client, caplog, capfd) -> str:
    """Act, and gather all that can be read of it afterwards."""
    caplog.set_level(logging.DEBUG)
    texts, (*given, options) = [], call
    with warnings.catch_warnings(record=True) as warned, client:
        warnings.simplefilter("always")
        try:
            texts += said_of_frame(getattr(actions, name)(*given, **options, client=client))
        except TrackaGoatError as error:
            texts += said_of_error(error)
        texts += [all_that_is_said_of(client), client._repr_html_(), repr(client.settings)]
    texts += [str(warning.message) for warning in warned]
    texts += [record.getMessage() + str(vars(record)) for record in caplog.records]
    caplog.clear()
    return "\n".join([*texts, *capfd.readouterr()])


@pytest.fixture(autouse=True)
def receipt():
    path = Path("receipt.pdf")
    path.write_bytes(b"%PDF")
    return path


def test_every_action_is_tried_here():
    assert set(CALLS) == set(actions.__all__)


@pytest.mark.parametrize("fault", [*FAULTS, "reset"])
@pytest.mark.parametrize("name", CALLS)
def test_no_action_shows_anything_of_the_key(caplog, capfd, name, fault):
    app = Telltale(fault)
    seen = everything_about(name, CALLS[name], leaping_client(KEY, app), caplog, capfd)
    assert parts_seen(KEY, seen) == set()
    assert app.count > 0


@pytest.mark.parametrize("name", CALLS)
def test_no_dry_run_shows_anything_of_the_key_or_writes(caplog, capfd, name):
    app, (*given, options) = Telltale("made"), CALLS[name]
    call = (*given, {**options, "dry_run": True})
    seen = everything_about(name, call, leaping_client(KEY, app), caplog, capfd)
    assert parts_seen(KEY, seen) == set()
    assert "POST" in seen or "PATCH" in seen or "DELETE" in seen
    assert app.count == 0


# Headers are the HTTP libraries' to log, and what they say is tried above.
@pytest.mark.parametrize("fault", [*sorted({*ANSWERS} - {"away", "along"}), "made", "reset"])
@pytest.mark.parametrize("name", ["add_creators", "create_organization", "remove_videos"])
@pytest.mark.parametrize("proxied", [False, True])
def test_no_action_over_a_socket_shows_anything_of_the_key(
    caplog, capfd, monkeypatch, name, fault, proxied
):
    app = Telltale(fault)
    server = Server(app, "127.0.0.1", 0)
    url = "http://{}:{}/api/v1".format(*server.address)
    if proxied:  # the server is its own proxy
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("NO_PROXY", "")
    try:
        client = leaping_client(KEY, base_url=url)
        seen = everything_about(name, CALLS[name], client, caplog, capfd)
    finally:
        server.close()
    assert parts_seen(KEY, seen) == set()
    assert client.requests_sent > 0


def test_no_action_leaves_a_file_behind(receipt):
    for name, (*given, options) in CALLS.items():
        with leaping_client(KEY, Telltale("bad request")) as client, suppress(TrackaGoatError):
            getattr(actions, name)(*given, **options, client=client)
    assert list(Path().iterdir()) == [receipt]


@pytest.mark.parametrize("fault", [*FAULTS, "reset"])
def test_no_fault_makes_a_new_key_seen(caplog, capfd, fault):
    app = Telltale(fault, f"Bearer {NEW_KEY}")
    client = leaping_client(KEY, app)
    seen = everything_about("create_api_key", CALLS["create_api_key"], client, caplog, capfd)
    assert parts_seen(NEW_KEY, seen) == set()
    assert app.count > 0


GIVEN = {"id": ONE, "name": "x", "scopes": ["read"], "created_at": "2026-06-01T00:00:00Z"}
ODD_PLACES = {
    "under another name": {"data": {**GIVEN, "token": NEW_KEY}},
    "nested": {"data": {**GIVEN, "api_key": {"again": [{"plain": NEW_KEY}]}}},
    "in the id": {"data": {**GIVEN, "id": NEW_KEY}},
    "in meta": {"data": GIVEN, "meta": {"key": NEW_KEY, NEW_KEY: NEW_KEY, "nextCursor": NEW_KEY}},
    "as a name": {"data": {**GIVEN, "key": NEW_KEY, NEW_KEY: True}},
    "without its beginning": {"data": {**GIVEN, "key": NEW_KEY, "raw": NEW_KEY[4:]}},
    "without its end": {"data": {**GIVEN, "key": NEW_KEY, "start": NEW_KEY[:20]}},
    "in capitals": {"data": {**GIVEN, "key": NEW_KEY, "name": NEW_KEY.upper()}},
    "in a declared time": {"data": {**GIVEN, "key": NEW_KEY, "created_at": NEW_KEY[4:]}},
}


def key_server(answer):
    """A server of new keys, as a function so that the search doesn't come upon its answer."""
    app = Canned({f"/organizations/{ORG}/api-keys": {"error": None, **answer}})
    return lambda environ, start_response: app(environ, start_response)


@pytest.mark.parametrize("place", ODD_PLACES)
def test_a_new_key_in_an_odd_place_is_given_and_not_shown(caplog, capfd, place):
    server, call = key_server(ODD_PLACES[place]), ("x", {"organization": ORG})
    seen = everything_about("create_api_key", call, leaping_client(KEY, server), caplog, capfd)
    assert parts_seen(NEW_KEY, seen) == set()
    made = actions.create_api_key("x", organization=ORG, client=leaping_client(KEY, server))
    assert made["key"].iloc[0].reveal() == NEW_KEY


@pytest.mark.parametrize("fault", [None, "lost", "500 after", "cut"])
def test_a_new_key_of_a_faulty_sandbox_is_not_shown(caplog, capfd, fault):
    with acting(plan={2: fault} if fault else {}) as (_, box):
        client = leaping_client(box.key, box.app)
        call = CALLS["create_api_key"]
        seen = everything_about("create_api_key", call, client, caplog, capfd)
        (row,) = box.database.rows("SELECT key FROM api_keys WHERE name = 'x'")
    assert "tga_…" in seen
    assert parts_seen(row["key"], seen) == parts_seen(box.key, seen) == set()


WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path),
    "json": lambda frame, path: frame.to_json(path, date_format="iso", default_handler=str),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "pickle": lambda frame, path: frame.to_pickle(path),
    "pickle of a cell": lambda frame, path: path.write_bytes(pickle.dumps(frame["key"].iloc[0])),
    "json of a cell": lambda frame, path: path.write_text(json.dumps(frame["key"].iloc[0])),
    "a deep copy": lambda frame, path: copy.deepcopy(frame).to_csv(path),
    "text": lambda frame, path: frame.astype(str).to_parquet(path),
}
REFUSED = {"parquet", "pickle", "pickle of a cell", "json of a cell"}


@pytest.mark.parametrize("name", WRITERS)
def test_a_new_key_gets_into_no_file(name):
    path, refusal = Path("file"), ""
    with leaping_client(KEY, key_server({"data": {**GIVEN, "key": NEW_KEY}})) as client:
        frame = actions.create_api_key("x", organization=ORG, client=client)
    assert frame["key"].iloc[0].reveal() == NEW_KEY
    try:
        WRITERS[name](frame, path)
    except (TypeError, pa.ArrowException) as error:
        refusal = "".join(said_of_error(error, html=False))
    written = path.read_bytes().decode("latin-1") if path.exists() else ""
    assert parts_seen(NEW_KEY, written + refusal) == set()
    assert bool(refusal) == (name in REFUSED)


FATAL = {"reset": ConnectionResetError, "Ctrl-C": KeyboardInterrupt}


def signing_server(stage: str, fault: str):
    """An API that signs an address, and its bucket; one of the three requests meets a fault."""

    def app(environ, start_response):
        method, status, headers = environ["REQUEST_METHOD"], 200, [JSON]
        row = {"upload_url": ADDRESS, "receipt_url": PLACE} if method == "POST" else {"id": ONE}
        body = envelope("", data=row)
        if method == stage and fault in FATAL:
            raise FATAL[fault]
        if method == stage and fault == "broken off":
            body = body[:-40]
        elif method == stage:
            status, headers, body = echoed(fault, ADDRESS, environ["PATH_INFO"])
        start_response(f"{status} X", headers)
        return [body]

    return app


QUOTED = ("bad request", "failure", "html", "text", "cut")


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        ("none", "none"),
        ("POST", "broken off"),
        *(("PUT", fault) for fault in [*FAULTS, "reset"]),
        *((stage, fault) for stage in ("POST", "PATCH") for fault in QUOTED),
    ],
)
def test_no_fault_of_an_upload_shows_anything_of_the_signed_address(caplog, capfd, stage, fault):
    client = leaping_client(KEY, signing_server(stage, fault))
    seen = everything_about("upload_receipt", CALLS["upload_receipt"], client, caplog, capfd)
    assert parts_seen(SIGNATURE, seen) == set()
    assert client.requests_sent > 0


@pytest.mark.parametrize("stage", ["POST", "PUT", "PATCH"])
def test_ctrl_c_amid_an_upload_shows_neither_key_nor_address(stage):
    client = leaping_client(KEY, signing_server(stage, "Ctrl-C"))
    with client, pytest.raises(KeyboardInterrupt, match=r"^$") as caught:
        actions.upload_receipt(ONE, "receipt.pdf", client=client)
    seen = "".join(said_of_error(caught.value, html=False))
    assert parts_seen(SIGNATURE, seen) == parts_seen(KEY, seen) == set()


def test_no_notebook_or_page_holds_a_key():
    root = Path(tgp.__file__).parents[1]
    files = [path for path in (root / "notebooks").rglob("*") if path.is_file()]
    files += root.glob("*.md")
    assert {path.suffix for path in files} >= {".ipynb", ".md", ".png"}
    found = {
        (path.name, key)
        for path in files
        for key in re.findall(r"tga_([0-9a-f]{12,})", path.read_text("latin-1"))
        if len(set(key)) > 2  # such as 64 zeros, which stand for a key
    }
    assert found == set()


def test_the_search_finds_a_key_in_whatever_is_left_lying_about():
    frame = pd.DataFrame({"key": [NEW_KEY]})
    error = PartialWriteError("creators", "", pd.DataFrame({"status": ["x"], "error": [NEW_KEY]}))
    cause = ValueError("quiet")
    cause.request = {"Authorization": f"Bearer {KEY}".encode()}
    error.__context__ = cause
    assert parts_seen(NEW_KEY, "\n".join(said_of_frame(frame)))
    assert parts_seen(NEW_KEY, "\n".join(said_of_error(error)))
    assert parts_seen(KEY, "\n".join(said_of_error(error)))
