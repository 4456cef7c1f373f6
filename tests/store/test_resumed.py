"""A resumed list is of two moments: it says so, and its history dates each row to its page."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import warnings
from email.utils import format_datetime
from urllib.parse import parse_qs

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.canned import connect_to
from trackagoat_pandas.errors import DeadlineError, ResumedListWarning

pytestmark = pytest.mark.filterwarnings(
    # The rows of this server have no more fields than a test is about.
    "ignore:.* that every row should have:trackagoat_pandas.errors.ContractWarning"
)

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
CASES = part(200, 60, 20)


class Moving:
    """A list of videos, newest first, that changes between its pages; it knows when each was."""

    def __init__(self, rows: int, page: int) -> None:
        self.rows = {f"v{number:04}": 100 * number for number in range(rows)}
        self.page, self.now, self.left = page, NOON, 10_000
        self.given: dict[str, tuple[dt.datetime, int]] = {}

    def __call__(self, environ, start_response):
        query = {name: one for name, (one, *_) in parse_qs(environ["QUERY_STRING"]).items()}
        headers = [("Content-Type", "application/json"), ("Date", format_datetime(self.now, True))]
        self.left -= 1
        if self.left < 0:
            start_response("429 X", [*headers, ("Retry-After", "40000")])
            return [b'{"data": null, "error": "planned", "meta": null}']
        ids = sorted((id_ for id_ in self.rows if id_ < query.get("cursor", "w")), reverse=True)
        here = ids[: self.page]
        self.given |= {id_: (self.now, self.rows[id_]) for id_ in here}
        meta = {"hasMore": len(ids) > self.page, "nextCursor": here[-1] if here else None}
        data = [{"id": id_, "view_count": self.rows[id_]} for id_ in here]
        start_response("200 X", headers)
        return [json.dumps({"data": data, "error": None, "meta": meta}).encode()]

    def change(self, chance: random.Random) -> None:
        for id_ in chance.sample(sorted(self.rows), chance.randrange(4)):
            del self.rows[id_]
        for id_ in chance.sample(sorted(self.rows), chance.randrange(4)):
            self.rows[id_] += 7
        for _ in range(chance.randrange(3)):
            self.rows[f"v{chance.randrange(10_000):04}"] = 1


def load(server, store) -> tuple[pd.DataFrame, list[str]]:
    with connect_to(server, store=store) as client, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", ResumedListWarning)
        frame = tgp.load_videos(client=client)
    return frame, [str(one.message) for one in said if one.category is ResumedListWarning]


def broken_off(server, store, pages) -> None:
    server.left = pages
    with connect_to(server, store=store) as client, pytest.raises(DeadlineError):
        tgp.load_videos(client=client)
    server.left = 10_000


def dated(store) -> dict[str, list[tuple[dt.datetime, int]]]:
    """What the history of a store says of each video."""
    with tgp.open_store(store) as opened:
        found = opened.history("videos", columns=["view_count"])
    rows = zip(found["id"], found["observed_at"], found["view_count"], strict=True)
    said: dict[str, list[tuple[dt.datetime, int]]] = {}
    for id_, moment, views in rows:
        said.setdefault(id_, []).append((moment.to_pydatetime(), int(views)))
    return said


@pytest.mark.parametrize("seed", range(CASES))
def test_rows_that_are_no_more_come_back_only_with_a_word(tmp_path, seed):
    chance = random.Random(seed)
    server = Moving(rows=chance.randrange(6, 40), page=chance.randrange(1, 6))
    pages = -(-len(server.rows) // server.page)
    broken_off(server, tmp_path, chance.randrange(1, pages))
    server.change(chance)
    server.now += dt.timedelta(seconds=chance.choice([5, 59, 60, 400, 1500]))
    frame, said = load(server, tmp_path)
    facts = frame.goat.provenance
    gone = set(frame["id"]) - set(server.rows)
    assert facts["resumed"]["answers"] >= 1
    assert bool(said) == (server.now - NOON >= dt.timedelta(minutes=1))
    assert not gone or facts["pages"]["first"] == "2026-06-01 12:00:00 UTC"
    assert dated(tmp_path) == {id_: [server.given[id_]] for id_ in frame["id"]}
    first = dict(server.given)
    server.now += dt.timedelta(hours=1)
    again, said = load(server, tmp_path)
    assert not said
    assert "resumed" not in again.goat.provenance
    assert set(again["id"]) == set(server.rows)
    wanted = {id_: [first[id_]] for id_ in frame["id"]}
    for id_ in again["id"]:
        wanted.setdefault(id_, []).append(server.given[id_])
    assert dated(tmp_path) == wanted


@pytest.fixture
def resumed(tmp_path):
    """A store with a list that was resumed after 20 minutes, in which a row had been removed."""
    server = Moving(rows=9, page=3)
    broken_off(server, tmp_path, 1)
    del server.rows["v0008"]
    server.now += dt.timedelta(minutes=20)
    frame, said = load(server, tmp_path)
    assert "v0008" in set(frame["id"])
    return tmp_path, server, frame, said


def test_the_warning_says_from_when_to_when_the_pages_are(resumed):
    *_, (said,) = resumed
    assert "videos: the load broke off and was resumed" in said
    assert "from 2026-06-01 12:00:00 UTC to 2026-06-01 12:20:00 UTC. Rows that were removed" in said


def test_what_is_read_from_the_store_says_that_it_was_resumed(resumed):
    folder, _, frame, _ = resumed
    with tgp.open_store(folder) as store:
        kept = store.load("videos")
        then = store.load("videos", as_of=NOON + dt.timedelta(minutes=30))
        history = store.history("videos")
    for one in (kept, then):
        assert one.goat.provenance["resumed"] == frame.goat.provenance["resumed"]
        assert one.goat.provenance["pages"]["last"] == "2026-06-01 12:20:00 UTC"
    assert re.search(r"pages from +2026-06-01 12:00:00 UTC to 2026", repr(kept.goat.provenance))
    assert history.goat.provenance["resumed"] == {"lists": 1}
    assert re.search(r"resumed +1 list\b", repr(history.goat.provenance))


def test_a_moment_between_the_pages_has_no_list_yet(resumed):
    folder, *_ = resumed
    with (
        tgp.open_store(folder) as store,
        pytest.raises(tgp.errors.StoreMissingError, match="as of"),
    ):
        store.load("videos", as_of=NOON + dt.timedelta(minutes=10))


def test_rows_of_an_unchanged_list_of_two_moments_keep_the_moments_of_their_pages(resumed):
    folder, server, *_ = resumed
    server.rows["v0008"] = 800
    server.now += dt.timedelta(hours=1)
    broken_off(server, folder, 1)
    server.now += dt.timedelta(minutes=5)
    load(server, folder)
    found = dated(folder)
    assert [moment for moment, _ in found["v0008"]] == [NOON, NOON + dt.timedelta(minutes=80)]
    later = [NOON + dt.timedelta(minutes=20), NOON + dt.timedelta(minutes=85)]
    assert [moment for moment, _ in found["v0000"]] == later


def test_a_slow_list_in_one_go_is_dated_by_its_pages_too(tmp_path):
    server = Moving(rows=9, page=3)

    class Slow:
        def __call__(self, environ, start_response):
            server.now += dt.timedelta(minutes=2)
            return server(environ, start_response)

    frame, said = load(Slow(), tmp_path)
    assert not said
    assert frame.goat.provenance["pages"] == {
        "first": "2026-06-01 12:02:00 UTC",
        "last": "2026-06-01 12:06:00 UTC",
    }
    assert dated(tmp_path) == {id_: [server.given[id_]] for id_ in frame["id"]}
