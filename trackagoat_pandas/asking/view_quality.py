"""The question "Do the views look right?".

It is evidence and never a verdict: counts can't say why views came without engagement, nor who
caused it. Sentences say what the counts are and name innocent explanations.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Level, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import MOST_ROWS, Script, chosen, count_of, title_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.wording import cut, number
from trackagoat_pandas.helpers.videos.quality import GRADES, view_quality
from trackagoat_pandas.showing.recorder import Traced

_WEAK, _STRONG = (GRADES.index(grade) for grade in ("weak", "strong"))
_REASONS: Final = {
    "views_unknown": "with unknown views",
    "few_posts": "with fewer than 5 posts of the creator to compare",
    "few_engagements": "with too few likes, comments, shares and saves",
}
_LOST: Final = "taken back, or corrected"
"""How the evidence says that views fell."""
_LONGEST: Final = 60
_NO_PROOF: Final = "This is evidence, not proof: counts can't say why views came, nor who caused it"
_FALSE: Final = (
    "In simulated programs 0.1% of ordinary posts had such evidence, and 1% to 6% of advertised"
    " posts and late waves."
)
_TOTALS_ONLY: Final = (
    "Only totals are compared, which say less than the counts of each day in a store"
)


class ViewQualityQuestion(Question):
    """Which posts have views that came with far less engagement than usual.

    All posts of creators count, each against the creator's others. With earlier counts the views of
    each day are judged, else the totals alone, which say less. A post can't be judged whose views
    aren't known, whose creator has fewer than five posts, or that has too few engagements. Views
    of strangers, advertising and somebody else's doing look the same, so a post is never called
    more than unlike others.
    """

    name, text = "view_quality", "Do the views look right?"
    boards = ("VideoBoard",)
    needs, uses = ("videos",), ("history",)
    extras = ("quality",)
    entity, key = "video", "id"
    rows_name, flagged_name = "judged", "unlike"
    thresholds = Thresholds(
        unit="1 for weak evidence, 2 for strong evidence",
        watch=_WEAK,
        why="A finding counts weak evidence, too, and says that it is weak. Nothing is bad, begins"
        " an alert or is a part of health: advertised posts look the same, and an alarm would"
        " accuse a creator of what counts can't show.",
    )  # fmt: skip
    caption = "Posts with evidence that their views are unlike others"
    advice = "Ask whether these posts were advertised. That is the most common explanation."
    fields = "tiktok_handle title grade view_count score basis posted_at id creator_id"
    units: ClassVar = {"score": "from 0 to 1"}

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        program = script.program
        if "quality" in program.frames:
            quality = program.frames["quality"]
        else:
            given = program.given("videos", "history")
            quality = script.call("quality", view_quality, **given, now=program.now)
        script.note(_NO_PROOF)
        if quality.value["basis"].eq("counts").all():
            script.note(_TOTALS_ONLY)
        levels = {grade: place for place, grade in enumerate(GRADES)}
        level = quality["grade"].astype("object").map(levels).astype("Float64")
        rows = quality.assign(level=level).drop_duplicates("id").set_index("id")
        return script.let("judged", rows)

    def order(self, flagged: Traced) -> Traced:
        return flagged.sort_values(["level", "score"], ascending=False)

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        unknown, videos = rows["level"].isna(), script.program.frames["videos"]
        reasons = rows.value.loc[unknown.value, "reason"].value_counts()
        for reason, count in reasons[reasons > 0].items():
            script.note(f"Not judged: {number(count, 'post')}, {_REASONS[str(reason)]}")
        counts = {
            "posts": rows.shape[0] - unknown.sum(), "strong": (flagged["level"] == _STRONG).sum(),
            "weak": (flagged["level"] == _WEAK).sum(),
            "unknown": unknown.sum() + videos["id"].isna().sum(),
        }  # fmt: skip
        return {name: script.number(name, count) for name, count in counts.items()}

    def whole(self, answer: Answer) -> Level:
        if answer.count:
            return "watch"
        return "unknown" if answer.totals["unknown"] else "good"

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        posts, strong, weak, unknown = answer.numbers.values()
        noun = f" {count_of(posts.value, 'post')}"
        said: list[str | Number]
        if not (posts.value or unknown.value):
            said = ["There are no posts to judge."]
        elif not posts.value:
            said = ["We can't tell whether the views look right: none of ", unknown,
                    f" {count_of(unknown.value, 'post')} can be judged."]  # fmt: skip
        elif not answer.count:
            said = ["No evidence that the views of ", posts, f"{noun} are unlike those of others."]
        else:
            found = [part for part in ((strong, "strong"), (weak, "weak")) if part[0].value]
            said = ["There is "]
            for place, (count, grade) in enumerate(found):
                said += [" and " * place, f"{grade} {'' if place else 'evidence '}on ", count]
            whose = "its views are" if answer.count == 1 else "their views are"
            said += [
                " of ",
                posts,
                f"{noun} that {whose} unlike others. Advertising can explain it.",
            ]
        if posts.value and unknown.value:
            said += [" ", unknown, f" {count_of(unknown.value, 'post')} can't be judged."]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        row = rows.value.loc[id_]
        post = f"{script.creator_of(row)}: {title_text(row['title'])}"
        post = f"{post[:1].upper()}{post[1:]}"
        if not row["level"] >= _WEAK:
            return [f"{post} can't be judged." if pd.isna(row["level"])
                    else f"{post} has views like others."]  # fmt: skip
        evidence = f" ({row['grade']} evidence)."
        if pd.notna(row["gained_views"]):
            gained, engaged = (
                script.number(f"row.{id_}.{name}", rows[name][id_])
                for name in ("gained_views", "gained_engagements")
            )
            usual = script.number(
                f"row.{id_}.usual_engagements", rows["usual_engagements"][id_], "number",
                text=f"{row['usual_engagements']:,.0f}",
            )  # fmt: skip
            return [f"{post} got ", gained, " views with ", engaged,
                    " likes, shares and saves, where ", usual, " are usual", evidence]  # fmt: skip
        if _LOST in row["evidence"]:
            return [f"{post} lost a part of its views again: they were {_LOST}{evidence}"]
        views = script.number(f"row.{id_}.view_count", rows["view_count"][id_])
        others = "with far less engagement than the creator's other posts"
        return [f"{post} has ", views, f" views {others}{evidence}"]

    def record(self, script: Script, rows: Traced) -> Parts:  # noqa: ARG002
        return [_FALSE]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return cut(row["title"], _LONGEST) if isinstance(row["title"], str) else ""

    columns = (
        TableColumn("Post", lambda _, row: title_text(row["title"])),
        TableColumn("Creator", Script.creator_of),
        TableColumn("Evidence", lambda _, row: str(row["grade"])),
        TableColumn("Views", "view_count"),
        TableColumn("Posted", "posted_at", "instant"),
    )

    def draw(self, answer: Answer) -> Any:
        if not answer.count:
            return None
        from trackagoat_pandas.plots.view_quality import view_quality as plot_quality

        text = "A bar for each of these posts: its score from 0 to 1."
        shown = chosen(answer.judged.reset_index())
        height_in = 2.0 + 0.3 * min(answer.count, MOST_ROWS)
        return partial(plot_quality, shown, n=MOST_ROWS), text, height_in


VIEW_QUALITY: Final = ViewQualityQuestion()
