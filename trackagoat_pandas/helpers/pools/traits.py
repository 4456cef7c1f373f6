"""What creators' posts say of them: size, spread, cadence, engagement, hours and weekdays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats, Ints, Words
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown
from trackagoat_pandas.helpers.columns import read_columns, values_of
from trackagoat_pandas.helpers.counted import counted_posts
from trackagoat_pandas.helpers.creators import INTERACTIONS, rate
from trackagoat_pandas.helpers.facts import known_zone, moment_loaded
from trackagoat_pandas.helpers.intervals import MAD_TO_DEVIATION
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.helpers.videos.ages import counts_by_age, views_at
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import CREATORS, VIDEOS

PARTS: Final = ("size", "spread", "cadence", "engagement", "hours", "weekdays", "hashtags")
HOURS: Final = 24
DAYS: Final = 7
FEWEST_POSTS: Final = 5
RESAMPLES: Final = 50
_SHORTEST_DAYS: Final = 7.0
"""A pace is that of at least a week."""
_MOST_SPREADS: Final = 3.0
"""A hit counts as much as a post at this distance: in robust standard deviations."""
_MOST_TAGS: Final = 300
_TAG: Final = re.compile(r"#\w+")


@dataclass(frozen=True)
class Traits:
    """What is known of creators, ordered by id.

    ``numbers`` have for each part the shape (creators, numbers), and ``drawn`` the shape
    (resamples, creators, numbers), as they would be with other posts of the same creators; NaN
    where unknown. Hours and weekdays are the shares of posts up to each hour or day. ``medians``
    are those of the posts' views and, in percent, engagement rates.
    """

    ids: Words
    handles: Words
    posts: Ints
    numbers: Mapping[str, Floats]
    drawn: Mapping[str, Floats]
    medians: Mapping[str, Floats]

    @property
    def is_known(self) -> Bools:
        """Who has posts enough to be compared."""
        return self.posts >= FEWEST_POSTS


def read_traits(
    creators: pd.DataFrame,
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None,
    *,
    parts: Sequence[str],
    age_days: int,
    now: InstantLike | None,
    timezone: str | None,
) -> Traits:
    """Read what posts say of each creator of a frame.

    Parameters
    ----------
    creators, videos, analytics, age_days, now, timezone
        As of :func:`similar_creators`.
    parts
        Those of ``PARTS`` that are needed.
    """
    people = read_columns(latest_of(creators, ["id"]), CREATORS, ["id", "tiktok_handle"])
    people = people.dropna(subset="id").sort_values("id", ignore_index=True)
    zone = known_zone(timezone, [videos, creators, analytics])
    posts = _posts_of(people["id"], videos, analytics, parts, age_days, now, zone)
    owner, size = posts["owner"].to_numpy(np.int64), len(people)
    measures = [_measure_of(part, posts, size) for part in parts]
    # Posts of one day are drawn together, since they are alike. They get weights (Rubin's Bayesian
    # bootstrap), since a draw with replacement could leave a creator without posts.
    day = posts.groupby(["owner", "day"]).ngroup().to_numpy(np.int64)
    dice = np.random.default_rng(0)  # the same posts give the same answer
    drawn: list[list[Floats]] = [[] for _ in parts]
    for _ in range(RESAMPLES):
        weights = dice.standard_exponential(int(day.max(initial=-1)) + 1)[day]
        for measure, taken in zip(measures, drawn, strict=True):
            taken.append(measure(weights))
    alike = np.ones(len(posts))
    return Traits(
        people["id"].to_numpy(object),
        people["tiktok_handle"].to_numpy(object),
        np.bincount(owner, minlength=size).astype(np.int64),
        {part: measure(alike) for part, measure in zip(parts, measures, strict=True)},
        {part: np.array(taken) for part, taken in zip(parts, drawn, strict=True)},
        {part: _medians(posts, part, size) for part in ("size", "engagement") if part in parts},
    )


def _posts_of(
    ids: pd.Series,
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None,
    parts: Sequence[str],
    age_days: int,
    now: InstantLike | None,
    zone: str,
) -> pd.DataFrame:
    """Read the posts that count of some creators, ordered by them and the instant of posting."""
    names = ["id", "creator_id", "posted_at", "view_count"]
    names += [*INTERACTIONS] if "engagement" in parts else []
    names += ["title"] if "hashtags" in parts else []
    require_columns(videos, [*names, "tracking_status"], loader=VIDEOS.loader)
    posts = counted_posts(videos, *names)
    posts["owner"] = pd.Index(ids).get_indexer(posts["creator_id"])
    read_at = moment_loaded(now, videos)
    is_there = (posts["owner"] >= 0) & (posts["posted_at"] <= read_at)
    posts = posts[is_there].sort_values(["owner", "posted_at", "id"], ignore_index=True)
    posted = posts["posted_at"].to_numpy("datetime64[us]")
    if analytics is None:
        is_young = posts["posted_at"] > read_at - pd.Timedelta(days=age_days)
        views = np.where(is_young, np.nan, values_of(posts["view_count"]))
    else:
        seen = counts_by_age(posts, read_at=read_at, analytics=analytics, zone=zone)
        views = views_at(seen, 24.0 * age_days, len(posts))
    own: dict[str, Any] = {
        "at": posted.astype(np.int64) / 86_400e6,
        "day": days_shown(posted, zone).astype(np.int64),
        "hour": posts["posted_at"].dt.tz_convert(zone).dt.hour.astype("int64"),
        "views": views,
    }
    if "engagement" in parts:
        own["rate"] = values_of(rate(posts, "view_count"))
    return posts.assign(**own)


def _medians(posts: pd.DataFrame, part: str, size: int) -> Floats:
    """Return the median of each creator's posts; NaN for creators of few posts."""
    by_owner = posts.groupby("owner")["views" if part == "size" else "rate"]
    medians = by_owner.median().where(by_owner.count() >= FEWEST_POSTS)
    return values_of(medians.reindex(np.arange(size)))


