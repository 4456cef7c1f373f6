"""The ranks of creators, and how far chance may have moved them."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, floats, integers, is_among, text, values_of
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import Names
from trackagoat_pandas.helpers.luck.levels import (
    SETTLED_DAYS,
    Levels,
    days_of,
    posts_in_logs,
)
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.inputs.checks import check_between, check_bool, frame_facts

_NO_CREATOR: Final = "the row is of no creator"
_NO_POST: Final = f"no post of the creator is known that is {SETTLED_DAYS} days old"
_FEWEST_JUDGED: Final = 10
_FEWEST_TWICE: Final = 4
_FEW_JUDGED: Final = f"fewer than {_FEWEST_JUDGED} creators have {_FEWEST_TWICE} posts"
_TRIED: Final = (
    "Of {calls} creators, the places of {held} in the later half of their posts lay in the "
    "intervals made of the earlier half"
)


@derived("videos")
def rank_creators(
    videos: pd.DataFrame,
    *,
    metric: str = "view_count",
    level: float = 0.9,
    age_days: int = SETTLED_DAYS,
    now: InstantLike | None = None,
    backtest: bool = False,
    names: Names = None,
) -> pd.DataFrame:
    """Rank creators by their lasting levels, and say how far each rank may be luck.

    A mean of a few posts is mostly luck. So it is pulled towards that of all creators, the more
    the fewer posts a creator has and the more luck there is, and each rank has an interval.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics,
        and posts of no creator, are left out.
    metric : str, default 'view_count'
        The count: ``"view_count"``, ``"like_count"``, ``"comment_count"``, ``"share_count"`` or
        ``"save_count"``.
    level : float, default 0.9
        The chance that each interval holds the true rank, and from which one creator is said to
        be above another; above 0.5 and below 1.
    age_days : int, default 7
        Younger posts are left out, since their counts still grow. Of older ones it is taken off
        what posts of their age have more or fewer than the oldest posts of the same creators,
        which is also what a season or a shock of the whole program does.
    now : str or datetime, optional
        The instant at which the counts were read; by default when `videos` were loaded, by the
        server's clock.
    backtest : bool, default False
        Whether to find out how often such intervals hold in these posts: from the earlier half of
        each creator's posts, intervals of its rank in the later half are made, which are wider,
        since these posts have luck of their own. With fewer than 10 such creators that isn't
        known.
    names : DataFrame or list of DataFrame, optional
        A frame, or a list of them, with names for the ids, such as that of :func:`load_creators`.

    Returns
    -------
    pandas.DataFrame
        One row for each creator with a post that counts, the highest level first: ``rank``
        (Int64), ``tiktok_handle`` where a frame knows it, ``posts`` (Int64, those that are
        compared), ``level``, ``level_low`` and ``level_high`` (Float64: what a typical post of
        the creator gets, such as views, and the interval), ``rank_low`` and ``rank_high`` (Int64:
        the interval of the rank), ``alike_to_place`` (Int64: this creator and those below it down
        to that place can't be told apart), ``reliability`` (Float64, 0 to 1: how much of the mean
        of the creator's posts is level), ``reason`` (str: why an interval is NA) and
        ``creator_id``. Creators of whom no post is old enough are last, without a rank.

        ``attrs["trackagoat"]["note"]`` says which places can't be told apart.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError, ArgumentTypeError
        An argument has a value that isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.ranks : Draw the ranks with their intervals.
    reliability : See how much is skill and how much luck.
    summarize_creators : Summarize creators.

    Notes
    -----
    The model is that of :func:`reliability`. Up to 2,000 sets of levels are drawn from what posts
    leave possible, always the same for the same posts, and the intervals hold `level` of the ranks
    in them (Laird & Louis, "Empirical Bayes ranking methods", Journal of Educational Statistics 14,
    1989). A level is that of a typical post, such as a median: of two creators with the same
    level, the one with bigger hits has the higher mean.

    On 40 simulated programs of each kind, of 300 creators with 3 to 60 posts, 90 % intervals hold
    90 to 92 % of the true ranks, also where creators differ in how lucky they can be, and 89 to
    90 % where hot streaks last for days. The ranks predict those of the next month better than mean
    views do in all of them; the mean of logs predicts them as well where levels lie far apart.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> ranks = tgp.rank_creators(videos)
    >>> print(ranks[["rank", "rank_low", "rank_high"]].head(4).to_string(index=False))
     rank  rank_low  rank_high
        1         1          1
        2         2          2
        3         3          4
        4         3          5
    """
    check_between("level", level, 0.5, 1.0)
    check_bool("backtest", backtest)
    posts, without = posts_in_logs(videos, metric=metric, age_days=age_days, now=now)
    levels = Levels.of(posts)
    table = _rank(levels, level)
    owners = posts["creator_id"].drop_duplicates().to_numpy(object)
    reasons = np.full(len(table), levels.reason or None, object)
    table["creator_id"] = pd.array(owners, dtype=STRING)
    table["reason"] = pd.array(reasons, dtype=STRING)
    table = table.sort_values(["rank", "creator_id"], ignore_index=True)
    note = _finding(table, levels.reason, level)
    table = _with_unranked(table, without, age_days)
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note}
    if backtest:
        table = with_record(table, _record(posts, level), note=note)
    return table


def _with_unranked(table: pd.DataFrame, ids: pd.Series, age_days: int) -> pd.DataFrame:
    """Add creators of whom no post is old enough, without a rank, after the others."""
    added = table.reindex(range(len(table) + len(ids)))
    last = np.arange(len(table), len(added))
    added.loc[last, "creator_id"] = sorted(ids)
    added.loc[last, "posts"] = 0
    added.loc[last, "reason"] = f"no post is {number(age_days, 'day')} old with a known count"
    return added


def _rank(levels: Levels, level: float) -> pd.DataFrame:
    """Rank creators, in the order of `levels`."""
    size = len(levels.mean)
    middle, sure = levels.mean, np.full(size, np.nan)
    ends, places = np.full((2, size), np.nan), np.full((2, size), np.nan)
    alike = np.full(size, np.nan)
    if not levels.reason:
        draws, _ = levels.draws(np.random.default_rng(0))
        middle, sure = draws.mean(axis=0), levels.reliability()
        ends = np.expm1(_span(draws, level))
        places = rank_spans(draws, level)
        alike = _alike_to(middle, draws.std(axis=0), level)
    rank = values_of(pd.Series(middle).rank(method="min", ascending=False))
    # The rank of a mean may lie beside the interval of the ranks in the draws.
    low: Floats = np.minimum(places[0], rank)
    high: Floats = np.maximum(places[1], rank)
    return pd.DataFrame(
        {
            "rank": integers(rank),
            "posts": pd.array(levels.number, dtype="Int64"),
            "level": floats(np.expm1(middle)),
            "level_low": floats(ends[0]),
            "level_high": floats(ends[1]),
            "rank_low": integers(low),
            "rank_high": integers(high),
            "alike_to_place": integers(alike),
            "reliability": floats(sure),
        }
    )


def rank_spans(draws: Floats, level: float) -> Floats:
    """Return the interval of the rank of each creator, from draws of all levels: (2, creators)."""
    order = np.argsort(-draws, axis=1)
    ranks = np.empty(draws.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, draws.shape[1] + 1.0)[None, :], axis=1)
    return _span(ranks, level)


def _span(draws: Floats, level: float) -> Floats:
    """Return the ends between which each column has that share of its values, or more."""
    beyond = int(len(draws) * (1.0 - level) / 2.0)
    places = [beyond, len(draws) - 1 - beyond]
    ends: Floats = np.partition(draws, places, axis=0)[places]
    return ends


def _alike_to(middle: Floats, spread: Floats, level: float) -> Floats:
    """Return down to which place each creator and those below it can't be told apart.

    Two are told apart if one is above the other with that chance. The places are those of `middle`.
    """
    order = np.argsort(-middle, kind="stable")
    best, sure = middle[order], NormalDist().inv_cdf(level)
    variance = spread[order] ** 2
    below = np.full(len(best), len(best))  # the first place, from 0, that is surely below each
    for place, top in enumerate(best[:-1]):
        away = top - best[place + 1 :]
        is_apart = away > sure * np.sqrt(variance[place] + variance[place + 1 :])
        if is_apart.any():
            below[place] = place + 1 + int(np.argmax(is_apart))
    alike = np.empty(len(best))
    # Those between are told apart as well, if some two of them are.
    alike[order] = np.minimum.accumulate(below[::-1])[::-1]
    return alike


def spans_by_row(
    owners: pd.Series,
    groups: Ints,
    posts: pd.DataFrame,
    *,
    metric: str,
    level: float,
    now: InstantLike | None,
) -> pd.DataFrame:
    """Return the interval of the rank of each row's creator among the creators of its group.

    Parameters
    ----------
    owners, groups
        The creator's id (NA for none), and the number of the group of each row.
    posts, metric, now
        As `videos`, `metric` and `now` of :func:`reliability`.
    level
        The chance that each interval holds the true rank.

    Returns
    -------
    pandas.DataFrame
        ``rank_low``, ``rank_high`` (Int64) and ``rank_reason`` (str) of each row. A creator whose
        level isn't known may be above all others of the group, or below.
    """
    ids = text(owners).reset_index(drop=True)
    own = posts[is_among(posts["creator_id"], ids)]
    known, _ = posts_in_logs(own, metric=metric, age_days=SETTLED_DAYS, now=now)
    levels, size = Levels.of(known), len(ids)
    codes = pd.Index(known["creator_id"].unique()).get_indexer(pd.Index(ids))
    reasons = np.select([ids.isna(), codes < 0], [_NO_CREATOR, _NO_POST], levels.reason)
    ends = np.full((2, size), np.nan)
    if not levels.reason:
        draws, _ = levels.draws(np.random.default_rng(0))
        for group in np.unique(groups):
            rows = np.flatnonzero((groups == group) & (codes >= 0))
            chosen, places = np.unique(codes[rows], return_inverse=True)
            strangers = ids[(groups == group) & (codes < 0)].nunique()
            low, high = rank_spans(draws[:, chosen], level)
            # Each creator of an unknown level may be above all others.
            ends[:, rows] = low[places], high[places] + strangers
    said = pd.array([str(one) or None for one in reasons], dtype=STRING)
    low, high = (integers(end) for end in ends)
    return pd.DataFrame({"rank_low": low, "rank_high": high, "rank_reason": said})


def _record(posts: pd.DataFrame, level: float) -> Record:
    """Say how often ranks in the later half of posts lay in intervals made of the earlier half."""
    posts = posts[posts.groupby("creator")["id"].transform("size") >= _FEWEST_TWICE]
    creators = pd.factorize(posts["creator"])[0].astype(np.int64)
    place, size = np.arange(len(posts)) - np.searchsorted(creators, creators), np.bincount(creators)
    is_later = place >= size[creators] // 2
    posts = posts.assign(creator=creators)
    earlier, later = posts[~is_later], posts[is_later]
    levels = Levels.of(earlier)
    if len(size) < _FEWEST_JUDGED or levels.reason:
        return Record(0, 0, levels.reason if len(size) >= _FEWEST_JUDGED else _FEW_JUDGED)
    dice = np.random.default_rng(0)
    draws, luck = levels.draws(dice)
    codes = later["creator"].to_numpy(np.int64)
    worth = levels.streaks.independent(codes, days_of(later)) * levels.steady
    later_means = draws + np.sqrt(luck[:, None] / worth) * dice.standard_normal(draws.shape)
    low, high = rank_spans(later_means, level)
    means = later.groupby("creator")["log"].mean()
    rank = means.rank(method="average", ascending=False).to_numpy()
    held = int(((low <= rank) & (rank <= high)).sum())
    return Record(len(rank), held, said=_TRIED)


def _finding(table: pd.DataFrame, reason: str, level: float) -> str:
    """Say which places can't be told apart, the first such ones."""
    if reason:
        return f"How far ranks are luck isn't known: {reason}"
    posts = number(int(table["posts"].sum()), "post")
    basis = f"({100 * level:g} % sure; {number(len(table), 'creator')}, {posts})"
    places = np.arange(1, len(table) + 1)
    last = table["alike_to_place"].to_numpy(np.int64)
    unsure = np.flatnonzero(last > places)
    if not len(unsure):
        return f"All places can be told apart {basis}"
    first = int(unsure[0]) + 1
    same = f"{_places(first, int(last[first - 1]))} can't be told apart {basis}"
    if first > 1:
        sure = _places(1, first - 1)
        same = f"{sure} {'is' if first == 2 else 'are'} sure, {same}"
    return same[0].upper() + same[1:]


def _places(first: int, last: int) -> str:
    """Write a span of places."""
    if first == last:
        return f"place {first:,}"
    return f"places {first:,} {'and' if last == first + 1 else 'to'} {last:,}"
