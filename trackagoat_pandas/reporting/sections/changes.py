"""The section on what changed since the week before, and how much of it one post explains."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.changes import explain_change
from trackagoat_pandas.helpers.counted import COUNTED_STATUSES
from trackagoat_pandas.helpers.posting import posting_consistency
from trackagoat_pandas.plots.waterfall import waterfall as plot_waterfall
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import (
    MOST_ROWS,
    Draft,
    count_of,
    more_or_fewer,
    percent_text,
    records_of,
    section,
    title_text,
)
from trackagoat_pandas.reporting.weeks import Week, week_of
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


class _Change(NamedTuple):
    """Two weeks by creator, and their sums."""

    rows: Traced
    before: Traced
    after: Traced
    change: Traced


@section("What changed", uses=["videos", "post_analytics"])
def changes(draft: Draft) -> None:
    """Write how the week's views, posts and likes compare with those of the week before."""
    if draft.is_without("analytics"):
        return
    week = week_of(draft.program)
    draft.judge("analytics", "creators", "videos")
    found = _change(draft, week, "views")
    if found is None:
        is_empty = draft.program.frames["analytics"].value.empty
        draft.reason = (
            "There are no daily views."
            if is_empty
            else "The daily views don't cover two whole weeks."
        )
        return
    _say_views(draft, week, found)
    _say_creator(draft, found)
    _say_posts(draft, week)
    if "likes" in {*draft.program.frames["analytics"].value["metric"]}:
        _say_likes(draft, week)
    _list_creators(draft, found.rows)
    rows = found.rows.value
    if rows["change"].any():
        text = f"Bars: by how much each creator moved the views in the week of {week.text}."
        draft.draw(plot_waterfall, rows, text, height_in=2.6)


def _change(draft: Draft, week: Week, metric: str) -> _Change | None:
    """Compare two weeks; None if they aren't in the frame. Creators with gaps are left out."""
    given = draft.program.given("creators")
    options = {} if metric == "views" else {"metric": metric}
    try:
        found = draft.call(
            f"{metric}_change", explain_change, _since_tracking(draft),
            dates=week.dates, **options, **given, timezone=week.zone,
        )  # fmt: skip
    except ArgumentError:
        return None
    gone = int(found.value["change"].isna().sum())
    if gone == len(found.value):
        return None
    if gone:
        found = draft.let(f"{metric}_change", found[found["change"].notna()])
        draft.note(
            f"{gone:,} {count_of(gone, 'creator')} whose {metric} of some days are missing "
            f"{'is' if gone == 1 else 'are'} left out of the comparison"
        )
    return _Change(found, *(found[column].sum() for column in ("before", "after", "change")))


def _since_tracking(draft: Draft) -> Traced:
    """Return the daily values, with 0 for days on which a creator wasn't tracked yet."""
    views, creators = draft.program.frames["analytics"], draft.program.frames.get("creators")
    if creators is None or "tracking_start_date" not in creators.value.columns:
        return views
    starts = creators.drop_duplicates("id").set_index("id")["tracking_start_date"]
    is_before = views["date"] < starts.reindex(views["entity_id"]).to_numpy()
    is_before &= views["value"].isna()
    if not is_before.value.any():
        return views
    return draft.let("tracked", views.assign(value=views["value"].mask(is_before, 0)))


def _say_views(draft: Draft, week: Week, found: _Change) -> None:
    views = draft.number("views", found.after, basis="settled")
    before = draft.number("views_before", found.before, basis="settled")
    said: list[str | Number] = [f"In the week of {week.short} posts got ", views, " views, "]
    if not found.before.value:
        said += ["after ", before, " in the week before"]
    elif not found.change.value:
        said += ["as many as in the week before"]
    else:
        percent = _percent(draft, "views_pct", 100 * found.change / found.before)
        said += [percent, f" {more_or_fewer(found.change.value)} than the ", before]
        said += [" of the week before"]
    draft.say(*said, *_one_post(draft, week, found), ".")


def _percent(draft: Draft, key: str, percent: Traced) -> Number:
    """Write the size of a change in percent, whose direction is said beside it."""
    size = percent_text(abs(percent.value))
    return draft.number(key, percent, "percent", "settled", text=size)


