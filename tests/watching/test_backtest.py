"""A backtest of the watch against daily runs that were made."""

from __future__ import annotations

import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import part
from tests.support.daily_runs import PROJECT, RULES, live_on, told
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, StoreMissingError
from trackagoat_pandas.program.frames import stored_program
from trackagoat_pandas.watching.backtest import past_days, rule_numbers
from trackagoat_pandas.watching.moments import snapshot_moments

pytestmark = pytest.mark.filterwarnings("ignore:.*reaches beyond the data")
SEEDS = part(20, 1, 0)
DAYS = part(90, 38, 0)
SKIPPED = {20, 31, 32, 33, 34, 60}
"""Days without a sync; after three in a row the data are stale."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    place = tmp_path_factory.mktemp("lived") / "s"
    return place, live_on(place, 5_200, days=7, creators=4, skipped={2, 3, 4})


@pytest.fixture
def store(lived):
    with tgp.open_store(lived[0]) as opened:
        yield opened


def test_a_backtest_announces_what_daily_runs_announced(lived, store):
    past = tgp.backtest_watch(PROJECT, rules=RULES, store=store, dates="last 7 days")
    assert told(past) == told(lived[1].fired)
    assert {"data", "captions"} <= {*past["rule"]}


@pytest.mark.parametrize("seed", range(5_900, 5_900 + SEEDS))
def test_long_backtests_announce_what_daily_runs_announced(seed, tmp_path):
    lived = live_on(tmp_path / "s", seed, days=DAYS, skipped=SKIPPED)
    with tgp.open_store(tmp_path / "s") as store:
        past = tgp.backtest_watch(PROJECT, rules=RULES, store=store, dates=f"last {DAYS} days")
    assert told(past) == told(lived.fired)
    assert len(past)


def test_the_numbers_of_rules_say_how_many_days_they_saw(store):
    past = tgp.backtest_watch(PROJECT, rules=RULES, store=store, dates="last 20 days")
    numbers = rule_numbers(past).set_index("rule")
    assert numbers.loc["data", ["fired", "days", "seen"]].tolist() == [1, 20, 7]
    assert numbers.loc["overposting", "seen"] < 7  # the stale days are muted
    assert numbers.loc["forecasts", "seen"] == 0
    note = past.attrs["trackagoat"]["note"]
    never = "breakouts, views, forecasts"
    assert note.endswith(f"Never judged, for want of data: {never}.")
    fired = numbers["fired"].astype(int)
    assert fired.sum() == len(past)
    assert numbers["share"].tolist() == (numbers["seen"] / 20).round(3).tolist()


def test_an_alert_that_ended_says_when(store):
    past = tgp.backtest_watch(PROJECT, rules=["data"], store=store, dates="last 7 days")
    (one,) = past.to_dict("records")
    assert one["resolved_at"] > one["fired_at"]
    assert one["fired_at"] == pd.Timestamp("2026-06-22T19:00:00Z")


def test_a_shorter_span_begins_with_a_silent_day(store):
    past = tgp.backtest_watch(PROJECT, rules=RULES, store=store, dates="today")
    assert past.empty
    assert {one["seen"] for one in past.attrs["trackagoat"]["rules"]} == {0, 1}


def test_runs_at_an_hour_see_what_was_stored_by_then(store):
    moments, zone = snapshot_moments(store), "America/New_York"
    span = tgp.DateRange("2026-06-18", "2026-06-21")
    days = [*past_days(span, moments, zone, "09:00")]
    assert [one.ran_at.tz_convert(zone).hour for one in days] == [9] * 3
    assert days[0].until == pd.Timestamp("2026-06-19T13:00:00Z")
    past = tgp.backtest_watch(PROJECT, rules=RULES, store=store, dates="last 7 days", at="09:00")
    assert (past["fired_at"].dt.tz_convert(zone).dt.hour == 9).all()


def test_a_day_without_a_sync_runs_at_the_hour_of_the_day_before(store):
    moments = snapshot_moments(store)
    days = [*past_days(tgp.DateRange("2026-06-18", "2026-06-30"), moments, "UTC", None)]
    assert len(days) == 7  # up to the newest data
    assert {one.ran_at.hour for one in days} == {19}


def test_what_is_cut_from_a_whole_history_is_what_would_be_read(store):
    until = pd.Timestamp("2026-06-20T00:00:00Z")
    whole = store.history("videos", columns=["view_count"])
    read = stored_program(PROJECT, store=store, as_of=until)
    cut = stored_program(PROJECT, store=store, as_of=until, history=whole)
    names = ["id", "observed_at", "view_count"]
    pd.testing.assert_frame_equal(
        read.frames["history"].value[names], cut.frames["history"].value[names]
    )
    assert read.frames["history"].code == cut.frames["history"].code
    assert read.recorder.code == cut.recorder.code


def test_what_can_not_be_replayed_is_refused(store, tmp_path):
    with pytest.raises(ArgumentError, match="a time of day"):
        tgp.backtest_watch(store=store, at="noon")
    with pytest.raises(ArgumentTypeError, match="a time of day"):
        tgp.backtest_watch(store=store, at=9)
    with pytest.raises(ArgumentTypeError, match="it takes a project's id or exact name"):
        tgp.backtest_watch(project=5, store=store)
    with pytest.raises(ArgumentError, match="local"):
        tgp.backtest_watch(store=store, at="09:00+05:00")
    with (
        tgp.open_store(tmp_path / "empty") as empty,
        pytest.raises(StoreMissingError, match="no lists"),
    ):
        tgp.backtest_watch(store=empty)
