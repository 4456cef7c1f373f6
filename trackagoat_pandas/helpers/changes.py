"""Who and which posts moved a total between two periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DatesLike, Days, Floats, Granularity, Metric
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import (
    ArgumentError,
    IncompleteFrameWarning,
    MissingArgumentError,
    NoDataWarning,
    listing,
)
from trackagoat_pandas.helpers.beginnings import last_start
from trackagoat_pandas.helpers.clocks import ONE_DAY, days_shown
from trackagoat_pandas.helpers.columns import (
    STRING,
    categories,
    codes_of,
    day_numbers,
    days_of,
    flags_of,
    floats,
    instants_of,
    integers,
    is_among,
    is_word,
    numbered,
    take,
    text,
    values_of,
)
from trackagoat_pandas.helpers.comparison import difference_text, is_enough
from trackagoat_pandas.helpers.counted import (
    ON_TIKTOK,
    is_counted,
    posts_once,
    shared_accounts_note,
    warn_of_unknown,
)
from trackagoat_pandas.helpers.cuts import cut_among, cuts_of
from trackagoat_pandas.helpers.facts import derived, known_zone, server_now, zone_of
from trackagoat_pandas.helpers.labels import with_known_names
from trackagoat_pandas.helpers.loads import latest_days, latest_of
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.helpers.series import (
    ROW,
    bucket_start,
    buckets_between,
    granularity_of,
    next_bucket,
)
from trackagoat_pandas.inputs.checks import check_choice, check_int, frame_params, require_columns
from trackagoat_pandas.inputs.dates import DateRange, is_relative, parse_day
from trackagoat_pandas.tables.analytics import RAW_METRICS

PRIOR = "prior_period"
LEVELS = ("creator", "post", "other")
OTHER_POSTS = "other posts"
ALL_POSTS = "all posts"
NO_SERIES = "in no creator's series"
_NAMED_CREATORS = 3
"""So many creators are named in a note."""
_ENTITIES = ("creator", "video", "project")
_ENDS = ("before", "after")
_POST = ["id", "creator_id", "tracking_status", "posted_at"]


@derived("analytics", "videos")
def explain_change(
    analytics: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    *,
    dates: DatesLike | None = None,
    compare: DatesLike = PRIOR,
    metric: Metric = "views",
    creators: pd.DataFrame | None = None,
    n: int | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Explain how a total changed between two periods, by creator and by post.

    Parameters
    ----------
    analytics : DataFrame
        The frame of :func:`load_analytics` for creators, with new counts (``mode="new"``); for
        posts those of videos as well, and for the project's own total that of the project, joined
        by :func:`combine_loads`. Weeks and months are fine where the periods are whole weeks or
        months. A frame that was loaded with ``compare=`` has both periods.
    videos : DataFrame, optional
        The frame of :func:`load_videos`, which says whose post each video is. Required if
        `analytics` has rows of videos, of which it must have each; with `creators`, pass all.
        Posts that don't count (``pending_review``, or tracking is disabled) are not listed. A post
        that several projects track counts once in sums of posts. The series of its creators count
        it in each project, and the note says for how many accounts.
    dates : str, tuple or DateRange, optional
        The period to explain, as loaders take it; by default all days of `analytics`, without
        those of a prior period.
    compare : str, tuple or DateRange, default 'prior_period'
        The period before, or ``"prior_period"`` for as many days (weeks, months) right before
        `dates`. A period of another length changes a total, too.
    metric : str, default 'views'
        A count: ``"views"``, ``"likes"``, ``"comments"``, ``"shares"``, ``"saves"``,
        ``"followers"`` or ``"posts"``.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for handles and to know who was removed; by default
        the labels in `analytics`, else the handles in the addresses of `videos`.
    n : int, optional
        The most posts to list of each creator, those that moved most; None lists all.
    timezone : str, optional
        The organization's time zone, for dates relative to today; by default that of the frames.

    Returns
    -------
    pandas.DataFrame
        For each creator a row, then its posts, then its other posts: ``tiktok_handle``,
        ``video_title`` (``all posts`` for a creator where posts are listed, ``other posts`` for
        what these don't explain), ``before`` and ``after`` (the sums over both
        periods), ``change`` (Int64; Float64 if a value has a fraction), ``share_pct`` (Float64:
        the change in percent of the total's; NA if that is 0 or unknown), ``after_pct`` (Float64:
        ``after`` in percent of its total), ``level`` (category: ``creator``, ``post``, ``other``),
        ``is_partial`` (boolean: a day was not over when loaded), ``creator_id`` and ``video_id``.
        The frame's attributes name both periods. Posts that had nothing in either are left out.

        The rows of creators add up to the total, and so do all the others: what the listed posts
        don't explain (posts beyond `n`, posts that were deleted or not loaded or whose days are
        missing) is in ``other posts``. That is negative where posts gained more than the series of
        their creator, as do those of one that is disabled; the note in the provenance says where.
        Without rows of videos there are only creators. A creator without a series of its own, such
        as one that was removed, has the sum of its posts. Posts without a creator, which were added
        by URL, have no handle. Where `analytics` has a series of the project, the total is that of
        the project, and what isn't in the series of a creator has a row of its own, titled
        ``in no creator's series``. Those who moved the total most, up or down, come first, and of
        each creator the posts that did. Days before a creator's first data add nothing to a sum;
        the note in the provenance says for how many.

    Raises
    ------
    MissingColumnError
        A column is missing.
    ArgumentError
        The frame doesn't cover a period, a period has parts of weeks or months, the metric isn't a
        count or isn't in the frame, or videos are needed and not given.

    Warns
    -----
    IncompleteFrameWarning
        A frame is incomplete or cut; `videos` only where those that were cut out are needed.
    NoDataWarning
        Days of a creator are missing, so that its change and that of the total are NA. Or less than
        three quarters of a period have any data, so that nothing is compared and all is NA.
    ContractWarning
        The tracking status of posts is an unknown word or missing, so that it isn't known whether
        they count; they are not listed.

    See Also
    --------
    plots.waterfall : Draw what moved the total.
    summarize_analytics : Sum series by entity or day.
    load_analytics : Load time series.

    Notes
    -----
    Creators and projects are the sums of the posts that count when the series are loaded, for all
    days: once a post is disabled, its earlier days are gone from them as well. `videos` says which
    posts count now, not on which days they did, so a series that was loaded earlier may still have
    them. What posts that don't count gained is in no row; the note says how much. The API has no
    series of a creator who was removed, but the project's has their posts: with `creators`, the
    note says which of these posts have no rows in `analytics`. ``"posts"`` of those are counted
    from `videos`.

    Examples
    --------
    How much of the views of late May is one video?

    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     creators = tgp.load_creators("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    ...     dates = "2026-05-12..2026-05-31"
    ...     views = tgp.combine_loads(
    ...         tgp.load_analytics("creator", creators, "views", dates=dates),
    ...         tgp.load_analytics("video", videos, "views", dates=dates))
    >>> spike = tgp.explain_change(views, videos, dates="2026-05-22..2026-05-31", n=1)
    >>> columns = ["level", "before", "after", "after_pct"]
    >>> print(spike[columns].round(1).head(2).to_string(index=False))
      level  before    after  after_pct
    creator  308188 11853785       93.0
       post       0 11695585       91.8
    """
    _check_arguments(analytics, metric, n, creators)
    frames = [analytics, videos, creators]
    # A frame of several metrics has many times the rows of one, of which all else is made.
    of_metric = _posts_once_in(analytics[is_word(analytics["metric"], metric)], videos)
    rows, step = _rows_of(of_metric, analytics, metric), granularity_of(analytics)
    zone = zone_of(timezone, frames) or "UTC"
    series = _with_owners(rows, videos, zone)
    _warn_of_cut(videos, creators, series)
    series = _with_starts(series, rows, last_start(analytics))
    spans = _spans(analytics, rows, step)
    if dates is None and spans[0].first > spans[0].last:
        raise MissingArgumentError("dates", "analytics has no days of its own")
    now = (spans[0].first, spans[0].last) if dates is None else dates
    after = _period("dates", now, step, frames, timezone)
    if isinstance(compare, str) and compare == PRIOR:
        compare = _preceding(after, step)
    before = _period("compare", compare, step, frames, timezone)
    ends = {
        "after": _sums("dates", spans, after, step, series),
        "before": _sums("compare", spans, before, step, series),
    }
    partial = pd.concat([_within(rows, each) for each in (before, after)])
    partial = partial.loc[partial["is_partial"], "series"]
    moved = series.assign(**ends, partial=series.index.isin(partial))
    unseen = _of_removed(videos, creators, series, zone)
    # The days of posts are known without analytics, so those of creators without a series count
    # too.
    if metric == "posts":
        counted = _posts_counted(unseen, before, after)
        moved = pd.concat([moved, counted], ignore_index=True) if len(counted) else moved
        unseen = unseen.head(0)
    unlike = _unlike_text(rows, [before, after], step)
    lines = _checked_lines(moved, unlike, n)
    result = _finish_lines(lines, rows, creators, videos)
    notes = [
        _note_on_excess(result, metric),
        *_notes_on_others(moved, unseen, metric),
        "" if unlike else _note_on_starts(moved, before),
        difference_text(of_metric),
        shared_accounts_note(of_metric, videos),
    ]
    return _with_facts(result, metric, before, after, " ".join(filter(None, notes)))


