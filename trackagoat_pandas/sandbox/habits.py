"""The habits of creators: how much they post, when, about what, and how it does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from trackagoat_pandas.sandbox.agenda import Moment
from trackagoat_pandas.sandbox.lookups import OWN_PROJECTS
from trackagoat_pandas.sandbox.people import Creator, cast_creators

# A slump goes on: the same shares as in the weeks before.
_SLUMP_POSTS, _SLUMP_VIEWS = 0.5, 0.12
SCRAPED_EVERY_S = 24 * 3_600
_SLOWLY_EVERY_S = 52 * 3_600  # so that a scrape is stale at times
_SLOW = 9  # every ninth creator


def habit_rows(creators: Sequence[Creator], pace: float) -> list[dict[str, Any]]:
    """Make the rows of the table habits of the cast.

    ``pace`` is how much the world's creators have posted, against their own plans.
    """
    return [
        _row(
            creator,
            pace * (_SLUMP_POSTS if creator.trait == "slump" else 1.0),
            _SLUMP_VIEWS if creator.trait == "slump" else 1.0,
            _SLOWLY_EVERY_S if place % _SLOW == _SLOW - 1 else SCRAPED_EVERY_S,
        )
        for place, creator in enumerate(creators)
    ]


def pace_of(creators: Sequence[Creator], today: date, posts: int) -> float:
    """Return how many posts there are for each that the creators planned until today."""
    planned = sum(
        creator.posts_a_week / 7.0 * ((creator.left or today) - creator.tracked_from).days
        for creator in creators
    )
    return posts / planned if planned > 0 else 0.0


def posting_creators(moment: Moment) -> list[Creator]:
    """Return the organization's active creators with their habits, in the order of joining.

    The habits of a creator that was added by a request are drawn from its id. An account that is
    tracked in several projects posts as the creator that was there first.
    """
    active = moment.own("*", "creators", "is_active AND deleted_at IS NULL")
    first = {row["tiktok_handle"].lower(): row for row in reversed(active)}
    rows = [row for row in active if first[row["tiktok_handle"].lower()] is row]
    sql = (
        "SELECT habits.* FROM habits JOIN creators ON creators.id = creator_id "
        f"WHERE {OWN_PROJECTS}"
    )
    known: dict[str, Mapping[str, Any] | sqlite3.Row] = {
        row["creator_id"]: row for row in moment.database.rows(sql, (moment.org_id,))
    }
    for row in rows:
        if row["id"] not in known:
            habits = _draw(moment, row)
            moment.database.insert("habits", [habits])
            known[row["id"]] = habits
    return [_creator(row, known[row["id"]]) for row in rows]


def newcomer_habits(moment: Moment, creator: Creator) -> dict[str, Any]:
    """Make the row of a creator that joins now, who posts at the pace of the others."""
    sql = "SELECT pace FROM life WHERE org_id = ?"
    [life] = moment.database.rows(sql, (moment.org_id,))
    return _row(creator, life["pace"], 1.0, SCRAPED_EVERY_S)


def _draw(moment: Moment, row: sqlite3.Row) -> dict[str, Any]:
    dice = moment.dice(f"habits of {row['id']}")
    [creator] = cast_creators(dice, moment.timeline, [row["project_id"]])
    views = creator.median_views * row["followers_start"] / creator.followers
    return newcomer_habits(moment, replace(creator, id=row["id"], median_views=max(150.0, views)))


def _row(creator: Creator, posts: float, views: float, scraped_every_s: int) -> dict[str, Any]:
    return {
        "creator_id": creator.id,
        "niche": creator.niche,
        "posts_a_week": creator.posts_a_week * posts,
        "median_views": creator.median_views * views,
        "peak_hour": creator.peak_hour,
        "week": json.dumps(creator.week),
        "engagement": creator.engagement,
        "scraped_every_s": scraped_every_s,
    }


def _creator(row: sqlite3.Row, habits: Mapping[str, Any] | sqlite3.Row) -> Creator:
    return Creator(
        id=row["id"],
        project_id=row["project_id"],
        handle=row["tiktok_handle"],
        display_name=row["display_name"],
        niche=habits["niche"],
        trait="steady",
        tracked_from=date.fromisoformat(row["tracking_start_date"]),
        left=None,
        is_removed=False,
        is_selective=row["tracking_mode"] == "selective",
        followers=row["followers_start"],
        followers_daily=row["followers_daily"],
        median_views=habits["median_views"],
        posts_a_week=habits["posts_a_week"],
        peak_hour=habits["peak_hour"],
        week=tuple(json.loads(habits["week"])),
        engagement=habits["engagement"],
    )
