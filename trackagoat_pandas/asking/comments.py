"""The question "What do people say?", and the comments that it shares with "under_fire".

A share is of all comments with a text, as TrackaGoat shows it. The lexicon scores English words and
some emoji. A comment that has neither, or is in another language, isn't called neutral: it is
counted as one that can't be judged. Where fewer than ten comments can be judged, or fewer than half
of them, the shares are unknown. Rows are creators: single posts are judged by "under_fire".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from trackagoat_pandas.asking.kernel import Answer, Parts, Question, TableColumn, Thresholds
from trackagoat_pandas.asking.script import Script, count_of
from trackagoat_pandas.asking.sentences import Number
from trackagoat_pandas.helpers.sentiment.scoring import SCORES, own_readings, score_comments
from trackagoat_pandas.helpers.sentiment.summaries import ALERT_MINIMUM, summarize_sentiment
from trackagoat_pandas.inputs.checks import frame_params, require_columns
from trackagoat_pandas.program.frames import days_before
from trackagoat_pandas.showing.recorder import Traced

DAYS: Final = 28
_SQUARE: Final = 3.8416
"""The square of 1.96, the standard errors from a share to the ends of its 95% interval."""
_WORD: Final = "[0-9A-Za-z\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufdff\ufe70-\uffef]"
"""A digit or a letter of any alphabet. Arrow and Python disagree about ``\\w``."""
_KINDS: Final = {
    "other_language": "in {}",
    "without_words": "without words",
    "without_text": "without a text",
    "undated": "without a time",
}
"""Why comments can't be judged."""
_SHARES: Final = (
    "negative_pct", "low_pct", "high_pct", "positive_pct", "positive_low_pct", "positive_high_pct",
)  # fmt: skip


def recent_comments(script: Script) -> Traced:
    """Return the scored comments of the last 28 days; a script computes them once."""
    if "recent" in script.results:
        return script.results["recent"]
    program, comments = script.program, script.program.frames["comments"]
    require_columns(comments.value, ["posted_at"], loader="load_comments")
    # The product's scores, whatever the frame was scored by.
    if own_readings(comments.value) == ["api"] and {*SCORES} <= {*comments.value.columns}:
        script.source = script.source or comments.code
    else:
        comments = script.call("scored", score_comments, comments)
    midnight = pd.Timestamp(days_before(program.moment, program.zone, DAYS - 1))
    since = midnight.tz_localize(program.zone, ambiguous=True, nonexistent="shift_forward")
    is_recent = comments["posted_at"].between(str(since), program.now)
    script.results["undated"] = comments["posted_at"].isna().sum()
    script.results["recent"] = script.let("recent", comments[is_recent])
    script.note("Sentiment is scored by words. It misses irony")
    return script.results["recent"]


def name_frames(script: Script) -> dict[str, list[Traced]]:
    """Return the option that names creators and videos, if there are frames for it."""
    frames, columns = script.program.frames, {"videos": "title", "creators": "tiktok_handle"}
    names = [
        frames[name] for name, column in columns.items()
        if name in frames and column in frames[name].value.columns
    ]  # fmt: skip
    return {"names": names} if names else {}


def gap_of(script: Script) -> str:
    """Write which of the last 28 days the comments lack; "" if they have all."""
    program = script.program
    params = frame_params(program.data["comments"])
    first, yesterday = (days_before(program.moment, program.zone, ago) for ago in (DAYS - 1, 1))
    if params.get("from") is not None and str(params["from"])[:10] > first:
        return f" The comments begin later than {DAYS} days ago."
    is_old = params.get("to") is not None and str(params["to"])[:10] < yesterday
    return " The comments of the last days are missing." if is_old else ""


