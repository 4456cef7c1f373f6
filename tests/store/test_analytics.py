"""Analytics through a store: equal frames, and only what isn't settled is asked for."""

from __future__ import annotations

import datetime as dt
import re
import threading
import warnings

import pandas as pd
import pyarrow.parquet as pq
import pytest

import trackagoat_pandas as tgp
from tests.support.canned import Canned, connect_to
from tests.support.http_doubles import KEY
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    ContractWarning,
    IncompleteFrameWarning,
    PartialLoadError,
    RetentionExceededError,
    StoreBusyError,
    StoreMissingError,
    StoreWriteError,
)
from trackagoat_pandas.http.session import Session, session_of
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.series import Scope

pytestmark = pytest.mark.filterwarnings(
    # How far the points reach is not what is tested here.
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
)

PROJECT = "Q1 Brand Program"
ONE, TWO, THREE = (f"{digit * 8}-1111-4111-8111-{digit * 12}" for digit in "123")
OWN = ("requests", "fetched_at", "server_time", "store", "inactive")
"""Facts that a load through a store, or of a client that knows no creators, may say differently."""
DAY = dt.timedelta(days=1)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


@pytest.fixture
def living():
    """A sandbox of its own, whose clock a test may advance."""
    with tgp.sandbox(rate_limit=None) as box:
        yield box


def connected(box, archive=None, max_age=None):
    client = tgp.connect(box.key, base_url=box.base_url, rate_limit=None, progress=False)
    return Session(client, archive=archive, max_age=max_age)


def facts(frame):
    return frame.attrs["trackagoat"]


def assert_same(stored, plain):
    pd.testing.assert_frame_equal(stored, plain)
    left, right = (
        {name: fact for name, fact in facts(frame).items() if name not in OWN}
        for frame in (stored, plain)
    )
    assert left == right


class Counts:
    """A canned server of daily counts, with a clock and days that it doesn't keep.

    A value is the day's number and, in the last 3 days, what was still missing then.
    """

    def __init__(self, today="2026-06-15", *, kept_from=None, zone="America/New_York"):
        self.today, self.kept_from, self.zone = dt.date.fromisoformat(today), kept_from, zone
        self.named, self.failing, self.hollow, self.more = "goat", set(), set(), {}
        self.app = Canned({"/analytics": self.answer})

    def __call__(self, environ, start_response):
        def dated(status, headers):
            at = dt.datetime.combine(self.today, dt.time(16), dt.UTC)
            start_response(status, [*headers, ("Date", f"{at:%a, %d %b %Y %H:%M:%S} GMT")])

        return self.app(environ, dated)

    @property
    def asked(self):
        return [query for path, query in self.app.asked if path == "/analytics"]

    def answer(self, query):
        first, last = (dt.date.fromisoformat(query[name]) for name in ("from", "to"))
        if self.kept_from and first < self.kept_from:
            meta = {"code": "retention_exceeded", "earliestDate": str(self.kept_from)}
            return 402, meta
        if query["entity_id"] in self.failing:
            return 400
        last = min(last, self.today)
        days = [first + place * DAY for place in range((last - first).days + 1)]
        points = [self.point(day) for day in days if day not in self.hollow]
        label = f"{self.named} {query['entity_id'][:1]}"
        reference = {"id": query["entity_id"], "label": label}
        return {
            "timezone": self.zone,
            "granularity": "day",
            "series": [{"entity_ref": reference, "points": points}],
        }

    def point(self, day):
        late = max(0, 3 - (self.today - day).days)
        value = day.toordinal() % 1000 - late
        return {"date": str(day), "value": value, "is_partial": day == self.today, **self.more}


@pytest.fixture
def counts():
    return Counts()


def load(app, archive=None, ids=ONE, metrics="views", dates="2026-05-01..2026-06-15", **options):
    settings = {name: options.pop(name) for name in ("offline", "max_age") if name in options}
    options = {"spot_checks": 0, **options}
    with connect_to(app, timezone="America/New_York") as client:
        session = Session(client, archive=archive, **settings)
        return tgp.load_analytics("creator", ids, metrics, dates=dates, client=session, **options)


