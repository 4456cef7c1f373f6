"""The pages of the board of sentiment: the frame, plot and code of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple

import pandas as pd

from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.campaigns import comments_of_campaigns
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.sentiment.lexicon import MODES
from trackagoat_pandas.helpers.sentiment.scoring import own_readings, score_comments, with_scores
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    CHANGES,
    COUNTS,
    INSTANTS,
    find_negative_alerts,
    fitting_granularity,
    rank_creators_by_sentiment,
    sentiment_trend,
    show_alert_evidence,
    summarize_sentiment,
    written_on,
)
from trackagoat_pandas.inputs.checks import (
    frame_facts,
    frame_params,
    require_columns,
    without_frame_warnings,
)
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.plots.comment_words import comment_words
from trackagoat_pandas.plots.sentiment_creators import sentiment_creators
from trackagoat_pandas.plots.sentiment_trend import sentiment_trend as plot_trend
from trackagoat_pandas.widgets.board import Tile, View, height_of
from trackagoat_pandas.widgets.recorder import Recorder, Traced, call, literal

_MOST_CREATORS: Final = 24
_MOST_WORDS: Final = 15
_STREAM: Final = ("tiktok_handle", "label", "text", "posted_at", "video_title", "comparative")
_ALERTS: Final = (
    "video_title", "tiktok_handle", "negative_pct", "negative", "analysed", "low_pct", "high_pct",
    "tiktok_changes",
)  # fmt: skip
_MINUS: Final = "\N{MINUS SIGN}"


class _Figure(NamedTuple):
    """A tile's measure, how it and its change are written, and whether more of it is good."""

    measure: str
    form: str
    change: str = ""
    is_more_good: bool | None = None


_FIGURES: Final = {
    "Comments": _Figure("comments", "{:,}", "{:+,.0f} %"),
    "Analysed": _Figure("analysed", "{:,}"),
    "Positive": _Figure("positive_pct", "{:.1f} %", "{:+.1f} points", is_more_good=True),
    "Negative": _Figure("negative_pct", "{:.1f} %", "{:+.1f} points", is_more_good=False),
    "Mean comparative": _Figure("mean_comparative", "{:+.3f}", "{:+.3f}", is_more_good=True),
}


class Opened(NamedTuple):
    """Comments with scores and names; the campaigns, the time zone, and the videos."""

    recorder: Recorder
    scored: Traced
    campaigns: Traced | None
    zone: str | None
    videos: Traced | None = None

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
    """Score comments, and name their creators and videos."""
    comments, campaigns = frames["comments"], frames.get("campaigns")
    require_columns(comments.value, ["text"], loader="load_comments")
    if campaigns is not None:
        require_columns(campaigns.value, ["id", "name", "items"], loader="load_campaigns")
    ids_of = {"creators": "creator_id", "videos": "video_id"}
    known = {
        name: frames[name]
        for name, ids in ids_of.items()
        if name in frames and ids in comments.value.columns
    }
    if own_readings(comments.value):
        with_scores(comments.value, None, "text")  # refuses scores of several modes
        scored = recorder.let("scored", call(with_names, comments, **known) if known else comments)
    else:
        several = Traced([frame.value for frame in known.values()], literal([*known.values()]))
        names = {"names": several} if known else {}
        scored = recorder.step("scored", score_comments, comments, **names)
    if "posted_at" in scored.value.columns:
        times = scored["posted_at"]
        if times.value.dtype.kind != "M" or times.value.dt.tz is None:
            with holding(times.value, INSTANTS):
                read = recorder.pandas.to_datetime(times, utc=True, format="ISO8601")
            scored = recorder.let("scored", scored.assign(posted_at=read))
    zone = frame_facts(comments.value).get("timezone")
    return Opened(recorder, scored, campaigns, zone, known.get("videos"))


def _with_links(frame: Traced, videos: Traced | None) -> Traced:
    """Add the addresses of videos."""
    if videos is None or "url" not in videos.value or "video_id" not in frame.value:
        return frame
    if videos.value["id"].duplicated().any():
        videos = videos.drop_duplicates("id")
    return frame.assign(url=frame["video_id"].map(videos.set_index("id")["url"]))


def handles_of(scored: pd.DataFrame) -> dict[str, str]:
    """Map each creator to the handle, or to the first letters of the id."""
    if "creator_id" not in scored.columns:
        return {}
    owners = scored.drop_duplicates("creator_id").dropna(subset="creator_id")
    known = dict.fromkeys(owners["creator_id"])
    if "tiktok_handle" in owners.columns:
        known |= dict(owners[["creator_id", "tiktok_handle"]].dropna().itertuples(index=False))
    return {id_: f"@{name}" if name else str(id_)[:ID_LETTERS] for id_, name in known.items()}


def video_named(scored: pd.DataFrame, id_: str) -> str | None:
    """Name a video by its title and creator; None if it has no comment."""
    of_video = scored[scored["video_id"] == id_] if "video_id" in scored else scored.head(0)
    return None if of_video.empty else _video(of_video.iloc[0])


