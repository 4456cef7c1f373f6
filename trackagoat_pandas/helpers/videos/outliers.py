"""Posts that did far better than their creator's earlier ones, and posts that rise late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints, Words
from trackagoat_pandas.helpers.clocks import InstantLike, hours_as_spans
from trackagoat_pandas.helpers.columns import STRING, categories, floats, values_of
from trackagoat_pandas.helpers.counted import (
    ON_TIKTOK,
    counted_posts,
    have_series,
    listed_once_note,
    posts_once,
    with_accounts,
)
from trackagoat_pandas.helpers.facts import derived, moment_loaded, zone_of
from trackagoat_pandas.helpers.intervals import MAD_TO_DEVIATION
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at
from trackagoat_pandas.helpers.videos.lives import LONGEST_DAYS
from trackagoat_pandas.helpers.videos.windows import (
    times_as_fast,
    window_starts,
    without_pauses,
    without_slips,
)
from trackagoat_pandas.inputs.checks import check_bool, check_int, frame_facts

_AGES_H: Final = (6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 168.0, 336.0, 672.0)
"""Ages at which posts are compared. A post is taken at the last one that it has reached."""
_SETTLED_H: Final = 168.0
"""Counts of now can be compared from this age on, where those of an age aren't known."""
FEWEST: Final = 5
_MOST: Final = 40
"""How many earlier posts a post is compared with, the latest: creators' levels change."""
_PRIOR: Final = 40
"""How many posts the program's spread counts for. A MAD of n posts has a relative error of about
1.2 over the root of n. Measured on simulated normal, skewed and heavy-tailed logs of creators whose
spreads differ by 0 to 45 %: with 15, 0.89 to 0.98 of posts 4.1 spreads above are found, with 40
0.94 to 0.99, and the share of flagged ordinary posts stays within 0.2 percentage points."""
OUTLIER_Z: Final = 2.8
"""Of simulated worlds (20 of 400 days, log spreads of 0.9 and 1.6) 0.3 % of ordinary posts are
above, and 0.98 of those that lie four spreads above their creator's level."""
_DAY_H: Final = 24.0
_LATE_H: Final = 72.0
_FASTER, _MUCH = 3.0, 0.5
"""A late wave: from its third day on, a post gains three times as much in a day as in the day
before, and half as much as the creator's usual post has in all."""
SAME_AGE, COUNTS_NOW = BASES = ("same age", "counts now")
REASONS: Final = ("too_young", "views_unknown", "few_earlier_posts", "no_views_before")
_FEWEST_CALLS: Final = 10
_LEAST_SPREAD: Final = 0.1
"""As if views differed by a tenth: beside equal ones any other would be an outlier."""
_NO_VIEW: Final = 0.5
_SHOWN: Final = ("title", "url")
_NUMBERS: Final = ("compared_views", "baseline_views", "multiple", "z", "percentile")


class _Compared(NamedTuple):
    """Each post against its creator's earlier ones at one age: NaN where that can't be done."""

    compared_views: Floats
    baseline_views: Floats
    multiple: Floats
    z: Floats
    percentile: Floats
    compared_posts: Ints


