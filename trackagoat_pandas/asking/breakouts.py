"""The question "Which posts broke out?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of, title_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.figures import count_text
from trackagoat_pandas.base.wording import cut, number
from trackagoat_pandas.helpers.videos.outliers import COUNTS_NOW, OUTLIER_Z, find_outliers
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.program.frames import stamp_text
from trackagoat_pandas.program.posts import usual_posts
from trackagoat_pandas.showing.recorder import Traced

_WEEK: Final = pd.Timedelta(days=7)
_WAVE_Z: Final = 2.0
"""Views that rise late count from here on: the post's total still hides them."""
_LONGEST: Final = 60
_MANY: Final = 10
"""From this multiple on decimals say nothing more."""


class BreakoutsQuestion(Question):
    """Which recent posts did far better than their creator's earlier ones."""

    name, text = "breakouts", "Which posts broke out?"
    has_rule, section = True, "breakouts"
    boards = ("Home", "VideoBoard")
    needs, uses = ("videos",), ("history",)
    entity, key = "video", "id"
    rows_name, flagged_name = "recent", "broke_out"
    thresholds = Thresholds(
        unit="spreads above the usual views of the creator's earlier posts",
        watch=OUTLIER_Z, fires=3.5, clears=OUTLIER_Z,
        why="A watch looks at every post every day, so it asks for more.",
    )  # fmt: skip
    caption, advice = "Posts that broke out", "Look at what these posts did differently."
    window_days = 28
    fields = "tiktok_handle title view_count baseline_views multiple posted_at id creator_id"
    units: ClassVar = {"multiple": "times usual"}

    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        program, at = script.program, self.thresholds
        given = {**program.given("history"), "videos": usual_posts(program)}
        found = script.call(
            "found", find_outliers, **given, **({"backtest": True} if "history" in given else {}),
            now=program.now, timezone=program.zone,
        )  # fmt: skip
        since = stamp_text(program.moment - pd.Timedelta(days=self.window_days))
        is_recent = found["posted_at"] >= since
        if dates is not None:
            first, stop = (day.tz_localize(program.zone) for day in (dates.start, dates.stop))
            is_recent = (found["posted_at"] >= str(first)) & (found["posted_at"] < str(stop))
        rose = found["is_late_wave"].fillna(value=False) & (found["z"] >= _WAVE_Z)
        rose = rose & (found["rose_at"] >= stamp_text(program.moment - _WEEK))
        rose = script.let("rose", rose)
        level = found["z"].mask(rose, found["z"].clip(lower=at.fires))
        kept = is_recent if dates is not None else is_recent | rose
        rows = found.assign(level=level)[kept].drop_duplicates("id").set_index("id")
        return script.let("recent", rows.sort_values("level", ascending=False, kind="stable"))

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        if unknown := int(rows.value["level"].isna().sum()):
            few = number(unknown, "post")
            script.note(f"Not judged: {few}, too young or with too few earlier posts to compare")
        counts = {"posts": rows.shape[0], "breakouts": flagged.shape[0],
                  "unknown": rows["level"].isna().sum()}  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total, days = answer.numbers, answer.when
        count = total["breakouts"] if answer.count else replace(total["breakouts"], text="No")
        said: list[str | Number] = [count, f" {count_of(answer.count, 'post')} broke out {days}."]
        if not answer.count and total["unknown"].value:
            said += [" ", total["unknown"], " of ", total["posts"], " can't be judged yet."]
        if answer.level == "unknown":
            said = [f"We can't tell yet which posts broke out {days}: none of ", total["posts"],
                    " can be judged."]  # fmt: skip
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        post = title_text(row["title"])
        said: list[str | Number] = [f"{script.creator_of(row)}: {post} has "]
        said += [self._brief(script, rows, id_, "view_count"), " views"]
        if pd.notna(row["multiple"]):
            usual = "the creator's usual" if row["basis"] == COUNTS_NOW else "the usual for its age"
            times = script.number(
                f"row.{id_}.multiple", rows["multiple"][id_], "number", text=_times(row["multiple"])
            )
            said += [", ", times, f" {usual}"]
        return [*said, "."]

    def _brief(self, script: Script, rows: Traced, id_: str, column: str) -> Number:
        count = rows[column][id_]
        text = "" if pd.isna(count.value) else count_text(float(count.value))
        return script.number(f"row.{id_}.{column}", count, text=text)

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return cut(row["title"], _LONGEST) if isinstance(row["title"], str) else ""

    columns = (
        TableColumn("Post", lambda _, row: title_text(row["title"])),
        TableColumn("Creator", Script.creator_of),
        TableColumn("Views", "view_count"),
        TableColumn("Usual views", "baseline_views", "number", lambda views: f"{views:,.0f}"),
        TableColumn("Times usual", "multiple", "number", lambda multiple: _times(multiple)[:-1]),
        TableColumn("Posted", "posted_at", "instant"),
    )

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:
        since = answer.script.program.moment - pd.Timedelta(days=options["days"])
        is_late = answer.judged["is_late_wave"].fillna(value=False)
        return (answer.judged["posted_at"] >= since) | is_late

    def record(self, script: Script, rows: Traced) -> Parts:
        if "history" not in script.program.frames:
            return ["No track record: that takes the earlier view counts that a store keeps."]
        facts = rows.attrs["trackagoat"]
        record = facts.value.get("record")
        if not record or record["reason"] or not record["calls"]:
            return [f"No track record yet: {(record or {}).get('reason') or 'no call is settled'}."]
        right, calls = (
            script.number(f"record.{name}", facts["record"][name]) for name in ("held", "calls")
        )
        return ["Track record: ", right, " of the last ", calls, " breakouts lasted."]

    def draw(self, answer: Answer) -> Any:
        from trackagoat_pandas.plots.outliers import outliers

        text = "A bar for each breakout: how many times its creator's usual views it has."
        shown = chosen(answer.judged.reset_index())
        return partial(outliers, shown, n=MOST_ROWS), text, 2.0 + 0.3 * min(answer.count, MOST_ROWS)


def _times(multiple: float) -> str:
    return f"{multiple:,.{0 if multiple >= _MANY else 1}f}\N{MULTIPLICATION SIGN}"


BREAKOUTS: Final = BreakoutsQuestion()
