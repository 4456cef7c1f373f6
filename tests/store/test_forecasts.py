"""Forecasts in a store: kept once, scored by its lists, adapted, and whole after a kill."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import trackagoat_pandas as tgp
from tests.heavy import every, heavy, part
from tests.support import victims
from tests.support.killing import need_strace, stable
from tests.support.life_worlds import NOW, post_world, seen_at
from tests.support.snapshots import keep, videos
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, MissingColumnError
from trackagoat_pandas.helpers.videos.expected import expected_views
from trackagoat_pandas.store import forecasts
from trackagoat_pandas.store.forecasts import record_forecasts, score_forecasts
from trackagoat_pandas.tables import GOAL_COMPLIANCE, PAYOUT_ACCRUALS

POSTED = pd.Timestamp("2026-06-01T12:00Z")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with tgp.open_store(tmp_path / "store") as made:
        yield made


def expected(**columns: Any) -> pd.DataFrame:
    usual = {
        "id": ["v0", "v1"], "creator_id": "ann", "posted_at": POSTED, "age_hours": 24.0,
        "expected_views": 900, "low": 500, "high": 2_000, "horizon_days": 5,
    }  # fmt: skip
    return pd.DataFrame({**usual, **columns})


def listed(store: Any, hours: float, *counts: int) -> None:
    rows = [{"posted_at": POSTED.isoformat(), "view_count": count} for count in counts]
    keep(store.archive, videos(*rows), (POSTED + pd.Timedelta(hours=hours)).to_pydatetime())


# What is kept


def test_a_forecast_is_kept_once(store: Any) -> None:
    assert record_forecasts(store, expected()) == 2
    assert record_forecasts(store, expected()) == 0
    assert record_forecasts(store, expected(age_hours=48.0)) == 2
    assert len(score_forecasts(store)) == 4


def test_forecasts_that_are_not_known_are_not_kept(store: Any) -> None:
    assert record_forecasts(store, expected(expected_views=pd.array([None, 9], "Int64"))) == 1
    assert record_forecasts(store, expected(expected_views=None)) == 0


def test_forecasts_made_at_no_known_age_are_not_kept(store: Any) -> None:
    assert record_forecasts(store, expected(age_hours=np.nan)) == 0
    assert record_forecasts(store, expected(age_hours=np.inf)) == 0
    assert record_forecasts(store, expected(age_hours=[24.0, np.nan])) == 1


@pytest.mark.parametrize("name", ["horizon_days", "expected_views", "low", "high"])
def test_forecasts_of_infinite_numbers_are_refused(store: Any, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"{name}: the column must hold"):
        record_forecasts(store, expected(**{name: np.inf}))


def test_what_is_no_forecast_is_refused(store: Any) -> None:
    with pytest.raises(ArgumentError, match="expected_views, goal_odds or forecast_payouts"):
        record_forecasts(store, pd.DataFrame({"id": ["a"]}))
    for name in ("posted_at", "horizon_days"):
        with pytest.raises(MissingColumnError, match=name):
            record_forecasts(store, expected().drop(columns=name))
    with pytest.raises(ArgumentError, match="level"):
        record_forecasts(store, expected(), level=1.0)
    for use in (lambda folder: record_forecasts(folder, expected()), score_forecasts):
        with pytest.raises(ArgumentTypeError, match="a store, as open_store returns it"):
            use("program")


def test_an_empty_store_has_no_forecasts(store: Any) -> None:
    assert score_forecasts(store).empty


def test_forecasts_are_a_table_of_the_store(store: Any) -> None:
    record_forecasts(store, expected())
    assert store.info().tables["table"].tolist() == ["forecasts"]
    assert len(store.sql("SELECT * FROM forecasts")) == 2
    assert store.verify().empty
    store.compact()
    assert len(score_forecasts(store)) == 2


# What became of them


def test_views_are_those_at_the_horizon(store: Any) -> None:
    record_forecasts(store, expected())
    listed(store, 100, 700, 10)
    listed(store, 140, 1_000, 20)
    scored = score_forecasts(store, now=POSTED + pd.Timedelta(days=6))
    # The horizon, at 120 hours, is between two lists.
    assert scored["actual_value"].iloc[0] == pytest.approx(849, abs=2)
    assert scored["is_inside"].tolist() == [True, False]
    assert scored["reason"].isna().all()
    note = scored.attrs["trackagoat"]["note"]
    assert note == "Of 2 such calls in your past, 1 held"


def test_a_post_that_gains_nothing_is_inside_an_interval_without_width(store: Any) -> None:
    forecast = expected().head(1).assign(expected_views=969, low=969, high=969)
    record_forecasts(store, forecast)
    for hours in (110, 125):
        listed(store, hours, 969)
    scored = score_forecasts(store, now=POSTED + pd.Timedelta(days=6))
    assert scored[["actual_value", "is_inside"]].to_numpy().tolist() == [[969, True]]


def test_a_forecast_that_is_not_settled_or_not_listed_says_so(store: Any) -> None:
    record_forecasts(store, expected())
    early = score_forecasts(store, now=POSTED + pd.Timedelta(days=4))
    assert set(early["reason"]) == {"not_settled"}
    assert early["is_inside"].isna().all()
    assert early.attrs["trackagoat"]["record"]["calls"] == 0
    listed(store, 100, 700)  # v1 was deleted
    listed(store, 140, 1_000)
    late = score_forecasts(store, now=POSTED + pd.Timedelta(days=6))
    assert late["reason"].astype(object).fillna("").tolist() == ["", "no_outcome"]


def test_goals_are_reached_or_missed_by_their_last_list(store: Any) -> None:
    end = "2026-06-07T22:00:00Z"
    odds = pd.DataFrame({"goal_id": ["g0", "g1"], "chance": [0.7, 0.2], "period_end": end})
    assert record_forecasts(store, odds, now=POSTED) == 2
    for day, status in ((3, "on_track"), (8, "completed")):
        rows = [
            {"goal_id": f"g{place}", "status": word, "period_end": end}
            for place, word in enumerate((status, "missed"))
        ]
        frame = frame_of(rows, GOAL_COMPLIANCE, "/projects/p1/goal-compliance")
        moment = (POSTED + pd.Timedelta(days=day)).to_pydatetime()
        store.archive.lists.keep(GOAL_COMPLIANCE, "/projects/p1/goal-compliance", {}, frame, moment)
    scored = score_forecasts(store, now="2026-06-12T00:00Z")
    assert scored["actual_value"].tolist() == [1, 0]
    assert scored["chance"].tolist() == [0.7, 0.2]


def test_payouts_are_what_was_accrued(store: Any) -> None:
    outlook = pd.DataFrame(
        {
            "structure_id": ["s", "s"], "creator_id": ["ann", "bob"],
            "period_start": pd.Timestamp("2026-06-01"), "period_end": pd.Timestamp("2026-06-07"),
            "expected_cents": [900, 900], "low_cents": [500, 500], "high_cents": [2_000, 2_000],
        }
    )  # fmt: skip
    assert record_forecasts(store, outlook, now=POSTED) == 2
    rows = [
        {"id": id_, "structure_id": "s", "creator_id": "ann", "period_start": "2026-06-01",
         "amount_cents": cents, "status": status}
        for id_, cents, status in (("1", 800, "paid"), ("2", -100, "pending"), ("3", 9, "voided"))
    ]  # fmt: skip
    frame = frame_of(rows, PAYOUT_ACCRUALS, "/payout-accruals")
    moment = dt.datetime(2026, 6, 9, tzinfo=dt.UTC)
    store.archive.lists.keep(PAYOUT_ACCRUALS, "/payout-accruals", {}, frame, moment)
    scored = score_forecasts(store, now="2026-06-12T00:00Z").set_index("creator_id")
    assert scored.loc["ann", "actual_value"] == 700
    assert scored.loc["bob", "reason"] == "no_outcome"


@pytest.mark.parametrize(
    ("zone", "settles"),
    [("Pacific/Apia", "2026-06-07T11:00Z"), ("America/New_York", "2026-06-08T04:00Z"),
     (None, "2026-06-08T00:00Z")],
)  # fmt: skip
def test_a_pay_period_ends_with_the_organizations_day(
    store: Any, zone: str | None, settles: str
) -> None:
    outlook = pd.DataFrame(
        {
            "structure_id": ["s", "t"], "creator_id": "ann",
            "period_start": pd.Timestamp("2026-06-01"),
            "period_end": [pd.Timestamp("2026-06-07"), pd.NaT],
            "expected_cents": 900, "low_cents": 500, "high_cents": 2_000,
        }
    )  # fmt: skip
    outlook.attrs["trackagoat"] = {} if zone is None else {"timezone": zone}
    assert record_forecasts(store, outlook, now=POSTED) == 1  # one has no end
    assert score_forecasts(store)["settles_at"].tolist() == [pd.Timestamp(settles)]


def frame_of(rows: list[dict[str, Any]], table: Any, path: str) -> pd.DataFrame:
    from trackagoat_pandas.frames.build import build_frame
    from trackagoat_pandas.frames.values import chunk_from_records

    about = {"path": path, "complete": True, "fetched_at": "2026-06-01"}
    return build_frame([chunk_from_records(rows, table)], table, provenance=about)


# Adapted intervals


def ledger(misses: list[float], *, level: float = 0.8) -> pd.DataFrame:
    """A forecast each day, settled after 5 days; what it missed by, in halves of its interval."""
    made = POSTED + pd.to_timedelta(np.arange(len(misses)), unit="D")
    return pd.DataFrame(
        {
            "kind": "forecast_payouts", "about_id": [f"s{n}" for n in range(len(misses))],
            "creator_id": "ann", "period_start": 0, "made_at": made,
            "settles_at": made + pd.Timedelta(days=5), "horizon_h": np.nan, "level": level,
            "expected": 1_000.0, "low": 900.0, "high": 1_200.0,
            "actual": [1_000 + 200 * miss if miss > 0 else 1_000 + 100 * miss for miss in misses],
        }
    )  # fmt: skip


def test_with_few_settled_forecasts_intervals_stay() -> None:
    rows = ledger([3.0] * 24)
    low, high = forecasts.adapted_intervals(rows)
    assert low.tolist() == [900] * 24
    assert high.tolist() == [1_200] * 24


def test_each_end_learns_by_itself_from_what_had_settled() -> None:
    rows = ledger([3.0] * 60)
    low, high = forecasts.adapted_intervals(rows)
    assert high[:24].tolist() == [1_200] * 24  # 20 had settled 24 days after the first
    assert high[40] == pytest.approx(1_600)
    # No one was below, so that the lower end comes up to what was seen.
    assert low[40] >= 900


def test_intervals_that_were_too_wide_become_narrower() -> None:
    dice = np.random.default_rng(1)
    low, high = forecasts.adapted_intervals(ledger((dice.normal(0, 0.1, 200)).tolist()))
    assert high[-1] < 1_100
    assert low[-1] > 950


def test_one_large_miss_among_many_does_not_widen_intervals_that_held_enough() -> None:
    misses = np.random.default_rng(2).normal(0, 0.78, 200)  # one in ten above the interval
    misses[150] = 8.0
    low, high = forecasts.adapted_intervals(ledger(misses.tolist()))
    assert 1_100 < high[-1] < 1_350
    assert 825 < low[-1] < 950


# In a world that changes, and on a disk that fails


@heavy
def test_after_a_drift_coverage_is_back_within_sixty_settled_posts(tmp_path: Path) -> None:
    shift = pd.Timestamp("2026-03-01T05:00Z")
    said, adapted = [], []
    for seed in range(1, part(20, 5, 4) + 1):
        world = post_world(tmp_path, seed, shift=("2026-03-01", 1.5))
        kept = []
        for days in np.arange(150, 30, -3.0):
            moment = NOW - pd.Timedelta(days=float(days))
            seen, history = seen_at(world, moment)
            made = expected_views(seen, history=history, now=moment)
            rows = forecasts._rows_of("expected_views", made, moment)
            kept.append(rows[rows["expected"].notna()].assign(kind="expected_views", level=0.8))
        rows = pd.concat(kept, ignore_index=True)
        rows["actual"] = world.final[rows["about_id"]].to_numpy(float)
        low, high = forecasts.adapted_intervals(rows)
        posted = rows["settles_at"] - pd.Timedelta(days=30)
        settled = rows[posted >= shift].drop_duplicates("about_id")["settles_at"].sort_values()
        later = (rows["made_at"] > settled.iloc[59]).to_numpy(bool)
        said.append(rows["actual"].between(rows["low"], rows["high"])[later])
        adapted.append(rows["actual"].between(low, high)[later])
    print(f"\nas forecast {pd.concat(said).mean():.3f}, adapted {pd.concat(adapted).mean():.3f}")
    assert 0.75 <= pd.concat(adapted).mean() <= 0.85


@pytest.mark.parametrize("kind", ["openat", "write", "pwrite64", "fsync", "rename"])
def test_forecasts_that_were_being_kept_are_all_there_or_none(kind: str, tmp_path: Path) -> None:
    need_strace()
    tgp.open_store(tmp_path / "empty").close()
    with stable("tests.support.victims:record") as recording:
        for number in range(1, 400, every(24)):
            folder = tmp_path / str(number)
            victims.make(str(folder))
            fault = f"{kind}:signal=KILL:when={number}"
            ended = recording.run(str(folder), fault=fault, thread_only=True)
            with tgp.open_store(folder) as store:
                assert len(score_forecasts(store)) in (0, 50)
                assert set(store.verify()["kind"]) <= {"unknown file"}
            victims.record(str(folder))
            with tgp.open_store(folder) as store:
                assert len(score_forecasts(store)) == 50
                assert store.verify().empty
            if not ended.struck:
                break
        assert number > 1
