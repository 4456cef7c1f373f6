"""The section on what moved the views: the question's answer, and what posts gained."""

from __future__ import annotations

from typing import Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer
from trackagoat_pandas.asking.script import count_of, title_text
from trackagoat_pandas.asking.views import VIEWS
from trackagoat_pandas.helpers.counted import COUNTED_STATUSES
from trackagoat_pandas.helpers.posting import posting_consistency
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.program.weeks import Week, week_of
from trackagoat_pandas.reporting.drafts import Draft, percent_text, records_of, section
from trackagoat_pandas.showing.recorder import Traced

_FAR: Final = pd.Timedelta(hours=36)
"""How far the only list beside a midnight may be from it to stand for it."""
_APART: Final = pd.Timedelta(days=8)
"""How far apart two lists may be between which views are read off a line."""
_MUCH: Final = 20
"""From how many percent of a change on one post explains much of it."""
_LEAST: Final = 2
"""How many percent of the views of the week before it has to move as well."""
_MOST_POSTS: Final = 5


@section("What moved the views", needs=["analytics"], uses=["videos", "post_analytics"])
def views(draft: Draft) -> None:
    """Write how views compare with those of the week before, and which posts moved them."""
    answer = draft.answer(VIEWS)
    if draft.reason or "videos" not in draft.program.frames:
        return
    week = week_of(draft.program)
    draft.judge("creators", "videos")
    gains = _gains(draft, week)
    if gains is not None:
        _say_biggest_post(draft, answer, gains)
        _list_posts(draft, gains)
    _say_posts(draft, week)


def _say_biggest_post(draft: Draft, answer: Answer, gains: Traced) -> None:
    """Write what the change would have been without the post that moved most."""
    before, change = answer.totals["views_before"], answer.totals["change"]
    if gains.value.empty or not change:
        return
    id_ = str(gains.value["change"].abs().idxmax())
    moved, had = gains["change"][id_], gains["before"][id_]
    if abs(100 * moved.value) < max(_MUCH * abs(change), _LEAST * before):
        draft.say("No single post explains much of it.")
        return
    post = gains.value.loc[id_]
    who = f"{title_text(post['title'])} by {draft.handle(post['creator_id'])}"
    if had.value >= before:
        size = f"{abs(moved.value):,}"
        way = "fewer" if moved.value < 0 else "more"
        draft.say(
            f"{who} alone had ",
            draft.number(f"post.{id_}.change", moved, basis="settled", text=size), f" {way}.",
        )  # fmt: skip
        return
    rows = answer.judged_rows
    without = 100 * (rows["change"].sum() - moved) / (rows["before"].sum() - had)
    percent = draft.number("views_pct_without_post", without, "percent", "settled",
                           text=percent_text(abs(without.value)))  # fmt: skip
    way = "fewer" if without.value < 0 else "more"
    draft.say(f"Without {who} it would be ", percent, f" {way}.")


def _gains(draft: Draft, week: Week) -> Traced | None:
    """Return what posts gained in both weeks: by their daily views, or else by lists of counts.

    None if neither says it.
    """
    if "post_analytics" in draft.program.frames:
        return _gains_by_day(draft, week)
    return _gains_by_list(draft, week) if "history" in draft.program.frames else None


def _gains_by_day(draft: Draft, week: Week) -> Traced:
    views, posts = draft.program.frames["post_analytics"], draft.let("posts", _posts(draft))
    sums = {
        name: views[views["date"].between(str(days.first), str(days.last))]
        .groupby("entity_id")["value"].sum().reindex(posts.index)
        for name, days in (("before", week.before), ("after", week))
    }  # fmt: skip
    gains = draft.let("gains", posts.assign(**sums).dropna(subset=["before", "after"]))
    if len(gains.value) < len(posts.value):
        draft.note(
            f"Daily views were loaded for {len(gains.value):,} of {len(posts.value):,} posts: the "
            "most viewed, old and new."
        )
    return draft.let("gains", gains.assign(change=gains["after"] - gains["before"]))


