"""The creators of a program who are most like one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.spelling import did_you_mean
from trackagoat_pandas.base.types import Floats
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.errors import ArgumentError, ArgumentTypeError, listing
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, floats
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.pools.distances import FIRST, Distances, in_order
from trackagoat_pandas.helpers.pools.traits import FEWEST_POSTS, PARTS, Traits, read_traits
from trackagoat_pandas.helpers.videos.lives import LONGEST_DAYS
from trackagoat_pandas.inputs.checks import (
    check_between,
    check_int,
    frame_facts,
    given_ids,
    require_columns,
)
from trackagoat_pandas.tables import CREATORS

OPTIONAL: Final = "hashtags"
"""The part that counts only where it is given a weight."""
_MOST_WEIGHT: Final = 1_000.0
_STEADY: Final = 0.7
FEW_POSTS: Final = f"fewer than {FEWEST_POSTS} posts"
_NO_PART: Final = "no part is known of both"


@derived("creators", "videos", "analytics")
def similar_creators(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    *,
    to: Any,
    n: int = 10,
    weights: Mapping[str, float] | None = None,
    analytics: pd.DataFrame | None = None,
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Find the creators who are most like one of them, by what and when they post.

    The API has nothing on audiences, so this says nothing about who watches them.

    Parameters
    ----------
    creators : DataFrame
        The frame of :func:`load_creators`: who is compared.
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`.
    to : str or DataFrame
        The creator: the id, the handle, or a frame of one row, such as ``creators.head(1)``.
    n : int, default 10
        The most creators to return.
    weights : dict, optional
        How much parts count, such as ``{"size": 0}`` for creators of any size, or
        ``{"hours": 2}``. Parts that aren't given count 1, but ``hashtags`` 0.
    analytics : DataFrame, optional
        Daily new views of the videos from their first day on, as
        ``load_analytics("video", videos, "views", dates=...)`` has them. With it, views are those
        at `age_days`. Without it, they are those by now, of posts that are older than that.
    age_days : int, default 7
        The age of posts, in days, at which their views are compared.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of hours and weekdays; by default the organization's, from a
        frame.

    Returns
    -------
    pandas.DataFrame
        One row for each of the other creators, the nearest first: ``rank`` (Int64),
        ``tiktok_handle`` where a frame knows it, ``distance`` (Float64: 1 is about as far apart as
        two creators of the program are on average), what each part adds to it (Float64; they sum to
        the distance): ``size`` (views of a post), ``spread`` (how much posts differ in views),
        ``cadence`` (posts a week), ``engagement`` (rate by views), ``hours``, ``weekdays``, and
        with a weight ``hashtags``; ``stability`` (Float64, 0 to 1), ``posts`` (Int64), ``reason``
        (str) and ``creator_id``.

        A part is 0 where the creators of the program differ by no more than chance, and NA where it
        isn't known of both, and the others count for it. ``distance`` and
        ``rank`` are NA, with the ``reason``, where one of both has fewer than 5 posts; these rows
        come last. ``stability`` is the share of 50 trials with resampled posts in which the creator
        is again among the first three, or in a later row among as many as there are up to it; NA
        where these are all.

        ``attrs["trackagoat"]["note"]`` says who is nearest, and how many of the first three would
        be again.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        `creators` doesn't have the creator, no time zone is known, or an argument has a value that
        isn't allowed.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.similar : Draw what sets them apart.
    creator_pools : Find groups of creators.
    load_creators : Load creators.

    Notes
    -----
    Size and engagement are means of logs, in which a hit counts as at most three robust spreads.
    Hours and weekdays are distributions on a circle: their distance is the work of moving posts the
    shorter way round (Rabin, Delon & Gousseau, "Transportation distances on the circle", Journal of
    Mathematical Imaging and Vision 41, 2011), so that 23:00 and 1:00 are near.

    Each part is measured in the average difference of two creators, once each creator is pulled
    towards the program's mean by as much as chance explains of its difference (empirical Bayes;
    chance is what the Bayesian bootstrap of a creator's days makes of it: Rubin, Annals of
    Statistics 9, 1981). So few posts, and parts in which creators differ by no more than chance,
    add little.

    Creators who would be near to everybody are moved away by a factor until nobody is in more than
    a third of all first threes (as Jégou, Harzallah & Schmid do, "A contextual dissimilarity
    measure", CVPR 2007, but only for those who need it); with fewer than 12 creators that can't be.

    In simulated programs of 24 creators, a twin with the same habits is among the first three in
    99 % with 27 posts each; with ten times the views and ``weights={"size": 0}`` in 95 %. Of 300
    creators it is so in 100 and 95 % with 80 posts each, but in 82 and 45 % with 27. With 27 posts
    or more, ``stability`` is the share of neighbours that other posts of the same creators have as
    well, within 5 points; with 12 it is 12 points too high.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators, videos = (load("Summer Launch")
    ...                         for load in (tgp.load_creators, tgp.load_videos))
    >>> near = tgp.similar_creators(creators, videos, to="@mossy.runner", n=2)
    >>> print(near[["rank", "tiktok_handle"]].to_string(index=False))
     rank      tiktok_handle
        1 its_alpine_wander_
        2       urban.closet
    """
    check_int("n", n, minimum=1)
    check_int("age_days", age_days, minimum=1, maximum=LONGEST_DAYS)
    weighed = read_weights(weights)
    require_columns(creators, ["id", "tiktok_handle"], loader=CREATORS.loader)
    used = {part: weight for part, weight in weighed.items() if weight > 0.0}
    traits = read_traits(
        creators, videos, analytics, parts=[*used], age_days=age_days, now=now, timezone=timezone
    )
    place = _place_of(to, traits)
    found = Distances.of(traits, used)
    table = _rows(found, place, [*weighed])
    note = _finding(table, traits, place)
    table = table.head(n)
    table.attrs["trackagoat"] = {**frame_facts(table), "like": _name(traits, place), "note": note}
    return table


