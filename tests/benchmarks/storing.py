"""One month of one project out of three million points in a store, against Parquet itself."""

from __future__ import annotations

import datetime as dt
import functools
import random
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.result import Result, median_s
from trackagoat_pandas.store.disk.folder import Archive
from trackagoat_pandas.store.disk.series import Scope, number_of
from trackagoat_pandas.store.disk.versions import VERSIONS, Asked

CREATORS, PROJECTS, MONTHS = 780, 12, 12
RESTATED, RESTATED_AFTER = 0.05, 3
"""The share of points that are restated, and after how many days."""
METRICS = (
    "views", "likes", "comments", "shares", "saves", "followers", "posts",
    "engagement_rate_by_views", "posts_per_week", "avg_views_per_post",
)  # fmt: skip
FIRST, MONTH = "2025-06", (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
PAST = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
ZONE, NOON_US = "America/New_York", 12 * 3_600 * 1_000_000
TURNS = 15
MOST_BYTES, PART_FLOOR, ALL_FLOOR, PAST_FLOOR = 8.0, 1 / 1.5, 10.0, 1 / 3


def measure() -> list[Result]:
    """Fill a store, and time what reads a part of it."""
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "program")
        rows = fill(archive)
        return _measured(archive, rows)


def _measured(archive: Archive, rows: int) -> list[Result]:
    ours = set(ids()[::PROJECTS])
    scope = Scope("creator", ours, None, *MONTH)
    past = Scope("creator", ours, None, *MONTH, as_of=PAST)
    (part,) = archive.series.paths(scope)
    every = archive.series.paths()
    runs: dict[str, Callable[[], object]] = {
        "ours": lambda: archive.series.load(scope),
        "past": lambda: archive.series.load(past),
        "part": lambda: pq.read_table(part),
        "all": lambda: filtered(every, ours),
    }
    found, expected = archive.series.load(scope), filtered(every, ours)
    if found.num_rows != len(expected) or found["value"].to_pylist() != expected["value"].to_list():
        raise AssertionError("the store gives other rows than reading all and filtering")
    seconds = {name: median_s(run, 3 if name == "all" else TURNS) for name, run in runs.items()}
    took = {name: f"{each * 1e3:,.1f} ms" for name, each in seconds.items()}
    size = sum(Path(path).stat().st_size for path in every) / rows
    what = f"a month of a project, {found.num_rows:,} of {rows:,} points"
    return [
        _beside(f"{what}", "pyarrow.parquet reading the same part", "part", seconds, PART_FLOOR),
        _beside(f"{what}", "reading all and filtering in pandas", "all", seconds, ALL_FLOOR),
        Result(
            f"{what}, as of a moment",
            "the same as of now",
            seconds["ours"] / seconds["past"],
            PAST_FLOOR,
            f"{took['past']} against {took['ours']}",
        ),
        Result(
            f"bytes a row on the disk, {rows:,} rows",
            f"{MOST_BYTES:g} bytes",
            MOST_BYTES / size,
            1.0,
            f"{size:.2f} bytes",
        ),
    ]


def _beside(what: str, against: str, other: str, seconds: dict[str, float], floor: float) -> Result:
    detail = f"{seconds['ours'] * 1e3:,.1f} ms against {seconds[other] * 1e3:,.1f} ms"
    return Result(what, against, seconds[other] / seconds["ours"], floor, detail)


def filtered(paths: list[str], ours: set[str]) -> pd.DataFrame:
    """Do what a person would do with a folder of Parquet files: read all, filter, keep the last."""
    frame = pq.ParquetDataset(paths).read().to_pandas()
    first, last = MONTH
    is_ours = frame["entity_id"].isin(ours) & (frame["date"] >= first) & (frame["date"] <= last)
    key = ["entity", "metric", "entity_id", "date"]
    newest = (
        frame[is_ours].sort_values("observed_at", kind="stable").drop_duplicates(key, keep="last")
    )
    return newest.astype(dict.fromkeys(key[:3], str)).sort_values(key)


def fill(archive: Archive) -> int:
    """Keep a year of daily points, of which some were restated later; return the rows."""
    dice, labels = np.random.default_rng(7), [f"goat{place}" for place in range(CREATORS)]
    sizes = dice.pareto(1.2, CREATORS) * 2_000
    for month in pd.period_range(FIRST, periods=MONTHS, freq="M"):
        days = np.arange(number_of(month.start_time.date()), number_of(month.end_time.date()) + 1)
        shape = len(METRICS), CREATORS, len(days)
        counts = np.floor(dice.lognormal(0, 0.5, shape) * sizes[:, None])
        for late in (1, RESTATED_AFTER):
            seen = np.broadcast_to((days + late) * 86_400_000_000 + NOON_US, shape)
            # Seconds later for each answer: none of them has more than one entity and metric.
            seen = seen + dice.integers(0, 600, (*shape[:2], 1)) * 1_000_000
            archive.series.keep(_rows(labels, days, counts, seen), _asked(days, late))
            counts = np.where(dice.random(shape) < RESTATED, counts + 1, counts)
    archive.series.compact()
    return sum(pq.read_metadata(path).num_rows for path in archive.series.paths())


def _rows(labels: list[str], days: np.ndarray, counts: np.ndarray, seen: np.ndarray) -> pa.Table:
    size = counts.size
    metrics, owners, dates = (places.ravel() for places in np.indices(counts.shape))
    no = pa.array(np.zeros(size, np.bool_))
    made = {
        "entity": _words(np.zeros(size, np.int32), ["creator"]),
        "entity_id": _words(owners, ids()),
        "metric": _words(metrics, METRICS),
        "date": pa.array(days[dates].astype(np.int32), pa.date32()),
        "observed_at": pa.array(seen.ravel(), pa.timestamp("us", "UTC")),
        "value": pa.array(counts.ravel()),
        "is_partial": no,
        "is_baseline": no,
        "label": _words(owners, labels),
        "series_kind": _words(np.zeros(size, np.int32), ["main"]),
        "timezone": _words(np.zeros(size, np.int32), [ZONE]),
        "is_gone": no,
    }
    return pa.table(made, schema=VERSIONS)


def _asked(days: np.ndarray, late: int) -> list[Asked]:
    ends = int(days[0]), int(days[-1])
    at = int(days[-1] + late) * 86_400_000_000 + NOON_US + 600_000_000
    return [Asked("creator", id_, metric, *ends, at, ZONE) for id_ in ids() for metric in METRICS]


def _words(codes: np.ndarray, words: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32)), pa.array(words, pa.large_string())
    )


@functools.cache
def ids() -> list[str]:
    """Make up ids in no order, as the API's are."""
    dice = random.Random(7)
    return [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(CREATORS)]


if __name__ == "__main__":
    for result in measure():
        print(result)
