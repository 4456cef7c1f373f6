"""When creators post: by hour of the week, how regularly, on which days, and whether too much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, DatesLike, Ints
from trackagoat_pandas.helpers.clocks import InstantLike, days_shown, last_started_day
from trackagoat_pandas.helpers.columns import (
    STRING,
    as_days,
    as_instants,
    categories,
    instants_of,
    is_among,
    is_word,
    read_columns,
    text,
    values_of,
    whole,
)
from trackagoat_pandas.helpers.counted import active_ids, counted_posts, posts_once, with_accounts
from trackagoat_pandas.helpers.facts import derived, known_zone, moment_loaded, moment_of
from trackagoat_pandas.helpers.labels import known_frames, with_known_names
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import check_int, frame_facts, require_columns
from trackagoat_pandas.inputs.dates import DateRange
from trackagoat_pandas.tables import VIDEOS

OVERPOSTING_POSTS, OVERPOSTING_LOW_POSTS, LOW_VIEWS = 7, 2, 100
"""The product's rule: at least 7 posts on a day, at least 2 of them with fewer than 100 views."""
_LOW_AFTER = np.timedelta64(2, "h")
_UNREAD_FOR = np.timedelta64(24, "h")
_AMBER_DAYS = 7
SEVERITIES = ("amber", "neutral")
_DAYS_A_WEEK = 7


@derived("videos")
def posting_heatmap(videos: pd.DataFrame, *, timezone: str | None = None) -> pd.DataFrame:
    """Count posts, and average their views, by weekday and hour of posting.

    It describes, and doesn't advise: big creators and single hits decide which cell looks best, and
    hours at which nobody posts can't be judged. On the frame of one project it is the API's report
    ``posting-heatmap``, with the median beside the mean.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`. A post that several projects track counts once.
    timezone : str, optional
        IANA name of the time zone of the hours; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each cell with a post, by weekday from Sunday and hour: ``dow`` (Int64, 0 is
        Sunday), ``hour`` (Int64, 0 to 23), ``posts`` (Int64), ``mean_views`` and ``median_views``
        (Float64, of the known counts now; NA if none is known).

    Raises
    ------
    MissingColumnError
        A column is missing from the frame.
    ArgumentError
        No time zone is known.

    Warns
    -----
    ContractWarning
        It isn't known of some posts whether they count; they are left out.

    See Also
    --------
    plots.posting_heatmap : Draw posts by hour of the week.
    suggest_posting_times : Find better times to post.
    posting_consistency : See how regularly creators post.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"id": ["a", "b"], "posted_at": ["2026-06-15T23:30Z"] * 2,
    ...                        "tracking_status": "included", "view_count": [100, 400]})
    >>> tgp.posting_heatmap(videos, timezone="Europe/Paris").iloc[0].to_dict()
    {'dow': 2.0, 'hour': 1.0, 'posts': 2.0, 'mean_views': 250.0, 'median_views': 250.0}
    """
    require_columns(
        videos, ["id", "posted_at", "tracking_status", "view_count"], loader=VIDEOS.loader
    )
    zone = known_zone(timezone, [videos])
    posts = posts_once(
        counted_posts(videos, "posted_at", "view_count", optional=("tiktok_video_id",))
    )
    local = posts["posted_at"].dt.tz_convert(zone)
    cells = pd.DataFrame(
        {
            # As in the API's heat-map, Sunday is 0.
            "dow": (local.dt.day_of_week + 1) % _DAYS_A_WEEK,
            "hour": local.dt.hour,
            "views": pd.Series(values_of(posts["view_count"]), posts.index),
        }
    ).groupby(["dow", "hour"])["views"]
    return pd.DataFrame(
        {
            "posts": cells.size(),
            "mean_views": cells.mean(),
            "median_views": cells.median(),
        }
    ).reset_index()


