"""What takes longest on two years of 300 creators and 150,000 videos: 2 s, or 10 with a bar."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import trackagoat_pandas as tgp
from tests.benchmarks.helpers import CREATORS, METRICS, VIDEOS, ZONE, ids, terms
from tests.benchmarks.result import Result, median_s
from tests.support.health_worlds import PROJECT as HEALTHY
from tests.support.health_worlds import as_loaded, with_standing

QUIET_S, WITH_BAR_S = 2.0, 10.0
DAYS, TURNS, CAMPAIGNS = 730, 3, 200
FIRST, NOW = pd.Timestamp("2024-06-01"), "2026-06-01T04:00:00Z"
LAST = FIRST + pd.Timedelta(days=DAYS - 1)
SHARES = np.array([0.45, 0.2, 0.1, 0.07, 0.05, 0.04, 0.03, 0.03, 0.02, 0.01])
"""Of a post's views, those of each of its first days."""
GOALS = (("posts", "daily"), ("posts", "weekly"), ("views", "weekly"), ("views", "monthly"))


def measure() -> list[Result]:
    """Time each of them."""
    series, videos, goals, campaigns = analytics(), posts(), targets(), nested()
    _, rules, assigned = terms()
    frames = {"videos": videos, "analytics": series, "goals": goals}
    past = {"now": NOW, "timezone": ZONE}
    program = whole(frames)
    grown, seen = growing(videos), {"now": NOW, "timezone": ZONE}
    by_day = f", {len(grown):,} rows by video and day"
    later = videos.assign(view_count=videos["view_count"] + 7, title=videos["title"] + "!")
    higher = {"cpm": {"cpm_cents": "+10%"}}
    quiet: dict[str, Callable[[], object]] = {
        "accrue": lambda: tgp.accrue(rules, assigned, until=LAST.date(), timezone=ZONE, **frames),
        "forecast_payouts": lambda: tgp.forecast_payouts(
            rules, assigned, as_of="2026-05-31", timezone=ZONE, **frames
        ),
        "what_if": lambda: tgp.what_if(rules, assigned, higher, dates="2026-05", **past, **frames),
        "goal_history": lambda: tgp.goal_history(goals, videos, series, **past),
        "diff": lambda: tgp.diff(videos, later, resource="videos"),
        "add_missing_days": lambda: tgp.add_missing_days(series),
        "resample": lambda: tgp.resample(series, "week"),
        "growth": lambda: tgp.growth(series),
        "to_csv of the videos": lambda: in_a_file(videos),
        "posting_heatmap": lambda: tgp.posting_heatmap(videos, timezone=ZONE),
        "posting_consistency": lambda: tgp.posting_consistency(videos, timezone=ZONE),
        "similar_creators": lambda: tgp.similar_creators(
            people(), videos, to=people().head(1), **seen
        ),
        "creator_pools": lambda: tgp.creator_pools(people(), videos, **seen),
        "content_calendar": lambda: tgp.content_calendar(videos, timezone=ZONE),
        "find_overposting": lambda: tgp.find_overposting(videos, timezone=ZONE),
        "inbox": lambda: tgp.inbox(videos),
        "program_health": lambda: tgp.program_health(**program, **past),
        "check_posts": lambda: tgp.check_posts(videos, required=["#ad"]),
        "view_distribution": lambda: tgp.view_distribution(videos),
        f"suggest_posting_times{by_day}": lambda: tgp.suggest_posting_times(videos, grown, **seen),
        f"posting_cost{by_day}": lambda: tgp.posting_cost(videos, grown, **seen),
        f"find_outliers{by_day}": lambda: tgp.find_outliers(videos, grown, **seen),
        f"expected_views{by_day}": lambda: tgp.expected_views(videos, grown, **seen),
        f"view_quality{by_day}": lambda: tgp.view_quality(videos, grown, **seen),
        f"life_curves{by_day}": lambda: tgp.life_curves(videos, grown, **seen),
    }
    with_bar: dict[str, Callable[[], object]] = {
        "goal_odds": lambda: tgp.goal_odds(goals, videos, series, **past),
        "backtest_goal_odds": lambda: tgp.backtest_goal_odds(goals, videos, series, **past),
        "campaign_members": lambda: tgp.campaign_members(campaigns, videos=videos),
        "to_csv of the analytics": lambda: in_a_file(series),
    }
    theirs = median_s(lambda: series.groupby(["entity_id", "metric"])["value"].sum(), TURNS)
    return [
        _limited(name, median_s(run, TURNS), limit_s, theirs)
        for limit_s, runs in ((QUIET_S, quiet), (WITH_BAR_S, with_bar))
        for name, run in runs.items()
    ]


def _limited(name: str, took_s: float, limit_s: float, theirs_s: float) -> Result:
    detail = f"{took_s:.1f} s, {took_s / theirs_s:.0f} times a groupby-sum of the analytics"
    return Result(f"{name}, 2 years", f"{limit_s:g} s", limit_s / took_s, 1.0, detail)


def people() -> pd.DataFrame:
    """The creators, as ``load_creators`` gives them."""
    return pd.DataFrame({"id": ids(CREATORS, "c"), "tiktok_handle": ids(CREATORS, "goat")})


def in_a_file(frame: pd.DataFrame) -> None:
    """Write a frame as CSV."""
    with tempfile.TemporaryDirectory() as folder:
        tgp.to_csv(frame, Path(folder) / "a.csv")


