"""How sentiment moves: the product's five numbers, day by day.

Knows calendars. Must not know how a score comes about.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from trackagoat_pandas.checks import check_choice, check_timezone, require_columns
from trackagoat_pandas.helpers.sentiment.lexicon import SentimentMode
from trackagoat_pandas.helpers.sentiment.scored import with_scores
from trackagoat_pandas.helpers.sentiment.summaries import COUNTS, measures_by

_WEEK = 7
_STEPS = {"D": "D", "W": "W-MON", "M": "MS"}
"""The first days of the buckets, as a pandas offset; weeks start on Monday."""


def sentiment_trend(
    comments: pd.DataFrame,
    *,
    freq: Literal["D", "W", "M"] = "D",
    timezone: str | None = None,
    mode: SentimentMode | None = None,
    text: str = "text",
) -> pd.DataFrame:
    """Summarize comments by the day, week or month in which they were written.

    Comments are dated by their TikTok time (contract section 9), on the calendar of the
    organization's time zone (section 1); weeks start on Monday.

    Parameters
    ----------
    comments
        A frame of :func:`score_comments`, or one with a column of text, which is then scored; with
        ``posted_at``, in UTC where it has no time zone.
    freq
        ``"D"``, ``"W"`` or ``"M"``.
    timezone
        An IANA time zone; by default the frame's own, as its loader recorded it, or UTC.
    mode, text
        As in :func:`summarize_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row a bucket, from the first to the last, those without comments too: ``date``
        (datetime64[us], the bucket's first day) and the measures of :func:`summarize_sentiment`.
        Comments without a time are in no bucket.

    Raises
    ------
    MissingColumnError
        The frame lacks ``posted_at``, or has neither scores nor text.
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
    check_choice("freq", freq, list(_STEPS))
    require_columns(comments, ["posted_at"], loader="load_comments")
    zone = check_timezone("timezone", timezone or own_timezone(comments))
    scored = with_scores(comments, mode, text)
    dates = _firsts(local_times(scored["posted_at"], zone), freq)
    measures = measures_by([dates], scored).dropna(subset="date").set_index("date")
    trend = _filled(measures, freq).rename_axis("date").reset_index()
    trend[list(COUNTS)] = trend[list(COUNTS)].fillna(0)
    return trend.astype({"date": "datetime64[us]"})


def _firsts(times: pd.Series, freq: str) -> pd.Series:
    """The first day of the bucket of each time."""
    firsts = times.to_numpy().astype("datetime64[D]")
    if freq == "W":
        # The days of NumPy are counted from a Thursday.
        firsts = firsts - (firsts.astype(np.int64) + 3) % _WEEK
    elif freq == "M":
        firsts = firsts.astype("datetime64[M]")
    return pd.Series(firsts.astype("datetime64[us]"), index=times.index, name="date")


def _filled(measures: pd.DataFrame, freq: str) -> pd.DataFrame:
    if measures.empty:
        return measures
    dates = pd.date_range(measures.index.min(), measures.index.max(), freq=_STEPS[freq])
    return measures.reindex(dates)


def own_timezone(comments: pd.DataFrame) -> str:
    """The time zone in which a frame's days are days, as its loader recorded it, or UTC."""
    return str(comments.attrs.get("trackagoat", {}).get("timezone") or "UTC")


def local_times(instants: pd.Series, timezone: str) -> pd.Series:
    """What the clocks of a time zone show at each instant, without a time zone."""
    utc = pd.to_datetime(instants, utc=True)
    if not isinstance(utc.dtype, pd.DatetimeTZDtype):
        # Arrow's timestamps keep their dtype.
        utc = utc.astype("datetime64[us, UTC]")
    return utc.dt.tz_convert(timezone).dt.tz_localize(None)