def _logs(values: Floats) -> Floats:
    """Return logs; a 0 counts as half of the least number above it, in whatever unit."""
    above = values[values > 0.0]
    least = float(above.min()) / 2.0 if len(above) else 1.0
    logs: Floats = np.log(np.maximum(values, least))
    return logs


def _measure_of(part: str, posts: pd.DataFrame, size: int) -> Callable[[Floats], Floats]:
    """Return how a part is computed of posts that have weights; NaN for creators of few posts."""
    owner = posts["owner"].to_numpy(np.int64)
    if part in ("size", "spread", "engagement"):
        logs = _logs(posts["rate" if part == "engagement" else "views"].to_numpy(np.float64))
        rows = np.flatnonzero(~np.isnan(logs))
        sums, logs = _Sums.of(owner[rows], size), logs[rows]
        logs = sums.from_median(logs) if part == "spread" else sums.without_hits(logs)
        return lambda weights: sums.spread_out(sums(weights[rows] * logs) / sums(weights[rows]))
    if part == "cadence":
        sums = _Sums.of(owner, size)
        weeks = sums.weeks(posts["at"].to_numpy(np.float64))
        return lambda weights: sums.spread_out(np.log(sums(weights) / weeks))
    if part == "hashtags":
        rows, values = _tags_of(posts)
        number, sums = int(values.max(initial=0)) + 1, _Sums.of(owner[rows], size)
        convert = _tag_weights
    else:
        rows, sums = np.arange(len(posts)), _Sums.of(owner, size)
        is_hours = part == "hours"
        values = (posts["hour"] if is_hours else (posts["day"] + 4) % DAYS).to_numpy(np.int64)
        number, convert = HOURS if is_hours else DAYS, _shares_up_to
    cells, have = sums.group * number + values, len(sums.present)

    def measure(weights: Floats) -> Floats:
        counts = np.bincount(cells, weights[rows], have * number).astype(np.float64)
        return sums.spread_out(convert(counts.reshape(have, number)))

    return measure


