"""The question "Which posts lack required tags?"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.options import TERMS, Option
from trackagoat_pandas.asking.script import Script, count_of, short_day, title_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.errors import TrackaGoatError
from trackagoat_pandas.helpers.captions import check_posts
from trackagoat_pandas.helpers.counted import COUNTED_STATUSES
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.showing.cells import one_line
from trackagoat_pandas.showing.recorder import Traced
from trackagoat_pandas.tables.resources import TRACKING_STATUSES

_OTHERS: Final = [word for word in TRACKING_STATUSES if word not in COUNTED_STATUSES]
_LONGEST: Final = 60


class CaptionsQuestion(Question):
    """Which recent posts lack a hashtag, mention or word that captions must have.

    Posts count that are tracked, also without a creator. A post without a caption lacks everything.
    Whether a post of an unknown day or status counts isn't known, so if it lacks something it can't
    be judged. Without any caption in the videos nothing can be: captions weren't loaded then.
    """

    name, text = "captions", "Which posts lack required tags?"
    has_rule = True
    needs = ("videos",)
    options = (
        Option(
            name="required", kind=TERMS,
            about="tags or words",
        ),
    )  # fmt: skip
    entity, key, level = "video", "id", "level"
    rows_name, flagged_name = "posts", "lacking"
    thresholds = Thresholds(
        unit="required terms that a post lacks", watch=1, bad=1, fires=1, clears=1,
        why="An advertisement without its label can break the law, so one post is bad everywhere.",
    )  # fmt: skip
    caption, advice = "Posts without required tags", "Ask the creators to edit these captions."
    fields = "tiktok_handle title missing posted_at id creator_id"
    window_days = 14

    def rows(self, script: Script, dates: DateRange | None) -> Traced:
        program, videos = script.program, script.program.frames["videos"]
        required = script.options["required"]
        wrong = script.call("wrong", check_posts, videos, required=required)
        captions = videos.value.reindex(columns=["title", "description"])
        if len(captions) and captions.isna().all(axis=None):
            raise TrackaGoatError("No video has a caption. Load the videos again.")
        names = ["tracking_status", "creator_id", "posted_at"]
        require_columns(videos.value, names, loader="load_videos")
        posted_at = script.recorder.pandas.to_datetime(videos["posted_at"], utc=True)
        posts = videos.assign(id=videos["id"].astype("string"), posted_at=posted_at)
        posts = script.let("posts", posts.drop_duplicates("id", keep="last"))
        is_tracked = ~posts["tracking_status"].isin(_OTHERS)
        if "is_tracking_disabled" in posts.value.columns:
            is_tracked &= ~posts["is_tracking_disabled"].eq(True).fillna(value=False)  # noqa: FBT003
        day = posts["posted_at"].dt.tz_convert(program.zone).dt.tz_localize(None)
        day = script.let("day", day)
        if dates is None:
            today = program.moment.tz_convert(program.zone).date()
            dates = DateRange.parse(f"last {self.window_days} days", today=today)
        is_asked = (day >= str(dates.start)) & (day < str(dates.stop))
        is_asked = script.let("is_asked", is_asked & ~(posts["posted_at"] > program.now))
        is_unsure = day.isna() | ~posts["tracking_status"].isin(TRACKING_STATUSES)
        is_lacking = posts["id"].isin(wrong["id"])
        is_judged = is_tracked & (is_asked | day.isna() & is_lacking)
        rows = script.let("posts", posts.assign(is_unsure=is_unsure)[is_judged].set_index("id"))
        if "creators" in program.frames:
            creators = program.frames["creators"].drop_duplicates("id").set_index("id")
            handles = rows["creator_id"].map(creators["tiktok_handle"])
            rows = script.let("posts", rows.assign(tiktok_handle=handles))
        missing = (wrong["term"] + ", ").groupby(wrong["id"]).sum().str.removesuffix(", ")
        lacks = script.let("lacks", wrong["id"].value_counts().reindex(rows.index).fillna(0))
        level = lacks.mask(rows["is_unsure"] & (lacks > 0))
        rows = rows.assign(missing=missing.reindex(rows.index), level=level)
        order = ["level", "posted_at"]
        return script.let("posts", rows.sort_values(order, ascending=False, kind="stable"))

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        nameless = script.program.frames["videos"]["id"].isna().sum()
        counts = {
            "posts": rows["level"].notna().sum(), "lacking": flagged.shape[0],
            "unknown": rows["level"].isna().sum() + nameless,
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        return 0, answer.totals["unknown"]

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        posts, lacking, unknown = answer.numbers.values()
        said: list[str | Number]
        if not (posts.value or unknown.value):
            said = [f"There are no posts {answer.when}."]
        elif posts.value == 1 and not unknown.value:
            verb = "lacks a required tag" if answer.count else "has every required tag"
            said = [f"The only post {answer.when} {verb}."]
        elif answer.count:
            verb = "lacks" if answer.count == 1 else "lack"
            said = [lacking, " of ", posts, f" posts {answer.when} {verb} a required tag."]
            if answer.count == posts.value:
                said[:3] = ["All ", posts]
        elif unknown.value:
            said = [f"No post {answer.when} is known to lack a required tag."]
        else:
            said = ["All ", posts, f" posts {answer.when} have every required tag."]
        if unknown.value:
            noun = count_of(unknown.value, "post")
            said += [" ", unknown, f" {noun} can't be judged: a day, a status or an id is missing."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        who = script.creator_of(row)
        post = f"{who[:1].upper()}{who[1:]}: {title_text(row['title'])}"
        terms = one_line(str(row["missing"]))
        if pd.isna(row["posted_at"]):
            return [f"{post} lacks {terms}."]
        day = script.number(
            f"row.{id_}.posted_at", rows["posted_at"][id_], "instant", text=_posted(script, row)
        )
        return [f"{post}, posted on ", day, f", lacks {terms}."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return cut(row["title"], _LONGEST) if isinstance(row["title"], str) else ""

    columns = (
        TableColumn("Post", lambda _, row: title_text(row["title"])),
        TableColumn("Creator", Script.creator_of),
        TableColumn("Missing", lambda _, row: one_line(str(row["missing"]))),
        TableColumn("Posted", "posted_at", "instant"),
    )

    def watched_dates(self, options: Mapping[str, Any]) -> str:
        return f"last {options['days']} days"

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:  # noqa: ARG002
        has_problem: pd.Series = answer.judged["level"] != 0  # also where it isn't known
        return has_problem


def _posted(script: Script, row: pd.Series) -> str:
    return short_day(row["posted_at"].tz_convert(script.program.zone).date())


CAPTIONS: Final = CaptionsQuestion()
