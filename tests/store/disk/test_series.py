"""Analytics points in a store: versions, what was asked for, and what was restated."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.heavy import part
from trackagoat_pandas.errors import StoreDamagedError
from trackagoat_pandas.frames.build import build_frame
from trackagoat_pandas.frames.values import chunk_from_records
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.series import Kept, Scope, asked_days, microseconds_of, number_of
from trackagoat_pandas.store.disk.versions import Asked, chunk_of, versions_of
from trackagoat_pandas.tables import ANALYTICS

ZONE = "America/New_York"
MAY_1 = dt.date(2026, 5, 1)
ONE_DAY = dt.timedelta(days=1)
COLUMNS = ("entity_id", "metric", "date", "value", "is_partial")


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "program")


def point(id_, day, value, *, metric="views", **others):
    return {
        "entity": "creator",
        "entity_id": id_,
        "metric": metric,
        "date": str(day),
        "value": value,
        "series_kind": "main",
        "label": f"goat {id_}",
        "is_partial": False,
        "is_baseline": False,
        "parent_id": None,
        **others,
    }


def noon(day):
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def asking(id_, first, last, at, *, metric="views", zone=ZONE):
    days = number_of(first), number_of(last)
    return Asked("creator", id_, metric, *days, microseconds_of(at), zone)


def keep(archive, points, *asked):
    return archive.series.keep(versions_of(chunk_from_records(points, ANALYTICS), asked), asked)


def days_from(first, count):
    return [first + place * ONE_DAY for place in range(count)]


def values(archive, **scope):
    rows = archive.series.load(Scope(**scope)).to_pylist()
    return {(row["entity_id"], row["date"]): row["value"] for row in rows}


# Versions.


def test_only_what_changed_is_added(archive):
    days, end = days_from(MAY_1, 3), MAY_1 + 2 * ONE_DAY
    asked = asking("a", MAY_1, end, noon(end))
    first = [point("a", day, place) for place, day in enumerate(days)]
    assert keep(archive, first, asked) == Kept(new=3)
    again = asked._replace(observed_at=microseconds_of(noon(end + ONE_DAY)))
    assert keep(archive, first, again) == Kept()
    assert len(archive.series.paths()) == 1
    first[1]["value"] = 9
    assert keep(archive, first, again) == Kept(changed=1)
    assert archive.series.history(Scope()).num_rows == 4


@pytest.mark.parametrize(
    "change",
    [{"value": None}, {"is_partial": True}, {"is_partial": None}, {"is_baseline": True},
     {"note": "seen"}],
    ids=str,
)  # fmt: skip
def test_a_change_of_anything_that_a_point_says_is_a_version(archive, change):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    keep(archive, [point("a", MAY_1, 1)], asked)
    later = asked._replace(observed_at=asked.observed_at + 1)
    assert keep(archive, [{**point("a", MAY_1, 1), **change}], later) == Kept(changed=1)
    assert keep(archive, [{**point("a", MAY_1, 1), **change}], later) == Kept()


def test_the_state_of_a_moment_is_read_again(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    for place in range(4):
        now = asked._replace(observed_at=microseconds_of(noon(MAY_1 + place * ONE_DAY)))
        keep(archive, [point("a", MAY_1, place)], now)
    for place in range(4):
        at = noon(MAY_1 + place * ONE_DAY)
        assert values(archive, as_of=at) == {("a", MAY_1): place}
        assert values(archive, as_of=at - dt.timedelta(microseconds=1)) == (
            {("a", MAY_1): place - 1} if place else {}
        )


def test_a_point_that_the_server_no_longer_gives_is_gone_from_then_on(archive):
    end = MAY_1 + ONE_DAY
    asked = asking("a", MAY_1, end, noon(end))
    both = [point("a", MAY_1, 1), point("a", end, 2)]
    keep(archive, both, asked)
    later = asked._replace(observed_at=microseconds_of(noon(end + ONE_DAY)))
    assert keep(archive, both[1:], later) == Kept(gone=1)
    assert keep(archive, both[1:], later) == Kept()
    assert values(archive) == {("a", end): 2}
    assert len(values(archive, as_of=noon(end))) == 2
    back = asked._replace(observed_at=microseconds_of(noon(end + 2 * ONE_DAY)))
    assert keep(archive, both, back) == Kept(new=1)
    assert len(values(archive)) == 2


def test_a_point_without_a_time_zone_goes_beside_one_with_a_zone(archive):
    asked = [asking("a", MAY_1, MAY_1, noon(MAY_1), zone=zone) for zone in (ZONE, None)]
    for one in asked:
        keep(archive, [point("a", MAY_1, 1)], one)
    later = asked[1]._replace(observed_at=microseconds_of(noon(MAY_1 + ONE_DAY)))
    assert keep(archive, [], later) == Kept(gone=1)
    assert archive.series.load(Scope())["timezone"].to_pylist() == [ZONE]


def test_of_a_point_that_came_twice_the_last_one_counts(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    twice = [point("a", MAY_1, 1, is_partial=flag) for flag in (True, False)]
    for _ in range(2):
        keep(archive, twice, asked)
        (found,) = archive.series.load(Scope()).to_pylist()
        assert found["is_partial"] is False
    assert keep(archive, [*twice, twice[0]], asked) == Kept(changed=1)


def test_an_answer_says_nothing_of_other_days_series_and_time_zones(archive):
    keep(archive, [point("a", MAY_1, 1)], asking("a", MAY_1, MAY_1, noon(MAY_1)))
    for other in (
        asking("a", MAY_1 + ONE_DAY, MAY_1 + ONE_DAY, noon(MAY_1)),
        asking("b", MAY_1, MAY_1, noon(MAY_1)),
        asking("a", MAY_1, MAY_1, noon(MAY_1), metric="likes"),
        asking("a", MAY_1, MAY_1, noon(MAY_1), zone="Asia/Tokyo"),
    ):
        assert keep(archive, [], other) == Kept()
    assert values(archive) == {("a", MAY_1): 1}


def test_an_entity_has_the_name_of_the_moment(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    keep(archive, [point("a", MAY_1, 1)], asked)
    later = asked._replace(observed_at=microseconds_of(noon(MAY_1 + ONE_DAY)))
    assert keep(archive, [point("a", MAY_1, 1, label="renamed")], later) == Kept()
    assert archive.series.names() == {("creator", "a"): "renamed"}
    assert archive.series.names(noon(MAY_1)) == {("creator", "a"): "goat a"}


@pytest.mark.parametrize("name", ["note", "observed_at", "timezone", "is_gone", "field (sent)"])
def test_fields_that_nothing_declares_come_back_with_their_types(archive, name):
    sent = [{"a": [1]}, "text", 5, 5.5, 2**70, True, None]
    for place, value in enumerate(sent):
        day = MAY_1 + place * ONE_DAY
        keep(archive, [point("a", day, 1, **{name: value})], asking("a", day, day, noon(day)))
    day = MAY_1 - 40 * ONE_DAY
    keep(archive, [point("a", day, 1)], asking("a", day, day, noon(day)))
    whole = [point("a", day, 1)]
    whole += [point("a", MAY_1 + at * ONE_DAY, 1, **{name: one}) for at, one in enumerate(sent)]
    chunks = [
        chunk_from_records(whole, ANALYTICS),
        chunk_of(archive.series.load(Scope()), {"a": "goat a"}),
    ]
    with pytest.warns(UserWarning, match="fields that are not declared"):
        sent_frame, stored = (build_frame([one], ANALYTICS, provenance={}) for one in chunks)
    assert stored.equals(sent_frame)
    assert stored.dtypes.equals(sent_frame.dtypes)


def test_a_part_is_sorted_and_of_one_month(archive):
    ids, days = ["b", "a"], days_from(dt.date(2026, 4, 29), 4)
    for end in (days[2], days[3]):
        points = [point(id_, day, end.day) for id_ in ids for day in days if day <= end]
        keep(archive, points, *(asking(id_, days[0], end, noon(end)) for id_ in ids))
    assert [one.parts for one in archive.series.compact()] == [2, 2]
    tables = [pq.read_table(path) for path in archive.series.paths()]
    assert [table.num_rows for table in tables] == [8, 6]
    for table in tables:
        rows = table.select(["metric", "entity_id", "date", "observed_at"]).to_pylist()
        assert rows == sorted(rows, key=lambda row: tuple(row.values()))
        assert len({str(row["date"])[:7] for row in rows}) == 1


def test_months_are_in_order(archive):
    for day in (dt.date(2026, 6, 1), dt.date(2025, 12, 1), MAY_1, dt.date(2026, 1, 1)):
        keep(archive, [point("a", day, 1)], asking("a", day, day, noon(day)))
    assert archive.series.months() == ["2025-12", "2026-01", "2026-05", "2026-06"]


def test_many_parts_of_a_month_become_one(archive):
    for place in range(40):
        at = noon(MAY_1) + dt.timedelta(hours=place)
        keep(archive, [point("a", MAY_1, place)], asking("a", MAY_1, MAY_1, at))
        assert len(archive.series.paths()) <= 16
    assert archive.series.history(Scope()).num_rows == 40
    files = list(archive.path.rglob("*.parquet"))
    assert sorted(map(str, files)) == sorted(archive.series.paths())


def test_only_what_is_wanted_is_read(archive):
    days = days_from(dt.date(2026, 4, 29), 4)
    for metric in ("views", "likes"):
        points = [point(id_, day, 1, metric=metric) for id_ in "abc" for day in days]
        asked = [asking(id_, days[0], days[-1], noon(days[-1]), metric=metric) for id_ in "abc"]
        keep(archive, points, *asked)
    rows = archive.series.load(
        Scope(entity="creator", ids={"a", "c"}, metrics={"likes"}, first=days[1], last=days[2])
    )
    assert set(rows["entity_id"].to_pylist()) == {"a", "c"}
    assert set(rows["metric"].to_pylist()) == {"likes"}
    assert set(rows["date"].to_pylist()) == set(days[1:3])
    assert archive.series.load(Scope(entity="video")).num_rows == 0
    Path(archive.series.paths()[0]).unlink()
    assert archive.series.load(Scope(first=dt.date(2026, 5, 1))).num_rows == 12
    with pytest.raises(StoreDamagedError, match=r"2026-04.*is missing"):
        archive.series.load(Scope())


# Which days were asked for.


def test_a_day_is_settled_some_days_after_its_end():
    now = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
    first, last = number_of(dt.date(2026, 6, 1)), number_of(dt.date(2026, 6, 20))
    moment = microseconds_of(now)
    one = Asked("creator", "a", "views", first, last, moment, ZONE)
    asked = asked_days([([one], [])], first, last)

    def days(are_meant):
        return [str(day) for day in (first + np.flatnonzero(are_meant)).astype("datetime64[D]")]

    left = days(~asked.are_settled(now=moment, lookback_days=4))
    assert (left[0], left[-1]) == ("2026-06-11", "2026-06-20")
    assert days(asked.are_missing)[0] == "2026-06-16"
    assert asked.are_settled(now=moment, fresh_since=moment).all()
    kept_from = number_of(dt.date(2026, 6, 14))
    assert days(~asked.are_settled(now=moment, kept_from=kept_from))[0] == "2026-06-14"


def test_a_day_ends_at_midnight_of_its_time_zone():
    day = number_of(dt.date(2026, 6, 10))
    hours = {ZONE: 4, "Asia/Tokyo": -9, None: 0}
    midnight = dt.datetime(2026, 6, 11, tzinfo=dt.UTC)
    ends = [microseconds_of(midnight + dt.timedelta(hours=late)) for late in hours.values()]
    for late in (-1, 0):
        answers = [
            ([Asked("creator", "a", "views", day, day, end + late, zone)], [])
            for zone, end in zip(hours, ends, strict=True)
        ]
        asked = asked_days(answers, day, day)
        settled = asked.are_settled(now=max(ends), lookback_days=0)
        assert settled[:, 0].tolist() == [late == 0] * 3
    assert asked_days([([], [])], day, day, "Asia/Tokyo").starts[0, 1] == ends[1]


def test_hourly_loads_of_the_same_days_leave_one_entry(archive):
    for hour in range(20):
        at = noon(MAY_1) + dt.timedelta(hours=hour)
        keep(archive, [], asking("a", MAY_1, MAY_1 + ONE_DAY, at))
    assert len(archive.ledger.rows("SELECT * FROM coverage")) == 1


def test_of_two_time_zones_the_later_one_counts(archive):
    keep(archive, [], asking("a", MAY_1, MAY_1 + 9 * ONE_DAY, noon(MAY_1), zone="Asia/Tokyo"))
    keep(archive, [], asking("a", MAY_1, MAY_1, noon(MAY_1 + ONE_DAY)))
    asked = archive.series.asked("creator", [("a", "views")], MAY_1, MAY_1 + 9 * ONE_DAY)
    assert asked.timezones == [ZONE]
    assert set(asked.asked_at[asked.are_known]) == {microseconds_of(noon(MAY_1 + ONE_DAY))}


# Restatements.


def test_a_restatement_is_told_from_a_day_that_was_not_over(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    for late, value, partial in ((0, 5, True), (1, 10, False), (2, 12, False), (3, 12, False)):
        at = asked._replace(observed_at=microseconds_of(noon(MAY_1 + late * ONE_DAY)))
        keep(archive, [point("a", MAY_1, value, is_partial=partial)], at)
    (found,) = archive.series.restatements(Scope()).to_pylist()
    assert (found["first_value"], found["value"], found["change"]) == (10, 12, 2)
    assert found["first_seen"] == noon(MAY_1 + ONE_DAY)
    assert found["last_seen"] == noon(MAY_1 + 2 * ONE_DAY)
    assert found["age_days"] == 2
    assert found["label"] == "goat a"
    assert archive.series.restatements(Scope(as_of=noon(MAY_1 + ONE_DAY))).num_rows == 0


def test_without_a_word_on_it_a_day_is_whole_once_it_is_over(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    for late, value in ((0, 5), (1, 10), (2, 12)):
        at = asked._replace(observed_at=microseconds_of(noon(MAY_1 + late * ONE_DAY)))
        keep(archive, [point("a", MAY_1, value, is_partial=None)], at)
    (found,) = archive.series.restatements(Scope()).to_pylist()
    assert (found["first_value"], found["value"]) == (10, 12)


def test_a_point_that_is_gone_is_restated_to_nothing(archive):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1 + ONE_DAY))
    keep(archive, [point("a", MAY_1, 5)], asked)
    keep(archive, [], asked._replace(observed_at=asked.observed_at + 1))
    (found,) = archive.series.restatements(Scope()).to_pylist()
    assert (found["first_value"], found["value"], found["change"]) == (5, None, None)


# Laws.

DAYS = days_from(dt.date(2026, 4, 28), 6)
CELL = st.tuples(st.sampled_from([None, 1.0, 2.0, 3.5]), st.sampled_from([True, False, None]))
ANSWER = st.fixed_dictionaries(
    {
        "id": st.sampled_from("ab"),
        "metric": st.sampled_from(["views", "likes"]),
        "span": st.tuples(st.integers(0, 5), st.integers(0, 5)).map(sorted),
        "cells": st.lists(st.none() | CELL, min_size=6, max_size=6),
    }
)


@settings(max_examples=part(25, 25, 8), deadline=None)
@given(answers=st.lists(ANSWER, min_size=1, max_size=8), compacted=st.sets(st.integers(0, 7)))
def test_any_moment_is_what_the_answers_until_then_said(answers, compacted):
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "program")
        state: dict[tuple[str, str, dt.date], tuple[float | None, bool | None]] = {}
        states, firsts = [], {}
        for place, answer in enumerate(answers):
            id_, metric, (first, last) = answer["id"], answer["metric"], answer["span"]
            at = noon(DAYS[-1]) + dt.timedelta(hours=place)
            points = []
            for number in range(first, last + 1):
                state.pop((id_, metric, DAYS[number]), None)
                if answer["cells"][number] is not None:
                    value, partial = answer["cells"][number]
                    state[id_, metric, DAYS[number]] = value, partial
                    others = {"metric": metric, "is_partial": partial}
                    points.append(point(id_, DAYS[number], value, **others))
                    is_over = partial is False or (partial is None and number < len(DAYS) - 1)
                    if is_over:
                        firsts.setdefault((id_, metric, DAYS[number]), value)
            keep(archive, points, asking(id_, DAYS[first], DAYS[last], at, metric=metric))
            states.append((at, dict(state)))
            if place in compacted:
                archive.series.compact()
        for at, expected in states:
            rows = archive.series.load(Scope(as_of=at)).select(COLUMNS).to_pylist()
            found = {
                (row["entity_id"], row["metric"], row["date"]): (row["value"], row["is_partial"])
                for row in rows
            }
            assert len(found) == len(rows)
            assert found == expected
        restated = archive.series.restatements(Scope()).to_pylist()
        found = {(row["entity_id"], row["metric"], row["date"].date()) for row in restated}
        assert found == {
            key for key, value in firsts.items() if state.get(key, ("gone", None))[0] != value
        }


def test_nothing_kept_is_an_empty_table_of_all_columns(archive):
    rows = archive.series.load(Scope())
    assert isinstance(rows, pa.Table)
    assert rows.num_rows == 0
    assert archive.series.restatements(Scope()).num_rows == 0
    assert archive.series.compact() == []
    assert chunk_of(rows, {}).arrow.column_names == list(ANALYTICS.names)


# Other programs, and a writer that dies.


def test_duckdb_and_polars_read_the_parts_directly(archive):
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    asked = asking("a", MAY_1, MAY_1 + ONE_DAY, noon(MAY_1))
    both = [point("a", MAY_1, 1), point("a", MAY_1 + ONE_DAY, 2)]
    keep(archive, both, asked)
    later = asked._replace(observed_at=asked.observed_at + 1)
    keep(archive, [{**both[0], "value": 5, "note": "late"}, both[1]], later)
    files = f"{archive.path}/parts/analytics/*/*.parquet"
    found = duckdb.sql(
        "SELECT date, arg_max(value, observed_at) AS value "
        f"FROM read_parquet('{files}', union_by_name = true) GROUP BY date ORDER BY date"
    ).fetchall()
    assert found == [(MAY_1, 5.0), (MAY_1 + ONE_DAY, 2.0)]
    scanned = polars.scan_parquet(files, missing_columns="insert", extra_columns="ignore")
    newest = scanned.sort("observed_at").group_by("entity_id", "metric", "date").last()
    rows = newest.sort("date").select("date", "value").collect().rows()
    assert rows == [(MAY_1, 5.0), (MAY_1 + ONE_DAY, 2.0)]


KILLED = """
import os, sys
from pathlib import Path
from tests.store.disk.test_series import MAY_1, Archive, asking, keep, noon, point
import trackagoat_pandas.store.disk.series as series

setattr(series, sys.argv[2], lambda *_, **__: os.kill(os.getpid(), 9))
keep(Archive(Path(sys.argv[1])), [point("a", MAY_1, 9)], asking("a", MAY_1, MAY_1, noon(MAY_1)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that kill")
@pytest.mark.parametrize("where", ["write_part", "drop_parts", "add_part"])
def test_after_a_writer_is_killed_the_store_is_as_it_was(archive, where):
    asked = asking("a", MAY_1, MAY_1, noon(MAY_1))
    keep(archive, [point("a", MAY_1, 1)], asked)
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(archive.path), where],
        check=False, cwd=root, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert done.returncode == -9
    assert values(archive) == {("a", MAY_1): 1}
    later = asked._replace(observed_at=asked.observed_at + 1)
    assert keep(archive, [point("a", MAY_1, 9)], later) == Kept(changed=1)
    assert values(archive) == {("a", MAY_1): 9}
    files = list(archive.path.rglob("*.parquet"))
    assert sorted(map(str, files)) == sorted(archive.series.paths())