def _one_post(draft: Draft, week: Week, found: _Change) -> list[str | Number]:
    """Say in the end of a sentence how much of the change one post explains."""
    if "videos" not in draft.program.frames:
        return []
    gains = _gains(draft, week)
    if gains is None:
        return _biggest_post(draft, week)
    _list_posts(draft, gains)
    if gains.value.empty or not found.change.value:
        return []
    id_ = str(gains.value["change"].abs().idxmax())
    moved, had = gains["change"][id_], gains["before"][id_]
    is_much = abs(100 * moved.value / found.change.value) >= _MUCH
    if not is_much or abs(100 * moved.value) < _LEAST * found.before.value:
        return ["; no single post explains much of it"]
    who = _post_text(draft, gains.value.loc[id_])
    if had.value >= found.before.value:
        share = draft.number(
            f"post.{id_}.change", moved, basis="settled", text=f"{abs(moved.value):,}"
        )
        return ["; one post alone, ", who, ", got ", share, f" {more_or_fewer(moved.value)}"]
    without = 100 * (found.change - moved) / (found.before - had)
    percent = _percent(draft, "views_pct_without_post", without)
    noun = "fall" if without.value < 0 else "rise"
    is_alike = (without.value < 0) == (found.change.value < 0)
    be = f"the {noun} would have been " if is_alike else f"it would have been a {noun} of "
    return [f"; without {who} {be}", percent]


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
            f"Of {len(posts.value):,} posts {len(gains.value):,} have daily views here: those with "
            "the most views, of all and of the new ones."
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


def _post_text(draft: Draft, post: pd.Series) -> str:
    return f"{title_text(post['title'])} by {draft.handle(post['creator_id'])}"


def _biggest_post(draft: Draft, week: Week) -> list[str | Number]:
    """Name the week's most viewed post, for when no list has gains by day."""
    posts = draft.let("posts", _posts(draft))
    posted = posts["posted_at"]
    new = draft.let("new", posts[(posted >= week.start) & (posted < week.end)])
    views = new.value["view_count"].dropna()
    if views.empty:
        return []
    id_ = str(views.idxmax())
    most = draft.number(f"post.{id_}.views", new["view_count"][id_])
    who = _post_text(draft, new.value.loc[id_])
    return [f"; the most viewed of its new posts, {who}, has ", most, " by now"]


def _say_creator(draft: Draft, found: _Change) -> None:
    rows = found.rows.value
    known = rows[rows["creator_id"].notna()]
    if known.empty or not known["change"].any():
        return
    top = known.loc[known["change"].abs().idxmax()]
    row = _by_creator(draft, found.rows)
    id_ = str(top["creator_id"])
    size = f"{abs(int(top['change'])):,}"
    change = draft.number(f"row.{id_}.change", row["change"][id_], basis="settled", text=size)
    who = draft.handle(id_, top["tiktok_handle"])
    draft.say(
        f"{who} changed most: ", change, f" {more_or_fewer(top['change'])} than the week before."
    )


def _by_creator(draft: Draft, rows: Traced) -> Traced:
    return draft.let("by_creator", rows[rows["creator_id"].notna()].set_index("creator_id"))


def _say_posts(draft: Draft, week: Week) -> None:
    if "videos" not in draft.program.frames:
        return
    counts = list[Number]()
    for key, name, days in (
        ("posts", "posted", week),
        ("posts_before", "posted_before", week.before),
    ):
        rows = draft.call(
            name, posting_consistency, draft.program.frames["videos"], dates=days.dates,
            now=draft.program.now, timezone=week.zone,
        )  # fmt: skip
        counts.append(draft.number(key, rows["posts"].sum(), basis="settled"))
    posts, before = counts
    noun = "post was" if posts.value == 1 else "posts were"
    draft.say(posts, f" {noun} made, after ", before, " in the week before.")


def _say_likes(draft: Draft, week: Week) -> None:
    found = _change(draft, week, "likes")
    if found is not None:
        likes = draft.number("likes", found.after, basis="settled")
        before = draft.number("likes_before", found.before, basis="settled")
        draft.say("Posts got ", likes, " likes, after ", before, " in the week before.")


def _list_creators(draft: Draft, rows: Traced) -> None:
    row = _by_creator(draft, rows)
    known = rows.value[rows.value["creator_id"].notna()]
    draft.list(
        "Creators who moved the views most",
        ("Creator", "Week before", "This week", "Change", "Share of the week"),
        [
            (
                draft.handle(id_, name),
                *(
                    draft.number(f"row.{id_}.{column}", row[column][id_], basis="settled")
                    for column in ("before", "after", "change")
                ),
                draft.number(f"row.{id_}.share", row["after_pct"][id_], "percent", "settled"),
            )
            for id_, name in known[["creator_id", "tiktok_handle"]].head(MOST_ROWS).to_numpy()
        ],
        numeric="-nnnn",
        of=len(known),
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
