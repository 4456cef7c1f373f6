"""Sentiment by day, week or month."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas._types import Days, Granularity, Ints
from trackagoat_pandas.checks import (
    check_choice,
    check_timezone,
    frame_facts,
    holding,
    require_columns,
)
from trackagoat_pandas.helpers.clocks import days_shown
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import measures_at
from trackagoat_pandas.helpers.series import bucket_start, buckets_between

INSTANTS = "instants, or text such as '2026-06-15T12:00:00Z'"
Freq: TypeAlias = Literal["D", "W", "M"]
_BUCKETS: dict[Freq, Granularity] = {"D": "day", "W": "week", "M": "month"}
_MOST_DAYS: dict[Freq, int] = {"D": 45, "W": 400}
"""Comments of up to so many days are bucketed by day, by week; of more, by month."""


def sentiment_trend(
    comments: pd.DataFrame,
    *,
    freq: Freq | None = None,
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Summarize comments by the day, week or month in which they were written.

    Comments are dated by their TikTok time, on the calendar of the organization's time zone, as in
    the product; weeks start on Monday.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``posted_at``, in UTC where it has no time zone.
    freq
        ``"D"``, ``"W"`` or ``"M"``; by default what fits the days from the first comment to the
        last: days up to 45 of them, weeks up to 400, then months.
    timezone
        An IANA time zone; by default the frame's own, as its loader recorded it, or UTC.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row a bucket, from the first to the last, those without comments too: ``date``
        (datetime64[us], the bucket's first day) and the measures of :func:`summarize_sentiment`.
        Comments without a time are in no bucket. ``attrs["trackagoat"]["params"]["freq"]`` says
        which buckets they are.

    Raises
    ------
    MissingColumnError
        ``posted_at`` is missing, or the frame has neither scores nor text.
    ArgumentError
        An argument has a value that is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> comments = pd.DataFrame(
    ...     {"text": ["love it", "so bad"], "posted_at": ["2026-05-01T23:30Z", "2026-05-03T12:00Z"]}
    ... )
    >>> sentiment_trend(comments, timezone="Europe/Berlin")["positive_pct"].tolist()
    [100.0, 0.0]
    """
    if freq is not None:
        check_choice("freq", freq, list(_BUCKETS))
    require_columns(comments, ["posted_at"], loader="load_comments")
    zone = check_timezone("timezone", own_timezone(comments) if timezone is None else timezone)
    scored = with_scores(comments, mode, text)
    days = written_on(scored["posted_at"], zone)
    chosen = freq or fitting_freq(days)
    numbers, dates = _buckets(days, _BUCKETS[chosen])
    measures = measures_at(numbers, len(dates), scored)
    measures.insert(0, "date", dates.astype("datetime64[us]"))
    measures.attrs["trackagoat"] = {"params": {"freq": chosen}}
    return measures


def fitting_freq(days: Days) -> Freq:
    """Return the buckets that are readable over all days from the first to the last."""
    if np.isnat(days).all():
        return "D"
    span = (np.fmax.reduce(days) - np.fmin.reduce(days)).astype(np.int64) + 1
    return next((freq for freq, most in _MOST_DAYS.items() if span <= most), "M")


def _buckets(days: Days, granularity: Granularity) -> tuple[Ints, Days]:
    """The number of each day's bucket, -1 for no day; and the first day of every bucket."""
    if np.isnat(days).all():
        return np.full(len(days), -1, np.intp), np.array([], "datetime64[D]")
    first, last = np.fmin.reduce(days), np.fmax.reduce(days)
    dates = buckets_between(bucket_start(first, granularity), last, granularity)
    every = np.arange(first, last + 1)
    # Behind the last day stands what has none: its place is -1.
    numbers = np.append(np.searchsorted(dates, every, side="right") - 1, -1)
    places = (days - first).astype(np.int64)
    return numbers[np.where(np.isnat(days), -1, places)], dates


def own_timezone(comments: pd.DataFrame) -> str:
    """The time zone in which a frame's days are days, as its loader recorded it, or UTC."""
    return str(frame_facts(comments).get("timezone") or "UTC")


def written_on(instants: pd.Series, timezone: str) -> Days:
    """The day that clocks of a time zone showed at each instant; in UTC where it says no other."""
    with holding(instants, INSTANTS):
        if pd.api.types.is_numeric_dtype(instants.dtype):
            if instants.notna().any():
                raise TypeError("numbers may be seconds or anything else")
            # What a file reader makes of a column without any value.
            instants = instants.astype(object)
        # Arrow's timestamps keep their dtype in the first step.
        utc = pd.to_datetime(instants, utc=True, format="ISO8601").astype("datetime64[us, UTC]")
    return days_shown(utc.to_numpy("datetime64[us]"), timezone)
