"""Evidence that a post's views are unlike those of its creator's and the program's other posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Floats
from trackagoat_pandas.errors import ArgumentError
from trackagoat_pandas.helpers.clocks import InstantLike, hours_as_spans
from trackagoat_pandas.helpers.columns import (
    STRING,
    categories,
    floats,
    integers,
    is_among,
    text,
    values_of,
)
from trackagoat_pandas.helpers.counted import as_kept, comments_once
from trackagoat_pandas.helpers.facts import derived, moment_loaded, zone_of
from trackagoat_pandas.helpers.intervals import MAD_TO_DEVIATION
from trackagoat_pandas.helpers.records import Record, with_record
from trackagoat_pandas.helpers.videos.ages import counts_by_age
from trackagoat_pandas.helpers.videos.outliers import read_posts_once
from trackagoat_pandas.helpers.videos.windows import (
    times_as_fast,
    window_starts,
    without_pauses,
    without_slips,
)
from trackagoat_pandas.inputs.checks import (
    check_bool,
    frame_facts,
    given_ids,
    require_columns,
)

GRADES: Final = ("none", "weak", "strong")
BASES: Final = ("counts", "snapshots")
REASONS: Final = ("views_unknown", "few_posts", "few_engagements")
_KINDS: Final = ("like_count", "comment_count", "share_count", "save_count")
_ENGAGED: Final = ("like_count", "share_count", "save_count")
"""Comments are left out where gains are compared: they can be switched off at any time."""
_WINDOWS_H: Final = (24.0, 120.0)
"""Whole days, in which the rhythm of the audience cancels out: one, and five."""
_SETTLED_H: Final = 12.0
"""Before this age a post has no usual rate of its own."""
_ENOUGH: Final = 10.0
"""Engagements before a window, and those that its views should have brought."""
_SURE: Final = 3.0
"""The smallest shortfall of engagement that is evidence, in standard errors."""
_WEAK, _STRONG = 1 / 3, 0.15
"""The most that is left of the usual engagement."""
_STRANGERS, _UNLIKE_STRANGERS = 0.5, 1.645
"""Late waves and advertisements bring strangers, who engage about half as much. Their engagement
differs from post to post like that of others, so that evidence lies these many spreads below."""
_MUCH: Final = 0.1
"""A grade needs as large a share of all views without engagement; a strong one twice that."""
_LOST: Final = 0.1
"""Counts that fall by this share of all views were taken back, or corrected, by the platform."""
_USUAL_ERROR, _MANY = 0.1, 20
"""How far a rate varies from day to day, where fewer posts than this could say it."""
_OF_A_KIND: Final = 0.25
"""How far the rate of one kind of engagement varies from post to post, in logs. Counts vary by
chance, too, so that rates of a few are worth less, and may be farther off."""
_LEAST_SPREAD: Final = 0.1
_FEWEST: Final = 5
_FAR: Final = 3.0
"""Spreads below the creator's usual rate, from which counts alone are evidence."""
_ALIKE, _FEWEST_COMMENTS = 0.5, 10
_FEWEST_CALLS: Final = 10
_LATE_H, _FASTER = 72.0, 3.0