# Equal frames.


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_frames_through_a_store_are_those_without_one(living, archive, backend):
    plain, stored = connected(living), connected(living, archive)
    creators = tgp.load_creators(PROJECT, client=plain)["id"].tolist()[::-1]
    for days, dates in ((0, "last 60 days"), (0, "2026-05"), (1, "last 60 days"), (9, "2026-06")):
        living.advance(days * DAY)
        for client in (plain, stored):
            session_of(client).drop("organization")
        frames = [
            tgp.load_analytics(
                "creator", creators, ["likes", "views", "engagement_rate_by_views"],
                dates=dates, dtype_backend=backend, client=client,
            )
            for client in (stored, plain)
        ]  # fmt: skip
        assert_same(*frames)
    assert facts(frames[0])["store"]["part"] == "none"


@pytest.mark.parametrize("entity", ["video", "campaign", "project"])
def test_every_kind_of_entity_is_kept(living, archive, entity):
    plain, stored = connected(living), connected(living, archive)
    load_all = {
        "video": tgp.load_videos, "campaign": tgp.load_campaigns, "project": tgp.load_projects,
    }[entity]  # fmt: skip
    ids = load_all(client=plain).tail(3)
    tgp.load_projects(client=stored)  # which says what time it is
    for _ in range(2):
        frames = [
            tgp.load_analytics(entity, ids, "views", dates="2026-05", client=client)
            for client in (stored, plain)
        ]
        assert_same(*frames)
    assert facts(frames[0])["requests"] == 0


@pytest.mark.parametrize("dates", ["2026-05", "last 7 days"])
def test_no_series_at_all_is_an_empty_frame_with_a_store_too(living, archive, dates):
    for entity in ("creator", "video"):
        plain = tgp.load_analytics(entity, [], "views", dates=dates, client=connected(living))
        with connected(living, archive) as client:
            for _ in range(2):
                stored = tgp.load_analytics(entity, [], "views", dates=dates, client=client)
                assert_same(stored, plain)


@pytest.mark.parametrize(
    "options",
    [{"granularity": "week"}, {"mode": "cumulative"}, {"compare": "prior_period"},
     {"timezone": "Asia/Tokyo"}, {"metrics": "growth_rate_pop", "base_metric": "views"}],
    ids=str,
)  # fmt: skip
def test_what_is_not_a_daily_value_is_asked_for_each_time_and_not_kept(living, archive, options):
    stored = connected(living, archive)
    creators = tgp.load_creators(PROJECT, client=stored)["id"].head(2)
    for _ in range(2):
        before = stored.requests_sent
        options = {"metrics": "views", "dates": "2026-05", **options}
        frame = tgp.load_analytics("creator", creators, client=stored, **options)
        assert stored.requests_sent > before
        assert "store" not in facts(frame)
    assert archive.series.load(Scope()).num_rows == 0


# What is asked for.


def test_a_series_of_which_a_day_is_not_settled_is_asked_for_whole(counts, archive):
    load(counts, archive)
    counts.today += DAY
    frame = load(counts, archive, dates="2026-05-01..2026-06-16")
    assert [(query["from"], query["to"]) for query in counts.asked] == [
        ("2026-05-01", "2026-06-15"), ("2026-05-01", "2026-06-16"),
    ]  # fmt: skip
    assert_same(frame, load(counts, dates="2026-05-01..2026-06-16"))
    assert facts(frame)["store"] == {"part": "none", "new": 1, "changed": 3, "gone": 0}


def test_settled_days_are_not_asked_for_at_all(counts, archive):
    whole = load(counts, archive, dates="2026-05")
    again = load(counts, archive, dates="2026-05-10..2026-05-20")
    assert len(counts.asked) == 1
    assert_same(again, load(counts, dates="2026-05-10..2026-05-20"))
    assert facts(again)["requests"] == 0
    assert facts(again)["store"]["part"] == "all"
    assert facts(whole)["store"]["part"] == "none"


def test_a_frame_that_is_all_from_the_store_was_fetched_when_its_last_day_was(counts, archive):
    load(counts, archive, dates="2026-05")
    again = load(counts, archive, dates="2026-05-10..2026-05-20")
    assert facts(again)["fetched_at"] == "2026-06-15T16:00:00+00:00"
    assert facts(again)["store"]["fetched_at"] == "2026-06-15T16:00:00+00:00"
    assert "server_time" not in facts(again)


