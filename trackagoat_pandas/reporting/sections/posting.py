"""The section on posting: who is silent, and who posts too much on a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trackagoat_pandas.helpers.posting import find_overposting, posting_consistency
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import MOST_ROWS, Draft, count_of, section
from trackagoat_pandas.showing.recorder import Traced

_DAYS: Final = 28
_SILENT_DAYS: Final = 7
_NAMED: Final = 3


@section("Posting", needs=["videos", "creators"])
def posting(draft: Draft) -> None:
    """Write how much creators post, who is silent, and on which days one over-posted."""
    if draft.is_without("videos"):
        return
    draft.judge("videos", "creators")
    program = draft.program
    first, last = (days_before(program.moment, program.zone, days) for days in (_DAYS - 1, 0))
    given = {**program.given("creators"), "now": program.now, "timezone": program.zone}
    month = draft.call(
        "month", posting_consistency, program.frames["videos"], dates=f"{first}..{last}", **given
    )
    ever = draft.call("ever", posting_consistency, program.frames["videos"], **given)
    ever = draft.let("ever", ever.set_index("creator_id"))
    month = draft.let("month", month.set_index("creator_id").reindex(ever.index))
    over = draft.call(
        "over", find_overposting, **program.given("videos", "history"), now=program.now,
        timezone=program.zone,
    )  # fmt: skip
    over = draft.let("over", over[over["day"] >= first])
    _say_silent(draft, ever)
    if ever.value["posts"].any():
        _say_over(draft, over)
        _say_posts(draft, month)
    _list_creators(draft, month, ever)
    _list_over(draft, over)


def _active(draft: Draft, rows: Traced) -> Traced:
    """Return the rows of active creators, by their id; all where no frame says who is active."""
    creators = draft.program.frames.get("creators")
    if creators is None or "is_active" not in creators.value.columns:
        return rows
    is_active = creators["is_active"].fillna(value=True)
    return rows[rows.index.isin(creators[is_active]["id"])]


def _say_silent(draft: Draft, ever: Traced) -> None:
    """Say which active creators haven't posted for a week, the longest silent first."""
    first = days_before(draft.program.moment, draft.program.zone, _SILENT_DAYS - 1)
    rows = _active(draft, ever)
    # Not `< first`: a creator who never posted has no last day, and is silent as well.
    silent = rows[~(rows["last_day"] >= first)]
    silent = draft.let("silent", silent.sort_values("last_day", na_position="first", kind="stable"))
    total = draft.number("active", draft.let("active", rows).shape[0])
    count = draft.number("silent", silent.shape[0])
    if not total.value:
        draft.say("No creator has posted yet.")
        return
    if not count.value:
        creators = count_of(total.value, "creator")
        none = replace(count, text="none")
        draft.say("Of ", total, f" active {creators} ", none, " has been silent for a week.")
        return
    draft.say(
        count, " of ", total, f" active {count_of(total.value, 'creator')} "
        f"{'has' if count.value == 1 else 'have'} not posted for a week or longer: ",
        *_creator_texts(draft, silent), ".",
    )  # fmt: skip


def _creator_texts(draft: Draft, silent: Traced) -> list[str | Number]:
    said: list[str | Number] = []
    rows = silent.value
    for id_ in map(str, rows.index[:_NAMED]):
        last = draft.number(f"row.{id_}.last_day", silent["last_day"][id_], "day")
        who = draft.handle(id_, rows.loc[id_].get("tiktok_handle"))
        since = [" (last on ", last, ")"] if last.value else [" (never)"]
        said += [", " if said else "", who, *since]
    more = len(rows) - _NAMED
    return [*said, f" and {more:,} more"] if more > 0 else said


def _say_over(draft: Draft, over: Traced) -> None:
    count = draft.number("over_days", over.shape[0])
    if not count.value:
        draft.say(replace(count, text="No"), " creator over-posted in the last 28 days.")
        return
    place = int(over.value.index[0])
    row = over.value.loc[place]
    who = draft.handle(row["creator_id"], row.get("tiktok_handle"))
    posts, low, day = _counts(draft, over, place)
    draft.say(
        count, f" over-posted {count_of(count.value, 'day')} in the last 28 days: {who} made ",
        posts, " posts on ", day, ", of which ", low, " were hardly seen.",
    )  # fmt: skip


def _counts(draft: Draft, over: Traced, place: int) -> tuple[Number, Number, Number]:
    """Write a day's posts, those hardly seen, and the day."""
    row = over.value.loc[place]
    key = f"over.{row['creator_id']}.{row['day'].date()}"
    return (
        draft.number(f"{key}.posts", over["posts"][place]),
        draft.number(f"{key}.low", over["low_posts"][place]),
        draft.number(f"{key}.day", over["day"][place], "day"),
    )


def _say_posts(draft: Draft, month: Traced) -> None:
    posts = draft.number("posts", month["posts"].sum())
    creators = draft.number("posting", (month["posts"] > 0).sum())
    draft.say(
        creators, f" {count_of(creators.value, 'creator')} made ", posts,
        f" {count_of(posts.value, 'post')} in the last 28 days.",
    )  # fmt: skip


def _list_creators(draft: Draft, month: Traced, ever: Traced) -> None:
    """List the active creators, those without a post for longest first."""
    rows = _active(draft, ever).value
    rows = rows.sort_values("last_day", na_position="first", kind="stable")
    draft.list(
        "Creators by their last post",
        ("Creator", "Last post", "Posts in 28 days", "Posts a week", "Longest silence in days"),
        [
            (
                draft.handle(id_, rows.loc[id_].get("tiktok_handle")),
                draft.number(f"row.{id_}.last_day", ever["last_day"][id_], "day"),
                draft.number(f"row.{id_}.posts", month["posts"][id_]),
                draft.number(f"row.{id_}.rate", month["posts_per_week"][id_], "number"),
                draft.number(f"row.{id_}.silence", month["longest_silence_days"][id_]),
            )
            for id_ in map(str, rows.index[:MOST_ROWS])
        ],
        numeric="--nnn",
        of=len(rows),
    )


def _list_over(draft: Draft, over: Traced) -> None:
    rows = over.value.head(MOST_ROWS)
    made = list[tuple[str | Number, ...]]()
    for place, row in zip(map(int, rows.index), rows.to_dict("records"), strict=True):
        posts, low, day = _counts(draft, over, place)
        made.append((draft.handle(row["creator_id"], row.get("tiktok_handle")), day, posts, low))
    headings = ("Creator", "Day", "Posts", "Hardly seen")
    draft.list("Over-posting", headings, made, numeric="--nn", of=len(over.value))
