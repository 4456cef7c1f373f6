"""A store asks again for what may have changed, checks some of what is settled, and says it."""

from __future__ import annotations

import datetime as dt
import warnings

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import heavy, part
from tests.support.canned import Canned, connect_to
from tests.support.looking_back import connected, live
from trackagoat_pandas import actions
from trackagoat_pandas.errors import (
    ClippedDatesWarning,
    ConnectionFailedError,
    RequestBudgetError,
    RestatedWarning,
)
from trackagoat_pandas.http.session import session_of
from trackagoat_pandas.load.openapi import takes_several_entities

PROJECT = "Q1 Brand Program"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
HOME, AWAY = (f"{digit * 8}-2222-4222-8222-{digit * 12}" for digit in "12")
CREATORS = [f"{number:08d}-1111-4111-8111-111111111111" for number in range(1, 25)]
ONE, TWO = CREATORS[:2]
APRIL = "2026-04"
NOTED = dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z")


class Server:
    """A canned server of 24 creators in two projects, with a clock and numbers that change.

    A value is 10 a day, or what `numbers` has for an id, a metric and a day.
    """

    def __init__(self, several: bool = True) -> None:
        self.now = dt.datetime(2026, 6, 15, 16, tzinfo=dt.UTC)
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.handles = {id_: f"goat{place}" for place, id_ in enumerate(CREATORS)}
        self.kept_from, self.is_lost = dt.date(2000, 1, 1), False
        entity_id = {"name": "entity_id", "schema": {"type": "array" if several else "string"}}
        paths = {"/api/v1/analytics": {"get": {"parameters": [entity_id]}}}
        self.app = Canned(
            {
                "/analytics": self.answer,
                "/openapi.json": {"openapi": "3.1.0", "paths": paths},
                "/projects": lambda _: self.listed(
                    {"id": id_, "org_id": AWAY, "name": name, "timezone": "America/New_York",
                     **NOTED}
                    for id_, name in ((HOME, "home"), (AWAY, "away"))
                ),
                "/creators": lambda _: self.listed(
                    {
                        "id": id_, "project_id": (HOME, AWAY)[place % 2],
                        "tiktok_handle": self.handles[id_],
                        **NOTED,
                    }
                    for place, id_ in enumerate(CREATORS)
                ),
            }
        )  # fmt: skip

    def __call__(self, environ, start_response):
        if self.is_lost and environ["PATH_INFO"].endswith("/analytics"):
            raise OSError("the cable is out")

        def dated(status, headers):
            start_response(status, [*headers, ("Date", f"{self.now:%a, %d %b %Y %H:%M:%S} GMT")])

        return self.app(environ, dated)

    @staticmethod
    def listed(rows):
        return {"data": list(rows), "error": None, "meta": {"hasMore": False}}

    def answer(self, query):
        first, last = (dt.date.fromisoformat(query[name]) for name in ("from", "to"))
        if first < self.kept_from:
            return 402, {"code": "retention_exceeded", "earliestDate": str(self.kept_from)}
        days = [str(first + place * DAY) for place in range((last - first).days + 1)]
        series = [
            {
                "entity_ref": {"id": id_, "label": self.handles[id_]},
                "points": [
                    {
                        "date": day, "is_partial": False,
                        "value": self.numbers.get((id_, query["metric"], day), 10),
                    }
                    for day in days
                ],
            }
            for id_ in query["entity_id"].split(",")
        ]  # fmt: skip
        zone = {"timezone": "America/New_York", "granularity": "day"}
        return {**zone, "series": series}

    @property
    def asked(self):
        """The ids and the metric of each request for series."""
        return [
            (query["entity_id"].split(","), query["metric"])
            for path, query in self.app.asked
            if path == "/analytics"
        ]


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def store(tmp_path):
    with tgp.open_store(tmp_path / "program") as opened:
        yield opened


def load(server, store, ids=CREATORS, metrics=("views", "likes"), dates=APRIL, **options):
    # A server that is lost is asked just once.
    with connect_to(server, store=store, max_wait_s=0) as client:
        tgp.load_projects(client=client)  # which says what time it is
        takes_several_entities(session_of(client))
        return tgp.load_analytics(
            "creator", ids, list(metrics), dates=dates, client=client, **options
        )


def settle(server, store, **options):
    """Load a list of creators and a settled month, and let a day go by."""
    with connect_to(server, store=store) as client:
        tgp.load_creators(client=client)
    load(server, store, **options)
    server.now += DAY
    server.app.asked.clear()


