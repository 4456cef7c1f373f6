"""The question "Who has gone silent?".

A creator is silent after more than a week without a post, if that is longer than in the half year
before and so long that chance alone would bring it to the program less than once a month. Whoever
posted on fewer than five days has no habit to compare with, and counts after four weeks. So does
who never posted, from the day on which tracking began.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.helpers.health.statuses import ENOUGH
from trackagoat_pandas.helpers.posting_silences import posting_silences
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.showing.recorder import Traced

_NEWCOMER_DAYS: Final = 28
_WITHOUT_CREATOR: Final = ["direct_add", "pending_review", "excluded"]
"""The statuses of posts that may have no creator, or don't count."""
_DEFINITION: Final = (
    "A creator is silent after more than a week without a post, if chance doesn't explain it and no"
    " break in the half year before was as long. Where no habit is known it takes four weeks"
)


class SilentQuestion(Question):
    """Which active creators are silent for longer than fits their habit."""

    name, text = "silent", "Who has gone silent?"
    section, part = "posting", "cadence"
    boards = ("PostingBoard",)
    needs = ("videos", "creators")
    entity, key = "creator", "creator_id"
    rows_name, flagged_name = "silences", "silent"
    thresholds = Thresholds(
        unit="months in which chance alone brings one such silence to the program",
        watch=1, bad=10, bad_share=ENOUGH,
        why="A silence that chance brings once a month is worth a question, so a report lists it."
        " Health is bad where chance brings it once in ten months, to one in 25 creators or more."
        " Creators who never posted, who have no habit and who are back for less than four days"
        " are at 1, whatever their habit.",
    )  # fmt: skip
    caption = "Creators silent for longer than fits their habit"
    advice = "Ask these creators whether they still take part."
    fields = (
        "tiktok_handle last_day silent_days longest_before_days post_days_per_week "
        "ended_silence_days unsure_posts creator_id"
    )

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        found = script.call(
            "silences", posting_silences, program.frames["videos"], program.frames["creators"],
            now=program.now, timezone=program.zone,
        )  # fmt: skip
        found = script.let("silences", found.set_index("creator_id"))
        is_long = found["silent_days"] > _NEWCOMER_DAYS
        level = found["rarity_months"].fillna(is_long.astype("Float64"))
        level = script.let("level", level.mask(found["ended_silence_days"].notna(), 1.0))
        # Posts without a day may have come lately, or long ago as a part of the habit.
        level = level.mask((found["unsure_posts"] > 0) & (level < self.thresholds.watch))
        rows = found.assign(level=level)
        order = ["level", "silent_days"]
        return script.let("silences", rows.sort_values(order, ascending=False, kind="stable"))

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        if len(rows.value):
            script.note(_DEFINITION)
        creators, videos = (script.program.frames[name] for name in ("creators", "videos"))
        require_columns(videos.value, ["tracking_status", "creator_id"], loader="load_videos")
        is_theirs = ~videos["tracking_status"].isin(_WITHOUT_CREATOR)
        incomplete = (videos["creator_id"].isna() & is_theirs).sum() + creators["id"].isna().sum()
        if "is_active" in creators.value.columns:
            incomplete += creators["is_active"].isna().sum()
        is_back = flagged["ended_silence_days"].notna()
        has_posted = flagged["last_day"].notna()
        counts = {
            "active": rows.shape[0], "posted": rows["last_day"].notna().sum(),
            "silent": (has_posted & ~is_back).sum(), "never": (~has_posted).sum(),
            "back": is_back.sum(), "unknown": rows["level"].isna().sum(),
            "incomplete": incomplete,
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["incomplete"] + (not answer.totals["posted"])

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total = answer.numbers
        active, silent, never, back = (
            total[name].value for name in ("active", "silent", "never", "back")
        )
        said: list[str | Number]
        if not active:
            said = ["There is no active creator."]
        elif not total["posted"].value:
            said = ["No active creator has posted yet."]
        elif active == 1:
            verb = "has" if silent else "hasn't"
            said = [f"The only active creator {verb} gone silent."]
        else:
            verb = "has" if silent in (0, 1) else "have"
            count = total["silent"] if silent else replace(total["silent"], text="None")
            said = [count, " of ", total["active"], f" active creators {verb} gone silent."]
        if never:
            said += [" ", total["never"], f" {'has' if never == 1 else 'have'} never posted."]
        if back:
            said += [" ", total["back"], f" {'is' if back == 1 else 'are'} back from a silence."]
        if total["unknown"].value:
            said += [" ", total["unknown"], " can't be judged: dates or statuses are missing."]
        if total["incomplete"].value:
            one = total["incomplete"].value == 1
            noun = "post or creator lacks" if one else "posts or creators lack"
            said += [" ", total["incomplete"], f" {noun} an id or a status."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        who = script.creator_of(rows.value.loc[id_])
        days, before, ended = (
            script.number(f"row.{id_}.{name}", rows[name][id_])
            for name in ("silent_days", "longest_before_days", "ended_silence_days")
        )
        last = script.number(f"row.{id_}.last_day", rows["last_day"][id_], "day")
        if last.value is None:
            noun = count_of(days.value, "day")
            return [f"{who} hasn't posted since tracking began ", days, f" {noun} ago."]
        if ended.value is not None:
            return [f"{who} posted again on ", last, " after ", ended, " days without a post."]
        said = (f"{who} hasn't posted for ", days, f" {count_of(days.value, 'day')}.")
        if before.value is None:
            return said
        return [*said, " The longest break before was ", before,
                f" {count_of(before.value, 'day')}."]  # fmt: skip

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Last post", "last_day", "day"),
        TableColumn("Days silent", "silent_days"),
        TableColumn("Longest before", "longest_before_days"),
        TableColumn("Days with a post a week", "post_days_per_week", "number", "{:.1f}".format),
    )


SILENT: Final = SilentQuestion()
