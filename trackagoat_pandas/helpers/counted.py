"""Which videos count in statistics, and which creators are active."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Bools, Ints
from trackagoat_pandas.base.warnings import warn
from trackagoat_pandas.errors import ContractWarning
from trackagoat_pandas.helpers.columns import (
    codes_of,
    flags_of,
    is_among,
    is_word,
    nullable_flags,
    numbered,
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
ON_TIKTOK: Final = "tiktok_video_id"
COMMENT_ON_TIKTOK: Final = "tiktok_comment_id"
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
    videos: pd.DataFrame,
    *further: str,
    optional: tuple[str, ...] = (),
    consequence: str = "Posts of their days are NA.",
) -> pd.DataFrame:
    """Read the videos of creators that count or may count, without duplicates.

    If a video has several rows, the one that ``latest_rows`` chooses decides whether it counts.
    ``is_unsure`` marks those of which that isn't known, with a ContractWarning.
    """
    names = (*_COLUMNS, *further)
    read = read_columns(latest_of(videos, ["id"]), VIDEOS, names, optional=optional)
    counts = is_counted(read)
    warn_of_unknown(read, counts, consequence)
    is_wanted = counts.fillna(value=True).to_numpy(bool) & read["creator_id"].notna().to_numpy()
    read = read.assign(is_unsure=counts.isna().to_numpy(bool))
    return read if is_wanted.all() else read[is_wanted].reset_index(drop=True)


def counted_videos(
    videos: pd.DataFrame, *further: str, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Read the videos of creators that count; those in doubt are left out, with a warning."""
    consequence = "They are left out."
    read = countable_videos(videos, *further, optional=optional, consequence=consequence)
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


def posts_once(
    posts: pd.DataFrame,
    *,
    by: str = "view_count",
    within: Ints | None = None,
    preferred: Ints | Bools | None = None,
) -> pd.DataFrame:
    """Keep one row of each post that several projects track, for sums over projects.

    They have the same ``tiktok_video_id``. The row with the most views is kept, since counts grow,
    so that it was read last; of equal ones the first. Rows without that id are all kept, as are all
    rows of a frame without that column.

    Parameters
    ----------
    posts
        The posts, with ``view_count`` or `by`.
    by
        Another column of numbers, of which the row with the most is kept.
    within
        The group of each row, which keeps a row of each of its posts; None for one group.
    preferred
        Which rows are kept rather than others, whatever their numbers: those with the most.

    Examples
    --------
    >>> posts = pd.DataFrame({"tiktok_video_id": ["7", "7", None], "view_count": [10, 12, 5]})
    >>> posts_once(posts)["view_count"].tolist()
    [12, 5]
    """
    if ON_TIKTOK not in posts.columns:
        return posts
    ranks = pd.DataFrame(
        {
            "id": text(posts[ON_TIKTOK]).to_numpy(),
            "group": 0 if within is None else within,
            "is_preferred": False if preferred is None else preferred,
            "number": values_of(posts[by]),
        }
    )
    order = ranks.sort_values(["is_preferred", "number"], ascending=False, kind="stable")
    is_repeated = order.duplicated(["id", "group"]).sort_index() & ranks["id"].notna()
    return posts[~is_repeated.to_numpy(bool)] if is_repeated.any() else posts


def comments_once(comments: pd.DataFrame, within: Sequence[str] = ()) -> pd.DataFrame:
    """Keep one row of each comment on a post that several projects track.

    They have the same ``tiktok_comment_id``. The first row is kept, in each group of the columns
    `within`. Rows without that id are all kept, as are all rows of a frame without that column.

    Examples
    --------
    >>> comments = pd.DataFrame({"tiktok_comment_id": ["7", "7", None], "video_id": [*"abb"]})
    >>> len(comments_once(comments)), len(comments_once(comments, ["video_id"]))
    (2, 3)
    """
    if COMMENT_ON_TIKTOK not in comments.columns:
        return comments
    ids = text(comments[COMMENT_ON_TIKTOK]).to_numpy()
    keys = pd.DataFrame({"id": ids, "group": numbered(comments, within) if within else 0})
    is_repeated = (keys.duplicated() & keys["id"].notna()).to_numpy(bool)
    return comments[~is_repeated] if is_repeated.any() else comments


