"""The helpers that every frame needs, beside the plain pandas that a user would write."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.comparing import SIZES, Pair, compare
from tests.benchmarks.result import Result
from trackagoat_pandas.frames.dtypes import STRING
from trackagoat_pandas.helpers.completion import complete_days
from trackagoat_pandas.helpers.creators import COUNTED_STATUSES, summarize_creators
from trackagoat_pandas.helpers.engagement import INTERACTIONS, engagement
from trackagoat_pandas.helpers.growth import growth
from trackagoat_pandas.helpers.leaderboard import leaderboard
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.wide import to_wide
from trackagoat_pandas.tables import ENTITIES, METRICS
from trackagoat_pandas.tables.analytics import SERIES_KINDS

RAW = ("views", "likes", "comments", "shares", "saves")
DAYS = 100


def measure() -> list[Result]:
    """Measure each helper at each size against the plain way, and how its time grows."""
    return [result for pairs in PAIRS for result in compare([pairs(rows) for rows in SIZES])]


def ids(count: int, prefix: str) -> np.ndarray[Any, Any]:
    """Make up ids that look like the API's."""
    return np.array([f"{prefix}{place:07d}-0000-4000-8000-000000000000" for place in range(count)])


@functools.lru_cache(maxsize=len(SIZES))
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


@functools.lru_cache(maxsize=len(SIZES))
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


def _growth(rows: int) -> Pair:
    frame = analytics(rows)

    def plain() -> pd.DataFrame:
        wide = frame.set_index(["entity_id", "date", "metric"])["value"].unstack()  # noqa: PD010
        interactions = wide["likes"] + wide["comments"] + wide["shares"] + wide["saves"]
        rates = interactions / wide["views"].where(wide["views"] > 0) * 100
        base = frame[frame["metric"] == "views"]
        return base.assign(metric="engagement_rate_by_views", value=rates.array)

    if rows == SIZES[0]:
        assert np.allclose(growth(frame)["value"], plain()["value"], equal_nan=True)
    return Pair("growth", rows, "unstack, add and divide", lambda: growth(frame), plain)


def _to_wide(rows: int) -> Pair:
    """Of two metrics and the range before, one; two creators in a hundred share a name."""
    frame = analytics(rows, ("views", "likes"))
    is_prior = np.arange(len(frame)) % DAYS < DAYS // 10
    frame = frame.assign(
        series_kind=frame["series_kind"].mask(is_prior, "prior_period"),
        label=frame["label"].str.replace(r"(\.\d*[1-9])1$", r"\g<1>2", regex=True),
    )

    def plain() -> pd.DataFrame:
        chosen = frame[(frame["metric"] == "views") & (frame["series_kind"] == "main")]
        wide = chosen.pivot(index="date", columns="entity_id", values="value")  # noqa: PD010
        names = chosen.drop_duplicates("entity_id").set_index("entity_id")["label"]
        unique = names + " (" + names.index.str[:8] + ")"
        names = names.where(~names.duplicated(keep=False), unique)
        return wide[names.index].set_axis(names, axis="columns")

    def ours() -> pd.DataFrame:
        return to_wide(frame, "views")

    if rows == SIZES[0]:
        pd.testing.assert_frame_equal(ours(), plain(), check_names=False, check_column_type=False)
    return Pair("to_wide", rows, "filter, pivot, unique names", ours, plain)


def _complete_days(rows: int) -> Pair:
    whole = analytics(rows)
    frame = whole[np.random.default_rng(7).random(len(whole)) < 0.8]

    def plain() -> pd.DataFrame:
        key = ["entity_id", "metric", "date"]
        days = pd.date_range(frame["date"].min(), frame["date"].max())
        every = pd.MultiIndex.from_product(
            [frame["entity_id"].unique(), frame["metric"].unique(), days], names=key
        )
        filled = frame.set_index(key).reindex(every).reset_index()
        same = ["entity", "label", "series_kind"]
        names = frame.drop_duplicates("entity_id")[["entity_id", *same]]
        return filled.drop(columns=same).merge(names, on="entity_id")

    if rows == SIZES[0]:
        assert len(complete_days(frame)) == len(plain())
    against = "reindex of a product, merge"
    return Pair("complete_days", rows, against, lambda: complete_days(frame), plain)


