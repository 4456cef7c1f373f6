"""The ten aggregate reports about videos, creators and campaigns.

cohort.py selects the videos of a report.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Annotated, Any, TypeAlias

import numpy as np

from trackagoat_pandas.sandbox.call import Call
from trackagoat_pandas.sandbox.cohort import cohort_of, engagement_rate, leaders_of
from trackagoat_pandas.sandbox.database import marks
from trackagoat_pandas.sandbox.declare import Answer, Row, get
from trackagoat_pandas.sandbox.entities import (
    CommentCount,
    LikeCount,
    SaveCount,
    ShareCount,
    ViewCount,
)
from trackagoat_pandas.sandbox.formats import Instant, Uuid, doc
from trackagoat_pandas.sandbox.lookups import creators_of, find
from trackagoat_pandas.sandbox.measures import COLUMNS
from trackagoat_pandas.sandbox.paging import slice_of
from trackagoat_pandas.sandbox.parameters import (
    FROM,
    OFFSET,
    THE_PROJECT,
    TO,
    ZONE,
    Parameter,
    whole_number,
)
from trackagoat_pandas.sandbox.routes.compliance import REFERENCE_DATE, STATUSES, standings
from trackagoat_pandas.sandbox.spans import local_day_of
from trackagoat_pandas.sandbox.subjects import campaign_videos

_BOUNDS = (0, 100, 1_000, 10_000, 100_000, 1_000_000)
_PERCENTILES = (25, 50, 75, 90, 99)
# Assumed: an outlier has at least this many times its creator's median views.
_OUTLIER_MULTIPLE = 3.0
# Assumed: a creator with fewer posts in the range has no baseline.
_OUTLIER_POSTS = 5
_ONE_DAY = timedelta(days=1)


_VideoId: TypeAlias = Annotated[Uuid, doc("The video.")]
_PostCount: TypeAlias = Annotated[int, doc("Posts.")]
_CreatorId: TypeAlias = Annotated[Uuid, doc("The creator.")]
_TiktokHandle: TypeAlias = Annotated[str, doc("The creator's handle, without @.")]
_VideoCount: TypeAlias = Annotated[int, doc("Counted videos posted in the range.")]
_Rate: TypeAlias = Annotated[
    float | None, doc("Likes, comments, shares and saves over views, in percent; null at 0 views.")
]


class VideoLeaderboard(Row):
    """A counted video posted in the range, with its counts now."""

    video_id: _VideoId
    title: Annotated[str | None, doc("The caption.")]
    thumbnail_url: Annotated[str | None, doc("The cover picture.")]
    url: Annotated[str, doc("The post's address.")]
    view_count: ViewCount
    like_count: LikeCount
    comment_count: CommentCount
    share_count: ShareCount
    save_count: SaveCount
    posted_at: Annotated[Instant, doc("When it was posted.")]


class PostingHeatmap(Row):
    """A weekday and hour with at least one post."""

    dow: Annotated[int, doc("The weekday: 0 is Sunday.")]
    hour: Annotated[int, doc("The local hour, from 0 to 23.")]
    post_count: _PostCount
    avg_views: Annotated[float, doc("Mean views of these posts now.")]


class ViewBucket(Row):
    """Videos with view counts in one range."""

    lower: Annotated[int, doc("The fewest views, inclusive.")]
    upper: Annotated[int | None, doc("The most views, exclusive; null: no limit.")]
    video_count: Annotated[int, doc("Videos in the bucket.")]


class ViewPercentiles(Row):
    """Views below which 25, 50, 75, 90 and 99 percent of the videos are; null without videos."""

    p25: Annotated[float | None, doc("The 25th percentile.")]
    p50: Annotated[float | None, doc("The 50th percentile.")]
    p75: Annotated[float | None, doc("The 75th percentile.")]
    p90: Annotated[float | None, doc("The 90th percentile.")]
    p99: Annotated[float | None, doc("The 99th percentile.")]


class ViewDistribution(Row):
    """How many videos fall into each size bucket."""

    buckets: Annotated[list[ViewBucket], doc("The buckets, smallest first.")]
    percentiles: Annotated[ViewPercentiles, doc("Percentiles of the views.")]


class Outlier(Row):
    """A video far above its creator's median."""

    video_id: _VideoId
    creator_id: _CreatorId
    view_count: ViewCount
    baseline_views: Annotated[float, doc("The median views of the creator's posts.")]
    multiple: Annotated[float, doc("Views divided by the baseline.")]


