"""The pages of the board of sentiment: the frame, plot and code of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from trackagoat_pandas.checks import frame_facts, require_columns
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.campaigns import comments_of_campaigns
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.sentiment.lexicon import MODES
from trackagoat_pandas.helpers.sentiment.scoring import own_readings, score_comments, with_scores
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    INSTANTS,
    find_negative_alerts,
    fitting_freq,
    rank_creators_by_sentiment,
    sentiment_trend,
    show_alert_evidence,
    summarize_sentiment,
    written_on,
)
from trackagoat_pandas.plots.comment_words import comment_words
from trackagoat_pandas.plots.sentiment_creators import sentiment_creators
from trackagoat_pandas.plots.sentiment_trend import sentiment_trend as plot_trend
from trackagoat_pandas.plots.style import ROW_IN
from trackagoat_pandas.widgets.board import EMPTY_IN, HEIGHT_IN, View
from trackagoat_pandas.widgets.recorder import Recorder, Traced, call

_MOST_CREATORS: Final = 24
_MOST_WORDS: Final = 15
_LISTED_ALERTS: Final = 3
"""The product lists as many."""
_WRITERS: Final = {"comparative": "{:+.2f}".format}
_STREAM: Final = ("posted_at", "label", "text", "tiktok_handle", "video_title")


class Opened(NamedTuple):
    """Comments with scores and names, the newest first; the campaigns; and the time zone."""

    recorder: Recorder
    scored: Traced
    campaigns: Traced | None
    zone: str | None

    @property
    def reading(self) -> str:
        """The mode of the scores, or ``"own"`` for those of the user's lexicon."""
        return next(iter(own_readings(self.scored.value)), "api")

    def read_as(self, reading: str) -> Opened:
        """Return the same comments with scores of another mode."""
        if reading not in MODES or reading == self.reading:
            return self
        recorder = self.recorder.branch()
        scored = recorder.step("scored", score_comments, self.scored, mode=reading)
        return self._replace(recorder=recorder, scored=scored)


def open_comments(recorder: Recorder, frames: Mapping[str, Traced]) -> Opened:
    """Score comments, name their creators and videos, and sort them, the newest first."""
    comments, campaigns = frames["comments"], frames.get("campaigns")
    require_columns(comments.value, ["text"], loader="load_comments")
    if campaigns is not None:
        require_columns(campaigns.value, ["id", "name", "items"], loader="load_campaigns")
    if own_readings(comments.value):
        with_scores(comments.value, None, "text")  # refuses scores of several modes
        scored = recorder.let("scored", comments)
    else:
        scored = recorder.step("scored", score_comments, comments)
    for name, column in {"creators": "creator_id", "videos": "video_id"}.items():
        if name in frames and column in scored.value.columns:
            scored = recorder.step("scored", with_names, scored, **{name: frames[name]})
    if "posted_at" in scored.value.columns:
        times = scored["posted_at"]
        if times.value.dtype.kind != "M" or times.value.dt.tz is None:
            with holding(times.value, INSTANTS):
                read = recorder.pandas.to_datetime(times, utc=True, format="ISO8601")
            scored = recorder.let("scored", scored.assign(posted_at=read))
        ordered = scored.sort_values("posted_at", ascending=False, kind="stable")
        scored = recorder.let("scored", ordered)
    zone = frame_facts(comments.value).get("timezone")
    return Opened(recorder, scored, campaigns, zone)


def handles_of(scored: pd.DataFrame) -> dict[str, str]:
    """Map each creator to the handle, or to the first letters of the id."""
    if "creator_id" not in scored.columns:
        return {}
    owners = scored.drop_duplicates("creator_id").dropna(subset="creator_id")
    known = dict.fromkeys(owners["creator_id"])
    if "tiktok_handle" in owners.columns:
        known |= dict(owners[["creator_id", "tiktok_handle"]].dropna().itertuples(index=False))
    return {id_: f"@{name}" if name else str(id_)[:8] for id_, name in known.items()}


def span_of(scored: pd.DataFrame, zone: str) -> DateRange | None:
    """Return the days from the first comment to the last; None if no comment has a time."""
    if "posted_at" not in scored.columns or scored["posted_at"].isna().all():
        return None
    ends = pd.Series([scored["posted_at"].min(), scored["posted_at"].max()])
    first, last = written_on(ends, zone).tolist()
    return DateRange(first, last)


@dataclass(frozen=True, slots=True)
class CommentChoice:
    """The values of the filters; empty or None for all."""

    campaigns: tuple[str, ...] = ()
    creator: str | None = None
    days: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The scored comments that match a choice, with their alerts and tiles."""

    recorder: Recorder
    comments: Traced
    alerts: Traced | None
    tiles: dict[str, str]
    zone: str


def see(opened: Opened, zone: str, choice: CommentChoice) -> Seen:
    """Keep the comments that match a choice, and summarize them."""
    recorder = opened.recorder.branch()
    seen = recorder.let("seen", opened.scored)
    if choice.campaigns and opened.campaigns is not None:
        ids = list(choice.campaigns)
        seen = recorder.step("seen", comments_of_campaigns, seen, opened.campaigns, ids)
    if choice.creator is not None:
        seen = recorder.step("seen", search_comments, seen, creator=choice.creator)
    if choice.days is not None:
        seen = recorder.step("seen", search_comments, seen, dates=choice.days, timezone=zone)
    has_videos = "video_id" in seen.value.columns
    alerts = call(find_negative_alerts, seen) if has_videos else None
    return Seen(recorder, seen, alerts, _tiles(call(summarize_sentiment, seen).value), zone)


def _tiles(summary: pd.DataFrame) -> dict[str, str]:
    """Return the product's five numbers, and how many labels mode ``"tiktok"`` would change."""
    [sums] = summary.to_dict("records")
    changes = sums["tiktok_changes"]
    others = (
        {"Changed by mode “tiktok”": f"{changes:,} labels"} if pd.notna(changes) and changes else {}
    )
    return {
        "Comments": f"{sums['comments']:,}",
        "Analysed": f"{sums['analysed']:,}",
        "Positive": _or_none(sums["positive_pct"], "{:.1f} %"),
        "Negative": _or_none(sums["negative_pct"], "{:.1f} %"),
        "Mean comparative": _or_none(sums["mean_comparative"], "{:+.3f}"),
        **others,
    }


