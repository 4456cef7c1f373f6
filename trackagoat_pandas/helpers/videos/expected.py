"""How many views young posts will have, and how well that was known of posts that are settled."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import categories, floats, integers
from trackagoat_pandas.helpers.counted import listed_once_note
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.intervals import wilson_interval
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.helpers.videos.lives import (
    FEWEST_SETTLED,
    REASONS,
    Forecast,
    Lives,
    read_lives,
)
from trackagoat_pandas.inputs.checks import check_between, check_bool, frame_facts

BASES = ("one count", "several points")
_THIRDS = ("smallest third", "middle third", "largest third")
CREATOR_SIZES = ("all creators", *_THIRDS, "fewer than 10 posts")
_FEW_POSTS = 10
_BLOCKS = 6
"""How often the lines are fitted again in a back-test."""
_FEWEST_CALLS = 30


class _Read(NamedTuple):
    """The posts that count, the times of their readings, and the sample to learn from."""

    lives: Lives
    at_h: float
    level: float
    chosen: Ints


def _latest(lives: Lives, young: Ints, at_h: float) -> Ints:
    """Return the place of each young post's count now among the moments; -1 where unknown."""
    if lives.seen.empty:
        return np.full(len(young), -1)
    seen = lives.post[: len(lives.seen)]
    last = np.maximum(np.searchsorted(seen, young, "right") - 1, 0)
    is_now = np.abs(lives.age[last] - (at_h - lives.posted_h[young])) < 1e-3
    return np.where(is_now & (lives.post[last] == young), last, -1)