class CreatorLeaderboard(Row):
    """A creator and the counts of its videos posted in the range."""

    creator_id: _CreatorId
    tiktok_handle: _TiktokHandle
    video_count: _VideoCount
    view_count: ViewCount
    like_count: LikeCount
    comment_count: CommentCount
    share_count: ShareCount
    save_count: SaveCount
    engagement_rate_by_views: _Rate


class PostingConsistency(Row):
    """How regularly a creator posts."""

    creator_id: _CreatorId
    tiktok_handle: _TiktokHandle
    active_days: Annotated[int, doc("Days with a post.")]
    posts: Annotated[int, doc("Posts.")]
    posts_per_week: Annotated[float, doc("Posts a week, over the days of the range so far.")]
    longest_gap_days: Annotated[int, doc("The most days in a row without a post.")]


class CreatorScatter(Row):
    """How many posts, views and reactions a creator had, as a point of a scatter plot."""

    creator_id: _CreatorId
    tiktok_handle: _TiktokHandle
    post_count: _PostCount
    avg_views_per_post: Annotated[float, doc("Mean views of these posts now.")]
    engagement_rate_by_views: _Rate


class GoalComplianceCounts(Row):
    """The number of goals with a status."""

    status: Annotated[str, doc("The status.")]
    count: Annotated[int, doc("Goals with this status.")]


class CampaignLeaderboard(Row):
    """A campaign and the counts of its tree's videos posted in the range."""

    campaign_id: Annotated[Uuid, doc("The campaign.")]
    name: Annotated[str, doc("Its name.")]
    video_count: _VideoCount
    view_count: ViewCount
    engagement_rate_by_views: _Rate


class MemberOverlap(Row):
    """Two campaigns that share creators or videos."""

    campaign_a: Annotated[Uuid, doc("The older campaign.")]
    campaign_b: Annotated[Uuid, doc("The newer campaign.")]
    shared_creators: Annotated[int, doc("Creators in both trees.")]
    shared_videos: Annotated[int, doc("Counted videos in both trees.")]


def video_leaderboard(call: Call) -> Answer:
    """Rank videos, biggest or latest first."""
    cohort = leaders_of(call)
    order: str = call.arguments["order"]
    keys = cohort.videos.posted_ts if order == "posted_at" else cohort.counts[order]
    ranked = np.argsort(-keys, kind="stable").tolist()
    answer = slice_of(call, ranked)
    ids = [cohort.videos.ids[place] for place in answer.data]
    found = call.database.rows(f"SELECT * FROM videos WHERE id IN ({marks(ids)})", ids)
    rows = {row["id"]: row for row in found}
    records = []
    for video_id, place in zip(ids, answer.data, strict=True):
        counts = {column: int(cohort.counts[column][place]) for column in COLUMNS}
        records.append(VideoLeaderboard.record(rows[video_id], {"video_id": video_id, **counts}))
    return Answer(records, answer.meta)


def posting_heatmap(call: Call) -> Answer:
    """Count posts and average their views by local weekday and hour; empty cells are left out."""
    cohort = cohort_of(call)
    cells: dict[tuple[int, int], list[int]] = {}
    posts = zip(cohort.videos.posted_ts.tolist(), cohort.counts["view_count"].tolist(), strict=True)
    for posted_ts, views in posts:
        local = datetime.fromtimestamp(posted_ts, UTC).astimezone(cohort.span.zone)
        cells.setdefault((local.isoweekday() % 7, local.hour), []).append(views)
    rows = [
        {"dow": dow, "hour": hour, "post_count": len(views), "avg_views": sum(views) / len(views)}
        for (dow, hour), views in sorted(cells.items())
    ]
    return slice_of(call, rows)