def _check_arguments(
    analytics: pd.DataFrame, metric: object, n: object, creators: pd.DataFrame | None
) -> None:
    require_columns(analytics, ["entity", *ROW], loader="load_analytics")
    check_choice("metric", metric, RAW_METRICS)
    if n is not None:
        check_int("n", n, minimum=0)
    if frame_params(analytics).get("mode", "new") != "new":
        raise ArgumentError("analytics", frame_params(analytics)["mode"], "load it with mode='new'")
    if creators is not None:
        require_columns(creators, ["id", "tiktok_handle"], loader="load_creators")


def _with_facts(
    result: pd.DataFrame, metric: str, before: DateRange, after: DateRange, note: str
) -> pd.DataFrame:
    """Add the metric, the periods and the note to a result's attributes."""
    periods = {**after.params, **{f"compared_{end}": day for end, day in before.params.items()}}
    facts = {"params": {"metric": metric, **periods}, **({"note": note} if note else {})}
    result.attrs = {"trackagoat": facts}
    return result


def _is_explained(analytics: pd.DataFrame) -> Bools:
    """Whether each row is of a creator, video or project, in a main or prior range."""
    kinds = codes_of(analytics["series_kind"], ["main", PRIOR])
    return (codes_of(analytics["entity"], _ENTITIES) >= 0) & (kinds >= 0)