@derived("videos")
def find_outliers(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    age_days: int | None = None,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Find posts that did far better than their creator's earlier posts, and posts that rise late.

    Each post is compared with its creator's earlier posts of the same kind (videos, or photo
    carousels) at the same age. An outlier is far above what is usual for this creator, whose posts
    may differ by a factor of 2 or of 20: a fixed multiple would call many posts of one creator
    outliers, and none of another.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics, and
        posts of no creator, are left out. A post that several projects track is listed once,
        and its creators are compared as one.
    analytics : DataFrame, optional
        Daily new views of the posts, as ``load_analytics("video", videos, "views")`` has them.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has them;
        used rather than `analytics`. Without either, today's counts of `videos` are compared, of
        posts that are a week old or older.
    age_days : int, optional
        The age at which all posts are compared; by default each at the last of 6 and 12 hours, 1,
        2, 3, 5, 7, 14 and 28 days that it has reached. Where the count at the highest age isn't
        known, today's count is compared.
    backtest : bool, default False
        Whether to say how often such calls held in the past: of settled posts that would have been
        called outliers on some day of their first four weeks, how many still were after these.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's, from
        the frames.

    Returns
    -------
    pandas.DataFrame
        One row for each post, the highest ``z`` first, and those without one last:
        ``tiktok_handle`` where a frame knows it, ``title``, ``view_count`` (Int64, now),
        ``basis`` (category: ``same age`` where this post and its earlier posts are compared at one
        age, ``counts now`` where today's count stands for one of them; NA where nothing was
        compared), ``age_days`` (Float64, that age; NA for ``counts now``), ``compared_views``
        (Float64, at that age or today), ``baseline_views`` (Float64, the median of the earlier
        posts), ``multiple`` (Float64, of the baseline), ``z`` (Float64: the log of the multiple
        over the spread around the baseline), ``percentile`` (Float64, percent of the earlier posts
        that had fewer views), ``compared_posts`` (Int64, at most the last 40), ``is_outlier``
        (boolean, ``z`` of 2.8 or more), ``is_late_wave`` (boolean: the post gained three times as
        much in a day as in the day before, and half as much as the baseline, at an age of three
        days or more; NA without `history` and `analytics`), ``rose_at`` (datetime64[us, UTC]: when
        this was first seen), ``reason`` (category, why ``z`` is NA: too_young, views_unknown at
        that age, few_earlier_posts for fewer than 5, or no_views_before where the baseline is 0),
        ``posted_at``, ``creator_id``, ``id`` and ``url``.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        No time zone is known for `analytics`, or an argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.outliers : Draw the posts that stand out.
    expected_views : Forecast the views of young posts.
    view_quality : Collect evidence on odd views.
    widgets.VideoBoard : Click through videos.

    Notes
    -----
    The spread is the median absolute deviation of the logs of the earlier posts' views, times
    1.4826, pulled towards that of the whole program as if 40 of its posts were the creator's.
    Without this, a cut at 3.5 (Iglewicz and Hoaglin 1993) flags 1.7 % of ordinary posts where a
    creator has ten. ``z`` also allows for the error of the median of n posts, a variance of pi/2n.
    In 20 simulated programs of 400 days with a log spread of 0.9, 0.98 of posts with 40 times their
    creator's level are found, and 0.3 % of ordinary posts are flagged. In 8 programs with curves of
    another family it is 0.98 and 0.3 %, too. At least 0.9 of late breakouts are found within twelve
    hours and the time between two snapshots. Multiplying all views changes nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> days = pd.date_range("2026-05-01", periods=7, tz="UTC")
    >>> videos = pd.DataFrame({"id": list("abcdefg"), "creator_id": "ann", "posted_at": days,
    ...                        "tracking_status": "included",
    ...                        "view_count": [90, 110, 100, 130, 80, 120, 9_000]})
    >>> found = tgp.find_outliers(videos, now="2026-06-18T12:00Z")
    >>> columns = ["id", "baseline_views", "compared_posts"]
    >>> print(found[found["is_outlier"]][columns].to_string(index=False))
    id  baseline_views  compared_posts
     g           105.0               6
    """
    check_bool("backtest", backtest)
    if age_days is not None:
        check_int("age_days", age_days, minimum=1, maximum=LONGEST_DAYS)
    moment = moment_loaded(now, videos)
    posts, note_on_rows = read_posts_once(videos, ["view_count"], moment, history, analytics)
    zone = zone_of(timezone, [] if analytics is None else [videos, analytics])
    seen = counts_by_age(posts, read_at=moment, history=history, analytics=analytics, zone=zone)
    is_followed = history is not None or analytics is not None
    ages_h = _AGES_H if is_followed else (_SETTLED_H,)
    ages_h = ages_h if age_days is None else (_DAY_H * age_days,)
    age_h = (moment - posts["posted_at"]).dt.total_seconds().to_numpy() / 3_600.0
    views = np.column_stack([views_at(seen, age, len(posts)) for age in ages_h])
    # Between four weeks and now a typical post gains a few percent, and posts differ by far more.
    is_open = np.isnan(views[:, -1]) & (age_h >= ages_h[-1])
    is_open &= posts["view_count"].notna().to_numpy()
    views[is_open, -1] = values_of(posts["view_count"])[is_open]
    kinds = posts.groupby(["account", "media_type"], dropna=False, sort=False)
    owners: Ints = kinds.ngroup().to_numpy().astype(np.int64)
    stages = np.searchsorted(ages_h, age_h, "right") - 1
    found = _compare(views, owners, stages)
    is_now = (stages == len(ages_h) - 1) & _uses_counts_now(views[:, -1], owners, is_open)
    basis = np.where(is_now, COUNTS_NOW, SAME_AGE).astype(object)
    basis[np.isnan(found.baseline_views)] = None
    compared_h = np.where((stages >= 0) & ~is_now, np.array(ages_h)[stages], np.nan)
    table = posts.drop(columns=["media_type", "account"]).assign(
        basis=categories(basis, BASES),
        age_days=floats(compared_h / _DAY_H),
        **found._asdict(),
        is_outlier=pd.array(found.z >= OUTLIER_Z, "boolean"),
        reason=_reasons(found, stages),
    )
    table = table.astype(dict.fromkeys(_NUMBERS, "Float64") | {"compared_posts": "Int64"})
    rose_h = np.full(len(posts), np.nan)
    if is_followed:
        rose_h = _late_waves(seen, found.baseline_views)
    is_seen = is_followed & (age_h >= _LATE_H) & ~np.isnan(found.baseline_views)
    table["is_outlier"] = table["is_outlier"].mask(np.isnan(found.z))
    table["is_late_wave"] = pd.array(~np.isnan(rose_h), "boolean")
    table["is_late_wave"] = table["is_late_wave"].mask(~is_seen)
    rose_at = posts["posted_at"] + hours_as_spans(rose_h)
    table["rose_at"] = rose_at.dt.round("s").dt.as_unit("us")
    note = ". ".join(filter(None, [_basis_note(basis), note_on_rows]))
    table.attrs["trackagoat"] = {**frame_facts(table), **({"note": note} if note else {})}
    if backtest:
        with_record(table, _record(views, owners, ages_h), note=note)
    table = table.sort_values("z", ascending=False, kind="stable", na_position="last")
    return table.reset_index(drop=True)


def read_posts(videos: pd.DataFrame, names: Sequence[str], moment: pd.Timestamp) -> pd.DataFrame:
    """Read the posts of creators that count and were posted by a moment.

    They stand by creator, kind and time, with the counts of some names, and ``title`` and ``url``,
    which are NA where the frame doesn't have them.
    """
    posts = _read_posts(videos, names, moment)
    return _in_order(posts.assign(account=posts["creator_id"]), names).drop(columns="account")


def read_posts_once(
    videos: pd.DataFrame,
    names: Sequence[str],
    moment: pd.Timestamp,
    history: pd.DataFrame | None,
    analytics: pd.DataFrame | None,
) -> tuple[pd.DataFrame, str]:
    """Read posts as :func:`read_posts` does, each once, and return the note about left out rows.

    Of a post that several projects track, the row with a series is kept. ``account`` stands for the
    creators who share posts, by which the posts stand in order.
    """
    all_posts = with_accounts(_read_posts(videos, names, moment))
    is_followed = have_series(all_posts["id"], history, analytics)
    posts = posts_once(all_posts, preferred=is_followed)
    return _in_order(posts, names), listed_once_note(len(all_posts) - len(posts))


def _read_posts(videos: pd.DataFrame, names: Sequence[str], moment: pd.Timestamp) -> pd.DataFrame:
    known = [name for name in ("title", "url", "media_type") if name in videos.columns]
    columns = ("id", "creator_id", "posted_at", *names, *known)
    posts = counted_posts(videos, *columns, optional=(ON_TIKTOK,))
    posts = posts[posts["creator_id"].notna() & (posts["posted_at"] <= moment)]
    nothing = pd.Series(None, posts.index, dtype=STRING)
    return posts.assign(**{name: posts.get(name, nothing) for name in (*_SHOWN, "media_type")})


def _in_order(posts: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    order = ["account", "media_type", "posted_at"]
    columns = ["id", "creator_id", "posted_at", *names, *_SHOWN, "media_type", "account"]
    return posts.sort_values(order, kind="stable")[columns].reset_index(drop=True)


def _compare(views: Floats, owners: Ints, stages: Ints) -> _Compared:
    """Compare each post at one of the ages, ``stages``, with its owner's earlier ones at that age.

    ``views`` has a row for each post, by owner and time, and a column for each age.
    """
    numbers = np.full((len(views), len(_NUMBERS)), np.nan)
    compared = np.zeros(len(views), np.int64)
    for stage in np.unique(stages[stages >= 0]).tolist():
        known = np.flatnonzero(~np.isnan(views[:, stage]))
        places = np.flatnonzero(stages[known] == stage)
        rows, all_views = known[places], views[known, stage]
        earlier, number = _earlier(all_views, owners[known], places)
        baseline = _middle(earlier, number)
        # A post without views is as far below as can be, and never above.
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.log(baseline)
            away = np.abs(np.log(earlier) - level[:, None])
            spread = _shrink(away, number, _spread(np.log(all_views), owners[known]))
            multiple = all_views[places] / baseline
            # The median of n normal draws has a variance of pi / 2n of theirs: with five posts a
            # new one lies a seventh farther from it than from the level itself.
            spread *= np.sqrt(1.0 + np.pi / (2.0 * np.maximum(number, 1)))
            z = (np.log(np.maximum(all_views[places], _NO_VIEW)) - level) / spread
            below = 100.0 * (earlier < all_views[places, None]).sum(axis=1) / number
        compared[rows] = number
        numbers[rows] = np.column_stack([all_views[places], baseline, multiple, z, below])
        numbers[rows[number < FEWEST], 1:] = np.nan
        numbers[rows[~np.isfinite(level)], 2:4] = np.nan
    compared_views, baseline_views, multiple, z, percentile = numbers.T
    return _Compared(compared_views, baseline_views, multiple, z, percentile, compared)


def _earlier(views: Floats, owners: Ints, places: Ints) -> tuple[Floats, Ints]:
    """Return the values of the posts of the same owner before each of some, and their number.

    The values are a row each, the latest first, and NaN where there are no more.
    """
    firsts = np.searchsorted(owners, owners)  # owners are in order
    before = places[:, None] - np.arange(1, _MOST + 1)
    is_there = before >= firsts[places, None]
    return np.where(is_there, views[np.maximum(before, 0)], np.nan), is_there.sum(axis=1)


def _uses_counts_now(views: Floats, owners: Ints, is_open: Bools) -> Bools:
    """Mark posts where a count of now stands for the post itself or for one it is compared with."""
    known = np.flatnonzero(~np.isnan(views))
    own = owners[known]
    places = np.arange(len(known))
    first = np.maximum(np.searchsorted(own, own), places - _MOST)
    sums = np.append(0, np.cumsum(is_open[known]))
    is_now: Bools = np.zeros(len(views), np.bool_)
    is_now[known] = sums[places + 1] > sums[first]
    return is_now


def _basis_note(basis: Words) -> str:
    """Say how many posts were compared by the counts of now; empty if none was."""
    compared, now = int(pd.notna(basis).sum()), int((basis == COUNTS_NOW).sum())
    if not now:
        return ""
    which = "Posts" if now == compared else f"{now:,} of {compared:,} posts"
    return (
        f"{which} are compared by today's counts, not at the same age. "
        "Pass `history` or `analytics` with the days of all posts to compare them at the same age"
    )


def _middle(rows: Floats, number: Ints) -> Floats:
    """Return the median of each row, of which only the first numbers are known.

    ``numpy.nanmedian`` takes five times as long for 150,000 posts, and gives NaN for two
    infinities.
    """
    ranked = np.sort(rows, axis=1)  # NaN is last
    row, last = np.arange(len(rows)), number - 1
    low, high = ranked[row, last // 2], ranked[row, (last + 1) // 2]
    middle: Floats = np.where(low == high, low, (low + high) / 2.0)
    return middle


def _spread(logs: Floats, owners: Ints) -> float:
    """Return how far posts of the program are from their owner's median, as a deviation."""
    by_owner = pd.Series(logs).groupby(owners)
    away = np.abs(logs - by_owner.transform("median").to_numpy())
    away = away[(by_owner.transform("size") >= FEWEST).to_numpy() & np.isfinite(away)]
    return MAD_TO_DEVIATION * float(np.median(away)) if len(away) else np.nan


