"""A frame is the whole list, whatever happens on the way: the same frame, or an error of ours."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trackagoat_pandas as tgp
from tests.heavy import HEAVY
from tests.support.leaping import leaping_client
from tests.support.relays import Relay
from tests.support.tiny_world import NOW
from trackagoat_pandas.errors import (
    PartialLoadError,
    StuckCursorError,
    TrackaGoatError,
)
from trackagoat_pandas.http.client import Client
from trackagoat_pandas.sandbox.app import Application
from trackagoat_pandas.sandbox.faults import Faults

pytestmark = pytest.mark.filterwarnings(
    # One of the creators has no data in the first weeks.
    "ignore:.* reaches beyond the data:trackagoat_pandas.errors.NoDataWarning"
)

PROJECT = "Q1 Brand Program"
PASSING = ("429", "500", "502", "reset", "cut", "slow", "empty")
FATAL = ("html", "redirect")
ATTEMPTS = 6


def paged(app, size: int, before=lambda number: None) -> Relay:
    """A server in front of the sandbox's whose pages hold fewer rows than they are asked for."""

    def answer(request, go_on):
        before(request.number)
        limit = {"limit": size} if "limit" in request.query else {}
        return go_on(QUERY_STRING=urlencode({**request.query, **limit}))

    return Relay(app, answer)


@pytest.fixture(scope="module")
def world():
    with tgp.sandbox(creators=5, days=50, rate_limit=None) as box:
        yield box


@pytest.fixture(scope="module")
def whole(world):
    """Every load without a fault, in pages of the largest size."""
    return {name: load(client_of(world, app_of(world))) for name, load in LOADS.items()}


def app_of(world, **faults) -> Application:
    """A server of its own over the shared world; its planned slowness takes no time."""
    planned = Faults(slow_s=0.0, **faults)
    return Application(world.database, clock=lambda: NOW, rate_limit=None, faults=planned)


def client_of(world, app, **changes) -> Client:
    return leaping_client(world.key, app, **changes)


def load_series(client: Client) -> pd.DataFrame:
    creators = tgp.load_creators(PROJECT, client=client)
    return tgp.load_analytics("creator", creators, "views", dates="2026-05", client=client)


def load_assignments(client: Client) -> pd.DataFrame:
    structures = tgp.load_payout_structures(PROJECT, client=client)
    return tgp.load_payout_assignments(structures, client=client)


LOADS = {
    "videos": lambda client: tgp.load_videos(client=client),
    "comments": lambda client: tgp.load_comments(PROJECT, client=client),
    "leaderboard": lambda client: tgp.load_report(
        "video-leaderboard", PROJECT, dates="2026", client=client
    ),
    "goals": lambda client: tgp.load_goal_compliance(PROJECT, client=client),
    "series": load_series,
    "assignments": load_assignments,
}
PAGED = ("videos", "comments", "leaderboard")

plans = st.dictionaries(st.integers(1, 25), st.sampled_from(PASSING), max_size=5) | st.dictionaries(
    st.integers(1, 25), st.sampled_from([*PASSING, *FATAL]), max_size=8
)
"""Which request meets which fault; the first ones cost nothing but time."""
sizes = st.integers(3, 100)


def run(load, client: Client) -> pd.DataFrame | TrackaGoatError:
    with client:
        try:
            return load(client)
        except TrackaGoatError as error:
            return error


@pytest.mark.parametrize("name", LOADS)
@given(plan=plans, size=sizes)
@settings(max_examples=40 if HEAVY else 12, deadline=None)
def test_any_faults_give_the_same_frame_or_an_error(world, whole, name, plan, size):
    outcome = run(LOADS[name], client_of(world, paged(app_of(world, plan=plan), size)))
    if isinstance(outcome, TrackaGoatError):
        assert set(plan.values()) & set(FATAL) or len(plan) >= ATTEMPTS
    else:
        pd.testing.assert_frame_equal(outcome, whole[name])


