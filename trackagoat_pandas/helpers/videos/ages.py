"""Counts of posts by their age, from snapshots or from daily analytics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trackagoat_pandas.base.types import Bools, Floats, Instants, Ints
from trackagoat_pandas.errors import ArgumentError, MissingArgumentError
from trackagoat_pandas.helpers.clocks import day_starts, days_shown
from trackagoat_pandas.helpers.columns import arrow, instants_of, is_word, text, values_of, whole
from trackagoat_pandas.helpers.facts import check_daily
from trackagoat_pandas.helpers.gains import daily_values
from trackagoat_pandas.inputs.checks import loaded_at, require_columns

METRICS: Mapping[str, str] = MappingProxyType(
    {
        "view_count": "views",
        "like_count": "likes",
        "comment_count": "comments",
        "share_count": "shares",
        "save_count": "saves",
    }
)
"""The counts of a post, and the metrics of analytics that they are the sums of."""
_HOUR_US = 3_600_000_000
_NEAR = np.log(2.0) ** 2
"""How far an age may be from the two moments between which it lies: the product of both distances,
in logs of age. Between two moments of which one is twice as old as needed and the other half as old
it is just allowed, and beside a moment very near the other one may be far. The error of a straight
line between two points of a curve is at most that product times half of the curve's bend. A post's
log views over its log age bend by less than 0.5 on the sandbox's curves, so that the error is below
12 % (and the audience's rhythm), where posts of one creator differ by a factor of 2 and more."""
_YOUNGEST_H = 1 / 60
"""Ages are in logs, so that none is 0."""


def counts_by_age(
    posts: pd.DataFrame,
    *,
    read_at: pd.Timestamp,
    names: Sequence[str] = ("view_count",),
    history: pd.DataFrame | None = None,
    analytics: pd.DataFrame | None = None,
    zone: str | None = None,
) -> pd.DataFrame:
    """List what posts had at each age at which they were seen.

    Parameters
    ----------
    posts
        Posts in plain dtypes, as of :func:`counted_videos`: ``id``, ``posted_at`` and the counts
        `names`. What isn't known of a post's posting isn't known of its ages.
    read_at
        When the counts of `posts` were read. Moments after it are left out.
    names
        The counts, such as ``view_count``.
    history
        The snapshots of the posts, as ``store.history("videos", columns=[...])`` has them: ``id``,
        ``observed_at`` and those of `names` that it has.
    analytics
        Daily new values of videos, as ``load_analytics("video", ...)`` has them; not used beside
        `history`.
    zone
        The time zone of the days of `analytics`.

    Returns
    -------
    pandas.DataFrame
        One row for each post and moment at which some count was seen, by post and age: ``post``
        (int64, the place in `posts`), ``age_h`` (float64, hours since posting) and each of `names`
        (float64, NaN where unknown). Counts are as they were seen: a restated count falls. Of two
        sources at one moment, `posts` count.

        From analytics, a post has a moment at each end of a day, at which its new values since
        posting are summed. A day that isn't over ends when it was loaded. After a missing day
        the totals are unknown, and so are all of a series that starts with a baseline
        (``is_baseline``), since its beginning is missing.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError
        The analytics have no views of videos or, by their attributes, aren't new values per day,
        or `zone` isn't known.
    """
    posted = posts["posted_at"].to_numpy("datetime64[us]")
    read = _plain(read_at)
    now = pd.DataFrame({"post": np.arange(len(posts)), "at": np.full(len(posts), read)})
    now = now.assign(**{name: values_of(posts[name]) for name in names})
    if history is not None:
        parts = [_snapshots(posts, history, names), now]
    elif analytics is not None:
        parts = [_totals(posts["id"], posted, analytics, names, zone), now]
    else:
        parts = [now]
    seen = pd.concat(parts, ignore_index=True)
    post, at = seen["post"].to_numpy(np.int64), seen.pop("at").to_numpy("datetime64[us]")
    age = (at - posted[post]).astype(np.int64)
    is_unknown = np.isnat(posted)[post] | np.isnat(at) | (at > read) | (age < 0)
    is_unknown |= seen[[*names]].isna().all(axis=1).to_numpy(bool)
    order = np.lexsort((age, post))  # stable, so that the last source of a moment stays last
    order = order[~is_unknown[order]]
    post, age = post[order], age[order]
    is_last = np.append((post[1:] != post[:-1]) | (age[1:] != age[:-1]), True)[: len(post)]
    kept = seen.iloc[order[is_last]].reset_index(drop=True)
    kept.insert(1, "age_h", age[is_last] / _HOUR_US)
    found: pd.DataFrame = kept.astype({"post": "int64"})
    return found


def _plain(moment: pd.Timestamp) -> np.datetime64:
    return np.datetime64(moment.tz_convert("UTC").tz_localize(None), "us")


def _places(ids: pd.Series, among: pd.Series) -> Ints:
    """Return the place of each id in another column; -1 where it isn't there.

    ``Index.get_indexer`` makes a Python text of each of three million ids.
    """
    found = pc.index_in(arrow(text(ids)), value_set=arrow(text(among)), skip_nulls=True)
    places: Ints = pc.fill_null(found, -1).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return places


def _snapshots(posts: pd.DataFrame, history: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the counts of posts at each moment at which they were listed."""
    known = [name for name in names if name in history.columns]
    require_columns(history, ["id", "observed_at", *(known or names)], loader="store.history")
    place = _places(history["id"], posts["id"])
    rows = pd.DataFrame({"post": place, "at": instants_of(history["observed_at"])})
    rows = rows.assign(**{name: values_of(whole(history[name])) for name in known})
    return rows[place >= 0].reindex(columns=["post", "at", *names])


def _totals(
    ids: pd.Series,
    posted: Instants,
    analytics: pd.DataFrame,
    names: Sequence[str],
    zone: str | None,
) -> pd.DataFrame:
    """Return the running totals of posts at the ends of days, from the day of posting on."""
    if zone is None:
        raise MissingArgumentError("timezone", "the days of `analytics` need one")
    loaded = loaded_at(check_daily(analytics))
    until = np.datetime64("NaT", "us") if loaded is None else _plain(loaded)
    is_of_views = is_word(analytics["entity"], "video") & is_word(analytics["metric"], "views")
    if len(analytics) and not is_of_views.any():
        has = analytics[["metric", "entity"]].drop_duplicates().astype(str).agg(" of ".join, axis=1)
        wanted = 'views of videos, as load_analytics("video", videos, "views") has them'
        raise ArgumentError("analytics", ", ".join(has.head(3)), wanted)
    values = daily_values(analytics, "video", [METRICS[name] for name in names], zone)
    place = _places(values["entity_id"], ids)
    values = values.assign(post=place)[place >= 0]
    first = days_shown(posted, zone).astype(np.int64)
    parts = []
    for name in names:
        rows = _since_posting(values[values["metric"] == METRICS[name]], first)
        begins, ends = (
            day_starts((rows["day"].to_numpy() + days).astype("datetime64[D]"), zone)
            for days in (0, 1)
        )
        is_partial = rows["is_partial"].to_numpy()
        at = np.where(is_partial | (ends > until), until, ends)
        # A partial day of an earlier load, as in joined loads, was read at an unknown moment.
        is_known = ~is_partial | ((begins <= at) & (at <= ends))
        parts.append(pd.DataFrame({"post": rows["post"], "at": at, name: rows["total"]})[is_known])
    joined = pd.concat(parts)
    if len(names) > 1:
        joined = joined.groupby(["post", "at"], as_index=False).last()
    return joined.reindex(columns=["post", "at", *names])


def _since_posting(rows: pd.DataFrame, first: Ints) -> pd.DataFrame:
    """Return each post's days from that of posting to the first missing one, with its ``total``."""
    days_old = rows["day"].to_numpy() - first[rows["post"].to_numpy()]
    rows = rows.assign(days_old=days_old).sort_values(["post", "day"], kind="stable")
    has_baseline = rows["is_baseline"].groupby(rows["post"]).transform("any")
    rows = rows[(rows["days_old"] >= 0) & ~has_baseline]
    rows = rows[rows["days_old"] == rows.groupby("post").cumcount()]
    # After a day that wasn't over when it was loaded, nothing is known.
    partial_before = rows.groupby("post")["is_partial"].cumsum() - rows["is_partial"]
    rows = rows[partial_before == 0]
    return rows.assign(total=rows.groupby("post")["value"].cumsum().astype(float))


def views_at(
    seen: pd.DataFrame, age_h: float | Floats, size: int, name: str = "view_count"
) -> Floats:
    """Return the count of each post at an age.

    Between the moment before and the one after, log counts (plus 1) are a straight line over log
    age, if both are near enough: see ``_NEAR``. Which moments are near doesn't depend on counts,
    so that posts whose growth is known aren't those that hardly grew.

    Parameters
    ----------
    seen
        The result of :func:`counts_by_age`.
    age_h
        The age in hours, one for all posts or one for each.
    size
        The number of posts.
    name
        The count.

    Returns
    -------
    numpy.ndarray
        float64, shape (size,); NaN where the age isn't reached, or no moments are near enough. A
        count below 0 is taken as 0.
    """
    values = np.maximum(seen[name].to_numpy(), 0.0)
    is_known: Bools = ~np.isnan(values)
    post, age = seen["post"].to_numpy()[is_known], seen["age_h"].to_numpy()[is_known]
    found = np.full(size, np.nan)
    if not len(post):
        return found
    values = values[is_known]
    logs = np.log1p(values)
    wanted = np.broadcast_to(np.asarray(age_h, np.float64), size)
    span = max(float(age.max()), float(wanted.max(initial=0.0))) + 1.0
    after = np.searchsorted(post * span + age, np.arange(size) * span + wanted)
    after = np.minimum(after, len(post) - 1)
    before = np.maximum(after - 1, 0)
    owner = np.arange(size)
    has_after = (post[after] == owner) & (age[after] >= wanted)
    is_exact = has_after & (age[after] == wanted)
    is_between = has_after & (post[before] == owner) & (age[before] < wanted)
    low, at, high = (
        np.log(np.maximum(each, _YOUNGEST_H)) for each in (age[before], wanted, age[after])
    )
    is_between &= (at - low) * (high - at) <= _NEAR * (1.0 + 1e-9)  # for rounding
    share = np.divide(at - low, high - low, out=np.ones(size), where=high > low)
    line = logs[before] + share * (logs[after] - logs[before])
    # A log and its reverse may leave the counts between which the line lies by a rounding error.
    ends = np.sort([values[before[is_between]], values[after[is_between]]], axis=0)
    found[is_between] = np.clip(np.expm1(line[is_between]), *ends)
    found[is_exact] = values[after[is_exact]]
    return found