def test_a_frame_from_the_store_has_the_times_of_both_clocks_if_they_differ(living, archive):
    living.advance(dt.timedelta(days=3))
    client = connected(living, archive)
    creators = tgp.load_creators(PROJECT, client=client)["id"].head(2)
    first, again = (
        facts(tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client))
        for _ in range(2)
    )
    assert again["store"]["part"] == "all"
    assert again["server_time"] == again["store"]["fetched_at"]
    came, kept = (dt.datetime.fromisoformat(one["fetched_at"]) for one in (first, again))
    assert abs(came - kept) <= dt.timedelta(seconds=2)


def test_other_metrics_and_entities_are_asked_for_by_themselves(counts, archive):
    load(counts, archive, [ONE, TWO], ["views", "likes"], dates="2026-05")
    counts.app.asked.clear()
    dates = "2026-04-20..2026-05-31"
    frame = load(counts, archive, [THREE, ONE], ["likes", "shares"], dates)
    spans = {(one["entity_id"], one["metric"]): (one["from"], one["to"]) for one in counts.asked}
    assert spans == {
        (THREE, "likes"): ("2026-04-20", "2026-05-31"),
        (THREE, "shares"): ("2026-04-20", "2026-05-31"),
        (ONE, "likes"): ("2026-04-20", "2026-05-31"),
        (ONE, "shares"): ("2026-04-20", "2026-05-31"),
    }
    assert_same(frame, load(counts, None, [THREE, ONE], ["likes", "shares"], dates))


def test_entities_with_the_same_missing_days_share_a_request(living, archive):
    stored = connected(living, archive)
    creators = tgp.load_creators(PROJECT, client=stored)["id"]
    tgp.load_analytics("creator", creators.head(3), "views", dates="2026-05", client=stored)
    before = stored.requests_sent
    frame = tgp.load_analytics("creator", creators, "views", dates="2026-05", client=stored)
    assert stored.requests_sent - before == 1
    assert set(frame["entity_id"]) == set(creators)


def test_with_a_max_age_young_answers_are_taken_as_of_now(living, archive):
    stored = connected(living, archive, max_age=dt.timedelta(hours=1))
    creators = tgp.load_creators(PROJECT, client=stored)["id"].head(2)
    asked = []
    for late in (0, 30, 29, 2):
        living.advance(dt.timedelta(minutes=late))
        stored.drop("organization")
        archive.checkpoints.forget_look_ups()  # by which the server's time is known
        dates = "last 30 days"
        frame = tgp.load_analytics("creator", creators, "views", dates=dates, client=stored)
        asked.append(facts(frame)["requests"])
    assert asked == [1, 0, 0, 1]


# What is kept.


def test_days_that_the_plan_has_dropped_come_from_the_store(archive):
    counts = Counts("2026-02-10")
    january = load(counts, archive, dates="2026-01")
    counts.today, counts.kept_from = dt.date(2026, 6, 15), dt.date(2026, 3, 17)
    again = load(counts, archive, dates="2026-01")
    assert len(counts.asked) == 1
    assert_same(again, january)


def test_unsettled_days_that_the_plan_has_dropped_are_given_as_they_were_last(archive):
    counts = Counts("2026-02-01")
    january = load(counts, archive, dates="2026-01")
    counts.today, counts.kept_from = dt.date(2026, 6, 15), dt.date(2026, 3, 17)
    assert_same(load(counts, archive, dates="2026-01"), january)


def test_days_that_neither_has_are_an_error_or_cut(archive):
    counts = Counts("2026-03-20")
    load(counts, archive, dates="2026-02-01..2026-03-20")
    counts.today, counts.kept_from = dt.date(2026, 6, 15), dt.date(2026, 3, 17)
    with pytest.raises(RetentionExceededError, match="The earliest day that the plan keeps"):
        load(counts, archive, dates="2026-01-01..2026-06-15")
    with pytest.warns(ClippedDatesWarning, match="were cut to 2026-02-01..2026-06-15"):
        frame = load(counts, archive, dates="2026-01-01..2026-06-15", clip=True)
    assert frame["date"].min() == pd.Timestamp("2026-02-01")
    assert frame["date"].nunique() == len(frame) == 135


