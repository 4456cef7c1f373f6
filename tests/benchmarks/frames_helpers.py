"""The helpers that every frame needs, beside the plain pandas that a user would write."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.result import Result
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.completion import complete_days
from trackagoat_pandas.helpers.engagement import INTERACTIONS, engagement
from trackagoat_pandas.helpers.growth import growth
from trackagoat_pandas.helpers.leaderboard import leaderboard
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.shapes import to_wide
from trackagoat_pandas.tables import ENTITIES, METRICS
from trackagoat_pandas.tables.analytics import SERIES_KINDS

SIZES = (10_000, 100_000, 1_000_000)
RAW = ("views", "likes", "comments", "shares", "saves")
DAYS = 100
ROUNDS = 3
ALLOWED_GROWTH = 1.5
"""How much longer than ten times a tenfold frame may take: caches and allocators are not linear."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A helper and the plain way to do the same, each on a frame of a size."""

    name: str
    make: Callable[[int], Any]
    helper: Callable[[Any], object]
    plain: Callable[[Any], object]


def measure() -> list[Result]:
    """Measure each helper at each size against the plain way, and how its time grows."""
    return [result for pair in PAIRS for result in measured(pair)]


def measured(pair: Pair, floor: float = 1.0) -> list[Result]:
    """Measure one helper at each size against the plain way, and how its time grows."""
    ours, ratios = [], []
    for size in SIZES:
        data = pair.make(size)
        took, plain = best_of(pair.helper, pair.plain, data)
        ours.append(took)
        ratios.append(plain / took)
    rates = ", ".join(
        f"{size / took / 1e6:.1f}M rows/s at {size:,}"
        for size, took in zip(SIZES, ours, strict=True)
    )
    growth_factor = (SIZES[2] / SIZES[1]) * ours[1] / ours[2]
    return [
        Result(pair.name, "plain pandas", min(ratios), floor, rates),
        Result(
            f"{pair.name}, growth", "linear", growth_factor, 1 / ALLOWED_GROWTH,
            "100,000 to 1,000,000 rows",
        ),
    ]  # fmt: skip


def best_of(
    helper: Callable[[Any], object], plain: Callable[[Any], object], data: Any
) -> tuple[float, float]:
    """The best time of each, taken in turn so that both see the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for place, way in enumerate((helper, plain)):
            started = time.perf_counter()
            way(data)
            times[place].append(time.perf_counter() - started)
    return min(times[0]), min(times[1])


def ids(count: int, prefix: str) -> np.ndarray[Any, Any]:
    """Make up ids that look like the API's."""
    return np.array([f"{prefix}{place:07d}-0000-4000-8000-000000000000" for place in range(count)])


def analytics(rows: int, metrics: tuple[str, ...] = RAW) -> pd.DataFrame:
    """Make up a frame of load_analytics, of about so many rows."""
    owners = max(1, rows // (DAYS * len(metrics)))
    size = owners * len(metrics) * DAYS
    dice = np.random.default_rng(7)
    owner = np.repeat(np.arange(owners), len(metrics) * DAYS)
    metric = np.tile(np.repeat(np.arange(len(metrics)), DAYS), owners)
    days = pd.date_range("2026-01-01", periods=DAYS).as_unit("us")
    texts = pd.array(ids(owners, "a"), STRING)
    return pd.DataFrame(
        {
            "entity": pd.Categorical(np.repeat("creator", size), ENTITIES),
            "entity_id": texts.take(owner),
            "label": pd.array([f"creator.{place}" for place in range(owners)], STRING).take(owner),
            "metric": pd.Categorical(np.array(metrics)[metric], METRICS),
            "date": np.tile(days, owners * len(metrics)),
            "value": pd.array(dice.integers(0, 100_000, size).astype(float), "Float64"),
            "series_kind": pd.Categorical(np.repeat("main", size), SERIES_KINDS),
            "is_partial": pd.array(np.zeros(size, np.bool_), "boolean"),
            "is_baseline": pd.array(np.zeros(size, np.bool_), "boolean"),
            "parent_id": pd.array([None] * size, STRING),
        }
    )


def videos(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make up frames of load_videos and load_creators."""
    dice = np.random.default_rng(7)
    creator_ids = pd.array(ids(max(1, rows // 100), "c"), STRING)
    names = pd.array([f"creator.{place}" for place in range(len(creator_ids))], STRING)
    counts = {
        name: pd.array(dice.integers(0, 10**6, rows), "Int64")
        for name in ("view_count", *INTERACTIONS)
    }
    frame = pd.DataFrame(
        {
            "id": pd.array(ids(rows, "v"), STRING),
            "creator_id": creator_ids.take(dice.integers(0, len(creator_ids), rows)),
            **counts,
        }
    )
    return frame, pd.DataFrame({"id": creator_ids, "tiktok_handle": names})


def _plain_growth(frame: pd.DataFrame) -> pd.DataFrame:
    wide = frame.pivot_table(
        index=["entity_id", "date"], columns="metric", values="value", observed=True, sort=False
    )
    rates = wide[list(RAW[1:])].sum(axis=1, skipna=False) / wide["views"].where(wide["views"] > 0)
    return (rates * 100).rename("value").reset_index()


def _plain_engagement(data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    frame, _ = data
    counts = frame[list(INTERACTIONS)].sum(axis=1, skipna=False)
    return frame.assign(rate=counts / frame["view_count"].where(frame["view_count"] > 0) * 100)


def _plain_leaderboard(data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    frame, _ = data
    top = frame.sort_values("view_count", ascending=False).head(10)
    share = top["view_count"] / frame["view_count"].sum() * 100
    return top.assign(rank=top["view_count"].rank(method="min", ascending=False), share=share)


def _plain_names(data: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    frame, creators = data
    names = creators.rename(columns={"id": "creator_id"})
    return frame.merge(names, on="creator_id", how="left")


def _plain_wide(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.pivot_table(index="date", columns="label", values="value", observed=True)


def _with_gaps(rows: int) -> pd.DataFrame:
    frame = analytics(rows)
    return frame[np.random.default_rng(7).random(len(frame)) < 0.8]


def _plain_complete(frame: pd.DataFrame) -> pd.DataFrame:
    key = ["entity_id", "metric", "date"]
    days = pd.date_range(frame["date"].min(), frame["date"].max())
    every = pd.MultiIndex.from_product(
        [frame["entity_id"].unique(), frame["metric"].unique(), days], names=key
    )
    filled = frame.set_index(key).reindex(every).reset_index()
    same = ["entity", "label", "series_kind"]
    names = frame.drop_duplicates("entity_id")[["entity_id", *same]]
    return filled.drop(columns=same).merge(names, on="entity_id")


PAIRS = (
    Pair("growth", analytics, growth, _plain_growth),
    Pair("to_wide", lambda rows: analytics(rows, ("views",)), to_wide, _plain_wide),
    Pair("complete_days", _with_gaps, complete_days, _plain_complete),
    Pair("engagement", videos, lambda data: engagement(data[0]), _plain_engagement),
    Pair("leaderboard", videos, lambda data: leaderboard(data[0]), _plain_leaderboard),
    Pair("with_names", videos, lambda data: with_names(data[0], creators=data[1]), _plain_names),
)