class CommentsQuestion(Question):
    """Which share of comments is positive and negative, in all and for each creator."""

    name, text = "comments", "What do people say?"
    section = "comments"
    boards = ("SentimentRadar",)
    needs, names = ("comments",), ("creators", "videos")
    entity, key = "creator", "creator_id"
    rows_name, flagged_name = "by_creator", "judged_creators"
    thresholds = Thresholds(
        unit="comments that can be judged, of one creator",
        watch=ALERT_MINIMUM,
        why=f"From {ALERT_MINIMUM} comments on the product judges a post; a share of fewer says"
        " little. Health and the watch judge posts, by under_fire: among all comments of a creator"
        " an angry post is lost.",
    )  # fmt: skip
    caption = "Creators by their share of negative comments"
    advice = "Read the comments on posts of the most criticized creators."
    fields = (
        "tiktok_handle analysed negative negative_pct low_pct high_pct positive_pct unjudged "
        "creator_id"
    )

    def rows(self, script: Script, dates: object) -> Traced:  # noqa: ARG002
        recent = recent_comments(script)
        is_neutral = recent["label"] == "neutral"
        has_word = script.let("has_word", recent["text"].str.contains(_WORD, na=False))
        is_foreign = has_word & ~recent["is_english"].fillna(value=True)
        kinds = {"other_language": is_neutral & is_foreign, "without_words": is_neutral & ~has_word}
        for name, is_kind in kinds.items():
            kind = script.call(name, summarize_sentiment, recent[is_kind])
            script.results[name] = kind["comments"].iloc[0]
        total = script.call("total", summarize_sentiment, recent)
        if changes := total.value["tiktok_changes"].fillna(0).sum():
            has = "comment has" if changes == 1 else "comments have"
            script.note(f"Read as TikTok slang, {changes:,} {has} another label")
        script.note("Shares are of all comments with a text, as in TrackaGoat")
        both = script.results["other_language"] + script.results["without_words"]
        total = self._judged(script, "total", total.assign(unjudged=both))
        script.results["total"] = self._with_interval(script, total, "positive", "positive_")
        rows = script.call(
            "by_creator", summarize_sentiment, recent, "creator_id", **name_frames(script)
        )
        rows = script.let("by_creator", rows.set_index("creator_id"))
        unjudged = recent[is_neutral & (is_foreign | ~has_word)]
        counts = script.call("unjudged", summarize_sentiment, unjudged, "creator_id")
        counts = counts.set_index("creator_id")["comments"].reindex(rows.index).fillna(0)
        return self._judged(script, "by_creator", rows.assign(unjudged=counts))

    def _judged(self, script: Script, name: str, measures: Traced) -> Traced:
        """Add the level, NA where most comments can't be judged, and the negative interval."""
        measures = script.let(name, measures)
        known = script.let("known", measures["analysed"] - measures["unjudged"])
        is_known = (known > 0) & (known * 2 >= measures["analysed"])
        measures = script.let(name, measures.assign(level=known.where(is_known)))
        return self._with_interval(script, measures, "negative", "")

    def _with_interval(self, script: Script, measures: Traced, label: str, before: str) -> Traced:
        """Add the ends of the Wilson score interval of a share, in percent."""
        hits, number = measures[label], measures["analysed"].where(measures["analysed"] > 0)
        spread = (hits * (number - hits) / number + _SQUARE / 4) * _SQUARE
        half = script.let("half", spread.pow(0.5))
        middle, whole = hits + _SQUARE / 2, (number + _SQUARE) / 100
        low, high = (middle - half) / whole, (middle + half) / whole
        ends = {f"{before}low_pct": low, f"{before}high_pct": high}
        return script.let(measures.code, measures.assign(**ends))

    def order(self, flagged: Traced) -> Traced:
        # By the lower end, few comments don't come before many.
        return flagged.sort_values(["low_pct", "analysed"], ascending=False, kind="stable")

    def totals(self, script: Script, rows: Traced, flagged: Traced) -> dict[str, Number]:
        results, total = script.results, script.results["total"]
        counts = {
            name: total[name].iloc[0]
            for name in ("comments", "analysed", "positive", "negative", "unjudged")
        }
        judged = counts["analysed"] - counts["unjudged"]
        counts |= {
            "judged": judged, "neutral": judged - counts["positive"] - counts["negative"],
            "creators": rows.shape[0], "judged_creators": flagged.shape[0],
            "other_language": results["other_language"],
            "without_words": results["without_words"],
            "without_text": counts["comments"] - counts["analysed"], "undated": results["undated"],
        }  # fmt: skip
        # In a section its other question counts posts and their comments.
        made = {name: script.number(f"all.{name}", count) for name, count in counts.items()}
        is_enough = total["level"].fillna(0) >= self.thresholds.watch
        for name in _SHARES:
            made[name] = _percent(script, f"all.{name}", total[name].where(is_enough).iloc[0])
        return made

    def lapsed(self, answer: Answer) -> tuple[int, int]:
        total = answer.totals
        is_unknown = total["negative_pct"] is None or total["undated"] or gap_of(answer.script)
        return 0, bool(is_unknown)

    def finding(self, answer: Answer) -> tuple[Parts, Parts]:
        total = answer.numbers
        negative, low, high, positive, positive_low, positive_high = (total[n] for n in _SHARES)
        said: list[str | Number]
        if not total["comments"].value:
            said = [f"There are no comments of the last {DAYS} days to judge."]
        elif negative.value is None:
            said = [f"Too few comments of the last {DAYS} days can be judged: ", total["judged"],
                    " of ", total["comments"], "."]  # fmt: skip
        else:
            said = [
                f"In the last {DAYS} days ", negative, " of ", total["analysed"],
                " comments were negative (95% interval ", low, " to ", high, ") and ", positive,
                " positive (", positive_low, " to ", positive_high, ").",
            ]  # fmt: skip
        return [*said, *_unjudged(total), gap_of(answer.script)], self._most_negative(answer)

    def _most_negative(self, answer: Answer) -> Parts:
        """Name the creator with the largest share; nobody without others to compare with."""
        if answer.count <= 1 or not answer.rows["negative"].iloc[0]:
            return []
        row = answer.rows.iloc[0]
        who = answer.script.creator_of(row)
        share, count = self._share(answer.script, answer.judged_rows, str(row.name), "negative_pct")
        return ["Most negative: ", share, " of ", count, f" comments on posts of {who}."]

    def _share(self, script: Script, rows: Traced, id_: str, name: str) -> tuple[Number, Number]:
        """Return a share of a creator's comments, and their number."""
        share = _percent(script, f"row.{id_}.{name}", rows[name][id_])
        return share, script.number(f"row.{id_}.analysed", rows["analysed"][id_])

    def line(self, script: Script, rows: Traced, id_: str) -> Parts:
        who = script.creator_of(rows.value.loc[id_])
        negative, count = self._share(script, rows, id_, "negative_pct")
        positive, _ = self._share(script, rows, id_, "positive_pct")
        noun = count_of(count.value, "comment")
        if not rows.value["level"].ge(self.thresholds.watch).fillna(value=False)[id_]:
            return ["Too few of ", count, f" {noun} on posts of {who} can be judged."]
        return [negative, " of ", count, f" {noun} on posts of {who} are negative and ", positive,
                " positive."]  # fmt: skip

    def subject(self, script: Script, row: pd.Series) -> str:  # noqa: ARG002
        return ""  # the handle names it

    columns = (
        TableColumn("Creator", Script.creator_of),
        TableColumn("Comments", "analysed"),
        TableColumn("Negative", "negative_pct", "percent", "{:.0f}%".format),
        TableColumn("At least", "low_pct", "percent", "{:.0f}%".format),
        TableColumn("Positive", "positive_pct", "percent", "{:.0f}%".format),
        TableColumn("Not judged", "unjudged"),
    )


def _percent(script: Script, key: str, share: Traced) -> Number:
    text = "" if pd.isna(share.value) else f"{share.value:.0f}%"
    return script.number(key, share, "percent", text=text)


def _unjudged(total: Mapping[str, Number]) -> Parts:
    """Write how many comments can't be judged, by the reason."""
    said: list[str | Number] = []
    known = [name for name in _KINDS if total[name].value]
    for place, name in enumerate(known):
        count = total[name]
        noun = f" {count_of(count.value, 'comment')}" * (place == 0)
        language = "another language" if count.value == 1 else "other languages"
        joined = " and " if place == len(known) - 1 else ", "
        said += [joined if place else " ", count, f"{noun} {_KINDS[name].format(language)}"]
    return [*said, " can't be judged."] if said else []


COMMENTS: Final = CommentsQuestion()