def _gains_by_list(draft: Draft, week: Week) -> Traced | None:
    """Return what posts gained by the lists before and after the ends of both weeks.

    None without lists near to each of them.
    """
    seen = draft.program.frames["history"].value["observed_at"].drop_duplicates()
    ends = [pd.Timestamp(one) for one in (week.before.start, week.start, week.end)]
    around = [_around(seen, end) for end in ends]
    if not all(around):
        return None
    posts = draft.let("posts", _posts(draft))
    first, start, end = (
        draft.let(name, _views_at(draft, posts, stamp_text(end), lists))
        for name, end, lists in zip(("at_first", "at_start", "at_end"), ends, around, strict=True)
    )
    gains = posts.assign(before=(start - first).round(), after=(end - start).round())
    gains = draft.let("gains", gains.dropna(subset=["before", "after"]))
    return draft.let("gains", gains.assign(change=gains["after"] - gains["before"]))


def _around(seen: pd.Series, end: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the lists right before and after an instant; or one that is near, or none."""
    sides = [seen[seen <= end].max(), seen[seen >= end].min()]
    there = [one for one in sides if pd.notna(one)]
    if len(there) == 2:
        return there if there[1] - there[0] <= _APART else []
    return [one for one in there if abs(one - end) <= _FAR]


def _views_at(draft: Draft, posts: Traced, end: str, lists: list[pd.Timestamp]) -> Traced:
    """Return the views of posts at an instant, on the straight line between two lists."""
    history = draft.program.frames["history"]
    counts = list[Traced]()
    for moment in map(stamp_text, lists):
        listed = history[history["observed_at"] == moment].drop_duplicates("id")
        views = listed.set_index("id")["view_count"].reindex(posts.index)
        # A post has no views before it is posted, and unknown ones where no list has it.
        counts.append(views.where(posts["posted_at"] < moment, 0))
    low, high = draft.let("low", counts[0]), draft.let("high", counts[-1])
    span = lists[-1] - lists[0]
    part = (pd.Timestamp(end) - lists[0]) / span if span else 0.0
    # Rounded, since the number stands in the script that people read.
    return (low + round(part, 4) * (high - low)).where(posts["posted_at"] < end, 0)


def _posts(draft: Draft) -> Traced:
    """Return the posts that count in the views of creators, by id."""
    videos, views = draft.program.frames["videos"], draft.program.frames["analytics"]
    counts = videos["tracking_status"].isin([*COUNTED_STATUSES])
    if "is_tracking_disabled" in videos.value.columns:
        counts &= ~videos["is_tracking_disabled"].fillna(value=False)
    counts &= videos["creator_id"].isin(views["entity_id"]) & videos["posted_at"].notna()
    return videos[counts].drop_duplicates("id").set_index("id")


def _say_posts(draft: Draft, week: Week) -> None:
    posts, before = (
        draft.call(
            name, posting_consistency, draft.program.frames["videos"], dates=days.dates,
            now=draft.program.now, timezone=week.zone,
        )["posts"].sum()
        for name, days in (("posted", week), ("posted_before", week.before))
    )  # fmt: skip
    count = draft.number("posts", posts, basis="settled")
    draft.say(
        "Creators published ", count, f" {count_of(count.value, 'post')}, after ",
        draft.number("posts_before", before, basis="settled"), " the week before.",
    )  # fmt: skip


def _list_posts(draft: Draft, gains: Traced) -> None:
    top = gains.value[gains.value["after"] > 0].nlargest(_MOST_POSTS, "after")
    draft.list(
        "Posts with the most new views",
        ("Post", "Creator", "Week before", "This week"),
        [
            (
                title_text(post["title"]),
                draft.handle(post["creator_id"]),
                *(
                    draft.number(f"post.{id_}.{column}", gains[column][id_], "number", "settled")
                    for column in ("before", "after")
                ),
            )
            for id_, post in records_of(top)
        ],
        numeric="--nn",
        of=len(top),
    )