def linked_by(owners: pd.Series, shared: pd.Series) -> pd.Series:
    """Give owners that share something one name: the first of theirs in alphabetical order.

    Creators that share posts are one account, and videos that share comments are one post.

    Examples
    --------
    >>> linked_by(pd.Series([*"abbcd"]), pd.Series([*"11223"])).tolist()
    ['a', 'a', 'a', 'a', 'd']
    """
    owners = text(owners).set_axis(owners.index)
    pairs = pd.DataFrame({"owner": owners, "shared": text(shared).to_numpy()}).dropna()
    pairs = pairs.reset_index(drop=True)
    pairs = pairs.drop_duplicates()
    pairs = pairs[pairs.duplicated("shared", keep=False)]
    if pairs.empty:
        return owners
    names, found = pd.Series(dtype=object), pairs["owner"]
    while not found.equals(names):
        names = found
        of_shared = names.groupby(pairs["shared"]).transform("min")
        found = of_shared.groupby(pairs["owner"]).transform("min")
    known = names.set_axis(pairs["owner"])
    return owners.map(known[~known.index.duplicated()]).fillna(owners).astype(owners.dtype)


def with_accounts(posts: pd.DataFrame) -> pd.DataFrame:
    """Add ``account``: the creator of each post, with one id for creators who share a post."""
    if ON_TIKTOK not in posts.columns:
        return posts.assign(account=posts["creator_id"])
    return posts.assign(account=linked_by(posts["creator_id"], posts[ON_TIKTOK]))


def have_series(
    ids: pd.Series, history: pd.DataFrame | None, analytics: pd.DataFrame | None
) -> Bools:
    """Return which videos have snapshots, or else days in analytics."""
    of_video = [(history, "id"), (analytics, "entity_id")]
    for frame, name in of_video:
        if frame is not None:
            known = text(frame[name].drop_duplicates()) if name in frame.columns else ids.head(0)
            return is_among(ids, known)
    return np.zeros(len(ids), np.bool_)


def shared_accounts_note(analytics: pd.DataFrame, videos: pd.DataFrame | None = None) -> str:
    """Say how many accounts have the series of several creators; empty if none is known to.

    Creators are one account if they share a post in `videos`. Without these, equal handles tell
    that they may be. Their posts can't be counted once, since a series is a sum of posts.
    """
    if "entity" not in analytics.columns:
        return ""
    series = analytics[is_word(analytics["entity"], "creator")].drop_duplicates("entity_id")
    ids = text(series["entity_id"])
    if videos is not None and {"creator_id", ON_TIKTOK} <= {*videos.columns}:
        owners = linked_by(pd.Series(videos["creator_id"].array), videos[ON_TIKTOK])
        known = pd.Series(owners.to_numpy(), text(videos["creator_id"]))
        accounts = ids.map(known[~known.index.duplicated()].dropna())
        verb = "have"
    elif "label" in series.columns:
        accounts, verb = text(series["label"]).str.casefold(), "may have"
    else:
        return ""
    sizes = accounts.value_counts()
    number = int((sizes > 1).sum())
    if not number:
        return ""
    verb = verb.replace("have", "has") if number == 1 and verb == "have" else verb
    who = "1 account" if number == 1 else f"{number:,} accounts"
    return f"{who} {verb} series in several projects, so sums count the same posts in each."


def as_kept(ids: pd.Series, videos: pd.DataFrame, kept_ids: pd.Series) -> pd.Series:
    """Replace the ids of left out videos by the kept one of the same post."""
    if ON_TIKTOK not in videos.columns:
        return ids
    columns = {"id": text(videos["id"]).array, "post": text(videos[ON_TIKTOK]).array}
    known = pd.DataFrame(columns).dropna()
    known = known.drop_duplicates("id")
    kept = known[is_among(known["id"], kept_ids)].drop_duplicates("post").set_index("post")["id"]
    replaced = known["post"].map(kept).set_axis(known["id"]).dropna()
    ids = text(ids).set_axis(ids.index)
    return ids.map(replaced).fillna(ids)


def listed_once_note(number: int, noun: str = "post", where: str = "is tracked") -> str:
    """Say how many rows a list leaves out, since they repeat others; empty for none."""
    if not number:
        return ""
    rows = f"1 row of a {noun}" if number == 1 else f"{number:,} rows of {noun}s"
    return f"{rows} left out: each {noun} {where} in several projects, and is listed once"


def active_ids(creators: pd.DataFrame) -> pd.Series:
    """Return the ids of active creators; where the frame doesn't say it, all are."""
    require_columns(creators, ["id"], loader="load_creators")
    if "is_active" not in creators.columns:
        return creators["id"]
    is_active = nullable_flags(creators["is_active"]).fillna(value=True)
    return creators["id"][is_active.to_numpy(bool)]
