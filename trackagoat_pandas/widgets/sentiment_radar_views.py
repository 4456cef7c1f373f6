"""The pages of a sentiment radar: each a frame, its plot, and the Python that rebuilds both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd

from trackagoat_pandas.checks import frame_facts
from trackagoat_pandas.dates import DateRange
from trackagoat_pandas.helpers.sentiment.searching import search_comments
from trackagoat_pandas.helpers.sentiment.summaries import (
    Freq,
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
from trackagoat_pandas.widgets.membership import comments_of_campaigns
from trackagoat_pandas.widgets.picture import HEIGHT_IN
from trackagoat_pandas.widgets.project_board import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_CREATORS: Final = 24
_MOST_WORDS: Final = 15
_LISTED_ALERTS: Final = 3
"""As many as the product lists."""
_STREAM: Final = ("posted_at", "label", "text", "tiktok_handle", "video_title")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the filters say; nothing lets everything pass."""

    campaigns: tuple[str, ...] = ()
    creator: str | None = None
    days: DateRange | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The scored comments that a choice leaves, what they say as a whole, and their lines."""

    comments: pd.DataFrame
    alerts: pd.DataFrame
    tiles: dict[str, str]
    zone: str
    lines: tuple[str, ...]


def see(scored: pd.DataFrame, campaigns: pd.DataFrame | None, zone: str, choice: Choice) -> Seen:
    """Keep the comments that a choice means, and sum them up."""
    comments, lines = scored, ["seen = scored"]
    if choice.campaigns and campaigns is not None:
        comments = comments_of_campaigns(comments, campaigns, choice.campaigns)
        module = "trackagoat_pandas.widgets.membership"
        lines.append(f"from {module} import comments_of_campaigns")
        lines.append(f"seen = comments_of_campaigns(seen, campaigns, {list(choice.campaigns)!r})")
    if choice.creator is not None:
        comments = search_comments(comments, creator=choice.creator)
        lines.append(f"seen = tgp.search_comments(seen, creator={choice.creator!r})")
    if choice.days is not None:
        comments = search_comments(comments, dates=choice.days, timezone=zone)
        days = f"tgp.{choice.days!r}"
        lines.append(f"seen = tgp.search_comments(seen, dates={days}, timezone={zone!r})")
    has_videos = "video_id" in comments.columns
    alerts = find_negative_alerts(comments) if has_videos else pd.DataFrame()
    return Seen(comments, alerts, _tiles(comments), zone, tuple(lines))


def _tiles(comments: pd.DataFrame) -> dict[str, str]:
    """Give the product's five numbers in words, and how many labels another reading changes."""
    [sums] = summarize_sentiment(comments).to_dict("records")
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
    """Say which videos' comments have turned; the evidence is on the page of alerts."""
    for alert in seen.alerts.head(_LISTED_ALERTS).to_dict("records"):
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
    if (others := len(seen.alerts) - _LISTED_ALERTS) > 0:
        noun = "video" if others == 1 else "videos"
        yield f"Negative alert: {others:,} more {noun}; see the Alerts page."


def nearest_miss(seen: Seen) -> str | None:
    """Say which video comes nearest to an alert where none has one."""
    note = frame_facts(seen.alerts).get("note")
    return f"No alert: {note}." if note else None


def trend(seen: Seen) -> View:
    """The five numbers, bucket by bucket."""
    freq = _freq(seen.comments, seen.zone)
    frame = sentiment_trend(seen.comments, freq=freq, timezone=seen.zone)
    options = f'freq="{freq}", timezone={seen.zone!r}'
    lines = (f"frame = tgp.sentiment_trend(seen, {options})", _trend_line("seen", freq, seen.zone))
    return View(frame, _trend_plot(seen.comments, freq, seen.zone), lines)


def creators(seen: Seen, label: Literal["positive", "negative"]) -> View:
    """Creators by the share of kind or angry comments."""
    frame = rank_creators_by_sentiment(seen.comments, label=label)

    def plot(ax: Axes) -> Axes:
        return sentiment_creators(seen.comments, label=label, most=_MOST_CREATORS, ax=ax)

    lines = (
        f'frame = tgp.rank_creators_by_sentiment(seen, label="{label}")',
        f'ax = tgp.plots.sentiment_creators(seen, label="{label}", most={_MOST_CREATORS})',
    )
    bars = min(_MOST_CREATORS, int(frame["rank"].notna().sum()))
    hidden = ["creator_id"] if "tiktok_handle" in frame.columns else []
    columns = list(frame.columns.drop(hidden))
    height_in = max(HEIGHT_IN, ROW_IN * bars + 1.2)
    return View(frame, plot, lines, columns, {"mean_comparative": "{:+.3f}".format}, height_in)


def alerts(seen: Seen) -> View:
    """The negative comments under the videos with an alert, alert by alert."""
    frame = show_alert_evidence(seen.comments, seen.alerts)

    def plot(ax: Axes) -> Axes:
        return comment_words(frame, most=_MOST_WORDS, ax=ax)

    lines = (
        "frame = tgp.show_alert_evidence(seen)",
        f"ax = tgp.plots.comment_words(frame, most={_MOST_WORDS})",
    )
    columns = ["video_title" if "video_title" in frame.columns else "video_id", "comparative"]
    rest = [name for name in _stream_columns(frame) if name not in columns]
    return View(frame, plot, lines, [*columns, *rest], _writers(seen.zone))


def stream(seen: Seen, words: str, label: str | None) -> View:
    """The comments that say something, the newest first; the picture has all labels."""
    found = search_comments(seen.comments, words or None)
    lines = ["found = seen" if not words else f"found = tgp.search_comments(seen, {words!r})"]
    frame = found if label is None else search_comments(found, label=label)
    lines.append(
        "frame = found" if label is None else f'frame = tgp.search_comments(found, label="{label}")'
    )
    columns = _stream_columns(frame)
    if "posted_at" not in frame.columns:
        lines.append(f"ax = tgp.plots.comment_words(frame, most={_MOST_WORDS})")
        return View(
            frame, lambda ax: comment_words(frame, most=_MOST_WORDS, ax=ax), tuple(lines), columns
        )
    freq = _freq(found, seen.zone)
    lines.append(_trend_line("found", freq, seen.zone))
    return View(
        frame, _trend_plot(found, freq, seen.zone), tuple(lines), columns, _writers(seen.zone)
    )


def _freq(comments: pd.DataFrame, zone: str) -> Freq:
    return fitting_freq(written_on(comments["posted_at"], zone))


def _trend_plot(comments: pd.DataFrame, freq: Freq, zone: str) -> Callable[[Axes], Axes]:
    return lambda ax: plot_trend(comments, freq=freq, timezone=zone, ax=ax)


def _trend_line(name: str, freq: Freq, zone: str) -> str:
    return f'ax = tgp.plots.sentiment_trend({name}, freq="{freq}", timezone={zone!r})'


def _stream_columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in _STREAM if name in frame.columns]


def _writers(zone: str) -> dict[str, Callable[[Any], str]]:
    def day(moment: pd.Timestamp) -> str:
        known = moment if moment.tzinfo else moment.tz_localize("UTC")
        return f"{known.tz_convert(ZoneInfo(zone)):%F}"

    return {"posted_at": day, "comparative": "{:+.2f}".format}
