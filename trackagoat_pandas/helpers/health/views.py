"""Whether a program's views fall: those of all creators, or of single ones."""

from __future__ import annotations

from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from trackagoat_pandas.base.types import Bools, Floats, Ints, Words
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.columns import codes_of, days_of, flags_of, is_word, text, values_of
from trackagoat_pandas.helpers.facts import check_daily
from trackagoat_pandas.helpers.health.losses import unless_worse
from trackagoat_pandas.helpers.health.statuses import (
    MONTH_DAYS,
    Verdict,
    began,
    by_share,
    latched,
    listed,
    rare,
)
from trackagoat_pandas.helpers.health.supply import FRAMES, Supply
from trackagoat_pandas.helpers.intervals import student_quantile
from trackagoat_pandas.helpers.loads import latest_days

NOW_DAYS, _BEFORE_DAYS = 14, 56
_LOOK_BACK_DAYS: Final = 60
_FEWEST_CREATORS: Final = 5
_BEGINS, _ENDS = np.log(0.7), np.log(0.85)
"""A fall begins at 30 percent and ends at 15; one to watch begins at 20 and ends at 10."""
_WATCH_BEGINS, _WATCH_ENDS = np.log(0.8), np.log(0.9)
_SURE, _LIKELY = 0.9995, 0.99
_SLUMP_POSTS: Final = (4, 6)
_ENDING_POSTS, _EARLIER_POSTS = 4, 8
_LEAST_NOISE: Final = 1e-12
_SLUMPS_A_MONTH: Final = 0.02
"""How many slumps luck may bring a month if logs are normal: those of views bring some six times as
many, since hits and flops are larger than that."""
_SLUMP, _SLUMP_ENDS = np.log(0.4), np.log(0.7)
_SETTLED_DAYS: Final = 3
_NO_VIEWS: Final = -10.0
"""The level of a post without known views, of a creator without any."""
_DAY_S: Final = 86_400.0
_SLUMP_DAYS: Final = 60


def judge_fall(given: Supply) -> Verdict:
    """Judge the fall of all creators, and whether lost days could make it worse.

    Lost days are those without a value after a creator's first one. Each is tried as the least in
    the days of now, and as the most in those before.
    """
    verdict = _judge_known_fall(given)
    _, daily = _daily(given)
    is_lost = np.isnan(daily) & np.maximum.accumulate(~np.isnan(daily), axis=1)
    if not is_lost.any() or daily.shape[1] < NOW_DAYS + _BEFORE_DAYS:
        return verdict
    logs = np.log1p(daily)
    least, most = (np.where(is_lost, value, logs) for value in (0.0, np.nanmax(logs)))
    change, _, _ = _changes(least, most)
    worst = "good"
    for status, begins, ends in (
        ("watch", _WATCH_BEGINS, _WATCH_ENDS), ("bad", _BEGINS, _ENDS),
    ):  # fmt: skip
        worst = status if latched(change <= begins, change >= ends)[-1] == 1.0 else worst
    lost = f"{number(int(is_lost.sum()), 'day')} without views may hide a fall."
    return unless_worse(verdict, worst, lost, f"Load {FRAMES['analytics']}.")


def _judge_known_fall(given: Supply) -> Verdict:
    """Judge the fall of all creators, by the mean of their logs, in which no hit decides."""
    owners, daily = _daily(given)
    days = daily.shape[1]
    wanted = NOW_DAYS + _BEFORE_DAYS
    whole = ~np.isnan(daily[:, -wanted:]).any(axis=1)
    is_known = given.active["id"].isin(owners) | (given.active["tracked_days"] <= wanted)
    if days < wanted or not is_known.all():
        said = f"Of some active creator the daily views of the last {wanted} days aren't known."
        return Verdict("unknown", said, f"Load {FRAMES['analytics']}.")
    if whole.sum() < _FEWEST_CREATORS:
        return Verdict("unknown", f"Fewer than {_FEWEST_CREATORS} creators have daily views of "
                       f"{wanted} days.")  # fmt: skip
    change, t, known = _changes(np.log1p(daily))
    states = [
        latched((change <= begins) & (t > _quantiles(known, sure)), change >= ends)
        for begins, ends, sure in (
            (_BEGINS, _ENDS, _SURE), (_WATCH_BEGINS, _WATCH_ENDS, _LIKELY),
        )
    ]  # fmt: skip
    is_sure = not np.isnan([state[-1] for state in states]).any()
    percent = 100 * np.expm1(change[-1])
    way = f"up {percent:.0f}%" if percent > 0 else f"down {-percent:.0f}%"
    days = f"last {NOW_DAYS} days against the {_BEFORE_DAYS} before"
    said = f"A typical creator's daily views are {way if round(percent) else 'unchanged'} ({days})."
    for status, state in zip(("bad", "watch"), states, strict=True):
        if state[-1] == 1.0:
            since = given.today - len(state) + began(state)
            advice = "See what moved them, and whether all creators are hit."
            return Verdict(status, said, advice, float(since))
    if not is_sure:
        return Verdict("unknown", f"{said} Whether it goes on isn't known: load more days.")
    if change[-1] <= _WATCH_BEGINS:
        said += " That may be luck."
    return Verdict("good", said)