def facts(frame):
    return frame.attrs["trackagoat"]["store"]


# A sample of what is settled.


def test_a_load_that_is_settled_checks_what_fits_in_one_request(server, store):
    settle(server, store)
    load(server, store)
    [(ids, metric)] = server.asked
    assert len(ids) == 20
    assert metric == "views"
    # Both projects take turns.
    assert [CREATORS.index(id_) % 2 for id_ in ids] == [0, 1] * 10


def test_within_an_hour_of_the_last_look_nothing_is_sent(server, store):
    settle(server, store)
    for minutes, requests in ((0, 1), (59, 1), (1, 2)):
        server.now += dt.timedelta(minutes=minutes)
        load(server, store)
        assert len(server.asked) == requests


def test_every_series_is_checked_in_time(server, store):
    settle(server, store)
    for _ in range(4):
        load(server, store)
        server.now += HOUR
    checked = {(id_, metric) for ids, metric in server.asked for id_ in ids}
    assert checked == {(id_, metric) for id_ in CREATORS for metric in ("views", "likes")}


@pytest.mark.parametrize(
    ("checks", "sizes"), [(0, []), (3, [3]), (30, [20, 4, 6]), (99, [20, 4] * 2)]
)
def test_the_number_of_checks_is_a_parameter(server, store, checks, sizes):
    settle(server, store)
    load(server, store, spot_checks=checks)
    assert sorted(len(ids) for ids, _ in server.asked) == sorted(sizes)


def test_where_a_request_takes_one_series_one_is_checked(store):
    server = Server(several=False)
    settle(server, store)
    load(server, store)
    assert [len(ids) for ids, _ in server.asked] == [1]


def test_checks_fill_the_requests_that_are_sent_in_any_case(server, store):
    settle(server, store, ids=CREATORS[:15])
    load(server, store, ids=CREATORS[:18])
    assert sorted((len(ids), metric) for ids, metric in server.asked) == [
        (18, "likes"), (18, "views"),
    ]  # fmt: skip


def test_offline_and_with_young_answers_nothing_is_checked(server, store):
    settle(server, store)
    for settings in ({"offline": True}, {"max_age": "48h"}):
        with connect_to(server, store=store, **settings) as client:
            frame = tgp.load_analytics(
                "creator", CREATORS, ["views", "likes"], dates=APRIL, client=client
            )
        assert frame["value"].eq(10).all()
    assert server.asked == []


def test_a_plan_counts_the_checks_and_what_they_may_lead_to(server, store):
    settle(server, store)
    with connect_to(server, store=store) as client:
        tgp.load_projects(client=client)
        asked = ("creator", CREATORS, ["views", "likes"])
        counted = tgp.estimate_load(tgp.load_analytics, *asked, dates=APRIL, client=client)
        without = tgp.estimate_load(
            tgp.load_analytics, *asked, dates=APRIL, spot_checks=0, client=client
        )
    assert (counted.least, counted.most) == (1, 4)
    assert "1 request to check 20 of 48 settled series" in counted.notes[-1]
    assert without.requests == 0
    assert server.asked == []


def test_checks_are_left_out_where_no_more_requests_are_allowed(server, store):
    settle(server, store)
    for most in (0, 1):
        frame = load(server, store, max_requests=most)
        assert len(server.asked) == most
        assert len(frame) == 48 * 30
    with pytest.raises(RequestBudgetError, match="takes 4 or more, so nothing was sent"):
        load(server, store, dates="2026-03", max_requests=0)


def test_a_check_that_cannot_be_made_is_said_and_the_store_is_used(server, store):
    settle(server, store)
    server.is_lost = True
    with pytest.warns(RestatedWarning, match="20 settled series could not be checked"):
        frame = load(server, store)
    assert frame["value"].eq(10).all()
    with pytest.raises(ConnectionFailedError, match="cable"):
        load(server, store, dates="2026-03")


# What has changed.


