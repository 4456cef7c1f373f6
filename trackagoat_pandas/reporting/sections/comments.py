"""The section on comments: which posts are under fire, and what people write there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from trackagoat_pandas.helpers.sentiment.scoring import score_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    find_negative_alerts,
    show_alert_evidence,
    summarize_sentiment,
)
from trackagoat_pandas.reporting.document import Number
from trackagoat_pandas.reporting.drafts import (
    Draft,
    count_of,
    line_text,
    percent_text,
    records_of,
    section,
    title_text,
)
from trackagoat_pandas.showing.recorder import Traced

_MOST_POSTS: Final = 5


@section("Comments", needs=["comments"])
def comments(draft: Draft) -> None:
    """Write which posts have many negative comments, with the most negative ones."""
    if draft.is_without("comments"):
        return
    draft.judge("comments")
    if draft.program.frames["comments"].value.empty:
        draft.say("There are no comments of the last 28 days.")
        return
    scored = draft.call("scored", score_comments, draft.program.frames["comments"])
    total = draft.call("total", summarize_sentiment, scored)
    names = [
        draft.program.frames[one] for one in ("videos", "creators") if one in draft.program.frames
    ]
    options = {"names": names} if names else {}
    alerts = draft.call("alerts", find_negative_alerts, scored, **options)
    by_post = draft.let("alerted", alerts.drop_duplicates("video_id").set_index("video_id"))
    _say_alerts(draft, alerts, by_post)
    _say_total(draft, total)
    _list_alerts(draft, by_post)
    if len(by_post.value):
        evidence = draft.call("evidence", show_alert_evidence, scored, alerts)
        _list_texts(draft, evidence)
    draft.note("Comments are judged by their words, so irony is missed")


def _say_alerts(draft: Draft, alerts: Traced, by_post: Traced) -> None:
    count = draft.number("alerts", by_post.shape[0])
    if not count.value:
        judged = draft.number("judged", alerts.attrs["trackagoat"]["judged"])
        none = replace(count, text="No")
        if not judged.value:
            draft.say(
                none, " post is under fire: none has 10 comments, the fewest that are judged."
            )
            return
        draft.say(
            none, " post is under fire: of ", judged, f" {count_of(judged.value, 'post')} with 10 "
            "comments or more none has 40 % negative ones.",
        )  # fmt: skip
        return
    id_ = str(by_post.value.index[0])
    post = by_post.value.loc[id_]
    negative, analysed, share = _counts(draft, by_post, id_)
    verb = "is" if count.value == 1 else "are"
    worst = "" if count.value == 1 else " the worst is"
    draft.say(
        count, f" {count_of(count.value, 'post')} {verb} under fire:{worst} "
        f"{title_text(post.get('video_title'))} by {draft.handle(post.get('creator_id'))}, where ",
        negative, " of ", analysed, " comments are negative (", share, ").",
    )  # fmt: skip


def _counts(draft: Draft, rows: Traced, id_: str) -> tuple[Number, Number, Number]:
    percent = rows["negative_pct"][id_]
    return (
        draft.number(f"row.{id_}.negative", rows["negative"][id_]),
        draft.number(f"row.{id_}.analysed", rows["analysed"][id_]),
        draft.number(f"row.{id_}.share", percent, "percent", text=percent_text(percent.value)),
    )


def _say_total(draft: Draft, total: Traced) -> None:
    analysed = draft.number("analysed", total["analysed"].sum())
    if not analysed.value:
        draft.say("The comments have no text.")
        return
    negative = draft.number("negative", total["negative"].sum())
    share = total["negative_pct"].max()
    percent = draft.number("negative_share", share, "percent", text=percent_text(share.value))
    verb = "is" if negative.value == 1 else "are"
    draft.say(
        "Of ", analysed, f" {count_of(analysed.value, 'comment')} in the last 28 days, ", negative,
        f" {verb} negative (", percent, ").",
    )  # fmt: skip


def _list_alerts(draft: Draft, rows: Traced) -> None:
    draft.list(
        "Posts under fire",
        ("Post", "Creator", "Negative", "Comments", "Share", "Surely at least"),
        [
            (
                title_text(post.get("video_title")),
                draft.handle(post.get("creator_id")),
                *_counts(draft, rows, id_),
                draft.number(f"row.{id_}.low", rows["low_pct"][id_], "percent"),
            )
            for id_, post in records_of(rows.value, _MOST_POSTS)
        ],
        numeric="--nnnn",
        of=len(rows.value),
    )  # fmt: skip


def _list_texts(draft: Draft, evidence: Traced) -> None:
    """List the most negative comments, each text once."""
    texts = evidence[evidence["text"].notna()].drop_duplicates("text").drop_duplicates("id")
    rows = draft.let("texts", texts.set_index("id"))
    likes = [name for name in ("like_count",) if name in rows.value.columns]
    draft.list(
        "The most negative comments there",
        ("Comment", "Under a post of", *["Likes" for _ in likes]),
        [
            (
                line_text(row["text"]),
                draft.handle(row.get("creator_id")),
                *(draft.number(f"text.{id_}.likes", rows[column][id_]) for column in likes),
            )
            for id_, row in records_of(rows.value)
        ],
        numeric="--" + "n" * len(likes),
        of=len(rows.value),
    )  # fmt: skip