def _video(row: Mapping[Any, Any] | pd.Series) -> str:
    """Name the video of a comment or an alert."""
    title, handle = row.get("video_title"), row.get("tiktok_handle")
    by = "" if pd.isna(handle) else f" by @{handle}"
    if pd.notna(title):
        return f"“{title}”{by}"
    return f"a video{by}" if by else f"video {str(row['video_id'])[:ID_LETTERS]}"


def days_of(scored: pd.DataFrame, zone: str) -> DateRange | None:
    """Return the days whose comments were loaded, or from the first comment to the last."""
    asked = frame_params(scored)
    if "posted_at" in scored.columns and "from" in asked and "to" in asked:
        return DateRange(asked["from"], asked["to"])
    return span_of(scored, zone)


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
    video: str | None = None
    days: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The scored comments that match a choice, with their alerts and tiles."""

    recorder: Recorder
    comments: Traced
    alerts: Traced | None
    tiles: dict[str, str | Tile]
    zone: str
    videos: Traced | None = None


def see(opened: Opened, zone: str, choice: CommentChoice) -> Seen:
    """Keep the comments that match a choice, and summarize them."""
    recorder = opened.recorder.branch()
    seen = opened.scored
    if choice.campaigns and opened.campaigns is not None:
        ids = list(choice.campaigns)
        seen = recorder.step("seen", comments_of_campaigns, seen, opened.campaigns, ids)
    if choice.video is not None:
        seen = recorder.let("seen", seen[seen["video_id"] == choice.video])
    creator = {} if choice.creator is None else {"creator": choice.creator}
    dates = {} if choice.days is None else {"dates": choice.days, **_zone(seen, zone)}
    of_all_days = seen
    with kept_warnings():  # an empty page says so itself
        if creator:
            of_all_days = call(search_comments, seen, **creator)
        if creator or dates:
            seen = recorder.step("seen", search_comments, seen, **creator, **dates)
    has_videos = "video_id" in seen.value.columns
    alerts = call(find_negative_alerts, seen) if has_videos else None
    before, earlier = _days_before(opened.scored.value, zone, choice.days), None
    if before is not None:
        earlier = search_comments(of_all_days.value, dates=before, timezone=zone)
    tiles = _tiles(seen.value, earlier, before)
    return Seen(recorder, seen, alerts, tiles, zone, opened.videos)


def _zone(comments: Traced, zone: str) -> dict[str, str]:
    """Return the option of a time zone, unless the comments say it."""
    return {} if zone_of(None, [comments.value]) == zone else {"timezone": zone}


def _days_before(scored: pd.DataFrame, zone: str, days: DateRange | None) -> DateRange | None:
    """Return as many days before those chosen, if their comments are there."""
    known = days_of(scored, zone) if days is not None else None
    if days is None or known is None:
        return None
    first, last = (day - dt.timedelta(days=days.days) for day in (days.first, days.last))
    # Days that weren't loaded would look like days without comments.
    return DateRange(first, last) if known.first <= first and days.last <= known.last else None


def _tiles(
    comments: pd.DataFrame, earlier: pd.DataFrame | None, before: DateRange | None
) -> dict[str, str | Tile]:
    """Return the product's five numbers, and how many labels mode ``"tiktok"`` would change.

    With the comments of the days before, each has its change.
    """
    sums, old = _sums(comments), {} if earlier is None else _sums(earlier)
    tiles: dict[str, str | Tile] = {}
    for name, figure in _FIGURES.items():
        new, was = sums[figure.measure], old.get(figure.measure)
        value = tiles[name] = "n/a" if pd.isna(new) else figure.form.format(new)
        if figure.change and before is not None and pd.notna(new) and pd.notna(was):
            tiles[name] = _with_change(figure, value, new, was, before.days)
    changes = sums["tiktok_changes"]
    if pd.notna(changes) and changes:
        tiles["Labels changed by mode “tiktok”"] = f"{changes:,}"
    return tiles


def _with_change(figure: _Figure, value: str, new: float, was: float, days: int) -> str | Tile:
    """Add to a value how it differs from that of the days before: a count in percent."""
    is_count = figure.measure in COUNTS
    # From 0 there is no change in percent.
    if is_count and not was:
        return value
    difference = 100 * (new - was) / was if is_count else new - was
    change = figure.change.format(difference).replace("-", _MINUS)
    is_good = None if figure.is_more_good is None else (new > was) == figure.is_more_good
    span = "day" if days == 1 else f"{days} days"
    return Tile(value, f"{change} on the {span} before", is_good if new != was else None)


def _sums(comments: pd.DataFrame) -> dict[Hashable, Any]:
    with without_frame_warnings():  # the board shows them
        return summarize_sentiment(comments).to_dict("records")[0]


def warning(seen: Seen) -> str:
    """Write a sentence on the worst alert, and how many more there are; empty without any."""
    if seen.alerts is None or seen.alerts.value.empty:
        return ""
    alerts = seen.alerts.value
    worst, others = alerts.iloc[0], len(alerts) - 1
    changes = worst["tiktok_changes"]
    labels = "label" if changes == 1 else "labels"
    has_changes = pd.notna(changes) and changes > 0
    less = f"; mode “tiktok” would change {changes:,} {labels}" if has_changes else ""
    more = f" {others:,} more: see the page of alerts." if others else ""
    return (
        f"Negative alert: {worst['negative_pct']:.0f} % of {worst['analysed']:,} comments on "
        f"{_video(worst)} are negative (95 % interval {worst['low_pct']:.0f} to "
        f"{worst['high_pct']:.0f} %{less}).{more}"
    )


def nearest_miss(seen: Seen) -> str | None:
    """Name the video nearest to an alert, if there is no alert."""
    note = None if seen.alerts is None else frame_facts(seen.alerts.value).get("note")
    return f"No alert: {note}." if note else None


def without_creator(seen: Seen) -> str:
    """Say how many comments have no creator, and so no row among the creators."""
    count = int(seen.comments.value["creator_id"].isna().sum())
    if not count:
        return ""
    have = "comment has" if count == 1 else "comments have"
    return f"{count:,} {have} no creator, and no row here counts them."


def alerting(seen: Seen) -> str:
    """Name the videos whose words the picture of alerts shows; empty without any."""
    if seen.alerts is None or seen.alerts.value.empty:
        return ""
    videos = seen.alerts.value
    more = f" and of {len(videos) - 1:,} more" if len(videos) > 1 else ""
    return f"The picture shows words of negative comments on {_video(videos.iloc[0])}{more}."


def trend(seen: Seen) -> View:
    """Show the five numbers, bucket by bucket."""
    recorder, options = seen.recorder.branch(), _buckets(seen.comments, seen.zone)
    newest_first = {"ascending": False, "ignore_index": True}
    frame = call(sentiment_trend, seen.comments, **options).sort_values("date", **newest_first)
    frame = recorder.let("frame", frame)
    plot = recorder.plot(plot_trend, seen.comments, **options)
    return View(recorder, frame, plot, columns=_telling(frame.value, frame.value.columns))


def creators(seen: Seen, label: Literal["positive", "negative"]) -> View:
    """Rank creators by their share of positive or negative comments."""
    recorder = seen.recorder.branch()
    frame = recorder.step("frame", rank_creators_by_sentiment, seen.comments, label=label)
    options = {"label": label, "n": _MOST_CREATORS}
    plot = recorder.plot(sentiment_creators, seen.comments, **options)
    name = "tiktok_handle" if "tiktok_handle" in frame.value else "creator_id"
    other = "negative" if label == "positive" else "positive"
    shares = (f"{label}_pct", "low_pct", "high_pct", f"{other}_pct")
    columns = [name, "rank", "analysed", *shares, "mean_comparative", "tiktok_changes"]
    height_in = height_of(min(int(frame.value["rank"].notna().sum()), _MOST_CREATORS))
    columns = _telling(frame.value, columns)
    return View(recorder, frame, plot, columns=columns, height_in=height_in, pick="creator_id")


def alerts(seen: Seen, found: Traced) -> View:
    """List the videos with an alert; the picture has the words of their negative comments."""
    recorder, comments = seen.recorder.branch(), seen.comments
    found = recorder.let("alerts", found)
    frame = recorder.let("frame", _with_links(found, seen.videos))
    evidence = call(show_alert_evidence, comments, found)
    plot = recorder.plot(comment_words, evidence, n=_MOST_WORDS)
    columns = _telling(frame.value, [name for name in _ALERTS if name in frame.value])
    if "video_title" not in columns:
        columns.insert(0, "video_id")
    return View(recorder, frame, plot, columns=columns, pick="video_id")


def matching(seen: Seen, words: str) -> Seen:
    """Keep the comments with some words, and summarize them."""
    if not words:
        return seen
    recorder = seen.recorder.branch()
    found = recorder.step("seen", search_comments, seen.comments, words)
    return replace(seen, recorder=recorder, comments=found, tiles=_tiles(found.value, None, None))


def stream(seen: Seen, label: str | None) -> View:
    """List the comments with a label; the picture counts all labels."""
    recorder = seen.recorder.branch()
    found = frame = seen.comments
    if label is not None:
        frame = recorder.step("frame", search_comments, found, label=label)
    frame = _with_links(frame, seen.videos)
    if "posted_at" in frame.value:
        newest = frame.sort_values("posted_at", ascending=False, kind="stable")
        frame = recorder.let("frame", newest)
        plot = recorder.plot(plot_trend, found, **_buckets(found, seen.zone))
    else:
        frame = recorder.let("frame", frame)
        plot = recorder.plot(comment_words, frame, n=_MOST_WORDS)
    columns = [name for name in _STREAM if name in frame.value]
    return View(recorder, frame, plot, columns=columns, zone=seen.zone, pick="creator_id")


def _telling(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Leave out the changes of mode ``"tiktok"`` where there are none."""
    return [name for name in columns if name != CHANGES or frame[name].gt(0).any()]


def _buckets(comments: Traced, zone: str) -> dict[str, str]:
    """Choose the options of a trend, with no more buckets than a picture has room for."""
    days = written_on(comments.value["posted_at"], zone)
    return {"granularity": fitting_granularity(days), **_zone(comments, zone)}
