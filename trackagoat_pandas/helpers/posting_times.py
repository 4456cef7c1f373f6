"""Hours and weekdays that are better for posting than others, where posts show any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Floats, Ints
from trackagoat_pandas.helpers.clocks import InstantLike
from trackagoat_pandas.helpers.columns import STRING, categories, floats
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.post_levels import (
    less_surroundings,
    means_by,
    posts_with_levels,
)
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.helpers.videos.lives import LONGEST_DAYS
from trackagoat_pandas.inputs.checks import (
    check_bool,
    check_choice,
    check_int,
    frame_facts,
)

By: TypeAlias = Literal["program", "creator"]
KINDS: Final = ("hours", "weekday")
ANSWERS: Final = ("better", "no difference", "not tried")
WEEKDAYS: Final = (
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
)  # fmt: skip
BLOCK_HOURS: Final = 3
_HOURS: Final = 24
_BLOCKS: Final = _HOURS // BLOCK_HOURS
_CELLS: Final = _BLOCKS + len(WEEKDAYS)
_ALPHA: Final = 0.025
"""The chance that a table calls a time better if none is. A worse time would have as much, so that
the intervals of all rows together are of 95 %, and p is doubled."""
_FEWEST_POSTS: Final = 10
_FEWEST_COMPARED: Final = 5.0
"""Of a time that was tried, the posts that count in full: one of a creator who posts at that time
half the time counts for half a post, and of one who always does for none."""
_SHUFFLES: Final = (199, 1_999)
"""At least, and at most. With 199 the p of a table that is just at 0.05 is known to 0.015."""
_SHUFFLED_POSTS: Final = 30_000_000
"""Posts in all shuffles together: half a second."""
_PLACEBOS: Final = 200
_FEWEST_PAST: Final = 100
_TRIED: Final = (
    "In {held} of {calls} trials that moved each creator's results to other posting days, where no "
    "time can be better, none was called better"
)


@derived("videos", "analytics", by="by")
def suggest_posting_times(
    videos: pd.DataFrame,
    analytics: pd.DataFrame,
    *,
    by: By = "program",
    age_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
    backtest: bool = False,
) -> pd.DataFrame:
    """Find times of day and weekdays at which posts get more views, if there are any.

    Each post is compared with its own creator's posts of the two months around it, at the same age,
    so that a time doesn't look good because big creators post then. A time at which hardly anybody
    posted is never advised.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`. A post that several projects track counts
        once, and its creators as one, unless `by` is ``"creator"``.
    analytics : DataFrame
        The daily new views of these videos from their first day on, as
        ``load_analytics("video", videos, "views", dates=...)`` has them.
    by : {'program', 'creator'}, default 'program'
        ``"program"`` for one table of all creators, ``"creator"`` for one of each.
    age_days : int, default 7
        The age of posts, in days, at which their views are compared; younger ones are left out.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock. Later posts are left out.
    timezone : str, optional
        IANA name of the time zone of the hours; by default the organization's, from a frame.
    backtest : bool, default False
        Whether to find out how often the method finds a better time in these posts if there can't
        be one: 200 times each creator's results are moved to other posting days. The caption
        says in how many of them no time was called better; how often a better time would be found
        it can't say. With fewer than 100 posts that isn't known.

    Returns
    -------
    pandas.DataFrame
        One row for each block of three hours and each weekday, in this order, with ``by="creator"``
        of each creator: ``tiktok_handle`` where a frame knows it, ``kind`` (category: hours,
        weekday), ``block`` (Int64: 0 to 7 from midnight, or 0 to 6 from Sunday), ``label`` (str;
        of hours those with a post), ``posts`` (Int64, with known views at the age), ``effect``,
        ``low`` and ``high`` (Float64, percent: how many more views than the same creators' posts
        at other hours, or on other weekdays), ``answer`` (category) and ``creator_id``.

        Answers are ``better``, ``no difference`` (none that chance doesn't explain, or a worse
        time) and ``not tried``: fewer than ten posts, or by creators who hardly ever post at
        another time; of these, nothing is known. A time is ``better`` if and only if ``low`` is
        above 0.

        ``attrs["trackagoat"]`` has ``p``, the chance that a time looks as good (or as bad) as the
        best one here if no time is better than another (left out if none was tried), and the
        finding as ``note``.

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
    plots.posting_times : Draw views by time of day.
    posting_heatmap : Count posts by weekday and hour.
    posting_cost : See what a second post of a day costs.

    Notes
    -----
    Logs of views, less the means of the program's posts of four weeks and of the creator's of four
    months, are regressed on hours and weekdays together. Effects are pulled towards 0 by as much as
    chance explains of their differences (empirical Bayes). One permutation test judges the whole
    table, by its largest effect in standard errors (Westfall & Young, "Resampling-based multiple
    testing", 1993): the days of a creator are shuffled among those with as many posts, so that
    neither days in a row nor the order of posts on a day count for a time. Intervals are of that
    test, 95 % for all rows together.

    On simulated programs of 24 creators without any effect, also where big creators post at 20:00
    or one hit came at 3:00, and with hot streaks or over-posting, 2 to 4 % of the tables call a
    time better. An effect of +100 % is found with 638 posts, and one of +50 % with 2,000 posts, in
    98 % of programs or more.

    Hours at which nobody posts can't be judged; only trying them can.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     videos = tgp.load_videos("Summer Launch")
    ...     views = tgp.load_analytics("video", videos, "views", dates="2026-01-01..2026-06-18")
    >>> times = tgp.suggest_posting_times(videos, views)
    >>> print(times["answer"].value_counts().to_string())
    answer
    not tried        10
    no difference     5
    better            0
    """
    check_choice("by", by, ("program", "creator"))
    check_int("age_days", age_days, minimum=1, maximum=LONGEST_DAYS)
    check_bool("backtest", backtest)
    posts = posts_with_levels(
        videos,
        analytics,
        age_days=age_days,
        now=now,
        timezone=timezone,
        once=by == "program",
    )
    shuffles = int(np.clip(_SHUFFLED_POSTS // max(len(posts), 1), *_SHUFFLES))
    dice = np.random.default_rng(0)  # the same posts give the same p
    groups = [own for _, own in posts.groupby("creator_id")] if by == "creator" else []
    judged = [
        _compare(own.reset_index(drop=True), dice, shuffles, _PLACEBOS if backtest else 0)
        for own in groups or [posts]
    ]
    best = np.max([one.best for one in judged], axis=0)
    bar = float(np.sort(best)[-int(_ALPHA * (shuffles + 1))])
    table = pd.concat([_rows(one, bar) for one in judged], ignore_index=True)
    if by == "creator":
        ids = [own["creator_id"].iloc[0] for own in groups] or [None]
        table["creator_id"] = pd.array(np.repeat(np.array(ids, object), _CELLS), dtype=STRING)
        table = table.dropna(subset="creator_id")
    top = max(one.top for one in judged)
    reached = 2.0 * (1 + (best >= top).sum()) / (shuffles + 1)
    p = min(float(reached), 1.0) if np.isfinite(top) else None
    note = _finding(table, p, f"{len(posts):,} posts, {age_days} days old")
    judged_by = {} if p is None else {"p": p}
    table.attrs["trackagoat"] = {**frame_facts(table), **judged_by, "note": note}
    if backtest:
        table = with_record(table, _record(judged, bar, len(posts)), note=note)
    return table


@dataclass(frozen=True)
class _Comparison:
    """What posts show of each time: eight blocks of hours, then seven weekdays.

    ``effects`` (logs) and ``errors`` are NaN where a time wasn't tried. ``best`` are the largest
    effects, in standard errors, of each shuffle, and ``placebos`` those of moved results.
    """

    posts: Ints
    labels: list[str]
    effects: Floats
    errors: Floats
    best: Floats
    placebos: Floats

    @property
    def top(self) -> float:
        """The largest effect in standard errors; -inf if no time was tried."""
        return float(np.nanmax(self.effects / self.errors, initial=-np.inf))


def _compare(
    posts: pd.DataFrame, dice: np.random.Generator, shuffles: int, placebos: int
) -> _Comparison:
    """Estimate the effect of each time on the levels of posts, and its effect by chance."""
    # Days with as many posts are exchangeable: those of one creator are shuffled as a whole.
    posts = posts.assign(size=posts.groupby(["creator", "day"])["at"].transform("size"))
    posts = posts.sort_values(["creator", "at"], kind="stable", ignore_index=True)
    posts["nth"] = posts.groupby(["creator", "day"]).cumcount()
    is_at = np.zeros((len(posts), _CELLS), np.bool_)
    rows = np.arange(len(posts))
    is_at[rows, posts["hour"].to_numpy(np.int64) // BLOCK_HOURS] = True
    is_at[rows, _BLOCKS + posts["weekday"].to_numpy(np.int64)] = True
    like: Ints = posts.groupby(["creator", "size", "nth"]).ngroup().to_numpy().astype(np.int64)
    # What is taken from levels is taken from times as well, or effects would come out too small.
    surrounded = less_surroundings(is_at.astype(np.float64), posts)
    times = surrounded - means_by(surrounded, like)
    levels: Floats = posts[["level"]].to_numpy()
    level = (levels - means_by(levels, like))[:, 0]
    numbers = is_at.sum(axis=0)
    is_tried = (numbers >= _FEWEST_POSTS) & ((times**2).sum(axis=0) >= _FEWEST_COMPARED)
    times = _apart(times * is_tried)
    compared = (times**2).sum(axis=0)
    is_tried &= compared >= _FEWEST_COMPARED  # not those whose posts all come on the same weekdays
    order = np.lexsort((posts["at"], posts["size"], posts["creator"]))
    ordered = posts.iloc[order], level[order], times[order]
    by_chance = _shuffle_sums(*ordered, dice, shuffles)
    spread = by_chance.std(axis=0)
    is_tried &= spread > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = np.where(is_tried, level @ times / compared, np.nan)
        errors = np.where(is_tried, spread / compared, np.nan)
        best, moved = (
            np.max(sums / spread, axis=1, where=is_tried, initial=-np.inf)
            for sums in (by_chance, _shuffle_sums(*ordered, dice, placebos, is_moved=True))
        )
    return _Comparison(numbers, _labels(posts["hour"]), effects, errors, best, moved)


def _apart(times: Floats) -> Floats:
    """Subtract from hours what weekdays explain of them, and the reverse."""
    hours, weekdays = times[:, :_BLOCKS], times[:, _BLOCKS:]
    return np.hstack([_without(hours, weekdays), _without(weekdays, hours)])


def _without(columns: Floats, others: Floats) -> Floats:
    fit = np.linalg.pinv(others.T @ others, rcond=1e-9, hermitian=True) @ (others.T @ columns)
    left: Floats = columns - others @ fit
    return left


def _shuffle_sums(
    posts: pd.DataFrame,
    level: Floats,
    times: Floats,
    dice: np.random.Generator,
    number: int,
    *,
    is_moved: bool = False,
) -> Floats:
    """Return the sum of levels at each time, once the days of each creator are shuffled.

    Days change places with those of as many posts. They keep their order if ``is_moved``, which
    only moves them on by some places, as on a ring.
    """
    sums = np.zeros((number, _CELLS))
    sizes = posts["size"].to_numpy(np.int64)
    keys = posts["creator"].to_numpy(np.int64) * (sizes.max(initial=0) + 1) + sizes
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    for start, end in zip(starts, np.append(starts[1:], len(keys)), strict=False):
        size, days = sizes[start], np.arange((end - start) // sizes[start])
        if is_moved:
            order = (days + dice.integers(0, len(days), (number, 1))) % len(days)
        else:
            order = dice.permuted(np.broadcast_to(days, (number, len(days))), axis=1)
        drawn = level[start:end].reshape(-1, size)[order].reshape(number, end - start)
        sums += drawn @ times[start:end]
    return sums


def _rows(found: _Comparison, bar: float) -> pd.DataFrame:
    """Write a comparison as rows; ``bar`` is what the best of a table reaches by chance."""
    effects, errors = found.effects, found.errors
    low, high = effects - bar * errors, effects + bar * errors
    shrunk = np.concatenate(
        [_shrunk(effects[part], errors[part]) for part in (slice(_BLOCKS), slice(_BLOCKS, None))]
    )
    percents = {
        "effect": np.clip(shrunk, low, high) + 0.0,  # no -0
        "low": low,
        "high": high,
    }
    answers = np.where(np.isnan(effects), 2, np.where(low > 0.0, 0, 1))
    is_hours = np.arange(_CELLS) < _BLOCKS
    return pd.DataFrame(
        {
            "label": pd.array(found.labels, dtype=STRING),
            "kind": categories(np.where(is_hours, *KINDS), KINDS),
            "block": pd.array([*range(_BLOCKS), *range(len(WEEKDAYS))], dtype="Int64"),
            "posts": pd.array(found.posts, dtype="Int64"),
            **{name: floats(100.0 * np.expm1(logs)) for name, logs in percents.items()},
            "answer": categories(np.array(ANSWERS, object)[answers], ANSWERS),
        }
    )


def _shrunk(effects: Floats, errors: Floats) -> Floats:
    """Pull effects towards 0 by the share of their differences that chance explains."""
    is_known = ~np.isnan(effects)
    if not is_known.any():
        return effects
    chance = errors**2
    true = max(float((effects[is_known] ** 2 - chance[is_known]).mean()), 0.0)
    return effects * true / (true + chance)


def _labels(hours: pd.Series) -> list[str]:
    """Name the blocks by those of their hours at which somebody posted, and the weekdays."""
    is_posted = np.bincount(hours, minlength=_HOURS)[:_HOURS] > 0
    blocks = []
    for first in range(0, _HOURS, BLOCK_HOURS):
        span = np.arange(first, first + BLOCK_HOURS)
        own = span[is_posted[span]] if is_posted[span].any() else span
        runs = np.split(own, np.flatnonzero(np.diff(own) > 1) + 1)
        blocks.append(" and ".join(f"{run[0]}:00 to {run[-1] + 1}:00" for run in runs))
    return [*blocks, *WEEKDAYS]


def _finding(table: pd.DataFrame, p: float | None, basis: str) -> str:
    """Say which times are better, if any."""
    if p is None:
        return f"No time was tried often enough to be compared ({basis})"
    better = table[table["answer"] == "better"]
    judged = f"(p = {p:.2g}; {basis})"
    if better.empty:
        said = f"No time is better than another by more than chance explains {judged}"
        flat = [kind for kind in KINDS if _is_flat(table.loc[table["kind"] == kind, "effect"])]
        if not flat:
            return said
        which = " and ".join("weekdays" if kind == "weekday" else kind for kind in flat)
        return f"{said}. Between {which} it explains every difference, so that their effects are 0"
    if "creator_id" in table.columns:
        creators = better["creator_id"].nunique()
        return f"{creators} of {table['creator_id'].nunique()} creators have a better time {judged}"
    first = better.sort_values("effect", ascending=False).iloc[0]
    more = f", and {len(better) - 1} more" if len(better) > 1 else ""
    views = f"{first['low']:.0f} to {first['high']:.0f} % more views"
    return f"{first['label']} is better by {views}{more} {judged}"


def _is_flat(effects: pd.Series) -> bool:
    """Whether there are effects, and chance explains all of their differences."""
    known = effects.dropna()
    return len(known) > 0 and bool((known == 0.0).all())


def _record(judged: list[_Comparison], bar: float, posts: int) -> Record:
    """Say how often no time was called better among results that were moved to other days."""
    best = np.max([one.placebos for one in judged], axis=0)
    if posts < _FEWEST_PAST:
        return Record(0, 0, f"fewer than {_FEWEST_PAST} posts with known views")
    if not np.isfinite(best).any():
        return Record(0, 0, "no time was tried often enough")
    return Record(len(best), int((best <= bar).sum()), said=_TRIED)