def test_what_came_is_kept_although_a_part_failed(counts, archive):
    counts.failing = {TWO}
    with pytest.raises(PartialLoadError, match="1 of 2 series failed") as caught:
        load(counts, archive, [ONE, TWO], dates="2026-05")
    counts.failing = set()
    frame = load(counts, archive, [ONE, TWO], dates="2026-05")
    assert [query["entity_id"] for query in counts.asked].count(ONE) == 1
    assert_same(frame, load(counts, None, [ONE, TWO], dates="2026-05"))
    assert caught.value.partial["entity_id"].unique().tolist() == [ONE]


def test_a_series_that_fails_is_no_part_of_a_partial_frame(counts, archive):
    load(counts, archive, [ONE, TWO], dates="2026-05")
    counts.failing = {TWO}
    with pytest.raises(PartialLoadError, match="1 of 2 series failed") as caught:
        load(counts, archive, [ONE, TWO], dates="2026-04-30..2026-05-31")
    assert caught.value.partial["entity_id"].unique().tolist() == [ONE]
    assert len(caught.value.partial) == 32


def test_a_name_that_changed_is_the_new_one_on_all_days(counts, archive):
    load(counts, archive, ids=[ONE, TWO])
    counts.named, counts.today = "kid", counts.today + DAY
    dates = "2026-05-01..2026-06-16"
    frame = load(counts, archive, [ONE, TWO], dates=dates)
    assert frame["label"].unique().tolist() == ["kid 1", "kid 2"]
    assert_same(frame, load(counts, None, [ONE, TWO], dates=dates))


def test_points_that_the_server_no_longer_gives_are_left_out(counts, archive):
    load(counts, archive)
    counts.hollow = {dt.date(2026, 6, 15)}
    frame = load(counts, archive)
    assert_same(frame, load(counts))
    assert facts(frame)["store"]["gone"] == 1
    assert_same(load(counts, archive), frame)


def test_days_that_the_server_left_out_are_said_each_time(counts, archive):
    counts.hollow = {dt.date(2026, 5, 10)}
    for _ in range(2):
        with pytest.warns(ContractWarning, match="left 1 day out of the middle"):
            frame = load(counts, archive, dates="2026-05")
        assert facts(frame)["gaps"] == ["2026-05-10"]
    assert len(counts.asked) == 1


def test_fields_that_nothing_declares_come_from_the_store_as_well(counts, archive):
    counts.more = {"reach": 5}
    load_twice = []
    for store in (archive, archive, None):
        with pytest.warns(ContractWarning, match="not declared: reach"):
            load_twice.append(load(counts, store, dates="2026-05"))
    assert_same(load_twice[1], load_twice[2])
    assert len(counts.asked) == 2


@pytest.mark.parametrize("wrong", [{"is_partial": "maybe"}, {"date": "2026-07-01"}])
def test_an_answer_that_differs_from_the_request_is_not_kept(counts, archive, wrong):
    plain = counts.point
    counts.point = lambda day: {**plain(day), **(wrong if day.day == 7 else {})}
    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            load(counts, archive, dates="2026-05")
        assert any(issubclass(one.category, ContractWarning) for one in caught)
    assert len(counts.asked) == 2
    assert archive.series.load(Scope()).num_rows == 0


def test_a_key_that_an_answer_repeats_is_in_no_file(counts, archive):
    counts.named, counts.more = KEY, {"note": KEY, KEY: [KEY]}
    with pytest.warns(ContractWarning, match="not declared"):
        load(counts, archive, dates="2026-05")
    assert archive.series.load(Scope()).num_rows == 31
    archive.series.compact()
    kept = [path.read_bytes() for path in archive.path.rglob("*") if path.is_file()]
    assert not any(KEY.encode() in content for content in kept)
    rows = [str(row) for path in archive.series.paths() for row in pq.read_table(path).to_pylist()]
    assert not any(KEY in row for row in rows)


