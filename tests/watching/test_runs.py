"""A run of the watch on a store, and on a client."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.watch_worlds import EVENT, FIRST, WatchWorld, watched
from trackagoat_pandas.errors import (
    ArgumentError,
    ArgumentTypeError,
    MissingArgumentError,
    StoreMissingError,
    UnknownProjectError,
    UnnamedArgumentError,
)
from trackagoat_pandas.watching.alerts import alerts_of, first_rows, run_once
from trackagoat_pandas.watching.memory import read_memory
from trackagoat_pandas.watching.rules import read_rules
from trackagoat_pandas.watching.runs import observe
from trackagoat_pandas.watching.states import Memory

pytestmark = pytest.mark.filterwarnings("ignore:.*reaches beyond the data")
PROJECT = "Q1 Brand Program"
COLUMNS = ["rule", "tiktok_handle", "title", "period", "entity", "state", "is_new", "since",
           "entity_id", "project_id", "key", "sentence", "evidence"]  # fmt: skip


@pytest.fixture(scope="module")
def box():
    with tgp.sandbox(seed=5_100, days=120, creators=8, rate_limit=None) as made:
        yield made


@pytest.fixture(scope="module")
def client(box):
    with tgp.connect(
        box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False
    ) as made:
        yield made


@pytest.fixture(scope="module")
def store(tmp_path_factory, client):
    with tgp.open_store(tmp_path_factory.mktemp("store") / "s") as made:
        made.sync(client=client)
        yield made


@pytest.fixture
def state(tmp_path):
    return tmp_path / "watch.json"


def test_the_first_run_lists_what_is_bad_and_announces_nothing(store, state):
    alerts = tgp.watch(PROJECT, store=store, state=state)
    assert {*alerts.columns} == {*COLUMNS}
    assert len(alerts)
    assert not alerts["is_new"].any()
    assert {*alerts["state"]} == {"firing"}
    assert alerts["since"].dtype == "datetime64[us, UTC]"
    assert {one.said for one in read_memory(state).alerts.values()} == {"baseline"}


def test_a_second_run_on_the_same_data_finds_the_same_and_requests_nothing(store, state, client):
    sent = client.requests_sent
    first = tgp.watch(PROJECT, store=store, state=state)
    before = read_memory(state)
    again = tgp.watch(PROJECT, store=store, state=state)
    pd.testing.assert_frame_equal(first, again)
    assert read_memory(state) == before
    assert client.requests_sent == sent


def test_without_a_store_that_of_the_client_is_read(store, state, box):
    with tgp.connect(
        box.key, base_url=box.base_url, transport=box.app, rate_limit=None, progress=False,
        store=store,
    ) as connected:  # fmt: skip
        sent = connected.requests_sent
        alerts = tgp.watch(PROJECT, client=connected, state=state)
        default = tgp.watch(PROJECT, state=state)
        assert connected.requests_sent == sent
    pd.testing.assert_frame_equal(alerts, tgp.watch(PROJECT, store=store, state=state))
    pd.testing.assert_frame_equal(alerts, default)


@pytest.mark.parametrize(
    "rules", [["breakouts"], {"breakouts": False}, "rules.toml", Path("a.toml")]
)
@pytest.mark.parametrize("function", [tgp.watch, tgp.backtest_watch])
def test_rules_given_as_the_project_are_refused_with_advice(function, rules, store):
    with pytest.raises((ArgumentError, ArgumentTypeError), match="give rules by name, as rules="):
        function(rules, store=store)
    with pytest.raises(UnnamedArgumentError, match=r"only project by position.* rules="):
        function(rules, PROJECT, store=store)


def test_the_memory_is_in_the_stores_folder_unless_a_file_is_named(store):
    tgp.watch(PROJECT, rules=["overposting"], store=store)
    assert next(iter(read_memory(store).begun.values())).keys() == {"overposting"}


def test_to_observe_writes_nothing(store, state):
    found = observe(project=PROJECT, memory=Memory(), store=store)
    assert found.memory.alerts
    assert (found.project, found.zone) == (PROJECT, "America/New_York")
    assert not state.exists()


def test_at_most_n_rows_and_the_rest_is_counted(store, state):
    rules = {"captions": {"required": ["#nobodyusesit"], "days": 90}}
    alerts = tgp.watch(PROJECT, rules=rules, store=store, state=state, n=2)
    facts = alerts.attrs["trackagoat"]
    assert len(alerts) == 2
    assert facts["more"] > 2
    assert facts["note"].startswith(f"And {facts['more']:,} more.")
    assert len(read_memory(state).alerts) == facts["more"] + 2


def test_a_store_that_is_not_synced_any_more_gets_stale_and_mutes_the_rest(store, state):
    tgp.watch(PROJECT, store=store, state=state)
    later = "2026-06-23T12:00:00Z"
    alerts = tgp.watch(PROJECT, store=store, state=state, now=later)
    assert alerts["rule"].tolist() == ["data"]
    assert alerts["is_new"].all()
    assert "Stale data mute all other rules." in alerts.attrs["trackagoat"]["note"]
    rerun = tgp.watch(PROJECT, store=store, state=state, now=later)
    assert not rerun["is_new"].any()


def test_what_is_later_than_now_is_left_out(store, state):
    with pytest.raises(StoreMissingError, match="has no lists"):
        tgp.watch(PROJECT, store=store, state=state, now="2026-06-01T00:00:00Z")


def test_without_a_project_all_are_watched(store, state):
    alerts = tgp.watch(store=store, state=state, n=1_000)
    assert len({*alerts["project_name"]}) > 1
    one = tgp.watch(PROJECT, store=store, state=state.with_name("one.json"), n=1_000)
    mine = alerts[alerts["project_name"] == PROJECT]
    assert {*mine["key"]} == {*one["key"]}


def test_a_client_is_asked_at_most_25_times_and_needs_a_file(client, state):
    sent = client.requests_sent
    alerts = tgp.watch(PROJECT, client=client, state=state)
    assert client.requests_sent - sent <= 30
    assert "views_taken_back" in alerts.attrs["trackagoat"]["unknown"]
    with pytest.raises(MissingArgumentError, match="state"):
        tgp.watch(PROJECT, client=client)


def test_wrong_arguments_are_refused(store, state):
    with pytest.raises(UnknownProjectError, match="Nobody"):
        tgp.watch(project="Nobody", store=store, state=state)
    with pytest.raises(ArgumentTypeError, match="it takes a project's id or exact name"):
        tgp.watch(project=5, store=store, state=state)
    with pytest.raises(ArgumentError, match="brekout"):
        tgp.watch(PROJECT, rules=["brekout"], store=store, state=state)
    with pytest.raises(ArgumentError, match="at least 1"):
        tgp.watch(PROJECT, store=store, state=state, n=0)


def test_names_of_the_api_are_on_one_line(tmp_path):
    with (
        tgp.sandbox(seed=5_060, days=60, creators=4, rate_limit=None) as own,
        tgp.connect(own.key, base_url=own.base_url, rate_limit=None, progress=False) as client,
        tgp.open_store(tmp_path / "s") as fresh,
    ):
        own.database.write("UPDATE videos SET title = ?", ("<b>two\nlines\x1b[31m",))
        fresh.sync(PROJECT, client=client)
        rules = [{"name": "captions", "required": ["#nobodyusesit"], "days": 60}]
        alerts = tgp.watch(PROJECT, rules=rules, store=fresh)
    assert len(alerts)
    assert alerts["title"].str.contains("two lines", regex=False).all()
    for name in ("title", "sentence", "evidence"):
        assert all(text.isprintable() for text in alerts[name])


def check_world(seed, kind):
    """Every planted event is found, and nothing is announced twice."""
    seen = watched(WatchWorld.of(seed, kind))
    assert [rule for rule in seen.world.planted if not seen.found(rule)] == []
    assert len(seen.fired) == len({alert.key for _, alert in seen.fired})
    return seen


@pytest.mark.parametrize("seed", range(5_000, 5_000 + part(20, 1, 0)))
def test_planted_events_are_found_once(seed):
    check_world(seed, "many")


@pytest.mark.parametrize("seed", range(5_000, 5_000 + part(20, 1, 0)))
def test_a_shock_to_all_views_is_found_once(seed):
    check_world(seed, "shock")


@pytest.mark.parametrize("seed", range(5_000, 5_000 + part(20, 1, 0)))
def test_a_quiet_month_has_one_false_alarm_or_none(seed):
    seen = watched(WatchWorld.of(seed, "quiet"), range(FIRST, FIRST + 31))
    assert len(seen.false) <= 1


@pytest.mark.parametrize("kind", ["stale", "gap"])
@pytest.mark.parametrize("seed", range(5_000, 5_000 + part(20, 1, 1)))
def test_missing_days_bring_the_stale_alert_alone(seed, kind):
    seen = watched(WatchWorld.of(seed, kind), range(EVENT - 1, EVENT + 7))
    fired = [alert.rule for day, alert in seen.fired if day > EVENT]
    assert fired.count("data") == 1
    assert fired[-1] == "data"  # which mutes all others
    # Of lists that go on, a hit can be seen until then; it is there.
    assert [alert.rule for day, alert in seen.false if day > EVENT] == []
    assert all(alert.rule == "data" for run in seen.runs[-1:] for alert in
               [one.alert for one in run.notices])  # fmt: skip


def test_the_first_rows_are_those_that_are_announced():
    world = WatchWorld.of(5_050, "many")
    rules = read_rules({"captions": {"required": ["#nobodyusesit"]}})
    _, memory = run_once(world.data(EVENT), read_rules(), Memory(), world.health.noon(EVENT))
    run, _ = run_once(world.data(EVENT + 4), rules, memory, world.health.noon(EVENT + 4))
    alerts = alerts_of([run])
    order = alerts["is_new"].to_numpy()
    assert (order[:-1] >= order[1:]).all()
    assert len(first_rows(alerts, 3)) == 3
