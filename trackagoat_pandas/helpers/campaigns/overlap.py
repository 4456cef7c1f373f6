"""What campaigns share: creators and posts of each pair."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from trackagoat_pandas.base.types import Ints
from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.campaigns.posts import CampaignPosts, campaigns_named
from trackagoat_pandas.helpers.columns import STRING, instants_of, text
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import frame_facts

_TEXTS: Final = ("campaign_a_name", "campaign_b_name", "campaign_a", "campaign_b")
_AT_ONCE: Final = 20_000
"""Members that are multiplied at once, so that 200 campaigns take 16 MB."""


@derived("campaigns", "videos")
def member_overlap(campaigns: pd.DataFrame, videos: pd.DataFrame) -> pd.DataFrame:
    """Count the creators and posts that each two campaigns share.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    videos : DataFrame
        The frame of :func:`load_videos`.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of campaigns that share a creator or a post, the campaign that was
        created first as ``campaign_a``, in the order of creation: ``campaign_a_name`` and
        ``campaign_b_name`` (NA where the frame has none), ``shared_creators`` and
        ``shared_videos`` (Int64), ``campaign_a`` and ``campaign_b``. Without ``created_at``, the
        order is that of the frame.

        Creators are those that campaigns list, and the authors of their posts. A campaign shares
        with those above it everything that it has.

    Raises
    ------
    MissingColumnError
        A column is missing from a frame.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, or a frame isn't one.

    Warns
    -----
    ContractWarning
        It isn't known of some videos whether they count; they are left out.

    See Also
    --------
    plots.overlap : Draw what campaigns share.
    campaign_members : List who and what is in each campaign.
    compare_campaigns : Compare two campaigns.

    Notes
    -----
    These are the numbers of the report ``member-overlap`` (:func:`load_report`), of the campaigns
    of all projects in the frame.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     project = "Q1 Brand Program"
    ...     overlap = tgp.member_overlap(tgp.load_campaigns(project), tgp.load_videos(project))
    >>> print(overlap.iloc[:3, :4].to_string(index=False))
    campaign_a_name          campaign_b_name  shared_creators  shared_videos
        Spring Drop     Spring Drop: Teasers                5            163
        Spring Drop Spring Drop: Launch Week                8            280
        Spring Drop      Launch Week: Encore                5              9
    """
    found = CampaignPosts.of(in_order_of_creation(campaigns), videos, None)
    size = len(found.ids)
    owners, creators = found.creators["owner"].to_numpy(), found.creators["creator_id"]
    posts = _count_shared(found.owners, found.places, size)
    people = _count_shared(owners, pd.factorize(creators)[0].astype(np.int64), size)
    first, second = np.triu_indices(size, 1)
    does_share = (posts + people)[first, second] > 0
    first, second = first[does_share], second[does_share]
    ids, names = pd.Series(found.ids, dtype=STRING), campaigns_named(campaigns, found.ids)
    table = pd.DataFrame(
        {
            "campaign_a_name": names.iloc[first].to_numpy(),
            "campaign_b_name": names.iloc[second].to_numpy(),
            "shared_creators": pd.array(people[first, second], dtype="Int64"),
            "shared_videos": pd.array(posts[first, second], dtype="Int64"),
            "campaign_a": ids.iloc[first].to_numpy(),
            "campaign_b": ids.iloc[second].to_numpy(),
        }
    ).astype(dict.fromkeys(_TEXTS, STRING))
    pairs = f"{len(table):,} of {number(size * (size - 1) // 2, 'pair')} of campaigns"
    note = f"{pairs} share creators or posts"
    table.attrs["trackagoat"] = {**frame_facts(table), "note": note}
    return table


def in_order_of_creation(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Put campaigns in the order in which they were created, where a frame knows it."""
    latest = latest_of(campaigns, ["id"])
    if "created_at" not in latest.columns or "id" not in latest.columns:
        return latest
    created = pd.Series(instants_of(latest["created_at"]))
    order = pd.DataFrame({"at": created, "id": text(latest["id"])})
    return latest.iloc[order.sort_values(["at", "id"], kind="stable").index]


def _count_shared(owners: Ints, members: Ints, size: int) -> Ints:
    """Count the members that each two owners have in common, as a square."""
    order = np.argsort(members, kind="stable")
    owners, members = owners[order], members[order]
    shared = np.zeros((size, size))
    edges = np.searchsorted(members, np.arange(0, members.max(initial=-1) + 1, _AT_ONCE))
    for begin, end in zip(edges, [*edges[1:], len(members)], strict=False):
        has = np.zeros((_AT_ONCE, size), np.float32)
        has[members[begin:end] % _AT_ONCE, owners[begin:end]] = 1.0
        shared += has.T @ has  # whole numbers below 2 ** 24 are exact
    return shared.astype(np.int64)
