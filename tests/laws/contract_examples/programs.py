"""Loads of resources, goals and time series, with what the contract's examples say of them."""

from __future__ import annotations

import trackagoat_pandas as tgp
from tests.laws.contract_examples.expected import (
    CAPTION,
    DAY,
    NAME,
    UTC,
    Load,
    analytics,
    listed,
    march,
    points,
)
from tests.laws.contract_examples.served import (
    BOND,
    CHARLI,
    CURSOR,
    FARM,
    GLOW,
    GLOW_VIDEO,
    OTHER_PROJECT,
    PHOTO,
    PROJECT,
    SHAKEN,
    TEASER,
    uid,
)

PROGRAMS = {
    "load_projects": Load(tgp.load_projects, listed("/projects"), {
        "id str": [PROJECT, OTHER_PROJECT],
        "org_id str": [uid("0", 1)] * 2,
        "name str": [NAME, "Évergreen"],
        "description str": ["Spring launch: 3 brands, 40 creators", None],
        "timezone str": ["America/New_York"] * 2,
        f"created_at {UTC}": ["2026-01-05 14:00:00+00:00", "2025-11-20 08:15:00+00:00"],
        f"updated_at {UTC}": ["2026-03-01 09:30:15.250000+00:00", "2025-11-20 08:15:00+00:00"],
    }),
    "load_creators": Load(
        tgp.load_creators, [*listed("/creators"), *listed("/creators", cursor=CURSOR)], {
        "id str": [CHARLI, FARM, BOND],
        "project_id str": [PROJECT] * 3,
        "tiktok_handle str": ["charlidamelio", "goat.farm_01", "007"],
        "display_name str": ["charli d'amelio", None, "Bond 🍸"],
        "description str": ["Prefers briefs by e-mail.\nNo Sundays.", None, None],
        "metadata str": [{"tier": "gold", "languages": ["en", "es"]}, {}, {"agency": None}],
        "tracking_mode category": ["auto", "selective", "auto"],
        "follower_count Int64": [155_800_000, None, 0],
        "total_likes Int64": [11_900_000_000, None, 0],
        "video_count Int64": [2873, None, 0],
        f"tracking_start_date {DAY}": ["2026-01-10 00:00:00", None, "2026-03-08 00:00:00"],
        "is_active boolean": [True, True, False],
        f"disabled_at {UTC}": [None, None, "2026-03-20 23:59:59.999000+00:00"],
    }),
    "load_videos": Load(tgp.load_videos, listed("/videos"), {
        "id str": [GLOW_VIDEO, PHOTO, SHAKEN],
        "creator_id str": [CHARLI, None, BOND],
        "tiktok_video_id str": [
            "7345678901234567890", "7345678901234567891", "7300000000000000001"],
        "title str": [CAPTION, None, "shaken, not stirred"],
        "metadata str": [{"sound": "original"}, {}, {}],
        "view_count Int64": [3_000_000_000, 0, 99],
        "like_count Int64": [412_000, 0, 7],
        "comment_count Int64": [5120, 0, 0],
        "share_count Int64": [9800, 0, 1],
        "save_count Int64": [22_100, None, 2],
        "tracking_status category": ["auto_tracked", "direct_add", "included"],
        "media_type category": ["video", "photo_carousel", "video"],
        f"posted_at {UTC}": ["2026-03-09 03:30:00+00:00", None, "2026-02-28 23:59:59+00:00"],
        "is_tracking_disabled boolean": [False, True, False],
        "is_tracking_exempt boolean": [True, False, False],
    }),
    "load_campaigns": Load(
        lambda: tgp.load_campaigns(NAME), listed("/campaigns", project=True), {
        "id str": [GLOW, TEASER],
        "name str": ["Glow 2026", "Glow teaser"],
        "readme str": ["Everything with the glow hashtag", None],
        "metadata str": [{"brand": "Glow"}, {}],
        "target_views Int64": [5_000_000, None],
        f"target_at {UTC}": ["2026-04-01 04:00:00+00:00", None],
        "items str": [[{"item_type": "creator", "item_id": CHARLI},
                       {"item_type": "campaign", "item_id": TEASER}], []],
    }),
    "load_annotations": Load(
        lambda: tgp.load_annotations(NAME, dates=("2026-02-01", "2026-03-31")),
        listed("/analytics/annotations", project=True,
               **{"from": "2026-02-01", "to": "2026-03-31"}), {
        "kind str": ["event", "note"],
        "label str": ["Super Bowl spot 🏈", "New <brief> sent"],
        f"date {DAY}": ["2026-02-08 00:00:00", "2026-03-08 00:00:00"],
        "entity str": ["campaign", "creator"],
        "entity_id str": [GLOW, CHARLI],
    }),
    "load_goal_compliance": Load(
        lambda: tgp.load_goal_compliance(PROJECT, reference_date="2026-03-27"),
        [(f"/projects/{PROJECT}/goal-compliance",
          {"period": "all", "reference_date": "2026-03-27"})], {
        "creator_id str": [CHARLI, CHARLI, FARM],
        "display_name str": ["charli d'amelio", "charli d'amelio", None],
        "goal_id str": [uid("5", 1), uid("5", 2), uid("5", 3)],
        "metric category": ["posts", "views", "followers"],
        "period category": ["monthly", "weekly", "daily"],
        f"end_date {DAY}": ["2026-12-31 00:00:00", None, None],
        "target Float64": [15, 50_000, 100],
        "actual Float64": [11, 60_250, 0],
        "percentage Float64": [73, 100, 0],
        "status category": ["behind_pace", "completed", "missed"],
        "scrape_stale boolean": [False, False, True],
        "messages str": [["The period is still in progress."], [],
                         ["The period ended 8 hours ago.", "The last scrape is old."]],
        f"period_start {UTC}": ["2026-03-01 05:00:00+00:00", "2026-03-16 04:00:00+00:00",
                                "2026-03-26 04:00:00+00:00"],
        f"period_end {UTC}": ["2026-04-01 04:00:00+00:00", "2026-03-23 04:00:00+00:00",
                              "2026-03-27 04:00:00+00:00"],
        "hours_until_period_end Float64": [111.5, None, None],
        "hours_since_period_end Float64": [None, 104.5, 8.5],
        "scrape_freshness str": [{"last_scraped_at": "2026-03-27T06:00:00Z"}, None, None],
    }),
    "load_analytics": Load(
        analytics("creator", [CHARLI, FARM], "views"),
        [("/openapi.json", {}), *points("creator", CHARLI, "views"),
         *points("creator", FARM, "views")], {
        "entity category": ["creator"] * 5,
        "entity_id str": [CHARLI] * 3 + [FARM] * 2,
        "label str": ["charlidamelio"] * 3 + ["goat.farm_01"] * 2,
        "metric category": ["views"] * 5,
        f"date {DAY}": march(25, 26, 27, 26, 27),
        "value Float64": [0, 1200, 450, 35, 12],
        "series_kind category": ["main"] * 5,
        "is_partial boolean": [False, False, True, False, True],
        "is_baseline boolean": [True, False, False, False, False],
    }, {"starts_later": {"number": 1, "of": 2, "first": "2026-03-26", "last": "2026-03-26"}},
        "analytics: 2026-03-25..2026-03-27 reaches beyond the data: the data of 1 of 2 creators "
        "begin on 2026-03-26. Earlier days are NA."),
    "load_analytics of a rate": Load(
        analytics("creator", CHARLI, "engagement_rate_by_views"),
        points("creator", CHARLI, "engagement_rate_by_views"), {
        f"date {DAY}": march(25, 26, 27),
        "value Float64": [None, 4.25, 6],
    }),
    "load_analytics with the prior period": Load(
        analytics("creator", CHARLI, "likes", compare="prior_period"),
        points("creator", CHARLI, "likes", compare="prior_period"), {
        "entity_id str": [CHARLI] * 4,
        f"date {DAY}": march(26, 27, 23, 24),
        "value Float64": [80, 30, 61, 57],
        "series_kind category": ["main", "main", "prior_period", "prior_period"],
    }),
    "load_analytics with a breakdown": Load(
        analytics("campaign", GLOW, "views", breakdown="video"),
        points("campaign", GLOW, "views", breakdown="video"), {
        "entity_id str": [GLOW, GLOW, GLOW_VIDEO, GLOW_VIDEO, "__other__", "__other__"],
        "label str": ["Glow 2026", "Glow 2026", CAPTION, CAPTION, "Other", "Other"],
        f"date {DAY}": march(26, 27, 26, 27, 26, 27),
        "value Float64": [5000, 3000, 4000, 2500, 1000, 500],
        "series_kind category": ["main"] * 2 + ["breakdown"] * 4,
        "parent_id str": [None, None, GLOW, GLOW, GLOW, GLOW],
    }),
    "load_analytics of one flat list": Load(
        analytics("video", GLOW_VIDEO, "views"), points("video", GLOW_VIDEO, "views"), {
        "entity_id str": [GLOW_VIDEO] * 3,
        f"date {DAY}": march(25, 26, 27),
        "value Float64": [0, 700, 250],
        "is_partial boolean": [False, False, True],
        "is_baseline boolean": [True, False, False],
    }),
}  # fmt: skip