def _rows_of(of_metric: pd.DataFrame, analytics: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return the rows of a metric of creators, videos and projects, in a main or prior range."""
    found = of_metric[_is_explained(of_metric)]
    if found.empty and len(analytics):
        there = analytics.loc[_is_explained(analytics), "metric"]
        has = listing(there.dropna().unique()) or "nothing"
        problem = f"analytics has no {metric} of creators or videos; it has {has} of them"
        raise ArgumentError("metric", metric, problem=problem)
    found = latest_days(found)  # a metric's own rows are a few of all
    labels = found["label"] if "label" in found else pd.Series(None, found.index, dtype=STRING)
    return pd.DataFrame(
        {
            "series": numbered(found, ["entity", "entity_id"]),
            "entity": np.array(_ENTITIES, object)[codes_of(found["entity"], _ENTITIES)],
            "id": text(found["entity_id"]),
            "label": text(labels),
            "date": days_of(found["date"]).astype("datetime64[us]"),
            "value": values_of(found["value"]),
            "is_partial": flags_of(found, "is_partial"),
            "is_prior": is_word(found["series_kind"], PRIOR),
        }
    )


def _with_owners(rows: pd.DataFrame, videos: pd.DataFrame | None, zone: str) -> pd.DataFrame:
    """Return each series by its number: whose it is, and the day on which a post was posted.

    ``counts`` says of posts whether they count; NA if that isn't known, or if no row of `videos`
    has them.
    """
    series = rows.drop_duplicates("series").set_index("series")[["entity", "id"]].sort_index()
    is_post = is_word(series["entity"], "video")
    if videos is None:
        if is_post.any():
            reason = "analytics has rows of videos, and load_videos says whose they are"
            raise MissingArgumentError("videos", reason)
        never = np.full(len(series), np.datetime64("NaT", "us"))
        counts = pd.Series(data=True, index=series.index, dtype="boolean")
        return series.assign(counts=counts, creator_id=series["id"], posted=never)
    known = _known_posts(videos, zone)
    places = np.where(is_post, pd.Index(known["id"]).get_indexer(series["id"]), -1)
    found = known.assign(counts=known["counts"].astype("boolean"))
    counts = pd.Series(take(found["counts"], places), series.index).mask(~is_post, other=True)
    asked = found[found["id"].isin(series["id"])]
    warn_of_unknown(asked, asked["counts"], "They are not listed.")
    owners = pd.Series(take(known["creator_id"], places)).fillna("").to_numpy(object)
    return series.assign(
        counts=counts,
        creator_id=np.where(is_post, owners, series["id"]),
        posted=take(known["posted"], places),
    )


def _posts_once_in(analytics: pd.DataFrame, videos: pd.DataFrame | None) -> pd.DataFrame:
    """Leave out series of posts that would count again in the sum of another creator's posts.

    A creator with a series of its own keeps all posts, which explain that series.
    """
    if videos is None or not {*_POST, ON_TIKTOK} <= {*videos.columns}:
        return analytics
    ids, is_post = text(analytics["entity_id"]), is_word(analytics["entity"], "video")
    known = latest_of(videos, ["id"])
    known = known[is_among(known["id"], ids[is_post])]
    with_series = ids[is_word(analytics["entity"], "creator")]
    has_series = is_among(known["creator_id"], with_series)
    counts = is_counted(known).fillna(value=False).to_numpy(np.int64)
    views = known["view_count"] if "view_count" in known.columns else 0
    rows = known.assign(view_count=views, place=np.arange(len(known)))
    kept = posts_once(rows, preferred=2 * counts + has_series)["place"].to_numpy()
    is_left_out = ~has_series
    is_left_out[kept] = False
    if not is_left_out.any():
        return analytics
    return analytics[~(is_post & is_among(ids, known["id"][is_left_out]))]


def _warn_of_cut(
    videos: pd.DataFrame | None, creators: pd.DataFrame | None, series: pd.DataFrame
) -> None:
    """Warn of a part of the videos where others are needed; those with rows are enough otherwise.

    With `creators` the posts of removed ones are looked for among all.
    """
    if videos is None:
        return
    posts = series.loc[is_word(series["entity"], "video"), "id"]
    cut = cut_among(cuts_of({"videos": videos}), ["videos"])
    if cut and (creators is not None or not posts.isin(text(videos["id"])).all()):
        warn(f"explain_change: {cut}", IncompleteFrameWarning)


def _known_posts(videos: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the posts by id: whose they are ("" without a creator), whether they count, when."""
    require_columns(videos, _POST, loader="load_videos")
    known = latest_of(videos.dropna(subset=["id"]), ["id"]).reset_index(drop=True)
    posted = days_shown(instants_of(known["posted_at"]), zone).astype("datetime64[us]")
    return pd.DataFrame(
        {
            "id": text(known["id"]),
            # Posts that were added by URL have no creator; no id is an empty text.
            "creator_id": text(known["creator_id"]).fillna(""),
            "tracking_status": known["tracking_status"],
            "counts": is_counted(known),
            "posted": posted,
        }
    )


def _of_removed(
    videos: pd.DataFrame | None, creators: pd.DataFrame | None, series: pd.DataFrame, zone: str
) -> pd.DataFrame:
    """Return the posts that count but whose creator isn't there any more, and that have no rows."""
    if videos is None or creators is None:
        return pd.DataFrame({"id": [], "creator_id": [], "posted": []}, dtype=object)
    posts = _known_posts(videos, zone)
    is_theirs = posts["creator_id"].isin(text(creators["id"]))
    is_theirs |= posts["creator_id"].isin(series.loc[is_word(series["entity"], "creator"), "id"])
    is_theirs |= posts["id"].isin(series.loc[is_word(series["entity"], "video"), "id"])
    return posts[posts["counts"].fillna(value=False) & ~is_theirs]


def _posts_counted(posts: pd.DataFrame, before: DateRange, after: DateRange) -> pd.DataFrame:
    """Count the posts of creators without a series by the days on which they were posted."""
    counted = {
        end: posts["posted"].between(days.start, days.stop, inclusive="left").astype(float)
        for end, days in zip(_ENDS, (before, after), strict=True)
    }
    sums = pd.DataFrame(counted).groupby(posts["creator_id"]).sum()
    made = sums[sums.ne(0).any(axis=1)].reset_index()
    counts = pd.Series(data=True, index=made.index, dtype="boolean")
    return made.assign(entity="creator", id=made["creator_id"], counts=counts, partial=False)


def _with_starts(series: pd.DataFrame, rows: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Let a series begin with its first value if all days before it are before the data.

    That they are is said by the frame's provenance, up to a day, ``limit``. A post that was added
    by URL has data from its first snapshot on, which may be days after it was posted.
    """
    dates = rows.groupby("series")["date"].min()
    first = rows.dropna(subset="value").groupby("series")["date"].min()
    is_late = (first > dates.reindex(first.index)) & (day_numbers(first) <= limit)
    starts = first[is_late].reindex(series.index).astype("datetime64[us]")
    return series.assign(posted=starts.fillna(series["posted"]))


def _unlike_text(rows: pd.DataFrame, periods: Sequence[DateRange], step: Granularity) -> str:
    """Say which period has too few days with data to be compared; "" if none has."""
    known = rows.dropna(subset="value")
    for days in periods:
        found, over = _within(known, days)["date"].nunique(), len(_buckets(days, step))
        if not is_enough(found, over):
            return (
                f"the periods aren't compared: only {found:,} of {over:,} {step}s of {days} have "
                "data, and three quarters are needed."
            )
    return ""


def _note_on_starts(moved: pd.DataFrame, before: DateRange) -> str:
    """Say how many creators had no data yet in a part of the period before."""
    is_late = ~is_word(moved["entity"], "video") & (moved["posted"] > before.start).to_numpy()
    count = int(is_late.sum())
    if not count:
        return ""
    return (
        f"{count:,} creator{'s' if count > 1 else ''} had no data in a part of {before}: what they "
        "gained since then is a change of the total."
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows, and the first and the last day that they cover."""

    rows: pd.DataFrame
    first: np.datetime64
    last: np.datetime64

    def covers(self, days: DateRange) -> bool:
        first, last = (np.datetime64(day, "D") for day in (days.first, days.last))
        return bool(self.first <= first and last <= self.last)


def _spans(analytics: pd.DataFrame, rows: pd.DataFrame, step: Granularity) -> list[_Span]:
    """Return the rows of the main range, of the prior range, and of days in either."""
    main, prior, asked = rows[~rows["is_prior"]], rows[rows["is_prior"]], frame_params(analytics)
    unknown: np.datetime64 = np.datetime64("NaT", "D")
    first, last = unknown, unknown
    if "from" in asked and "to" in asked:
        first, last = (np.datetime64(parse_day(asked[end], end), "D") for end in ("from", "to"))
    length = last - first + ONE_DAY
    spans = [_span(main, first, last, step), _span(prior, first - length, last - length, step)]
    if step == "day" and len(prior):
        joined = pd.concat([main, prior]).drop_duplicates(["series", "date"])
        spans.append(_span(joined, unknown, unknown, step))
    return spans


def _span(
    rows: pd.DataFrame, first: np.datetime64, last: np.datetime64, step: Granularity
) -> _Span:
    """Find the days that rows cover: those of their buckets that were also requested."""
    days = rows["date"].dropna().to_numpy("datetime64[D]")
    if not len(days):
        # Without rows, days that cover no period.
        return _Span(rows, np.datetime64("9999-12-31"), np.datetime64("0001-01-01"))
    stop = next_bucket(days.max(keepdims=True), step)[0]
    return _Span(rows, np.fmax(days.min(), first), np.fmin(stop - ONE_DAY, last))


def _period(
    argument: str,
    given: DatesLike,
    step: Granularity,
    frames: Sequence[pd.DataFrame | None],
    timezone: str | None,
) -> DateRange:
    """Read a period of whole days, weeks or months."""
    today = None
    if is_relative(given):
        today = server_now(frames).tz_convert(known_zone(timezone, frames)).date()
    days = DateRange.parse(given, today=today)
    first, stop = np.datetime64(days.first, "D"), np.datetime64(days.last, "D") + ONE_DAY
    if any(bucket_start(day, step) != day for day in (first, stop)):
        problem = f"{days} isn't whole {step}s, and the frame's buckets are {step}s"
        raise ArgumentError(argument, str(days), problem=problem)
    return days


def _buckets(days: DateRange, step: Granularity) -> Days:
    first, last = (np.datetime64(day, "D") for day in (days.first, days.last))
    return buckets_between(first, last, step)


def _preceding(days: DateRange, step: Granularity) -> DateRange:
    """Return as many buckets right before a period."""
    first = np.array([days.first], "datetime64[D]")
    begin = next_bucket(first, step, -len(_buckets(days, step)))
    return DateRange(begin[0], (first - ONE_DAY)[0])


def _sums(
    argument: str, spans: Sequence[_Span], days: DateRange, step: Granularity, series: pd.DataFrame
) -> Floats:
    """Sum each series over a period; NaN where a day is missing, except those before it begins."""
    source = next((span for span in spans if span.covers(days)), None)
    if source is None:
        # A third span joins the first two, so it has no days of its own.
        known = [f"{span.first}..{span.last}" for span in spans[:2] if span.first <= span.last]
        covered = " and ".join(known) or "no days"
        problem = f"analytics covers {covered}, not all of {days}; load these days as well: " + (
            "load_analytics(..., compare='prior_period')"
            if argument == "compare"
            else f"load_analytics(..., dates='{days}', compare='prior_period')"
        )
        raise ArgumentError(argument, str(days), problem=problem)
    buckets, posted = _buckets(days, step), series["posted"].to_numpy("datetime64[D]")
    # No value is expected before the bucket in which a post was posted.
    begun = np.maximum(np.searchsorted(buckets, posted, "right") - 1, 0)
    begun = np.where(posted > np.datetime64(days.last, "D"), len(buckets), begun)
    begun = np.where(np.isnat(posted), 0, begun)
    within = _within(source.rows, days)
    places, value = within["series"].to_numpy(), within["value"].to_numpy()
    bucket = np.searchsorted(buckets, within["date"].to_numpy("datetime64[D]"))
    is_known = ~np.isnan(value) & (bucket >= begun[places])
    found = np.bincount(places, is_known, len(series))
    sums = np.bincount(places, np.nan_to_num(value), len(series))
    return np.where(found >= len(buckets) - begun, sums, np.nan)


def _within(rows: pd.DataFrame, days: DateRange) -> pd.DataFrame:
    within: pd.DataFrame = rows[(rows["date"] >= days.start) & (rows["date"] < days.stop)]
    return within


def _lines(moved: pd.DataFrame, n: int | None) -> pd.DataFrame:
    """Return a line for each creator, each post, and the other posts of each creator."""
    is_post, is_whole = (is_word(moved["entity"], word) for word in ("video", "project"))
    is_listed = moved["counts"].fillna(value=False).to_numpy(bool)
    posts = moved[is_post & is_listed].rename(columns={"id": "video_id"}).assign(level="post")
    own = moved[~is_post & ~is_whole]
    # A creator without a series of its own has the sum of its posts.
    by_creator = posts[~posts["creator_id"].isin(own["creator_id"])].groupby("creator_id")
    summed = by_creator[[*_ENDS]].sum(min_count=1).assign(partial=by_creator["partial"].any())
    creators = pd.concat([own, summed.reset_index()], ignore_index=True)
    creators = _with_rest(creators, moved[is_whole]).assign(level="creator")
    listed = posts.dropna(subset=[*_ENDS])
    listed = listed[listed[[*_ENDS]].ne(0).any(axis=1)]
    if n is not None:
        size = (listed["after"] - listed["before"]).abs().sort_values(ascending=False)
        listed = listed.loc[size.index].groupby("creator_id").head(n)
    lines: list[pd.DataFrame] = [creators, listed]
    if len(posts):
        # The other posts are the remainder, so that the lines of a creator add up to its own line.
        of_posts = listed.groupby("creator_id")[[*_ENDS]].sum()
        rest = creators.set_index("creator_id")
        rest[[*_ENDS]] -= of_posts.reindex(rest.index, fill_value=0.0)
        rest = rest[rest[[*_ENDS]].ne(0).any(axis=1)]
        lines.append(rest.reset_index().assign(level="other"))
    return pd.concat(lines, ignore_index=True)


def _with_rest(creators: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Add a line without an id: the projects' own series less those of their creators."""
    is_own = creators["creator_id"] != ""
    rest = whole[[*_ENDS]].sum(skipna=False) - creators.loc[is_own, [*_ENDS]].sum(skipna=False)
    if whole.empty or rest.isna().any() or (rest.eq(0).all() and is_own.all()):
        return creators
    line = rest.to_frame().T.assign(
        creator_id="", partial=bool(whole["partial"].any()), is_rest=True
    )
    return pd.concat([creators[is_own], line], ignore_index=True)


def _checked_lines(moved: pd.DataFrame, unlike: str, n: int | None) -> pd.DataFrame:
    """Return the lines, NA if the periods can't be compared, and warn of unknown values."""
    if unlike:
        warn(f"explain_change: {unlike}", NoDataWarning)
        return _lines(moved.assign(**dict.fromkeys(_ENDS, np.nan)), n)
    lines = _lines(moved, n)
    creators = lines[lines["level"] == "creator"]
    unknown = int(creators[[*_ENDS]].isna().any(axis=1).sum())
    if unknown:
        warn(
            f"explain_change: of {unknown:,} of {len(creators):,} creators days are missing, so "
            "neither their change nor that of the total is known. Load these days as well, and "
            "join loads by combine_loads, which keeps from when there is data.",
            NoDataWarning,
        )
    return lines


def _finish_lines(
    lines: pd.DataFrame,
    rows: pd.DataFrame,
    creators: pd.DataFrame | None,
    videos: pd.DataFrame | None,
) -> pd.DataFrame:
    """Order the lines, name their creators and posts, and add changes and shares."""
    lines = lines.assign(change=lines["after"] - lines["before"])
    creators_own = lines[lines["level"] == "creator"]
    total, now = (creators_own[name].sum(skipna=False) for name in ("change", "after"))
    # By size, as pictures choose what they show: a large loss would else be the last of many rows.
    size = lines["change"].abs()
    of_creator = size[creators_own.index].set_axis(creators_own["creator_id"])
    ranks = (
        lines["creator_id"].map(of_creator),
        lines["creator_id"],
        lines["level"].map(LEVELS.index),
        size,
    )
    keys = pd.DataFrame(dict(enumerate(ranks)))
    order = keys.sort_values([*keys], ascending=[False, True, True, False], kind="stable").index
    lines = lines.loc[order]
    labels = rows[rows["entity"] == "creator"].drop_duplicates("id").set_index("id")["label"]
    as_numbers = integers if rows["value"].dropna().mod(1.0).eq(0.0).all() else floats
    shown = pd.DataFrame(
        {
            "tiktok_handle": lines["creator_id"].map(labels).astype(STRING),
            "video_title": pd.Series(None, lines.index, dtype=STRING),
            **{name: as_numbers(lines[name].to_numpy(float)) for name in (*_ENDS, "change")},
            "share_pct": _percent(lines["change"], total),
            "after_pct": _percent(lines["after"], now),
            "level": categories(lines["level"], LEVELS),
            "is_partial": pd.array(lines["partial"].to_numpy(bool), "boolean"),
            "creator_id": lines["creator_id"].astype(STRING).mask(lines["creator_id"] == ""),
            "video_id": lines.get("video_id", pd.Series(None, lines.index)).astype(STRING),
        }
    ).reset_index(drop=True)
    if creators is not None or videos is not None:
        shown = with_names(shown, creators=creators, videos=videos)
    if videos is not None:
        shown = with_known_names(shown, [("videos", videos)])
    titles = shown["video_title"].mask(is_word(shown["level"], "other"), OTHER_POSTS)
    is_whole = is_word(shown["level"], "creator")
    titles = titles.mask(is_whole & (not is_whole.all()), ALL_POSTS)
    if "is_rest" in lines:
        is_rest = lines["is_rest"].notna().to_numpy(bool)
        titles = titles.mask(is_whole & is_rest, NO_SERIES)
    return shown.assign(video_title=titles)


def _note_on_excess(shown: pd.DataFrame, metric: str) -> str:
    """Say whose posts gained more than their own series; empty if nobody's did."""
    others = shown[is_word(shown["level"], "other")]
    is_less = (others[[*_ENDS]] < 0).fillna(value=False).any(axis=1).to_numpy(bool)
    less = others[is_less].dropna(subset="creator_id")
    if less.empty:
        return ""
    excess = less[[*_ENDS]].min(axis=1).abs().to_numpy(float)
    names = less["tiktok_handle"].fillna(less["creator_id"])
    said = [f"{name} by {more:,.0f}" for name, more in zip(names, excess, strict=True)]
    return (
        f"Posts gained more {metric} than the series of their creator, who may be disabled: "
        f"{listing(said, _NAMED_CREATORS)}. What their other posts gained is negative."
    )


def _notes_on_others(moved: pd.DataFrame, unseen: pd.DataFrame, metric: str) -> list[str]:
    """List the posts without a row: those that don't count, are in doubt, or weren't loaded."""
    found = []
    posts = moved[is_word(moved["entity"], "video")]
    counts = posts["counts"]
    for chosen, verbs in (
        (counts.eq(other=False).fillna(value=False), ("doesn't count now", "don't count now")),
        (counts.isna(), ("may not count", "may not count")),
    ):
        some = posts[chosen]
        before, after = (some[name].sum() for name in _ENDS)
        if before or after:
            number = f"{len(some):,} post{'s' * (len(some) != 1)}"
            found.append(
                f"{number} that {verbs[len(some) != 1]} gained {before:,.0f} {metric} before "
                f"and {after:,.0f} after; no row shows them."
            )
    if len(unseen):
        found.append(
            f"analytics has no rows of {len(unseen):,} posts whose creators were removed or never "
            f"known. What they gained is in no row: load it with load_analytics('video', ...)."
        )
    return found


def _percent(parts: pd.Series, total: float) -> pd.api.extensions.ExtensionArray | Floats:
    # Parts of a total of 0 have no share: NA rather than infinite.
    return floats(parts.to_numpy(float) / (total or np.nan) * 100.0)