def _shrink(away: Floats, number: Ints, program: float) -> Floats:
    """Return the spreads of rows of deviations, pulled to that of the program."""
    own = MAD_TO_DEVIATION * _middle(away, number)
    spread = np.sqrt((number * own**2 + _PRIOR * program**2) / (number + _PRIOR))
    return np.maximum(spread, _LEAST_SPREAD)


def _reasons(found: _Compared, stages: Ints) -> pd.Categorical:
    """Return why posts couldn't be compared."""
    reasons = np.select(
        [
            stages < 0,
            np.isnan(found.compared_views),
            found.compared_posts < FEWEST,
            np.isnan(found.z),
        ],
        REASONS,
        default="",
    )
    return categories(pd.Series(reasons, dtype=object), REASONS)


def _late_waves(seen: pd.DataFrame, baseline: Floats) -> Floats:
    """Return the age in hours at which a late wave of each post was first seen; NaN for none."""
    moving = without_pauses(without_slips(seen[["post", "age_h", "view_count"]].dropna()))
    starts, views = window_starts(moving, _DAY_H), moving["view_count"].to_numpy()
    gained = np.where(starts >= 0, views - views[starts], 0.0)
    is_wave = (moving["age_h"] >= _LATE_H) & (times_as_fast(moving, starts) >= _FASTER)
    is_wave &= gained >= _MUCH * baseline[moving["post"]]
    first = moving[is_wave].groupby("post")["age_h"].first()
    return first.reindex(range(len(baseline))).to_numpy()


def _record(views: Floats, owners: Ints, ages_h: Sequence[float]) -> Record:
    """Say of how many posts that would have been called outliers it was still so in the end.

    Each settled post is looked at as it was on one day of its first four weeks, as if at random, so
    that young and old posts are among them as they are among the posts of any moment.
    """
    if len(ages_h) == 1:
        return Record(0, 0, "views are compared at one age")
    last = len(ages_h) - 1
    days = 1 + (np.arange(len(views)) * 11) % (int(ages_h[-1] / _DAY_H) - 1)
    stages = np.searchsorted(ages_h, days * _DAY_H, "right") - 1
    is_settled = ~np.isnan(views[:, last])
    then = _compare(views, owners, np.where(is_settled, stages, -1))
    end = _compare(views, owners, np.where(is_settled, last, -1))
    is_call = (then.z >= OUTLIER_Z) & ~np.isnan(end.z)
    calls, held = int(is_call.sum()), int((is_call & (end.z >= OUTLIER_Z)).sum())
    few = f"fewer than {_FEWEST_CALLS} settled posts would have been called outliers"
    return Record(calls, held, few if calls < _FEWEST_CALLS else "")
