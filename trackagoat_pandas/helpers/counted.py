"""Which videos count in statistics, and which creators are active."""

from __future__ import annotations

import pandas as pd

from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.helpers.columns import (
    codes_of,
    flags_of,
    nullable_flags,
    read_columns,
    text,
    values_of,
)
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import VIDEOS
from trackagoat_pandas.tables.resources import TRACKING_STATUSES

COUNTED_STATUSES = ("auto_tracked", "included", "direct_add")
"""The tracking statuses that count in statistics."""
_OTHERS = tuple(word for word in TRACKING_STATUSES if word not in COUNTED_STATUSES)
_COLUMNS = ("creator_id", "posted_at", "tracking_status", "is_tracking_disabled")
_NAMED = 3
"""The number of unknown words that a warning lists."""


def is_counted(videos: pd.DataFrame) -> pd.Series:
    """Return which videos count in the product's statistics, as boolean.

    Those count whose tracking status is auto_tracked, included or direct_add, in any spelling, and
    whose tracking isn't disabled; a frame without ``is_tracking_disabled``, or a video without that
    flag, is taken as not disabled. Exempt videos count like others: the flag only keeps automatic
    rules from changing their tracking. NA where the status is another word or missing, so that
    it isn't known whether the video counts, unless it is disabled.

    Raises
    ------
    MissingColumnError
        The column ``tracking_status`` is missing.

    Examples
    --------
    >>> videos = pd.DataFrame({"tracking_status": ["included", "Auto-tracked", "excluded", "new"]})
    >>> is_counted(videos).tolist()
    [True, True, False, <NA>]
    """
    require_columns(videos, ["tracking_status"], loader=VIDEOS.loader)
    place = codes_of(videos["tracking_status"], (*COUNTED_STATUSES, *_OTHERS))
    counts = pd.Series(place < len(COUNTED_STATUSES), videos.index, dtype="boolean")
    return counts.mask(place < 0) & ~flags_of(videos, "is_tracking_disabled")


def warn_of_unknown(videos: pd.DataFrame, counts: pd.Series, consequence: str) -> None:
    """Warn of videos of which :func:`is_counted` doesn't know whether they count."""
    unsure = counts.isna().to_numpy(bool)
    if not unsure.any():
        return
    words = videos["tracking_status"][unsure].astype(object)
    named = words.dropna().astype(str).value_counts()
    said = [f"{word!r} ({count:,})" for word, count in named.head(_NAMED).items()]
    said += [f"none ({words.isna().sum():,})"] if words.isna().any() else []
    more = f" and {len(named) - _NAMED} more words" if len(named) > _NAMED else ""
    warn(
        f"videos: of {unsure.sum():,} of {len(videos):,} videos it isn't known whether they count, "
        f"by their tracking_status: {', '.join(said)}{more}. {consequence}",
        ContractWarning,
    )


def countable_videos(
    videos: pd.DataFrame, *further: str, consequence: str = "Posts of their days are NA."
) -> pd.DataFrame:
    """Read the videos of creators that count or may count, without duplicates.

    If a video has several rows, the one that ``latest_rows`` chooses decides whether it counts.
    ``is_unsure`` marks those of which that isn't known, with a ContractWarning.
    """
    read = read_columns(latest_of(videos, ["id"]), VIDEOS, (*_COLUMNS, *further))
    counts = is_counted(read)
    warn_of_unknown(read, counts, consequence)
    is_wanted = counts.fillna(value=True).to_numpy(bool) & read["creator_id"].notna().to_numpy()
    read = read.assign(is_unsure=counts.isna().to_numpy(bool))
    return read if is_wanted.all() else read[is_wanted].reset_index(drop=True)


def counted_videos(videos: pd.DataFrame, *further: str) -> pd.DataFrame:
    """Read the videos of creators that count; those in doubt are left out, with a warning."""
    read = countable_videos(videos, *further, consequence="They are left out.")
    return read[~read["is_unsure"]].reset_index(drop=True)


def counted_posts(
    videos: pd.DataFrame, *names: str, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Read the posts that count, also of no creator; those in doubt are left out with a warning.

    A post that several projects track has a row in each: see :func:`posts_once`.
    """
    read = read_columns(
        latest_of(videos, ["id"]),
        VIDEOS,
        (*names, "tracking_status"),
        optional=("is_tracking_disabled", *optional),
    )
    counts = is_counted(read)
    warn_of_unknown(read, counts, "They are left out.")
    return read[counts.fillna(value=False).to_numpy(bool)].reset_index(drop=True)


def posts_once(posts: pd.DataFrame) -> pd.DataFrame:
    """Keep one row of each post that several projects track, for sums over projects.

    They have the same ``tiktok_video_id``. The row with the most views is kept, since counts grow,
    so that it was read last; of equal ones the first. Rows without that id are all kept, as are all
    rows of a frame without that column.

    Examples
    --------
    >>> posts = pd.DataFrame({"tiktok_video_id": ["7", "7", None], "view_count": [10, 12, 5]})
    >>> posts_once(posts)["view_count"].tolist()
    [12, 5]
    """
    if "tiktok_video_id" not in posts.columns:
        return posts
    ids = text(posts["tiktok_video_id"]).reset_index(drop=True)
    views = pd.Series(values_of(posts["view_count"])).sort_values(ascending=False, kind="stable")
    is_repeated = ids[views.index].duplicated().sort_index() & ids.notna()
    return posts[~is_repeated.to_numpy(bool)] if is_repeated.any() else posts


def active_ids(creators: pd.DataFrame) -> pd.Series:
    """Return the ids of active creators; where the frame doesn't say it, all are."""
    require_columns(creators, ["id"], loader="load_creators")
    if "is_active" not in creators.columns:
        return creators["id"]
    is_active = nullable_flags(creators["is_active"]).fillna(value=True)
    return creators["id"][is_active.to_numpy(bool)]
