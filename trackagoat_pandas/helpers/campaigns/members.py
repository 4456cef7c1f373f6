"""Members of campaigns, also of the campaigns inside them, and their comments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.campaigns.membership import (
    KINDS,
    Numbers,
    Tree,
    chosen_ids,
    owned_videos,
)
from trackagoat_pandas.helpers.campaigns.posts import campaigns_named
from trackagoat_pandas.helpers.columns import STRING, arrow, categories, holding, plain, text
from trackagoat_pandas.helpers.counted import is_counted
from trackagoat_pandas.helpers.facts import derived, select_rows
from trackagoat_pandas.helpers.names import with_names
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.progress import calculating


class Members(NamedTuple):
    """The creators and videos of campaigns, by id, and they with the campaigns in them."""

    creators: frozenset[str]
    videos: frozenset[str]
    campaigns: frozenset[str]


@derived("campaigns", "videos")
def campaign_members(
    campaigns: pd.DataFrame,
    ids: object = None,
    *,
    creators: pd.DataFrame | None = None,
    videos: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """List the members of campaigns, including those of the campaigns inside them.

    A campaign's members are the union of its tree: what it lists itself, everything beneath the
    campaigns among them, and the counted videos of the creators among them. A member that is
    reached in several ways has one row.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids : str, list of str or DataFrame, optional
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns; None
        for all.
    creators, videos : DataFrame, optional
        The frames of :func:`load_creators` and :func:`load_videos`, for the names of members.
        Creators bring their videos only where `videos` is given.

    Returns
    -------
    pandas.DataFrame
        One row for each campaign and member, nearest first: ``campaign_name``, ``name`` (the
        member's handle, title or name; NA where no frame knows it), ``item_type`` (category:
        ``campaign``, ``creator``, ``video``), ``level`` (Int64: 1 for what the campaign lists
        itself, 2 for what a campaign or creator among that brings, and so on; the lowest),
        ``is_direct`` (boolean: level 1), ``is_counted`` (boolean: whether a video counts in
        statistics; NA for other members, and for videos that aren't in `videos`, such as excluded
        ones), ``campaign_id`` and ``item_id``. A campaign that isn't in the frame has no rows.
        Campaigns may contain each other; none is a member of itself.

    Raises
    ------
    MissingColumnError
        `campaigns` has no column ``id`` or ``items``, or another frame has no ids or names.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, ``campaigns`` is not a frame, or ``ids`` are neither
        ids nor names.

    See Also
    --------
    load_campaigns : Load campaigns.
    campaign_tree : List campaigns in their tree.
    campaign_videos : Keep the videos of campaigns.
    actions.add_campaign_items : Add members to a campaign.

    Notes
    -----
    A video counts if its tracking status is auto_tracked, included or direct_add, and its tracking
    isn't disabled. The rows with ``is_counted`` are the videos of a campaign in the report
    ``campaign-leaderboard``, of any date. The report ``member-overlap`` also takes the authors of
    a campaign's videos for its creators; here only creators that a campaign lists are members.

    A campaign has a row for everything beneath it, so nested ones repeat the same members: 200
    campaigns, each inside the one before, with 150,000 videos are 17 million rows. To write their
    2 GB takes some 5 seconds, with a progress bar. Name the campaigns that you need in `ids`.

    Examples
    --------
    The videos of a campaign that count, those of its creators included:

    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> members = tgp.campaign_members(campaigns, "Spring Drop", videos=videos)
    >>> int(members["is_counted"].sum())
    355
    """
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    chosen = chosen_ids(campaigns, ids)
    tree = Tree(campaigns, chosen, owned_videos(videos))
    # Names and flags are looked up once a member, which may be in all 200 campaigns.
    things = tree.things
    names = pd.Series(None, things.index, dtype=STRING)
    for kind, frame in (("campaign", campaigns), ("creator", creators), ("video", videos)):
        names = names.where(things["kind"] != kind, _names(things["id"], kind, frame))
    is_counted = _counted_of(things["id"], videos).where(things["kind"] == "video")
    kinds = categories(things["kind"], KINDS)
    with calculating("members of campaigns", 5) as step:

        def taken(column: pd.Series, places: Numbers) -> pd.Series:
            step()
            # A fifth of the time of pandas' own, which matters for millions of texts.
            return plain(arrow(column).take(pa.array(places)))

        owner, members, levels = tree.beneath_each(len(chosen))
        return pd.DataFrame(
            {
                "campaign_name": taken(_names(things["id"], "campaign", campaigns), owner),
                "name": taken(names, members),
                "item_type": kinds.take(members),
                "level": pd.arrays.IntegerArray(
                    levels.astype(np.int64), np.zeros(len(levels), np.bool_)
                ),
                "is_direct": pd.arrays.BooleanArray(levels == 1, np.zeros(len(levels), np.bool_)),
                "is_counted": is_counted.array.take(members),
                "campaign_id": taken(things["id"], owner),
                "item_id": taken(things["id"], members),
            },
            copy=False,  # of 17 million rows
        )


def members_of(campaigns: pd.DataFrame, ids: object) -> Members:
    """Collect the creators and videos of campaigns, including those of nested campaigns.

    A campaign that is not in the frame adds nothing.
    """
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    chosen = chosen_ids(campaigns, ids)
    tree = Tree(campaigns, chosen, owned_videos(None))
    members, _ = tree.beneath(range(len(chosen)))
    found = tree.things.iloc[members]
    creators, videos = (found["id"][found["kind"] == kind] for kind in ("creator", "video"))
    inside = found["id"][found["kind"] == "campaign"]
    return Members(frozenset(creators), frozenset(videos), frozenset(chosen) | frozenset(inside))


def _counted_of(ids: pd.Series, videos: pd.DataFrame | None) -> pd.Series:
    """Return whether videos count, by their ids; NA where the frame doesn't know them."""
    if videos is None:
        return pd.Series(pd.NA, ids.index, dtype="boolean")
    known = is_counted(videos).set_axis(text(videos["id"]))
    return ids.map(known[~known.index.duplicated()]).astype("boolean")


