"""Videos and comments posted after the world was made, and the views that follow.

What changes the numbers of past days, such as a video that is found late or deleted again, does so
within three days of posting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trackagoat_pandas.sandbox.agenda import Event, Moment
from trackagoat_pandas.sandbox.clock import DAY_S, Timeline, format_seconds
from trackagoat_pandas.sandbox.comments import comment_row
from trackagoat_pandas.sandbox.curves import counts_at
from trackagoat_pandas.sandbox.dice import Dice
from trackagoat_pandas.sandbox.fortunes import STREAK_DAYS, befall, signs_of, streak
from trackagoat_pandas.sandbox.habits import posting_creators
from trackagoat_pandas.sandbox.lookups import COUNTED, used_of
from trackagoat_pandas.sandbox.people import Creator
from trackagoat_pandas.sandbox.surprises import (
    Story,
    campaign_effects,
    over_post,
    plan_surprises,
    plant_story,
)
from trackagoat_pandas.sandbox.truth import plant
from trackagoat_pandas.sandbox.video_cache import COUNTED_STATUSES, CURVE
from trackagoat_pandas.sandbox.videos import (
    GUEST_ENGAGEMENT,
    GUEST_VIEWS,
    NOBODY,
    Posts,
    draw_posts,
    film,
    video_rows,
)

_FOUND_S = (60.0, 7_200.0)  # after posting
_BY_HAND_S = (0.1 * DAY_S, 2.5 * DAY_S)  # later than that
_DELETED, _SWITCHED_OFF = 0.015, 0.015  # shares of the videos
_REMOVED_S = (0.1 * DAY_S, 2.5 * DAY_S)  # after they were found
_COMMENTED_S = 20 * DAY_S  # after posting, mostly much earlier
_MOST_COMMENTS = 60  # under one video


def plan_posts(moment: Moment, day: date) -> None:
    """Plan the posts of a day, by the creators that were there at its start and by guests."""
    [life] = moment.database.rows("SELECT * FROM life WHERE org_id = ?", (moment.org_id,))
    creators, effects = posting_creators(moment), campaign_effects(moment)
    for creator in creators:
        mean = creator.posts_a_week / 7.0 * creator.week[day.weekday()]
        if mean > 0.0 and creator.tracked_from <= day:
            hot = _hot(moment, creator, day)
            effect = effects.get(creator.id, 1.0) * hot
            _plan_creator(moment, creator, day, mean * hot, effect)
    projects = list(dict.fromkeys(creator.project_id for creator in creators))
    dice = moment.dice(f"guests on {day}")
    number = int(dice.numbers(np.array([life["guests_daily"]]))[0])
    if number and projects:
        posted_s = _within(moment, day, dice.uniform(0.0, DAY_S, number))
        spread = moment.nature.luck
        posts = draw_posts(dice, NOBODY, posted_s, GUEST_VIEWS, GUEST_ENGAGEMENT, spread)
        _befall(moment, f"guests on {day}", posts, GUEST_VIEWS)
        _plan(moment, dice, [], posts, projects, [None] * number)


def _plan_creator(moment: Moment, creator: Creator, day: date, mean: float, effect: float) -> None:
    dice = moment.dice(f"posts of {creator.id} on {day}")
    number = int(dice.numbers(np.array([mean]))[0])
    if number:
        posted_s = _within(moment, day, dice.normal(creator.peak_hour, 1.9, number) * 3_600.0)
        posts = draw_posts(
            dice, 0, posted_s, creator.median_views, creator.engagement, moment.nature.luck
        )
        _befall(moment, f"{creator.id} on {day}", posts, creator.median_views)
        stories = plan_surprises(dice, creator, posts, moment.nature)
        posts.final_views[~posts.is_staged] *= effect
        _plan(moment, dice, [creator], posts, [creator.project_id], stories)
    flood = over_post(moment, creator, day)
    if flood is not None:
        dice, posts, days = flood
        _plan(moment, dice, [creator], posts, [creator.project_id], days)


def _hot(moment: Moment, creator: Creator, day: date) -> float:
    """Return the factor by which a creator posts more, and better, on a day."""
    spread = moment.nature.streaks
    if not spread:
        return 1.0
    days = [day - timedelta(days=ago) for ago in range(STREAK_DAYS - 1, -1, -1)]
    shocks = [
        moment.dice(f"streak of {creator.id} on {one}").normal(0.0, spread, 1)[0] for one in days
    ]
    return float(np.exp(streak(np.array(shocks)))[0])


def _befall(moment: Moment, name: str, posts: Posts, median_views: float) -> None:
    dice = moment.dice(f"nature of {name}")
    befall(dice, moment.nature, moment.zone, posts, np.full(len(posts), median_views))


def _within(moment: Moment, day: date, after_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put seconds after midnight into a day, which may be short or long."""
    start_s, end_s = moment.start_s(day), moment.start_s(day + timedelta(days=1))
    return np.sort(np.floor(start_s + after_s % (end_s - start_s)))


def _plan(
    moment: Moment,
    dice: Dice,
    creators: Sequence[Creator],
    posts: Posts,
    projects: Sequence[str],
    stories: Sequence[Story | None],
) -> None:
    posts = replace(posts, final_views=np.round(posts.final_views))
    # The day after the last post: nothing is cut to the end of the world.
    far = Timeline(moment.zone, moment.instant + timedelta(days=10), 0)
    columns = film(dice, far, creators, posts, projects)
    by_hand = np.array([status == "direct_add" for status in columns["tracking_status"]])
    late_s = np.where(by_hand, dice.uniform(*_BY_HAND_S, len(posts)), 0.0)
    found_s = np.floor(posts.posted_s + late_s + dice.uniform(*_FOUND_S, len(posts)))
    del columns["untracked_ts"]  # each is tracked when it is found
    columns |= {
        "created_at": format_seconds(found_s),
        "updated_at": format_seconds(found_s),
        "tracked_ts": np.where(by_hand, found_s, posts.posted_s),
        "deleted_at": [None] * len(posts),
        "is_tracking_disabled": [0] * len(posts),
    }
    more = {"found_s": found_s, "story": stories, "signs": [*signs_of(posts)]}
    for row in video_rows({**columns, **more}):
        at_s = row.pop("found_s")
        moment.plan("post", row["creator_id"] or "guest", at_s, **row)


