"""Groups among the creators of a program, and what sets each apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, floats
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.pools.distances import Yardstick, coordinates
from trackagoat_pandas.helpers.pools.groups import CLOUDS, FEWEST, Groups, find_groups
from trackagoat_pandas.helpers.pools.similar import FEW_POSTS, OPTIONAL, read_weights
from trackagoat_pandas.helpers.pools.traits import DAYS, HOURS, PARTS, Traits, read_traits
from trackagoat_pandas.helpers.posting_times import WEEKDAYS
from trackagoat_pandas.helpers.videos.lives import LONGEST_DAYS
from trackagoat_pandas.inputs.checks import check_int, frame_facts, require_columns
from trackagoat_pandas.tables import CREATORS

POOL_PARTS: Final = tuple(part for part in PARTS if part != OPTIONAL)
_HABITS: Final = ("cadence", "engagement", "hours", "weekdays")
"""The parts that may form groups alone: views differ so much within any group that they hide it."""
_CLEAR: Final = 1.0
"""A part sets a pool apart by this many standard deviations within pools."""
_MOST_SAID: Final = 3
_SPAN_HOURS: Final = 4
_MOST_DAYS: Final = 3
TOO_FEW: Final = f"fewer than {FEWEST} creators can be compared"
_NO_GROUPS: Final = "no groups among these creators"


@derived("creators", "videos", "analytics")
def creator_pools(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    analytics: pd.DataFrame | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Find groups of creators who are alike, if there are any, and say what sets each apart.

    Most programs are one cloud of creators, in which any border would be arbitrary. Then there are
    no groups.

    Parameters
    ----------
    creators : DataFrame
        The frame of :func:`load_creators`: who is compared.
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`.
    weights : dict, optional
        How much the parts ``size``, ``spread``, ``cadence``, ``engagement``, ``hours`` and
        ``weekdays`` count, such as ``{"size": 0}``; those that aren't given count 1.
    analytics : DataFrame, optional
        Daily new views of the videos from their first day on, as ``load_analytics("video",
        videos, "views", dates=...)`` has them. With it, views are those at `age_days`. Without
        it, they are those by now, of posts that are older than that.
    age_days : int, default 7
        The age of posts, in days, at which their views are compared.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded,
        by the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of hours and weekdays; by default the organization's, from a
        frame.

    Returns
    -------
    pandas.DataFrame
        One row for each creator, by pool and id: ``tiktok_handle`` where a frame knows it, ``pool``
        (Int64, 1 for the largest), ``pool_description`` (str: in which parts the pool is unlike the
        others, with the numbers of both), ``posts`` (Int64), ``median_views`` (Float64),
        ``views_factor`` (Float64: 2 where a post usually has twice or half as many), then
        ``posts_per_week``, ``engagement_rate_by_views`` (Float64, percent, the median of posts),
        ``usual_hour`` (Float64, the mean of hours on their circle), ``weekend_pct`` (Float64),
        ``reason`` (str) and ``creator_id``.

        ``pool`` is NA, with the ``reason``, for creators with fewer than 5 posts, who come last. It
        is NA for all if there are no groups, or fewer than 12 creators with as many posts.

        ``attrs["trackagoat"]`` has ``p``, the chance that creators without groups look as grouped
        (left out if that isn't known), and the finding as ``note``.

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
    plots.pools : Draw the groups.
    similar_creators : Find creators who are alike.
    load_creators : Load creators.

    Notes
    -----
    Creators are as far apart as in :func:`similar_creators`, with hours and weekdays as the first
    harmonic of their distributions. They are split into 2 to 6 groups of at least three around
    means, and their distances from these are compared with those in 99 clouds of as many points,
    as far spread in each part and as correlated, but evenly filled (a gap statistic: Tibshirani,
    Walther & Hastie, Journal of the Royal Statistical Society B 63, 2001; an even cloud is easily
    taken for groups, so that others hardly ever are). There are groups only where at most 1 of them
    looks as grouped: as many as have the largest mean silhouette (Rousseeuw, Journal of
    Computational and Applied Mathematics 20, 1987).

    The same is tried with the habits alone (cadence, engagement, hours and weekdays), because
    creators of one group often differ in size by far more than groups do. Points and clouds are
    looked at in both ways, and the one that looks most grouped counts in each.

    Measured on simulated programs that were used for no choice: none of 30 programs without groups
    had pools. Of three groups of 20 creators that differ in hours (8, 15 and 22), pace (2.5, 5 and
    10 posts a week) and engagement, but not in size, 0.97 are found with an adjusted Rand index of
    0.9 or more. It is 1.0 in a month of posts, 0.88 where each creator's hours spread by 4 to 6,
    0.81 where creators of one group differ by 2 hours and a third of the pace, and 0.75 where their
    engagement is 6, 7.5 and 9 % and differs by a third. Where all of this is so, it is 0.19.
    If only hours count, creators who are spread evenly around the whole clock look like groups.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators, videos = (load("Summer Launch")
    ...                         for load in (tgp.load_creators, tgp.load_videos))
    >>> pools = tgp.creator_pools(creators, videos)
    >>> print(pools["reason"].value_counts().to_string())
    reason
    fewer than 12 creators can be compared    3
    fewer than 5 posts                        1
    """
    check_int("age_days", age_days, minimum=1, maximum=LONGEST_DAYS)
    weighed = read_weights(weights, POOL_PARTS)
    require_columns(creators, ["id", "tiktok_handle"], loader=CREATORS.loader)
    traits = read_traits(
        creators,
        videos,
        analytics,
        parts=POOL_PARTS,
        age_days=age_days,
        now=now,
        timezone=timezone,
    )
    rows = np.flatnonzero(traits.is_known)
    points = {}
    for part in POOL_PARTS:
        yardstick = Yardstick.of(part, traits.numbers[part], traits.drawn[part])
        points[part] = weighed[part] * coordinates(yardstick, traits.numbers[part])[rows]
    found = Groups(np.zeros(len(rows), np.int64), np.nan)
    if len(rows) >= FEWEST:
        habits = [place for place, part in enumerate(points) if part in _HABITS and weighed[part]]
        found = find_groups([*points.values()], [habits])
    table = _rows(traits, rows, found, points)
    judged = {} if np.isnan(found.p) else {"p": found.p}
    note = _finding(found, len(rows))
    table.attrs["trackagoat"] = {**frame_facts(table), **judged, "note": note}
    return table