def test_one_that_differs_brings_the_others_of_its_project(server, store):
    settle(server, store)
    changed = {(id_, metric, "2026-04-07"): 3 for id_ in (ONE, CREATORS[22]) for metric in
               ("views", "likes")}  # fmt: skip
    server.numbers = changed
    said = (
        r"4 values of 1 day .* 2 creators \(goat0, goat22\): views 20 -> 6 \(-14\), "
        r"likes 20 -> 6 \(-14\)"
    )
    with pytest.warns(RestatedWarning, match=said):
        frame = load(server, store)
    assert facts(frame)["restated"] == 4
    assert frame.loc[frame["date"] == "2026-04-07", "value"].eq(3).sum() == 4
    checked, *others = server.asked
    more = {(id_, metric) for ids, metric in others for id_ in ids}
    home = {(id_, metric) for id_ in CREATORS[::2] for metric in ("views", "likes")}
    assert more == home - {(id_, checked[1]) for id_ in checked[0]}
    restated = store.restatements()
    assert restated["change"].tolist() == [-7] * 4
    assert restated["label"].unique().tolist() == ["goat0", "goat22"]


def test_one_that_differs_casts_doubt_on_its_other_days(server, store):
    settle(server, store, ids=[ONE, TWO], dates="2026-03-01..2026-04-30")
    server.numbers = {(ONE, "views", "2026-04-07"): 3, (ONE, "likes", "2026-03-07"): 4}
    with pytest.warns(RestatedWarning, match="1 value of 1 day"):
        load(server, store, ids=[ONE, TWO], metrics=["views"])
    with pytest.warns(RestatedWarning, match=r"likes 10 -> 4 \(-6\)"):
        frame = load(server, store, ids=[ONE, TWO], metrics=["likes"], dates="2026-03")
    assert frame["value"].min() == 4


def test_usual_restatements_are_no_warning(server, store):
    days = "2026-06-01..2026-06-14"
    settle(server, store, ids=[ONE], dates=days)
    server.numbers = {(ONE, "views", f"2026-06-{day}"): 12 for day in (11, 12, 13, 14)}
    frame = load(server, store, ids=[ONE], dates=days)
    assert facts(frame)["changed"] == 4
    assert "restated" not in facts(frame)
    assert len(store.restatements()) == 4


def test_days_in_doubt_that_cannot_be_asked_for_are_said(server, store):
    settle(server, store)
    store.archive.note_write([], f"/creators/{ONE}", {}, server.now)
    with (
        connect_to(server, store=store, offline=True) as client,
        pytest.warns(
            RestatedWarning, match=r"2026-04-01\.\.2026-04-30 of 2 series are as .*offlin"
        ),
    ):
        frame = tgp.load_analytics("creator", CREATORS, ["views", "likes"], dates=APRIL,
                                   client=client)  # fmt: skip
    assert facts(frame)["doubtful"] == 60
    with pytest.warns(RestatedWarning, match="60 values of 2 series are as they were"):
        assert store.load("analytics").attrs["trackagoat"]["store"]["doubtful"] == 60
    load(server, store)
    assert facts(store.load("analytics")) == {"part": "all"}


def test_what_the_plan_has_dropped_is_not_asked_for_each_time(server, store):
    settle(server, store, ids=[ONE], dates="2026-01-01..2026-06-15")
    server.kept_from = dt.date(2026, 3, 1)
    for _ in range(3):
        frame = load(server, store, ids=[ONE], dates="2026-01-01..2026-06-16")
        assert frame["date"].min() == pd.Timestamp("2026-01-01")
        server.now += HOUR
    spans = [query["from"] for path, query in server.app.asked if path == "/analytics"]
    # Two metrics: refused at first, and once again a week later.
    assert spans.count("2026-01-01") <= 2
    assert spans[-2:] == ["2026-03-01"] * 2
    store.archive.note_write([], f"/creators/{ONE}", {}, server.now)
    with pytest.warns(RestatedWarning, match=r"2026-01-01\.\.2026-02-28 of 2 .*plan"):
        load(server, store, ids=[ONE], dates="2026-01-01..2026-06-16")


def test_rows_that_were_cut_off_are_no_part_of_the_frame(server, store):
    settle(server, store, ids=[ONE], dates="2026-02-01..2026-03-31")
    server.kept_from = dt.date(2026, 3, 1)
    with pytest.warns(ClippedDatesWarning, match=r"cut to 2026-03-01\.\."):
        frame = load(server, store, ids=[ONE, TWO], dates="2026-02-01..2026-03-31", clip=True)
    assert frame["date"].min() == pd.Timestamp("2026-03-01")
    assert "gaps" not in frame.attrs["trackagoat"]


# Names.


