"""Campaigns as a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from trackagoat_pandas.base.wording import number
from trackagoat_pandas.helpers.campaigns.membership import KINDS, Tree, chosen_ids, owned_videos
from trackagoat_pandas.helpers.columns import STRING, categories, read_columns, text
from trackagoat_pandas.helpers.facts import derived
from trackagoat_pandas.helpers.labels import ID_LETTERS
from trackagoat_pandas.helpers.loads import latest_of
from trackagoat_pandas.inputs.checks import frame_facts, require_columns
from trackagoat_pandas.tables import CAMPAIGNS

PLACES: Final = ("first", "again", "circle")
_OWN: Final = ("name", "target_views", "target_at", "created_at", "project_id")
_LONGEST_PATH: Final = 9
"""In names: written in full, the paths of a deep tree would grow with the square of its depth."""
_COUNTS: Final = ("direct_members", "nested_members", "campaigns", "creators", "listed_videos")


@derived("campaigns")
def campaign_tree(campaigns: pd.DataFrame, ids: object = None) -> pd.DataFrame:
    """List campaigns in their places in the tree, each followed by those inside it.

    Parameters
    ----------
    campaigns : DataFrame
        The frame of :func:`load_campaigns`, including all nested campaigns.
    ids : str, list of str or DataFrame, optional
        The campaigns to begin with: one id or name, several in a list or Series, or a frame of
        campaigns; None for all.

    Returns
    -------
    pandas.DataFrame
        One row for each place of a campaign, depth first: those that are in no other in the order
        of the frame, and inside a campaign in the order of its items. Columns: ``campaign_name``
        (NA for a campaign that isn't in the frame), ``tree_path`` (str: the names from the top,
        with " / " between them; of a long one the first and the last), ``depth`` (Int64, 0 at the
        top),
        ``direct_members`` (Int64: what it lists itself), ``nested_members`` (Int64: what only the
        campaigns inside it list), of both together ``campaigns``, ``creators`` and
        ``listed_videos`` (Int64; NA if it isn't in the frame), ``target_views``, ``place``
        (category), ``target_at``, ``created_at``, ``campaign_id``, ``parent_id`` (NA at the top)
        and ``project_id``.

        ``place`` is ``first`` where what is inside follows. A campaign may be in several others:
        then it is listed ``again``, and what is inside it stands at its first place. ``circle``
        says that a campaign is inside itself, which no server should allow.

    Raises
    ------
    MissingColumnError
        The frame has no column ``id`` or ``items``.
    UnknownCampaignError, AmbiguousCampaignError
        No campaign of the frame has a name, or several have it.
    ArgumentError, ArgumentTypeError
        ``items`` isn't lists of items in JSON, ``campaigns`` is not a frame, or ``ids`` are neither
        ids nor names.

    See Also
    --------
    load_campaigns : Load campaigns.
    plots.campaign_tree : Draw campaigns in their tree.
    summarize_campaigns : Summarize campaigns.
    widgets.CampaignBoard : Click through campaigns.

    Notes
    -----
    Of several rows of one campaign the one that counts is chosen as in :func:`combine_loads`. The
    videos that creators bring are no items: :func:`campaign_videos` has those.

    Examples
    --------
    >>> import trackagoat_pandas as tgp
    >>> with tgp.connect(sandbox=True):
    ...     campaigns = tgp.load_campaigns("Summer Launch")
    >>> tree = tgp.campaign_tree(campaigns, "Spring Drop")
    >>> tree[["tree_path", "depth"]].to_numpy().tolist()[-1]
    ['Spring Drop / Spring Drop: Launch Week / Launch Week: Encore', 2]
    """
    require_columns(campaigns, ["id", "items"], loader=CAMPAIGNS.loader)
    campaigns = latest_of(campaigns, ["id"])
    chosen = chosen_ids(campaigns, ids)
    tree = Tree(campaigns, chosen, owned_videos(None))
    names = tree.things["id"].tolist()
    start = {names[place]: place for place in range(len(chosen))}
    inside = [tree.campaigns_in(place) for place in range(len(names))]
    spots = _spots(list(start.values()), inside)
    ids_at = pd.Series([names[spot.campaign] for spot in spots], dtype=STRING)
    own = _own(campaigns).reindex(ids_at).reset_index(drop=True)
    counts = _counts(tree, list(dict.fromkeys(spot.campaign for spot in spots)))
    is_known = ids_at.isin(text(campaigns["id"]).dropna())
    table = pd.DataFrame(
        {
            "campaign_name": own["name"],
            "tree_path": pd.array(_paths(spots, own["name"], ids_at), dtype=STRING),
            "depth": pd.array([spot.depth for spot in spots], dtype="Int64"),
            **{
                name: pd.Series([counts[spot.campaign][at] for spot in spots], dtype="Int64").where(
                    is_known
                )
                for at, name in enumerate(_COUNTS)
            },
            **{name: own[name] for name in _OWN[1:]},
            "place": categories(np.array([spot.place for spot in spots], object), PLACES),
            "campaign_id": ids_at,
            "parent_id": pd.Series(
                [None if spot.parent < 0 else names[spots[spot.parent].campaign] for spot in spots],
                dtype=STRING,
            ),
        }
    )
    table.attrs["trackagoat"] = {**frame_facts(table), "note": _finding(table)}
    return table


class _Spot(NamedTuple):
    """A place in the tree: the campaign's number, how deep, below which spot, and which place."""

    campaign: int
    depth: int
    parent: int
    place: str


def _spots(chosen: Sequence[int], inside: Sequence[Sequence[int]]) -> list[_Spot]:
    """Walk the campaigns depth first, each once."""
    is_inside = {inner for outer, own in enumerate(inside) for inner in own if inner != outer}
    tops = [one for one in chosen if one not in is_inside]
    # Where campaigns contain each other there may be none at the top.
    spots, seen = list[_Spot](), set[int]()
    for top in dict.fromkeys([*tops, *chosen]):
        if top in seen:
            continue
        above = set[int]()
        # A stack, since campaigns may be nested deeper than Python calls itself.
        waiting = [(top, -1, False)]
        while waiting:
            campaign, parent, is_left = waiting.pop()
            if is_left:
                above.discard(campaign)
                continue
            depth = 0 if parent < 0 else spots[parent].depth + 1
            place = PLACES[0] if campaign not in seen else PLACES[1 + (campaign in above)]
            spots.append(_Spot(campaign, depth, parent, place))
            if campaign not in seen:
                seen.add(campaign)
                above.add(campaign)
                waiting.append((campaign, -1, True))
                here = len(spots) - 1
                waiting += [(inner, here, False) for inner in reversed(inside[campaign])]
    return spots


def _own(campaigns: pd.DataFrame) -> pd.DataFrame:
    """Read the columns of campaigns that a tree shows, by id; missing ones are NA."""
    read = read_columns(campaigns, CAMPAIGNS, ["id"], optional=_OWN)
    own = read.set_index("id")
    return own[~own.index.duplicated(keep="last")]


def _counts(tree: Tree, campaigns: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Count the members of campaigns: direct, nested, and all of each kind."""
    kinds = tree.things["kind"].to_numpy(object)
    found = {}
    for campaign in campaigns:
        members, levels = tree.beneath([campaign])
        direct = int((levels == 1).sum())
        of_kind = (int((kinds[members] == kind).sum()) for kind in KINDS)
        found[campaign] = (direct, len(members) - direct, *of_kind)
    return found


def _paths(spots: Sequence[_Spot], names: pd.Series, ids: pd.Series) -> list[str]:
    """Write the names of campaigns from the top, of long paths the first and the last."""
    called = names.fillna(ids.str[:ID_LETTERS]).tolist()
    tops = list[str]()
    paths = []
    for here, spot in enumerate(spots):
        tops.append(called[here] if spot.parent < 0 else tops[spot.parent])
        parts, at = list[str](), here
        while at >= 0 and len(parts) < _LONGEST_PATH:
            parts.append(called[at])
            at = spots[at].parent
        if at >= 0:
            parts += ["…"] * (spots[at].parent >= 0) + [tops[here]]
        paths.append(" / ".join(reversed(parts)))
    return paths


def _finding(table: pd.DataFrame) -> str:
    """Count the campaigns, how deep they are, and what no tree should have."""
    if table.empty:
        return "No campaigns"
    said = number(table["campaign_id"].nunique(), "campaign")
    if (deepest := int(table["depth"].max())) > 0:
        tops = int((table["depth"] == 0).sum())
        said += f", {tops:,} of them at the top, down to {number(deepest, 'level')} below"
    circles = int((table["place"] == "circle").sum())
    unknown = table.loc[table["direct_members"].isna(), "campaign_id"].nunique()
    if circles:
        said += f"; at {number(circles, 'place')} a campaign is inside itself"
    if unknown:
        said += f"; of {unknown:,} the frame has no row"
    return said
