"""Surprises among the posts to come: breakouts, bought views, suppressed videos, over-posting.

Each is planted once it has begun: a video that breaks out late, at its onset. A post with a
surprise counts, and is never taken down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import format_second
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.lookups import COUNTED, OWN_PROJECTS
from trackagoat_pandas.sandbox.nature import Nature
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.stories import (
    OWN_VIEWS,
    break_out_late,
    buy_views,
    change,
    is_good,
    shares_of,
    suppress,
)
from trackagoat_pandas.sandbox.truth import plant
from trackagoat_pandas.sandbox.videos import Posts, draw_posts

# Shares of the posts, in the order in which one draw decides between them.
_SHARES = {
    "breakout": 0.005,
    "suppressed": 0.01,
    "late breakout": 0.004,
    "bought": 0.012,
}
_MULTIPLES = (25.0, 50.0)  # of the creator's median: no luck brings as many
_OVER_POSTING = 1 / 600  # of a creator on a day
_FLOOD_POSTS, _UNSEEN = 9, 5  # on that day, and those that reach hardly anyone
_FLOOD_FROM_S, _FLOOD_EVERY_S = 9 * 3_600, 75 * 60

Story = dict[str, Any]
"""What is planted with a post: the kind, and its facts."""


def plan_surprises(
    dice: Dice, creator: Creator, posts: Posts, nature: Nature
) -> list[Story | None]:
    """Turn some posts into breakouts, suppressed ones and such with bought views; say which."""
    shares: dict[Any, float] = {**_SHARES, **shares_of(nature)}
    if nature.bought is not None:
        shares["bought"] = nature.bought
    bounds = np.cumsum(list(shares.values()))
    kinds = [*shares, None]
    drawn = dice.uniform(0.0, 1.0, len(posts))
    stories = [
        _surprise(dice, creator, posts, place, kinds[at], nature)
        for place, at in enumerate(np.searchsorted(bounds, drawn, "right").tolist())
    ]
    posts.is_staged[:] = [story is not None for story in stories]
    return stories


def _surprise(
    dice: Dice, creator: Creator, posts: Posts, place: int, kind: str | None, nature: Nature
) -> Story | None:
    """Turn a post into the drawn kind; one with few views can only break out at once."""
    if kind == "breakout":
        posts.final_views[place] = creator.median_views * dice.uniform(*_MULTIPLES, 1)[0]
        multiple = round(float(posts.final_views[place]) / creator.median_views, 2)
        onset = format_second(posts.posted_s[place])
        return {"kind": "breakout", "onset": onset, "multiple": multiple}
    if kind is None or posts.final_views[place] < OWN_VIEWS:
        return None
    if kind == "suppressed":
        suppress(posts, place)
        return {"kind": "suppressed"}
    posts.final_views[place] = np.round(posts.final_views[place])
    if kind == "late breakout":
        facts = break_out_late(dice, posts, place, creator.median_views)
        return {"kind": "breakout", **facts}
    if kind == "bought":
        return {"kind": kind, **buy_views(dice, posts, place, dice.pick(nature.strengths), nature)}
    if kind == "boosted" and not is_good(posts.final_views[place], creator.median_views):
        return None
    return {"kind": kind, **change(dice, posts, place, kind)}


def campaign_effects(moment: Moment) -> dict[str, float]:
    """Return by which factor campaigns multiply the views of each of their creators' posts."""
    sql = (
        "SELECT item_id, facts FROM planted JOIN campaign_items ON campaign_id = entity_id "
        "JOIN campaigns ON campaigns.id = campaign_id "
        f"WHERE kind = 'campaign_effect' AND item_type = 'creator' AND {OWN_PROJECTS}"
    )
    effects: dict[str, float] = {}
    for creator_id, facts in moment.database.rows(sql, (moment.org_id,)):
        effects[creator_id] = effects.get(creator_id, 1.0) * json.loads(facts)["factor"]
    return effects


def over_post(
    moment: Moment, creator: Creator, day: date
) -> tuple[Dice, Posts, Sequence[Story | None]] | None:
    """Draw whether a creator over-posts on a day; return the posts and the story of each."""
    dice = moment.dice(f"over-posting of {creator.id} on {day}")
    if not dice.chance(_OVER_POSTING, 1)[0]:
        return None
    posted_s = moment.start_s(day) + _FLOOD_FROM_S + _FLOOD_EVERY_S * np.arange(_FLOOD_POSTS)
    posts = draw_posts(
        dice,
        0,
        posted_s.astype(np.float64),
        creator.median_views,
        creator.engagement,
        moment.nature.luck,
    )
    unseen, seen = dice.uniform(15.0, 85.0, _UNSEEN), dice.uniform(150.0, 900.0, _FLOOD_POSTS)
    posts.final_views[:] = np.append(unseen, seen[_UNSEEN:])
    posts.is_staged[:] = True
    return dice, posts, [{"kind": "over_posting", "day": day.isoformat()}] * _FLOOD_POSTS


def plant_story(moment: Moment, story: Mapping[str, Any], video: Mapping[str, Any]) -> None:
    """Remember the story of a video that is there now.

    For over-posting that is once all posts are there, and for a second rise once it begins.
    """
    facts = {name: value for name, value in story.items() if name != "kind"}
    if video["wave_ts"] > moment.at_s:
        moment.plan("rise", video["id"], video["wave_ts"], story=story)
        return
    if story["kind"] != "over_posting":
        plant(moment.database, story["kind"], video["id"], facts)
        return
    day = date.fromisoformat(story["day"])
    posts = (
        "SELECT count(*) FROM videos WHERE creator_id = ? AND posted_ts >= ? AND posted_ts < ? "
        f"AND {COUNTED}"
    )
    span = moment.start_s(day), moment.start_s(day + timedelta(days=1))
    [number] = moment.database.rows(posts, (video["creator_id"], *span))
    planted = "SELECT 1 FROM planted WHERE kind = 'over_posting' AND entity_id = ? AND facts = ?"
    is_planted = moment.database.rows(planted, (video["creator_id"], json.dumps(facts)))
    if number[0] >= _FLOOD_POSTS and not is_planted:
        plant(moment.database, "over_posting", video["creator_id"], facts)


def rise(moment: Moment, event: Event) -> None:
    """Remember that a video breaks out or gets bought views now, unless it is gone."""
    sql = "SELECT * FROM videos WHERE id = ? AND deleted_at IS NULL"
    for video in moment.database.rows(sql, (event.subject,)):
        plant_story(moment, event.facts["story"], dict(video))
