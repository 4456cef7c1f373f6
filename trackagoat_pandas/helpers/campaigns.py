"""Members of campaigns, also of the campaigns inside them, and their comments."""

from __future__ import annotations

import json
from typing import NamedTuple

import pandas as pd

from trackagoat_pandas.checks import check_ids, require_columns
from trackagoat_pandas.helpers.columns import holding
from trackagoat_pandas.helpers.facts import derived


class Members(NamedTuple):
    """The creators and videos of campaigns, by id."""

    creators: frozenset[str]
    videos: frozenset[str]


@derived()
def campaign_members(campaigns: pd.DataFrame, ids: object) -> Members:
    """Collect the creators and videos of campaigns, including those of nested campaigns.

    Parameters
    ----------
    campaigns
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids
        The campaigns: one id, several in a list or Series, or a frame of campaigns.

    Returns
    -------
    Members
        Two frozensets of ids, ``creators`` and ``videos``. A campaign that is not in the frame adds
        nothing; campaigns that contain each other are read once each.

    Raises
    ------
    MissingColumnError
        The frame has no column ``id`` or ``items``.
    ArgumentError, ArgumentTypeError
        ``campaigns`` is not a frame, or ``ids`` aren't ids.

    Examples
    --------
    >>> import pandas as pd
    >>> import trackagoat_pandas as tgp
    >>> spring, launch = (f"{n:08}-4a51-4f0e-9a53-0d6c1be0a7f1" for n in range(2))
    >>> items = [f'[{{"item_type": "campaign", "item_id": "{launch}"}}]',
    ...          '[{"item_type": "video", "item_id": "v"}]']
    >>> campaigns = pd.DataFrame({"id": [spring, launch], "items": items})
    >>> sorted(tgp.campaign_members(campaigns, spring).videos)
    ['v']
    """
    require_columns(campaigns, ["id", "items"], loader="load_campaigns")
    lists = dict(zip(campaigns["id"].astype(object), campaigns["items"], strict=True))
    found: dict[str, set[str]] = {"creator": set(), "video": set(), "campaign": set()}
    waiting = check_ids("ids", ids, entity="campaign")
    while waiting:
        campaign = waiting.pop()
        # Campaigns may contain each other.
        if campaign in found["campaign"]:
            continue
        found["campaign"].add(campaign)
        for kind, item in items_of(lists.get(campaign)):
            if kind == "campaign":
                waiting.append(item)
            elif kind in found:
                found[kind].add(item)
    return Members(frozenset(found["creator"]), frozenset(found["video"]))


def items_of(text: object) -> list[tuple[str, str]]:
    """Read the items of one campaign, a JSON text, as pairs of kind and id."""
    if not isinstance(text, str):
        return []
    return [(str(item.get("item_type")), str(item.get("item_id"))) for item in json.loads(text)]


@derived(rows_of="comments")
def comments_of_campaigns(
    comments: pd.DataFrame, campaigns: pd.DataFrame, ids: object
) -> pd.DataFrame:
    """Keep the comments on the videos and creators of campaigns.

    Parameters
    ----------
    comments
        A frame with a column ``video_id`` or ``creator_id``, or both.
    campaigns
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids
        The campaigns: one id, several in a list or Series, or a frame of campaigns.

    Returns
    -------
    pandas.DataFrame
        The rows whose creator or video belongs to one of the campaigns, directly or through a
        nested campaign.

    Raises
    ------
    MissingColumnError
        The campaigns have no column ``id`` or ``items``.
    ArgumentError, ArgumentTypeError
        ``comments`` or ``campaigns`` is not a frame, ``ids`` aren't ids, or a column of ids holds
        something else.

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
    require_columns(comments, [])
    members = campaign_members(campaigns, ids)
    is_member = pd.Series(data=False, index=comments.index)
    for column, wanted in {"creator_id": members.creators, "video_id": members.videos}.items():
        if column in comments.columns:
            with holding(comments[column], "ids"):
                is_member |= comments[column].isin(wanted)
    return comments[is_member]