def _rows(traits: Traits, rows: Ints, found: Groups, points: Mapping[str, Floats]) -> pd.DataFrame:
    """Write the creators as rows, by pool."""
    size, pools = len(traits.ids), _number(found.labels)
    pool, said = np.full(size, np.nan), np.full(size, None, object)
    reason = np.full(size, FEW_POSTS, object)
    if pools.max(initial=0) > 1:
        pool[rows], reason[rows] = pools, None
        for one in range(1, pools.max() + 1):
            said[rows[pools == one]] = _description(traits, rows, pools, one, points)
    else:
        reason[rows] = TOO_FEW if np.isnan(found.p) else _NO_GROUPS
    table = pd.DataFrame(
        {
            "pool": pd.array([None if np.isnan(one) else int(one) for one in pool], dtype="Int64"),
            "pool_description": pd.array(said, dtype=STRING),
            "posts": pd.array(traits.posts, dtype="Int64"),
            **{name: floats(each) for name, each in _numbers(traits).items()},
            "reason": pd.array(reason, dtype=STRING),
            "creator_id": pd.array(traits.ids, dtype=STRING),
        }
    )
    order = np.lexsort((np.arange(size), ~traits.is_known, pool))
    return table.iloc[order].reset_index(drop=True)


def _number(labels: Ints) -> Ints:
    """Number groups from 1, the largest first; of equal ones, that of the first creator."""
    sizes = np.bincount(labels)
    first = np.array([np.argmax(labels == one) for one in range(len(sizes))])
    order = np.lexsort((first, -sizes))
    places = np.empty(len(sizes), np.int64)
    places[order] = np.arange(1, len(sizes) + 1)
    numbers: Ints = places[labels]
    return numbers


