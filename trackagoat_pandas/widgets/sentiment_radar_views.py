"""The pages of the board of sentiment: the frame, plot and code of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.asking.comments import COMMENTS
from trackagoat_pandas.asking.kernel import answer_from
from trackagoat_pandas.asking.under_fire import UNDER_FIRE
from trackagoat_pandas.base.warnings import kept_warnings
from trackagoat_pandas.helpers.campaigns.members import comments_of_campaigns
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.helpers.facts import zone_of
from trackagoat_pandas.helpers.granularity import day_text
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
from trackagoat_pandas.showing.recorder import Recorder, Traced, call, literal
from trackagoat_pandas.widgets.board import MOST_BARS, Tile, View, height_of
from trackagoat_pandas.widgets.grid import Curves

_TREND: Final = ("date", "comments", "analysed", "positive_pct", "negative_pct", CHANGES)
_STREAM: Final = ("tiktok_handle", "label", "text", "posted_at", "video_title")
_ALERTS: Final = (
    "video_title", "tiktok_handle", "first_comment", "negative_pct", "negative", "analysed",
    "low_pct", "high_pct", CHANGES,
)  # fmt: skip
_FEW_DAYS: Final = 14
"""So many days are shown day by day, more by week at least."""


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
}


class Opened(NamedTuple):
    """Comments with scores and names, campaigns, time zone, videos, and findings on them."""

    recorder: Recorder
    scored: Traced
    campaigns: Traced | None
    zone: str | None
    videos: Traced | None = None
    findings: tuple[str, ...] = ()

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


def open_comments(
    recorder: Recorder, frames: Mapping[str, Traced], timezone: str | None = None
) -> Opened:
    """Score comments, name their creators and videos, and answer the questions about them."""
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
    named = {name: frames[name] for name in ("creators", "videos") if name in frames}
    answers = (
        answer_from(question, {"comments": scored, **named}, timezone or zone or "UTC")
        for question in (UNDER_FIRE, COMMENTS)
    )
    findings = dict.fromkeys(answer.finding for answer in answers if not answer.script.reason)
    return Opened(recorder, scored, campaigns, zone, known.get("videos"), (*findings,))


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
    if of_video.empty:
        return None
    first = of_video["posted_at"].min() if "posted_at" in of_video else pd.NaT
    return _video({**of_video.iloc[0], "first_comment": first})


def _video(row: Mapping[Any, Any] | pd.Series) -> str:
    """Name the video of a comment or an alert: by its title, or by its creator and first comment.

    Its id is for machines, and what remains where neither is known.
    """
    title, handle, first = (row.get(n) for n in ("video_title", "tiktok_handle", "first_comment"))
    by = "" if pd.isna(handle) else f" by @{handle}"
    if pd.notna(title):
        return f"“{title}”{by}"
    since = "" if first is None or pd.isna(first) else f" with comments since {day_text(first)}"
    return f"a video{by}{since}" if by else f"video {str(row['video_id'])[:ID_LETTERS]}{since}"


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
    """The scored comments that match a choice, with their alerts, measures and tiles."""

    recorder: Recorder
    comments: Traced
    alerts: Traced | None
    sums: Mapping[Hashable, Any]
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
    sums = _sums(seen.value)
    tiles = _tiles(sums, alerts, earlier, before)
    return Seen(recorder, seen, alerts, sums, tiles, zone, opened.videos)


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
    sums: Mapping[Hashable, Any],
    alerts: Traced | None,
    earlier: pd.DataFrame | None = None,
    before: DateRange | None = None,
) -> dict[str, str | Tile]:
    """Count comments and alerts, with the shares of positive and negative comments.

    With the comments of the days before, each has its change.
    """
    old = {} if earlier is None else _sums(earlier)
    tiles: dict[str, str | Tile] = {}
    for name, figure in _FIGURES.items():
        new, was = sums[figure.measure], old.get(figure.measure)
        value = tiles[name] = "n/a" if pd.isna(new) else figure.form.format(new)
        if figure.change and before is not None and pd.notna(new) and pd.notna(was):
            tiles[name] = _with_change(figure, value, new, was, before.days)
    if alerts is not None:
        count = len(alerts.value)
        value = f"{count:,} {'video' if count == 1 else 'videos'}" if count else "none"
        about = "mostly negative" * (count > 0)
        tiles["Alerts"] = Tile(value, about, act="page:Alerts", is_alarm=count > 0)
    return tiles


def _with_change(figure: _Figure, value: str, new: float, was: float, days: int) -> str | Tile:
    """Add to a value how it differs from that of the days before: a count in percent."""
    is_count = figure.measure in COUNTS
    # From 0 there is no change in percent.
    if is_count and not was:
        return value
    difference = 100 * (new - was) / was if is_count else new - was
    change = figure.change.format(difference)
    is_good = None if figure.is_more_good is None else (new > was) == figure.is_more_good
    span = "day" if days == 1 else f"{days} days"
    return Tile(value, f"{change} on the {span} before", is_good if new != was else None)


def _sums(comments: pd.DataFrame) -> dict[Hashable, Any]:
    with without_frame_warnings():  # the board shows them
        return summarize_sentiment(comments).to_dict("records")[0]


def nearest_miss(seen: Seen) -> str | None:
    """Name the video nearest to an alert, if there is no alert."""
    note = None if seen.alerts is None else frame_facts(seen.alerts.value).get("note")
    return f"No alert: {note}." if note else None


def read_otherwise(seen: Seen) -> str:
    """Say how many comments would have another label if they were read as TikTok slang."""
    changes = seen.sums[CHANGES]
    if pd.isna(changes) or not changes:
        return ""
    of = f"{changes:,} of {seen.sums['analysed']:,}"
    return f"Read as TikTok slang, {of} comments would be labelled otherwise: see “Scoring”."


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
    return View(recorder, frame, plot, columns=_telling(frame.value, _TREND))


def creators(seen: Seen, label: Literal["positive", "negative"]) -> View:
    """Rank creators by their share of positive or negative comments."""
    recorder = seen.recorder.branch()
    frame = recorder.step("frame", rank_creators_by_sentiment, seen.comments, label=label)
    options = {"label": label, "n": MOST_BARS}
    plot = recorder.plot(sentiment_creators, seen.comments, **options)
    name = "tiktok_handle" if "tiktok_handle" in frame.value else "creator_id"
    other = "negative" if label == "positive" else "positive"
    shares = (f"{label}_pct", "low_pct", "high_pct", f"{other}_pct")
    columns = _telling(frame.value, [name, "rank", "analysed", *shares, CHANGES])
    height_in = height_of(min(int(frame.value["rank"].notna().sum()), MOST_BARS))
    return View(
        recorder,
        frame,
        plot,
        columns=columns,
        height_in=height_in,
        pick="creator_id",
        curves=_curves(seen.comments.value, seen.zone),
    )


def _curves(comments: pd.DataFrame, zone: str) -> Curves | None:
    """Count the comments of each creator week by week, for a column of small lines."""
    if "posted_at" not in comments.columns:
        return None
    days = written_on(comments["posted_at"], zone)
    numbers, ids = pd.factorize(comments["creator_id"])
    is_known = ~np.isnat(days) & (numbers >= 0)
    if not is_known.any():
        return None
    # Weeks begin on Monday, and day 0 is a Thursday.
    weeks = (days[is_known].astype(np.int64) + 3) // 7
    weeks -= weeks.min()
    # Of 150,000 comments a crosstab takes 0.1 s, a third of a click.
    length = int(weeks.max()) + 1
    places = numbers[is_known] * length + weeks
    counts = np.bincount(places, minlength=len(ids) * length).reshape(len(ids), length)
    values = {str(id_): tuple(line) for id_, line in zip(ids, counts.tolist(), strict=True)}
    return Curves("By week", "creator_id", values, "comments a week")


def alerts(seen: Seen, found: Traced) -> View:
    """List the videos with an alert; the picture has the words of their negative comments."""
    recorder, comments = seen.recorder.branch(), seen.comments
    found = recorder.let("alerts", found)
    frame = _with_links(found, seen.videos)
    if "posted_at" in comments.value and not _has_titles(found.value):
        first = comments.groupby("video_id")["posted_at"].min()
        frame = frame.assign(first_comment=frame["video_id"].map(first))
    frame = recorder.let("frame", frame)
    evidence = call(show_alert_evidence, comments, found)
    plot = recorder.plot(comment_words, evidence, n=MOST_BARS)
    columns = _telling(frame.value, [name for name in _ALERTS if name in frame.value])
    if not {"video_title", "tiktok_handle"} & {*columns}:
        columns.insert(0, "video_id")
    return View(recorder, frame, plot, columns=columns, pick="video_id", zone=seen.zone)


def _has_titles(frame: pd.DataFrame) -> bool:
    return "video_title" in frame.columns and bool(frame["video_title"].notna().all())


def matching(seen: Seen, words: str) -> Seen:
    """Keep the comments with some words, and summarize them."""
    if not words:
        return seen
    recorder = seen.recorder.branch()
    found = recorder.step("seen", search_comments, seen.comments, words)
    sums = _sums(found.value)
    tiles = _tiles(sums, seen.alerts)
    return replace(seen, recorder=recorder, comments=found, sums=sums, tiles=tiles)


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
        plot = recorder.plot(comment_words, frame, n=MOST_BARS)
    columns = [name for name in _STREAM if name in frame.value]
    return View(
        recorder,
        frame,
        plot,
        columns=columns,
        zone=seen.zone,
        pick="creator_id",
        has_search=False,  # the filter "Words" finds them, also in their whole
    )


def _telling(frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Leave out the changes of mode ``"tiktok"`` where there are none."""
    return [name for name in columns if name != CHANGES or frame[name].gt(0).any()]


def _buckets(comments: Traced, zone: str) -> dict[str, str]:
    """Choose the options of a trend: weeks, unless there are few days or too many weeks.

    Most days have too few comments for a share that says something.
    """
    days = written_on(comments.value["posted_at"], zone)
    known = days[~np.isnat(days)]
    is_short = known.size and (known.max() - known.min()).astype(np.int64) < _FEW_DAYS
    fitting = fitting_granularity(days)
    granularity = "week" if fitting == "day" and not is_short else fitting
    return {"granularity": granularity, **_zone(comments, zone)}
