"""Campaigns by plain loops over JSON, as the API's pages describe them."""

from __future__ import annotations

import itertools
import math
import statistics
from typing import Any

Row = dict[str, Any]
COUNTED = {"auto_tracked", "included", "direct_add"}
COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")


def items_of(campaigns: list[Row]) -> dict[str, list[tuple[str, str]]]:
    """The items of each campaign, without repetitions."""
    return {
        row["id"]: list(
            dict.fromkeys((one["item_type"], one["item_id"]) for one in row["items"] or [])
        )
        for row in campaigns
    }


def beneath(items: dict[str, list[tuple[str, str]]], campaign: str) -> set[tuple[str, str]]:
    """All that is listed in a campaign's tree, without itself."""
    found: set[tuple[str, str]] = set()
    waiting = [campaign]
    while waiting:
        for kind, id_ in items.get(waiting.pop(), []):
            if (kind, id_) not in found:
                found.add((kind, id_))
                if kind == "campaign":
                    waiting.append(id_)
    return found - {("campaign", campaign)}


def counted(videos: list[Row]) -> dict[str, Row]:
    return {
        row["id"]: row
        for row in videos
        if row["tracking_status"] in COUNTED and not row["is_tracking_disabled"]
    }


def videos_of(campaigns: list[Row], videos: list[Row]) -> dict[str, set[str]]:
    """The counted videos of each campaign."""
    items, posts = items_of(campaigns), counted(videos)
    found = {}
    for campaign in items:
        members = beneath(items, campaign)
        found[campaign] = {
            id_
            for id_, post in posts.items()
            if ("video", id_) in members or ("creator", post["creator_id"]) in members
        }
    return found


def creators_of(campaigns: list[Row], videos: list[Row]) -> dict[str, set[str]]:
    """The creators of each campaign: listed, or authors of its counted videos."""
    items, posts = items_of(campaigns), counted(videos)
    inside = videos_of(campaigns, videos)
    return {
        campaign: {id_ for kind, id_ in beneath(items, campaign) if kind == "creator"}
        | {posts[id_]["creator_id"] for id_ in inside[campaign]} - {None}
        for campaign in items
    }


def overlap_of(campaigns: list[Row], videos: list[Row]) -> set[tuple[str, str, int, int]]:
    """What each two campaigns share, in the order of creation."""
    creators, posts = creators_of(campaigns, videos), videos_of(campaigns, videos)
    order = [row["id"] for row in sorted(campaigns, key=lambda row: row["created_at"])]
    pairs = {
        (a, b, len(creators[a] & creators[b]), len(posts[a] & posts[b]))
        for a, b in itertools.combinations(order, 2)
    }
    return {pair for pair in pairs if pair[2] or pair[3]}


def tree_of(campaigns: list[Row]) -> list[Row]:
    """The places of campaigns, depth first."""
    items = items_of(campaigns)
    inner = {
        campaign: [id_ for kind, id_ in own if kind == "campaign"]
        for campaign, own in items.items()
    }
    listed = {id_ for campaign, own in inner.items() for id_ in own if id_ != campaign}
    rows: list[Row] = []
    seen: set[str] = set()

    def visit(campaign: str, above: tuple[str, ...]) -> None:
        place = "first"
        if campaign in seen:
            place = "circle" if campaign in above else "again"
        members = beneath(items, campaign)
        direct = {one for one in items.get(campaign, []) if one != ("campaign", campaign)}
        of_kind = dict.fromkeys(("campaign", "creator", "video"), 0)
        for kind, _ in members:
            of_kind[kind] += 1
        rows.append(
            {
                "campaign_id": campaign,
                "parent_id": above[-1] if above else None,
                "depth": len(above),
                "place": place,
                "direct_members": len(direct),
                "nested_members": len(members - direct),
                "campaigns": of_kind["campaign"],
                "creators": of_kind["creator"],
                "listed_videos": of_kind["video"],
            }
        )
        if place == "first":
            seen.add(campaign)
            for one in inner.get(campaign, []):
                visit(one, (*above, campaign))

    for campaign in [one for one in items if one not in listed] + list(items):
        if campaign not in seen:
            visit(campaign, ())
    return rows