def _numbers(traits: Traits) -> dict[str, Floats]:
    """Return the numbers that people read."""
    shares = np.diff(traits.numbers["hours"], axis=1, prepend=0.0)
    angles = 2.0 * np.pi * (np.arange(HOURS) + 0.5) / HOURS
    hour = np.arctan2(shares @ np.sin(angles), shares @ np.cos(angles)) * HOURS / (2.0 * np.pi)
    days = np.diff(traits.numbers["weekdays"], axis=1, prepend=0.0)
    return {
        "median_views": traits.medians["size"],
        "views_factor": np.exp(traits.numbers["spread"][:, 0]),
        "posts_per_week": np.exp(traits.numbers["cadence"][:, 0]),
        "engagement_rate_by_views": traits.medians["engagement"],
        "usual_hour": hour % HOURS,
        "weekend_pct": 100.0 * (days[:, 0] + days[:, -1]),
    }


def _description(
    traits: Traits, rows: Ints, pools: Ints, one: int, points: Mapping[str, Floats]
) -> str:
    """Say in which parts a pool is unlike the others, the clearest first."""
    is_own, clear = pools == one, {}
    for part, own in points.items():
        is_known = ~np.isnan(traits.numbers[part][rows, 0])
        if not (is_known & is_own).any() or not (is_known & ~is_own).any():
            continue
        means = np.array([own[pools == each].mean(axis=0) for each in range(1, pools.max() + 1)])
        within = np.sqrt(((own - means[pools - 1]) ** 2).sum(axis=1).mean())
        apart = np.sqrt(((own[is_own].mean(axis=0) - own[~is_own].mean(axis=0)) ** 2).sum())
        # Where members are all alike, any difference is as clear as can be.
        clear[part] = float(apart / within) if within else float(apart > 0.0) / 1e-9
    order = sorted(clear, key=lambda part: -clear[part])
    named = [part for part in order if clear[part] >= _CLEAR][:_MOST_SAID] or order[:1]
    return "; ".join(_trait_text(part, traits, rows[is_own], rows[~is_own]) for part in named)


def _trait_text(part: str, traits: Traits, own: Ints, others: Ints) -> str:
    """Say how a part of a pool is, and that of the others."""
    if part in ("hours", "weekdays"):
        shares = np.diff(traits.numbers[part], axis=1, prepend=0.0)
        span, mean, other = _span(*(np.nanmean(shares[each], axis=0) for each in (own, others)))
        return f"{100 * mean:.0f} % of posts {span} (others {100 * other:.0f} %)"
    values = traits.medians.get(part, np.exp(traits.numbers[part][:, 0]))
    mine, theirs = np.nanmedian(values[own]), np.nanmedian(values[others])
    if part == "size":
        return f"{mine:,.0f} views a post (others {theirs:,.0f})"
    if part == "spread":
        return f"views that differ by a factor of {mine:.1f} (others {theirs:.1f})"
    if part == "cadence":
        return f"{mine:.1f} posts a week (others {theirs:.1f})"
    return f"{mine:.1f} % engagement (others {theirs:.1f} %)"


def _span(own: Floats, others: Floats) -> tuple[str, float, float]:
    """Find the hours, or days, that a pool prefers most, and the shares of posts in them."""
    size = len(own)
    lengths = [_SPAN_HOURS] if size == HOURS else range(1, _MOST_DAYS + 1)
    spans = [np.arange(first, first + length) % size for length in lengths for first in range(size)]
    best = max(spans, key=lambda span: float((own - others)[span].sum()))
    days = [WEEKDAYS[place % DAYS] for place in best]
    named = f"from {days[0]} to {days[-1]}" if len(days) > 2 else f"on {' and '.join(days)}"
    if size == HOURS:
        named = f"from {best[0]}:00 to {(best[-1] + 1) % size}:00"
    return named, float(own[best].sum()), float(others[best].sum())


def _finding(found: Groups, known: int) -> str:
    """Say how many pools there are, and how surely."""
    creators = number(known, "creator")
    if np.isnan(found.p):
        return f"Whether there are groups isn't known: only {creators} can be compared"
    trials = f"{round(found.p * (CLOUDS + 1)) - 1} of {CLOUDS} trials"
    without = f"creators without groups look as grouped in {trials}"
    pools = int(found.labels.max()) + 1
    if pools == 1:
        return f"No groups among {creators}: {without}"
    return f"{pools} pools among {creators}; {without}"
