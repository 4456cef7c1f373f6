"""The third law for actions: no write shows the key that it was sent with."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.actions.test_routes import CALLS
from tests.heavy import check_each
from tests.support.leaping import leaping_client
from tests.support.relays import serving
from tests.support.telltale import (
    ANSWERS,
    FAULTS,
    KEY,
    NEW_KEY,
    doing,
    everything_about,
    parts_seen,
    said_of_error,
    said_of_frame,
    telltale_of_writes,
)
from trackagoat_pandas.errors import PartialWriteError


@pytest.fixture(autouse=True)
def receipt():
    path = Path("receipt.pdf")
    path.write_bytes(b"%PDF")
    return path


ROADS = [
    "create_organization",  # one request
    "remove_videos",  # one for each item
    "add_creators",  # one for many items
    "upload_receipt",  # three, of which one goes elsewhere
]


# Each action's own result and its own error, then each fault on each way of sending.
@pytest.mark.parametrize("fault", sorted({"made", "bad request", *FAULTS, "reset"}))
def test_no_action_shows_anything_of_the_key(caplog, capfd, fault):
    def check(name):
        caplog.clear()
        app = telltale_of_writes(fault)
        seen = everything_about(doing(name, CALLS[name]), leaping_client(KEY, app), caplog, capfd)
        assert parts_seen(KEY, seen) == set()
        assert app.writes

    check_each(CALLS if fault in ("made", "bad request") else ROADS, check)


def test_no_dry_run_shows_anything_of_the_key_or_writes(caplog, capfd):
    def check(name):
        caplog.clear()
        app, (*given, options) = telltale_of_writes("made"), CALLS[name]
        call = (*given, {**options, "dry_run": True})
        seen = everything_about(doing(name, call), leaping_client(KEY, app), caplog, capfd)
        assert parts_seen(KEY, seen) == set()
        assert "POST" in seen or "PATCH" in seen or "DELETE" in seen
        assert not app.writes

    check_each(CALLS, check)


# Headers are the HTTP libraries' to log, and what they say is tried above.
@pytest.mark.parametrize("fault", [*sorted({*ANSWERS} - {"away", "along"}), "made", "reset"])
def test_no_action_over_a_socket_shows_anything_of_the_key(caplog, capfd, fault):
    with serving(telltale_of_writes(fault)) as url:
        client = leaping_client(KEY, base_url=url)
        seen = everything_about(doing("add_creators", CALLS["add_creators"]), client, caplog, capfd)
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
