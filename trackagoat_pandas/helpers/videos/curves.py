"""How the views of posts come by age, and after how many days most of them are in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import categories, floats, integers, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.videos.ages import views_at
from trackagoat_pandas.helpers.videos.lives import FEWEST_SETTLED, read_lives
from trackagoat_pandas.inputs.checks import check_between

KINDS = ("all views", "typical post")
REASONS = ("too_few_settled", "earlier_days_unknown")
_DAY_H = 24.0
_HOURS = (1.0, 2.0, 3.0, 6.0, 12.0, 18.0)
_QUARTILES = {"low_views": 0.25, "median_views": 0.5, "high_views": 0.75}


@derived("videos", "analytics", "history")
def life_curves(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Measure how many views posts have at each age, and which share of those at the horizon.

    Posts that are younger than an age count up to their own age rather than being dropped: they say
    how fast views have come so far.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics,
        and those of no creator, are left out, as by :func:`summarize_creators`. If there are
        more than 30,000, the latest ones are used. A post that several projects track counts
        once.
    analytics : DataFrame, optional
        The daily new views of the posts, as ``load_analytics("video", videos, "views")`` has
        them; not used beside `history`. A post less than a day old then has no forecast: what
        such posts had at the end of their first day depends on the hour of posting.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has
        them: ``id``, ``observed_at`` and ``view_count``. The more often the store was synced,
        the better.
    horizon_days : int, default 30
        The age, in days, at which the shares are 1. Posts go on after it: with a longer horizon
        shares are smaller.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's,
        from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each age, some hours of the first day (with `history`) and each day up to the
        horizon: ``age_hours`` (Float64), ``posts`` (Int64, of which the count at that age is
        known), ``younger_posts`` (Int64, which haven't reached it yet), ``low_views``,
        ``median_views`` and ``high_views`` (Float64, quartiles of the known counts; NA without
        any), ``views_share`` (Float64, of the views that all posts have at the horizon),
        ``typical_share`` (Float64, the geometric mean over posts), and ``horizon_days`` (Int64).
        Shares are NA before an age of which no post is known at the age after.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.life_curves : Draw views by age.
    settle_curve : See after how many days views are in.
    expected_views : Forecast the views of young posts.
    Store.history : Load earlier values of rows.

    Notes
    -----
    Shares are chained from age to age, each step by all posts that were seen at both, as actuaries
    estimate claims that are still to come (the chain ladder; Mack, "Distribution-free calculation
    of the standard error of chain ladder reserve estimates", 1993). Only posts that have settled
    would be out of date, and a mean over all would compare different posts at each age.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"id": ["a"], "creator_id": "ann", "posted_at": "2026-06-01T00:00Z",
    ...                        "tracking_status": "included", "is_tracking_disabled": False,
    ...                        "view_count": [400]})
    >>> history = pd.DataFrame({"id": "a", "view_count": [100, 300],
    ...     "observed_at": pd.to_datetime(["2026-06-02T00:00Z", "2026-06-03T00:00Z"])})
    >>> curve = tgp.life_curves(videos, history=history, now="2026-06-04T00:00Z", horizon_days=3)
    >>> print(curve.dropna()[["age_hours", "views_share"]].to_string(index=False))
     age_hours  views_share
          24.0         0.25
          48.0         0.75
          72.0          1.0
    """
    lives, at_h = read_lives(videos, analytics, history, horizon_days, now, timezone)
    hours = () if history is None else _HOURS
    ages = np.array([*hours, *(_DAY_H * np.arange(1, horizon_days + 1))])
    size = len(lives.posts)
    views = np.array([views_at(lives.seen, age, size) for age in ages])
    table = pd.DataFrame({"age_hours": floats(ages)})
    table["posts"] = integers((~np.isnan(views)).sum(axis=1).astype(float))
    is_younger = at_h - lives.posted_h < ages[:, None]
    table["younger_posts"] = integers(is_younger.sum(axis=1).astype(float))
    counts = pd.DataFrame(views.T)
    for name, share in _QUARTILES.items():
        table[name] = floats(counts.quantile(share).to_numpy(float))
    table["views_share"], table["typical_share"] = (floats(each) for each in _shares(views))
    table["horizon_days"] = pd.array([horizon_days] * len(table), dtype="Int64")
    return table


