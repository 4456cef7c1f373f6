"""The counted posts of campaigns, each once, also of the campaigns inside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.errors import listing
from trackagoat_pandas.helpers.campaigns.membership import Tree, chosen_ids
from trackagoat_pandas.helpers.columns import STRING, arrow, plain, text
from trackagoat_pandas.helpers.counted import counted_posts
from trackagoat_pandas.helpers.facts import derived, select_rows
from trackagoat_pandas.helpers.labels import keep_order
from trackagoat_pandas.helpers.loads import latest_rows
from trackagoat_pandas.inputs.checks import require_columns
from trackagoat_pandas.tables import CAMPAIGNS


@dataclass(frozen=True)
class CampaignPosts:
    """The counted posts of campaigns.

    Attributes
    ----------
    ids
        The ids of the campaigns.
    tree
        All their members, of which the campaigns are the first.
    posts
        All counted posts in plain dtypes: ``id``, ``creator_id`` and the columns asked for.
    owners, places
        For each post of each campaign: the campaign's place in `ids`, the post's place in `posts`.
    creators
        One row for each creator of each campaign, listed or author of a post: ``owner`` (int64, the
        campaign's place in `ids`), ``creator_id`` and ``is_listed`` (bool).
    place_of
        The place in `posts` of each thing of the tree; -1 where it is none.
    """

    ids: list[str]
    tree: Tree
    posts: pd.DataFrame
    owners: Ints
    places: Ints
    creators: pd.DataFrame
    place_of: Ints

    @classmethod
    def of(
        cls, campaigns: pd.DataFrame, videos: pd.DataFrame, ids: object, *names: str
    ) -> CampaignPosts:
        """Read the counted posts of campaigns, given as to :func:`campaign_videos`."""
        require_columns(campaigns, ["id", "items"], loader=CAMPAIGNS.loader)
        campaigns = campaigns[latest_rows(campaigns, ["id"])]
        chosen = chosen_ids(campaigns, ids)
        posts = counted_posts(videos, "id", "creator_id", *names)
        posts = posts.dropna(subset="id").reset_index(drop=True)[["id", "creator_id", *names]]
        tree = Tree(campaigns, chosen, posts[["creator_id", "id"]].dropna())
        owner, member, _ = tree.beneath_each(len(chosen))
        is_video, is_creator = (
            (tree.things["kind"] == kind).to_numpy(bool) for kind in ("video", "creator")
        )
        place_of = pd.Index(posts["id"]).get_indexer(tree.things["id"]).astype(np.int64)
        place_of[~is_video] = -1
        place = place_of[member]
        owners, places = owner[place >= 0].astype(np.int64), place[place >= 0]
        listed = is_creator[member]
        creators = pd.DataFrame(
            {
                "owner": np.concatenate([owner[listed].astype(np.int64), owners]),
                "creator_id": pd.concat(
                    [tree.things["id"].iloc[member[listed]], posts["creator_id"].iloc[places]],
                    ignore_index=True,
                ),
            }
        ).assign(is_listed=np.arange(listed.sum() + len(owners)) < listed.sum())
        creators = creators.dropna().drop_duplicates(["owner", "creator_id"], ignore_index=True)
        return cls(chosen, tree, posts, owners, places, creators, place_of)


@derived("campaigns", "videos", rows_of="videos")
def campaign_videos(
    campaigns: pd.DataFrame, videos: pd.DataFrame, ids: object = None
) -> pd.DataFrame:
    """Keep the videos of campaigns that count, each once in a campaign.

    A campaign's videos are those of its whole tree: what it lists itself, what the creators bring
    that it lists, and everything beneath the campaigns in it.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    videos : DataFrame
        The frame of :func:`load_videos`.
    ids : str, list of str or DataFrame, optional
        The campaigns: one id or name, several in a list or Series, or a frame of campaigns; None
        for all.

    Returns
    -------
    pandas.DataFrame
        The rows of `videos` that count in statistics, for each campaign those of its tree, with
        ``campaign_name`` (NA where the frame has none) and ``campaign_id``. A video of several of
        the campaigns has a row in each, and helpers of posts count it once. What isn't among the
        videos, such as an excluded one, has no row.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, a frame isn't one, or ``ids`` are neither ids nor
        names.

    Warns
    -----
    ContractWarning
        It isn't known of some videos whether they count; they are left out.

    See Also
    --------
    campaign_members : List who and what is in each campaign.
    summarize_campaigns : Summarize campaigns.
    view_distribution : See how views are spread.
    comments_of_campaigns : Keep the comments on campaigns.

    Notes
    -----
    A video counts if its tracking status is auto_tracked, included or direct_add, and its tracking
    isn't disabled. These are the videos of the report ``campaign-leaderboard``, of any date. Of
    several rows of one video or campaign, one is chosen as in :func:`combine_loads`.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Q1 Brand Program")
    ...     videos = tgp.load_videos("Q1 Brand Program")
    >>> spring = tgp.campaign_videos(campaigns, videos, "Spring Drop")
    >>> print(f"{len(spring)} videos with {spring['view_count'].sum():,} views")
    355 videos with 23,781,918 views
    """
    found = CampaignPosts.of(campaigns, videos, ids)
    # Rows without an id are no video of a campaign, and each counts as the latest.
    latest = np.flatnonzero(latest_rows(videos, ["id"]) & text(videos["id"]).notna().to_numpy(bool))
    rows = latest[pd.Index(text(videos["id"]).iloc[latest]).get_indexer(found.posts["id"])]
    named = campaigns_named(campaigns, found.ids)
    kept = videos.iloc[rows[found.places]].reset_index(drop=True)
    kept = kept.assign(
        campaign_name=plain(arrow(named).take(pa.array(found.owners))),
        campaign_id=plain(pa.array(found.ids, pa.large_string()).take(pa.array(found.owners))),
    )
    names = [*named.fillna("(unnamed)")] if ids is not None else ["any campaign"]
    return select_rows(keep_order(kept, videos), videos, f"in {listing(names, 3)}")


def campaigns_named(campaigns: pd.DataFrame, ids: list[str]) -> pd.Series:
    """Return the names of campaigns by their ids, in order; NA where the frame has none."""
    names = pd.Series(None, range(len(ids)), dtype=STRING)
    if "name" in campaigns.columns:
        latest = campaigns[latest_rows(campaigns, ["id"])]
        known = pd.Series(text(latest["name"]).tolist(), index=text(latest["id"]), dtype=STRING)
        known = known[known.index.notna()]
        names = known[~known.index.duplicated()].reindex(ids).reset_index(drop=True)
    return names