def summary_of(campaigns: list[Row], videos: list[Row]) -> dict[str, Row]:
    """Posts and views of each campaign, each post once, and as a recursive sum has them."""
    items, posts = items_of(campaigns), counted(videos)
    inside, creators = videos_of(campaigns, videos), creators_of(campaigns, videos)

    def add_up(campaign: str, above: tuple[str, ...]) -> tuple[int, int]:
        if campaign in above:
            raise RecursionError
        own = items.get(campaign, [])
        kept = [
            post
            for id_, post in posts.items()
            if ("video", id_) in own or ("creator", post["creator_id"]) in own
        ]
        sums = [(len(kept), sum(post["view_count"] or 0 for post in kept))]
        sums += [add_up(id_, (*above, campaign)) for kind, id_ in own if kind == "campaign"]
        return sum(posts for posts, _ in sums), sum(views for _, views in sums)

    found = {}
    for campaign in items:
        try:
            added = add_up(campaign, ())
        except RecursionError:
            added = (None, None)
        own = [posts[id_] for id_ in inside[campaign]]
        views = [post["view_count"] for post in own if post["view_count"] is not None]
        whole = [post for post in own if None not in [post[name] for name in COUNTS]]
        base = sum(post["view_count"] for post in whole)
        engaged = sum(post[name] for post in whole for name in COUNTS[1:])
        found[campaign] = {
            "posts": len(own),
            "views": sum(views) if views or not own else None,
            "posts_added_up": added[0],
            "views_added_up": added[1],
            "creators": len(creators[campaign]),
            "median_views": statistics.median(views) if views else None,
            "engagement_rate_by_views": 100 * engaged / base if base else None,
        }
    return found


def comparison_of(campaigns: list[Row], videos: list[Row], a: str, b: str) -> Row:
    """What two campaigns share, and the posts of the same creators that only one of them has."""
    creators, inside = creators_of(campaigns, videos), videos_of(campaigns, videos)
    posts = counted(videos)
    pairs: dict[str, tuple[list[float], list[float]]] = {}
    for side, own in enumerate((inside[a] - inside[b], inside[b] - inside[a])):
        for id_ in sorted(own):
            creator, views = posts[id_]["creator_id"], posts[id_]["view_count"]
            if creator is not None and views is not None:
                pairs.setdefault(creator, ([], []))[side].append(math.log1p(views))
    pairs = {creator: both for creator, both in pairs.items() if both[0] and both[1]}
    return {
        "creators": [
            len(creators[a] - creators[b]), len(creators[a] & creators[b]),
            len(creators[b] - creators[a]), len(pairs), len(pairs),
        ],
        "posts": [
            len(inside[a] - inside[b]), len(inside[a] & inside[b]), len(inside[b] - inside[a]),
            sum(len(first) for first, _ in pairs.values()),
            sum(len(second) for _, second in pairs.values()),
        ],
        "effect": _mean_difference(list(pairs.values())) if len(pairs) >= 5 else None,
    }  # fmt: skip


def _mean_difference(pairs: list[tuple[list[float], list[float]]]) -> float:
    """The random-effects mean of DerSimonian and Laird, in percent."""
    differences = [statistics.fmean(first) - statistics.fmean(second) for first, second in pairs]
    squares = sum(
        sum((one - statistics.fmean(logs)) ** 2 for one in logs) for pair in pairs for logs in pair
    )
    freedom = sum(len(first) + len(second) - 2 for first, second in pairs)
    noise = squares / freedom if freedom else 0.0
    variances = [noise / len(first) + noise / len(second) for first, second in pairs]

    def mean(spread: float) -> float:
        weights = [1 / (one + spread) for one in variances]
        both = zip(weights, differences, strict=True)
        return sum(weight * one for weight, one in both) / sum(weights)

    if not noise:
        return 100 * math.expm1(statistics.fmean(differences))
    weights = [1 / one for one in variances]
    centre = mean(0.0)
    excess = sum(
        weight * (one - centre) ** 2 for weight, one in zip(weights, differences, strict=True)
    ) - (len(pairs) - 1)
    scale = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return 100 * math.expm1(mean(max(excess / scale, 0.0)))
