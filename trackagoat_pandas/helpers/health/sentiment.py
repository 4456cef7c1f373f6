"""Whether comments turn against a program's videos."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.columns import as_instants, instants_of, is_word, text
from trackagoat_pandas.helpers.counted import COMMENT_ON_TIKTOK, comments_once, linked_by
from trackagoat_pandas.helpers.health.losses import unless_worse
from trackagoat_pandas.helpers.health.statuses import Verdict, latched
from trackagoat_pandas.helpers.health.supply import Supply
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.sentiment.scoring import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import ALERT_MINIMUM, ALERT_PCT
from trackagoat_pandas.inputs.checks import frame_params, require_columns

WINDOW_DAYS: Final = 28
_ENDS_PCT: Final = 30.0
_FEWEST: Final = ALERT_MINIMUM
_UNUSED: Final = ("author", "id", "tiktok_comment_id", "project_id", "creator_id", "created_at")


def judge_sentiment(given: Supply) -> Verdict:
    """Find the videos with an alert by the product's rule, of the comments of four weeks.

    An alert begins at 40 % of at least 10 comments and ends below 30 %. It is bad where the share
    is surely above 40 %, by its interval.
    """
    if doubt := given.doubt("comments") or _too_short(given):
        return doubt
    comments = given.frames["comments"]
    require_columns(comments, ["video_id", "posted_at"], loader="load_comments")
    every = _recent(given, comments)
    recent = every[every["is_scored"]].reset_index(drop=True)
    if len(recent) < _FEWEST:
        return Verdict("unknown", f"There are fewer than {_FEWEST} comments of the last "
                       f"{WINDOW_DAYS} days that can be scored.")  # fmt: skip
    shares = _shares(recent)
    share = 100 * recent["is_negative"].mean()
    said = f"{share:.0f} % of {number(len(recent), 'comment')} of the last {WINDOW_DAYS} days are "
    said += "negative"
    verdict = _judge_shares(shares, said)
    if verdict.status != "bad" and (unsure := _unsure_comments(comments, recent)):
        lost = f"{number(unsure, 'comment')} without a video or a time can't be counted."
        return Verdict("unknown", lost, "Load the comments again.")
    silent = len(every) - len(recent)
    if not silent:
        return verdict
    may_be = every["is_negative"] | ~every["is_scored"]
    worst = _judge_shares(_shares(every.assign(is_negative=may_be)), "")
    lost = f"{said}, but {number(silent, 'comment')} without a text may be negative, too."
    return unless_worse(verdict, worst.status, lost, "Load the comments again.")


def _judge_shares(shares: pd.DataFrame, said: str) -> Verdict:
    """Find the videos whose last state is an alert."""
    last = shares[~shares.duplicated("video_id", keep="last").to_numpy(bool)]
    for status, name in (("bad", "surely"), ("watch", "alert")):
        if count := int((last[name] == 1.0).sum()):
            which = "an alert" if status == "watch" else f"surely more than {ALERT_PCT:.0f} %"
            began = shares[shares["video_id"].isin(last.loc[last[name] == 1.0, "video_id"])]
            began = began[began[name] == 1.0]
            since = float(began["day"].min())
            return Verdict(status, f"{said}; on {number(count, 'video')} {which}.",
                           "Read the comments behind the alerts.", since)  # fmt: skip
    return Verdict("good", f"{said}, and no video has an alert.")


def _unsure_comments(comments: pd.DataFrame, recent: pd.DataFrame) -> int:
    """Count the comments that may belong to an alert, but have no video or no time."""
    return int(comments["posted_at"].isna().sum() + recent["video_id"].isna().sum())


def _too_short(given: Supply) -> Verdict | None:
    """Return that the comments begin too late for the days that are judged; None if they don't."""
    begins = frame_params(given.frames["comments"]).get("from")
    if begins is None:
        return None
    first = np.datetime64(str(begins)[:10], "D").astype(np.int64)
    if first <= given.today - WINDOW_DAYS + 1:
        return None
    said = f"`comments` begin later than {WINDOW_DAYS} days ago."
    return Verdict("unknown", said, f'Load them with dates="last {WINDOW_DAYS} days".')


def _recent(given: Supply, comments: pd.DataFrame) -> pd.DataFrame:
    """Return the comments of the days that are judged, in their order of time."""
    posted = pd.Series(as_instants(instants_of(comments["posted_at"])), comments.index)
    day = days_shown(instants_of(comments["posted_at"]), given.zone).astype(np.int64)
    is_recent = (posted <= given.moment).to_numpy(bool) & (day > given.today - WINDOW_DAYS)
    # Of 100,000 comments, to choose rows of all columns takes longer than to score them.
    chosen = comments[is_recent]
    if COMMENT_ON_TIKTOK in chosen.columns:
        posts = linked_by(chosen["video_id"], chosen[COMMENT_ON_TIKTOK])
        chosen = comments_once(chosen.assign(video_id=posts, place=np.flatnonzero(is_recent)))
        is_recent = np.isin(np.arange(len(comments)), chosen["place"])
    kept = chosen.drop(columns=[*_UNUSED, "place"], errors="ignore")
    scored = with_scores(kept, None, "text")
    rows = pd.DataFrame(
        {
            "video_id": text(scored["video_id"]).to_numpy(object),
            "day": day[is_recent],
            "at": posted.array[is_recent],
            "is_negative": is_word(scored["label"], "negative"),
            "is_scored": scored["label"].notna().to_numpy(bool),
        }
    )
    return rows.sort_values("at", kind="stable", ignore_index=True)


def _shares(comments: pd.DataFrame) -> pd.DataFrame:
    """Return the state of each video's alert after each of its comments."""
    rows = comments.dropna(subset="video_id").sort_values(
        ["video_id", "at"], kind="stable", ignore_index=True
    )
    groups = rows.groupby("video_id", sort=False)["is_negative"]
    count = groups.cumcount().to_numpy() + 1
    negative = groups.cumsum().to_numpy().astype(np.float64)
    is_first, is_enough = count == 1, count >= _FEWEST
    low, _ = wilson_interval(negative, count)
    ends = is_first | (100 * negative < _ENDS_PCT * count)
    alert = is_enough & (100 * negative >= ALERT_PCT * count)
    return rows.assign(
        alert=latched(alert, ends), surely=latched(is_enough & (100 * low >= ALERT_PCT), ends)
    )