@dataclass(frozen=True)
class _Sums:
    """Sums over the posts of each creator who has some; the posts are ordered by creator.

    ``present`` are these creators, ``group`` has the place among them of each post's creator.
    """

    present: Ints
    group: Ints
    starts: Ints
    is_many: Bools
    size: int

    @classmethod
    def of(cls, owner: Ints, size: int) -> _Sums:
        """Prepare sums over posts by the places of their creators."""
        present, starts, group = np.unique(owner, return_index=True, return_inverse=True)
        is_many = np.bincount(group, minlength=len(present)) >= FEWEST_POSTS
        return cls(present, group.astype(np.int64), starts, is_many, size)

    def __call__(self, values: Floats) -> Floats:
        sums: Floats = np.add.reduceat(values, self.starts)
        return sums

    def spread_out(self, found: Floats) -> Floats:
        """Return the found values of creators as a table with a row for each of them."""
        found = found[:, None] if found.ndim == 1 else found
        whole = np.full((self.size, found.shape[1]), np.nan)
        whole[self.present[self.is_many]] = found[self.is_many]
        return whole

    def from_median(self, logs: Floats) -> Floats:
        """Return how far each post is from its creator's median."""
        return np.abs(logs - self._medians(logs))

    def without_hits(self, logs: Floats) -> Floats:
        """Pull posts far from their creator's median nearer to it."""
        middle, far = self._medians(logs), self.from_median(logs)
        beyond = np.maximum(far - _MOST_SPREADS * MAD_TO_DEVIATION * self._medians(far), 0.0)
        nearer: Floats = logs - np.sign(logs - middle) * beyond
        return nearer

    def _medians(self, values: Floats) -> Floats:
        medians: Floats = pd.Series(values).groupby(self.group).transform("median").to_numpy()
        return medians

    def weeks(self, at: Floats) -> Floats:
        """Return the weeks in which each creator posted; NaN if that is less than one.

        Between the first and the last post are as many gaps as posts less one.
        """
        days = np.maximum.reduceat(at, self.starts) - np.minimum.reduceat(at, self.starts)
        number = np.bincount(self.group, minlength=len(self.present))
        days = np.where(self.is_many & (days >= _SHORTEST_DAYS), days, np.nan)
        weeks: Floats = days / DAYS * number / np.maximum(number - 1, 1)
        return weeks


def _tags_of(posts: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the hashtags of captions by the place of the post, and their numbers.

    Those that only one creator uses say nothing of others.
    """
    found = posts["title"].str.lower().str.findall(_TAG).explode().dropna()
    pairs = pd.DataFrame({"tag": found, "row": found.index}).drop_duplicates()
    pairs["owner"] = posts["owner"].to_numpy()[pairs["row"]]
    users = pairs.groupby("tag")["owner"].nunique().reset_index()
    users = users[users["owner"] > 1].sort_values(["owner", "tag"], ascending=[False, True])
    place = pd.Index(users["tag"].head(_MOST_TAGS)).get_indexer(pairs["tag"])
    return pairs["row"].to_numpy(np.int64)[place >= 0], place[place >= 0].astype(np.int64)


def _tag_weights(counts: Floats) -> Floats:
    """Return by how much more than others creators use hashtags, as vectors of length 1.

    It is the positive pointwise mutual information of creators and hashtags.
    """
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / max(counts.sum(), 1e-300)
    more = np.log(np.maximum(counts / np.maximum(expected, 1e-300), 1.0))
    lengths = np.sqrt((more**2).sum(axis=1, keepdims=True))
    directions: Floats = more / np.where(lengths > 0.0, lengths, 1.0)
    return directions


def _shares_up_to(counts: Floats) -> Floats:
    shares: Floats = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    return shares