def _daily(given: Supply) -> tuple[pd.Series, Floats]:
    """Return the active creators with daily views, and these on the days that are over, or NaN."""
    analytics = check_daily(given.frames["analytics"])
    is_used = is_word(analytics["entity"], "creator") & is_word(analytics["series_kind"], "main")
    is_used &= (codes_of(analytics["metric"], ["views"]) == 0) & ~flags_of(analytics, "is_partial")
    days = days_of(analytics["date"]).astype(np.int64)
    first = given.today - NOW_DAYS - _BEFORE_DAYS - _LOOK_BACK_DAYS
    rows = latest_days(analytics[is_used & (days >= first) & (days < given.today)])
    places = pd.Index(given.active["id"]).get_indexer(text(rows["entity_id"]))
    at = days_of(rows["date"]).astype(np.int64) - first
    found = np.full((len(given.active), given.today - first), np.nan)
    found[places[places >= 0], at[places >= 0]] = values_of(rows["value"])[places >= 0]
    known = ~np.isnan(found)
    begins = int(known.any(axis=0).argmax()) if known.any() else found.shape[1]
    return given.active["id"][known.any(axis=1)], found[known.any(axis=1), begins:]


def _changes(logs: Floats, earlier: Floats | None = None) -> tuple[Floats, Floats, Ints]:
    """Return the mean change of the creators' logs on each day, its t, and of how many it is.

    Days of now are compared with those before in ``earlier``, by default the same logs. The change
    is NaN where too few creators are known.
    """
    medians = {
        days: np.median(sliding_window_view(each, days, axis=1), axis=2)
        for days, each in ((NOW_DAYS, logs), (_BEFORE_DAYS, logs if earlier is None else earlier))
    }
    changes = medians[NOW_DAYS][:, _BEFORE_DAYS:] - medians[_BEFORE_DAYS][:, :-NOW_DAYS]
    known: Ints = (~np.isnan(changes)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(changes, axis=0) / known
        error = np.sqrt(np.nansum((changes - mean) ** 2, axis=0) / (known - 1) / known)
        t = -mean / error
    return np.where(known < _FEWEST_CREATORS, np.nan, mean), t, known


def _quantiles(known: Ints, level: float) -> Floats:
    """Return Student's quantile for means of some numbers of creators."""
    sizes, places = np.unique(known, return_inverse=True)
    found = np.array([student_quantile(level, max(int(size) - 1, 1)) for size in sizes])
    quantiles: Floats = found[places]
    return quantiles


class _Levels(NamedTuple):
    """The posts of creators in order: whose they are, their days, and their levels in logs.

    ``highest`` are the same levels, but of posts without known views the most they may be.
    """

    owners: Words
    days: Ints
    levels: Floats
    highest: Floats


def judge_slumps(given: Supply) -> Verdict:
    """Find active creators whose last posts have far fewer views than their earlier ones."""
    slumps, active = find_slumps(given), given.active
    if slumps is None:
        return Verdict("unknown", "There are too few posts to compare.")
    count = len(slumps)
    status = by_share(count, len(active))
    if count:
        names = listed(slumps["tiktok_handle"].to_numpy(object))
        evidence = f"{number(count, 'creator')} of {len(active):,} "
        evidence += (
            f"{'is' if count == 1 else 'are'} in a slump, the last posts far below earlier ones:"
        )
        evidence += f" {names}."
        since = float(slumps["since"].min())
        verdict = Verdict(status, evidence, f"Look at the last posts of {names} together.", since)
    else:
        verdict = Verdict(status, "No creator is in a slump.")
    lost = int(_settled(given)["view_count"].isna().sum())
    if not lost:
        return verdict
    possible = _low_posts(given, _levels(given, with_lost=True))
    worst = by_share(int(possible["is_slump"].sum()), len(active))
    said = f"The views of {number(lost, 'post')} aren't known, and may show a slump."
    return unless_worse(verdict, worst, said, "Load the videos again.")


def find_slumps(given: Supply) -> pd.DataFrame | None:
    """Return the active creators in a slump, with the number of the day on which it began.

    None if there are too few posts to say.
    """
    low = find_low_posts(given)
    return None if low is None else low[low["is_slump"]].reset_index(drop=True)


def find_low_posts(given: Supply) -> pd.DataFrame | None:
    """Return the active creators in a slump, and those whose last posts would not end one.

    With ``is_slump``, and ``since``, the number of the day on which a slump began. None if there
    are too few posts to say.
    """
    posts = _levels(given)
    if len(posts.levels) < _SLUMP_POSTS[0] + _EARLIER_POSTS:
        return None
    return _low_posts(given, posts)


def _low_posts(given: Supply, posts: _Levels) -> pd.DataFrame:
    """Return the active creators whose last posts are in a slump, or would not end one."""
    is_last = np.append(posts.owners[1:] != posts.owners[:-1], True)
    state, begins, is_low = _slump_states(posts, given.today)
    is_slump = state == 1.0
    found = is_last & (is_slump | is_low) & (posts.days > given.today - _SLUMP_DAYS)
    places = pd.Index(given.active["id"]).get_indexer(posts.owners[found])
    is_active = places >= 0
    low: pd.DataFrame = given.active.iloc[places[is_active]].reset_index(drop=True)
    return low.assign(since=begins[found][is_active], is_slump=is_slump[found][is_active])


def _settled(given: Supply) -> pd.DataFrame:
    """Return the posts that are old enough to be compared."""
    posts = given.posts.dropna(subset="posted_at")
    is_settled = posts["posted_at"] <= given.moment - pd.Timedelta(days=_SETTLED_DAYS)
    return posts[is_settled.to_numpy(bool)]


def _levels(given: Supply, *, with_lost: bool = False) -> _Levels:
    """Return the logs of the posts' views against those of other creators' posts of their age.

    With lost views, each is taken as the creator's lowest level as a last post, and as the highest
    one as an earlier post.
    """
    posts = _settled(given)
    posts = posts if with_lost else posts.dropna(subset="view_count")
    posts = posts.sort_values(["creator_id", "posted_at"])
    age = np.array((given.moment - posts["posted_at"]).dt.total_seconds(), np.float64) / _DAY_S
    logs = np.log1p(np.array(values_of(posts["view_count"]), np.float64))
    owners = posts["creator_id"].to_numpy(object)
    frame = pd.DataFrame({"owner": owners, "level": logs, "age": np.floor(np.log2(age))})
    frame["level"] -= frame.groupby("owner")["level"].transform("median")
    frame["level"] -= frame.groupby("age")["level"].transform("median")
    day = given.today - age.astype(np.int64)
    groups = frame.groupby("owner")["level"]
    # A creator without any known views has no levels, and may be in a slump.
    lowest = frame["level"].fillna(groups.transform("min")).fillna(_NO_VIEWS)
    highest = frame["level"].fillna(groups.transform("max")).fillna(0.0)
    return _Levels(owners, day, lowest.to_numpy(), highest.to_numpy())


def _slump_states(posts: _Levels, today: int) -> tuple[Floats, Floats, Bools]:
    """Return whether a creator is in a slump after each post, since when, and if a post ends none.

    Few posts show a deep slump soon, and more of them a shallow one.
    """
    # Noise is that of known levels: guesses would make it look larger.
    is_known = posts.levels == posts.highest
    known = np.where(is_known, posts.levels, 0.0)
    frame = pd.DataFrame({"owner": posts.owners, "level": posts.levels, "high": posts.highest})
    frame = frame.assign(count=is_known.astype(np.float64), known=known, square=known**2)
    groups = frame.groupby("owner", sort=False)
    place = groups.cumcount().to_numpy()
    sums, highs, counts, knowns, squares = (
        groups[name].cumsum().to_numpy() for name in ("level", "high", "count", "known", "square")
    )
    trials = len(_SLUMP_POSTS) * float((posts.days > today - MONTH_DAYS).sum())
    limit = -NormalDist().inv_cdf(rare(trials, _SLUMPS_A_MONTH))
    begins, ends, is_low = np.zeros(len(sums), np.bool_), place == 0, np.zeros(len(sums), np.bool_)
    for size in _SLUMP_POSTS:
        earlier = place + 1 - size
        is_enough = earlier >= _EARLIER_POSTS
        at = np.maximum(np.arange(len(sums)) - size, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            before = highs[at] / earlier
            change = (sums - sums[at]) / size - before
            variance = (squares[at] - knowns[at] ** 2 / counts[at]) / (counts[at] - 1)
        noise = variance[is_enough & np.isfinite(variance)]
        pooled = float(np.median(noise)) if len(noise) else 1.0
        error = np.sqrt(max(pooled, _LEAST_NOISE) * (1 / size + 1 / np.maximum(earlier, 1)))
        begins |= is_enough & (change <= _SLUMP) & (-change > limit * error)
        if size == _ENDING_POSTS:
            ends |= is_enough & (change > _SLUMP_ENDS)
            is_low = is_enough & (change <= _SLUMP_ENDS)
    state = latched(begins, ends & ~begins)
    # Of a series that goes over all creators, each one's first post ends what the last one had.
    changed = np.flatnonzero(np.diff(state, prepend=np.nan) != 0)
    start = changed[np.searchsorted(changed, np.arange(len(state)), "right") - 1]
    return state, posts.days[start].astype(np.float64), is_low
