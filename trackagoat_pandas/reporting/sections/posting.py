"""The section on posting: who is silent, who posts too much in a day, and the posts made."""

from __future__ import annotations

from typing import Final

from trackagoat_pandas.asking.overposting import OVERPOSTING
from trackagoat_pandas.asking.script import count_of
from trackagoat_pandas.asking.silent import SILENT
from trackagoat_pandas.helpers.posting import posting_consistency
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.reporting.drafts import Draft, records_of, section

_DAYS: Final = 28


@section("Posting", needs=SILENT.needs)
def posting(draft: Draft) -> None:
    """Write who is silent, who posts too much in a day, and how much creators post."""
    if draft.is_without("videos"):
        return
    if "creators" in draft.program.frames:
        draft.answer(SILENT)
    else:
        draft.note("Who has gone silent isn't known without the creators")
    draft.answer(OVERPOSTING)
    if len(draft.program.data["videos"]):
        _say_posts(draft)


def _say_posts(draft: Draft) -> None:
    """Say how much was posted in four weeks, and list the creators, the most posts first."""
    program = draft.program
    first, last = (days_before(program.moment, program.zone, days) for days in (_DAYS - 1, 0))
    month = draft.call(
        "month", posting_consistency, program.frames["videos"], dates=f"{first}..{last}",
        **program.given("creators"), now=program.now, timezone=program.zone,
    )  # fmt: skip
    month = draft.let("month", month[month["posts"] > 0].set_index("creator_id"))
    posts = draft.number("posts", month["posts"].sum())
    creators = draft.number("posting", month.shape[0])
    draft.say(
        creators, f" {count_of(creators.value, 'creator')} made ", posts,
        f" {count_of(posts.value, 'post')} in the last {_DAYS} days.",
    )  # fmt: skip
    draft.list(
        f"Creators by posts in the last {_DAYS} days",
        ("Creator", "Posts", "Posts a week", "Longest silence in days"),
        [
            (
                draft.handle(id_, row.get("tiktok_handle")),
                draft.number(f"creator.{id_}.posts", month["posts"][id_]),
                draft.number(f"creator.{id_}.rate", month["posts_per_week"][id_], "number"),
                draft.number(f"creator.{id_}.silence", month["longest_silence_days"][id_]),
            )
            for id_, row in records_of(month.value)
        ],
        numeric="-nnn",
        of=len(month.value),
    )