def view_distribution(call: Call) -> Answer:
    """Count videos by size, and give the percentiles of their views."""
    views = cohort_of(call).counts["view_count"]
    bucket = np.searchsorted(np.array(_BOUNDS), views, "right") - 1
    filled = np.bincount(bucket, minlength=len(_BOUNDS)).tolist()
    uppers = (*_BOUNDS[1:], None)
    buckets = [
        {"lower": lower, "upper": upper, "video_count": count}
        for lower, upper, count in zip(_BOUNDS, uppers, filled, strict=True)
    ]
    shares = np.percentile(views, _PERCENTILES).tolist() if len(views) else [None] * 5
    percentiles = {f"p{rank}": share for rank, share in zip(_PERCENTILES, shares, strict=True)}
    data = {"buckets": buckets, "percentiles": percentiles}
    return Answer(data, {"total_count": len(buckets)})


def outliers(call: Call) -> Answer:
    """Find videos far above their creator's median, farthest first."""
    cohort = cohort_of(call)
    views = cohort.counts["view_count"]
    rows: list[dict[str, Any]] = []
    for creator_id, places in cohort.by_creator.items():
        baseline = float(np.median(views[places]))
        if len(places) < _OUTLIER_POSTS or baseline <= 0:
            continue
        rows += [
            {
                "video_id": cohort.videos.ids[place],
                "creator_id": creator_id,
                "view_count": int(views[place]),
                "baseline_views": baseline,
                "multiple": int(views[place]) / baseline,
            }
            for place in places[views[places] >= _OUTLIER_MULTIPLE * baseline].tolist()
        ]
    rows.sort(key=lambda row: -row["multiple"])
    return slice_of(call, rows)


def creator_leaderboard(call: Call) -> Answer:
    """Rank creators by a sum over their posts; those without a post are last."""
    cohort = leaders_of(call)
    order: str = call.arguments["order"]
    rows = []
    for creator in creators_of(call, cohort.project_id):
        places = cohort.of_creator(creator["id"])
        sums = cohort.sums(places)
        computed = {
            "creator_id": creator["id"],
            "video_count": cohort.posts(places),
            **sums,
            "engagement_rate_by_views": engagement_rate(sums),
        }
        rows.append(CreatorLeaderboard.record(creator, computed))
    # A rate of None sorts below one of 0.
    rows.sort(key=lambda row: -1.0 if row[order] is None else row[order], reverse=True)
    return slice_of(call, rows)


def posting_consistency(call: Call) -> Answer:
    """Measure how regularly creators post on the days of the range up to today."""
    cohort = cohort_of(call)
    last = min(cohort.span.last, call.today)
    days = max((last - cohort.span.first).days + 1, 0)
    rows = []
    for creator in creators_of(call, cohort.project_id):
        instants = cohort.videos.posted_ts[cohort.of_creator(creator["id"])].tolist()
        posted = [local_day_of(posted_ts, cohort.span.zone) for posted_ts in instants]
        fences = [cohort.span.first - _ONE_DAY, *sorted(set(posted)), last + _ONE_DAY]
        gap = max((after - before).days - 1 for before, after in pairwise(fences))
        computed = {
            "creator_id": creator["id"],
            "active_days": len(set(posted)),
            "posts": len(posted),
            "posts_per_week": len(posted) * 7 / days if days else 0.0,
            "longest_gap_days": gap if days else 0,
        }
        rows.append(PostingConsistency.record(creator, computed))
    return slice_of(call, rows)


def creator_scatter(call: Call) -> Answer:
    """Give posts, mean views and engagement of each creator that posted."""
    cohort = cohort_of(call)
    rows = []
    for creator in creators_of(call, cohort.project_id):
        places = cohort.of_creator(creator["id"])
        if not len(places):
            continue
        sums = cohort.sums(places)
        computed = {
            "creator_id": creator["id"],
            "post_count": len(places),
            "avg_views_per_post": sums["view_count"] / len(places),
            "engagement_rate_by_views": engagement_rate(sums),
        }
        rows.append(CreatorScatter.record(creator, computed))
    return slice_of(call, rows)


def goal_counts(call: Call) -> Answer:
    """Count the goals of active creators by status, empty ones included."""
    project_id: str = find(call, "Project", call.arguments["project_id"])["id"]
    day: date = call.arguments["reference_date"] or call.today
    found = Counter(
        standing.status
        for creator in creators_of(call, project_id, "is_active")
        for _, standing in standings(call, creator["id"], day)
    )
    rows: list[dict[str, Any]] = [{"status": status, "count": found[status]} for status in STATUSES]
    return Answer(rows, {"total_count": len(rows)})