@derived("videos")
def view_quality(
    videos: pd.DataFrame,
    analytics: pd.DataFrame | None = None,
    *,
    history: pd.DataFrame | None = None,
    comments: pd.DataFrame | None = None,
    boosted: Any = None,
    backtest: bool = False,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Collect evidence that a post's views are unlike those of the creator's other posts.

    It is evidence and never a verdict: counts can't say why views came without engagement, nor who
    caused it. Each flag has the numbers that it rests on, and the innocent explanations that were
    tried; somebody else's doing is one that counts can never rule out.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics, and
        posts of no creator, are left out. A post that several projects track is listed once,
        and its creators are compared as one.
    analytics : DataFrame, optional
        Daily new views, likes, shares and saves of the posts, as ``load_analytics("video", ...)``
        has them.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos")`` has them; used rather than
        `analytics`.
    comments : DataFrame, optional
        The comments of the posts, with ``video_id`` and ``text``, such as :func:`load_comments`
        returns.
    boosted : list of str or DataFrame, optional
        The posts that you know to be advertised (as Spark Ads): a frame of videos, or their ids, as
        `videos` has them.
    backtest : bool, default False
        Whether to say how often posts in `boosted` would have had the grade none, if it weren't
        known of them.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days of `analytics`; by default the organization's, from
        the frames.

    Returns
    -------
    pandas.DataFrame
        One row for each post, the highest score first, and those without one last:
        ``tiktok_handle`` where a frame knows it, ``title``, ``view_count`` (Int64, now), ``score``
        (Float64, 0 to 1: the share of the views that came without the usual engagement, times how
        much of it is missing), ``grade`` (category: none, weak, strong), ``basis`` (category:
        ``snapshots`` where the gain between two of them could be judged, else ``counts``),
        ``evidence`` and ``innocent`` (str, a line each; NA without evidence), ``window_start``,
        ``window_end`` (datetime64[us, UTC]: between which moments views came with the least
        engagement), ``gained_views`` and ``gained_engagements`` (Int64, between them: likes,
        shares and saves), ``usual_engagements`` (Float64, what as many views brought before),
        ``reason`` (category, why the score is NA: views_unknown, few_posts of the creator, that is
        fewer than 5, or few_engagements), ``posted_at``, ``creator_id``, ``id`` and ``url``.

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
    plots.view_quality : Draw the posts with evidence.
    find_outliers : Find posts that stand out.
    widgets.VideoBoard : Click through videos.

    Notes
    -----
    With snapshots, what a post gained in a day or in five days is compared with its own engagement
    before, and with how that changes on the program's other posts. The grade is weak where a third
    or less of the usual engagement is left and a tenth of all views came so, or where a tenth of
    the views were taken back. It is strong where 15 % or less is left, of a fifth of all views.
    Late waves and advertisements bring strangers, who engage about half as much, more on some posts
    and less on others. A grade needs less engagement than 19 of 20 such posts have, by how much
    engagement rates differ between the program's posts. A gap between snapshots changes nothing,
    as views and likes catch up together.

    From counts alone a post is compared with its creator's other posts, with less engagement
    expected of a wide reach; the grade is weak at most, from three spreads below.

    Comments are left out of the engagement that is gained, as they can be switched off. Comments
    that are alike are mentioned but not graded, since a giveaway asks for them. At which hours
    views come isn't judged: snapshots are too far apart.

    In simulated worlds with snapshots every six hours, posts with views of another source, 0.4 to
    2 times their own, have a higher score than others in 0.99 of all pairs, be it that these views
    come at once or over five days, without engagement or with 30 % of the usual. From counts alone
    it is 0.99, 0.97 and 0.76 of pairs where there are 6, 2 or 0.5 times as many as own ones. Of
    ordinary posts 0.1 % have a grade above none.

    Measured on 27 simulated programs with seven families of curves, none used for any choice, whose
    late waves and advertised posts had half the usual engagement, give or take 20 to 50 %: with
    snapshots, 1 % of the advertised posts and 4 % of the late waves have a grade above none (6 % of
    both where their engagement differs by 50 %), from counts alone 2 and 3 %. Views without
    engagement that come at once have one in 0.97 of posts, and in 0.88 where they come over days.
    Views that come with 30 % of the usual engagement have one in only 0.03, since strangers may
    engage that little; by score they still are above others in 0.93 of pairs.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> views, likes = [1_000, 1_500, 9_000], [100, 150, 160]
    >>> post = {"id": "a", "creator_id": "ann", "posted_at": "2026-06-01T12:00Z",
    ...         "tracking_status": "included", "comment_count": 9, "share_count": 0}
    >>> videos = pd.DataFrame([{**post, "view_count": 9_000, "like_count": 160}])
    >>> history = pd.DataFrame({"id": "a", "view_count": views, "like_count": likes,
    ...     "share_count": 0, "observed_at": pd.date_range("2026-06-02T12:00Z", periods=3)})
    >>> found = tgp.view_quality(videos, history=history, now="2026-06-04T12:00Z")
    >>> names = ["grade", "gained_views", "gained_engagements", "usual_engagements"]
    >>> print(found[names].to_string(index=False))
     grade  gained_views  gained_engagements  usual_engagements
    strong          7500                  10              750.0
    """
    check_bool("backtest", backtest)
    moment = moment_loaded(now, videos)
    names = ["view_count", "like_count", *(each for each in _KINDS[1:] if each in videos.columns)]
    posts, note_on_rows = read_posts_once(videos, names, moment, history, analytics)
    counts = ["view_count", *_KINDS]
    posts = posts.reindex(columns=list(dict.fromkeys([*posts.columns, *counts])))
    zone = zone_of(timezone, [] if analytics is None else [videos, analytics])
    seen = counts_by_age(
        posts, read_at=moment, names=counts, history=history, analytics=analytics, zone=zone
    )
    seen = without_slips(seen)
    is_boosted = np.zeros(len(posts), np.bool_)
    if boosted is not None:
        boosted_ids = as_kept(_known_ids(boosted, videos), videos, posts["id"])
        is_boosted = posts["id"].isin(boosted_ids).to_numpy()
    if comments is not None:
        require_columns(comments, ["video_id", "text"], loader="load_comments")
        comments = comments.assign(video_id=as_kept(comments["video_id"], videos, posts["id"]))
    standing, spread = _standing(posts)
    found = (
        _windows(seen, len(posts), spread)
        .join(standing)
        .assign(lost=_lost(seen, len(posts)), alike=_alike(posts["id"], comments))
    )
    blind = _grade(found, np.zeros(len(posts), np.bool_))
    graded = _grade(found, is_boosted)
    table = posts[["id", "creator_id", "posted_at", "view_count", "title", "url"]].join(graded)
    table = _with_texts(table, found, posts, is_boosted if boosted is not None else None)
    note = ". ".join(filter(None, [_basis_note(seen, analytics, history), note_on_rows]))
    table.attrs["trackagoat"] = {**frame_facts(table), **({"note": note} if note else {})}
    if backtest:
        with_record(table, _record(blind["grade"], is_boosted), note=note)
    ranked = table.sort_values("score", ascending=False, kind="stable", na_position="last")
    return ranked.reset_index(drop=True)


_TRIED: Final = (
    "Of {calls} posts in `boosted`, judged as if that weren't known, {held} had the grade none"
)
_COUNTS_ONLY: Final = "Counts alone are compared, which say less than gains: {}"
_NO_GAINS: Final = "give `analytics` or `history`, with views, likes, shares and saves"
_NO_LIKES: Final = "`{}` has no likes, shares or saves"


def _known_ids(boosted: object, videos: pd.DataFrame) -> pd.Series:
    """Return the ids of posts that are known to be advertised.

    What isn't the id of a post is refused: it may be an address or TikTok's own id, and its post
    would be said not to be advertised. A frame may have posts of other projects.
    """
    known = text(pd.Series([*given_ids("boosted", boosted, "video")], dtype=object))
    strange = known[~is_among(known, text(videos["id"]))]
    if len(strange) and not isinstance(boosted, pd.DataFrame):
        raise ArgumentError(
            "boosted", strange.iloc[0], "give ids of posts, as the column `id` of `videos` has them"
        )
    return known


def _basis_note(seen: pd.DataFrame, analytics: object, history: object) -> str:
    """Say why no gain could be judged; empty if one could."""
    if analytics is None and history is None:
        return _COUNTS_ONLY.format(_NO_GAINS)
    if (seen[[*_ENGAGED]].notna().mean() > 0.5).any():
        return ""
    return _COUNTS_ONLY.format(_NO_LIKES.format("analytics" if history is None else "history"))


def _windows(seen: pd.DataFrame, size: int, spread_of_posts: float) -> pd.DataFrame:
    """Find between which moments each post's views came with the least engagement.

    One row for each post, with NaN where no window could be judged: ``start_h``, ``end_h`` (ages),
    ``gained``, ``engaged``, ``usual`` (engagements), ``left`` (of the usual engagement), ``share``
    (of all views that came without it), ``faster`` (than the day before), ``is_low`` (below what
    strangers explain, where the logs of engagement rates differ by a spread from post to post) and
    ``window_score``.
    """
    # A kind of engagement that only some moments have would seem to come or go.
    kinds = [name for name in _ENGAGED if seen[name].notna().mean() > 0.5]
    known = without_pauses(seen[["post", "age_h", "view_count", *kinds]].dropna())
    age, views = known["age_h"].to_numpy(), known["view_count"].to_numpy()
    engaged = known[kinds].sum(axis=1).to_numpy() if kinds else np.zeros(len(known))
    parts = []
    for hours in _WINDOWS_H:
        starts = window_starts(known, hours)
        rows = np.flatnonzero((starts >= 0) & (age[starts] >= _SETTLED_H) & (views[starts] > 0))
        first = starts[rows]
        part = pd.DataFrame(
            {
                "post": known["post"].to_numpy()[rows],
                "start_h": age[first],
                "end_h": age[rows],
                "gained": views[rows] - views[first],
                "engaged": engaged[rows] - engaged[first],
                "before": engaged[first],
                "usual": (views[rows] - views[first]) * engaged[first] / views[first],
                "all": views[rows],
                "faster": np.where(age >= _LATE_H, times_as_fast(known, starts), np.nan)[rows],
            }
        )
        part = part[(part["before"] >= _ENOUGH) & (part["usual"] >= _ENOUGH)]
        left = (part["engaged"].clip(lower=0.0) + 0.5) / part["usual"]
        # Late views may engage less on all posts of a program, and differently from day to day.
        typical, spread = 1.0, _USUAL_ERROR
        if part["post"].nunique() >= _MANY:
            typical = left.median()
            spread = MAD_TO_DEVIATION * np.log(left / typical).abs().median()
        part["left"] = (left / typical).clip(upper=1.0)
        error = np.sqrt(1.0 / part["before"] + 1.0 / part["usual"] + spread**2)
        part["is_sure"] = np.log(part["left"]) <= -_SURE * error
        unlike = np.sqrt(error**2 + max(spread_of_posts, _OF_A_KIND) ** 2)
        part["is_low"] = np.log(part["left"] / _STRANGERS) <= -_UNLIKE_STRANGERS * unlike
        parts.append(part)
    windows = pd.concat(parts, ignore_index=True)
    windows["share"] = windows["gained"] * (1.0 - windows["left"]) / windows["all"]
    windows["window_score"] = windows["share"] * (1.0 - windows["left"]) * windows["is_sure"]
    best = windows.sort_values("window_score", kind="stable").groupby("post").last()
    return best.drop(columns=["before", "all"]).reindex(range(size))


def _lost(seen: pd.DataFrame, size: int) -> Floats:
    """Return which share of its views each post lost, and hasn't got again."""
    views = seen["view_count"].groupby(seen["post"])
    return (1.0 - views.last() / views.max()).reindex(range(size)).to_numpy()


def _standing(posts: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Compare each post's engagement with its creator's other posts, and return their spread.

    ``rate`` is its share of the usual engagement, ``below`` how many of the program's spreads it
    lies below that, and ``posts`` the number of the creator's posts.
    """
    views = values_of(posts["view_count"])
    views = np.where(views > 0, views, np.nan)
    owners = posts["account"]
    number = pd.Series(views).groupby(owners).transform("count").to_numpy()
    total, weights = np.zeros(len(posts)), np.zeros(len(posts))
    for name in _KINDS:
        # Comments, shares or saves of which there are none may be switched off.
        count = np.maximum(values_of(posts[name]), 0.0)
        # A half more, since none has no logarithm.
        count = count + 0.5 if name == "like_count" else np.where(count > 0, count, np.nan)
        rate = pd.Series(np.log(count / views))
        typical = rate.groupby(owners).transform("median").to_numpy()
        expected = np.exp(typical) * views
        # The inverse of its variance, where a large count would have 1.
        weight = np.nan_to_num(expected / (expected + 1.0 / _OF_A_KIND**2)) * rate.notna()
        total += np.nan_to_num(weight * (rate - typical))
        weights += weight
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.where((weights > 0) & (number >= _FEWEST), total / weights, np.nan)
    reach = np.log(views) - pd.Series(np.log(views)).groupby(owners).transform("median").to_numpy()
    away = away - _slope(reach, away) * reach
    away = away - np.nanmedian(away) if np.isfinite(away).any() else away
    spread = MAD_TO_DEVIATION * np.nanmedian(np.abs(away)) if np.isfinite(away).any() else np.nan
    usual = np.median(weights[weights > 0]) if (weights > 0).any() else 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        by_chance = _OF_A_KIND**2 * (1.0 / weights - 1.0 / usual)
    below = -away / np.sqrt(max(spread, _LEAST_SPREAD) ** 2 + np.maximum(by_chance, 0.0))
    standing = pd.DataFrame({"rate": np.exp(away), "below": below, "posts": number})
    return standing, float(np.nan_to_num(spread))


def _slope(reach: Floats, away: Floats) -> float:
    """Return how much engagement falls as reach grows, in logs; 0 where it doesn't.

    It is the line with the least absolute deviations, so that a few posts don't decide it, found by
    weighted least squares (Schlossmacher 1973).
    """
    is_known = np.isfinite(reach) & np.isfinite(away)
    if is_known.sum() < 50:
        return 0.0
    x, y = reach[is_known], away[is_known]
    slope, level = 0.0, 0.0
    for _ in range(20):
        weight = 1.0 / np.maximum(np.abs(y - level - slope * x), 1e-3)
        middle_x, middle_y = np.average(x, weights=weight), np.average(y, weights=weight)
        spread = np.sum(weight * (x - middle_x) ** 2)
        slope = np.sum(weight * (x - middle_x) * (y - middle_y)) / spread if spread > 0 else 0.0
        level = middle_y - slope * middle_x
    return float(np.clip(slope, -0.5, 0.0))


def _alike(ids: pd.Series, comments: pd.DataFrame | None) -> Floats:
    """Return which share of each post's comments say the same as another one of them."""
    if comments is None:
        return np.full(len(ids), np.nan)
    comments = comments_once(comments, ["video_id"])
    said = pd.DataFrame({"id": text(comments["video_id"]), "said": text(comments["text"])})
    said["said"] = said["said"].str.casefold().str.replace(r"\W+", " ", regex=True).str.strip()
    said = said.dropna()
    said["is_alike"] = said.duplicated(["id", "said"], keep=False)
    groups = said.groupby("id")["is_alike"]
    share = groups.mean()[groups.size() >= _FEWEST_COMMENTS]
    return share.reindex(ids).to_numpy()


def _grade(found: pd.DataFrame, is_boosted: Bools) -> pd.DataFrame:
    """Score and grade posts, and say on which basis; of advertised ones engagement says nothing."""
    is_followed = found["window_score"].notna().to_numpy()
    left, share, below = (found[name].to_numpy() for name in ("left", "share", "below"))
    sure = is_followed & (found["window_score"].to_numpy() > 0) & ~is_boosted
    lacking = np.fmax(1.0 - found["rate"].to_numpy(), 0.0)
    # Small differences are the rule: what counts alone say is worth more the rarer it is.
    by_counts = lacking * np.clip(below / _FAR, 0.0, 1.0) ** 2 * ~is_boosted
    lost = np.nan_to_num(found["lost"].to_numpy())
    lost = np.where(lost >= _LOST, lost, 0.0)
    part = np.where(is_followed, np.where(sure, found["window_score"], 0.0), by_counts)
    score = 1.0 - (1.0 - part) * (1.0 - lost)
    is_low = sure & found["is_low"].eq(other=True).to_numpy(bool)
    is_weak = (is_low & (left <= _WEAK) & (share >= _MUCH)) | (lost > 0)
    is_weak |= ~is_followed & (below >= _FAR) & (lacking >= 0.5) & ~is_boosted
    is_strong = is_low & (left <= _STRONG) & (share >= 2 * _MUCH)
    reasons = np.select(
        [~np.isnan(score), found["posts"] == 0, found["posts"] < _FEWEST],
        ["", REASONS[0], REASONS[1]],
        default=REASONS[2],
    )
    grades = np.where(is_strong, "strong", np.where(is_weak, "weak", "none"))
    return pd.DataFrame(
        {
            "score": floats(score),
            "grade": categories(pd.Series(grades).mask(np.isnan(score)), GRADES, ordered=True),
            "basis": categories(pd.Series(np.where(is_followed, "snapshots", "counts")), BASES),
            "reason": categories(pd.Series(reasons, dtype=object), REASONS),
        }
    )


def _with_texts(
    table: pd.DataFrame, found: pd.DataFrame, posts: pd.DataFrame, is_boosted: Bools | None
) -> pd.DataFrame:
    """Add the windows, and write what the evidence is and which explanations were tried."""
    posted = posts["posted_at"]
    is_window = (found["window_score"] > 0).to_numpy()
    for name, age in (("window_start", "start_h"), ("window_end", "end_h")):
        at = posted + hours_as_spans(found[age].where(is_window).to_numpy())
        table[name] = at.dt.round("s").dt.as_unit("us")  # ages are fractions of hours
    for name, count in (("gained_views", "gained"), ("gained_engagements", "engaged")):
        table[name] = integers(found[count].where(is_window).to_numpy())
    table["usual_engagements"] = floats(found["usual"].where(is_window).to_numpy())
    rows = table.join(found[["left", "faster", "rate", "below", "lost", "alike"]])
    rows["has_comments"] = values_of(posts["comment_count"]) > 0
    rows["is_window"], rows["is_boosted"] = is_window, pd.Series(is_boosted, dtype=object)
    is_lost, is_alike = rows["lost"] >= _LOST, rows["alike"] >= _ALIKE
    is_below = (rows["basis"] == "counts") & (rows["below"] >= _FAR)
    rows = rows[is_window | is_lost | is_alike | is_below]
    texts = [
        ("\n".join(_evidence(row)), "\n".join(_innocent(row))) for row in rows.to_dict("records")
    ]
    said = pd.DataFrame(texts, rows.index, columns=["evidence", "innocent"], dtype=STRING)
    return table.join(said)


def _evidence(row: Mapping[Any, Any]) -> Iterable[str]:
    """Yield the evidence that a post's views are unlike others, with its numbers."""
    if row["is_window"]:
        start, end = (
            row[name].strftime("%d %b %H:%M").lstrip("0") for name in ("window_start", "window_end")
        )
        yield (
            f"{start} to {end} UTC: {row['gained_views']:,} views came with "
            f"{row['gained_engagements']:,} likes, shares and saves; as many views brought "
            f"{row['usual_engagements']:,.0f} before"
        )
        if _FASTER <= row["faster"] < np.inf:
            yield f"They came {row['faster']:,.0f} times as fast as the views before them"
    elif row["basis"] == "counts" and row["below"] >= _FAR:
        yield (
            f"{100 * row['rate']:.0f} % of the creator's usual engagement by views, "
            f"{row['below']:.1f} spreads below"
        )
    if row["lost"] >= _LOST:
        yield f"{100 * row['lost']:.0f} % of the views were taken back, or corrected"
    if row["alike"] >= _ALIKE:
        yield f"{100 * row['alike']:.0f} % of the comments say the same as another one"


def _innocent(row: Mapping[Any, Any]) -> Iterable[str]:
    """Yield the innocent explanations that were tried, and what speaks for or against each."""
    if pd.isna(row["is_boosted"]):
        yield "Advertised: not known; give the ids of advertised posts as `boosted`"
    else:
        said = "yes, which explains few likes" if row["is_boosted"] else "not by your list"
        yield f"Advertised: {said}"
    if row["is_window"]:
        yield (
            "Late wave: strangers engage about half as much as followers; here "
            f"{100 * row['left']:.0f} % of the engagement is left"
        )
        hours = (row["window_end"] - row["window_start"]).total_seconds() / 3_600
        yield f"Gap between readings: these {hours:,.0f} hours; likes would catch up with views"
    comments = "aren't counted in it" if row["has_comments"] else "there are none, and none counted"
    yield f"Comments switched off: comments {comments}"
    yield "Somebody else's doing: can't be ruled out by counts"


def _record(grades: pd.Series, is_boosted: Bools) -> Record:
    """Say how many posts that are known to be advertised would have had the grade none."""
    known = grades[is_boosted].dropna()
    if len(known) < _FEWEST_CALLS:
        reason = f"fewer than {_FEWEST_CALLS} posts are known to be innocent; give `boosted`"
        return Record(0, 0, reason)
    return Record(len(known), int((known == "none").sum()), said=_TRIED)