def analytics() -> pd.DataFrame:
    """Daily values of two years, as ``load_analytics`` gives them."""
    dice, metrics = np.random.default_rng(7), (*METRICS, "followers", "posts")
    shape = (CREATORS, len(metrics), DAYS)
    owners, kinds, days = (each.reshape(-1) for each in np.indices(shape, np.int32))
    size = len(owners)
    values = np.rint(
        np.exp(dice.normal(7.0, 0.7, size)) / np.array([1, 9, 70, 90, 99, 40, 999])[kinds]
    )
    main, entity = (
        pd.Categorical([word]).take(np.zeros(size, np.int8)) for word in ("main", "creator")
    )
    return pd.DataFrame(
        {
            "entity": entity,
            "entity_id": ids(CREATORS, "c").take(owners),
            "metric": pd.Categorical.from_codes(kinds, list(metrics)),
            "date": (FIRST + pd.to_timedelta(np.arange(DAYS), unit="D")).as_unit("us").take(days),
            "value": pd.array(values, "Float64"),
            "series_kind": main,
            "is_partial": pd.array(np.zeros(size, np.bool_), "boolean"),
        }
    )  # fmt: skip


def whole(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give frames the provenance of complete loads, and add their creators."""
    people = pd.DataFrame({"id": ids(CREATORS, "c"), "tiktok_handle": "someone", "is_active": True})
    goals = frames["goals"].assign(project_id=HEALTHY)
    given = {**frames, "creators": people, "goals": goals}
    at = pd.Timestamp(NOW)
    loaded = {name: as_loaded(frame, at, name) for name, frame in given.items()}
    return {**loaded, "goals": with_standing(loaded)}


def posts() -> pd.DataFrame:
    """Videos of the same years, as ``load_videos`` gives them."""
    dice = np.random.default_rng(7)
    seconds = pd.to_timedelta(dice.integers(0, DAYS * 86_400, VIDEOS), unit="s")
    posted = (FIRST.tz_localize("UTC") + seconds).as_unit("us")
    names, views = ids(VIDEOS, "5"), dice.integers(0, 100_000, VIDEOS)
    return pd.DataFrame(
        {
            "id": names,
            "title": pd.Series(names) + " #fyp",
            "url": "https://www.tiktok.com/@someone/video/" + pd.Series(names),
            "creator_id": ids(CREATORS, "c").take(dice.integers(0, CREATORS, VIDEOS)),
            "view_count": pd.array(views, "Int64"),
            "like_count": pd.array(dice.binomial(views, 0.06), "Int64"),
            "comment_count": pd.array(dice.binomial(views, 0.004), "Int64"),
            "share_count": pd.array(dice.binomial(views, 0.006), "Int64"),
            "save_count": pd.array(dice.binomial(views, 0.005), "Int64"),
            "posted_at": posted,
            "updated_at": posted,
            "tracking_status": pd.Categorical(dice.choice(["included", "excluded"], VIDEOS)),
            "is_tracking_disabled": pd.array(dice.random(VIDEOS) < 0.02, "boolean"),
        }
    )


def growing(videos: pd.DataFrame) -> pd.DataFrame:
    """Daily new views of each video's first ten days, as ``load_analytics`` gives them."""
    dice, many = np.random.default_rng(8), len(videos)
    ages = np.tile(np.arange(len(SHARES)), many)
    places = np.arange(many).repeat(len(SHARES))
    days = videos["posted_at"].dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    days = days.take(places).to_numpy() + ages.astype("timedelta64[D]")
    counts = videos["view_count"].to_numpy(float)[places] * SHARES[ages]
    views = np.rint(counts * dice.lognormal(0.0, 0.3, len(counts)))
    frame = pd.DataFrame(
        {
            "entity": pd.Categorical(["video"]).take(np.zeros(len(views), np.int8)),
            "entity_id": videos["id"].array.take(places),
            "metric": pd.Categorical(["views"]).take(np.zeros(len(views), np.int8)),
            "date": pd.Series(days).dt.as_unit("us"),
            "value": pd.array(views, "Float64"),
            "series_kind": pd.Categorical(["main"]).take(np.zeros(len(views), np.int8)),
            "is_partial": pd.array(np.zeros(len(views), np.bool_), "boolean"),
        }
    )
    return frame[frame["date"] <= LAST].reset_index(drop=True)


def targets() -> pd.DataFrame:
    """Goals of each creator."""
    owners = np.repeat(np.arange(CREATORS), len(GOALS))
    return pd.DataFrame(
        {
            "creator_id": ids(CREATORS, "c").take(owners),
            "goal_id": ids(len(owners), "9"),
            "project_id": "p",
            "tiktok_handle": "someone",
            "metric": pd.Categorical([metric for metric, _ in GOALS] * CREATORS),
            "period": pd.Categorical([period for _, period in GOALS] * CREATORS),
            "target_value": pd.array([1.0, 3.0, 9_000.0, 40_000.0] * CREATORS, "Float64"),
            "start_date": FIRST,
            "end_date": pd.NaT,
            "is_active": True,
        }
    )


def nested() -> pd.DataFrame:
    """Campaigns, each inside the one before; the last has all creators."""
    names = [*ids(CAMPAIGNS, "7")]
    inside = [[{"item_type": "campaign", "item_id": name}] for name in names[1:]]
    creators = [{"item_type": "creator", "item_id": name} for name in ids(CREATORS, "c")]
    items = [json.dumps(each) for each in (*inside, creators)]
    return pd.DataFrame({"id": names, "name": names, "items": items})