@given(broken=st.sets(st.integers(0, 2), min_size=1, max_size=2), workers=st.integers(1, 3))
@settings(max_examples=20 if HEAVY else 6, deadline=None)
def test_what_a_partial_load_carries_is_part_of_the_whole(world, whole, broken, workers):
    gone = {whole["series"]["entity_id"].unique()[place] for place in broken}

    def answer(request, go_on):
        is_broken = not gone.isdisjoint(request.query.get("entity_id", "").split(","))
        return (200, [("Content-Type", "text/html")], b"<html></html>") if is_broken else go_on()

    app = Relay(app_of(world), answer)
    outcome = run(load_series, client_of(world, app, max_workers=workers))
    assert isinstance(outcome, PartialLoadError)
    assert set(outcome.failures) == {(id_, "views") for id_ in gone}
    series, loaded = whole["series"], outcome.frame["entity_id"]
    rest = series[series["entity_id"].isin(set(loaded))].reset_index(drop=True)
    pd.testing.assert_frame_equal(outcome.frame, rest)
    assert loaded.nunique() == 3 - len(broken)
    assert outcome.frame.goat.provenance["complete"] is False


@given(seed=st.integers(0, 10**6), rate=st.sampled_from([0.05, 0.2, 0.5]))
@settings(max_examples=25 if HEAVY else 8, deadline=None)
def test_a_server_that_fails_at_random_gives_the_same_frame_or_an_error(world, whole, seed, rate):
    app = app_of(world, rate=rate, kinds=(*PASSING, *FATAL), seed=seed)
    outcome = run(LOADS["videos"], client_of(world, paged(app, 10)))
    if not isinstance(outcome, TrackaGoatError):
        pd.testing.assert_frame_equal(outcome, whole["videos"])


@pytest.mark.parametrize("name", PAGED)
@given(size=st.integers(1, 100))
@settings(max_examples=15 if HEAVY else 5, deadline=None)
def test_any_size_of_page_gives_the_same_frame(world, whole, name, size):
    outcome = run(LOADS[name], client_of(world, paged(app_of(world), size)))
    pd.testing.assert_frame_equal(outcome, whole[name])


@given(size=st.integers(2, 40))
@settings(max_examples=15 if HEAVY else 5, deadline=None)
def test_rows_that_come_twice_are_there_once(world, whole, size):
    app = paged(app_of(world, duplicate_rows=True), size)
    outcome = run(LOADS["videos"], client_of(world, app))
    pages = outcome.goat.provenance["requests"]
    assert outcome.goat.provenance.get("duplicates", 0) == pages - 1
    assert not outcome["id"].duplicated().any()
    columns = list(outcome.columns)
    pd.testing.assert_frame_equal(
        outcome.sort_values("id", ignore_index=True)[columns],
        whole["videos"].sort_values("id", ignore_index=True),
    )


@given(after=st.integers(1, 4), size=st.integers(3, 10))
@settings(max_examples=15 if HEAVY else 5, deadline=None)
def test_a_list_that_never_ends_is_no_frame(world, after, size):
    app = paged(app_of(world, repeat_cursor_after=after), size)
    outcome = run(LOADS["videos"], client_of(world, app))
    assert isinstance(outcome, StuckCursorError)
    assert len(app.asked) == after + 1


def newcomer(row, number: int, age_s: float) -> dict:
    """A video like another one, added at some distance from it in time."""
    at = dt.datetime.fromisoformat(row["created_at"]) - dt.timedelta(seconds=age_s)
    moment = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    changes = {"id": f"00000000-0000-4000-8000-{number:012d}", "created_at": moment}
    return {**dict(row), **changes}


@given(
    places=st.dictionaries(
        st.integers(1, 8), st.lists(st.integers(0, 57), min_size=1, max_size=3), max_size=5
    ),
    size=st.integers(5, 20),
    age_s=st.sampled_from([-86_400.0, -1.0, 0.0, 1.0, 86_400.0]),
)
@settings(max_examples=40 if HEAVY else 12, deadline=None)
def test_rows_added_between_pages_neither_hide_nor_repeat_a_row(world, whole, places, size, age_s):
    before = whole["videos"]["id"].tolist()
    rows = {row["id"]: row for row in world.database.rows("SELECT * FROM videos")}
    added = iter(range(10**6))

    def grow(number: int) -> None:
        new = [
            newcomer(rows[before[place]], next(added), age_s) for place in places.get(number, ())
        ]
        world.database.insert("videos", new)

    try:
        outcome = run(LOADS["videos"], client_of(world, paged(app_of(world), size, grow)))
    finally:
        with world.database.transaction():
            world.database.rows("DELETE FROM videos WHERE id LIKE '00000000-0000-4000-8000-%'")
    seen = outcome["id"].tolist()
    assert [id_ for id_ in seen if id_ in rows] == before
    assert len(seen) == len(set(seen))
