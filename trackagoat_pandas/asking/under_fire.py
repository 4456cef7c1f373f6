"""The question "Which posts are under fire?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from trackagoat_pandas.asking.comments import DAYS, gap_of, name_frames, recent_comments
from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, count_of, title_text
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.base.wording import cut
from trackagoat_pandas.helpers.sentiment.summaries import (
    ALERT_MINIMUM,
    ALERT_PCT,
    find_negative_alerts,
    show_alert_evidence,
)
from trackagoat_pandas.showing.recorder import Traced

_CONFIDENCE, _QUANTILE = 0.99, 2.576
"""The confidence of intervals, and the standard errors between a share and its interval's ends."""
_LONGEST: Final = 60


class UnderFireQuestion(Question):
    """Which posts have so many negative comments that somebody should look."""

    name, text = "under_fire", "Which posts are under fire?"
    has_rule, section, part = True, "comments", "sentiment"
    boards = ("Home", "SentimentRadar")
    needs, names = ("comments",), ("creators", "videos")
    entity, key = "video", "video_id"
    rows_name, flagged_name = "judged", "under_fire"
    thresholds = Thresholds(
        unit=f"standard errors by which the share of negative comments is above {ALERT_PCT:.0f}%",
        watch=0.0, bad=_QUANTILE, fires=_QUANTILE, clears=1.0,
        why=f"The product marks a post from {ALERT_PCT:.0f}% negative comments on, which is 0. A "
        f"post with few comments reaches that by chance. Health is bad and an alert begins at "
        f"{_QUANTILE}, where the share's 99% interval lies above {ALERT_PCT:.0f}%: the watch looks "
        "at every post every day, and at 95% too many alerts would be chance.",
    )  # fmt: skip
    caption, advice = "Posts under fire", "Read the comments behind the alerts."
    fields = "tiktok_handle video_title analysed negative negative_pct low_pct video_id creator_id"

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        recent = recent_comments(script)
        found = script.call(
            "found", find_negative_alerts, recent, share_pct=0, confidence=_CONFIDENCE,
            **name_frames(script),
        )  # fmt: skip
        above = found["negative"] * 100 - found["analysed"] * ALERT_PCT
        error = (found["analysed"] * (ALERT_PCT * (100 - ALERT_PCT))).pow(0.5)
        found = found.assign(level=above / error).drop_duplicates("video_id").set_index("video_id")
        return script.let("judged", found.sort_values("level", ascending=False, kind="stable"))

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        recent = script.results["recent"]
        counts = {
            "alerts": flagged.shape[0], "judged": rows.shape[0],
            "analysed": recent["label"].notna().sum(),
            "negative": (recent["label"] == "negative").sum(),
            "unknown": recent["video_id"].isna().sum() + script.results["undated"],
        }  # fmt: skip
        if counts["unknown"].value:
            script.note("Comments without a video or a time can't be judged")
        return {name: script.number(name, count) for name, count in counts.items()}

    def _doubt(self, answer: Answer) -> str:
        """Write why more posts may be under fire; "" if all comments are known."""
        if gap := gap_of(answer.script):
            return gap
        recent, is_bad = answer.script.results["recent"].value, answer.judged["level"] >= _QUANTILE
        if is_bad.any() or recent["label"].notna().all():
            return ""
        worst = recent.fillna({"label": "negative", "comparative": -1.0})
        with kept_warnings():  # the answer has noted the same
            alerts = find_negative_alerts(worst, confidence=_CONFIDENCE)
        is_hidden = (alerts["low_pct"] >= ALERT_PCT).any() or len(alerts) > answer.count == 0
        return " Comments without a text could change this." if is_hidden else ""

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        is_short = answer.totals["analysed"] < ALERT_MINIMUM
        return 0, answer.totals["unknown"] + is_short + bool(self._doubt(answer))

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total = answer.numbers
        verb = "is" if answer.count == 1 else "are"
        said: list[str | Number]
        if answer.count:
            said = [total["alerts"], f" {count_of(answer.count, 'post')} {verb} under fire."]
        elif not total["analysed"].value:
            said = [f"There are no comments of the last {DAYS} days to judge."]
        else:
            said = [replace(total["alerts"], text="No"), " post is under fire: ",
                    *_calm(total["judged"])]  # fmt: skip
        if total["unknown"].value:
            noun = count_of(total["unknown"].value, "comment")
            said += [" ", total["unknown"], f" {noun} can't be judged."]
        said += [self._doubt(answer)]
        return said, answer.top.parts

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        negative, analysed = (
            script.number(f"row.{id_}.{name}", rows[name][id_]) for name in ("negative", "analysed")
        )
        percent = rows["negative_pct"][id_]
        share = script.number(
            f"row.{id_}.negative_pct", percent, "percent", text=f"{percent.value:.0f}%"
        )
        verb = "is" if negative.value == 1 else "are"
        post = _post(script, rows.value.loc[id_])
        return [negative, " of ", analysed, f" comments on {post} {verb} negative (", share, ")."]

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        title = row.get("video_title")
        return cut(title, _LONGEST) if isinstance(title, str) else ""

    columns = (
        TableColumn("Post", lambda _, row: title_text(row.get("video_title"))),
        TableColumn("Creator", Script.creator_of),
        TableColumn("Negative", "negative"),
        TableColumn("Comments", "analysed"),
        TableColumn("Share", "negative_pct", "percent", "{:.0f}%".format),
        TableColumn("At least", "low_pct", "percent", "{:.0f}%".format),
    )

    def is_watched(self, answer: Answer, options: Mapping[str, Any]) -> pd.Series:
        is_enough: pd.Series = answer.judged["analysed"] >= options["min_comments"]
        return is_enough

    def quotes(self, answer: Answer) -> Traced | None:
        if not answer.count:
            return None
        alerts = answer.flagged_rows.reset_index()
        scored = answer.script.results["recent"]
        return answer.script.call("evidence", show_alert_evidence, scored, alerts)


def _calm(judged: Number) -> Parts:
    """Write why no post is under fire."""
    comments = f" with {ALERT_MINIMUM} comments or more"
    if not judged.value:
        return [f"none has {ALERT_MINIMUM} comments or more."]
    if judged.value == 1:
        return ["the only post", comments, f" has less than {ALERT_PCT:.0f}% negative ones."]
    return ["none of ", judged, f" posts{comments} has {ALERT_PCT:.0f}% negative ones."]


def _post(script: Script, row: pd.Series) -> str:
    """Write whose post it is: @mossy_reef's “goat yoga”."""
    handle, title = script.creator_of(row), title_text(row.get("video_title"))
    if not handle.startswith("@"):
        return f"{title} by {handle}" if "video_title" in row else "a post"
    return f"{handle}'{'' if handle.endswith('s') else 's'} {title.removeprefix('a ')}"


UNDER_FIRE: Final = UnderFireQuestion()
