"""The question "What is waiting for review?".

Posts that wait for review count in no statistics. How long they have waited is known from when
TrackaGoat found them, or else from when they were posted.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of, title_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.helpers.posting import inbox
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.tables.resources import TRACKING_STATUSES

_WATCH_DAYS, _BAD_DAYS = 3, 7
_LONGEST: Final = 60


class InboxQuestion(Question):
    """Which posts wait for somebody to approve or exclude them."""

    name, text = "inbox", "What is waiting for review?"
    boards = ("PostingBoard",)
    needs = ("videos",)
    entity, key = "video", "id"
    rows_name, flagged_name = "posts", "waiting"
    thresholds = Thresholds(
        unit="days that a post has waited", watch=_WATCH_DAYS, bad=_BAD_DAYS,
        why="A finding counts every post that waits. Three days are a weekend. After a week a"
        " weekly report has left the post out. An inbox is worked off as a whole, so no alert is"
        " about single posts, and health judges only posts that count.",
    )  # fmt: skip
    caption = "Posts that wait for review"
    advice = "Approve or exclude these posts, the oldest first."
    fields = "tiktok_handle title days_waiting view_count posted_at waiting_since id creator_id"
    units: ClassVar = {"days_waiting": "days"}

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        waiting = script.call(
            "waiting", inbox, script.program.frames["videos"], now=script.program.now
        )
        hours = waiting["hours_waiting"]
        rows = waiting.assign(days_waiting=hours.floordiv(24).astype("Int64"), level=hours / 24)
        return script.let("posts", rows.set_index("id"))

    def is_flagged(self, rows: Traced) -> Traced:
        return rows.index.notna()

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        videos = script.program.frames["videos"]
        status = videos["tracking_status"]
        is_lost = ~status.isin(TRACKING_STATUSES) | (
            status.eq("pending_review") & videos["id"].isna()
        )
        counts = {
            "waiting": rows.shape[0], "late": (rows["level"] >= _BAD_DAYS).sum(),
            "views": flagged["view_count"].sum(), "undated": rows["level"].isna().sum(),
            "unknown": is_lost.sum(),
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["unknown"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        waiting, late, views, undated, unknown = answer.numbers.values()
        is_one = answer.count == 1
        said: list[str | Number] = ["No post is waiting for review."]
        if answer.count:
            said = [waiting, f" {count_of(answer.count, 'post')} {'is' if is_one else 'are'}"]
            said.append(" waiting for review")
            if late.value and not is_one:
                of = ["all"] if late.value == answer.count else [late]
                said += [", ", *of, f" of them for {_BAD_DAYS} days or more"]
            said.append(".")
        if views.value and answer.rows["view_count"].notna().all():
            said += [f" {'Its' if is_one else 'Their'} ", views,
                     f" {count_of(views.value, 'view')} don't count until then."]  # fmt: skip
        if undated.value and not is_one:
            has = "has" if undated.value == 1 else "have"
            said += [" We don't know how long ", undated, f" of them {has} waited."]
        if unknown.value:
            noun = count_of(unknown.value, "post")
            said += [" ", unknown, f" {noun} can't be judged: an id or a status is missing."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        who = script.creator_of(row)
        post = f"{who[:1].upper()}{who[1:]}: {title_text(row['title'])}"
        days = script.number(f"row.{id_}.days_waiting", rows["days_waiting"][id_])
        if days.value is None:
            return [f"{post} has waited for an unknown time."]
        if not days.value:
            return [f"{post} has waited for less than a day."]
        return [f"{post} has waited for ", days, f" {count_of(days.value, 'day')}."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return cut(row["title"], _LONGEST) if isinstance(row["title"], str) else ""

    columns = (
        TableColumn("Post", lambda _, row: title_text(row["title"])),
        TableColumn("Creator", Script.creator_of),
        TableColumn("Days waiting", "days_waiting"),
        TableColumn("Views", "view_count"),
        TableColumn("Posted", "posted_at", "instant"),
    )

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.leaderboard import leaderboard

        if answer.rows["days_waiting"].isna().all():
            return None
        shown = chosen(answer.rows.reset_index())
        plot = partial(leaderboard, shown, by="days_waiting", n=MOST_ROWS)
        text = "A bar for each post: how many days it has waited."
        return plot, text, 1.2 + 0.3 * min(answer.count, MOST_ROWS)


INBOX: Final = InboxQuestion()