def test_one_creator_has_one_name_although_only_a_part_was_asked_for_again(server, store):
    settle(server, store)
    server.handles[ONE] = "renamed"
    frame = load(server, store, metrics=["views", "shares"])
    assert frame.groupby("entity_id")["label"].nunique().max() == 1
    assert frame.loc[frame["entity_id"] == ONE, "label"].unique().tolist() == ["renamed"]


def test_a_list_that_knows_a_newer_name_renames_the_series(server, store):
    settle(server, store)
    server.handles[ONE] = "renamed"
    with connect_to(server, store=store) as client:
        tgp.load_creators(client=client)
    named = load(server, store, spot_checks=0).set_index("entity_id")["label"]
    assert set(named[ONE]) == {"renamed"}
    loaded = store.load("analytics").set_index("entity_id")["label"]
    assert set(loaded[ONE]) == {"renamed"}
    before = store.load("analytics", names_at="2026-06-15").set_index("entity_id")["label"]
    assert set(before[ONE]) == {"goat0"}
    asked = {"ids": [ONE], "columns": ["project_id"]}
    for at, name in ((None, "renamed"), ("2026-06-15", "goat0")):
        history = store.history("creators", names_at=at, **asked)
        assert history["tiktok_handle"].tolist() == ["goat0", "renamed"]
        restated = store.restatements(names_at=at)
        assert restated.empty or restated["label"].tolist() == [name]


def test_names_that_lists_write_in_another_way_stay_those_of_the_series(server, store):
    plain = dict(server.handles)
    server.handles = {id_: f"@{name}" for id_, name in plain.items()}
    load(server, store)
    server.handles = plain
    with connect_to(server, store=store) as client:
        tgp.load_creators(client=client)
    assert store.load("analytics")["label"].str.startswith("@").all()


# In the sandbox.


@pytest.fixture(scope="module")
def box():
    with tgp.sandbox(creators=6, days=120, rate_limit=None) as sandbox:
        yield sandbox


@pytest.mark.parametrize("own", [False, True], ids=["by somebody else", "by this client"])
def test_a_deleted_old_video_is_missing_in_all_series_that_counted_it(box, store, own):
    with connected(box, store) as client, connected(box) as plain:
        lists = {
            "creator": tgp.load_creators(PROJECT, client=client),
            "campaign": tgp.load_campaigns(PROJECT, client=client),
            "project": tgp.load_projects(client=client),
        }
        videos = tgp.load_videos(PROJECT, client=client)
        dates = "2026-03-15..2026-05-15"

        def frames(of):
            return {
                entity: tgp.load_analytics(entity, ids, "views", dates=dates, client=of)
                for entity, ids in lists.items()
            }

        before = frames(client)
        old = videos[
            (videos["posted_at"] < "2026-05-01") & videos["creator_id"].isin(lists["creator"]["id"])
            & (videos["tracking_status"] == "auto_tracked") & ~videos["is_tracking_disabled"]
        ]  # fmt: skip
        top = old.sort_values("view_count")["id"].iloc[-1]
        actions.remove_videos([top], confirm=True, client=client if own else plain)
        if not own:
            tgp.load_videos(PROJECT, client=client)
        with pytest.warns(RestatedWarning) as caught:
            after = frames(client)
        for entity, frame in frames(plain).items():
            pd.testing.assert_frame_equal(after[entity], frame)
            assert after[entity]["value"].sum() <= before[entity]["value"].sum()
        assert [str(one.message).count("views") for one in caught][:1] == [1]
        assert after["creator"]["value"].sum() < before["creator"]["value"].sum()
        sent = client.requests_sent
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            again = {entity: frames(client)[entity] for entity in ("creator", "project")}
        for entity, frame in again.items():
            pd.testing.assert_frame_equal(frame, after[entity])
        # A campaign's days are rebuilt at night, so that those in doubt are asked for once more.
        assert client.requests_sent - sent <= 2


@heavy
@pytest.mark.parametrize("seed", range(1, part(11, 2, 2)))
def test_over_sixty_days_every_point_is_that_of_the_server(seed, tmp_path):
    # In .ci/full it is 25 days of fewer creators: 60 take ten minutes a seed.
    days, creators = part(60, 25, 25), part(10, 6, 6)
    found = live(seed, days, tmp_path, creators=creators, days=120)
    assert found.silent == []
    assert found.restated > 100
    assert len(found.events) >= part(6, 4, 4)


def test_over_some_days_every_point_is_that_of_the_server(tmp_path):
    found = live(11, 7, tmp_path, creators=4, days=90)
    assert found.silent == []
    assert found.restated > 100
