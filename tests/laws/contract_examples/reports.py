"""Loads of the ten aggregate reports, with what the contract's examples say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

import trackagoat_pandas as tgp
from tests.laws.contract_examples.expected import CAPTION, UTC, Asked, Load
from tests.laws.contract_examples.served import (
    BOND,
    CHARLI,
    FARM,
    GLOW,
    GLOW_VIDEO,
    PHOTO,
    PROJECT,
    REPORT,
    SHAKEN,
    TEASER,
)

UNDATED = ("goal-compliance", "member-overlap")
UNCLEAR = {"counts": "undocumented"}
"""The contract doesn't say whether they count the days asked for or the videos' lifetime."""


def report(name: Any, **options: Any) -> Callable[[], pd.DataFrame]:
    dates = {} if name in UNDATED else {"dates": "2026-03"}
    return lambda: tgp.load_report(name, PROJECT, **dates, **options)


def asked(name: str, **more: str) -> Asked:
    days = {} if name in UNDATED else {"from": "2026-03-01", "to": "2026-03-31"}
    return [(REPORT + name, {"project_id": PROJECT, **days, **more})]


REPORTS = {
    "video-leaderboard": Load(
        report("video-leaderboard", order="view_count"),
        [request for offset in ("0", "2") for request in asked(
            "video-leaderboard", order="view_count", limit="100", offset=offset)], {
        "video_id str": [GLOW_VIDEO, SHAKEN, PHOTO],
        "title str": [CAPTION, "shaken, not stirred", None],
        "thumbnail_url str": ["https://example.com/covers/1.jpg",
                              "https://example.com/covers/3.jpg", None],
        "url str": ["https://www.tiktok.com/@charlidamelio/video/7345678901234567890",
                    "https://www.tiktok.com/@007/video/7300000000000000001",
                    "https://www.tiktok.com/@someone/photo/7345678901234567891"],
        "view_count Int64": [3_000_000_000, 99, 0],
        "like_count Int64": [412_000, 7, 0],
        "comment_count Int64": [5120, 0, 0],
        "share_count Int64": [9800, 1, 0],
        "save_count Int64": [22_100, 2, 0],
        f"posted_at {UTC}": ["2026-03-09 03:30:00+00:00", "2026-02-28 23:59:59+00:00", None],
    }, UNCLEAR),
    "posting-heatmap": Load(
        report("posting-heatmap", timezone="UTC"), asked("posting-heatmap", tz="UTC"), {
        "dow Int64": [0, 6],
        "hour Int64": [9, 23],
        "post_count Int64": [3, 1],
        "avg_views Float64": [1534.5, 99],
    }, UNCLEAR),
    "view-distribution": Load(report("view-distribution"), asked("view-distribution"), {
        "lower Float64": [0, 1000, 10_000],
        "upper Float64": [1000, 10_000, 5_000_000_000],
        "video_count Int64": [2, 0, 1],
    }, UNCLEAR),
    "outliers": Load(report("outliers"), asked("outliers"), {
        "video_id str": [GLOW_VIDEO, SHAKEN],
        "creator_id str": [CHARLI, BOND],
        "view_count Int64": [3_000_000_000, 99],
        "baseline_views Float64": [1_250_000.5, 33],
        "multiple Float64": [2399.999, 3],
    }, UNCLEAR),
    "creator-leaderboard": Load(
        report("creator-leaderboard"), asked("creator-leaderboard", limit="100", offset="0"), {
        "creator_id str": [CHARLI, FARM],
        "tiktok_handle str": ["charlidamelio", "goat.farm_01"],
        "video_count Int64": [14, 0],
        "view_count Int64": [3_000_000_000, 0],
        "like_count Int64": [412_000, 0],
        "comment_count Int64": [5120, 0],
        "share_count Int64": [9800, 0],
        "save_count Int64": [22_100, 0],
        "engagement_rate_by_views Float64": [0.015, None],
    }, UNCLEAR),
    "posting-consistency": Load(report("posting-consistency"), asked("posting-consistency"), {
        "creator_id str": [CHARLI, BOND],
        "tiktok_handle str": ["charlidamelio", "007"],
        "active_days Int64": [9, 1],
        "posts Int64": [14, 1],
        "posts_per_week Float64": [3.5, 0.25],
        "longest_gap_days Float64": [6, 27],
    }),
    "creator-scatter": Load(report("creator-scatter"), asked("creator-scatter"), {
        "creator_id str": [CHARLI, BOND],
        "tiktok_handle str": ["charlidamelio", "007"],
        "post_count Int64": [14, 1],
        "avg_views_per_post Float64": [214_285_714.29, 99],
        "engagement_rate_by_views Float64": [0.015, 10.1],
    }, UNCLEAR),
    "goal-compliance": Load(
        report("goal-compliance", reference_date="2026-03-27"),
        asked("goal-compliance", reference_date="2026-03-27"), {
        "status category": ["on_track", "behind_pace", "at_risk", "completed", "missed"],
        "count Int64": [2, 1, 0, 4, 1],
    }),
    "campaign-leaderboard": Load(report("campaign-leaderboard"), asked("campaign-leaderboard"), {
        "campaign_id str": [GLOW, TEASER],
        "name str": ["Glow 2026", "Glow teaser"],
        "video_count Int64": [15, 0],
        "view_count Int64": [3_000_000_099, 0],
        "engagement_rate_by_views Float64": [0.015, None],
    }, UNCLEAR),
    "member-overlap": Load(report("member-overlap"), asked("member-overlap"), {
        "campaign_a str": [GLOW],
        "campaign_b str": [TEASER],
        "shared_creators Int64": [1],
        "shared_videos Int64": [14],
    }),
}  # fmt: skip
