"""The third law for actions: no write shows the key that it was sent with."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.leaping import leaping_client
from tests.telltale import (
    FAULTS,
    NEW_KEY,
    Telltale,
    everything_about,
    parts_seen,
    said_of_error,
    said_of_frame,
)
from tests.test_actions_routes import CALLS
from tests.test_key_is_never_seen import ANSWERS, KEY
from trackagoat_pandas.errors import PartialWriteError
from trackagoat_pandas.sandbox.server import Server


@pytest.fixture(autouse=True)
def receipt():
    path = Path("receipt.pdf")
    path.write_bytes(b"%PDF")
    return path


ROADS = [
    "add_creators", "remove_videos", "create_campaign", "update_goal", "apply", "create_api_key",
    "upload_receipt",
]  # fmt: skip
"""One action for each way that a request is made, sent and read; the others share their code."""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        *((name, fault) for name in ROADS for fault in [*FAULTS, "reset"]),
        *((name, fault) for name in CALLS if name not in ROADS for fault in ("made", "cut")),
    ],
)
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


def test_the_search_finds_a_key_in_whatever_is_left_lying_about():
    frame = pd.DataFrame({"key": [NEW_KEY]})
    error = PartialWriteError("creators", "", pd.DataFrame({"status": ["x"], "error": [NEW_KEY]}))
    cause = ValueError("quiet")
    cause.request = {"Authorization": f"Bearer {KEY}".encode()}
    error.__context__ = cause
    assert parts_seen(NEW_KEY, "\n".join(said_of_frame(frame)))
    assert parts_seen(NEW_KEY, "\n".join(said_of_error(error)))
    assert parts_seen(KEY, "\n".join(said_of_error(error)))