def campaign_leaderboard(call: Call) -> Answer:
    """Rank campaigns by the views of their posts."""
    cohort = leaders_of(call)
    place_of = {video_id: place for place, video_id in enumerate(cohort.videos.ids)}
    rows = []
    for campaign in _campaigns(call, cohort.project_id):
        videos, _ = campaign_videos(call, campaign)
        inside = [place_of[video_id] for video_id in videos.ids if video_id in place_of]
        places = np.array(inside, np.intp)
        sums = cohort.sums(places)
        computed = {
            "campaign_id": campaign["id"],
            "video_count": cohort.posts(places),
            "view_count": sums["view_count"],
            "engagement_rate_by_views": engagement_rate(sums),
        }
        rows.append(CampaignLeaderboard.record(campaign, computed))
    rows.sort(key=lambda row: -row["view_count"])
    return slice_of(call, rows)


def member_overlap(call: Call) -> Answer:
    """List the pairs of campaigns whose trees share creators or counted videos."""
    project_id: str = find(call, "Project", call.arguments["project_id"])["id"]
    trees = []
    for campaign in _campaigns(call, project_id):
        videos, creators = campaign_videos(call, campaign)
        trees.append((campaign["id"], creators, set(videos.ids)))
    rows = [
        {
            "campaign_a": id_a,
            "campaign_b": id_b,
            "shared_creators": len(creators_a & creators_b),
            "shared_videos": len(videos_a & videos_b),
        }
        for (id_a, creators_a, videos_a), (id_b, creators_b, videos_b) in combinations(trees, 2)
    ]
    return slice_of(call, [row for row in rows if row["shared_creators"] or row["shared_videos"]])


def _campaigns(call: Call, project_id: str) -> list[sqlite3.Row]:
    return call.database.rows(
        "SELECT * FROM campaigns WHERE project_id = ? ORDER BY created_at, rowid", (project_id,)
    )


_BASE = "/analytics/aggregate"
_DATES = (THE_PROJECT, FROM, TO)
_ALL_ROWS = (
    Parameter("limit", "Rows in the answer; default: all.", whole_number(1, 10**9)),
    OFFSET,
)
_LIMIT = Parameter("limit", "Rows in the answer.", whole_number(1, 100), default=50)


def _leading(*orders: str) -> tuple[Parameter, ...]:
    order = Parameter("order", "What to rank by.", default="view_count", choices=orders)
    return (*_DATES, order, _LIMIT, OFFSET)


_BY_VIDEO = _leading(*COLUMNS, "posted_at")
_RANKED = _leading("video_count", *COLUMNS, "engagement_rate_by_views")
_BY_HOUR = (
    THE_PROJECT,
    replace(FROM, required=True),
    replace(TO, required=True),
    ZONE,
    *_ALL_ROWS,
)
_ALL = (*_DATES, *_ALL_ROWS)
_ALL_DAYS = (THE_PROJECT, *_ALL_ROWS)
_JUDGED = (THE_PROJECT, REFERENCE_DATE)
ROUTES = (
    get(f"{_BASE}/video-leaderboard", video_leaderboard, VideoLeaderboard, "offset", _BY_VIDEO),
    get(f"{_BASE}/posting-heatmap", posting_heatmap, PostingHeatmap, "offset", _BY_HOUR),
    get(f"{_BASE}/view-distribution", view_distribution, ViewDistribution, "one", _DATES),
    get(f"{_BASE}/outliers", outliers, Outlier, "offset", _ALL),
    get(
        f"{_BASE}/creator-leaderboard",
        creator_leaderboard,
        CreatorLeaderboard,
        "offset",
        _RANKED,
    ),
    get(f"{_BASE}/posting-consistency", posting_consistency, PostingConsistency, "offset", _ALL),
    get(f"{_BASE}/creator-scatter", creator_scatter, CreatorScatter, "offset", _ALL),
    get(f"{_BASE}/goal-compliance", goal_counts, GoalComplianceCounts, "list", _JUDGED),
    get(f"{_BASE}/campaign-leaderboard", campaign_leaderboard, CampaignLeaderboard, "offset", _ALL),
    get(f"{_BASE}/member-overlap", member_overlap, MemberOverlap, "offset", _ALL_DAYS),
)