@derived("videos", "analytics", "history")
def expected_views(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    level: float = 0.8,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Forecast the views that young posts will have at an age, with intervals.

    A forecast uses the posts that have reached the age, the horizon: what they still gained from
    the same age on. Nothing can be learnt from younger posts; the caption says how many there are.
    Posts that were deleted since aren't in `videos`, so nothing is learnt from them either.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics, and
        those of no creator, are left out, as by :func:`summarize_creators`. If there are more than
        30,000, the latest ones are used. A post that several projects track is listed once.
    analytics : DataFrame, optional
        The daily new views of the posts, as ``load_analytics("video", videos, "views")`` has them;
        not used beside `history`. A post less than a day old then has no forecast, because what
        such posts had at the end of their first day depends on the hour of posting.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has them:
        ``id``, ``observed_at`` and ``view_count``. The more often the store was synced, the better.
    horizon_days : int, default 30
        The age, in days, at which the views are forecast.
    level : float, default 0.8
        The share of the intervals that should hold, between 0.5 and 0.99.
    backtest : bool, default False
        Whether the provenance and the caption say how many of the intervals held that would have
        been made of one moment of each settled post, as :func:`backtest_expected_views` does.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's, from
        the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each post that is younger than the horizon, the youngest first:
        ``tiktok_handle`` and ``title`` where a frame knows them, ``posted_at`` (datetime64[us,
        UTC]), ``age_hours`` (Float64), ``views`` (Int64, now), ``expected_views``, ``low`` and
        ``high`` (Int64, at the horizon), ``settled_posts`` (Int64, of how many the forecast is
        made), ``horizon_days`` (Int64), ``basis`` (category: ``several points`` where an
        earlier count says how fast it grows, else ``one count``), ``reason`` (category),
        ``creator_id`` and ``id``.

        A reason is ``no_count`` (no views are known now), ``too_young`` (less than an hour old),
        ``hour_of_day`` (less than a day old, and there are no snapshots), or ``too_few_settled``
        (fewer than 30 settled posts, or more for a high `level`, were seen at that age).

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
    plots.expected_views : Draw the forecasts.
    backtest_expected_views : See how often the intervals held.
    record_forecasts : Keep forecasts to score them later.
    life_curves : See how views grow with age.

    Notes
    -----
    The growth of log views is a linear function of log views and age at a moment, of the creator's
    level (the mean of its settled posts, shrunk towards the program's), of the hours of posting and
    of the moment, and of the slopes of log views over log age since half and a quarter of the age.
    Szabo and Huberman ("Predicting the popularity of online content", 2008) have the line in logs,
    Pinto, Almeida and Gonçalves ("Using early view patterns to predict the popularity of YouTube
    videos", 2013) several early points. There is one ridge for each doubling of age. Intervals are
    conformal by age, the lower and the upper end apart, with residuals of posts that the line
    hasn't seen, divided by their usual size for such a post. They are never below the views now,
    and never above the largest multiple seen.

    Daily views are known at the ends of days only, while the forecast is made at some hour.
    So the counts of settled posts at this hour of an earlier day are interpolated in logs of views
    and age. The share of a day's views that is in by now is read from today's views of all posts.
    Measured on 100 simulated programs with seven families of curves, none used for any choice: at
    ages of 24 to 40 hours 0.77 of the 80 % intervals held, and 0.79 to 0.83 at higher ages.
    Where all posts follow one curve without noise, intervals are narrower than the error of the
    interpolation, about 5 %, and as few as 0.2 hold in the second day.

    Measured on simulated programs of 24 creators and 400 days, whose seeds and curves weren't used
    for any choice: see the Notes of :func:`backtest_expected_views`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    ...     views = tgp.load_analytics("video", videos, "views", dates="2026-01-01..2026-06-18")
    >>> young = tgp.expected_views(videos, views).dropna(subset="expected_views")
    >>> print(young[["views", "low", "expected_views", "high"]].head(1).to_string(index=False))
     views   low  expected_views  high
     16582 16582           16582 52609
    """
    check_bool("backtest", backtest)
    level = check_between("level", level, 0.5, 0.99, ends=True)
    lives, at_h = read_lives(videos, analytics, history, horizon_days, now, timezone)
    read = _Read(lives, at_h, level, lives.one_each())
    age = at_h - lives.posted_h
    is_young = age < lives.horizon_h
    young = np.flatnonzero(is_young)[np.argsort(age[is_young], kind="stable")]
    rows = _latest(lives, young, at_h)
    found = lives.forecast(rows[rows >= 0], at_h, level, read.chosen)
    table = _table(lives.posts.iloc[young].reset_index(drop=True), found, rows >= 0)
    table["age_hours"] = floats(age[young])
    table["horizon_days"] = pd.array([horizon_days] * len(table), dtype="Int64")
    settled = int((~np.isnan(lives.final) & ~is_young).sum())
    note = f"Made of {settled:,} settled posts; {len(young):,} are younger than {horizon_days} days"
    note = ". ".join(filter(None, [note, listed_once_note(lives.left_out)]))
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note, "level": level}
    if backtest:
        table = with_record(table, _record(read), note=note)
    return table


def _table(posts: pd.DataFrame, found: Forecast, is_known: Bools) -> pd.DataFrame:
    """Return the columns of forecasts, with NA for posts without a count."""

    def spread(values: Floats) -> Floats:
        all_values = np.full(len(posts), np.nan)
        all_values[is_known] = values
        return all_values

    reasons = np.full(len(posts), "no_count", object)
    reasons[is_known] = found.reasons
    bases = np.full(len(posts), None, object)
    bases[is_known] = np.where(found.several, BASES[1], BASES[0])
    bases[reasons != ""] = None
    views = {
        name: integers(np.rint(np.expm1(spread(logs))))
        for name, logs in zip(
            ("expected_views", "low", "high"), (found.expected, found.low, found.high), strict=True
        )
    }
    names = ["id", "creator_id", "posted_at", *posts.columns.intersection(["title"])]
    return posts[names].assign(
        views=posts["view_count"].astype("Int64"),
        **views,
        settled_posts=integers(spread(found.settled.astype(float))),
        basis=categories(bases, BASES),
        reason=categories(reasons, REASONS),
    )


def _backtest(read: _Read) -> pd.DataFrame:
    """Forecast settled posts block by block, each by posts that were settled before it.

    The first block begins when a third of them were settled, and 60 at least. There is a row for
    each post and moment with a forecast: its ``post``, ``bin`` of age, what the creator had by then
    (``others``), all in logs: ``now``, ``expected``, ``low``, ``high``, ``naive``, ``final``.
    """
    lives = read.lives
    is_settled = ~np.isnan(lives.final) & (lives.posted_h + lives.horizon_h <= read.at_h)
    rows = read.chosen[is_settled[lives.post[read.chosen]]]
    posted, parts = lives.posted_h[lives.post[rows]], []
    last = read.at_h - lives.horizon_h
    order = np.sort(lives.posted_h[is_settled])
    needed = max(2 * FEWEST_SETTLED, len(order) // 3)
    first = order[needed - 1] + lives.horizon_h if len(order) >= needed else last
    for begin, end in pairwise(np.linspace(min(first, last), last, _BLOCKS + 1)):
        mine = rows[(posted >= begin) & (posted < end)]
        found = lives.forecast(mine, begin, read.level, read.chosen)
        post = lives.post[mine]
        block = {
            "post": post,
            "bin": lives.bins(mine),
            "others": lives.posts_of(is_settled & (lives.posted_h + lives.horizon_h <= begin))[
                post
            ],
            "now": lives.logs[mine],
            "expected": found.expected,
            "low": found.low,
            "high": found.high,
            "naive": found.naive,
            "final": lives.final[post],
        }
        parts.append(pd.DataFrame(block)[found.reasons == ""])
    tested: pd.DataFrame = pd.concat(parts, ignore_index=True)
    tested["holds"] = tested["final"].between(tested["low"] - 1e-9, tested["high"] + 1e-9)
    return tested


def _record(read: _Read) -> Record:
    """Count how many intervals held of one moment of each settled post."""
    tested = _backtest(read)
    # Moments of one post aren't independent: of each post one is taken, at any age.
    calls = tested.sample(frac=1.0, random_state=0).drop_duplicates("post")
    if len(calls) < _FEWEST_CALLS:
        return Record(len(calls), 0, f"it takes {_FEWEST_CALLS} settled posts to try it on")
    return Record(len(calls), int(calls["holds"].sum()))


@derived("videos", "analytics", "history")
def backtest_expected_views(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    horizon_days: int = 30,
    level: float = 0.8,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Forecast settled posts as :func:`expected_views` would have, and say how well it did.

    The time since a third of the settled posts had reached the horizon, and 60 at least, is cut
    into six blocks. Posts of a block are forecast at one moment of each doubling of their age, from
    posts that had reached the horizon when the block began.

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
        The age, in days, at which the views are forecast.
    level : float, default 0.8
        The share of the intervals that should hold, between 0.5 and 0.99.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's,
        from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each group of creators and doubling of age, by group and age; without any
        forecast, no row: ``creator_size`` (category: all creators; the third of the posts whose
        creators typically have the fewest views, the middle and the largest third; and creators of
        whom fewer than 10 posts were settled), ``from_hours`` and ``to_hours`` (Float64, the ages),
        ``forecasts`` (Int64), ``inside`` (Float64, the share of intervals that held),
        ``inside_low`` and ``inside_high`` (Float64, its 95 % Wilson interval), ``width`` (Float64,
        the median of the upper end over the lower), ``log_error`` and ``naive_log_error`` (Float64,
        the mean absolute error of log views, of the forecast and of views times the median multiple
        of the age), ``score_ratio`` (Float64, the mean interval score in logs over that of the best
        constant multiples in hindsight: below 1 is better) and ``horizon_days`` (Int64).

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
    expected_views : Forecast the views of young posts.
    record_forecasts : Keep forecasts to score them later.
    score_forecasts : Score forecasts that were kept.

    Notes
    -----
    The interval score is Gneiting and Raftery's ("Strictly proper scoring rules, prediction, and
    estimation", 2007).

    Measured on 20 simulated programs of 24 creators and 400 days for each spread of luck, whose
    seeds weren't used for any choice, with snapshots every six hours; of all ages from 4 hours on,
    80 % intervals:

    ========================== ====== =========== =====================
    spread, basis              inside score_ratio log_error over naive
    ========================== ====== =========== =====================
    0.9, several points        0.80   0.63        0.74
    0.9, one count             0.79   0.84        0.86
    1.6, several points        0.80   0.67        0.80
    1.6, one count             0.80   0.93        0.92
    ========================== ====== =========== =====================

    With curves that have heavier tails, of which nothing was known when it was made, 0.80 are
    inside, and errors are 0.67 and 0.75 of the naive ones. Of creators with fewer than 10 settled
    posts 0.77 to 0.80 are inside with several points, and 0.73 to 0.80 with one count; in the first
    four hours only 0.5 to 0.75, when little but the creator's level says how a post will do.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Always-On UGC")
    ...     views = tgp.load_analytics("video", videos, "views", dates="2026-01-01..2026-06-18")
    >>> tried = tgp.backtest_expected_views(videos, views)
    >>> columns = ["from_hours", "to_hours", "forecasts", "inside"]
    >>> print(tried[columns].head(3).round(2).to_string(index=False))
     from_hours  to_hours  forecasts  inside
           16.0      32.0         35    0.89
           32.0      64.0         96    0.77
           64.0     128.0         96    0.75
    """
    level = check_between("level", level, 0.5, 0.99, ends=True)
    lives, at_h = read_lives(videos, analytics, history, horizon_days, now, timezone)
    read = _Read(lives, at_h, level, lives.one_each())
    tested = _with_scores(_backtest(read), 1.0 - level)
    typical = pd.Series(lives.final).groupby(lives.owner).median()
    # Thirds by posts, not by creators: a third has as many forecasts as another.
    rank = typical[lives.owner[tested["post"]]].rank(method="first", pct=True).to_numpy()
    third = np.ceil(rank * len(_THIRDS)).astype(np.int64) - 1
    groups = {
        CREATOR_SIZES[0]: tested,
        **{name: tested[third == place] for place, name in enumerate(_THIRDS)},
        CREATOR_SIZES[-1]: tested[tested["others"] < _FEW_POSTS],
    }
    parts = [_summarize(group).assign(creator_size=name) for name, group in groups.items()]
    table = pd.concat(parts, ignore_index=True)
    table["creator_size"] = categories(table["creator_size"], CREATOR_SIZES)
    bins = table.pop("bin").to_numpy(np.float64)
    table["from_hours"] = floats(2.0**bins)
    table["to_hours"] = floats(np.minimum(2.0 ** (bins + 1.0), lives.horizon_h))
    table["horizon_days"] = pd.array([horizon_days] * len(table), dtype="Int64")
    return table


def _with_scores(tested: pd.DataFrame, missed: float) -> pd.DataFrame:
    """Add the interval scores and errors of forecasts, and those of the simplest way."""
    final = tested["final"]
    gain = final - tested["now"]
    by_age = gain.groupby(tested["bin"])
    low, high = (by_age.transform("quantile", share) for share in (missed / 2, 1.0 - missed / 2))
    return tested.assign(
        error=(tested["expected"] - final).abs(),
        naive_error=(tested["naive"] - final).abs(),
        spread=tested["high"] - tested["low"],
        score=_interval_score(tested["low"], tested["high"], final, missed),
        best=_interval_score(low, high, gain, missed),
    )


def _interval_score(low: pd.Series, high: pd.Series, value: pd.Series, missed: float) -> pd.Series:
    """Return how wide intervals are, plus 2 / `missed` times by how much they miss."""
    outside = (low - value).clip(lower=0.0) + (value - high).clip(lower=0.0)
    return high - low + outside * (2.0 / missed)


def _summarize(tested: pd.DataFrame) -> pd.DataFrame:
    """Sum forecasts up by age."""
    groups = tested.groupby("bin")
    number, held = groups.size(), groups["holds"].sum()
    low, high = wilson_interval(held.to_numpy(float), number.to_numpy(float))
    mean = groups[["error", "naive_error", "score", "best"]].mean()
    found = pd.DataFrame(
        {
            "forecasts": number.astype("Int64"),
            "inside": (held / number).astype("Float64"),
            "inside_low": floats(low),
            "inside_high": floats(high),
            "width": np.exp(groups["spread"].median()).astype("Float64"),
            "log_error": mean["error"].astype("Float64"),
            "naive_log_error": mean["naive_error"].astype("Float64"),
            # Where no post gained anything, the best multiples are 1 and nothing is missed.
            "score_ratio": (mean["score"] / mean["best"].where(mean["best"] > 0)).astype("Float64"),
        }
    )
    return found.reset_index()