def _shares(views: Floats) -> tuple[Floats, Floats]:
    """Return the shares of all views, and the typical post's, at each age: shape (ages, posts)."""
    shares = np.full((2, len(views)), np.nan)
    if np.isfinite(views[-1]).any():
        shares[:, -1] = 1.0
    for age in range(len(views) - 2, -1, -1):
        # Posts that are known at both ages: others would differ by more than the age.
        both = np.isfinite(views[age]) & np.isfinite(views[age + 1])
        before, after = views[age, both], views[age + 1, both]
        if after.sum() > 0:
            typical = np.exp((np.log1p(before) - np.log1p(after)).mean())
            shares[:, age] = shares[:, age + 1] * (before.sum() / after.sum(), typical)
    return shares[0], shares[1]


@derived("videos", "analytics", "history")
def settle_curve(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    share: float = 0.95,
    horizon_days: int = 30,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Find after how many days a post has had a share of its views.

    Few posts bring most views, and live differently. So the answer is given for all views together
    and for the typical post.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics,
        and those of no creator, are left out, as by :func:`summarize_creators`. If there are
        more than 30,000, the latest ones are used. A post that several projects track counts
        once.
    analytics : DataFrame, optional
        The daily new views of the posts, as ``load_analytics("video", videos, "views")`` has
        them; not used beside `history`. A post less than a day old then has no forecast: what
        such posts had at the end of their first day depends on the hour of posting.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has
        them: ``id``, ``observed_at`` and ``view_count``. The more often the store was synced,
        the better.
    share : float, default 0.95
        The share of the views at the horizon, above 0 and below 1.
    horizon_days : int, default 30
        The age, in days, whose views are all. With a longer horizon it takes longer.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's,
        from the frame.

    Returns
    -------
    pandas.DataFrame
        Two rows, ``all views`` and ``typical post``: ``curve`` (category), ``settled_days`` (Int64,
        the first whole day after which the share is in, as in :func:`life_curves`), ``views_share``
        (Float64, `share`), ``horizon_days`` (Int64), ``posts`` and ``younger_posts`` (Int64, those
        known at the horizon, and those that haven't reached it) and ``reason`` (category, why no
        day is given: ``too_few_settled`` if fewer than 30 posts are known at the horizon, or
        ``earlier_days_unknown`` if the share is in on the first day of which it is known).

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        No time zone is known, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    life_curves : See how views grow with age.
    plots.life_curves : Draw views by age.
    expected_views : Forecast the views of young posts.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    ...     views = tgp.load_analytics("video", videos, "views", dates="2026-01-01..2026-06-18")
    >>> tgp.settle_curve(videos, views)["settled_days"].tolist()
    [13, 18]
    """
    share = check_between("share", share, 0.0, 1.0)
    curve = life_curves(
        videos,
        analytics,
        history=history,
        horizon_days=horizon_days,
        now=now,
        timezone=timezone,
    )
    whole = curve[(curve["age_hours"] % _DAY_H == 0).to_numpy(bool)]
    end = whole.iloc[-1]
    days, reasons = [], []
    for name in ("views_share", "typical_share"):
        day, reason = _settling_day(values_of(whole[name]), share)
        is_few = bool(end["posts"] < FEWEST_SETTLED)
        days.append(np.nan if is_few else day)
        reasons.append(REASONS[0] if is_few else reason)
    table = pd.DataFrame({"curve": categories(np.array(KINDS, object), KINDS)})
    table["settled_days"] = integers(np.array(days))
    table["views_share"] = floats(np.full(len(KINDS), share))
    for name in ("horizon_days", "posts", "younger_posts"):
        table[name] = pd.array([end[name]] * len(KINDS), dtype="Int64")
    table["reason"] = categories(np.array(reasons, object), REASONS)
    return table


def _settling_day(shares: Floats, share: float) -> tuple[float, str | None]:
    """Return the first day of which a share is in, or NaN and why that isn't known."""
    day = int(np.argmax(shares >= share))
    # What had come in before the first known day isn't known.
    is_first = day > 0 and bool(np.isnan(shares[day - 1]))
    return (np.nan, REASONS[1]) if is_first else (day + 1.0, None)
