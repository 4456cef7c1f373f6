"""Surprises among the posts to come: breakouts, suppressed videos and days of over-posting.

Each is planted once it is there. A post with a surprise counts, and is never taken down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from trackagoat_pandas.sandbox.agenda import Moment
from trackagoat_pandas.sandbox.clock import format_second
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.lookups import COUNTED, OWN_PROJECTS
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.truth import plant
from trackagoat_pandas.sandbox.videos import Posts, draw_posts

_BREAKOUT, _SUPPRESSED = 0.005, 0.01  # shares of the posts
_MULTIPLES = (25.0, 50.0)  # of the creator's median: no luck brings as many
_SLOW_DAYS, _SLOW_SHAPE = 4.0, 3.0  # 2 % of the views after a day, 34 % after three
_OWN_VIEWS = 1_000.0  # of fewer nobody could say that they were held back
_OVER_POSTING = 1 / 600  # of a creator on a day
_FLOOD_POSTS, _UNSEEN = 9, 5  # on that day, and those that reach hardly anyone
_FLOOD_FROM_S, _FLOOD_EVERY_S = 9 * 3_600, 75 * 60

Story = dict[str, Any]
"""What is planted with a post: the kind, and its facts."""


def tell(dice: Dice, creator: Creator, posts: Posts) -> list[Story | None]:
    """Turn some posts into breakouts and suppressed videos; return the story of each."""
    stories: list[Story | None] = []
    for place, chance in enumerate(dice.uniform(0.0, 1.0, len(posts)).tolist()):
        views = float(posts.final_views[place])
        if chance < _BREAKOUT:
            posts.final_views[place] = creator.median_views * dice.uniform(*_MULTIPLES, 1)[0]
            multiple = round(float(posts.final_views[place]) / creator.median_views, 2)
            onset = format_second(posts.posted_s[place])
            stories.append({"kind": "breakout", "onset": onset, "multiple": multiple})
        elif chance < _BREAKOUT + _SUPPRESSED and views >= _OWN_VIEWS:
            posts.tau_days[place], posts.shape[place] = _SLOW_DAYS, _SLOW_SHAPE
            stories.append({"kind": "suppressed"})
        else:
            stories.append(None)
        posts.is_staged[place] = stories[-1] is not None
    return stories


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
        dice, 0, posted_s.astype(np.float64), creator.median_views, creator.engagement
    )
    unseen, seen = dice.uniform(15.0, 85.0, _UNSEEN), dice.uniform(150.0, 900.0, _FLOOD_POSTS)
    posts.final_views[:] = np.append(unseen, seen[_UNSEEN:])
    posts.is_staged[:] = True
    return dice, posts, [{"kind": "over_posting", "day": day.isoformat()}] * _FLOOD_POSTS


def plant_story(moment: Moment, story: Mapping[str, Any], video: Mapping[str, Any]) -> None:
    """Remember the story of a video that is there now; for over-posting, once all posts are."""
    facts = {name: value for name, value in story.items() if name != "kind"}
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