def read_weights(
    given: Mapping[str, float] | None, parts: Sequence[str] = PARTS
) -> dict[str, float]:
    """Read the argument `weights`: those of all parts, which sum to 1.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It has another part, a number below 0 or above 1,000, or none above 0.
    """
    if given is not None and not isinstance(given, Mapping):
        raise ArgumentTypeError("weights", given, 'a dictionary such as {"size": 0}')
    weights = {part: float(part != OPTIONAL) for part in parts}
    for part, weight in (given or {}).items():
        if part not in weights:
            raise ArgumentError("weights", part, f"the parts are {', '.join(parts)}")
        weights[part] = check_between(f"weights[{part!r}]", weight, 0.0, _MOST_WEIGHT, ends=True)
    total = sum(weights.values())
    if not total:
        raise ArgumentError("weights", given, "one of them must be above 0")
    if not weights.get(OPTIONAL):
        weights.pop(OPTIONAL, None)
    return {part: weight / total for part, weight in weights.items()}


def _place_of(to: Any, traits: Traits) -> int:
    """Find the creator that an id, a handle or a frame of one row names.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        It is none of them, or several.
    """
    is_number = isinstance(to, int | np.integer) and not isinstance(to, bool)
    ids = [to] if is_number else [*given_ids("to", to, "creator")]
    if len(ids) != 1:
        raise ArgumentError("to", to, "one creator at a time")
    id_ = str(ids[0])  # as `text` reads a column of numbers
    places = np.flatnonzero(traits.ids == id_)
    if not len(places):
        handle = id_.removeprefix("@").casefold()
        known = [str(each).removeprefix("@").casefold() for each in traits.handles]
        places = np.flatnonzero(np.array(known, object) == handle)
    if len(places) > 1:
        raise ArgumentError("to", id_, "several creators have this handle: pass an id")
    if not len(places):
        handles = [each for each in traits.handles if isinstance(each, str)]
        has = listing(handles) or f"{number(len(traits.ids), 'creator')} without handles"
        near = did_you_mean(id_, handles)
        raise ArgumentError("to", id_, f"`creators` has {has}{near and f'.{near}'}")
    return int(places[0])


def _rows(found: Distances, place: int, parts: list[str]) -> pd.DataFrame:
    """Write the distances of one creator as rows, the nearest first."""
    traits, distances = found.traits, found.whole[place]
    order = np.argsort(in_order(distances, np.array(place)), kind="stable")
    order = order[order != place]
    known = distances[order]
    nothing = np.zeros(len(traits.ids))
    added = {part: found.parts[part][place] if part in found.parts else nothing for part in parts}
    ranks = pd.Series(known).rank(method="min").astype("Int64")
    is_few = ~traits.is_known
    reasons = np.where(is_few | is_few[place], FEW_POSTS, _NO_PART)[order]
    return pd.DataFrame(
        {
            "rank": ranks,
            "distance": floats(known),
            **{
                part: floats(np.where(np.isnan(known), np.nan, each[order]))
                for part, each in added.items()
            },
            "stability": floats(_stability(found, place, order, int((~np.isnan(known)).sum()))),
            "posts": pd.array(traits.posts[order], dtype="Int64"),
            "reason": pd.array(
                [why if np.isnan(one) else None for why, one in zip(reasons, known, strict=True)],
                dtype=STRING,
            ),
            "creator_id": pd.array(traits.ids[order], dtype=STRING),
        }
    )


def _stability(found: Distances, place: int, order: Any, others: int) -> Floats:
    """Return how often each of the others is again among the first with resampled posts."""
    keys = in_order(found.resampled(place), np.array(place))
    ranks = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1)
    first = np.maximum(np.arange(len(order)) + 1, min(FIRST, others // 2))
    share: Floats = (ranks[:, order] < first).mean(axis=0)
    return np.where(first < others, share, np.nan)


def _finding(table: pd.DataFrame, traits: Traits, place: int) -> str:
    """Say who is nearest, and how many of the first would be again."""
    known = table[table["distance"].notna()]
    name = _name(traits, place)
    if known.empty:
        why = FEW_POSTS if not traits.is_known[place] else "nobody else can be compared"
        return f"Who is like {name} isn't known: {why}"
    places = pd.Index(traits.ids).get_indexer(pd.Index(known["creator_id"].head(FIRST)))
    nearest = [_name(traits, int(one)) for one in places]
    said = f"Nearest to {name}: {', '.join(nearest)}"
    again = known["stability"].head(FIRST)
    if again.isna().any():
        return said
    share = float(again.mean())
    sure = "" if share >= _STEADY else ", so that the order is unsure"
    often = f"{100 * share:.0f} % of them are among the first three again"
    return f"{said}; with resampled posts {often}{sure}"


def _name(traits: Traits, place: int) -> str:
    handle = traits.handles[place]
    return f"@{handle.removeprefix('@')}" if isinstance(handle, str) else str(traits.ids[place])