def _or_none(number: Any, form: str) -> str:
    return "n/a" if pd.isna(number) else form.format(number)


def warnings(seen: Seen) -> Iterator[str]:
    """Write a sentence for each video with mostly negative comments, up to three."""
    if seen.alerts is None:
        return
    alerts = seen.alerts.value
    for alert in alerts.head(_LISTED_ALERTS).to_dict("records"):
        title, handle = alert.get("video_title"), alert.get("tiktok_handle")
        name = alert["video_id"][:8] if pd.isna(title) else f"“{title}”"
        by = "" if pd.isna(handle) else f" by @{handle}"
        share, count = alert["negative_pct"], alert["analysed"]
        margin = f"95 % interval {alert['low_pct']:.0f} to {alert['high_pct']:.0f} %"
        changes = alert["tiktok_changes"]
        has_changes = pd.notna(changes) and changes > 0
        less = f"; mode “tiktok” would change {changes:,} labels" if has_changes else ""
        yield (
            f"Negative alert: {share:.0f} % of {count:,} comments on {name}{by} are negative "
            f"({margin}{less})."
        )
    if (others := len(alerts) - _LISTED_ALERTS) > 0:
        noun = "video" if others == 1 else "videos"
        yield f"Negative alert: {others:,} more {noun}; see the Alerts page."


def nearest_miss(seen: Seen) -> str | None:
    """Name the video nearest to an alert, if there is no alert."""
    note = None if seen.alerts is None else frame_facts(seen.alerts.value).get("note")
    return f"No alert: {note}." if note else None


def trend(seen: Seen) -> View:
    """Show the five numbers, bucket by bucket."""
    recorder, options = seen.recorder.branch(), _buckets(seen.comments, seen.zone)
    frame = recorder.step("frame", sentiment_trend, seen.comments, **options)
    return View(recorder, frame, recorder.plot(plot_trend, seen.comments, **options))


def creators(seen: Seen, label: Literal["positive", "negative"]) -> View:
    """Rank creators by their share of positive or negative comments."""
    recorder = seen.recorder.branch()
    frame = recorder.step("frame", rank_creators_by_sentiment, seen.comments, label=label)
    options = {"label": label, "most": _MOST_CREATORS}
    plot = recorder.plot(sentiment_creators, seen.comments, **options)
    names = frame.value.columns
    columns = list(names.drop(["creator_id"] if "tiktok_handle" in names else []))
    bars = min(_MOST_CREATORS, int(frame.value["rank"].notna().sum()))
    height_in = max(HEIGHT_IN, ROW_IN * bars + 1.2)
    writers = {"mean_comparative": "{:+.3f}".format}
    return View(recorder, frame, plot, columns, writers, height_in)


def alerts(seen: Seen) -> View:
    """List the negative comments on videos with an alert, alert by alert."""
    recorder = seen.recorder.branch()
    frame = recorder.step("frame", show_alert_evidence, seen.comments, seen.alerts)
    plot = recorder.plot(comment_words, frame, most=_MOST_WORDS)
    columns = ["video_title" if "video_title" in frame.value else "video_id", "comparative"]
    rest = [name for name in _stream_columns(frame) if name not in columns]
    height_in = HEIGHT_IN if len(frame.value) else EMPTY_IN
    return View(recorder, frame, plot, [*columns, *rest], _WRITERS, height_in, seen.zone)


def stream(seen: Seen, words: str, label: str | None) -> View:
    """List the comments with some words and label; the picture counts all labels."""
    recorder = seen.recorder.branch()
    found = recorder.let("found", seen.comments)
    if words:
        found = recorder.step("found", search_comments, seen.comments, words)
    frame = recorder.let("frame", found)
    if label is not None:
        frame = recorder.step("frame", search_comments, found, label=label)
    if "posted_at" in frame.value:
        plot = recorder.plot(plot_trend, found, **_buckets(found, seen.zone))
    else:
        plot = recorder.plot(comment_words, frame, most=_MOST_WORDS)
    return View(recorder, frame, plot, _stream_columns(frame), _WRITERS, zone=seen.zone)


def _buckets(comments: Traced, zone: str) -> dict[str, str]:
    """Choose the options of a trend, with no more buckets than a picture has room for."""
    days = written_on(comments.value["posted_at"], zone)
    return {"freq": fitting_freq(days), "timezone": zone}


def _stream_columns(frame: Traced) -> list[str]:
    return [name for name in _STREAM if name in frame.value]