@derived("videos", "creators", whole=("videos",))
def posting_consistency(
    videos: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    gap_days: int = 7,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Measure how regularly each creator posts.

    With `dates`, on the frames of one project, it is the API's report ``posting-consistency``, with
    the number of gaps beside the longest.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`.
    creators : DataFrame, optional
        The frame of :func:`load_creators`, for its active creators without a post.
    dates : str, tuple or DateRange, optional
        The days looked at, as :meth:`DateRange.parse` reads them; by default from the creator's
        first post to today, and from the frame's first post for a creator without one. Nobody is
        silent before joining, which `dates` can't know. Days after today don't count.
    gap_days : int, default 7
        How many days without a post, one after the other, are a gap.
    now : str or datetime, optional
        The instant of today, such as ``"2026-06-15T12:00:00Z"``; by default when `videos` were
        loaded, by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each creator, the most posts first: ``creator_id``, ``tiktok_handle`` where a
        frame knows it, ``active_days`` (Int64, days with a post), ``posts`` (Int64),
        ``posts_per_week`` (Float64, over the days looked at), ``longest_silence_days`` (Int64, the
        most days in a row without a post, also after the last and, with `dates`, before the first),
        ``gaps`` (Int64) and ``last_day`` (datetime64[us], the day of the last post looked at; NaT
        without any).

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
    content_calendar : Count posts by day.
    plots.posting_heatmap : Draw posts by hour of the week.
    summarize_creators : Summarize creators.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> days = ["2026-06-01T12:00Z", "2026-06-03T12:00Z", "2026-06-03T20:00Z"]
    >>> videos = pd.DataFrame({"id": [*"abc"], "creator_id": "ann", "posted_at": days,
    ...                        "tracking_status": "included"})
    >>> found = tgp.posting_consistency(videos, dates="2026-06-01..2026-06-14", timezone="UTC")
    >>> columns = ["active_days", "posts", "posts_per_week", "longest_silence_days"]
    >>> print(found[columns].head(1).to_string(index=False))
     active_days  posts  posts_per_week  longest_silence_days
               2      3             1.5                    11
    """
    check_int("gap_days", gap_days, minimum=1)
    posts = counted_posts(videos, "creator_id", "posted_at")
    posts = posts.dropna(subset=["creator_id", "posted_at"])
    zone = known_zone(timezone, [videos, creators])
    days = days_shown(posts["posted_at"].to_numpy("datetime64[us]"), zone).astype(np.int64)
    first, last = _days_looked_at(dates, days, last_started_day(moment_loaded(now, videos), zone))
    is_inside = (days >= first) & (days <= last)
    of_whom = posts.loc[is_inside, "creator_id"]
    listed = [of_whom] if creators is None else [of_whom, text(active_ids(creators))]
    ids = pd.Index(pd.concat(listed, ignore_index=True).dropna().unique(), name="creator_id")
    looked_at = pd.DataFrame({"creator_id": of_whom.to_numpy(object), "day": days[is_inside]})
    active = looked_at.drop_duplicates().sort_values(["creator_id", "day"], kind="stable")
    table = pd.DataFrame(
        {
            "active_days": active.groupby("creator_id").size(),
            "posts": looked_at.groupby("creator_id").size(),
        },
        index=ids,
    )
    table = table.fillna(0).astype("Int64")
    begins = pd.Series(first, ids)
    if dates is None:
        begins = active.groupby("creator_id")["day"].min().reindex(ids).fillna(first)
    looked_at_days = (last - begins + 1).clip(lower=1).astype("float64")
    table["posts_per_week"] = table["posts"].astype("Float64") * _DAYS_A_WEEK / looked_at_days
    silences = _silences(active, begins, last)
    by_creator = silences.groupby("creator_id", sort=False)["days"]
    table["longest_silence_days"] = by_creator.max().reindex(ids).astype("Int64")
    is_gap = silences["days"] >= gap_days
    table["gaps"] = is_gap.groupby(silences["creator_id"]).sum().reindex(ids).astype("Int64")
    latest = active.groupby("creator_id")["day"].max().reindex(ids)
    is_known = latest.notna().to_numpy()
    table["last_day"] = as_days(latest.fillna(0).to_numpy(np.int64))
    table["last_day"] = table["last_day"].where(is_known)
    table = table.reset_index().sort_values("posts", ascending=False, kind="stable")
    return table.reset_index(drop=True)


def _days_looked_at(dates: DatesLike | None, days: Ints, today: int) -> tuple[int, int]:
    """Return the numbers of the first and the last day that are looked at."""
    if dates is None:
        return int(days.min()) if len(days) else today + 1, today
    span = DateRange.parse(dates, today=np.datetime64(today, "D").astype(object))
    first, after = (
        int(np.datetime64(day, "D").astype(np.int64)) for day in (span.start, span.stop)
    )
    return first, min(after - 1, today)


def _silences(active: pd.DataFrame, begins: pd.Series, last: int) -> pd.DataFrame:
    """Return the days without a post between two days with one, or an end of the days looked at."""
    ids, before = begins.index.to_numpy(object), begins.to_numpy(np.int64) - 1
    ends = pd.DataFrame({"creator_id": ids, "day": before})
    fences = pd.concat([ends, active, ends.assign(day=np.maximum(last, before) + 1)])
    fences = fences.sort_values(["creator_id", "day"], kind="stable")
    days = fences.groupby("creator_id")["day"].diff() - 1
    return fences.assign(days=days)[days.notna()].astype({"days": "int64"})


@derived("videos", "creators")
def content_calendar(
    videos: pd.DataFrame,
    *,
    creators: pd.DataFrame | None = None,
    dates: DatesLike | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Count the posts of each day, including days without any.

    It is the product's content calendar: posts by the day of posting. A post that several projects
    track counts once.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`. Posts that don't count in the product's statistics are
        left out, as by :func:`summarize_creators`.
    creators : DataFrame, optional
        The creators to count, as a frame of :func:`load_creators`, whole or a part of it; by
        default all posts count, also those that were added by URL and have no creator.
    dates : str, tuple or DateRange, optional
        The days looked at, as :meth:`DateRange.parse` reads them; by default from the creator's
        first post to today, and from the frame's first post for a creator without one. Nobody
        is silent before joining, which `dates` can't know. Days after today don't count.
    now : str or datetime, optional
        The instant of today, such as ``"2026-06-15T12:00:00Z"``; by default when `videos` were
        loaded, by the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each day, the earliest first: ``day`` (datetime64[us]), ``posts`` and
        ``creators`` (Int64, how many posted), ``views`` (Int64, the known counts of these posts
        now; NA if none is known), and ``video_titles`` (str, of the posts in the order of posting,
        one a line, each after the creator's handle where it is known; NA without a post). If the
        last day isn't over, it is the ``running_day`` in ``attrs["trackagoat"]``.

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
    plots.calendar : Draw posts by day.
    posting_consistency : See how regularly creators post.
    calendar_file : Save posts for a calendar program.
    widgets.PostingBoard : Click through posts and reviews.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> videos = pd.DataFrame({"id": ["a", "b"], "creator_id": "ann", "title": ["Hi", "Bye"],
    ...                        "posted_at": ["2026-06-01T12:00Z", "2026-06-03T12:00Z"],
    ...                        "tracking_status": "included", "view_count": [5, 7]})
    >>> days = tgp.content_calendar(videos, now="2026-06-03T20:00Z", timezone="UTC")
    >>> days["posts"].tolist(), days["video_titles"].dropna().tolist()
    ([1, 0, 1], ['Hi', 'Bye'])
    """
    zone = known_zone(timezone, [videos, creators])
    moment = moment_loaded(now, videos)
    rows, first, last = posts_by_day(videos, creators=creators, dates=dates, now=moment, zone=zone)
    by_day = rows.groupby("day")
    table = pd.DataFrame(
        {
            "posts": by_day.size(),
            "creators": by_day["account"].nunique(),
            "views": by_day["view_count"].sum(min_count=1),
            "video_titles": by_day["line"].agg("\n".join),
        }
    ).reindex(np.arange(first, last + 1))
    table[["posts", "creators"]] = table[["posts", "creators"]].fillna(0).astype("Int64")
    table["views"] = table["views"].astype("Int64").mask(table["posts"] == 0, 0)
    table["video_titles"] = table["video_titles"].astype(STRING)
    table.insert(0, "day", as_days(table.index.to_numpy(np.int64)))
    if len(table) and last == last_started_day(moment, zone):
        running = str(np.datetime64(last, "D"))
        table.attrs["trackagoat"] = {**frame_facts(table), "running_day": running}
    return table.reset_index(drop=True)


def without_empty_running_day(days: pd.DataFrame) -> pd.DataFrame:
    """Drop the running day of a content calendar, unless it has posts already."""
    running = frame_facts(days).get("running_day")
    is_empty = values_of(days["posts"]) == 0
    is_running = days["day"].to_numpy("datetime64[D]") == np.datetime64(running or "NaT", "D")
    others: pd.DataFrame = days[~(is_running & is_empty)]
    return others


def posts_by_day(
    videos: pd.DataFrame,
    *names: str,
    creators: pd.DataFrame | None,
    dates: DatesLike | None,
    now: pd.Timestamp,
    zone: str,
) -> tuple[pd.DataFrame, int, int]:
    """Return the posts of some days in order, each with its day and a line of text.

    Parameters
    ----------
    videos, creators, dates, now, zone
        As for :func:`content_calendar`; with `creators`, posts of others are left out.
    names
        More columns of the posts.

    Returns
    -------
    tuple
        The posts that count, with ``url`` where it is known, the number of the ``day`` and the
        ``line``; and the numbers of the first and the last day looked at.
    """
    needed = ("creator_id", "posted_at", "view_count", "title", *names)
    more = ("url", "tiktok_video_id")
    posts = counted_posts(videos, *needed, optional=more).dropna(subset="posted_at")
    if creators is not None:
        require_columns(creators, ["id"], loader="load_creators")
        posts = posts[is_among(posts["creator_id"], creators["id"])]
    posts = posts_once(with_accounts(posts))
    days = days_shown(posts["posted_at"].to_numpy("datetime64[us]"), zone).astype(np.int64)
    first, last = _days_looked_at(dates, days, last_started_day(now, zone))
    is_inside = (days >= first) & (days <= last)
    posts, days = posts[is_inside], days[is_inside]
    named = with_known_names(posts, known_frames(creators=creators, videos=videos))
    lines = named["title"].fillna("(no title)")
    if "tiktok_handle" in named.columns:
        handles = ("@" + named["tiktok_handle"] + ": ").fillna("")
        lines = handles + lines
    rows = posts.assign(day=days, line=lines.astype(object))
    return rows.sort_values("posted_at", kind="stable"), first, last


@derived("videos")
def inbox(videos: pd.DataFrame, *, now: InstantLike | None = None) -> pd.DataFrame:
    """List the posts that wait for review, and since when.

    Pass the result, or a part of it, to :func:`actions.review_inbox`.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`.
    now : str or datetime, optional
        The instant until which posts wait; by default the server's time.

    Returns
    -------
    pandas.DataFrame
        One row for each post whose tracking status is ``pending_review``, the one that waits
        longest first: ``tiktok_handle`` where a frame knows it, ``title``, ``posted_at``,
        ``waiting_since`` (datetime64[us, UTC]: when TrackaGoat found it, or else when it was
        posted; NaT if neither is known, and last), ``hours_waiting`` (Float64), ``view_count``,
        ``url``, ``id`` and ``creator_id``.

    Raises
    ------
    MissingColumnError
        A column is missing from the frame.
    ArgumentError, ArgumentTypeError
        ``now`` isn't an instant.

    See Also
    --------
    actions.review_inbox : Approve or exclude them.
    check_posts : Check captions for required words.
    load_videos : Load videos.
    widgets.PostingBoard : Click through posts and reviews.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     waiting = tgp.inbox(tgp.load_videos("Summer Launch"))
    ...     done = tgp.actions.review_inbox("Summer Launch", approve=waiting.head(2), dry_run=True)
    >>> done["status"].tolist()
    ['would change', 'would change']
    """
    needed = ["id", "creator_id", "posted_at", "tracking_status"]
    optional = ["created_at", "title", "url", "view_count"]
    read = read_columns(latest_of(videos, ["id"]), VIDEOS, needed, optional=optional)
    waiting = read[is_word(read["tracking_status"], "pending_review")]
    since = waiting["created_at"].fillna(waiting["posted_at"])
    passed = moment_of(now, [videos]) - since
    hours = passed.dt.total_seconds() / 3_600.0
    table = waiting.drop(columns=["created_at", "tracking_status"]).assign(
        waiting_since=since, hours_waiting=hours.clip(lower=0.0).astype("Float64")
    )
    ordered = table.sort_values("waiting_since", kind="stable", na_position="last")
    return ordered.reset_index(drop=True)


@derived("videos")
def find_overposting(
    videos: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    now: InstantLike | None = None,
    timezone: str | None = None,
) -> pd.DataFrame:
    """Find days on which a creator posted so much that hardly anybody saw some posts.

    The rule is the product's: on one day of the organization a creator has seven posts or more, of
    which two or more have fewer than 100 views two hours after posting or later. The product
    confirms low views by its snapshots, and ignores a zero on the first day. It marks days of the
    last week amber. TrackaGoat's guide adds that TikTok doesn't publish its criteria for showing
    posts to fewer people, and counts alone can't prove that it did.

    Parameters
    ----------
    videos : DataFrame
        The frame of :func:`load_videos`.
    history : DataFrame, optional
        The snapshots of the posts, as ``store.history("videos", columns=["view_count"])`` has them:
        ``id``, ``observed_at`` and ``view_count``. Without them the counts of `videos` decide, so
        that a post with 100 views by now can't be seen to have had fewer.
    now : str or datetime, optional
        The instant at which the counts of `videos` were read; by default when they were loaded, by
        the server's clock.
    timezone : str, optional
        IANA name of the time zone of the days; by default the organization's, from the frame.

    Returns
    -------
    pandas.DataFrame
        One row for each such day of a creator, the latest first: ``tiktok_handle`` where a frame
        knows it, ``day`` (datetime64[us]), ``posts`` and ``low_posts`` (Int64), ``confirmed_posts``
        (Int64: those of the low posts that a snapshot shows; NA without `history`), ``severity``
        (category: amber for a day of the last seven, else neutral), and ``creator_id``.

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
    posting_cost : See what a second post of a day costs.
    content_calendar : Count posts by day.
    widgets.PostingBoard : Click through posts and reviews.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     days = tgp.find_overposting(tgp.load_videos("Q1 Brand Program"))
    >>> print(days[["posts", "low_posts", "severity"]].to_string(index=False))
     posts  low_posts severity
         9          5    amber
         9          5    amber
        11          5  neutral
    """
    posts = counted_posts(videos, "id", "creator_id", "posted_at", "view_count")
    zone = known_zone(timezone, [videos])
    moment = moment_loaded(now, videos)
    posts = posts[posts["posted_at"] <= moment].reset_index(drop=True)
    posted = posts["posted_at"].to_numpy("datetime64[us]")
    read = np.datetime64(moment.tz_convert("UTC").tz_localize(None), "us")
    is_late = read - posted >= _LOW_AFTER
    is_low = is_late & (posts["view_count"] < LOW_VIEWS).fillna(value=False).to_numpy(bool)
    confirmed = None if history is None else _seen_low(posts, history, moment)
    if confirmed is not None:
        is_low |= confirmed
    days = days_shown(posted, zone).astype(np.int64)
    marks = pd.DataFrame({"creator_id": posts["creator_id"], "day": days, "is_low": is_low})
    marks["is_seen"] = False if confirmed is None else confirmed
    groups = marks.groupby(["creator_id", "day"])
    table = pd.DataFrame(
        {
            "posts": groups.size(),
            "low_posts": groups["is_low"].sum(),
            "confirmed_posts": groups["is_seen"].sum(),
        }
    ).astype("Int64")
    is_over = (table["posts"] >= OVERPOSTING_POSTS) & (table["low_posts"] >= OVERPOSTING_LOW_POSTS)
    table = table[is_over.to_numpy(bool)].reset_index()
    if confirmed is None:
        table["confirmed_posts"] = pd.array([pd.NA] * len(table), dtype="Int64")
    is_recent = table["day"] > last_started_day(moment, zone) - _AMBER_DAYS
    table["severity"] = categories(pd.Series(np.where(is_recent, *SEVERITIES)), SEVERITIES)
    table["day"] = as_days(table["day"].to_numpy(np.int64))
    table = table.sort_values(["day", "creator_id"], ascending=[False, True], kind="stable")
    return table.reset_index(drop=True)


def _seen_low(posts: pd.DataFrame, history: pd.DataFrame, moment: pd.Timestamp) -> Bools:
    """Return which posts had few views in a snapshot that was late enough, until a moment.

    A zero of the first day doesn't count: the post may not have been read yet.
    """
    require_columns(history, ["id", "observed_at", "view_count"], loader="store.history")
    views = values_of(whole(history["view_count"]))
    seen = pd.DataFrame(
        {
            "id": text(history["id"]),
            "at": as_instants(instants_of(history["observed_at"])),
            "views": views,
        }
    ).merge(posts[["id", "posted_at"]], on="id")
    age = (seen["at"] - seen["posted_at"]).to_numpy("timedelta64[us]")
    is_low = (age >= _LOW_AFTER) & ((seen["views"] < LOW_VIEWS) & (seen["at"] <= moment)).to_numpy()
    is_low &= (seen["views"] > 0).to_numpy() | (age > _UNREAD_FOR)
    return is_among(posts["id"], pd.Series(seen.loc[is_low, "id"], dtype=STRING))
