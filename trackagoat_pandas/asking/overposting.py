"""The question "Who posts too much in a day?"."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.helpers.posting import find_overposting
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.showing.recorder import Traced


class OverpostingQuestion(Question):
    """Which creators posted so much on a day that some posts got almost no views."""

    name, text = "overposting", "Who posts too much in a day?"
    has_rule, section, part = True, "posting", "over-posting"
    boards = ("PostingBoard",)
    needs, uses = ("videos",), ("history",)
    entity, key = "creator", "creator_id"
    rows_name, flagged_name = "over", "overposters"
    thresholds = Thresholds(
        unit="over-posted days in the last 7, of one creator",
        watch=0, bad=2, fires=1, clears=1,
        why="A report lists every over-posted day of four weeks. An alert is about the last 7 days,"
        " when a reminder still helps. Health is bad from two of these days on: one may be a slip.",
    )  # fmt: skip
    caption = "Creators who posted too much"
    advice = "Ask these creators to spread posts over days."
    window_days = 28
    fields = "tiktok_handle over_days day posts low_posts creator_id"
    units: ClassVar = {"over_days": "days"}

    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        videos = script.program.frames["videos"]
        days = self._days(script, "days", videos, dates).assign(is_known=True)
        if videos.value["view_count"].isna().any():  # these views may be low
            lowest = videos.assign(view_count=videos["view_count"].fillna(0))
            hidden = self._days(script, "hidden", lowest, dates).assign(is_known=False)
            days = script.recorder.pandas.concat([days, hidden])
            days = days.drop_duplicates(["creator_id", "day"])
        days = script.let("days", days)
        is_known, creators = days["is_known"], days["creator_id"]
        known = script.let("known", is_known.groupby(creators).sum())
        recent = (is_known & (days["severity"] == "amber")).groupby(creators).sum()
        rows = days.drop_duplicates("creator_id").set_index("creator_id").assign(
            over_days=known, hidden_days=(~is_known).groupby(creators).sum(),
            level=recent.where(known > 0),
        )  # fmt: skip
        return script.let("over", rows.sort_values(["level", "day"], ascending=False))

    def _days(self, script: Script, name: str, videos: Traced, dates: DateRange | None) -> Traced:
        """Return the over-posted days of the window, the latest first."""
        program = script.program
        days = script.call(
            name, find_overposting, **{**program.given("history"), "videos": videos},
            now=program.now, timezone=program.zone,
        )  # fmt: skip
        if dates is None:
            first = days_before(program.moment, program.zone, self.window_days - 1)
            return script.let(name, days[days["day"] >= first])
        return script.let(name, days[days["day"].between(str(dates.first), str(dates.last))])

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        counts = {
            "overposters": flagged.shape[0], "over_days": flagged["over_days"].sum(),
            "unsure": (rows["hidden_days"] > 0).sum(),
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["unsure"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total = answer.numbers
        when = answer.when
        said: list[str | Number] = [
            total["overposters"], f" {count_of(answer.count, 'creator')} posted too much on ",
            total["over_days"], f" {count_of(total['over_days'].value, 'day')} {when}.",
        ]  # fmt: skip
        if not answer.count:
            said = [replace(total["overposters"], text="No"), f" creator posted too much {when}."]
        if total["unsure"].value:
            creators = count_of(total["unsure"].value, "creator")
            said += [" Missing views may hide more days of ", total["unsure"], f" {creators}:"]
            said += [" load the videos again."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        low, posts = (
            script.number(f"row.{id_}.{name}", rows[name][id_]) for name in ("low_posts", "posts")
        )
        day = script.number(f"row.{id_}.day", rows["day"][id_], "day")
        who = script.creator_of(rows.value.loc[id_])
        return [f"{who}: ", low, " of ", posts, " posts on ", day, " got almost no views."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Days", "over_days"),
        TableColumn("Last day", "day", "day"),
        TableColumn("Posts", "posts"),
        TableColumn("With almost no views", "low_posts"),
    )

    def period(self, row: pd.Series, zone: str) -> str:  # noqa: ARG002
        return f"{row['day']:%G-W%V}"


OVERPOSTING: Final = OverpostingQuestion()