def post(moment: Moment, event: Event) -> None:
    """Show a post, unless its creator is tracked no longer or the plan's limit is reached."""
    story, video = event.facts["story"], {**event.facts}
    signs = video.pop("signs")
    del video["story"]
    used = used_of(moment.database, moment.org_id, "max_tracked_videos_per_org")
    if used is not None and used[0] >= used[1]:
        return
    if video["creator_id"] is not None:
        sql = "SELECT * FROM creators WHERE id = ? AND is_active AND deleted_at IS NULL"
        found = moment.database.rows(sql, (video["creator_id"],))
        if not found:
            return
        # It may have been renamed today.
        address = f"https://www.tiktok.com/@{found[0]['tiktok_handle']}/video/"
        video["url"] = address + video["tiktok_video_id"]
    moment.database.insert("videos", [video, *_shared(moment, video)])
    for kind in signs:
        plant(moment.database, kind, video["id"], {})
    dice = moment.dice(event.name)
    if video["tracking_status"] in COUNTED_STATUSES:
        plan_comments(moment, dice, [video])
    if story is not None:
        plant_story(moment, story, video)
        return
    removed_s = moment.at_s + float(dice.uniform(*_REMOVED_S, 1)[0])
    chance = float(dice.uniform(0.0, 1.0, 1)[0])
    if chance < _DELETED:
        moment.plan("delete video", video["id"], removed_s)
    elif chance < _DELETED + _SWITCHED_OFF and not video["is_tracking_exempt"]:
        moment.plan("switch off", video["id"], removed_s)


def _shared(moment: Moment, video: dict[str, Any]) -> list[dict[str, Any]]:
    """Make the rows of a post in the other projects in which its account is tracked."""
    condition = (
        "is_active AND deleted_at IS NULL AND id != ? AND lower(tiktok_handle) = "
        "(SELECT lower(tiktok_handle) FROM creators WHERE id = ?)"
    )
    rows = moment.own("*", "creators", condition, video["creator_id"], video["creator_id"])
    return [
        {
            **video,
            "id": moment.dice(f"{video['id']} of {row['id']}").uuid(),
            "project_id": row["project_id"],
            "creator_id": row["id"],
            "tracking_status": "auto_tracked",
        }
        for row in rows
    ]


def plan_comments(moment: Moment, dice: Dice, videos: Sequence[Any]) -> None:
    """Plan the comments under counted videos that are written from now on.

    Bigger videos have more of them, and most come in a video's first days.
    """
    [life] = moment.database.rows("SELECT * FROM life WHERE org_id = ?", (moment.org_id,))
    final_views = np.array([video["final_views"] for video in videos], np.float64)
    means = np.minimum(life["comment_rate"] * np.sqrt(final_views), _MOST_COMMENTS)
    places = np.repeat(np.arange(len(videos)), dice.numbers(means))
    born_s = np.array([video["posted_ts"] for video in videos], np.float64)[places]
    size = len(places)
    # The third power puts most of them into the first days.
    posted_s = np.floor(born_s + 60.0 + _COMMENTED_S * dice.uniform(0.0, 1.0, size) ** 3)
    found_s = posted_s + dice.uniform(60.0, 6 * 3_600.0, size)
    for number, place in enumerate(places.tolist()):
        subject = videos[place]["id"]
        facts = {"posted_s": int(posted_s[number]), "number": number}
        moment.plan("comment", subject, found_s[number], **facts)


def comment(moment: Moment, event: Event) -> None:
    """Show a comment, if its video still counts, and counts more comments than there are."""
    sql = f"SELECT * FROM videos WHERE id = ? AND {COUNTED}"
    there = "SELECT count(*) FROM comments WHERE video_id = ?"
    for video in moment.database.rows(sql, (event.subject,)):
        curve = {name: np.array([video[name]], np.float64) for name in CURVE}
        counted = counts_at(curve, np.array([float(moment.at_s)]))["comments"][0, 0]
        if moment.database.rows(there, (event.subject,))[0][0] >= counted:
            continue
        dice = moment.dice(f"{event.name}, {event.facts['number']}")
        row = comment_row(dice, dict(video), event.facts["posted_s"], moment.text)
        moment.database.insert("comments", [row])


def delete_video(moment: Moment, event: Event) -> None:
    """Take a video down, as its creator does on TikTok; its places in campaigns go with it."""
    moment.database.write(
        "UPDATE videos SET deleted_at = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL",
        (moment.text, moment.text, event.subject),
    )
    moment.database.write(
        "DELETE FROM campaign_items WHERE item_type = 'video' AND item_id = ?", (event.subject,)
    )


def switch_off(moment: Moment, event: Event) -> None:
    """Switch off the tracking of a video, unless it is exempt: it counts no longer."""
    sql = f"SELECT id FROM videos WHERE id = ? AND {COUNTED} AND NOT is_tracking_exempt"
    for video in moment.database.rows(sql, (event.subject,)):
        changes = {
            "is_tracking_disabled": 1,
            "untracked_ts": moment.at_s,
            "updated_at": moment.text,
        }
        moment.database.update("videos", video["id"], changes)
        plant(moment.database, "uncounted", video["id"], {"at": moment.text})