def test_days_of_another_time_zone_are_asked_for_again(counts, archive):
    load(counts, archive)
    counts.zone, counts.today = "Asia/Tokyo", counts.today + DAY
    dates = "2026-05-01..2026-06-16"
    frame = load(counts, archive, dates=dates)
    assert_same(frame, load(counts, dates=dates))
    assert facts(frame)["timezone"] == "Asia/Tokyo"
    counts.app.asked.clear()
    assert_same(load(counts, archive, dates=dates), frame)
    assert [query["from"] for query in counts.asked] == ["2026-05-01"]


def test_while_another_process_writes_the_frame_is_handed_over_and_kept_by_the_next_call(
    counts, archive, monkeypatch
):
    def refuse(*_):
        raise StoreBusyError("program", pid=7, host="farm", what="sync")

    with monkeypatch.context() as patched:
        patched.setattr(archive.series, "keep", refuse)
        with pytest.raises(StoreBusyError, match="process 7 on farm") as caught:
            load(counts, archive, dates="2026-05")
    assert len(caught.value.partial) == 31
    counts.app.asked.clear()
    pd.testing.assert_frame_equal(load(counts, archive, dates="2026-05"), caught.value.partial)
    assert counts.asked == []
    assert len(archive.series.load(Scope())) == 31


def test_a_store_that_cannot_be_written_hands_over_the_frame(counts, archive, monkeypatch):
    def refuse(*_):
        raise StoreWriteError("part", "no space left on device", "free some space")

    monkeypatch.setattr(archive.series, "keep", refuse)
    with pytest.raises(StoreWriteError, match="no space left") as caught:
        load(counts, archive, dates="2026-05")
    assert len(caught.value.partial) == 31


def test_threads_may_load_through_one_store(counts, archive):
    frames = {}

    def work(metric):
        with connect_to(counts, timezone="America/New_York") as client:
            session = Session(client, archive=archive)
            for _ in range(3):
                frames[metric] = tgp.load_analytics(
                    "creator", ONE, metric, dates="2026-05", client=session
                )

    threads = [threading.Thread(target=work, args=(one,)) for one in ("views", "likes", "shares")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for metric, frame in frames.items():
        assert_same(frame, load(counts, metrics=metric, dates="2026-05"))


# Offline.


def test_offline_nothing_is_asked_for(counts, archive):
    frame = load(counts, archive, dates="2026-05")
    counts.app.asked.clear()
    assert_same(load(counts, archive, dates="2026-05", offline=True), frame)
    assert counts.asked == []


def test_offline_days_that_are_missing_are_said(counts, archive):
    load(counts, archive, [ONE, TWO], dates="2026-05-01..2026-05-20")
    load(counts, archive, ONE, dates="2026-05-25..2026-05-31")
    said = re.escape("doesn't have 2026-04-30, 2026-05-21..2026-05-31 of 2 of 2 series")
    with pytest.warns(IncompleteFrameWarning, match=said):
        frame = load(counts, archive, [ONE, TWO], dates="2026-04-30..2026-05-31", offline=True)
    assert facts(frame)["complete"] is False
    assert facts(frame)["gaps"] == ["2026-04-30", "2026-05-21..2026-05-31"]
    assert frame["entity_id"].value_counts().to_dict() == {ONE: 27, TWO: 20}


def test_offline_a_day_that_had_not_begun_when_it_was_asked_for_is_missing(counts, archive):
    load(counts, archive, dates="2026-06")
    with pytest.warns(IncompleteFrameWarning, match=r"2026-06-16\.\.2026-06-30"):
        load(counts, archive, dates="2026-06", offline=True)


def test_offline_nothing_at_all_is_an_error_that_says_what_there_is(counts, archive):
    load(counts, archive, [ONE, TWO], dates="2026-05")
    with pytest.raises(StoreMissingError, match="It has views of 2 creators"):
        load(counts, archive, THREE, dates="2026-05", offline=True)
    with pytest.raises(StoreMissingError, match="no analytics of a creator"):
        load(counts, Archive(archive.path.parent / "other"), dates="2026-05", offline=True)


@pytest.mark.parametrize("options", [{"mode": "cumulative"}, {"dates": None}], ids=str)
def test_offline_what_is_never_kept_is_an_error(counts, archive, options):
    with pytest.raises(StoreMissingError, match="only daily values with mode='new'"):
        load(counts, archive, offline=True, **{"dates": "2026-05", **options})
    assert counts.asked == []