def _engagement(rows: int) -> Pair:
    frame, _ = videos(rows)

    def plain() -> pd.DataFrame:
        counts = sum(frame[name] for name in INTERACTIONS)
        views = frame["view_count"].where(frame["view_count"] > 0)
        return frame.assign(engagement_rate_by_views=counts / views * 100)

    if rows == SIZES[0]:
        pd.testing.assert_frame_equal(engagement(frame), plain())
    return Pair("engagement", rows, "add and divide", lambda: engagement(frame), plain)


def _leaderboard(rows: int) -> Pair:
    frame, _ = videos(rows)

    def plain() -> pd.DataFrame:
        top = frame.nlargest(10, "view_count")
        share = top["view_count"] / frame["view_count"].sum() * 100
        return top.assign(rank=top["view_count"].rank(method="min", ascending=False), share=share)

    if rows == SIZES[0]:
        assert leaderboard(frame)["id"].tolist() == plain()["id"].tolist()
    return Pair("leaderboard", rows, "nlargest, sum and rank", lambda: leaderboard(frame), plain)


def _with_names(rows: int) -> Pair:
    frame, creators = videos(rows)

    def plain() -> pd.DataFrame:
        names = creators.rename(columns={"id": "creator_id"})
        return frame.merge(names, on="creator_id", how="left")

    named = with_names(frame, creators=creators)
    if rows == SIZES[0]:
        assert named["tiktok_handle"].tolist() == plain()["tiktok_handle"].tolist()
    return Pair("with_names", rows, "merge", lambda: with_names(frame, creators=creators), plain)


def _summarize_creators(rows: int) -> Pair:
    frame, creators = videos(rows)
    dice = np.random.default_rng(7)
    frame = frame.assign(
        tracking_status=pd.Categorical(dice.choice(["included", "pending_review"], rows)),
        is_tracking_disabled=pd.array(dice.random(rows) < 0.02, "boolean"),
    )
    statuses = ["completed", "on_track", "behind_pace", "at_risk", "missed"]
    scale = pd.CategoricalDtype(statuses, ordered=True)
    number = len(creators)
    goals = pd.DataFrame(
        {
            "creator_id": creators["id"].take(dice.integers(0, number, number)).array,
            "status": pd.Categorical(dice.choice(statuses, number)),
        }
    )

    def plain() -> pd.DataFrame:
        chosen = frame["tracking_status"].isin(COUNTED_STATUSES) & ~frame["is_tracking_disabled"]
        totals = frame[chosen].groupby("creator_id").agg(
            posts=("id", "size"), views=("view_count", "sum"),
            **{name: (name, "sum") for name in INTERACTIONS},
        )  # fmt: skip
        totals["rate"] = totals[list(INTERACTIONS)].sum(axis=1) / totals["views"] * 100
        ranked = goals.assign(
            status=goals["status"].astype(scale),
            is_well=goals["status"].isin(["completed", "on_track"]),
        ).groupby("creator_id")
        stand = ranked.agg(
            goals=("status", "size"), well=("is_well", "sum"), worst=("status", "max")
        )
        joined = creators.merge(totals, left_on="id", right_index=True, how="left")
        return joined.merge(stand, left_on="id", right_index=True, how="left").sort_values(
            "views", ascending=False
        )

    def ours() -> pd.DataFrame:
        return summarize_creators(creators, frame, goals)

    if rows == SIZES[0]:
        assert ours()["views"].tolist() == plain()["views"].fillna(0).tolist()
    return Pair("summarize_creators", rows, "groupby, agg and merge", ours, plain)


PAIRS = (
    _growth,
    _to_wide,
    _complete_days,
    _engagement,
    _leaderboard,
    _with_names,
    _summarize_creators,
)