def _names(ids: pd.Series, kind: str, frame: pd.DataFrame | None) -> pd.Series:
    """Return the names of things of one kind; NA where the frame doesn't know them."""
    if frame is None or (kind == "campaign" and "name" not in frame.columns):
        return pd.Series(None, ids.index, dtype=STRING)
    named = with_names(ids.rename(f"{kind}_id").to_frame(), **{f"{kind}s": frame})
    return named[named.columns.drop(f"{kind}_id")[0]]


@derived(rows_of="comments")
def comments_of_campaigns(
    comments: pd.DataFrame, campaigns: pd.DataFrame, ids: object
) -> pd.DataFrame:
    """Keep the comments on the videos and creators of campaigns.

    Parameters
    ----------
    comments : DataFrame
        A frame with a column ``video_id`` or ``creator_id``, or both.
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids : str, list of str or DataFrame
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns.

    Returns
    -------
    pandas.DataFrame
        The rows whose creator or video belongs to one of the campaigns, directly or through a
        nested campaign.

    Raises
    ------
    MissingColumnError
        The campaigns have no column ``id`` or ``items``.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``comments`` or ``campaigns`` is not a frame, ``ids`` are neither ids nor names, or a column
        of ids holds something else.

    See Also
    --------
    load_comments : Load comments.
    summarize_sentiment : Sum the sentiment of comments.
    campaign_videos : Keep the videos of campaigns.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> comments = pd.DataFrame({"creator_id": ["mia", "zoe"], "text": ["love it", "meh"]})
    >>> spring = "00000001-4a51-4f0e-9a53-0d6c1be0a7f1"
    >>> campaigns = pd.DataFrame(
    ...     {"id": [spring], "items": ['[{"item_type": "creator", "item_id": "zoe"}]']})
    >>> tgp.comments_of_campaigns(comments, campaigns, spring)["text"].tolist()
    ['meh']
    """
    members = members_of(campaigns, ids)
    is_member = pd.Series(data=False, index=comments.index)
    for column, wanted in {"creator_id": members.creators, "video_id": members.videos}.items():
        if column in comments.columns:
            with holding(comments[column], "ids"):
                is_member |= comments[column].isin(wanted)
    names = campaigns_named(campaigns, chosen_ids(campaigns, ids)).fillna("(unnamed)")
    return select_rows(comments[is_member], comments, f"in {listing(names, 3)}")
